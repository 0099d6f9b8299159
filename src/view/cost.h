/*
 * The processor time that events and frames take, so that playing leaves most of it to other
 * programs.
 */
#ifndef VIEW_COST_H
#define VIEW_COST_H

#include "view/view.h"

struct cost {
	uint64_t events; /* since the last frame, while playing */
	/* nanoseconds for an event, and for a frame without events; 0: not known */
	double of_event;
	double of_frame;
};

/* number of events that a frame has time for */
double view_affordable_events(const struct view *view);
void view_count_events(struct view *view, uint64_t n);

#endif
