/* What is on the screen is out of date, or what the panels have computed. */
#ifndef VIEW_DISPLAY_H
#define VIEW_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

struct view;

struct display {
	bool is_stale;          /* something changed since it was drawn */
	bool wants_refresh;     /* something changed since the panels computed what they show */
	uint64_t seen_revision; /* of the player, when they did */
};

void view_mark_stale(struct view *view);
/* The panels compute what they show, at the end of the key, the command, the click or the tick. */
void view_want_refresh(struct view *view);

void view_note_drawn(struct view *view);
void view_note_refreshed(struct view *view);

#endif
