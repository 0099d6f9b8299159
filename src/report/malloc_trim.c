/*
 * See malloc_trim.h. A span of the C library's heap begins SHIFT bytes after its chunk; free memory
 * of a heap as it was recorded is taken for a chunk in the same way.
 */
#include "report/malloc_trim.h"

#include "base/progress.h"
#include "heap/passage.h"
#include "report/pages.h"
#include "story/places.h"

#include <assert.h>
#include <stdlib.h>

#define SHIFT   8u
#define HEADER  16u /* before a block */
#define WORDS   48u /* of a free chunk: sizes and links */
#define LEAST   32u /* bytes of the smallest chunk */
#define TOUCHED UINT64_C(1)
#define SLICE   4096u /* events between two reports of progress */

/* ---- what malloc_trim() finds ---------------------------------------------------------------- */

/* Called for whole pages of [from, to), in address order; of the end of the heap or not. */
typedef void found_visit(uint64_t from, uint64_t to, bool is_end, void *user);

struct walk {
	const struct free_kind *kinds; /* NULL: all free memory merges */
	enum region_kind region;
	size_t spans_left;   /* to be visited */
	uint64_t begin, end; /* of free chunks that merge; end 0: there are none */
	bool has_late;       /* some of them do when they are trimmed */
	found_visit *found;
	void *user;
};

static enum merging merging_of(const struct walk *walk, const struct span *span)
{
	if (span->state != SPAN_FREE)
		return MERGES_NEVER;
	return walk->kinds && span->kind ? walk->kinds[span->kind - 1].merging : MERGES_AT_ONCE;
}

static void end_run(struct walk *walk)
{
	uint64_t from = page_up(walk->begin + WORDS), to = page_down(walk->end);

	if (walk->end != 0 && from < to)
		walk->found(from, to, false, walk->user);
	walk->end = 0;
	walk->has_late = false;
}

/* What merges late merges with top, too; what merges at once has done so. */
static void find_end(struct walk *walk, const struct span *top)
{
	uint64_t begin = top->base - SHIFT, end = top->base + top->size;

	if (walk->has_late) {
		begin = walk->begin;
		walk->end = 0;
		walk->has_late = false;
	}
	end_run(walk);
	if (walk->region == REGION_HEAP && end - begin > LEAST)
		walk->found(end - page_down(end - begin - LEAST - 1), end, true, walk->user);
}

static bool walk_span(const struct span *span, void *user)
{
	struct walk *walk = user;
	enum merging merging = merging_of(walk, span);

	if (walk->spans_left == 0)
		return false;
	walk->spans_left--;
	if (span->state == SPAN_VIRGIN) {
		find_end(walk, span);
	} else if (merging == MERGES_NEVER) {
		end_run(walk);
	} else {
		if (walk->end == 0)
			walk->begin = span->base - SHIFT;
		walk->end = span->base - SHIFT + span->size;
		walk->has_late |= merging == MERGES_WHEN_TRIMMED;
	}
	return true;
}

/* false: it has more spans than `most`, and the others were not visited. */
static bool find_in_region(const struct engine *engine, const struct region *region, size_t most,
	found_visit *found, void *user)
{
	struct walk walk = {.kinds = engine_kinds(engine),
		.region = region->kind,
		.spans_left = most,
		.found = found,
		.user = user};

	if (region->kind == REGION_MAPPING)
		return true;
	engine_spans(engine, region->base, region->base + region->size, walk_span, &walk);
	end_run(&walk);
	return walk.spans_left > 0;
}

static bool is_library(const struct engine *engine)
{
	return engine_has_library(engine) || engine_is_as_recorded(engine);
}

/* The layer that is a C library's heap; NULL: there is none. */
static const struct engine *library_of(const struct heap *heap)
{
	const struct engine *engine = span_layer(heap);

	return engine && is_library(engine) ? engine : NULL;
}

static void find_pages(const struct heap *heap, found_visit *found, void *user)
{
	const struct engine *engine = library_of(heap);
	struct region region;

	for (size_t i = 0; engine && i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		find_in_region(engine, &region, SIZE_MAX, found, user);
	}
}

/* ---- pages that were trimmed ----------------------------------------------------------------- */

/* The place of the first page from the address on. */
static size_t place_of(const struct malloc_trim *trim, uint64_t address)
{
	size_t from = 0, to = trim->pages.count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if ((trim->pages.items[middle] & ~TOUCHED) < address)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

uint64_t malloc_trim_within(const struct malloc_trim *trim, uint64_t from, uint64_t to)
{
	uint64_t bytes = 0;

	for (size_t i = place_of(trim, from);
		i < trim->pages.count && trim->pages.items[i] + PAGE <= to; i++)
		bytes += trim->pages.items[i] & TOUCHED ? 0 : PAGE;
	return bytes;
}

uint64_t malloc_trim_bytes(const struct malloc_trim *trim)
{
	return trim->pages.count * PAGE;
}

static void touch(struct malloc_trim *trim, uint64_t from, uint64_t to)
{
	for (size_t i = place_of(trim, page_down(from));
		i < trim->pages.count && trim->pages.items[i] < to; i++)
		trim->pages.items[i] |= TOUCHED;
}

static void drop_touched(struct malloc_trim *trim)
{
	size_t kept = 0;

	for (size_t i = 0; i < trim->pages.count; i++)
		if (!(trim->pages.items[i] & TOUCHED))
			trim->pages.items[kept++] = trim->pages.items[i];
	trim->pages.count = kept;
}

static void add_pages(uint64_t from, uint64_t to, bool is_end, void *user)
{
	struct malloc_trim *trim = user;

	for (uint64_t page = from; !is_end && page < to; page += PAGE)
		*array_push(&trim->pages) = page;
}

static int by_address(const void *one, const void *other)
{
	const uint64_t *a = one, *b = other;

	return (*a > *b) - (*a < *b);
}

/* malloc_trim() was called: the heap is as it is afterwards. */
static void trim_heap(struct malloc_trim *trim, const struct heap *heap)
{
	size_t kept = 0;

	drop_touched(trim);
	find_pages(heap, add_pages, trim);
	if (trim->pages.count == 0)
		return;
	qsort(trim->pages.items, trim->pages.count, sizeof(*trim->pages.items), by_address);
	for (size_t i = 1; i < trim->pages.count; i++)
		if (trim->pages.items[i] != trim->pages.items[kept])
			trim->pages.items[++kept] = trim->pages.items[i];
	trim->pages.count = kept + 1;
}

/* Used memory, and the words of a free chunk. */
static bool touch_span(const struct span *span, void *user)
{
	bool is_free = span->state == SPAN_FREE || span->state == SPAN_VIRGIN;
	uint64_t begin = span->base - SHIFT;

	touch(user, begin, is_free ? begin + WORDS : span->base + span->size);
	return true;
}

/* Looks at the spans of whose bytes some are in the pages. */
static void touch_spans(struct malloc_trim *trim, const struct engine *engine)
{
	size_t end;

	for (size_t first = 0; first < trim->pages.count; first = end) {
		uint64_t from = trim->pages.items[first] & ~TOUCHED, to = from;
		for (end = first;
			end < trim->pages.count && (trim->pages.items[end] & ~TOUCHED) == to; end++)
			to += PAGE;
		engine_spans(engine, from, to + SHIFT, touch_span, trim);
	}
}

void malloc_trim_settle(struct malloc_trim *trim, const struct heap *heap)
{
	const struct engine *engine = library_of(heap);
	struct region region;
	uint64_t end = 0; /* of the region before */

	if (trim->pages.count == 0)
		return;
	assert(engine);
	for (size_t i = 0; i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		touch(trim, end, region.base);
		end = region.base + region.size;
	}
	touch(trim, end, UINT64_MAX);
	touch_spans(trim, engine);
	drop_touched(trim);
}

/* ---- what is left ---------------------------------------------------------------------------- */

struct left {
	const struct malloc_trim *trim;
	uint64_t bytes;
};

static void add_left(uint64_t from, uint64_t to, bool is_end, void *user)
{
	struct left *left = user;

	left->bytes += to - from - malloc_trim_within(left->trim, from, to);
}

uint64_t malloc_trim_left(const struct malloc_trim *trim, const struct heap *heap)
{
	struct left left = {.trim = trim};

	find_pages(heap, add_left, &left);
	return left.bytes;
}

bool malloc_trim_of_region(const struct engine *engine, const struct region *region, size_t most,
	uint64_t *ret_bytes)
{
	const struct malloc_trim none = {.pages.count = 0};
	struct left left = {.trim = &none};
	bool is_whole =
		!is_library(engine) || find_in_region(engine, region, most, add_left, &left);

	*ret_bytes = left.bytes;
	return is_whole;
}

/* ---- a play ---------------------------------------------------------------------------------- */

static bool is_library_word(const struct event *event, enum libc_word word)
{
	return event->kind == EVENT_LIBC && event->other == word;
}

/* A block was put somewhere: what was cut off there has its words after it. */
void malloc_trim_follow(struct malloc_trim *trim, const struct heap *heap,
	const struct event *event)
{
	struct live live;

	if (is_library_word(event, LIBC_TRIM))
		trim_heap(trim, heap);
	else if (is_library_word(event, LIBC_EXEC))
		trim->pages.count = 0;
	else if (trim->pages.count > 0 && event->kind <= EVENT_REALLOCATE &&
		 heap_find(heap, event->object, &live))
		touch(trim, live.address - HEADER, live.address + live.given + WORDS);
}

/* How many of the events can be applied without a look at what each has done. */
static size_t plain_events(const struct malloc_trim *trim, const struct event *events, size_t n)
{
	size_t plain = 0;

	if (trim->pages.count > 0)
		return 0;
	while (plain < n && !is_library_word(&events[plain], LIBC_TRIM))
		plain++;
	return plain;
}

void malloc_trim_play(struct malloc_trim *trim, struct metrics *metrics, struct heap *heap,
	struct trace *trace, uint64_t from, uint64_t end, struct error *err)
{
	struct passage passage = {.number = from};

	while (passage.number < end &&
		(passage.events = trace_borrow(trace, passage.number, &passage.known))) {
		size_t most = passage.known < SLICE ? passage.known : SLICE;
		if (most > end - passage.number)
			most = (size_t)(end - passage.number);
		passage.n = plain_events(trim, passage.events, most);
		bool is_followed = passage.n == 0;
		passage.n += is_followed;
		if (!is_followed || passage.number % SLICE == 0)
			progress_say("playing", "events", passage.number - from, end - from);
		heap_pass(heap, metrics, &passage, NULL, err);
		if (is_followed)
			malloc_trim_follow(trim, heap, passage.events);
		passage.number += passage.n;
	}
}

void malloc_trim_finish(struct malloc_trim *trim)
{
	array_finish(&trim->pages);
	trim->pages.count = 0;
}
