/* See view_state.h.  A lecture goes from caption to caption; what comes right after one is asked, and then shown. */
#include "view/view_state.h"

#include "view/theme.h"

#include <string.h>

bool view_is_asking(const struct view *view)
{
	return view->asking && view->asked_at == player_position(view->player);
}

void view_toggle_lecture(struct view *view)
{
	view->lecture = !view->lecture;
	view->asking = false;
	if (view->lecture) {
		view->theme_before = view->theme;
		view->theme = theme_find(strcmp(theme_name(view->theme), "light") == 0 ? "projector-light"
			: strcmp(theme_name(view->theme), "mono") == 0		       ? "mono"
											: "projector-dark");
	} else {
		view->theme = view->theme_before;
	}
	view->main = NULL;
	view->alone = view->comparing = false;
	view_refresh(view);
}

void view_toggle_quiz(struct view *view)
{
	view->quiz = !view->quiz;
	view->asking = false;
	view_say(view, view->quiz ? "a lecture asks before it shows" : "a lecture shows without asking");
}

/* The request that comes next, marks passed over; false where a caption comes first, or the end. */
static bool next_request(const struct view *view, uint64_t *ret_number)
{
	uint64_t number = player_position(view->player);
	struct event event;

	while (trace_get(player_trace(view->player), number, &event) && event.kind == EVENT_MARK)
		number++;
	*ret_number = number;
	return number < player_length(view->player) && event.kind != EVENT_NOTE;
}

/* Whether nothing has happened since the caption. */
static bool is_at_caption(const struct view *view)
{
	uint64_t position = player_position(view->player);
	struct event event;

	while (position > 0 && trace_get(player_trace(view->player), position - 1, &event) && event.kind == EVENT_MARK)
		position--;
	return position == 0 || event.kind == EVENT_NOTE;
}

/* Asks what the next event will do, or shows it when it was asked; false: there is nothing to ask. */
bool view_ask_or_show(struct view *view)
{
	uint64_t number;

	if (view_is_asking(view)) {
		view->asking = false;
		player_step(view->player);
		return true;
	}
	if (!view->quiz || !next_request(view, &number))
		return false;
	player_seek(view->player, number);
	view->asking = true;
	view->asked_at = number;
	return true;
}

/* A clicker's keys: to the next caption, but what comes right after one is asked and shown first. */
void view_turn_page(struct view *view, bool back)
{
	view_pause(view);
	if (back && view_is_asking(view)) {
		view->asking = false;
		return;
	}
	if (!back && (view_is_asking(view) || is_at_caption(view)) && view_ask_or_show(view))
		return;
	view_run_to(view, (struct stop){STOP_NOTE, 0}, back, "caption");
}
