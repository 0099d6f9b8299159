#include "view/view_state.h"

bool view_has_overlay(const struct view *view)
{
	return view->overlay.mode;
}

void view_open_mode(struct view *view, const struct mode *mode)
{
	view->overlay.mode = mode;
	view_mark_stale(view);
}

void view_close_mode(struct view *view)
{
	view->overlay.mode = NULL;
	view_mark_stale(view);
}
