/*
 * The lines of the inspector. Lines that name an event are links, and one of those is chosen;
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
	uint64_t address; /* what is selected there; 0: what is selected now */
};

struct inspector_list {
	ARRAY(struct inspector_line) lines;
	size_t chosen; /* among the links */
	/* lines on, to those after the last link; back, to those before the first */
	int scrolled;
};

/* Number of the line of the chosen link; -1: there are no links. */
int list_chosen_line(const struct inspector_list *list);

/* As many lines as fit, so that the chosen one is seen. */
void list_draw(const struct inspector_list *list, struct canvas *canvas, struct area area);

/* To the next link, or a line on; width and height: of the area it is drawn in. */
void list_go_down(struct inspector_list *list, int width, int height);
void list_go_up(struct inspector_list *list, int width, int height);

/* Chooses the link in that row of the area; false: there is none. */
bool list_choose_row(struct inspector_list *list, int width, int height, int row);

#endif
