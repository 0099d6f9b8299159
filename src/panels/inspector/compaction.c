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
#define TRIM_MAX  300000u /* spans searched for pages that go back: none of them is kept */

struct spans {
	ARRAY(struct span) items;
};

static bool add_span(const struct span *span, void *user)
{
	struct spans *spans = user;

	*array_push(&spans->items) = *span;
	return spans->items.count < SPANS_MAX;
}

/*
 * The last spans of a region, at least n of them where there are as many; the search begins as far
 * before the end as that takes.
 */
static void find_last(const struct subject *subject, size_t n, struct spans *spans)
{
	const struct engine *engine = subject->place.engine;
	const struct region *region = &subject->place.region;

	for (uint64_t bytes = 4096;; bytes *= 4) {
		uint64_t from =
			bytes < region->size ? region->base + region->size - bytes : region->base;
		spans->items.count = 0;
		engine_spans(engine, from, region->base + region->size, add_span, spans);
		if (spans->items.count > n || from == region->base)
			return;
	}
}

static bool is_library(const struct subject *subject)
{
	return malloc_trim_layer(player_heap(subject->scene->player)) == subject->place.engine;
}

/* What is free at the end of the heap, and how much of that goes back. */
static void add_end(const struct subject *subject, uint64_t free, const struct spans *spans)
{
	const struct span *top = &spans->items.items[spans->items.count - 1];
	bool is_main = subject->place.region.kind == REGION_HEAP;
	struct units units, bytes;
	uint64_t returned = is_library(subject) ? malloc_trim_of_top(top->size) : 0;

	if (free == 0)
		subject_add(subject, "its end", "in use: it cannot shrink");
	else if (!is_library(subject))
		subject_add(subject, "its end", "%s free: it could shrink by that much",
			units_bytes(&units, free));
	else if (top->state != SPAN_VIRGIN)
		subject_add(subject, "its end", "%s free, as far as is known",
			units_bytes(&units, free));
	else if (is_main && returned > 0)
		subject_add(subject, "its end", "%s free: malloc_trim(0) returns %s of it",
			units_bytes(&units, free), units_bytes(&bytes, returned));
	else
		subject_add(subject, "its end", "%s free, which malloc_trim(0) leaves%s",
			units_bytes(&units, free), is_main ? ": no whole page" : "");
}

/* Where the last block before the span at `at` ends. */
static uint64_t end_below(const struct spans *spans, size_t at)
{
	const struct span *items = spans->items.items;

	return at > 0 ? items[at - 1].base + items[at - 1].size : items[0].base;
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

static void add_top(const struct subject *subject)
{
	const struct heap *heap = player_heap(subject->scene->player);
	struct spans spans = {0};
	uint64_t free = 0, last;
	size_t listed = 0, at;
	struct live live;
	char more[60];

	find_last(subject, 4 * TOP_MAX, &spans);
	if (spans.items.count == 0)
		return;
	for (at = spans.items.count; at > 0 && spans.items.items[at - 1].state != SPAN_USED; at--)
		free += spans.items.items[at - 1].size;
	add_end(subject, free, &spans);
	if (at > 0)
		subject_add(subject, "kept by", "its last blocks; free them and it can shrink");
	for (last = end_below(&spans, at); at > 0 && listed < TOP_MAX; listed++) {
		const struct span *span = &spans.items.items[--at];
		while (at > 0 && spans.items.items[at - 1].state != SPAN_USED)
			at--;
		write_cleared(subject, end_below(&spans, at), last, free, more, sizeof(more));
		if (heap_find_address(heap, span->payload, &live))
			subject_add_resident(subject, "", &live, more);
	}
	array_finish(&spans.items);
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

/* Pages in holes go back as well as the end of the heap, where a program asks for that. */
static void add_trimmable(const struct subject *subject)
{
	struct units units;
	uint64_t bytes;
	bool is_whole = malloc_trim_of_region(player_heap(subject->scene->player),
		&subject->place.region, TRIM_MAX, &bytes);

	if (bytes > 0)
		subject_add(subject, "trim", "malloc_trim(0) would return %s%s",
			is_whole ? "" : "at least ", units_bytes(&units, bytes));
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

void describe_heap(const struct subject *subject)
{
	const struct region *region = &subject->place.region;
	struct units size, percent;

	subject_add(subject, "where", "%s: 0x%" PRIx64 " to 0x%" PRIx64 ", %s, %s used",
		region->name, region->base, region->base + region->size - 1,
		units_bytes(&size, region->size),
		units_percent(&percent, region->used, region->size));
	if (scope_of(player_trace(subject->scene->player)) != SCOPE_ALL) {
		subject_add(subject, "holes", "not known to be free: the recording began later");
		return;
	}
	add_trimmable(subject);
	add_top(subject);
	add_apart(subject);
}
