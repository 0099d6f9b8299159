/*
 * See view_state.h. A lecture goes from caption to caption. A caption that ends in a question mark
 * asks what the request behind it will do: its answer is not on the screen before the next key.
 */
#include "view/view_state.h"

#include "canvas/theme.h"

#include <string.h>

void view_toggle_lecture(struct view *view)
{
	view->lecture = !view->lecture;
	view->asking = false;
	if (view->lecture) {
		view->theme_before = view->theme;
		view->theme = theme_find(
			strcmp(theme_name(view->theme), "light") == 0  ? "projector-light"
			: strcmp(theme_name(view->theme), "mono") == 0 ? "mono"
								       : "projector-dark");
	} else {
		view->theme = view->theme_before;
	}
	view->main = NULL;
	view->alone = view->comparing = false;
	view_want_refresh(view);
}

void view_toggle_quiz(struct view *view)
{
	view->quiz = !view->quiz;
	view->asking = false;
	view_say(view,
		view->quiz ? "a lecture asks before it shows" : "a lecture shows without asking");
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

/* The caption that nothing has happened since, marks passed over; NULL: none. */
static const char *caption_here(const struct view *view)
{
	struct trace *trace = player_trace(view->player);
	uint64_t position = player_position(view->player);
	struct event event;

	while (position > 0 && trace_get(trace, position - 1, &event) && event.kind == EVENT_MARK)
		position--;
	return position > 0 && event.kind == EVENT_NOTE ? trace_text(trace, event.text) : NULL;
}

bool view_caption_asks(const struct view *view)
{
	bool may_ask = view->lecture && view->quiz && !view_is_deciding(view);
	const char *caption = may_ask ? caption_here(view) : NULL;
	size_t length = caption ? strlen(caption) : 0;
	uint64_t number;

	return length > 0 && caption[length - 1] == '?' && next_request(view, &number);
}

bool view_is_asking(const struct view *view)
{
	if (view->asking && view->asked_at == player_position(view->player))
		return true;
	return view_caption_asks(view);
}

bool view_ask_or_show(struct view *view)
{
	bool asked = view_is_asking(view);
	uint64_t number;

	if (!next_request(view, &number) || (!asked && !view->quiz))
		return false;
	view_go_to(view, &(struct target){.position = asked ? number + 1 : number});
	view->asking = !asked;
	view->asked_at = number;
	return true;
}

/* A clicker's keys: to the next caption; what was asked is shown first. */
void view_turn_page(struct view *view, bool back)
{
	view_pause(view);
	if (back && view->asking && view_is_asking(view)) {
		view->asking = false;
		return;
	}
	view->asking = view->asking && view_is_asking(view);
	if (!back && view_is_asking(view) && view_ask_or_show(view))
		return;
	view_run_to(view, (struct stop){STOP_NOTE, 0}, back, "caption");
}
