/*
 * An allocator under glass.  An engine answers requests with addresses of the simulated program and
 * describes itself; it knows nothing of objects, traces or screens.
 *
 *	block     what a request got: `given` bytes at `address`
 *	region    a stretch of address space the engine holds: an arena, a heap, a slab
 *	page      a region's equal parts, with figures kept up to date (pymalloc's pools); a heap
 *	          has none
 *	span      a piece of a page or region: a block, a hole, a header, waste. Spans of a region
 *	          neither overlap nor leave gaps.
 *	list      one of the engine's own lists, in its own order
 *	decision  one thing the engine decided while serving the current request, as data
 *
 * This is the face for callers; ops.h is what an engine fills in.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "engine/ops.h"

#include <assert.h>

/* Every engine there is, the one taken by default first. */
const struct engine_ops *const *engine_list(size_t *ret_count);
const struct engine_ops *engine_find(const char *name); /* or NULL */

/* options: values for ops->options, from base/options.h. */
int engine_new(struct engine **ret_engine, const struct engine_ops *ops, struct engine *below,
	struct page_source *pages, const struct options *options, struct error *err);
void engine_free(struct engine *engine);

/* ---- what callers ask ---------------------------------------------------------------------- */

/*
 * One function for each callback, with its contract.  What an engine need not have is preceded by a
 * question; without it the function asserts.  Descriptions are filled in whole, own no memory and
 * hold until the engine's next request.
 */

static inline const char *engine_name(const struct engine *engine)
{
	return engine->ops->name;
}

/* True for an engine that simulates nothing: every block is placed at its recorded address. */
static inline bool engine_is_as_recorded(const struct engine *engine)
{
	return engine->ops->as_recorded;
}

/* It is one region of a power of two bytes, and its lists go by powers of two from the smallest. */
static inline bool engine_halves(const struct engine *engine)
{
	return engine->ops->halves;
}

/* It is a heap, though it has no region before the first request. */
static inline bool engine_begins_empty(const struct engine *engine)
{
	return engine->ops->begins_empty;
}

/*
 * OUTCOME_PLACED and *ret_placement; or OUTCOME_NO_MEMORY, OUTCOME_NO_ANSWER or, of 0 bytes,
 * OUTCOME_NOTHING, and nothing changed.
 */
static inline enum outcome engine_allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	return engine->ops->allocate(engine, request, ret_placement);
}

/* OUTCOME_RELEASED, or OUTCOME_INVALID where no block begins at the address. */
static inline enum outcome engine_release(struct engine *engine, uint64_t address)
{
	return engine->ops->release(engine, address);
}

/* The program calls free(NULL): most engines are not asked. */
static inline void engine_release_null(struct engine *engine)
{
	if (engine->ops->release_null)
		engine->ops->release_null(engine);
}

/* A pointer is misused: says what the allocator would do. */
static inline void engine_misused(struct engine *engine, const struct misuse *misuse)
{
	if (engine->ops->misused)
		engine->ops->misused(engine, misuse);
}

/* OUTCOME_PLACED and *ret_placement, or any other outcome but OUTCOME_NOTHING; see the callback. */
static inline enum outcome engine_reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	return engine->ops->reallocate(engine, address, request, ret_placement);
}

/* Whether a request may be passed to engine_take(). */
static inline bool engine_finds_plain(const struct engine *engine, uint64_t size,
	uint64_t alignment, unsigned domain)
{
	return size - 1 < engine->plain.most && (engine->plain.domains >> domain & 1) &&
	       alignment == 0;
}

/* Serves a plain request; no address: nothing has changed, engine_allocate() has to serve it. */
static inline struct placed engine_take(struct engine *engine, uint64_t size)
{
	assert(size > 0 && size <= engine->plain.most && !engine->log);
	return engine->ops->take(engine, size);
}

/* Takes back a block of the engine itself, whose placement had that place, which is not 0. */
static inline void engine_give(struct engine *engine, uint64_t address, uint32_t place)
{
	assert(place > 0 && engine->plain.most > 0 && !engine->log);
	engine->ops->give(engine, address, place);
}

static inline bool engine_has_expect(const struct engine *engine)
{
	return engine->ops->expect;
}

/*
 * A hint that the block at the address, with its placement's place, will be released or reallocated
 * soon.
 */
static inline void engine_expect(const struct engine *engine, uint64_t address, uint32_t place)
{
	assert(engine->ops->expect);
	engine->ops->expect(engine, address, place);
}

/* Its arenas are the recorded ones: report each to engine_mapped() and engine_unmapped(). */
static inline bool engine_follows_arenas(const struct engine *engine)
{
	return engine->ops->mapped;
}

/* `bytes` at `base`, both as recorded: the traced program's arena is there from now on. */
static inline void engine_mapped(struct engine *engine, uint64_t base, uint64_t bytes)
{
	assert(engine->ops->mapped);
	engine->ops->mapped(engine, base, bytes);
}

/* The traced program's arena at `base` is gone; one that was never mapped is passed over. */
static inline void engine_unmapped(struct engine *engine, uint64_t base)
{
	assert(engine->ops->unmapped);
	engine->ops->unmapped(engine, base);
}

/* Its regions are spaces: what is free is room above their tops, and no hole. */
static inline bool engine_has_spaces(const struct engine *engine)
{
	return engine->ops->has_spaces;
}

/* Its spaces are the recorded ones: report to engine_commit() what is committed to each. */
static inline bool engine_follows_spaces(const struct engine *engine)
{
	return engine->ops->commit;
}

/* `bytes` at `base` (0: not known) are committed to the space from now on; 0: it is gone. */
static inline void engine_commit(struct engine *engine, enum domain space, uint64_t base,
	uint64_t bytes)
{
	assert(engine->ops->commit && space >= DOMAIN_SPACES);
	engine->ops->commit(engine, space, base, bytes);
}

static inline bool engine_has_library(const struct engine *engine)
{
	return engine->ops->library;
}

/* A thread of the traced program ended, or it called mallopt(), malloc_trim(), sbrk() or exec(). */
static inline void engine_library(struct engine *engine, enum libc_word word, uint64_t number)
{
	assert(engine->ops->library);
	engine->ops->library(engine, word, number);
}

/*
 * It finds out itself what can be reached, and moves it; engine.graph says which object refers to
 * which.
 */
static inline bool engine_is_tracing(const struct engine *engine)
{
	return engine->ops->stored;
}

/* The object at `from` refers to the one at `to` from now on. */
static inline void engine_stored(struct engine *engine, uint64_t from, uint64_t to)
{
	assert(engine->ops->stored);
	engine->ops->stored(engine, from, to);
}

/* Collects a generation, 0 the youngest, and those younger than it. */
static inline void engine_collect(struct engine *engine, unsigned generation)
{
	assert(engine->ops->collect);
	engine->ops->collect(engine, generation);
}

/* How many regions there are, in address order. */
static inline size_t engine_region_count(const struct engine *engine)
{
	return engine->ops->region_count(engine);
}

/* at: below engine_region_count(), which is not counted over for it. */
static inline void engine_region(const struct engine *engine, size_t at, struct region *ret_region)
{
	engine->ops->region(engine, at, ret_region);
}

/* Its regions consist of pages; otherwise only engine_spans() describes their contents. */
static inline bool engine_has_pages(const struct engine *engine)
{
	return engine->ops->page;
}

/* at: of the region; page: below its `pages`, from its base on. */
static inline void engine_page(const struct engine *engine, size_t at, size_t page,
	struct page *ret_page)
{
	assert(engine->ops->page);
	engine->ops->page(engine, at, page, ret_page);
}

/*
 * Visits every span that overlaps [from, to), in address order and whole, until visit() gives
 * false.  Costs what is visited.
 */
static inline void engine_spans(const struct engine *engine, uint64_t from, uint64_t to,
	span_visit *visit, void *user)
{
	assert(from <= to);
	engine->ops->spans(engine, from, to, visit, user);
}

/* Bytes handed out within [from, to), rounding included; O(log n) at most. */
static inline uint64_t engine_used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	assert(from <= to);
	return engine->ops->used_between(engine, from, to);
}

static inline bool engine_has_lists(const struct engine *engine)
{
	return engine->ops->list_count;
}

/* The number of lists that it keeps. */
static inline size_t engine_list_count(const struct engine *engine)
{
	assert(engine->ops->list_count);
	return engine->ops->list_count(engine);
}

/* at: below engine_list_count(). */
static inline void engine_list_at(const struct engine *engine, size_t at, struct list *ret_list)
{
	assert(engine->ops->list);
	engine->ops->list(engine, at, ret_list);
}

/* Copies up to n entries of list `at`, from the `from`th on, into ret_entries; gives how many. */
static inline size_t engine_list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	assert(engine->ops->list_entries);
	return engine->ops->list_entries(engine, at, from, ret_entries, n);
}

/* The kinds of free memory, ended by one without a name; NULL: all of it is of one kind. */
static inline const struct free_kind *engine_kinds(const struct engine *engine)
{
	return engine->ops->kinds;
}

/*
 * How many lists of a kind a thread or an arena has, *ret_first and those after it; 0: none, or no
 * such thread or arena. Both count from 0, without gaps.
 */
static inline size_t engine_lists_of(const struct engine *engine, size_t kind, uint32_t owner,
	size_t *ret_first)
{
	assert(engine->ops->lists_of);
	return engine->ops->lists_of(engine, kind, owner, ret_first);
}

static inline bool engine_has_words(const struct engine *engine)
{
	return engine->ops->words;
}

/*
 * Copies up to n words of memory that describe the block or hole at the address, in address order;
 * gives how many.
 */
static inline size_t engine_words(const struct engine *engine, uint64_t address,
	struct memory_word *ret_words, size_t n)
{
	assert(engine->ops->words);
	return engine->ops->words(engine, address, ret_words, n);
}

static inline bool engine_has_fields(const struct engine *engine)
{
	return engine->ops->fields;
}

/*
 * Up to n members of the struct that keeps the page or region at the address, or of the engine's
 * own at address 0; gives how many, 0 where nothing is kept.
 */
static inline size_t engine_fields(const struct engine *engine, uint64_t address,
	struct field *ret_fields, size_t n)
{
	assert(engine->ops->fields);
	return engine->ops->fields(engine, address, ret_fields, n);
}

/* Up to n places that have a name, giving how many; 0: the engine goes by none. */
static inline size_t engine_landmarks(const struct engine *engine, struct landmark *ret_landmarks,
	size_t n)
{
	return engine->ops->landmarks ? engine->ops->landmarks(engine, ret_landmarks, n) : 0;
}

static inline bool engine_has_region_fields(const struct engine *engine)
{
	return engine->ops->region_fields;
}

/* Up to n members of the struct that keeps the region; gives how many. */
static inline size_t engine_region_fields(const struct engine *engine, size_t at,
	struct field *ret_fields, size_t n)
{
	assert(engine->ops->region_fields);
	return engine->ops->region_fields(engine, at, ret_fields, n);
}

static inline bool engine_has_search(const struct engine *engine)
{
	return engine->ops->search;
}

/*
 * Searches for the cause of what went wrong at the last request, for that many milliseconds; true:
 * it is over, and engine->cause says what was found, if anything was.
 */
static inline bool engine_search(struct engine *engine, unsigned milliseconds)
{
	assert(engine->ops->search);
	return engine->ops->search(engine, milliseconds);
}

/* The bytes of the block at the address that are not what the program wrote; false: all are. */
static inline bool engine_damage(const struct engine *engine, uint64_t address,
	struct damage *ret_damage)
{
	return engine->ops->damage && engine->ops->damage(engine, address, ret_damage);
}

/* It limits the bytes that pass through it. */
static inline bool engine_has_gauge(const struct engine *engine)
{
	return engine->ops->gauge;
}

static inline void engine_gauge(const struct engine *engine, struct gauge *ret_gauge)
{
	assert(engine->ops->gauge);
	engine->ops->gauge(engine, ret_gauge);
}

static inline bool engine_has_classes(const struct engine *engine)
{
	return engine->ops->class_count;
}

/* How many size classes there are, from the smallest. */
static inline size_t engine_class_count(const struct engine *engine)
{
	assert(engine->ops->class_count);
	return engine->ops->class_count(engine);
}

/* at: below engine_class_count(). */
static inline void engine_class_info(const struct engine *engine, size_t at,
	struct size_class *ret_class)
{
	assert(engine->ops->class_info);
	engine->ops->class_info(engine, at, ret_class);
}

/* Where the bytes it holds went; O(1) or O(classes). */
static inline void engine_totals(const struct engine *engine, struct totals *ret_totals)
{
	engine->ops->totals(engine, ret_totals);
}

/* The engine's report of that name ("debugmallocstats"); false: it has none. */
bool engine_has_report(const struct engine *engine, const char *name, size_t *ret_at);

/* Adds the statistics of a report, as the original prints them. */
static inline void engine_report(const struct engine *engine, size_t at, struct text *text)
{
	assert(engine->ops->report);
	engine->ops->report(engine, at, text);
}

/* Checks the whole structure: 0, or -1 and err. Slow. */
static inline int engine_check(const struct engine *engine, struct error *err)
{
	return engine->ops->check(engine, err);
}

/*
 * The region that holds the address; false when none does. Only its kind, serial, base and size are
 * set: quicker than engine_region_at() where the engine can tell.
 */
bool engine_region_of(const struct engine *engine, uint64_t address, struct region *ret_region);

/* Finds the region that holds the address, and its number; false when none does. */
bool engine_region_at(const struct engine *engine, uint64_t address, size_t *ret_at,
	struct region *ret_region);

#endif
