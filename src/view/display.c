#include "view/view_state.h"

void view_mark_stale(struct view *view)
{
	view->display.is_stale = true;
}

bool view_is_stale(const struct view *view)
{
	return view->display.is_stale;
}

void view_want_refresh(struct view *view)
{
	view->display.wants_refresh = true;
	view_mark_stale(view);
}

bool view_begins_slowly(const struct view *view)
{
	return heap_can_search(player_heap(view->player));
}

bool view_awaits_first_frame(const struct view *view)
{
	return view_begins_slowly(view) && !view->display.was_drawn;
}

void view_note_drawn(struct view *view)
{
	view->display.was_drawn = true;
	view->display.is_stale = false;
}

void view_note_refreshed(struct view *view)
{
	view->display.wants_refresh = false;
	view->display.seen_revision = player_revision(view->player);
	view_mark_stale(view);
}
