/* The end, after a question where more would end with it. */
#ifndef VIEW_QUIT_H
#define VIEW_QUIT_H

#include <stdbool.h>

struct view;

struct quit {
	bool is_said;
};

void view_quit(struct view *view);

#endif
