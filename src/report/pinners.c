/* See pinners.h. */
#include "report/pinners.h"

#include "story/callers.h"
#include "story/places.h"

#include <stdlib.h>
#include <string.h>

#define KINDS_MAX 256u /* pairs of caller and size that are kept apart */

struct visit {
	struct pinners *pinners;
	const struct heap *heap;
	struct trace *trace;
	struct symbols *symbols;
	size_t seen;
};

/* Call sites with the same name are one caller. */
static bool is_same_caller(struct symbols *symbols, uint32_t one, uint32_t other)
{
	return one == other ||
	       strcmp(symbols_site(symbols, one), symbols_site(symbols, other)) == 0;
}

/* Grows with the kinds so far. NULL: there are too many. */
static struct pinner *pinner_of(struct pinners *pinners, struct symbols *symbols, uint32_t site,
	uint64_t size)
{
	for (size_t i = 0; i < pinners->items.count; i++) {
		struct pinner *pinner = &pinners->items.items[i];
		if (pinner->size == size && is_same_caller(symbols, pinner->site, site))
			return pinner;
	}
	if (pinners->items.count == KINDS_MAX)
		return NULL;
	struct pinner *pinner = array_push(&pinners->items);
	*pinner = (struct pinner){.site = site, .size = size, .oldest = UINT64_MAX};
	return pinner;
}

static bool count_block(const struct span *span, void *user)
{
	struct visit *visit = user;
	struct pinners *pinners = visit->pinners;
	struct event event = {.site = SITE_NONE};
	struct live live;

	if (span->state != SPAN_USED || !heap_find_address(visit->heap, span->payload, &live))
		return true;
	visit->seen++;
	trace_get(visit->trace, caller_event(visit->trace, &live), &event);
	struct pinner *pinner = pinner_of(pinners, visit->symbols, event.site, live.size);
	if (!pinner) {
		pinners->others++;
		return true;
	}
	pinner->blocks++;
	pinner->arenas += pinner->last_arena != pinners->arena + 1;
	pinner->last_arena = pinners->arena + 1;
	pinner->oldest = live.moved < pinner->oldest ? live.moved : pinner->oldest;
	return true;
}

static int most_arenas_first(const void *one, const void *other)
{
	const struct pinner *a = one, *b = other;

	if (a->arenas != b->arenas)
		return a->arenas < b->arenas ? 1 : -1;
	if (a->blocks != b->blocks)
		return a->blocks < b->blocks ? 1 : -1;
	return (a->oldest > b->oldest) - (a->oldest < b->oldest);
}

static bool finish_search(struct pinners *pinners)
{
	if (pinners->items.count > 0)
		qsort(pinners->items.items, pinners->items.count, sizeof(*pinners->items.items),
			most_arenas_first);
	pinners->is_done = true;
	return false;
}

bool pinners_find(struct pinners *pinners, const struct heap *heap, struct trace *trace,
	struct symbols *symbols, size_t blocks)
{
	const struct engine *engine = arena_layer(heap);
	struct visit visit = {pinners, heap, trace, symbols, 0};
	struct region region;
	struct page page;

	if (pinners->is_done)
		return false;
	if (!engine)
		return finish_search(pinners);
	for (; pinners->arena < engine_region_count(engine); pinners->arena++, pinners->page = 0) {
		engine_region(engine, pinners->arena, &region);
		if (!arena_is_pinned(engine, pinners->arena, &region))
			continue;
		for (; pinners->page < region.pages; pinners->page++) {
			if (visit.seen >= blocks)
				return true;
			engine_page(engine, pinners->arena, pinners->page, &page);
			if (page.used > 0)
				engine_spans(engine, page.base, page.base + page.size, count_block,
					&visit);
		}
	}
	return finish_search(pinners);
}

void pinners_finish(struct pinners *pinners)
{
	array_finish(&pinners->items);
	*pinners = (struct pinners){.others = 0};
}
