/*
 * A tour of a trace: it plays to one place after another by itself, and stays at each as long as
 * its words take to read. Space goes to the next stop at once, Backspace to the one before, and any
 * other key ends the tour: the person takes over where it is.
 */
#ifndef VIEW_TOUR_H
#define VIEW_TOUR_H

#include "view/view.h"

struct tour {
	const struct view_stop *stops; /* borrowed; ended by one without words */
	size_t count;
	bool is_on;
	size_t at;         /* the current stop */
	uint64_t leave_at; /* when the next stop is due; 0: not there yet, or unknown */
};

void tour_init(struct tour *tour, const struct view_config *config);
/* Handles a key; false: it ended the tour, or there is none, and the key is still to be handled. */
bool view_take_tour_key(struct view *view, const char *key);
void view_continue_tour(struct view *view, uint64_t now);
/* Nanoseconds until the next stop is due; UINT64_MAX: not by time. */
uint64_t view_until_next_stop(const struct view *view, uint64_t now);

#endif
