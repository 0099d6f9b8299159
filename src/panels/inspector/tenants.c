/* A pool or an arena: its live blocks, the oldest first; they keep it from being empty. */
#include "panels/inspector/subject.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "story/callers.h"
#include "story/names.h"
#include "story/narration.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MAX     500u /* blocks that are listed */
#define GROUPS_MAX   64u
#define GROUPS_SHOWN 4u

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

/* ---- groups ---------------------------------------------------------------------------------- */

/* Blocks of one size that one caller asked for. */
struct group {
	char caller[120]; /* "" where the trace does not say */
	uint64_t size;    /* bytes asked for, of each */
	uint64_t count;
	uint64_t first, last; /* events that put the oldest and the newest there */
};

static int largest_first(const void *one, const void *other)
{
	const struct group *a = one, *b = other;

	if (a->count * a->size != b->count * b->size)
		return a->count * a->size < b->count * b->size ? 1 : -1;
	return (a->first > b->first) - (a->first < b->first);
}

static struct group *group_of(struct group *groups, size_t *count, const char *caller,
	uint64_t size)
{
	for (size_t i = 0; i < *count; i++)
		if (groups[i].size == size && strcmp(groups[i].caller, caller) == 0)
			return &groups[i];
	if (*count == GROUPS_MAX)
		return NULL;
	struct group *group = &groups[(*count)++];
	*group = (struct group){.size = size, .first = UINT64_MAX};
	snprintf(group->caller, sizeof(group->caller), "%s", caller);
	return group;
}

/* The blocks by caller and size, those first that keep most bytes. */
static void add_groups(const struct subject *subject, const struct tenants *tenants)
{
	struct trace *trace = player_trace(subject->scene->player);
	struct group *groups = xcalloc(GROUPS_MAX, sizeof(*groups));
	size_t count = 0;
	char caller[120];
	struct units number, size, first, last;

	for (size_t i = 0; i < tenants->items.count; i++) {
		const struct live *live = &tenants->items.items[i];
		caller_name_of(caller, sizeof(caller), subject->scene->symbols, trace, live);
		struct group *group = group_of(groups, &count,
			strncmp(caller, " by ", 4) == 0 ? caller + 4 : caller, live->size);
		if (!group)
			continue;
		group->count++;
		group->first = live->moved < group->first ? live->moved : group->first;
		group->last = live->moved > group->last ? live->moved : group->last;
	}
	qsort(groups, count, sizeof(*groups), largest_first);
	for (size_t i = 0; i < count && i < GROUPS_SHOWN; i++) {
		const struct group *group = &groups[i];
		subject_add(subject, i ? "" : "by size", "%s%s%s x %s, made at %s%s%s",
			group->caller, group->caller[0] ? ": " : "",
			units_count(&number, group->count), units_bytes(&size, group->size),
			units_count(&first, group->first), group->count > 1 ? " to " : "",
			group->count > 1 ? units_count(&last, group->last) : "");
	}
	if (count > GROUPS_SHOWN)
		subject_add(subject, "", "and %s%zu more size%s",
			count == GROUPS_MAX ? "at least " : "", count - GROUPS_SHOWN,
			count - GROUPS_SHOWN == 1 ? "" : "s");
	free(groups);
}

/* ---- the struct of an arena ------------------------------------------------------------------ */

#define FIELDS_MAX 12u

/* Its members in two lines after a blank one, where the engine knows them. */
static void add_arena_object(const struct subject *subject)
{
	const struct engine *engine = subject->place.engine;
	struct field fields[FIELDS_MAX];
	struct text words = {0};
	struct region region;
	size_t at;

	if (!engine_has_region_fields(engine) ||
		!engine_region_at(engine, subject->place.region.base, &at, &region))
		return;
	size_t n = engine_region_fields(engine, at, fields, FIELDS_MAX);
	subject_add(subject, "", "%s", "");
	for (size_t i = 0; i < n; i++) {
		text_add(&words, "%s%s %s", *text_of(&words) ? "  " : "", fields[i].name,
			fields[i].value);
		if (i + 1 != n / 2 && i + 1 != n)
			continue;
		subject_add(subject, i + 1 == n ? "" : "struct", "%s", text_of(&words));
		text_clear(&words);
	}
	text_finish(&words);
}

void describe_tenants(const struct subject *subject, uint64_t base, uint64_t size, const char *name,
	bool is_arena)
{
	struct tenants tenants = {.heap = player_heap(subject->scene->player)};
	struct trace *trace = player_trace(subject->scene->player);
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
	if (tenants.items.count > 1)
		add_groups(subject, &tenants);
	subject_add(subject, "", "%s", "");
	if (tenants.items.count > 0)
		subject_add(subject, "oldest first", "%s", "");
	for (size_t i = 0; i < tenants.items.count && i < LIST_MAX; i++) {
		const struct live *live = &tenants.items.items[i];
		caller_name_of(caller, sizeof(caller), subject->scene->symbols, trace, live);
		snprintf(object, sizeof(object), "object %" PRIu32, live->object);
		subject_add(subject, "", "%s%s%-17s %4s B  %9s  %s, event %s",
			caller[0] ? caller + strlen(" by ") : "", caller[0] ? ": " : "",
			name_address(tenants.heap, live->address, place, sizeof(place)),
			units_count(&asked, live->size),
			name_distance(subject, live->moved, &before), object,
			units_count(&born, live->moved));
		subject_link(subject, live->moved, live->address);
	}
	if (tenants.items.count > LIST_MAX)
		subject_add(subject, "", "… and %s more",
			units_count(&units, tenants.items.count - LIST_MAX));
	if (is_arena)
		add_arena_object(subject);
	array_finish(&tenants.items);
}
