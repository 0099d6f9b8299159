/* See view_state.h.  Every jump keeps where it came from. */
#include "view/view_state.h"

#include "base/error.h"
#include "base/units.h"

#include <stdio.h>
#include <string.h>

#define PAGE_EVENTS 20u

void view_jump(struct view *view, uint64_t position)
{
	view->before_jump = player_position(view->player);
	player_seek(view->player, position);
}

/* A person who moves has left what they followed. */
void view_leave_if_moved(struct view *view, uint64_t before)
{
	if (player_position(view->player) == before)
		return;
	view->following = false;
	view->returning = false;
}

/* Marks of the trace and the person's own, nearest in the direction. */
static bool find_mark(const struct view *view, bool back, uint64_t *ret_position)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(player_trace(view->player), &marks);
	uint64_t here = player_position(view->player);
	bool found = false;

	for (size_t i = 0; i < count + view->marks.count; i++) {
		uint64_t position = i < count ? marks[i].position + 1 : view->marks.items[i - count];
		bool is_ahead = back ? position < here : position > here;
		bool is_nearer = !found || (back ? position > *ret_position : position < *ret_position);
		if (is_ahead && is_nearer) {
			*ret_position = position;
			found = true;
		}
	}
	return found;
}

void view_to_mark(struct view *view, bool back)
{
	uint64_t position = 0;

	if (find_mark(view, back, &position))
		view_jump(view, position);
	else
		view_say(view, "no mark %s", back ? "before" : "ahead");
}

void view_set_mark(struct view *view)
{
	uint64_t here = player_position(view->player);

	for (size_t i = 0; i < view->marks.count; i++)
		if (view->marks.items[i] == here) {
			view->marks.items[i] = view->marks.items[--view->marks.count];
			view_say(view, "mark cleared");
			return;
		}
	*array_push(&view->marks) = here;
	view_say(view, "mark set; ] and [ come back to it");
}

void view_page(struct view *view, bool back)
{
	uint64_t here = player_position(view->player);

	if (back)
		view_jump(view, here > PAGE_EVENTS ? here - PAGE_EVENTS : 0);
	else
		view_jump(view, here + PAGE_EVENTS);
}

int view_seek(struct view *view, const char *words, struct error *err)
{
	uint64_t number, position = player_position(view->player);
	bool forwards = words[0] == '+', backwards = words[0] == '-';
	char digits[32];
	size_t length = strlen(words);
	bool percent = length > 1 && words[length - 1] == '%';
	uint64_t length_of_trace = player_length(view->player);

	if (length == 0)
		return error_set(err, "seek where? An event's number, +5, -5, 50%%, a mark, peak, start, end");
	snprintf(digits, sizeof(digits), "%.*s", (int)(length - percent), words + (forwards || backwards));
	if (strcmp(words, "start") == 0 || strcmp(words, "end") == 0) {
		view_jump(view, words[0] == 's' ? 0 : player_length(view->player));
		return 0;
	}
	if (trace_find_mark(player_trace(view->player), words, &number)) {
		view_jump(view, number + 1);
		return 0;
	}
	if (strcmp(words, "peak") == 0) {
		while (player_survey(view->player, SURVEY_EVENTS))
			;
		view_jump(view, player_survey_metrics(view->player)->peak_at);
		return 0;
	}
	struct error why;
	if (number_parse(digits, &number, &why) < 0)
		return *digits && strspn(digits, "0123456789") == strlen(digits)
			? error_set(err, "seek: %s", why.text)
			: error_set(err, "seek: '%s' is no event number, percentage, mark, or peak", words);
	if (percent && number > 100)
		number = 100;
	if (percent)
		number = length_of_trace / 100 * number + length_of_trace % 100 * number / 100;
	else if (forwards)
		number = number > UINT64_MAX - position ? UINT64_MAX : position + number;
	else if (backwards)
		number = number < position ? position - number : 0;
	else if (number < UINT64_MAX)
		number++;	/* to an event means: just after it */
	view_jump(view, number);
	if (number > length_of_trace)
		view_say(view, "the trace ends before that");
	return 0;
}
