/*
 * The lists of free blocks, as rows. A kind of list has a heading, and below it a row for each list
 * that has blocks; where there is no room for these, the kind is a line or a few with the size and
 * the length of each.
 */
#ifndef PANELS_BINS_ROWS_H
#define PANELS_BINS_ROWS_H

#include "base/arrays.h"
#include "panels/panel.h"

#define BIN_KINDS_MAX 8u

/* A list that has blocks. */
struct bin {
	size_t at; /* its number in the engine */
	size_t kind;
	struct list list;
};

/* A kind of lists that the thread or the arena has, even if none of them has blocks. */
struct bin_kind {
	size_t kind;
	size_t first, count; /* of its bins */
};

struct bins {
	const struct engine *engine; /* borrowed until the next event */
	uint32_t arena;              /* of which they are; a thread may have blocks of others */
	struct bin_kind kinds[BIN_KINDS_MAX];
	size_t nkinds;
	ARRAY(struct bin) items; /* in the order of kinds, then of the engine */
};

/* Those of the thread and of the arena. */
void bins_collect(struct bins *bins, const struct engine *engine, uint32_t thread, uint32_t arena);

/* Draws them; gives the row after the last. */
int bins_draw(const struct bins *bins, const struct scene *scene, struct canvas *canvas,
	struct area area);

/* The bin drawn in a row of the area, or the first of its kind; -1: none. */
int bins_at_row(const struct bins *bins, const struct scene *scene, struct area area, int row);

#endif
