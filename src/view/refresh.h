/* Updates the content of the panels if it is out of date. */
#ifndef VIEW_REFRESH_H
#define VIEW_REFRESH_H

struct view;

void view_settle(struct view *view);

#endif
