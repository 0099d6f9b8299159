#include "view/view_state.h"

/* processor time in nanoseconds that a frame and its events may take: half of it */
#define FRAME_COST   8000000.0
#define FRAME_EVENTS 500.0  /* always applied, even if frames are slow */
#define MOST_EVENTS  60000u /* most events applied between two frames */
#define STEADY       8.0    /* number of frames over which costs are averaged */

#define SLICE_TIME UINT64_C(10000000) /* nanoseconds on the clock for a slice */

static double averaged(double before, double cost)
{
	return before > 0 ? before + (cost - before) / STEADY : cost;
}

void view_report_cost(struct view *view, uint64_t ticks, uint64_t frame)
{
	if (view->cost.events >= (uint64_t)FRAME_EVENTS)
		view->cost.of_event =
			averaged(view->cost.of_event, (double)ticks / (double)view->cost.events);
	view->cost.of_frame = averaged(view->cost.of_frame, (double)frame);
	view->cost.events = 0;
}

double view_affordable_events(const struct view *view)
{
	double room = FRAME_COST - view->cost.of_frame;

	if (player_runs_code(view->player)) /* another's processor time */
		return LEAST_SLICE;

	if (view->cost.of_event == 0 || room > MOST_EVENTS * view->cost.of_event)
		return MOST_EVENTS;
	return room > FRAME_EVENTS * view->cost.of_event ? room / view->cost.of_event
							 : FRAME_EVENTS;
}

uint64_t slice_of(const struct view *view, uint64_t most)
{
	return player_runs_code(view->player) ? LEAST_SLICE : most;
}

uint64_t slice_after(uint64_t slice, uint64_t elapsed, uint64_t most)
{
	if (elapsed > SLICE_TIME)
		slice = (uint64_t)((double)slice * (double)SLICE_TIME / (double)elapsed);
	else if (elapsed < SLICE_TIME / 2)
		slice *= 2;
	return slice < LEAST_SLICE ? LEAST_SLICE : slice > most ? most : slice;
}

uint64_t view_survey_slice(struct view *view, uint64_t now, uint64_t most)
{
	struct cost *cost = &view->cost;

	if (!player_runs_code(view->player))
		return most;
	cost->slice =
		cost->surveyed ? slice_after(cost->slice, now - cost->surveyed, most) : LEAST_SLICE;
	cost->surveyed = now;
	return cost->slice;
}

void view_count_events(struct view *view, uint64_t n)
{
	view->cost.events += n;
}
