/*
 * A sequence of equal elements, by place: as an array, and as a list of nodes. Both do the same and
 * ask for memory quite differently.
 */
#ifndef WORKLOAD_SEQUENCE_H
#define WORKLOAD_SEQUENCE_H

#include "workload/memory.h"

struct error;
struct run;
struct sequence;

struct sequence_ops {
	const char *name;                                               /* "array-list" */
	const char *opening;                                            /* the first caption */
	struct sequence *(*new)(struct memory *memory, size_t element); /* bytes of an element */
	void (*free)(struct sequence *sequence);
	uint64_t (*count)(const struct sequence *sequence);
	/*
	 * Room for a new element in front of the one at that place (or at the end), for the caller
	 * to fill.
	 */
	void *(*insert)(struct sequence *sequence, uint64_t at);
	void (*remove)(struct sequence *sequence, uint64_t at);
	/* The element there; good until the next insertion or removal. */
	void *(*at)(struct sequence *sequence, uint64_t at);
	/* Reads all elements, in order. */
	void (*walk)(struct sequence *sequence);
	/* What the places cost: bytes that were moved, or nodes that were walked over. */
	uint64_t (*cost)(const struct sequence *sequence);
	/* "bytes were moved to make room" */
	const char *cost_words;
	const char *walk_words; /* the caption of the first walk */
};

extern const struct sequence_ops sequence_array, sequence_linked;

/*
 * The workload: grows to a length and shrinks to a quarter of it, over and over, at random places.
 */
int sequence_run(struct run *run, const struct sequence_ops *ops, struct error *err);

#endif
