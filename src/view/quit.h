/* Quitting: it closes an open inspector first, and asks if it would also end a program. */
#ifndef VIEW_QUIT_H
#define VIEW_QUIT_H

#include <stdbool.h>

struct view;

struct quit {
	bool is_said;
};

void view_quit(struct view *view);

#endif
