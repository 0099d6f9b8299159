/* Look-ups while no key is pressed, one slice at a time. */
#ifndef VIEW_LOOKAHEAD_H
#define VIEW_LOOKAHEAD_H

#include <stdbool.h>

struct view;

struct lookahead {
	bool is_wanted; /* a panel on the screen has something to look up */
};

/* Sets whether a panel on the screen has something to look up. */
void view_consider_lookahead(struct view *view);
void view_want_lookahead(struct view *view);
void view_look_ahead(struct view *view); /* looks something up for one slice */

#endif
