/* Identities against blocks, and sums against entries: see heap/heap.h. */
#include "heap/entries.h"

#include "base/error.h"

#include <inttypes.h>
#include <string.h>

int heap_check(const struct heap *heap, struct error *err)
{
	struct scalars found = {0};

	for (size_t i = 0; i < heap->nlayers; i++)
		if (engine_check(heap->layers[i], err) < 0)
			return error_prefix(err, "%s", engine_name(heap->layers[i]));
	uint32_t entry;
	for (size_t at = 0; index_entry(&heap->by_object, &at, &entry); at++) {
		const struct live *live = entry_of(heap, entry);
		struct live other;
		if (entry_find(heap, live->object) != entry)
			return error_set(err, "object %" PRIu32 " is known twice", live->object);
		if (live->layer >= heap->nlayers)
			continue;
		sums_add(&found, live);
		uint64_t payload = 0, inside = live->given ? live->address : live->address - 1;
		engine_spans(heap->layers[live->layer], inside, inside + 1, payload_of_span,
			&payload);
		if (payload != live->address)
			return error_set(err,
				"object %" PRIu32 ": no block of %s begins at 0x%" PRIx64,
				live->object, engine_name(heap->layers[live->layer]),
				live->address);
		if (!entry_find_block(heap, live->address, &other) || other.object != live->object)
			return error_set(err, "object %" PRIu32 " is not found by its address",
				live->object);
	}
	struct counted counted;
	for (uint32_t cursor = 0; heap_next_counted(heap, &cursor, &counted);) {
		struct live live;
		if (!heap_find(heap, counted.object, &live) || live.size != counted.size)
			return error_set(err, "object %" PRIu32 " is counted, but not placed",
				counted.object);
	}
	if (objects_check(&heap->objects, err) < 0)
		return -1;
	const struct scalars *scalars = scalars_of(heap);
	if (found.live != scalars->live || found.live_bytes != scalars->live_bytes ||
		found.given_bytes != scalars->given_bytes ||
		memcmp(found.layers, scalars->layers, sizeof(found.layers)) != 0 ||
		memcmp(found.small, scalars->small, sizeof(found.small)) != 0)
		return error_set(err, "the heap's sums do not add up");
	return 0;
}
