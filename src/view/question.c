#include "view/question.h"

#include "trace/captions.h"
#include "view/view_state.h"

bool view_next_request(const struct view *view, uint64_t *ret_number)
{
	struct event event;

	return caption_next(player_trace(view->player), player_position(view->player), ret_number,
		       &event) &&
	       event.kind != EVENT_NOTE;
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
	uint64_t number;

	return caption_asks(caption) && view_next_request(view, &number);
}
