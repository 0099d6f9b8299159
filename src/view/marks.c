#include "view/view_state.h"

void marks_finish(struct marks *marks)
{
	array_finish(&marks->positions);
}

/* The nearest mark in the direction, of the trace or of the person. */
static bool find_mark(const struct view *view, bool back, uint64_t *ret_position)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(player_trace(view->player), &marks);
	uint64_t here = player_position(view->player);
	bool found = false;

	for (size_t i = 0; i < count + view->marks.positions.count; i++) {
		uint64_t position =
			i < count ? marks[i].position + 1 : view->marks.positions.items[i - count];
		bool is_ahead = back ? position < here : position > here;
		bool is_nearer =
			!found || (back ? position > *ret_position : position < *ret_position);
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

	for (size_t i = 0; i < view->marks.positions.count; i++)
		if (view->marks.positions.items[i] == here) {
			view->marks.positions.items[i] =
				view->marks.positions.items[--view->marks.positions.count];
			view_say(view, "mark cleared");
			return;
		}
	*array_push(&view->marks.positions) = here;
	view_say(view, "mark set; ] and [ jump to it");
}
