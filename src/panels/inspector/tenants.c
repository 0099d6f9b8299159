/* A pool or an arena: its live blocks, the oldest first; they keep it from being empty. */
#include "panels/inspector/subject.h"

#include "story/callers.h"
#include "story/names.h"
#include "story/narration.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define LIST_MAX 500u /* blocks that are listed */

struct tenants {
	const struct heap *heap;
	ARRAY(struct live) items;
	uint64_t bytes;
};

static bool add_tenant(const struct span *span, void *user)
{
	struct tenants *tenants = user;
	struct live live;

	if (span->state == SPAN_USED && heap_find_address(tenants->heap, span->payload, &live)) {
		*array_push(&tenants->items) = live;
		tenants->bytes += live.given;
	}
	return true;
}

static int oldest_first(const void *one, const void *other)
{
	uint64_t a = ((const struct live *)one)->moved, b = ((const struct live *)other)->moved;

	return (a > b) - (a < b);
}

static uint64_t pools_with(const struct engine *engine, uint64_t base, const struct region *region)
{
	struct page page;
	uint64_t count = 0;
	uint32_t number;
	size_t at;

	if (!page_find(engine, base + region->size / 2, &at, &number, &page))
		return 0;
	for (uint32_t i = 0; i < region->pages; i++) {
		engine_page(engine, at, i, &page);
		count += page.used > 0;
	}
	return count;
}

void describe_tenants(const struct subject *subject, uint64_t base, uint64_t size, const char *name,
	bool is_arena)
{
	struct tenants tenants = {.heap = player_heap(subject->scene->player)};
	const struct region *region = &subject->place.region;
	struct units units, bytes, asked, born, before;
	char place[64], object[24], caller[200];

	engine_spans(subject->place.engine, base, base + size, add_tenant, &tenants);
	if (tenants.items.count > 0)
		qsort(tenants.items.items, tenants.items.count, sizeof(*tenants.items.items),
			oldest_first);
	subject_add(subject, "where", "%s: 0x%" PRIx64 " to 0x%" PRIx64 ", %s", name, base,
		base + size - 1, units_bytes(&units, size));
	if (tenants.items.count == 0)
		subject_add(subject, "pinned by", "nothing: no live block is here");
	else
		subject_add(subject, "pinned by", "%s block%s of %s in all",
			units_count(&units, tenants.items.count),
			tenants.items.count == 1 ? "" : "s", units_bytes(&bytes, tenants.bytes));
	if (is_arena && tenants.items.count > 0)
		subject_add(subject, "",
			"in %" PRIu64 " of its %" PRIu32
			" pools; an arena is returned when all are empty",
			pools_with(subject->place.engine, base, region), region->pages);
	subject_add(subject, "", "%s", "");
	if (tenants.items.count > 0)
		subject_add(subject, "oldest first", "%s", "");
	for (size_t i = 0; i < tenants.items.count && i < LIST_MAX; i++) {
		const struct live *live = &tenants.items.items[i];
		caller_name(caller, sizeof(caller), subject->scene->symbols,
			player_trace(subject->scene->player), live->moved);
		snprintf(object, sizeof(object), "object %" PRIu32, live->object);
		subject_add(subject, "", "%-18s %-14s %4s B  since event %s, %s%s",
			name_address(tenants.heap, live->address, place, sizeof(place)), object,
			units_count(&asked, live->size), units_count(&born, live->moved),
			name_distance(subject, live->moved, &before), caller);
		subject_link(subject, live->moved, live->address);
	}
	if (tenants.items.count > LIST_MAX)
		subject_add(subject, "", "… and %s more",
			units_count(&units, tenants.items.count - LIST_MAX));
	array_finish(&tenants.items);
}
