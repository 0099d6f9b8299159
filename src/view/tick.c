/*
 * See view.h. Time comes from outside, as nanoseconds of any steady clock. While playing, events
 * that are due are applied; while idle, the survey and the panels look ahead one slice at a time,
 * so that keys never wait.
 */
#include "view/jumps.h"
#include "view/refresh.h"
#include "view/view_state.h"

#define SURVEY_LOOK UINT64_C(50000000) /* nanoseconds between looks at a survey in a thread */

/* Whether there is more of the trace to survey, and time for it: fast playing needs all of it. */
static bool has_to_survey(const struct view *view, uint64_t now)
{
	return player_has_to_survey(view->player) && !view_plays_fast(view, now);
}

/* It takes time here, and not in a thread of its own. */
static bool surveys_in_slices(const struct view *view, uint64_t now)
{
	return has_to_survey(view, now) && !player_surveys_beside(view->player);
}

void view_tick(struct view *view, uint64_t now)
{
	view_look_at_trace(view, now);
	view_notice_damage(view);
	if (view_is_busy(view)) {
		view_stop_clock(view);
		view_work(view, now);
	}
	if (view_is_busy(view)) /* the panels follow when it has ended, or is drawn */
		return;
	view_settle(view);
	view_inspect_there(view);
	bool was_catching_up = view_is_catching_up(view);
	if (was_catching_up)
		view_catch_up(view);
	else if (view->playback.is_on && !view->growth.is_returning)
		view_play(view, now);
	view_end_return(view);
	view_continue_tour(view, now);
	if (!view->playback.is_on)
		view_stop_clock(view);
	bool in_slices = surveys_in_slices(view, now);
	if (has_to_survey(view, now)) {
		if (!was_catching_up)
			player_survey(view->player,
				in_slices ? view_survey_slice(view, now, SURVEY_EVENTS)
					  : SURVEY_EVENTS);
		view_want_refresh(view);
	}
	if (!in_slices && view->lookahead.is_wanted) {
		if (view->display.wants_refresh)
			view_settle(view);
		view_look_ahead(view);
	}
	view_open_by_itself(view);
	view_settle(view);
}

uint64_t view_next_tick(const struct view *view, uint64_t now)
{
	if (view_is_busy(view) || surveys_in_slices(view, now) || view_is_catching_up(view) ||
		view->lookahead.is_wanted)
		return 0;
	uint64_t due = view_until_due(view, now), stop = view_until_next_stop(view, now);
	if (has_to_survey(view, now) && due > SURVEY_LOOK)
		due = SURVEY_LOOK;
	uint64_t look = !view_checks_trace(view)       ? UINT64_MAX
			: view->growth.next_look > now ? view->growth.next_look - now
						       : 0;
	due = stop < due ? stop : due;
	return due < look ? due : look;
}
