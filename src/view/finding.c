/* See view_state.h.  A search goes from event to event, in the direction that is asked for. */
#include "view/view_state.h"

#include "base/error.h"
#include "base/xalloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool event_has_words(const struct view *view, const struct event *event, const char *words)
{
	char call[100];

	if (event->kind == EVENT_NOTE || event->kind == EVENT_MARK)
		return strcasestr(trace_text(player_trace(view->player), event->text), words);
	return strcasestr(name_call(event, call, sizeof(call)), words);
}

static bool is_of_object(const struct view *view, const struct event *event, const char *words)
{
	(void)words;
	return event->object == view->event.object;
}

/* The nearest event in the direction that matches; goes there. */
static void find_event(struct view *view, bool back,
	bool (*matches)(const struct view *view, const struct event *event, const char *words), const char *words)
{
	uint64_t here = player_position(view->player);
	uint64_t length = player_length(view->player);
	struct event event;

	/* The event last applied is number here - 1; the one before it is number here - 2. */
	for (uint64_t i = back ? here - 1 : here; back ? i-- > 0 : i < length; i += back ? 0 : 1)
		if (trace_get(player_trace(view->player), i, &event) && matches(view, &event, words)) {
			view_jump(view, i + 1);
			return;
		}
	view_say(view, "not found %s: %s", back ? "before" : "ahead", words);
}

void view_find_again(struct view *view, bool back)
{
	if (!view->search)
		view_say(view, "nothing was searched for yet; / searches");
	else if (!back || player_position(view->player) > 0)
		find_event(view, back, event_has_words, view->search);
}

void view_find_same(struct view *view, bool back)
{
	char words[40];

	if (!view->has_event || view->event.object == OBJECT_NONE) {
		view_say(view, "this event is of no object");
		return;
	}
	snprintf(words, sizeof(words), "object %" PRIu32, view->event.object);
	find_event(view, back, is_of_object, words);
}

int view_search(struct view *view, const char *words, struct error *err)
{
	(void)err;
	free(view->search);
	view->search = xstrdup(words);
	view_find_again(view, false);
	return 0;
}
