/* Whether the screen, or the content computed by the panels, is out of date. */
#ifndef VIEW_DISPLAY_H
#define VIEW_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>

struct view;

struct display {
	bool was_drawn;         /* there was a first frame */
	bool is_stale;          /* something changed since the screen was drawn */
	bool wants_refresh;     /* something changed since the panels were updated */
	uint64_t seen_revision; /* revision of the player at that time */
};

void view_mark_stale(struct view *view);
/* Asks for a refresh of the panels at the end of the key, command, click or tick. */
void view_want_refresh(struct view *view);

/* Work may take seconds, and there is no frame yet: that comes before. */
bool view_awaits_first_frame(const struct view *view);

void view_note_drawn(struct view *view);
void view_note_refreshed(struct view *view);

#endif
