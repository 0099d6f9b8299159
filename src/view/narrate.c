/*
 * See narrate.h.  Every decision has a template; {a} … {d} are its operands:
 *
 *	{a}         the number, with commas
 *	{a:pool}    the name of a pool or hole or region by its address: A01.p23, heap +0x40
 *	{a:block}   the name of a block by its address: block 7
 *	{a:arena}   an arena by its serial: A01
 */
#include "view/narrate.h"

#include "base/units.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct words {
	const char *plain;
	const char *expert;	/* NULL: the same */
};

static const struct words templates[] = {
	[DECISION_SMALL] = {"{a} B is small (512 or less): class {b}, blocks of {c} B.",
		"nbytes {a} <= SMALL_REQUEST_THRESHOLD: size class {b}, {c} B."},
	[DECISION_TOO_LARGE] = {"{a} B is not a small request (1 to {b} B): the layer below serves it.", NULL},
	[DECISION_RAW_DOMAIN] = {"A raw request ({a} B): the layer below serves those.", NULL},
	[DECISION_ALIGNED] = {"Aligned to {b} B: the layer below serves it.", NULL},
	[DECISION_USEDPOOLS_HIT] = {"usedpools[{a}] is not empty: its first pool is {b:pool}.",
		"usedpools[{a}]->nextpool is {b:pool} ({c} in the list)."},
	[DECISION_USEDPOOLS_EMPTY] = {"usedpools[{a}] is empty: no pool of this class has room.", NULL},
	[DECISION_ARENA_CHOSEN] = {"The first of {c} usable arenas is {a:arena}; it has {b} free pools.",
		"usable_arenas is {a:arena}, nfreepools {b} ({c} in the list)."},
	[DECISION_NO_USABLE_ARENA] = {"No arena has a free pool: a new one is needed.",
		"usable_arenas is NULL: new_arena()."},
	[DECISION_ARENA_MAPPED] = {"Arena {a:arena} was mapped: {c} pools, all free.",
		"{a:arena} mapped at {b:hex}, arenas[{d}], {c} pools."},
	[DECISION_ARENA_REFUSED] = {"No room for a new arena ({a} B): the request itself goes to the layer below.", NULL},
	[DECISION_POOL_FROM_FREEPOOLS] = {"{a:pool} is taken from the arena's list of empty pools.",
		"{a:pool} popped from freepools (szidx was {c})."},
	[DECISION_POOL_CARVED] = {"{a:pool} is carved: never used before. {c} such pools are left in {b:arena}.",
		"pool_address gives {a:pool}; {c} left in {b:arena}."},
	[DECISION_ARENA_FULL] = {"That was {a:arena}'s last free pool: it leaves usable_arenas.", NULL},
	[DECISION_POOL_SAME_CLASS] = {"{a:pool} served class {b} before: its chain of free blocks is still good.",
		"szidx is {b} already: header kept."},
	[DECISION_POOL_INITIALISED] = {"{a:pool} is divided anew for class {b}: {c} blocks fit.",
		"{a:pool} initialised: szidx {b}, {c} blocks."},
	[DECISION_POOL_LINKED] = {"{a:pool} goes to the front of usedpools[{b}].", NULL},
	[DECISION_BLOCK_POPPED] = {"The head of its chain, {a:block}, is handed out.",
		"freeblock {a:block} popped, ref.count {d}."},
	[DECISION_BLOCK_CARVED] = {"The chain ran out: one never-used block, {a:block}, becomes the chain.",
		"chain empty: {a:block} carved, nextoffset {c:hex}."},
	[DECISION_POOL_FULL] = {"Now {a:pool} is full: it leaves usedpools[{b}].", NULL},
	[DECISION_BLOCK_PUSHED] = {"{a:block} becomes the head of the chain of {b:pool}: next to be handed out.",
		"{a:block} pushed on freeblock of {b:pool}, ref.count {d}."},
	[DECISION_POOL_UNFULL] = {"{a:pool} was full and has room again: to the front of usedpools[{b}].", NULL},
	[DECISION_POOL_EMPTY] = {"{a:pool} is empty: it leaves usedpools and joins the empty pools of {b:arena} (free now: {c}).",
		"{a:pool} ref.count 0: to freepools of {b:arena}, nfreepools {c}."},
	[DECISION_ARENA_USABLE_AGAIN] = {"{a:arena} was full: it goes to the front of usable_arenas.", NULL},
	[DECISION_ARENA_SORTED] = {"{a:arena} now has {c} free pools and moves behind {b:arena}: fuller arenas are used first.", NULL},
	[DECISION_ARENA_STAYS] = {"{a:arena} has {b} free pools and keeps its place in usable_arenas.", NULL},
	[DECISION_ARENA_KEPT] = {"{a:arena} is wholly free but kept: it is the last usable arena.", NULL},
	[DECISION_ARENA_UNMAPPED] = {"All pools of {a:arena} are free: the arena is unmapped, its memory goes back to the system.",
		"{a:arena} unmapped; arenas[{c}] to the head of unused_arena_objects."},
	[DECISION_FITS_BLOCK] = {"{a} B still fits its block of {b} B: it stays.", NULL},
	[DECISION_SHRINKS_LITTLE] = {"{a} B is more than 3/4 of its block of {b} B: it stays, moving would cost more.",
		"4 * {a} > 3 * {b}: not worth a move."},
	[DECISION_MOVES] = {"It cannot stay in its {b} B: a new block, {c} B copied, the old one freed.", NULL},
	[DECISION_STAYS_BELOW] = {"Its block belongs to the layer below and stays there, whatever its size.", NULL},
	[DECISION_PADDED] = {"{a} B become {b} B with a header of {c} B and rounding to {d} B.", NULL},
	[DECISION_SEARCHED] = {"First fit looked at {a} of {b} holes for {c} B.", NULL},
	[DECISION_HOLE_CHOSEN] = {"The hole {a:pool} ({b} B) is the first that is large enough.", NULL},
	[DECISION_SPLIT] = {"It is split: {b} B for the block, {d} B stay free at {c:pool}.", NULL},
	[DECISION_EXACT_FIT] = {"Its end fits exactly: nothing is left over.", NULL},
	[DECISION_ALIGNMENT_GAP] = {"{b} B in front stay free, for the alignment.", NULL},
	[DECISION_GREW] = {"No hole was large enough: the heap grew by {b} B.", NULL},
	[DECISION_NO_FIT] = {"No hole has {a} B: {b} B are free, but the largest hole has {c} B.", NULL},
	[DECISION_HOLE_MADE] = {"Its {b} B at {a:pool} become a hole.", NULL},
	[DECISION_COALESCED_BEFORE] = {"The hole before it ({b} B) touches: joined, {c} B.", NULL},
	[DECISION_COALESCED_AFTER] = {"The hole behind it ({b} B) touches: joined, {c} B.", NULL},
	[DECISION_SHRUNK] = {"The block shrinks in place from {b} to {c} B.", NULL},
	[DECISION_GREW_IN_PLACE] = {"There is room behind it: the block grows in place from {b} to {c} B.", NULL},
	[DECISION_ENTERED_BELOW] = {"Below:", NULL},
	[DECISION_LEFT_BELOW] = {"", NULL},
	[DECISION_MAPPED] = {"{b} B were mapped at {a:hex}.", NULL},
	[DECISION_UNMAPPED] = {"{b} B at {a:hex} were unmapped.", NULL},
	[DECISION_NO_MEMORY] = {"There is no memory for {a} B.", NULL},
	[DECISION_INVALID] = {"No block begins at {a:hex}: nothing changed.", NULL},
};
static_assert(sizeof(templates) / sizeof(*templates) == DECISION_KIND_COUNT, "every decision has its words");

bool narrate_has_words(enum decision_kind kind)
{
	return templates[kind].plain != NULL;
}

/* ---- names --------------------------------------------------------------------------------- */

/* The region of an engine that holds the address; false when none does. */
static bool find_region(const struct engine *engine, uint64_t address, size_t *ret_at, struct region *ret_region)
{
	size_t low = 0, high = engine->ops->region_count(engine);

	if (high == 0)
		return false;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		engine->ops->region(engine, middle, ret_region);
		if (ret_region->base <= address)
			low = middle;
		else
			high = middle;
	}
	engine->ops->region(engine, low, ret_region);
	*ret_at = low;
	return address - ret_region->base < ret_region->size;
}

/* Offsets are decimal in heaps small enough to be counted by hand. */
static void name_offset(const struct region *region, uint64_t address, char *buffer, size_t size)
{
	uint64_t offset = address - region->base;

	snprintf(buffer, size, region->size <= 4096 ? "%s +%" PRIu64 : "%s +0x%" PRIx64, region->name, offset);
}

struct place {
	struct region region;
	struct page page;
	uint32_t number;	/* of the page in its region */
	bool has_page;
};

static bool find_place(const struct heap *heap, uint64_t address, struct place *ret_place)
{
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		size_t at;
		if (!find_region(engine, address, &at, &ret_place->region))
			continue;
		ret_place->has_page = false;
		if (ret_place->region.pages > 0) {
			engine->ops->page(engine, at, 0, &ret_place->page);
			if (address >= ret_place->page.base) {
				ret_place->number =
					(uint32_t)((address - ret_place->page.base) / ret_place->region.page_size);
				engine->ops->page(engine, at, ret_place->number, &ret_place->page);
				ret_place->has_page = true;
			}
		}
		return true;
	}
	return false;
}

static void name_page(const struct place *place, char *buffer, size_t size)
{
	snprintf(buffer, size, "%s.p%02" PRIu32, place->region.name, place->number);
}

static bool block_number(const struct place *place, uint64_t address, uint64_t *ret_block)
{
	const struct page *page = &place->page;

	uint64_t first = page->base + page->first_block;

	if (!place->has_page || page->block_size == 0 || address < first)
		return false;
	*ret_block = (address - first) / page->block_size;
	return true;
}

const char *name_address(const struct heap *heap, uint64_t address, char *buffer, size_t size)
{
	struct place place;
	uint64_t block;
	char page[40];

	if (!find_place(heap, address, &place)) {
		snprintf(buffer, size, "0x%" PRIx64, address);
	} else if (block_number(&place, address, &block)) {
		name_page(&place, page, sizeof(page));
		snprintf(buffer, size, "%s block %" PRIu64, page, block);
	} else if (place.has_page) {
		name_page(&place, buffer, size);
	} else {
		name_offset(&place.region, address, buffer, size);
	}
	return buffer;
}

static void name_pool(const struct heap *heap, uint64_t address, char *buffer, size_t size)
{
	struct place place;

	if (!find_place(heap, address, &place))
		snprintf(buffer, size, "0x%" PRIx64, address);
	else if (place.has_page)
		name_page(&place, buffer, size);
	else
		name_offset(&place.region, address, buffer, size);
}

static void name_block(const struct heap *heap, uint64_t address, char *buffer, size_t size)
{
	struct place place;
	uint64_t block;

	if (find_place(heap, address, &place) && block_number(&place, address, &block))
		snprintf(buffer, size, "block %" PRIu64, block);
	else
		name_address(heap, address, buffer, size);
}

const char *name_call(const struct event *event, char *buffer, size_t size)
{
	const char *call = call_name((enum call)event->call);
	char object[24] = "?";

	if (event->object != OBJECT_NONE)
		snprintf(object, sizeof(object), "object %" PRIu32, event->object);
	else if (event->kind == EVENT_FREE && event->address == 0)
		snprintf(object, sizeof(object), "NULL");
	else if (event->address)
		snprintf(object, sizeof(object), "0x%" PRIx64, event->address);
	switch ((enum event_kind)event->kind) {
	case EVENT_ALLOCATE:
		if (event->alignment)
			snprintf(buffer, size, "%s(%" PRIu64 ", %" PRIu64 ")", *call ? call : "aligned_alloc",
				event->alignment, event->size);
		else
			snprintf(buffer, size, "%s(%" PRIu64 ")", *call ? call : "malloc", event->size);
		break;
	case EVENT_REALLOCATE:
		snprintf(buffer, size, "%s(%s, %" PRIu64 ")", *call ? call : "realloc", object, event->size);
		break;
	case EVENT_FREE:
		snprintf(buffer, size, "free(%s)", object);
		break;
	case EVENT_MAP:
		snprintf(buffer, size, "mmap(%" PRIu64 ")", event->size);
		break;
	case EVENT_UNMAP:
		snprintf(buffer, size, "munmap(%s)", object);
		break;
	case EVENT_NOTE:
		snprintf(buffer, size, "note");
		break;
	case EVENT_MARK:
		snprintf(buffer, size, "mark");
		break;
	case EVENT_KIND_COUNT:
		break;
	}
	return buffer;
}

/* ---- sentences ----------------------------------------------------------------------------- */

/* Puts operand `n` as `kind` says into the text. */
static void add_operand(struct text *out, const struct heap *heap, uint64_t n, const char *kind, size_t length)
{
	char buffer[64];
	struct units units;

	if (length == 0)
		snprintf(buffer, sizeof(buffer), "%s", units_count(&units, n));
	else if (strncmp(kind, "pool", length) == 0)
		name_pool(heap, n, buffer, sizeof(buffer));
	else if (strncmp(kind, "block", length) == 0)
		name_block(heap, n, buffer, sizeof(buffer));
	else if (strncmp(kind, "arena", length) == 0)
		snprintf(buffer, sizeof(buffer), "A%02" PRIu64, n);
	else
		snprintf(buffer, sizeof(buffer), "0x%" PRIx64, n);
	text_add(out, "%s", buffer);
}

static void add_sentence(struct text *out, const struct heap *heap, const struct decision *decision, bool expert)
{
	const struct words *words = &templates[decision->kind];
	const char *at = expert && words->expert ? words->expert : words->plain;
	const uint64_t operands[] = {decision->a, decision->b, decision->c, decision->d};

	for (; *at; at++) {
		if (*at != '{') {
			text_add_bytes(out, at, 1);
			continue;
		}
		size_t length = strcspn(at, "}");
		const char *kind = at + 2;
		if (*kind == ':')
			kind++;
		add_operand(out, heap, operands[at[1] - 'a'], kind, (size_t)(at + length - kind));
		at += length;
	}
}

static void narrate_why(struct text *why, const struct heap *heap, const struct decision_log *log, bool expert)
{
	for (size_t i = 0; i < log->count; i++) {
		if (log->items[i].kind == DECISION_LEFT_BELOW)
			continue;
		add_sentence(why, heap, &log->items[i], expert);
		text_add(why, "\n");
	}
	if (log->lost)
		text_add(why, "(%zu more decisions)\n", log->lost);
}

/* What is wrong, said of this event. */
static void narrate_fault(struct text *what, const struct event *event, const struct effect *effect)
{
	switch (effect->fault) {
	case FAULT_NONE:
		break;
	case FAULT_FREE_NULL:
		text_add(what, "allowed; nothing to do");
		break;
	case FAULT_DOUBLE_FREE:
		text_add(what, "DOUBLE FREE: it was freed before. Nothing changed");
		break;
	case FAULT_FREE_UNKNOWN:
		text_add(what, "UNKNOWN POINTER: nobody allocated it. Nothing changed");
		break;
	case FAULT_NEVER_PLACED:
		text_add(what, "its allocation had failed: there is nothing %s",
			event->kind == EVENT_FREE ? "to free" : "to resize; a new block");
		break;
	case FAULT_STILL_LIVE:
		text_add(what, "STILL LIVE: its free is missing; the old block counts as freed. ");
		break;
	case FAULT_FAILED_CALL:
		text_add(what, "FAILED when it was recorded: the program got nothing. Nothing changed");
		break;
	case FAULT_REALLOC_UNKNOWN:
		text_add(what, "UNKNOWN POINTER: taken as a new allocation. ");
		break;
	case FAULT_REALLOC_NULL:
		text_add(what, "(of NULL: an allocation) ");
		break;
	case FAULT_NO_MEMORY:
		text_add(what, "OUT OF MEMORY: the program gets NULL");
		break;
	case FAULT_INVALID:
		text_add(what, "INVALID: the allocator knows no such block");
		break;
	case FAULT_SIZE_ZERO:
	case FAULT_REALLOC_ZERO:
	case FAULT_COUNT:
		break;
	}
}

static void narrate_what(struct text *what, const struct heap *heap, const struct event *event,
	const struct effect *effect)
{
	char call[80], name[64];

	text_add(what, "%s → ", name_call(event, call, sizeof(call)));
	narrate_fault(what, event, effect);
	switch (effect->outcome) {
	case OUTCOME_PLACED:
		text_add(what, "%s", name_address(heap, effect->address, name, sizeof(name)));
		if (effect->old_address == effect->address && event->kind == EVENT_REALLOCATE)
			text_add(what, ", where it was");
		break;
	case OUTCOME_RELEASED:
		text_add(what, "gave back %s", name_address(heap, effect->old_address, name, sizeof(name)));
		break;
	case OUTCOME_NO_MEMORY:
	case OUTCOME_INVALID:
	case OUTCOME_NOTHING:
		break;
	}
	if (effect->object != OBJECT_NONE && event->kind == EVENT_ALLOCATE)
		text_add(what, "   (object %" PRIu32 ")", effect->object);
}

static void narrate_so(struct text *so, const struct heap *heap, const struct effect *effect)
{
	uint64_t address = effect->address ? effect->address : effect->old_address;
	struct units units, more;
	struct place place;

	if (effect->outcome != OUTCOME_PLACED && effect->outcome != OUTCOME_RELEASED)
		return;
	if (effect->outcome == OUTCOME_PLACED && effect->given > effect->size)
		text_add(so, "%s of %s B are padding. ", units_count(&units, effect->given - effect->size),
			units_count(&more, effect->given));
	if (!find_place(heap, address, &place))
		return;
	if (place.has_page && place.page.blocks > 0) {
		char name[40];
		name_page(&place, name, sizeof(name));
		text_add(so, "%s: %" PRIu32 " of %" PRIu32 " blocks in use.", name, place.page.used,
			place.page.blocks);
	} else if (!place.has_page) {
		struct fragmentation {
			uint64_t holes, free, largest;
		} now = {0};
		for (size_t i = 0; i < heap_layer_count(heap); i++) {
			struct totals totals;
			const struct engine *engine = heap_layer(heap, i);
			if (engine->ops->class_count)
				continue;
			engine->ops->totals(engine, &totals);
			now.holes += totals.free_spans;
			now.free += totals.available;
			now.largest = totals.largest_free;
		}
		struct units largest;
		text_add(so, "%s B free in %s hole%s, the largest %s B.", units_count(&units, now.free),
			units_count(&more, now.holes), now.holes == 1 ? "" : "s",
			units_count(&largest, now.largest));
	}
}

void narrate(struct narration *narration, const struct heap *heap, const struct trace *trace,
	const struct event *event, const struct effect *effect, const struct decision_log *log, bool expert)
{
	text_clear(&narration->what);
	text_clear(&narration->why);
	text_clear(&narration->so);
	if (event->kind == EVENT_NOTE) {
		text_add(&narration->what, "%s", trace_text(trace, event->text));
		return;
	}
	if (event->kind == EVENT_MARK) {
		text_add(&narration->what, "mark: %s", trace_text(trace, event->text));
		return;
	}
	narrate_what(&narration->what, heap, event, effect);
	if (log)
		narrate_why(&narration->why, heap, log, expert);
	narrate_so(&narration->so, heap, effect);
}

void narration_finish(struct narration *narration)
{
	text_finish(&narration->what);
	text_finish(&narration->why);
	text_finish(&narration->so);
}
