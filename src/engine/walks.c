/* See walks.h. */
#include "engine/walks.h"

#include "base/error.h"

#include <inttypes.h>

/* What a walk finds. */
struct walk {
	uint64_t from, to;
	uint64_t at;   /* where the next span must begin */
	uint64_t used; /* bytes of [from, to) */
	struct span last;
	struct totals *totals; /* NULL: not counted */
	bool has_gap;
};

static void count(struct totals *totals, const struct span *span)
{
	uint64_t front = span->payload - span->base;

	switch (span->state) {
	case SPAN_USED:
		totals->headers += front;
		totals->blocks += span->size - front;
		totals->blocks_live++;
		break;
	case SPAN_FREE:
		totals->available += span->size;
		totals->free_spans++;
		totals->free_squares += (double)span->size * (double)span->size;
		if (span->size > totals->largest_free)
			totals->largest_free = span->size;
		break;
	case SPAN_VIRGIN:
		totals->unused += span->size;
		break;
	case SPAN_HEADER:
		totals->headers += span->size;
		break;
	case SPAN_WASTE:
	case SPAN_WAITING:
		totals->tails += span->size;
		break;
	}
}

static bool add(const struct span *span, void *user)
{
	struct walk *walk = user;
	uint64_t begin = span->base > walk->from ? span->base : walk->from;
	uint64_t end = span->base + span->size < walk->to ? span->base + span->size : walk->to;

	walk->has_gap |= span->base != walk->at;
	walk->at = span->base + span->size;
	walk->last = *span;
	if (span->state == SPAN_USED && begin < end)
		walk->used += end - begin;
	if (walk->totals)
		count(walk->totals, span);
	return true;
}

bool span_add_used(const struct span *span, void *user)
{
	struct span_sum *sum = user;

	if (span->state == SPAN_USED) {
		uint64_t begin = span->base > sum->from ? span->base : sum->from;
		uint64_t end =
			span->base + span->size < sum->to ? span->base + span->size : sum->to;
		sum->used += end - begin;
	}
	return true;
}

void totals_add_classes(const struct engine *engine, struct totals *totals)
{
	size_t count = engine_class_count(engine);

	for (size_t i = 0; i < count; i++) {
		struct size_class class;
		engine_class_info(engine, i, &class);
		totals->blocks += class.used * class.size;
		totals->blocks_live += class.used;
		totals->available += class.available * class.size;
		totals->free_spans += class.available;
		totals->headers += class.headers;
		totals->tails += class.tails;
	}
}

enum outcome plain_reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct walk walk = {0};

	engine_spans(engine, address, address + 1, add, &walk);
	uint64_t given = walk.last.base + walk.last.size - address;
	if (walk.last.state != SPAN_USED || walk.last.payload != address || walk.last.size == 0)
		return OUTCOME_INVALID;
	if (request->size <= given) {
		decide(engine, &decision_fits_block, request->size, given, 0, 0);
		*ret_placement = (struct placement){address, given, 0};
		return OUTCOME_PLACED;
	}
	decide(engine, &decision_moves, request->size, given, given, 0);
	enum outcome outcome = engine_allocate(engine, request, ret_placement);
	if (outcome == OUTCOME_PLACED)
		engine_release(engine, address);
	return outcome;
}

size_t plain_region_count(const struct engine *engine)
{
	return 1;
}

uint64_t plain_used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	struct walk walk = {.from = from, .to = to};

	if (from < to)
		engine_spans(engine, from, to, add, &walk);
	return walk.used;
}

void plain_totals(const struct engine *engine, struct totals *ret_totals)
{
	size_t regions = engine_region_count(engine);
	struct walk walk = {.totals = ret_totals};

	*ret_totals = (struct totals){.regions = regions,
		.regions_total = regions,
		.regions_peak = regions};
	for (size_t i = 0; i < regions; i++) {
		struct region region;
		engine_region(engine, i, &region);
		ret_totals->reserved += region.size;
		engine_spans(engine, region.base, region.base + region.size, add, &walk);
	}
}

int plain_check(const struct engine *engine, struct error *err)
{
	for (size_t i = 0; i < engine_region_count(engine); i++) {
		struct region region;
		engine_region(engine, i, &region);
		struct walk walk = {.at = region.base,
			.from = region.base,
			.to = region.base + region.size};
		engine_spans(engine, region.base, region.base + region.size, add, &walk);
		if (walk.has_gap || walk.at != region.base + region.size)
			return error_set(err, "the spans of %s leave a gap", region.name);
		if (walk.used != region.used)
			return error_set(err,
				"%s: %" PRIu64 " bytes are used, %" PRIu64 " are said to be",
				region.name, walk.used, region.used);
	}
	return 0;
}
