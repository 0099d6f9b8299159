/*
 * Callbacks for engines that are small enough to be counted: each walks through all spans of the
 * engine whenever it is asked. What is kept up to date instead costs less, and is asked for often
 * (engine.h says how much it may cost).
 */
#ifndef ENGINE_WALKS_H
#define ENGINE_WALKS_H

#include "engine/engine.h"

/*
 * A block stays while the new size fits into it, and moves where it does not; either is decided in
 * words (decision_fits_block, decision_moves).
 */
enum outcome plain_reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement);

/* There is one region, always. */
size_t plain_region_count(const struct engine *engine);

/* A span_visit that adds up what spans in use have of [from, to), which they overlap. */
struct span_sum {
	uint64_t from, to;
	uint64_t used; /* bytes, 0 at first */
};
bool span_add_used(const struct span *span, void *sum);

/* What all size classes of the engine have: their blocks, headers and tails. */
void totals_add_classes(const struct engine *engine, struct totals *totals);

uint64_t plain_used_between(const struct engine *engine, uint64_t from, uint64_t to);
void plain_totals(const struct engine *engine, struct totals *ret_totals);

/* Spans follow each other without gaps, from the start of each region to its end. */
int plain_check(const struct engine *engine, struct error *err);

#endif
