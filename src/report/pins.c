/* See pins.h. */
#include "report/pins.h"

#include "base/arrays.h"
#include "base/xalloc.h"
#include "story/places.h"

#include <stdlib.h>

#define PAGE UINT64_C(4096) /* of the system */

/* ---- arenas -------------------------------------------------------------------------------- */

/* The blocks of one caller in one arena. */
struct tenant {
	uint32_t caller;
	uint32_t arena; /* number among the pinned ones */
	uint64_t blocks, bytes;
};

struct finding {
	const struct heap *heap;
	const struct lives *lives;
	ARRAY(struct tenant) tenants; /* arena by arena */
	ARRAY(uint64_t) sizes;        /* of the pinned arenas */
	size_t first;                 /* tenant of the arena that is visited */
};

/* The callers of one arena are few, as it has few blocks. */
static struct tenant *tenant_of(struct finding *finding, uint32_t caller)
{
	for (size_t i = finding->first; i < finding->tenants.count; i++)
		if (finding->tenants.items[i].caller == caller)
			return &finding->tenants.items[i];
	struct tenant *tenant = array_push(&finding->tenants);
	*tenant = (struct tenant){.caller = caller, .arena = (uint32_t)finding->sizes.count};
	return tenant;
}

static bool add_block(const struct span *span, void *user)
{
	struct finding *finding = user;
	struct live live;

	if (span->state != SPAN_USED)
		return true;
	bool is_known = heap_find_address(finding->heap, span->payload, &live);
	struct tenant *tenant =
		tenant_of(finding, is_known ? lives_caller(finding->lives, live.object) : 0);
	tenant->blocks++;
	tenant->bytes += is_known ? live.size : span->size;
	return true;
}

static void visit_arenas(struct finding *finding, struct pins *pins)
{
	const struct engine *engine = arena_layer(finding->heap);
	struct region region;

	for (size_t i = 0; engine && i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		if (!arena_is_pinned(engine, i, &region))
			continue;
		finding->first = finding->tenants.count;
		engine_spans(engine, region.base, region.base + region.size, add_block, finding);
		*array_push(&finding->sizes) = region.size;
		pins->arenas++;
		pins->bytes += region.size;
	}
}

static int more_freed(const void *one, const void *other)
{
	const struct pin *a = one, *b = other;

	if (a->frees != b->frees)
		return a->frees < b->frees ? 1 : -1;
	if (a->arenas != b->arenas)
		return a->arenas < b->arenas ? 1 : -1;
	if (a->blocks != b->blocks)
		return a->blocks < b->blocks ? 1 : -1;
	return a->caller < b->caller ? -1 : 1;
}

/* Adds up the tenants of each caller. */
static void add_tenants(struct pin *pins, const struct finding *finding)
{
	for (size_t i = 0; i < finding->tenants.count; i++) {
		const struct tenant *tenant = &finding->tenants.items[i];
		struct pin *pin = &pins[tenant->caller];
		bool has_before = i > 0 && tenant[-1].arena == tenant->arena,
		     has_after = i + 1 < finding->tenants.count && tenant[1].arena == tenant->arena;
		pin->blocks += tenant->blocks;
		pin->bytes += tenant->bytes;
		pin->arenas++;
		if (!has_before && !has_after) {
			pin->alone++;
			pin->frees += finding->sizes.items[tenant->arena];
		}
	}
}

/* An arena goes back with the last of its callers in the list. */
static void add_up(struct pins *pins, const struct finding *finding)
{
	uint64_t *ranks = xcalloc(finding->lives->count, sizeof(*ranks));
	uint64_t *last = xcalloc(finding->sizes.count + 1, sizeof(*last)), sum = 0;

	for (size_t i = 0; i < pins->count; i++)
		ranks[pins->items[i].caller] = i;
	for (size_t i = 0; i < finding->tenants.count; i++) {
		const struct tenant *tenant = &finding->tenants.items[i];
		if (ranks[tenant->caller] > last[tenant->arena])
			last[tenant->arena] = ranks[tenant->caller];
	}
	for (size_t i = 0; i < finding->sizes.count; i++)
		pins->items[last[i]].frees_so_far += finding->sizes.items[i];
	for (size_t i = 0; i < pins->count; i++)
		sum = pins->items[i].frees_so_far += sum;
	free(ranks);
	free(last);
}

void pins_find(struct pins *ret_pins, const struct heap *heap, const struct lives *lives)
{
	struct finding finding = {.heap = heap, .lives = lives};
	struct pins pins = {.items = xcalloc(lives->count, sizeof(*pins.items))};

	visit_arenas(&finding, &pins);
	for (size_t i = 0; i < lives->count; i++)
		pins.items[i].caller = (uint32_t)i;
	add_tenants(pins.items, &finding);
	qsort(pins.items, lives->count, sizeof(*pins.items), more_freed);
	while (pins.count < lives->count && pins.items[pins.count].blocks > 0)
		pins.count++;
	add_up(&pins, &finding);
	array_finish(&finding.tenants);
	array_finish(&finding.sizes);
	*ret_pins = pins;
}

void pins_finish(struct pins *pins)
{
	free(pins->items);
	*pins = (struct pins){.items = NULL};
}

/* ---- the end of the heap ------------------------------------------------------------------- */

#define TAIL 256u /* blocks that are remembered */

struct tail {
	struct span spans[TAIL]; /* the last ones, in a ring */
	uint64_t count;          /* met in all */
};

static bool remember(const struct span *span, void *user)
{
	struct tail *tail = user;

	if (span->state == SPAN_USED)
		tail->spans[tail->count++ % TAIL] = *span;
	return true;
}

static bool largest_heap(const struct engine *engine, struct region *ret_region)
{
	struct region region;

	*ret_region = (struct region){.size = 0};
	for (size_t i = 0; engine && i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		if (region.kind == REGION_HEAP && region.size > ret_region->size)
			*ret_region = region;
	}
	return ret_region->size > 0;
}

size_t pins_of_end(const struct heap *heap, const struct lives *lives,
	struct heap_end ret_ends[ENDS_MAX])
{
	const struct engine *engine = span_layer(heap);
	struct tail tail = {.count = 0};
	struct region region;
	size_t count = 0;

	if (!largest_heap(engine, &region))
		return 0;
	engine_spans(engine, region.base, region.base + region.size, remember, &tail);
	uint64_t kept = tail.count < TAIL ? tail.count : TAIL;
	kept -= tail.count > TAIL; /* what is before the last one is not known */
	for (uint64_t i = 1; i <= kept; i++) {
		const struct span *span = &tail.spans[(tail.count - i) % TAIL];
		struct live live;
		bool is_known = heap_find_address(heap, span->payload, &live);
		uint32_t caller = is_known ? lives_caller(lives, live.object) : 0;
		uint64_t below = region.base;
		if (i < tail.count) {
			const struct span *next = &tail.spans[(tail.count - i - 1) % TAIL];
			below = next->base + next->size;
		}
		if (count == 0 || ret_ends[count - 1].caller != caller) {
			if (count == ENDS_MAX)
				return count;
			ret_ends[count++] = (struct heap_end){.caller = caller};
		}
		struct heap_end *end = &ret_ends[count - 1];
		end->blocks++;
		end->bytes += is_known ? live.size : span->size;
		end->frees = region.base + region.size - (below + PAGE - 1) / PAGE * PAGE;
	}
	return count;
}
