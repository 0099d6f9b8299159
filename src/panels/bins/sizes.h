/*
 * The size words of a few chunks, as they are in memory: with the flag that says whether the chunk
 * before is in use, and where that one is free with its size, which this chunk has in front of its
 * own.
 */
#ifndef PANELS_BINS_SIZES_H
#define PANELS_BINS_SIZES_H

#include "panels/panel.h"

/*
 * Draws those of the heap with that base in a row or two. Returns how many rows these are: none
 * where there are more chunks.
 */
int sizes_draw(const struct engine *engine, uint64_t base, const struct scene *scene,
	struct canvas *canvas, struct area area);

#endif
