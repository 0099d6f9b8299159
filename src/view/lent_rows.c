/* See lent_rows.h. Places beside each other are one row and keep one height. */
#include "view/lent_rows.h"

#define EVENTS_MIN 2 /* rows that the list of events keeps: the last event and the next */
#define MAP_MIN    3 /* rows that the map keeps */
#define TRACK_MIN  1 /* rows that the timeline keeps */

static bool is_in_row(const struct layout_place *place, struct area row)
{
	return place->area.y == row.y && place->area.height == row.height;
}

/* Whether the row runs from edge to edge, so that it can change its height. */
static bool spans(const struct layout *layout, struct area row)
{
	int last = row.y + row.height - 1;

	for (size_t i = 0; i < layout->count; i++) {
		const struct area *other = &layout->places[i].area;
		if (!is_in_row(&layout->places[i], row) && other->y <= last &&
			row.y < other->y + other->height)
			return false;
	}
	return true;
}

/* Moves n rows from one row of places to another, and what is between them. */
static void move_rows(struct layout *layout, struct area from, struct area to, int n)
{
	for (size_t i = 0; i < layout->count; i++) {
		struct area *area = &layout->places[i].area;
		bool is_between = from.y < to.y ? area->y > from.y && area->y < to.y
						: area->y > to.y && area->y < from.y;
		if (is_in_row(&layout->places[i], from)) {
			area->height -= n;
			area->y += from.y < to.y ? 0 : n;
		} else if (is_in_row(&layout->places[i], to)) {
			area->height += n;
			area->y -= from.y < to.y ? n : 0;
		} else if (is_between) {
			area->y += from.y < to.y ? -n : n;
		}
	}
}

/* The highest place in another row; layout->count: there is none. */
static size_t find_highest(const struct layout *layout, size_t at)
{
	size_t highest = layout->count;

	for (size_t i = 0; i < layout->count; i++)
		if (!is_in_row(&layout->places[i], layout->places[at].area) &&
			(highest == layout->count || layout->places[i].area.height >
							     layout->places[highest].area.height))
			highest = i;
	return highest;
}

/* The place of the panel in another row; layout->count: there is none. */
static size_t find_place(const struct layout *layout, enum panel_id panel, size_t at)
{
	size_t i = 0;

	while (i < layout->count && layout->places[i].panel != panel_of(panel))
		i++;
	return i < layout->count && !is_in_row(&layout->places[i], layout->places[at].area)
		       ? i
		       : layout->count;
}

/* Gives what is lacking, and what the lender can spare beyond the rows that it keeps. */
static void lend(struct layout *layout, size_t from, size_t at, int keeps, int needed)
{
	if (from == layout->count)
		return;
	const struct layout_place *lender = &layout->places[from], *to = &layout->places[at];
	int lacking = needed - (to->area.height - to->title_rows);
	int spare = lender->area.height - lender->title_rows - keeps;
	int n = lacking < spare ? lacking : spare;

	if (n > 0 && spans(layout, lender->area) && spans(layout, to->area))
		move_rows(layout, lender->area, to->area, n);
}

void lend_rows(struct layout *layout, size_t at, int needed)
{
	lend(layout, find_place(layout, PANEL_EVENTS, at), at, EVENTS_MIN, needed);
	lend(layout, find_highest(layout, at), at, MAP_MIN, needed);
	lend(layout, find_place(layout, PANEL_TIMELINE, at), at, TRACK_MIN, needed);
}

void lend_rows_of(struct layout *layout, enum panel_id from, size_t at, int needed, int keeps)
{
	lend(layout, find_place(layout, from, at), at, keeps, needed);
}
