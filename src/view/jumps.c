#include "view/jumps.h"

#include "base/error.h"
#include "base/units.h"
#include "player/where.h"
#include "view/view_state.h"

#define PAGE_EVENTS 20u

void view_page(struct view *view, bool back)
{
	uint64_t here = view_position(view);

	if (here == (back ? 0 : player_length(view->player)))
		view_say(view, "already at the %s", back ? "start" : "end");
	else if (back)
		view_jump(view, here > PAGE_EVENTS ? here - PAGE_EVENTS : 0);
	else
		view_jump(view, here + PAGE_EVENTS);
}

void view_to_fault(struct view *view, bool back)
{
	view_find_stop(view, (struct stop){STOP_FAULT, 0}, back, "fault");
}

static void find_peak(struct view *view, uint64_t n)
{
	if (player_surveyed(view->player) < player_length(view->player) &&
		player_survey(view->player, n))
		return;
	view_end_errand(view);
	if (view_position(view) == player_survey_metrics(view->player)->peak_at)
		view_say(view, "already at the peak");
	view_jump(view, player_survey_metrics(view->player)->peak_at);
}

static void measure_peak(const struct view *view, uint64_t *ret_done, uint64_t *ret_all)
{
	*ret_done = player_surveyed(view->player);
	*ret_all = player_length(view->player);
}

static const struct errand_kind finding_peak = {find_peak, measure_peak};

void view_to_peak(struct view *view)
{
	view_cancel(view);
	uint64_t here = player_position(view->player);
	view_begin_errand(view, &finding_peak, "looking for the peak", here, here);
}

void view_follow(struct view *view)
{
	if (!view->growth.is_live) {
		view_say(view,
			"this trace is complete; use play --follow for one still being written");
		return;
	}
	view_pause(view);
	if (view_position(view) != player_length(view->player))
		view_keep_origin(view);
	view_abandon(view);
	view_follow_end(view);
}

/* ---- anywhere ------------------------------------------------------------------------------ */

static void go_to(struct view *view, const struct where *where)
{
	uint64_t length = player_length(view->player);
	struct units units;

	switch (where->kind) {
	case WHERE_POSITION:
		view_jump(view, where->position);
		break;
	case WHERE_PEAK:
		view_to_peak(view);
		break;
	case WHERE_FAULT:
		view_to_fault(view, false);
		break;
	}
	if (where->is_beyond)
		view_say(view, "the trace ends earlier: its last event is %s",
			units_count(&units, length ? length - 1 : 0));
}

/* A mark of the trace comes before one that the person has set. */
int view_seek(struct view *view, const char *words, struct error *err)
{
	struct trace *trace = player_trace(view->player);
	struct where where = {.kind = WHERE_POSITION};
	uint64_t number;

	if (*words == '\0')
		return error_set(err,
			"a target is needed: event number, +5, -5, 50%%, 1.5s, mark, peak, fault, start, exit, end");
	if (!trace_find_mark(trace, words, &number) &&
		view_find_own_mark(view, words, &where.position)) {
		view_jump(view, where.position);
		return 0;
	}
	if (where_parse(&where, trace, view_position(view), words, err) < 0)
		return -1;
	go_to(view, &where);
	return 0;
}
