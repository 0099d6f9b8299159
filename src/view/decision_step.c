/*
 * See view_state.h. An engine takes an event as a whole and leaves a list of what it decided: so
 * the event is applied and taken back, and the list is told line by line over memory as it was
 * before.
 */
#include "view/view_state.h"

#include <string.h>

bool view_is_deciding(const struct view *view)
{
	return view->decided.told > 0 && view->decided_revision == player_revision(view->player);
}

/*
 * Where the selection follows events, it goes to what the decision is about, as far as that is
 * there already.
 */
void view_look_at_decision(struct view *view)
{
	uint64_t place = view->decided.narration.places[view->decided.told - 1];

	if (place && view->selection.follow)
		selection_choose(&view->selection, player_heap(view->player), place);
}

/*
 * Tells the next event up to its first decision, or its last; the event is applied to be asked, and
 * taken back. false: it has none.
 */
static bool begin(struct view *view, bool to_last)
{
	struct decision_step *decided = &view->decided;
	const struct decision_log *log;

	view_pause(view);
	view->following = view->asking = false;
	decided->told = 0;
	if (!player_step(view->player))
		return false;
	player_last(view->player, &decided->event, &decided->effect, &log);
	narrate(&decided->narration, player_heap(view->player), player_trace(view->player),
		&decided->event, &decided->effect, log, view->expert);
	decided->log = *log;
	player_step_back(view->player);
	if (decided->narration.lines == 0)
		return false;
	decided->told = to_last ? decided->narration.lines : 1;
	view->decided_revision = player_revision(view->player);
	return true;
}

static void next_decision(struct view *view)
{
	bool is_deciding = view_is_deciding(view);

	if (is_deciding && view->decided.told < view->decided.narration.lines)
		view->decided.told++;
	else if (is_deciding || !begin(view, false))
		view_step(view, false);
}

static void previous_decision(struct view *view)
{
	if (view_is_deciding(view)) {
		/* before the first: memory as it is, and nothing told of the next event */
		view->decided.told--;
		return;
	}
	if (player_position(view->player) == 0) {
		view_say(view, "already at the start");
		return;
	}
	view_step(view, true);
	begin(view, true);
}

void view_step_into(struct view *view, bool back)
{
	if (view->comparing) {
		view_say(view, "side by side shows whole events; v comes back");
		return;
	}
	if (back)
		previous_decision(view);
	else
		next_decision(view);
	view_want_refresh(view);
}
