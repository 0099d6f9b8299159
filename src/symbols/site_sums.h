/*
 * The requests of each call site of a trace, summed up.
 *
 *	bytes         requested by the site, in allocations and reallocations
 *	requests      the number of those
 *	live          bytes that are not freed after the last event that was added: a reallocated
 *	              block counts for the last site
 *	live_blocks   the number of those blocks
 */
#ifndef SYMBOLS_SITE_SUMS_H
#define SYMBOLS_SITE_SUMS_H

#include "trace/trace.h"

struct site_sum {
	uint32_t site; /* SITE_NONE: of events whose site is not known */
	uint64_t bytes, requests, live, live_blocks;
};

struct site_sums;

struct site_sums *site_sums_new(const struct trace *trace);
void site_sums_free(struct site_sums *sums);

/*
 * Call for every event of the trace, in order. Python's arenas are left out, since the blocks in
 * them are events as well.
 */
void site_sums_add(struct site_sums *sums, const struct event *event);

/* The sums of live blocks stay as they are; only bytes and requests are added from now on. */
void site_sums_settle(struct site_sums *sums);

/* Leaves out of the live sums every live block that `keeps` is false for. */
void site_sums_keep(struct site_sums *sums, bool (*keeps)(uint32_t object, void *user), void *user);

/*
 * All sums, by site until the caller sorts them; gives how many. Borrowed; nothing may be added
 * after they were sorted.
 */
size_t site_sums_list(const struct site_sums *sums, struct site_sum **ret_sums);

#endif
