#include "view/view_state.h"

#include "base/units.h"
#include "panels/comparison/comparison.h"

#include <inttypes.h>
#include <stdio.h>

#define QUICK 4096u /* a way of that many events is no errand */

void move_finish(struct move *move)
{
	array_finish(&move->stops);
}

static void arrive(struct view *view, uint64_t from, int hit)
{
	const struct target *target = &view->move.target;
	bool stays = target->stops && hit < 0 && target->or_stay;

	if (stays)
		player_seek(view->player, from);
	if (target->is_jump && !stays)
		view->move.origin = from;
	if (player_position(view->player) != from && !target->keeps_followed)
		view_stop_following(view);
	view_mark_stale(view);
	if (target->arrived)
		target->arrived(view, hit);
}

static void end(struct view *view, int hit)
{
	view_end_errand(view);
	arrive(view, view->errand.origin, hit);
}

/* ---- kinds of errands ---------------------------------------------------------------------- */

/* Whether the survey is on the way to the target: it goes first, and leaves checkpoints. */
static bool survey_leads(const struct view *view, uint64_t distance)
{
	uint64_t position = view->move.target.position, surveyed = player_surveyed(view->player);

	return surveyed < position && surveyed >= position - distance;
}

static void jump(struct view *view, uint64_t n)
{
	uint64_t length = player_length(view->player);

	if (view->move.target.position > length) /* damage was found: the trace ends there */
		view->move.target.position = length;
	uint64_t position = view->move.target.position;
	uint64_t distance = player_distance(view->player, position);

	if (distance > n && survey_leads(view, distance))
		player_survey(view->player, n);
	else if (!player_approach(view->player, position, n))
		end(view, -1);
}

static void measure_jump(const struct view *view, uint64_t *ret_done, uint64_t *ret_all)
{
	uint64_t position = view->move.target.position;
	uint64_t left = player_distance(view->player, position);

	if (survey_leads(view, left))
		left = position - player_surveyed(view->player);
	*ret_all = view->move.distance;
	*ret_done = left < *ret_all ? *ret_all - left : 0;
}

static const struct errand_kind jumping = {jump, measure_jump};

/* Where nothing matches, the position goes to the start or the end. */
static void go_to_the_end(struct view *view)
{
	struct target *target = &view->move.target;

	target->position = target->is_back ? 0 : player_length(view->player);
	view->move.distance = player_distance(view->player, target->position);
	view_turn_errand(view, &jumping);
	if (view->move.distance <= slice_of(view, QUICK))
		jump(view, slice_of(view, QUICK));
}

static void run(struct view *view, uint64_t n)
{
	const struct target *target = &view->move.target;

	if (run_slice(&view->move.run, view->player, n))
		return;
	if (view->move.run.hit < 0 && !target->or_stay)
		go_to_the_end(view);
	else
		end(view, view->move.run.hit);
}

static void measure_run(const struct view *view, uint64_t *ret_done, uint64_t *ret_all)
{
	run_progress(&view->move.run, view->player, ret_done, ret_all);
}

static const struct errand_kind running = {run, measure_run};

static void run_side_by_side(struct view *view, uint64_t n)
{
	const struct rival_run *run = &view->move.rival_run;

	if (rival_run_slice(&view->move.rival_run, n))
		return;
	if (run->hit < 0 && !view->move.target.or_stay)
		go_to_the_end(view);
	else
		end(view, run->hit);
}

static void measure_side_by_side(const struct view *view, uint64_t *ret_done, uint64_t *ret_all)
{
	rival_run_progress(&view->move.rival_run, ret_done, ret_all);
}

static const struct errand_kind running_side_by_side = {run_side_by_side, measure_side_by_side};

static void compare(struct view *view, uint64_t n)
{
	bool is_done;
	const struct target *target = &view->move.target;
	bool has_found = comparison_run(target->comparison,
		target->is_about_answers ? DIFFERENCE_ANSWER : DIFFERENCE_ANY, n, &is_done);

	if (is_done)
		end(view, has_found ? 0 : -1);
}

static void measure_comparison(const struct view *view, uint64_t *ret_done, uint64_t *ret_all)
{
	uint64_t from = view->errand.origin;

	*ret_all = player_length(view->player) - from;
	*ret_done = player_position(view->player) - from;
}

static const struct errand_kind comparing = {compare, measure_comparison};

/* ---- moving -------------------------------------------------------------------------------- */

static void keep_target(struct view *view, const struct target *target)
{
	struct move *move = &view->move;
	uint64_t length = player_length(view->player);

	move->stops.count = 0;
	for (size_t i = 0; i < target->nstops; i++)
		*array_push(&move->stops) = target->stops[i];
	snprintf(move->what, sizeof(move->what), "%s", target->what ? target->what : "");
	move->target = *target;
	move->target.stops = target->stops ? move->stops.items : NULL;
	move->target.what = move->what;
	if (move->target.position > length)
		move->target.position = length;
}

static void begin_jump(struct view *view, uint64_t from)
{
	uint64_t position = view->move.target.position, here = player_position(view->player);
	struct units units;
	char what[60] = "going to the start";

	view->move.distance = player_distance(view->player, position);
	if (view->move.distance <= slice_of(view, QUICK) && !view_awaits_first_frame(view)) {
		if (position == here + 1)
			player_step(view->player);
		else
			player_seek(view->player, position);
		arrive(view, from, -1);
		return;
	}
	if (position > 0)
		snprintf(what, sizeof(what), "going to event %s",
			units_count(&units, position - 1));
	view_begin_errand(view, &jumping, what, from, position);
}

static void begin_run(struct view *view)
{
	const struct target *target = &view->move.target;
	char what[120];

	snprintf(what, sizeof(what), "no %s %s so far", target->what,
		target->is_back ? "before" : "ahead");
	uint64_t here = player_position(view->player);
	if (target->comparison) {
		comparison_begin_run(target->comparison, &view->move.rival_run, target->stops,
			target->nstops, target->is_back);
		view_begin_errand(view, &running_side_by_side, what, here, here);
		return;
	}
	run_begin(&view->move.run, view->player, target->stops, target->nstops, target->is_back);
	view_begin_errand(view, &running, what, here, here);
}

/* While the view returns into a replaced trace, a move changes where it is going. */
static bool change_return(struct view *view, const struct target *target)
{
	uint64_t from = view_position(view), length = player_length(view->player);
	bool may_grow = view_is_growing(view);

	if (!view_redirect_return(view,
		    target->position > length && !may_grow ? length : target->position))
		return false;
	if (target->is_jump)
		view->move.origin = from;
	if (view_position(view) != from && !target->keeps_followed)
		view_stop_following(view);
	view_mark_stale(view);
	if (target->arrived)
		target->arrived(view, -1);
	return true;
}

void view_go_to(struct view *view, const struct target *target)
{
	bool is_run = target->stops || target->comparison;
	bool is_changed = !is_run && view_does(view, &jumping);

	if (is_run)
		view_finish_return(view);
	else if (change_return(view, target))
		return;
	if (!is_changed)
		view_cancel(view);
	/* a jump that takes the place of another begins where that did */
	uint64_t from = is_changed ? view->errand.origin : player_position(view->player);
	view_end_errand(view);
	keep_target(view, target);
	if (target->stops)
		begin_run(view);
	else if (target->comparison)
		view_begin_errand(view, &comparing, "no further difference so far", from, from);
	else
		begin_jump(view, from);
	if (view_is_busy(view) && !target->keeps_followed)
		view_stop_following(view);
}

void view_jump(struct view *view, uint64_t position)
{
	view_go_to(view, &(struct target){.position = position, .is_jump = true});
}

void view_step(struct view *view, bool back)
{
	uint64_t here = view_position(view);

	if (back && here == 0)
		return;
	view_go_to(view, &(struct target){.position = back ? here - 1 : here + 1});
}

void view_keep_origin(struct view *view)
{
	view->move.origin = view_position(view);
}

void view_return_from_jump(struct view *view)
{
	view_jump(view, view->move.origin);
}
