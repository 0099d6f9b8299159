#include "view/view_state.h"

void decision_finish(struct decisions *decision)
{
	narration_finish(&decision->step.narration);
}

bool view_shows_decision(const struct view *view)
{
	return view->decision.step.shown > 0 &&
	       view->decision.revision == player_revision(view->player);
}

const struct decision_step *view_decision_step(const struct view *view)
{
	return view_shows_decision(view) ? &view->decision.step : NULL;
}

uint64_t view_decision_place(const struct view *view)
{
	const struct decision_step *step = &view->decision.step;

	return view_shows_decision(view) ? step->narration.places[step->shown - 1] : 0;
}

bool view_begin_decisions(struct view *view, bool to_last)
{
	struct decision_step *step = &view->decision.step;
	const struct decision_log *log;

	step->shown = 0;
	if (!player_step(view->player))
		return false;
	player_last(view->player, &step->event, &step->effect, &log);
	narrate(&step->narration, player_heap(view->player), player_trace(view->player),
		&step->event, &step->effect, log, view->appearance.is_expert);
	step->log = *log;
	player_step_back(view->player);
	if (step->narration.lines == 0)
		return false;
	step->shown = to_last ? step->narration.lines : 1;
	view->decision.revision = player_revision(view->player);
	return true;
}

bool view_show_decision(struct view *view, bool back)
{
	struct decision_step *step = &view->decision.step;

	if (!view_shows_decision(view) || (!back && step->shown == step->narration.lines))
		return false;
	step->shown += back ? -1u : 1u;
	return true;
}
