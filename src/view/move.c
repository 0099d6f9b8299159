#include "view/view_state.h"

#include "panels/comparison/comparison.h"

/* Returns the index of the stop that matched, or -1. */
static int run_to_stop(struct view *view, const struct target *target)
{
	bool done;

	if (target->is_back)
		return player_run_back(view->player, target->stops, target->nstops);
	return player_run(view->player, target->stops, target->nstops, 0, &done);
}

int view_go_to(struct view *view, const struct target *target)
{
	uint64_t here = player_position(view->player);
	bool is_jump = target->is_jump;
	int hit = -1;

	if (target->stops) {
		hit = run_to_stop(view, target);
		if (hit < 0 && target->or_stay) {
			player_seek(view->player, here);
			is_jump = false;
		}
	} else if (target->comparison) {
		hit = comparison_next(target->comparison) ? 0 : -1;
	} else if (target->position == here + 1) {
		player_step(view->player);
	} else {
		player_seek(view->player, target->position);
	}
	if (is_jump)
		view->move.origin = here;
	if (player_position(view->player) != here && !target->keeps_followed)
		view_leave_followed(view);
	view_mark_stale(view);
	return hit;
}

void view_jump(struct view *view, uint64_t position)
{
	view_go_to(view, &(struct target){.position = position, .is_jump = true});
}

void view_step(struct view *view, bool back)
{
	uint64_t here = player_position(view->player);

	if (back && here == 0)
		return;
	view_go_to(view, &(struct target){.position = back ? here - 1 : here + 1});
}

void view_keep_origin(struct view *view)
{
	view->move.origin = player_position(view->player);
}

void view_return_from_jump(struct view *view)
{
	view_jump(view, view->move.origin);
}
