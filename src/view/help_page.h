/* Help, which covers the screen: first what the signs mean, then keys and commands. */
#ifndef VIEW_HELP_PAGE_H
#define VIEW_HELP_PAGE_H

#include "view/help.h"

#include <stdbool.h>

struct view;

struct help_page {
	bool has_keys; /* the page of keys, not that of signs */
	struct help_scroll scroll;
};

void view_open_help(struct view *view);

#endif
