#include "view/decision_step.h"

#include "view/view_state.h"

static bool begin(struct view *view, bool to_last)
{
	view_pause(view);
	view_stop_following(view);
	view_finish_return(view);
	return view_begin_decisions(view, to_last);
}

static void next_decision(struct view *view)
{
	bool is_shown =
		view_shows_decision(view) ? view_show_decision(view, false) : begin(view, false);

	if (!is_shown)
		view_step(view, false);
}

/* Going back from the first decision shows memory as it is, and nothing of the next event. */
static void previous_decision(struct view *view)
{
	if (view_show_decision(view, true))
		return;
	if (view_position(view) == 0) {
		view_say(view, "already at the start");
		return;
	}
	view_step(view, true);
	begin(view, true);
}

void view_step_into(struct view *view, bool back)
{
	if (view->side_by_side.is_shown) {
		view_say(view, "side by side shows whole events only; press v to leave it");
		return;
	}
	if (back)
		previous_decision(view);
	else
		next_decision(view);
	view_want_refresh(view);
}
