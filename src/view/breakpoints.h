/* Breakpoints, and runs to them or to any condition; conditions are those of stop_parse(). */
#ifndef VIEW_BREAKPOINTS_H
#define VIEW_BREAKPOINTS_H

#include "base/arrays.h"
#include "player/player.h"

struct view;

struct breakpoint {
	struct stop stop;
	char *words;
};

struct breakpoints {
	ARRAY(struct breakpoint) list;
};

void breakpoints_finish(struct breakpoints *breakpoints);
void view_run_to(struct view *view, struct stop stop, bool back, const char *what);
/* Goes to the nearest match of the stop; the position stays where none matches. */
void view_find_stop(struct view *view, struct stop stop, bool back, const char *what);
void view_run_breakpoints(struct view *view, bool back);
void view_break_here(struct view *view);
void view_list_breakpoints(struct view *view);
int view_break(struct view *view, const char *condition, struct error *err);
int view_until(struct view *view, const char *condition, struct error *err);
int view_until_back(struct view *view, const char *condition, struct error *err);

#endif
