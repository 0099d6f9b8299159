/*
 * Prefetches the memory of events before they are applied: heap_expect(), in a header since it
 * comes before each event. The memory of one event is found in three steps, each of which needs the
 * result of the one before: so three events at different distances are prefetched by one step each.
 * The second step finds the entry, for the third and for the event itself.
 */
#ifndef HEAP_PREFETCH_H
#define HEAP_PREFETCH_H

#include "heap/entries.h"

#define EXPECT_BUCKETS 1024u /* of the index: a smaller one is in the cache anyway */
#define EXPECT_CELL    24u   /* events ahead: its object's cell of the index */
#define EXPECT_ENTRY   16u   /* its entry */
#define EXPECT_ADDRESS 8u    /* what the engine has at its address */

/* The entry that has the hash of the event's object: almost always the right one. */
static inline uint32_t entry_for(const struct heap *heap, const struct event *event)
{
	uint32_t hash = index_hash_numbered(event->object), entry;
	size_t at = index_first(&heap->by_object, hash);

	if (event->kind == EVENT_ALLOCATE || !index_slot(&heap->by_object, &at, hash, &entry))
		return NO_ENTRY;
	return entry;
}

static inline void heap_prefetch(struct heap *heap, const struct event *events, size_t n)
{
	struct ahead *ahead = &heap->ahead;

	ahead->at++;
	if (heap->by_object.count < EXPECT_BUCKETS)
		return;
	if (n > EXPECT_CELL)
		index_expect(&heap->by_object, index_hash_numbered(events[EXPECT_CELL].object));
	if (n > EXPECT_ENTRY) {
		uint32_t entry = entry_for(heap, &events[EXPECT_ENTRY]);
		ahead->entries[(ahead->at + EXPECT_ENTRY) % AHEAD] = entry;
		if (entry != NO_ENTRY) {
			__builtin_prefetch(entry_of(heap, entry), 1);
			/* its end may lie in the next line */
			__builtin_prefetch(&entry_of(heap, entry)->moved, 1);
		}
	}
	if (n > EXPECT_ADDRESS && engine_has_expect(heap->layers[0])) {
		uint32_t entry = ahead->entries[(ahead->at + EXPECT_ADDRESS) % AHEAD];
		if (entry < heap->entries.count && entry_of(heap, entry)->address != 0)
			engine_expect(heap->layers[0], entry_of(heap, entry)->address);
	}
}

#endif
