#include "view/view_state.h"

#include "base/error.h"
#include "trace/exits.h"

#define CATCH_UP_EVENTS 30000u             /* most events applied between two frames */
#define LOOK            UINT64_C(50000000) /* nanoseconds between checks of a trace that grows */
#define LOOK_SOON       UINT64_C(16700000) /* after a check that found more */

void growth_init(struct growth *growth, const struct trace *trace, const struct view_config *config)
{
	uint64_t done, total;

	growth->is_read = trace_is_being_read(trace, &done, &total);
	growth->is_live = config->live;
	growth->is_followed = config->live && config->following;
	growth->stops_program = config->stops_program;
	growth->renew = config->renew;
	growth->renewer = config->renewer;
}

bool view_is_growing(const struct view *view)
{
	return view->growth.is_live && trace_is_growing(player_trace(view->player));
}

bool view_is_complete(const struct view *view)
{
	return trace_info(player_trace(view->player))->written == TRACE_COMPLETE;
}

const char *view_the_end(const struct view *view)
{
	return view_is_growing(view) ? "the end so far" : "the end";
}

bool view_checks_trace(const struct view *view)
{
	return view->growth.is_live && (!view_is_complete(view) || view_is_growing(view));
}

/* The trace is now played in another way, from its start; returns to the position in slices. */
static void return_to(struct view *view, uint64_t position)
{
	view->growth.goal = view->growth.is_returning ? view->growth.goal : position;
	view->growth.is_returning = true;
	view_end_still(view);
	view_forget_in_panels(view);
}

/* A longer trace may say more about how it is to be played: the version of Python, its arenas. */
static void renew(struct view *view)
{
	struct player_config config;
	struct error err;

	if (!view->growth.renew || !view->growth.renew(view->growth.renewer, &config))
		return;
	uint64_t before = view_abandon(view);
	if (view_renew_player(view, &config, &err) < 0)
		view_say(view, "%s", err.text);
	else
		return_to(view, before);
}

/*
 * The followed program has ended. By then everything may be freed, so what it kept is shown
 * instead, as the report has it.
 */
static void leave_end(struct view *view)
{
	struct trace_exit exit;

	if (!view->growth.is_followed || !trace_find_exit(player_trace(view->player), &exit))
		return;
	view->growth.is_followed = false;
	return_to(view, exit.position);
	view->growth.goal = exit.position;
	view_say(view, "the program has ended; this is %s, G goes to the end",
		exit_when(exit.kind));
}

void view_look_at_trace(struct view *view, uint64_t now)
{
	uint64_t before = view_position(view);
	bool was_growing = view_is_growing(view);
	enum trace_news news;
	struct error err;

	if (!view_checks_trace(view) || now < view->growth.next_look)
		return;
	int result = player_refresh(view->player, &news, &err);
	if (view->growth.is_read && !view_is_growing(view)) /* from now on a trace like any other */
		view->growth.is_live = view->growth.is_read = false;
	view->growth.next_look = now + (news == TRACE_AS_BEFORE ? LOOK : LOOK_SOON);
	if (result < 0) {
		view->growth.is_live = false;
		view->growth.is_followed = false;
		view_complain(view, err.text);
	}
	if (news == TRACE_REPLACED) {
		view_abandon(view);
		view_renew_trace(view);
		return_to(view, before);
	}
	if (news != TRACE_AS_BEFORE)
		renew(view);
	if (was_growing && !view_is_growing(view))
		leave_end(view);
	if (news != TRACE_AS_BEFORE || was_growing != view_is_growing(view))
		view_want_refresh(view);
}

void view_notice_damage(struct view *view)
{
	struct error err;

	if (view->growth.has_found_damage || trace_check(player_trace(view->player), &err) == 0)
		return;
	view->growth.has_found_damage = true;
	view_complain(view, err.text);
	view_want_refresh(view);
}

/* The position to go to, as far as the trace reaches by now. */
static uint64_t goal_of(const struct view *view)
{
	uint64_t length = player_length(view->player);

	if (view->growth.is_followed)
		return length;
	if (view->growth.is_returning)
		return view->growth.goal < length ? view->growth.goal : length;
	return player_position(view->player);
}

bool view_is_catching_up(const struct view *view)
{
	uint64_t here = player_position(view->player), goal = goal_of(view);

	return view->growth.is_returning ? here != goal : here < goal;
}

/*
 * Goes a slice towards the followed end, or back to where a replaced trace was shown. Where the
 * survey has not been yet, it goes first, and the position continues from the checkpoints that it
 * leaves, so every event is played once.
 */
void view_catch_up(struct view *view)
{
	uint64_t here = player_position(view->player), goal = goal_of(view);

	if (player_surveyed(view->player) < goal) {
		player_survey(view->player, slice_of(view, CATCH_UP_EVENTS));
		uint64_t surveyed = player_surveyed(view->player);
		goal = surveyed < here ? here : surveyed < goal ? surveyed : goal;
	}
	player_approach(view->player, goal, slice_of(view, CATCH_UP_EVENTS));
}

/* Ends the return once it has arrived, or there is nothing more to return to. */
void view_end_return(struct view *view)
{
	bool is_there =
		view->growth.is_returning && !view_is_catching_up(view) &&
		(view->growth.goal <= player_length(view->player) || !view_is_growing(view));

	if (!is_there)
		return;
	view->growth.is_returning = false;
	view_want_refresh(view);
}

void view_follow_end(struct view *view)
{
	view->growth.is_followed = true;
	view_catch_up(view);
}

void view_stop_following(struct view *view)
{
	view->growth.is_followed = false;
}

bool view_is_at_end(const struct view *view)
{
	return view_position(view) >= player_length(view->player);
}

uint64_t view_position(const struct view *view)
{
	return view->growth.is_returning ? view->growth.goal : view_heading(view);
}

uint64_t view_shown_position(const struct view *view)
{
	return view->growth.is_returning ? view->growth.goal : player_position(view->player);
}

bool view_redirect_return(struct view *view, uint64_t position)
{
	if (!view->growth.is_returning)
		return false;
	view->growth.goal = position;
	return true;
}

void view_finish_return(struct view *view)
{
	bool is_followed = view->growth.is_followed;

	view->growth.is_followed = false; /* first to what is shown, and then to the end */
	while (view->growth.is_returning) {
		if (view_is_catching_up(view))
			view_catch_up(view);
		else
			view_look_at_trace(view, view->growth.next_look);
		view_end_return(view);
	}
	view->growth.is_followed = is_followed;
}
