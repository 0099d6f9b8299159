/*
 * Identities against blocks, sums against entries, mappings against the address space: see
 * heap/heap.h. Links are followed only within bounds, whatever the state is.
 */
#include "heap/entries.h"

#include "base/error.h"
#include "base/xalloc.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The block of a placed entry is one that its engine has there, and is found by its address. */
static int check_block(const struct heap *heap, const struct live *live, struct error *err)
{
	const struct engine *engine = heap->layers[live->layer];
	uint64_t payload = 0, inside = live->given ? live->address : live->address - 1;
	struct live other;

	engine_spans(engine, inside, inside + 1, payload_of_span, &payload);
	if (payload != live->address)
		return error_set(err, "object %" PRIu32 ": no block of %s begins at 0x%" PRIx64,
			live->object, engine_name(engine), live->address);
	if (!entry_find_block(heap, live->address, &other) || other.object != live->object)
		return error_set(err, "object %" PRIu32 " is not found by its address",
			live->object);
	return 0;
}

static int check_entry(const struct heap *heap, uint32_t entry, struct heap_state *found,
	struct error *err)
{
	const struct live *live = entry_of(heap, entry);

	if (entry_find(heap, live->object) != entry)
		return error_set(err, "object %" PRIu32 " is known twice", live->object);
	if (live->layer >= heap->nlayers && live->layer != LAYER_MAPPED &&
		live->layer != LAYER_NOWHERE)
		return error_set(err,
			"object %" PRIu32 " is of layer %" PRIu32 ", which there is not",
			live->object, (uint32_t)live->layer);
	if (live->layer == LAYER_NOWHERE)
		return live->address || live->size || live->given || live->moved
			       ? error_set(err, "object %" PRIu32 " has a block, and has not",
					 live->object)
			       : 0;
	if (live->address == 0 || live->given < live->size || live->born > live->moved)
		return error_set(err,
			"object %" PRIu32 " has less than it asked for, or moved "
			"before it was there",
			live->object);
	if (live->layer == LAYER_MAPPED) {
		found->program_mapped += live->given;
		return 0;
	}
	sums_add(found, live);
	return check_block(heap, live, err);
}

/* Unused entries, which it marks, are empty, and linked for reuse. */
static int check_unused(const struct heap *heap, bool *is_unused, struct error *err)
{
	const struct heap_state *state = state_of(heap);
	size_t unused = heap->entries.count - state->entries_used;

	for (uint32_t entry = state->free_entry; entry != NO_ENTRY; unused--) {
		if (entry >= heap->entries.count || unused == 0)
			return error_set(err, "the list of unused entries is wrong");
		const struct live empty = {.object = entry_of(heap, entry)->object};
		if (memcmp(entry_of(heap, entry), &empty, sizeof(empty)) != 0)
			return error_set(err, "an unused entry is not empty");
		is_unused[entry] = true;
		entry = entry_of(heap, entry)->object;
	}
	return unused ? error_set(err, "an entry is neither used nor unused") : 0;
}

/* Every entry is that of an object, which leads to it, or unused. Adds up what is in blocks. */
static int check_entries(const struct heap *heap, struct heap_state *found, struct error *err)
{
	const struct live *first = heap->entries.data;
	size_t count = heap->entries.count;

	if (identities_check(&heap->identities, state_of(heap)->entries_used, count,
		    first ? &first->object : NULL, sizeof(*first), err) < 0)
		return -1;
	bool *is_unused = xcalloc(count + 1, sizeof(*is_unused));
	int result = check_unused(heap, is_unused, err);
	for (uint32_t entry = 0; result == 0 && entry < count; entry++)
		if (!is_unused[entry])
			result = check_entry(heap, entry, found, err);
	free(is_unused);
	return result;
}

/* The program's mappings are in order, each a part of what is taken. */
static int check_mappings(const struct heap *heap, struct error *err)
{
	struct extent mapping = {0};
	uint64_t bytes = 0;

	if (space_check(&heap->space, err) < 0) /* first: its tree is searched below */
		return -1;
	if (extents_check(&heap->mappings, err) < 0)
		return error_prefix(err, "what the program mapped");
	for (uint64_t at = 0; extents_at_or_after(&heap->mappings, at, &mapping);
		at = mapping.base + mapping.size) {
		uint32_t entry = mapping.tag;
		if (entry >= heap->entries.count || entry_of(heap, entry)->layer != LAYER_MAPPED)
			return error_set(err, "what is no mapping is listed as one");
		const struct live *live = entry_of(heap, entry);
		if (live->address != mapping.base || live->given != mapping.size ||
			!space_has(&heap->space, live->address, live->given))
			return error_set(err, "object %" PRIu32 " is mapped where nothing is taken",
				live->object);
		bytes += live->given;
	}
	if (bytes != state_of(heap)->program_mapped)
		return error_set(err, "%" PRIu64 " bytes are mapped, not %" PRIu64, bytes,
			state_of(heap)->program_mapped);
	return 0;
}

static int check_sums(const struct heap *heap, const struct heap_state *found, struct error *err)
{
	const struct heap_state *state = state_of(heap);

	if (found->live != state->live || found->live_bytes != state->live_bytes ||
		found->given_bytes != state->given_bytes ||
		found->program_mapped != state->program_mapped ||
		memcmp(found->below, state->below, sizeof(found->below)) != 0 ||
		memcmp(found->small, state->small, sizeof(found->small)) != 0)
		return error_set(err, "the heap's sums do not add up");
	return 0;
}

/* Every counted object has a block as large as it asked for. */
static int check_counted(const struct heap *heap, struct error *err)
{
	struct counted counted;

	if (objects_check(&heap->objects, err) < 0)
		return -1;
	for (uint32_t cursor = 0; heap_next_counted(heap, &cursor, &counted);) {
		struct live live;
		if (!heap_find(heap, counted.object, &live) || live.size != counted.size)
			return error_set(err, "object %" PRIu32 " is counted, but not placed",
				counted.object);
	}
	return 0;
}

struct unknown_local {
	const struct heap *heap;
	uint32_t object; /* OBJECT_NONE: every variable so far refers to one that knows of it */
};

static void check_local(void *user, uint32_t object)
{
	struct unknown_local *unknown = user;
	struct counted counted;

	if (!heap_counted(unknown->heap, object, &counted) || counted.by_program == 0)
		unknown->object = object;
}

/* What the variables of frames refer to is an object that the program refers to. */
static int check_locals(const struct heap *heap, struct error *err)
{
	const struct frames *frames = &heap->frames;
	struct unknown_local unknown = {heap, OBJECT_NONE};

	if (frames_check(frames, err) < 0)
		return -1;
	for (size_t i = 0; i < frames_stacks(frames); i++)
		for (const struct frame *frame = frames_top(frames, frames_thread(frames, i));
			frame; frame = frames_below(frames, frame))
			frames_visit_locals(frames, frame, check_local, &unknown);
	return unknown.object == OBJECT_NONE
		       ? 0
		       : error_set(err, "a variable refers to object %" PRIu32 ", which is gone",
				 unknown.object);
}

/* What the program's cache has is live. */
static int check_cached(const struct heap *heap, struct error *err)
{
	if (cache_order_check(&heap->cache, err) < 0)
		return -1;
	size_t n = cache_order_count(&heap->cache);
	struct cache_item *items = xcalloc(n, sizeof(*items));
	int result = 0;

	n = heap_cached(heap, false, items, n);
	for (size_t i = 0; result == 0 && i < n; i++)
		if (entry_find(heap, items[i].object) == NO_ENTRY)
			result = error_set(err, "object %" PRIu32 " is cached, but not live",
				items[i].object);
	free(items);
	return result;
}

int heap_check_own(const struct heap *heap, struct error *err)
{
	struct heap_state found = {0};

	if (check_entries(heap, &found, err) < 0 || check_mappings(heap, err) < 0 ||
		malloc_trim_check(heap, err) < 0 || check_cached(heap, err) < 0 ||
		check_sums(heap, &found, err) < 0 || check_counted(heap, err) < 0)
		return -1;
	return check_locals(heap, err);
}

int heap_check(const struct heap *heap, struct error *err)
{
	for (size_t i = 0; i < heap->nlayers; i++)
		if (engine_check(heap->layers[i], err) < 0)
			return error_prefix(err, "%s", engine_name(heap->layers[i]));
	return heap_check_own(heap, err);
}
