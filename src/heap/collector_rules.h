/*
 * What differs between the collectors of CPython's releases, a table row each. The object model
 * asks the row, and no other place knows a version.
 *
 * Sources: Modules/gcmodule.c of 3.8 to 3.12, and what became of it in 3.13 and 3.15. Each row is
 * compared with a real interpreter (tests/oracle/objects); docs/objects.md says with which.
 */
#ifndef HEAP_COLLECTOR_RULES_H
#define HEAP_COLLECTOR_RULES_H

#include "trace/event.h"

#include <stdbool.h>
#include <stddef.h>

struct collector_rules {
	const char *name; /* the first release that has it: "3.9" */
	uint32_t thresholds[GENERATIONS];
	/* a collection that is due begins at the end of the event, when the new object is tracked,
	 * and not within the allocation */
	bool begins_late;
	/* when one unreachable object was resurrected all of them live on, not only those that it
	 * refers to */
	bool resurrects_all;
	/* weak references without a callback are cleared after the finalisers, not before */
	bool clears_late;
	/* it looks at a part of the old objects at a time: heap/increments.c */
	bool is_incremental;
};

/* The names in order, ended by NULL, for an option; the row of the one at that place. */
extern const char *const collector_names[];
const struct collector_rules *collector_rules_at(size_t at);

#endif
