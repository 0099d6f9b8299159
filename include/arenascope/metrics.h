/*
 * Figures kept while events are applied.  All are flat numbers: a struct metrics is part of a
 * checkpoint.
 */
#ifndef ARENASCOPE_METRICS_H
#define ARENASCOPE_METRICS_H

#include "arenascope/heap.h"

struct metrics {
	uint64_t events;
	uint64_t kinds[EVENT_KIND_COUNT];
	uint64_t faults[FAULT_COUNT];
	uint64_t happenings[HAPPENING_COUNT];
	uint64_t live;		/* objects now */
	uint64_t live_bytes;	/* asked for, now */
	uint64_t given_bytes;	/* in blocks, now */
	uint64_t reserved;	/* held from the system, now */
	uint64_t peak_bytes;	/* highest live_bytes */
	uint64_t peak_at;	/* events applied when it was first reached */
	uint64_t peak_live;
	uint64_t peak_reserved;
	uint64_t allocated_bytes;	/* asked for in all, ever */
	uint64_t moves;		/* reallocs that changed the address */
};

/* Accounts for one event that was just applied. */
void metrics_add(struct metrics *metrics, const struct event *event, const struct effect *effect,
	const struct heap *heap);

/* What fragmentation is called by different people; formula and words for each are in measure/. */
struct fragmentation {
	double external;	/* 1 - largest hole / free bytes; 0 without holes */
	double internal;	/* 1 - asked / given; 0 when nothing is given */
	double utilisation;	/* asked / reserved; 1 when nothing is reserved */
	uint64_t largest_hole;
	uint64_t free_bytes;
	uint64_t holes;
};
void fragmentation_of(const struct heap *heap, struct fragmentation *ret);

#endif
