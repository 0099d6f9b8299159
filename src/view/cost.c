#include "view/view_state.h"

/* processor time in nanoseconds that a frame and its events may take: half of it */
#define FRAME_COST   8000000.0
#define FRAME_EVENTS 500.0  /* always applied, even if frames are slow */
#define MOST_EVENTS  60000u /* most events applied between two frames */
#define STEADY       8.0    /* number of frames over which costs are averaged */

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

	if (view->cost.of_event == 0 || room > MOST_EVENTS * view->cost.of_event)
		return MOST_EVENTS;
	return room > FRAME_EVENTS * view->cost.of_event ? room / view->cost.of_event
							 : FRAME_EVENTS;
}

void view_count_events(struct view *view, uint64_t n)
{
	view->cost.events += n;
}
