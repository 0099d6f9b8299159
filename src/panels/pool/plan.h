/*
 * The arrangement of the blocks of a pool: as large as there is room for, with their owners,
 * numbered, spaced, or one cell each; and the lines below them. Where even one cell each is too
 * much, the rows around the selected block are shown.
 */
#ifndef PANELS_POOL_PLAN_H
#define PANELS_POOL_PLAN_H

#include "panels/panel.h"

#define FIELD_WIDTH 28 /* name and value; two columns of fields need twice that */
#define MARGIN      3  /* " H|" before the first block */
#define NUMBERS     6  /* " H  0|" before the rows of blocks without numbers of their own */
#define FIELD_APART 2  /* columns between two fields of a run */
#define NARROW      56 /* columns; with fewer, the lines below the blocks need more rows */

/* Blocks up to STYLE_SMALL have their numbers above them. */
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

/* The lines below the blocks. */
enum pool_below {
	BELOW_ALL,
	BELOW_FIELDS,
	BELOW_RUN, /* the fields one after another, not in columns */
	BELOW_SOME_FIELDS,
	BELOW_LEGEND,
	BELOW_TIGHT, /* the chain, the owner and the legend, with no blank row before them */
	BELOW_OWNER,
	BELOW_BRIEF,
	BELOW_CHAIN
};

struct pool_plan {
	enum pool_style style;
	enum pool_below below;
	int x; /* column in which each row of blocks begins */
	int per_row;
	int rows;              /* rows of the panel that the blocks take */
	uint32_t first, shown; /* blocks */
	int field_columns;
};

static inline bool pool_style_is_numbered(enum pool_style style)
{
	return style <= STYLE_SMALL;
}

/* The sign of a block in use. */
static inline enum glyph pool_glyph_in_use(enum pool_style style)
{
	return style == STYLE_LARGE || style == STYLE_NUMBERED ? GLYPH_FULL : GLYPH_BLOCK;
}

/* page: must hold blocks; fields: those of its header that are known. */
void pool_plan_make(struct pool_plan *ret_plan, const struct scene *scene, const struct page *page,
	struct area area, const struct field *fields, size_t nfields);

/* The columns of a field in a run: "count 1". */
int pool_field_width(const struct field *field);

/* The rows of the fields below the blocks, as the plan has them. */
int pool_field_rows(const struct pool_plan *plan, int width, const struct field *fields,
	size_t nfields);

/* The block at the selected address; 0 when the address is in another page. */
uint32_t pool_selected_block(const struct scene *scene, const struct page *page);

#endif
