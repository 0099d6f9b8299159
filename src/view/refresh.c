/* See refresh.h. */
#include "view/refresh.h"

#include "panels/comparison/comparison.h"
#include "view/view_state.h"

/* A run to a stop moves all engines side by side; their panes are updated when it has ended. */
static bool runs_side_by_side(const struct view *view)
{
	return view->errand.kind && view->move.target.comparison && view->move.target.stops;
}

static void refresh(struct view *view)
{
	view_update_scene(view);
	struct scene scene = view_scene(view);
	for (size_t i = 0; i < view->panels.count; i++) {
		struct panel *panel = view->panels.items[i];
		if (view->still.is_on && panel->ops->is_read)
			continue;
		if (panel_is_useful(panel->ops, &scene))
			panel->ops->update(panel, &scene);
	}
	view_consider_lookahead(view);
	if (view->side_by_side.is_shown && !runs_side_by_side(view))
		comparison_update(view->side_by_side.comparison, &scene);
	view_note_refreshed(view);
}

void view_settle(struct view *view)
{
	if (view->display.wants_refresh ||
		player_revision(view->player) != view->display.seen_revision)
		refresh(view);
}
