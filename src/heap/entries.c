/* See entries.h: objects by identity and by address. */
#include "heap/entries.h"

uint32_t entry_find_other(const struct heap *heap, uint32_t object)
{
	const struct flat_array *others = &heap->identities.others;
	uint32_t hash = index_hash_numbered(object), entry;

	for (size_t at = index_first(others, hash); index_slot(others, &at, hash, &entry);
		at = index_next(others, at))
		if (entry_of(heap, entry)->object == object)
			return entry;
	return NO_ENTRY;
}

/* Before the entry is there: what is made room for are the others. */
void entries_grow(struct heap *heap)
{
	const struct live *first = heap->entries.data;

	identities_make_room(&heap->identities, heap->entries.count + 1,
		first ? &first->object : NULL, sizeof(*first));
	flat_grow(&heap->entries, 1);
}

bool heap_find(const struct heap *heap, uint32_t object, struct live *ret_live)
{
	uint32_t entry = entry_find(heap, object);

	if (entry == NO_ENTRY || entry_of(heap, entry)->layer == LAYER_NOWHERE)
		return false;
	*ret_live = *entry_of(heap, entry);
	return true;
}

/* An entry that is free, or was never placed, has no address. */
static bool is_placed(const struct heap *heap, const struct live *live)
{
	return live->address && live->layer < heap->nlayers;
}

static void index_addresses(const struct heap *heap)
{
	addresses_begin(heap->by_address, state_of(heap)->changes);
	for (uint32_t entry = 0; entry < heap->entries.count; entry++)
		if (is_placed(heap, entry_of(heap, entry)))
			addresses_add(heap->by_address, entry_of(heap, entry)->address, entry);
}

static uint32_t look_through(const struct heap *heap, uint64_t address)
{
	for (uint32_t entry = 0; entry < heap->entries.count; entry++)
		if (entry_of(heap, entry)->address == address &&
			is_placed(heap, entry_of(heap, entry)))
			return entry;
	return NO_ENTRY;
}

static uint32_t look_up(const struct heap *heap, uint64_t address)
{
	uint32_t entry;
	size_t at;

	for (bool found = addresses_first(heap->by_address, address, &at, &entry); found;
		found = addresses_next(heap->by_address, address, &at, &entry))
		if (entry_of(heap, entry)->address == address)
			return entry;
	return NO_ENTRY;
}

bool entry_find_block(const struct heap *heap, uint64_t address, struct live *ret_live)
{
	uint64_t changes = state_of(heap)->changes;
	bool is_known = addresses_are_known(heap->by_address, changes);

	if (!is_known && addresses_are_worth_it(heap->by_address, changes)) {
		index_addresses(heap);
		is_known = true;
	}
	uint32_t entry = is_known ? look_up(heap, address) : look_through(heap, address);
	if (entry == NO_ENTRY)
		return false;
	*ret_live = *entry_of(heap, entry);
	return true;
}

bool payload_of_span(const struct span *span, void *user)
{
	*(uint64_t *)user = span->state == SPAN_USED ? span->payload : 0;
	return false;
}

bool heap_find_address(const struct heap *heap, uint64_t address, struct live *ret_live)
{
	if (entry_find_block(heap, address, ret_live))
		return true;
	for (size_t i = 0; i < heap->nlayers; i++) {
		uint64_t payload = 0;
		engine_spans(heap->layers[i], address, address + 1, payload_of_span, &payload);
		if (payload && entry_find_block(heap, payload, ret_live))
			return true;
	}
	struct extent mapping;
	if (!extents_at_or_before(&heap->mappings, address, &mapping) ||
		address - mapping.base >= mapping.size)
		return false;
	*ret_live = *entry_of(heap, mapping.tag);
	return true;
}
