#include "view/question.h"
#include "view/speed.h"
#include "view/view_state.h"

#include "story/places.h"

struct scene view_scene(struct view *view)
{
	const struct latest *latest = &view->latest;

	return (struct scene){
		.player = view->player,
		.selection = &view->selection,
		.event = latest->has_event ? &latest->event : NULL,
		.effect = latest->has_event ? &latest->effect : NULL,
		.symbols = view->simulation.symbols,
		.log = latest->has_event ? latest->log : NULL,
		.life = view->simulation.life,
		.playing = view->playback.is_on,
		.lecture = view->lecture.is_on,
		.is_picture = view->presentation.is_picture,
		.said = view->presentation.caption,
		.asking = view_is_asking(view),
		.decision_step = view_decision_step(view),
		.speed = view_speed(view),
		.expert = view->appearance.is_expert,
		.marks = view->marks.positions.items,
		.nmarks = view->marks.positions.count,
		.color_by = view->appearance.color_by,
	};
}

void view_update_scene(struct view *view)
{
	struct latest *latest = &view->latest;
	uint64_t place = view_decision_place(view);

	latest->has_event = last_shown(view->player, &latest->event, &latest->effect, &latest->log);
	struct scene scene = view_scene(view);
	if (!view->still.is_on)
		selection_follow(&view->selection, &scene);
	/* the selection follows the decision, if its place exists already */
	if (place && view->selection.follow)
		selection_choose(&view->selection, player_heap(view->player), place);
}

void view_select(struct view *view, struct selection selection)
{
	view->selection = selection;
	view_want_refresh(view);
}

void view_follow_event(struct view *view, bool on)
{
	view->selection.follow = on;
	view_want_refresh(view);
}

void view_select_level(struct view *view, enum inspect_level level)
{
	view->selection.level = level;
	view_want_refresh(view);
}
