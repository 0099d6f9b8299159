/*
 * How the blocks of a pool are arranged: as large as there is room for, with their owners,
 * numbered, spaced, or one cell each; and what stands below them. Where even one cell each is too
 * much, the rows around the selected block.
 */
#ifndef PANELS_POOL_PLAN_H
#define PANELS_POOL_PLAN_H

#include "panels/panel.h"

#define FIELD_WIDTH 28 /* name and value; two columns of fields need twice that */
#define MARGIN      3  /* " H|" before the first block */
#define NUMBERS     6  /* " H  0|" before the rows of blocks without numbers of their own */
#define NARROW      56 /* columns; with fewer, what stands below the blocks takes more lines */

/* Those up to STYLE_SMALL have their numbers above them. */
enum pool_style {
	STYLE_LARGE, /* for a lecture */
	STYLE_OWNED,
	STYLE_NUMBERED,
	STYLE_SMALL,
	STYLE_SPACED,
	STYLE_DENSE,
	STYLE_COUNT
};

struct pool_style_size {
	/* columns of a block; rows of a row of blocks, and of the last one */
	int cell, row, end;
	int width; /* columns that are drawn */
};

extern const struct pool_style_size pool_style_sizes[STYLE_COUNT];

/* What stands below the blocks. */
enum pool_below {
	BELOW_ALL,
	BELOW_FIELDS,
	BELOW_SOME_FIELDS,
	BELOW_OWNER,
	BELOW_BRIEF,
	BELOW_CHAIN
};

struct pool_plan {
	enum pool_style style;
	enum pool_below below;
	int x; /* where each row of blocks begins */
	int per_row;
	int rows;              /* of the panel, that blocks take */
	uint32_t first, shown; /* blocks */
	int field_columns;
};

static inline bool pool_style_is_numbered(enum pool_style style)
{
	return style <= STYLE_SMALL;
}

/* page: one that holds blocks; nfields: members of its header that are known. */
void pool_plan_make(struct pool_plan *ret_plan, const struct scene *scene, const struct page *page,
	struct area area, size_t nfields);

/* The block at the selected address; 0 when that is elsewhere. */
uint32_t pool_selected_block(const struct scene *scene, const struct page *page);

#endif
