/*
 * Which object is where: part of the heap's state (heap/heap_state.h). Every event passes through
 * here, so these functions are inline.
 */
#ifndef HEAP_ENTRIES_H
#define HEAP_ENTRIES_H

#include "heap/heap_state.h"
#include "heap/malloc_trim.h"

#include <assert.h>
#include <string.h>

/* The entry of an object that has no cell among the identities; NO_ENTRY: not known. */
uint32_t entry_find_other(const struct heap *heap, uint32_t object);

/* The entry of an object's identity; NO_ENTRY: not known. */
static inline uint32_t entry_find(const struct heap *heap, uint32_t object)
{
	uint32_t cell = *identities_cell(&heap->identities, object), entry = cell_entry(cell);

	if (entry != NO_ENTRY && entry_of(heap, entry)->object == object)
		return entry;
	return cell_has_others(cell) ? entry_find_other(heap, object) : NO_ENTRY;
}

/* Appends an entry, with room for its identity. */
void entries_grow(struct heap *heap);

/* An entry for a new identity, zero but for that; no identity leads to it yet. */
static inline uint32_t entry_take(struct heap *heap, uint32_t object)
{
	struct heap_state *state = state_of(heap);
	uint32_t entry = state->free_entry;

	if (entry == NO_ENTRY) {
		entry = (uint32_t)heap->entries.count;
		entries_grow(heap);
	} else {
		/* A free entry is zero except for `object`, its link. */
		assert(entry_of(heap, entry)->given == 0 && entry_of(heap, entry)->address == 0);
		assert(entry_of(heap, entry)->layer == 0 && entry_of(heap, entry)->born == 0);
		assert(entry_of(heap, entry)->object != entry);
		state->free_entry = entry_of(heap, entry)->object;
	}
	state->entries_used++;
	entry_of(heap, entry)->object = object;
	assert(state->entries_used <= heap->entries.count);
	return entry;
}

/* Adds an entry, without a block, for an identity that is not known. */
static inline uint32_t entry_add(struct heap *heap, uint32_t object)
{
	assert(object != OBJECT_NONE && entry_find(heap, object) == NO_ENTRY);
	uint32_t entry = entry_take(heap, object);
	identities_add(&heap->identities, object, entry);
	return entry;
}

/* Removes an entry, which no longer has a block and is in no cache of the program's. */
static inline void entry_drop(struct heap *heap, uint32_t entry)
{
	struct heap_state *state = state_of(heap);
	struct live *live = entry_of(heap, entry);

	assert(state->entries_used > 0 && entry_find(heap, live->object) == entry);
	assert(state->free_entry != entry);
	identities_remove(&heap->identities, live->object, entry);
	memset(live, 0, sizeof(*live));
	live->object = state->free_entry;
	state->free_entry = entry;
	state->entries_used--;
}

/* Whether objects may be in a cache of the program's. */
static inline bool has_cached(const struct heap *heap)
{
	return cache_order_is_there(&heap->cache) && cache_order_count(&heap->cache) > 0;
}

/* Removes an entry, which no longer has a block. */
static inline void entry_remove(struct heap *heap, uint32_t entry)
{
	if (has_cached(heap))
		cache_order_leave(&heap->cache, entry_of(heap, entry)->object);
	entry_drop(heap, entry);
}

/* Add an object's block to the sums, and take it out. */
static inline void sums_add(struct heap_state *state, const struct live *live)
{
	assert(live->layer < LAYERS_MAX && live->given >= live->size);
	state->live++;
	state->live_bytes += live->size;
	state->given_bytes += live->given;
	if (live->layer > 0) {
		struct layer_sums *below = &state->below[live->layer - 1];
		below->live++;
		below->asked += live->size;
		below->given += live->given;
	} else if (live->given <= HEAP_SMALL) {
		state->small[live->given / SMALL_STEP] += live->size;
	}
}

static inline void take_from_sums(struct heap_state *state, const struct live *live)
{
	assert(live->layer < LAYERS_MAX && state->live > 0);
	assert(state->live_bytes >= live->size && state->given_bytes >= live->given);
	state->live--;
	state->live_bytes -= live->size;
	state->given_bytes -= live->given;
	if (live->layer > 0) {
		struct layer_sums *below = &state->below[live->layer - 1];
		assert(below->live > 0 && below->live <= state->live + 1);
		assert(below->asked >= live->size && below->given >= live->given);
		below->live--;
		below->asked -= live->size;
		below->given -= live->given;
	} else if (live->given <= HEAP_SMALL) {
		assert(state->small[live->given / SMALL_STEP] >= live->size);
		state->small[live->given / SMALL_STEP] -= live->size;
	}
}

/* True when an engine of the stack placed the entry's block. */
static inline bool entry_is_placed(const struct heap *heap, uint32_t entry)
{
	return entry_of(heap, entry)->layer < heap->nlayers;
}

/* Both at once, without a look at what was there. */
static inline void entry_set_where(struct live *live, unsigned layer, uint32_t place)
{
	live->where = layer | place << 3;
	assert(live->layer == layer && live->place == place);
}

/* Records where an engine placed the entry's block. */
static inline void entry_place(struct heap *heap, uint32_t entry, const struct placement *placement,
	uint64_t size, uint64_t number)
{
	struct heap_state *state = state_of(heap);
	struct live *live = entry_of(heap, entry);

	assert(placement->layer < heap->nlayers && placement->address != 0);
	assert(placement->place < PLACES_MAX);
	assert(entry_find(heap, live->object) == entry); /* it is not free */
	live->address = placement->address;
	entry_set_where(live, placement->layer, placement->place);
	live->size = size;
	live->given = placement->given;
	live->moved = number;
	addresses_note(heap->by_address, state->changes++, true, live->address, entry);
	sums_add(state, live);
	if (space_all_given_up(&heap->space) > 0)
		malloc_trim_touch(heap, live->address, live->given);
}

static inline void entry_unplace(struct heap *heap, uint32_t entry)
{
	struct heap_state *state = state_of(heap);
	const struct live *live = entry_of(heap, entry);

	assert(entry_is_placed(heap, entry) && live->address != 0);
	addresses_note(heap->by_address, state->changes++, false, live->address, entry);
	take_from_sums(state, live);
}

/* Returns the block of a placed entry to its engine; the entry stays. */
static inline enum outcome release_block(struct heap *heap, uint32_t entry)
{
	assert(entry_is_placed(heap, entry));
	uint64_t address = entry_of(heap, entry)->address;

	entry_unplace(heap, entry);
	return engine_release(heap->layers[0], address);
}

/*
 * The object of the event is freed, and the pointer to it keeps its value; where addresses are
 * recorded, they say it.
 */
static inline void keep_pointer(struct heap *heap, const struct live *live,
	const struct event *event, uint64_t number)
{
	if (event->address == 0)
		pointers_note(&heap->pointers, live->address, live->size, number, live->object);
}

/* An arena may be a block of the C library's heap, and no object's. */
static inline void touch_arenas(struct heap *heap, uint32_t happened)
{
	if ((happened & HAPPENED_ARENA_MAPPED) && space_all_given_up(&heap->space) > 0)
		malloc_trim_touch_blocks(heap);
}

/* Finds the live object whose block begins at the address; false when none does. */
bool entry_find_block(const struct heap *heap, uint64_t address, struct live *ret_live);

/* A span_visit: stores the payload that begins in the span in *user, a uint64_t; 0: none. */
bool payload_of_span(const struct span *span, void *user);

#endif
