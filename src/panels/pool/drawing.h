/*
 * The drawing of a pool: its blocks (blocks.c), and below them the chain, the owner of the selected
 * block, the fields of the header and the legend (details.c).
 */
#ifndef PANELS_POOL_DRAWING_H
#define PANELS_POOL_DRAWING_H

#include "panels/pool/plan.h"

#define FIELDS_MAX 12

struct pool_drawing {
	const struct scene *scene;
	struct canvas *canvas;
	struct area area;
	const struct engine *engine;
	const struct page *page;
	const struct pool_plan *plan;
	enum role in_use; /* of blocks in use: the colour that the pool has in the map */
	uint32_t virgin;  /* blocks never used; pool_draw_blocks() counts them */
	uint64_t tail;    /* bytes after the last block; pool_draw_blocks() sets them */
};

/* Call before drawing the details: it sets the counts that they show. */
void pool_draw_blocks(struct pool_drawing *drawing);

void pool_draw_details(const struct pool_drawing *drawing, const struct field *fields,
	size_t nfields);

/* Draws members of a struct by name, in that many columns; returns the row after them. */
int pool_draw_fields(const struct field *fields, size_t count, struct canvas *canvas,
	struct area area, int y, int columns);

#endif
