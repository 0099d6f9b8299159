#include "view/view_state.h"

#include "trace/trace.h"

void opening_init(struct opening *opening, const struct view_config *config,
	const struct player *player)
{
	const struct trace_mark *notes;

	opening->is_wanted = config->opens_idlest && trace_notes(player_trace(player), &notes) == 0;
}

void view_end_opening(struct view *view)
{
	view->opening.is_wanted = false;
}

void view_open_at_idlest(struct view *view)
{
	uint64_t idlest = player_survey_metrics(view->player)->idle_at;

	bool has_begun = player_position(view->player) > 0 || view->playback.is_on;
	bool is_found = player_surveyed(view->player) >= player_length(view->player) &&
			!view_is_growing(view);

	if (!view->opening.is_wanted || (!has_begun && !is_found))
		return;
	view_end_opening(view);
	if (has_begun || idlest == 0)
		return;
	view_jump(view, idlest);
	view_say(view, "opened where most bytes are held and not live; g goes to the start");
}
