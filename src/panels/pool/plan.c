/* See plan.h. */
#include "panels/pool/plan.h"

#include <string.h>

#define FIELDS_LEAST 2   /* fewer rows of fields are left out */
#define TAIL_WIDTH   2   /* "|x" after the last block */
#define MARGIN_SMALL 5   /* the numbers of such blocks begin further left than the blocks */
#define OWNED        100 /* columns from which blocks have owners */

const struct pool_style_size pool_style_sizes[STYLE_COUNT] = {
	[STYLE_LARGE] = {9, 4, 3, 7},
	[STYLE_OWNED] = {11, 3, 3, 10},
	[STYLE_NUMBERED] = {5, 3, 2, 3},
	[STYLE_SMALL] = {4, 2, 2, 1},
	[STYLE_SPACED] = {2, 1, 1, 1},
	[STYLE_DENSE] = {1, 1, 1, 1},
};

/* The first choice that fits is used. */
struct choice {
	enum pool_style style;
	enum pool_below below;
};

static const struct choice choices[] = {
	{STYLE_OWNED, BELOW_ALL}, /* the legend explains its numbers */
	{STYLE_NUMBERED, BELOW_ALL},
	{STYLE_NUMBERED, BELOW_FIELDS},
	{STYLE_SMALL, BELOW_ALL},
	{STYLE_SMALL, BELOW_FIELDS},
	{STYLE_SPACED, BELOW_ALL},
	{STYLE_SPACED, BELOW_FIELDS},
	{STYLE_DENSE, BELOW_FIELDS},
	{STYLE_SPACED, BELOW_RUN},
	{STYLE_DENSE, BELOW_RUN},
	{STYLE_SPACED, BELOW_SOME_FIELDS},
	{STYLE_DENSE, BELOW_SOME_FIELDS},
	{STYLE_NUMBERED, BELOW_OWNER},
	{STYLE_SMALL, BELOW_OWNER},
	{STYLE_SPACED, BELOW_OWNER},
	{STYLE_SPACED, BELOW_BRIEF},
	{STYLE_DENSE, BELOW_OWNER},
	{STYLE_DENSE, BELOW_BRIEF},
	{STYLE_NUMBERED, BELOW_CHAIN},
	{STYLE_SMALL, BELOW_CHAIN},
	{STYLE_SPACED, BELOW_CHAIN},
	{STYLE_DENSE, BELOW_CHAIN},
};

/* Large blocks are more important than a blank row, and the legend than large blocks. */
static const struct choice lecture_choices[] = {
	{STYLE_LARGE, BELOW_ALL},
	{STYLE_LARGE, BELOW_LEGEND},
	{STYLE_LARGE, BELOW_TIGHT},
	{STYLE_NUMBERED, BELOW_ALL},
	{STYLE_NUMBERED, BELOW_LEGEND},
	{STYLE_NUMBERED, BELOW_TIGHT},
	{STYLE_SMALL, BELOW_ALL},
	{STYLE_SMALL, BELOW_LEGEND},
	{STYLE_SMALL, BELOW_TIGHT},
	{STYLE_SPACED, BELOW_ALL},
	{STYLE_SPACED, BELOW_LEGEND},
	{STYLE_SPACED, BELOW_TIGHT},
	{STYLE_DENSE, BELOW_LEGEND},
	{STYLE_DENSE, BELOW_TIGHT},
	{STYLE_LARGE, BELOW_CHAIN},
	{STYLE_NUMBERED, BELOW_CHAIN},
	{STYLE_SMALL, BELOW_CHAIN},
	{STYLE_SPACED, BELOW_CHAIN},
	{STYLE_DENSE, BELOW_CHAIN},
};

/*
 * Where blocks have no numbers, several rows begin with the number of their first block, from which
 * the others can be counted.
 */
static void set_rows(struct pool_plan *plan, int width, uint32_t blocks)
{
	int cell = pool_style_sizes[plan->style].cell;

	plan->x = plan->style == STYLE_SMALL ? MARGIN_SMALL : MARGIN;
	plan->per_row = (width - plan->x - TAIL_WIDTH) / cell;
	if (!pool_style_is_numbered(plan->style) && plan->per_row < (int)blocks && width >= 24) {
		plan->x = NUMBERS;
		plan->per_row = (width - NUMBERS - TAIL_WIDTH) / cell / 4 * 4;
	}
	if (plan->per_row < 1)
		plan->per_row = 1;
	int lines = (int)((blocks + (uint32_t)plan->per_row - 1) / (uint32_t)plan->per_row);
	plan->rows = lines > 0 ? (lines - 1) * pool_style_sizes[plan->style].row +
					 pool_style_sizes[plan->style].end
			       : 0;
}

/* The number of rows below the blocks. */
static int rows_below(enum pool_below below, int width, int field_rows)
{
	int texts = width < NARROW ? 4 : 2; /* the chain and the owner */

	switch (below) {
	case BELOW_ALL:
		return 1 + texts + 1 + field_rows + 1 + 1;
	case BELOW_FIELDS:
	case BELOW_RUN:
		return 1 + texts + 1 + field_rows;
	case BELOW_SOME_FIELDS:
		return 1 + texts + 1 + FIELDS_LEAST;
	case BELOW_LEGEND:
		return 1 + texts + 1;
	case BELOW_TIGHT:
		return texts + 1;
	case BELOW_OWNER:
		return 1 + texts;
	case BELOW_BRIEF:
		return 1 + 2;
	case BELOW_CHAIN:
		break;
	}
	return 1;
}

int pool_field_width(const struct field *field)
{
	return (int)(strlen(field->name) + 1 + strlen(field->value));
}

/* One after another, as many in a row as there is room for. */
static int rows_of_run(int width, const struct field *fields, size_t nfields)
{
	int rows = 0, x = width;

	for (size_t i = 0; i < nfields; i++) {
		int columns = pool_field_width(&fields[i]);
		rows += x + columns > width;
		x = (x + columns > width ? 1 : x) + columns + FIELD_APART;
	}
	return rows;
}

int pool_field_rows(const struct pool_plan *plan, int width, const struct field *fields,
	size_t nfields)
{
	int columns = plan->field_columns;

	return plan->below == BELOW_RUN ? rows_of_run(width, fields, nfields)
					: ((int)nfields + columns - 1) / columns;
}

uint32_t pool_selected_block(const struct scene *scene, const struct page *page)
{
	uint64_t first = page->base + page->first_block;
	uint64_t address = scene->selection->address;

	if (address < first || address - first >= (uint64_t)page->blocks * page->block_size)
		return 0;
	return (uint32_t)((address - first) / page->block_size);
}

/* With too many blocks, shows the rows around the selected one. */
static void cut(struct pool_plan *plan, uint32_t blocks, uint32_t chosen)
{
	uint32_t step = plan->rows > 1 ? (uint32_t)plan->per_row : 1;
	uint32_t room = (uint32_t)(plan->per_row * plan->rows);
	uint32_t half = room / 2 / step * step;
	uint32_t last = (blocks - room + step - 1) / step * step;

	plan->first = chosen / step * step > half ? chosen / step * step - half : 0;
	if (plan->first > last)
		plan->first = last;
	plan->shown = blocks - plan->first < room ? blocks - plan->first : room;
}

void pool_plan_make(struct pool_plan *plan, const struct scene *scene, const struct page *page,
	struct area area, const struct field *fields, size_t nfields)
{
	const struct choice *choice = scene->lecture ? lecture_choices : choices;
	size_t bytes = scene->lecture ? sizeof(lecture_choices) : sizeof(choices);
	const struct choice *end = choice + bytes / sizeof(*choice);

	*plan = (struct pool_plan){.shown = page->blocks,
		.field_columns = area.width >= 2 * FIELD_WIDTH ? 2 : 1};
	for (; choice < end; choice++) {
		plan->style = choice->style;
		plan->below = choice->below;
		set_rows(plan, area.width, page->blocks);
		int field_rows = pool_field_rows(plan, area.width, fields, nfields);
		if ((plan->style != STYLE_OWNED || area.width >= OWNED) &&
			plan->rows + rows_below(plan->below, area.width, field_rows) <= area.height)
			return;
	}
	/* Not even one cell per block fits, but the line of the chain stays. */
	plan->rows = area.height > 1 ? area.height - 1 : 1;
	if (plan->rows == 1) {
		plan->x = MARGIN;
		plan->per_row =
			area.width - MARGIN - TAIL_WIDTH > 1 ? area.width - MARGIN - TAIL_WIDTH : 1;
	}
	if (plan->per_row * plan->rows < (int)page->blocks)
		cut(plan, page->blocks, pool_selected_block(scene, page));
}
