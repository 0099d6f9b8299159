/* What events and frames take of the processor, so that playing leaves it to others mostly. */
#ifndef VIEW_COST_H
#define VIEW_COST_H

#include "view/view.h"

struct cost {
	uint64_t events; /* since the last frame, while playing */
	/* of one event and of a frame without events, in nanoseconds; 0: not known */
	double of_event;
	double of_frame;
};

double view_affordable_events(const struct view *view); /* that a frame has time for */
void view_count_events(struct view *view, uint64_t n);

#endif
