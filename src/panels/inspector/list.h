/*
 * The lines of the inspector. Lines that name an event are links, and one of those is selected;
 * before the first link and after the last the list scrolls by lines.
 */
#ifndef PANELS_INSPECTOR_LIST_H
#define PANELS_INSPECTOR_LIST_H

#include "base/arrays.h"
#include "canvas/canvas.h"

struct inspector_line {
	char name[16];
	char text[140];
	bool is_link;
	uint64_t to;      /* the position a link goes to */
	uint64_t address; /* the address selected there; 0: the one selected now */
};

struct inspector_list {
	ARRAY(struct inspector_line) lines;
	size_t chosen; /* number of the selected link */
	/* lines scrolled past the last link; negative: before the first */
	int scrolled;
};

/* The number of the line with the selected link; -1: there are no links. */
int list_chosen_line(const struct inspector_list *list);

/* Draws as many lines as fit, so that the selected one is visible. */
void list_draw(const struct inspector_list *list, struct canvas *canvas, struct area area);

/*
 * Selects the next link, or scrolls by a line; width and height: of the area in which the list is
 * drawn. false: there is nothing further.
 */
bool list_go_down(struct inspector_list *list, int width, int height);
bool list_go_up(struct inspector_list *list, int width, int height);

/* Selects the link in that row of the area; false: there is none. */
bool list_choose_row(struct inspector_list *list, int width, int height, int row);

#endif
