#include "view/view_state.h"

#include "panels/comparison/comparison.h"

#define SEARCH_SLICE 10u /* milliseconds */

void view_consider_lookahead(struct view *view)
{
	bool is_wanted = false;

	if (player_has_to_search(view->player) && !view->playback.is_on) {
		is_wanted = true;
	} else if (view->side_by_side.is_shown) {
		is_wanted = comparison_is_searching(view->side_by_side.comparison);
	} else {
		for (size_t i = 0; i < view->panels.count; i++) {
			const struct panel *panel = view->panels.items[i];
			is_wanted |= panel->shown && panel->ops->tick && !view->playback.is_on;
		}
	}
	view->lookahead.is_wanted = is_wanted;
}

void view_want_lookahead(struct view *view)
{
	view->lookahead.is_wanted = true;
}

/* Lets panels look something up for a slice; false: nothing is left to look up. */
static bool look_up_in_panels(struct view *view)
{
	struct scene scene = view_scene(view);
	bool has_more = false;

	for (size_t i = 0; i < view->panels.count; i++) {
		struct panel *panel = view->panels.items[i];
		if (panel->shown && panel->ops->tick) {
			has_more |= panel->ops->tick(panel, &scene);
			view_mark_stale(view);
		}
	}
	return has_more;
}

void view_look_ahead(struct view *view)
{
	if (player_has_to_search(view->player)) {
		bool has_begun = player_is_searching(view->player);
		if (player_search(view->player, SEARCH_SLICE) || !has_begun)
			view_want_refresh(view);
	} else if (view->side_by_side.is_shown) {
		view->lookahead.is_wanted = comparison_tick(view->side_by_side.comparison);
		view_mark_stale(view);
		if (comparison_is_behind(view->side_by_side.comparison))
			view_want_refresh(view);
	} else {
		view->lookahead.is_wanted = look_up_in_panels(view);
	}
}
