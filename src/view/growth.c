/*
 * See view_state.h. A trace that grows is looked at again and again; one that has taken its place
 * is gone through to where the other was shown.
 */
#include "view/view_state.h"

#include "base/error.h"
#include "player/rivals.h"

#include <string.h>

#define CATCH_UP_EVENTS 30000u             /* applied at most before the screen is shown again */
#define LOOK            UINT64_C(50000000) /* nanoseconds between looks at a trace that grows */

/* More may come. */
bool view_is_growing(const struct view *view)
{
	return view->live && trace_is_growing(player_trace(view->player));
}

/* The program has ended, and what it was is all there, if perhaps not taken yet. */
bool view_is_complete(const struct view *view)
{
	return trace_info(player_trace(view->player))->written == TRACE_COMPLETE;
}

const char *view_the_end(const struct view *view)
{
	return view_is_growing(view) ? "the end so far" : "the end";
}

/* Whether the trace is looked at again: a complete one never changes. */
bool view_looks_at_trace(const struct view *view)
{
	return view->live && (!view_is_complete(view) || view_is_growing(view));
}

/* What panels remember was of another trace, or of another engine. */
static void forget_in_panels(struct view *view)
{
	for (size_t i = 0; i < view->npanels; i++) {
		struct panel *panel = view->panels[i];
		const struct panel before = *panel;
		if (before.ops->finish)
			before.ops->finish(panel);
		memset(panel, 0, before.ops->state_size);
		*panel = before;
	}
}

/* From the start of what is played otherwise now, back to where this was. */
static void return_to(struct view *view, uint64_t position)
{
	view->goal = view->returning ? view->goal : position;
	view->returning = true;
	view->words_stand = false;
	forget_in_panels(view);
}

/*
 * Now that there is more of the trace it may say more of how it is to be played: which Python, its
 * arenas.
 */
static void renew(struct view *view)
{
	uint64_t before = player_position(view->player);
	struct player_config config;
	struct error err;

	if (!view->renew || !view->renew(view->renewer, &config))
		return;
	if (player_renew(view->player, &config, &err) < 0) {
		view_say(view, "%s", err.text);
		return;
	}
	view->life++;
	view->options = config.options;
	text_clear(&view->renewed);
	if (config.options)
		rival_name(player_heap(view->player), config.options, &view->renewed);
	view->engine = config.options ? text_of(&view->renewed) : NULL;
	return_to(view, before);
}

void view_look_at_trace(struct view *view, uint64_t now)
{
	uint64_t before = player_position(view->player);
	bool was_growing = view_is_growing(view);
	enum trace_news news;
	struct error err;

	if (!view_looks_at_trace(view) || now < view->next_look)
		return;
	int result = player_refresh(view->player, &news, &err);
	view->next_look = now + (news == TRACE_AS_BEFORE ? LOOK : TICK);
	if (result < 0) {
		view->live = false;
		view->following = false;
		view_say(view, "%s", err.text);
		view->message_is_bad = true;
	}
	if (news == TRACE_REPLACED) {
		symbols_free(view->symbols);
		view->symbols = symbols_new(player_trace(view->player));
		return_to(view, before);
	}
	view->life += news == TRACE_REPLACED;
	if (news != TRACE_AS_BEFORE)
		renew(view);
	if (news != TRACE_AS_BEFORE || was_growing != view_is_growing(view))
		view_want_refresh(view);
}

/* Where the position is to go by itself, as far as there is something by now. */
static uint64_t goal_of(const struct view *view)
{
	uint64_t length = player_length(view->player);

	if (view->following)
		return length;
	if (view->returning)
		return view->goal < length ? view->goal : length;
	return player_position(view->player);
}

bool view_is_behind(const struct view *view)
{
	return player_position(view->player) < goal_of(view);
}

/*
 * Towards the end of what is followed, or back to where a replaced trace was shown; in slices.
 * Where the survey has not been yet it goes first, and the position goes on from the checkpoints it
 * leaves: so all is played once.
 */
void view_catch_up(struct view *view)
{
	uint64_t here = player_position(view->player), goal = goal_of(view);

	if (player_surveyed(view->player) < goal) {
		player_survey(view->player, CATCH_UP_EVENTS);
		uint64_t surveyed = player_surveyed(view->player);
		goal = surveyed < here ? here : surveyed < goal ? surveyed : goal;
	}
	player_approach(view->player, goal, CATCH_UP_EVENTS);
}

/* It has come back, or there is nothing more to come back to. */
void view_end_return(struct view *view)
{
	if (view->returning && !view_is_behind(view) &&
		(player_position(view->player) >= view->goal || !view_is_growing(view)))
		view->returning = false;
}

void view_follow(struct view *view)
{
	if (!view->live) {
		view_say(view, "this trace does not grow; play --follow watches one that does");
		return;
	}
	view_pause(view);
	if (player_position(view->player) != player_length(view->player))
		view_keep_origin(view);
	view->following = true;
	view_catch_up(view);
}
