/*
 * Blocks that live only a moment: made by a request shortly before a position, and freed shortly
 * after it. What lies below them is kept by whatever is there when they are gone.
 */
#ifndef REPORT_TRANSIENTS_H
#define REPORT_TRANSIENTS_H

#include "base/arrays.h"

#include <stdbool.h>
#include <stdint.h>

struct lives;
struct trace;

struct transient {
	uint32_t object;
	bool is_freed; /* soon after the position; otherwise it is none */
};

struct transients {
	ARRAY(struct transient) items; /* by number of the object */
};

/*
 * Of the live blocks at the position of the lives. Shortly: within a thousandth of the events
 * before the position, of 10,000 at most. Grows with the live blocks, and reads these events. To be
 * finished.
 */
void transients_find(struct transients *ret_transients, struct trace *trace,
	const struct lives *lives, uint64_t position);
bool transients_has(const struct transients *transients, uint32_t object);
void transients_finish(struct transients *transients);

#endif
