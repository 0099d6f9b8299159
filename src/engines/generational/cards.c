/* The card table of the old generation: see state.h. */
#include "engines/generational/state.h"

#include <assert.h>
#include <stdio.h>

#define CARDS_NAMED 3u /* of the dirty ones */

static uint8_t *card_of(const struct generational *heap, uint64_t address)
{
	uint64_t offset = address - space_of(heap, OLD)->base;

	assert(offset < space_of(heap, OLD)->size);
	return flat_at(&heap->cards, uint8_t, (size_t)(offset / heap->card));
}

void cards_init(struct generational *heap)
{
	uint64_t size = space_of(heap, OLD)->size;

	flat_grow(&heap->cards, (size_t)((size + heap->card - 1) / heap->card));
}

void card_dirty(struct generational *heap, uint64_t address)
{
	*card_of(heap, address) = 1;
}

bool card_is_dirty(const struct generational *heap, uint64_t address)
{
	return *card_of(heap, address);
}

struct finding {
	const struct generational *heap;
	bool is_young;
};

static void find_young(void *user, uint32_t object, uint64_t address)
{
	struct finding *finding = user;

	finding->is_young |= is_young(space_at(finding->heap, address));
}

bool refers_to_young(const struct generational *heap, const struct block *block)
{
	const struct graph *graph = heap->engine.graph;
	struct finding finding = {.heap = heap};

	/* a soft reference that was not cleared is one, also where memory was short */
	graph->references(graph, block->object, find_young, &finding);
	graph->softly(graph, block->object, find_young, &finding);
	return finding.is_young;
}

static void visit_card(struct generational *heap, size_t card, card_visit *visit, void *user)
{
	uint64_t base = space_of(heap, OLD)->base + card * heap->card;
	uint32_t at = block_find(heap, OLD, base);

	if (at == NOWHERE)
		return;
	for (at += block_at(heap, OLD, at)->address < base; at < heap->blocks[OLD].count; at++) {
		const struct block *block = block_at(heap, OLD, at);
		if (block->address >= base + heap->card)
			return;
		if (block->object != OBJECT_NONE)
			visit(heap, block, user);
	}
}

size_t cards_visit(struct generational *heap, card_visit *visit, void *user)
{
	size_t dirty = 0;

	for (size_t i = 0; i < heap->cards.count; i++)
		if (*flat_at(&heap->cards, uint8_t, i)) {
			visit_card(heap, i, visit, user);
			dirty++;
		}
	return dirty;
}

static void keep_if_young(struct generational *heap, const struct block *block, void *user)
{
	uint8_t *is_kept = user;

	*is_kept |= refers_to_young(heap, block);
}

void cards_refresh(struct generational *heap)
{
	for (size_t i = 0; i < heap->cards.count; i++) {
		uint8_t is_kept = 0, *card = flat_at(&heap->cards, uint8_t, i);
		if (!*card)
			continue;
		visit_card(heap, i, keep_if_young, &is_kept);
		*card = is_kept;
	}
}

void cards_name_dirty(const struct generational *heap, char *ret_names, size_t size)
{
	size_t dirty = 0, length = 0, first[CARDS_NAMED];

	for (size_t i = 0; i < heap->cards.count; i++) {
		if (!*flat_at(&heap->cards, uint8_t, i))
			continue;
		if (dirty < CARDS_NAMED)
			first[dirty] = i;
		dirty++;
	}
	if (dirty == 0) {
		snprintf(ret_names, size, "none");
		return;
	}
	for (size_t i = 0; i < dirty && i < CARDS_NAMED; i++) {
		length += (size_t)snprintf(ret_names + length, size - length, "%s%zu",
			i > 0        ? ", "
			: dirty == 1 ? "card "
				     : "cards ",
			first[i]);
		assert(length < size);
	}
	if (dirty > CARDS_NAMED)
		snprintf(ret_names + length, size - length, " and %zu more", dirty - CARDS_NAMED);
}
