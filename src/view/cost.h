/*
 * The processor time that events and frames take, so that playing leaves most of it to other
 * programs; and how much is done before keys are looked for.
 */
#ifndef VIEW_COST_H
#define VIEW_COST_H

#include "view/view.h"

struct cost {
	uint64_t events; /* since the last frame, while playing */
	/* nanoseconds for an event, and for a frame without events; 0: not known */
	double of_event;
	double of_frame;
	uint64_t slice;    /* events in the next slice of the survey */
	uint64_t surveyed; /* the time of the last one; 0: there was none */
};

/* number of events that a frame has time for */
double view_affordable_events(const struct view *view);
void view_count_events(struct view *view, uint64_t n);

#define LEAST_SLICE 64u

/* At most so many events at once; few, where each waits for another process. */
uint64_t slice_of(const struct view *view, uint64_t most);

/* Events of the slice after one of `slice` events that took so many nanoseconds, at most `most`. */
uint64_t slice_after(uint64_t slice, uint64_t elapsed, uint64_t most);

/* Events of the next slice of a survey whose slices follow each other. */
uint64_t view_survey_slice(struct view *view, uint64_t now, uint64_t most);

#endif
