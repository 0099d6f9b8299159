/* The results of a collection for its candidates, read from the decisions of its event. */
#ifndef PANELS_OBJECTS_COLLECTION_H
#define PANELS_OBJECTS_COLLECTION_H

#include "base/arrays.h"
#include "heap/heap.h"

struct verdict {
	uint32_t object;
	uint32_t count, inside, outside;
	uint32_t rescuer; /* the object that makes it reachable; OBJECT_NONE: no other */
	bool is_unreachable;
	bool is_resurrected;
	bool is_kept; /* a resurrected object refers to it */
	bool is_dead;
	bool is_other; /* not a candidate, but it died in the collection */
};

/* Verdicts that say the same of objects with successive numbers. */
struct verdict_group {
	size_t first, count; /* places among the verdicts */
};

struct collection {
	ARRAY(struct verdict) verdicts; /* none: the collector did not run */
	ARRAY(struct verdict_group) groups;
	uint32_t generation; /* the generation collected */
	uint32_t looked_at;  /* enum collected (heap/decisions.h) */
	/* generation they moved to; GENERATION_NONE: not known yet */
	uint32_t survivors_in;
	size_t candidates;
	bool is_cut; /* there were more decisions than the log holds */
};

/* Reads the first `count` decisions of an event; log NULL: none. */
void collection_read(struct collection *collection, const struct decision_log *log, size_t count);
void collection_finish(struct collection *collection);

/* The object that a decision names first; OBJECT_NONE: it names no object. */
uint32_t decision_object(const struct decision *decision);

#endif
