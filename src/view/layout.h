/* The places of panels, for a screen of any size. */
#ifndef VIEW_LAYOUT_H
#define VIEW_LAYOUT_H

#include "panels/panel.h"

#define LAYOUT_MAX      10u
#define LAYOUT_GAP      2 /* blank columns between panels */
#define LAYOUT_TEXT_MIN 5 /* rows of the text of a lecture */

/*
 * What is played: arenas with pools, a heap, a heap with bins, or counted objects above any of
 * these.
 */
enum layout_kind { LAYOUT_POOLS, LAYOUT_HEAP, LAYOUT_BINS, LAYOUT_OBJECTS, LAYOUT_SPACES };

struct layout_place {
	const struct panel_ops *panel;
	struct area area; /* with its title */
	int title_rows;   /* 0: none; 1: a line above */
};

struct layout {
	size_t count;
	struct layout_place places[LAYOUT_MAX];
};

/*
 * area: what status line and footer leave. main: the panel in the largest place; NULL: the usual
 * one. alone: only the main panel. text_rows: those that the panel of the event needs, its title
 * included; it has them if enough is left for the map.
 */
void layout_make(struct layout *ret_layout, struct area area, enum layout_kind kind,
	const struct panel_ops *main, bool alone, int text_rows);

/*
 * For a lecture: a large map, the text, the track. text_rows: those that the text needs; it has
 * them if enough is left for the map.
 */
void layout_make_lecture(struct layout *ret_layout, struct area area, enum layout_kind kind,
	int text_rows);

struct area footer_of(const struct canvas *canvas); /* the last line of the canvas */

#endif
