/*
 * A heap without pools: the blocks at its end, which keep it from shrinking, and those that keep
 * two holes from being one.
 */
#include "panels/inspector/subject.h"

#include "heap/malloc_trim.h"
#include "player/scope.h"
#include "report/heap_end.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define TOP_MAX   8u      /* blocks at the end of a heap that are listed */
#define APART_MAX 50u     /* blocks between two holes that are listed */
#define SPANS_MAX 30000u  /* spans searched for them */
#define COUNT_MAX 300000u /* spans that are counted, of which none is kept */

struct spans {
	ARRAY(struct span) items;
};

static bool add_span(const struct span *span, void *user)
{
	struct spans *spans = user;

	*array_push(&spans->items) = *span;
	return spans->items.count < SPANS_MAX;
}

/* The end of a heap: its last blocks, and what is free above them. */
struct end {
	struct span last[TOP_MAX + 1]; /* a ring; one more than is listed, for where it ends */
	size_t blocks, spans;          /* met so far */
	uint64_t free;                 /* bytes after the last block */
	bool has_top;                  /* the last span was never used */
};

static bool add_last(const struct span *span, void *user)
{
	struct end *end = user;

	end->has_top = span->state == SPAN_VIRGIN;
	if (span->state == SPAN_USED) {
		end->last[end->blocks++ % (TOP_MAX + 1)] = *span;
		end->free = 0;
	} else {
		end->free += span->size;
	}
	return end->spans++ < COUNT_MAX;
}

/* Begins as far before the end as it takes; false: there are too many spans. */
static bool find_end(const struct subject *subject, struct end *end)
{
	const struct engine *engine = subject->place.engine;
	const struct region *region = &subject->place.region;

	for (uint64_t bytes = 4096;; bytes *= 4) {
		uint64_t from =
			bytes < region->size ? region->base + region->size - bytes : region->base;
		*end = (struct end){.blocks = 0};
		engine_spans(engine, from, region->base + region->size, add_last, end);
		if (end->spans > COUNT_MAX)
			return false;
		if (end->blocks > TOP_MAX || from == region->base)
			return true;
	}
}

/* Where the last block but n ends; where there are no more, the region begins. */
static uint64_t end_of_block(const struct subject *subject, const struct end *end, size_t n)
{
	const struct span *block = &end->last[(end->blocks - 1 - n) % (TOP_MAX + 1)];

	return n < end->blocks ? block->base + block->size : subject->place.region.base;
}

static bool is_library(const struct subject *subject)
{
	return malloc_trim_layer(player_heap(subject->scene->player)) == subject->place.engine;
}

/* What is free at the end of the heap, and how much of that goes back. */
static void add_end(const struct subject *subject, const struct end *end, uint64_t returned)
{
	bool is_main = subject->place.region.kind == REGION_HEAP;
	struct units units, bytes;

	units_bytes(&units, end->free);
	if (end->free == 0)
		subject_add(subject, "its end", "in use: it cannot shrink");
	else if (!is_library(subject))
		subject_add(subject, "its end", "%s free: it could shrink by that much",
			units.text);
	else if (!end->has_top)
		subject_add(subject, "its end", "%s free, as far as is known", units.text);
	else if (returned > 0)
		subject_add(subject, "its end", "%s free: malloc_trim(0) returns %s of it",
			units.text, units_bytes(&bytes, returned));
	else
		subject_add(subject, "its end", "%s free, which malloc_trim(0) leaves%s",
			units.text, is_main ? ": no whole page" : "");
}

/* A C library's heap is cleared by whole pages, as reports count it. */
static void write_cleared(const struct subject *subject, uint64_t below, uint64_t last,
	uint64_t free, char *words, size_t size)
{
	struct units units;

	if (is_library(subject))
		snprintf(words, size, "clears: %s",
			units_bytes(&units, heap_end_cleared(player_heap(subject->scene->player),
						    &subject->place.region, below, last)));
	else
		snprintf(words, size, "without: %s", units_bytes(&units, last - below + free));
}

/* Pages in holes go back as well as the end of the heap, where a program asks for that. */
static void add_trimmable(const struct subject *subject, const struct trimmed *trimmed,
	bool is_whole)
{
	const char *least = is_whole ? "" : "at least ";
	struct units bytes, chunks;

	if (trimmed->bytes > 0)
		subject_add(subject, "trim", "malloc_trim(0) would return %s%s", least,
			units_bytes(&bytes, trimmed->bytes));
	if (trimmed->late_chunks > 0)
		subject_add(subject, "fast bins", "%s%s in %s chunks, not merged yet", least,
			units_bytes(&bytes, trimmed->late_bytes),
			units_count(&chunks, trimmed->late_chunks));
}

static void add_top(const struct subject *subject)
{
	const struct heap *heap = player_heap(subject->scene->player);
	const struct region *region = &subject->place.region;
	struct trimmed trimmed = {0};
	struct end end;
	struct live live;
	char more[60];

	bool is_known = find_end(subject, &end);
	uint64_t last = end_of_block(subject, &end, 0);
	bool is_whole = !is_library(subject) ||
			malloc_trim_of_region(heap, region, last, COUNT_MAX, &trimmed);
	add_trimmable(subject, &trimmed, is_whole);
	if (!is_known) {
		subject_add(subject, "its end", "of too many free chunks to be counted");
		return;
	}
	add_end(subject, &end, trimmed.after);
	if (end.blocks > 0)
		subject_add(subject, "kept by", "its last blocks; free them and it can shrink");
	for (size_t i = 0; i < end.blocks && i < TOP_MAX; i++) {
		const struct span *span = &end.last[(end.blocks - 1 - i) % (TOP_MAX + 1)];
		write_cleared(subject, end_of_block(subject, &end, i + 1), last, end.free, more,
			sizeof(more));
		if (heap_find_address(heap, span->payload, &live))
			subject_add_resident(subject, "", &live, more);
	}
}

/* A block between two holes. */
struct wedge {
	struct span before, block, after;
};

static uint64_t joined_size(const struct wedge *wedge)
{
	return wedge->before.size + wedge->block.size + wedge->after.size;
}

static int largest_hole_first(const void *one, const void *other)
{
	uint64_t a = joined_size(one), b = joined_size(other);

	return (a < b) - (a > b);
}

static void add_apart(const struct subject *subject)
{
	const struct region *region = &subject->place.region;
	ARRAY(struct wedge) wedges = {0};
	struct spans spans = {0};
	struct units count, before, after;
	struct live live;
	char more[60];

	engine_spans(subject->place.engine, region->base, region->base + region->size, add_span,
		&spans);
	for (size_t i = 1; i + 1 < spans.items.count; i++) {
		const struct span *span = &spans.items.items[i];
		if (span->state == SPAN_USED && span[-1].state == SPAN_FREE &&
			span[1].state == SPAN_FREE)
			*array_push(&wedges) = (struct wedge){span[-1], *span, span[1]};
	}
	if (wedges.count > 0)
		qsort(wedges.items, wedges.count, sizeof(*wedges.items), largest_hole_first);
	subject_add(subject, "", "%s", "");
	if (wedges.count == 0)
		subject_add(subject, "apart", "no block lies between two holes");
	else
		subject_add(subject, "apart", "%s block%s each separate two holes%s%s",
			units_count(&count, wedges.count), wedges.count == 1 ? "" : "s",
			wedges.count > 1 ? ", of the largest first" : "",
			spans.items.count == SPANS_MAX ? " (in its first part)" : "");
	for (size_t i = 0; i < wedges.count && i < APART_MAX; i++) {
		const struct wedge *wedge = &wedges.items[i];
		snprintf(more, sizeof(more), "%s | %s", units_bytes(&before, wedge->before.size),
			units_bytes(&after, wedge->after.size));
		if (heap_find_address(player_heap(subject->scene->player), wedge->block.payload,
			    &live))
			subject_add_resident(subject, "", &live, more);
	}
	if (wedges.count > APART_MAX)
		subject_add(subject, "", "… and %s more",
			units_count(&count, wedges.count - APART_MAX));
	array_finish(&wedges);
	array_finish(&spans.items);
}

/* A C library has an arena for each of several threads: what the others hold, and the largest. */
static void add_others(const struct subject *subject)
{
	const struct engine *engine = subject->place.engine;
	struct region region, largest = {.size = 0};
	struct units count, all, most;
	uint64_t bytes = 0;
	size_t others = 0;

	for (size_t i = 0; i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		if ((region.kind != REGION_HEAP && region.kind != REGION_ARENA) ||
			region.base == subject->place.region.base)
			continue;
		others++;
		bytes += region.size;
		if (region.size > largest.size)
			largest = region;
	}
	if (others == 0)
		return;
	subject_add(subject, "others",
		others == 1 ? "%s holds %s; Enter goes there: %s"
			    : "%s hold %s; Enter goes to the largest: %s, %s",
		units_count(&count, others), units_bytes(&all, bytes), largest.name,
		units_bytes(&most, largest.size));
	subject_link_to(subject, largest.base);
}

void describe_heap(const struct subject *subject)
{
	const struct region *region = &subject->place.region;
	struct units size, percent;

	subject_add(subject, "where", "%s: 0x%" PRIx64 " to 0x%" PRIx64 ", %s, %s used",
		region->name, region->base, region->base + region->size - 1,
		units_bytes(&size, region->size),
		units_percent(&percent, region->used, region->size));
	add_others(subject);
	if (scope_of(player_trace(subject->scene->player)) != SCOPE_ALL) {
		subject_add(subject, "holes", "not known to be free: the recording began later");
		return;
	}
	add_top(subject);
	add_apart(subject);
}
