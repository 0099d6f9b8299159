/* See view.h, and view_state.h for the modules. */
#include "base/xalloc.h"
#include "view/refresh.h"
#include "view/speed.h"
#include "view/view_state.h"

#include <stdlib.h>

struct view *view_new(struct player *player, const struct view_config *config)
{
	struct view *view = xcalloc(1, sizeof(*view));

	view->player = player;
	appearance_init(&view->appearance, config->lecture);
	panel_set_init(&view->panels);
	simulation_init(&view->simulation, player, config);
	growth_init(&view->growth, player_trace(player), config);
	speed_init(&view->speed, config);
	focus_init(&view->focus, view_has_arenas(view));
	presentation_init(&view->presentation, config);
	lecture_init(&view->lecture, config);
	marks_init(&view->marks, config);
	if (view->marks.trouble.text[0])
		view_say(view, "%s", view->marks.trouble.text);
	opening_init(&view->opening, config, player);
	view_announce_opening(view);
	tour_init(&view->tour, config);
	view_follow_event(view, true);
	view_settle(view);
	return view;
}

void view_free(struct view *view)
{
	if (!view)
		return;
	panel_set_finish(&view->panels);
	presentation_finish(&view->presentation);
	simulation_finish(&view->simulation);
	decision_finish(&view->decision);
	still_finish(&view->still);
	move_finish(&view->move);
	marks_finish(&view->marks);
	contents_finish(&view->contents);
	breakpoints_finish(&view->breakpoints);
	search_finish(&view->search);
	side_by_side_finish(&view->side_by_side);
	bindings_finish(&view->bindings);
	prompt_finish(&view->prompt);
	transcript_finish(&view->transcript);
	rehearsal_finish(&view->rehearsal);
	headline_cache_finish(&view->headline);
	free(view);
}
