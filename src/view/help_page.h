/* The page of help, which covers the screen. */
#ifndef VIEW_HELP_PAGE_H
#define VIEW_HELP_PAGE_H

struct view;

struct help_page {
	int line;        /* the first line shown */
	int rows, lines; /* as last drawn: rows shown, lines of the page */
};

void view_open_help(struct view *view);

#endif
