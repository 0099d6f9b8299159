/* The page of help, over all of the screen. */
#ifndef VIEW_HELP_PAGE_H
#define VIEW_HELP_PAGE_H

struct view;

struct help_page {
	int line;        /* the first that is shown */
	int rows, lines; /* as last drawn: shown, in all */
};

void view_open_help(struct view *view);

#endif
