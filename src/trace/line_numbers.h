/*
 * In which lines of a text its events are. Only where the distance between the numbers of lines and
 * of events changes something is kept: what is not an event stands between few of them.
 */
#ifndef TRACE_LINE_NUMBERS_H
#define TRACE_LINE_NUMBERS_H

#include "base/arrays.h"

#include <stdint.h>

/* From that event on, each event has a line of its own, one after the other. */
struct line_run {
	uint64_t event, line;
};

struct line_numbers {
	ARRAY(struct line_run) runs;
	uint64_t skipped; /* the first line that was left out; 0: none was */
};

void line_numbers_finish(struct line_numbers *numbers);

/* The event is in that line, from 1, and not in the one after that of the event before it. */
void line_numbers_add(struct line_numbers *numbers, uint64_t event, uint64_t line);

/* The line of an event; 0: it is not known. */
uint64_t line_numbers_find(const struct line_numbers *numbers, uint64_t event);

#endif
