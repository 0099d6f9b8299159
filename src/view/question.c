#include "view/question.h"
#include "view/view_state.h"

#include <string.h>

bool view_next_request(const struct view *view, uint64_t *ret_number)
{
	uint64_t number = player_position(view->player);
	struct event event;

	while (trace_get(player_trace(view->player), number, &event) && event.kind == EVENT_MARK)
		number++;
	*ret_number = number;
	return number < player_length(view->player) && event.kind != EVENT_NOTE;
}

/* The caption after which nothing has happened, except for marks; NULL: none. */
static const char *caption_here(const struct view *view)
{
	struct trace *trace = player_trace(view->player);
	uint64_t position = player_position(view->player);
	struct event event;

	while (position > 0 && trace_get(trace, position - 1, &event) && event.kind == EVENT_MARK)
		position--;
	return position > 0 && event.kind == EVENT_NOTE ? trace_text(trace, event.text) : NULL;
}

bool view_is_asking(const struct view *view)
{
	bool may_ask =
		view->lecture.is_on && view->lecture.has_questions && !view_shows_decision(view);
	const char *caption = may_ask ? caption_here(view) : NULL;
	size_t length = caption ? strlen(caption) : 0;
	uint64_t number;

	return length > 0 && caption[length - 1] == '?' && view_next_request(view, &number);
}
