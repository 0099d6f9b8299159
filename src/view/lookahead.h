/* What is looked up while no key is pressed, a slice at a time. */
#ifndef VIEW_LOOKAHEAD_H
#define VIEW_LOOKAHEAD_H

#include <stdbool.h>

struct view;

struct lookahead {
	bool is_wanted; /* something on the screen is not known yet */
};

/* Whether anything on the screen can be looked up. */
void view_consider_lookahead(struct view *view);
void view_want_lookahead(struct view *view);
void view_look_ahead(struct view *view); /* for a slice */

#endif
