/*
 * The major collection: see state.h.  Blocks keep their order: first those of the old generation,
 * then the young ones, which go to the old generation as long as they fit, then to Eden.
 */
#include "engines/generational/state.h"

#include "engines/generational/decisions.h"

#include <assert.h>

/* The blocks as they will be, by the space that they go to. */
struct compaction {
	enum space to;
	uint64_t top; /* bytes of it that are taken */
	ARRAY(struct block) blocks[SPACES];
};

static void place(struct generational *heap, struct compaction *compaction, enum space from,
	const struct block *block)
{
	while (compaction->top + block->size > space_of(heap, compaction->to)->size) {
		assert(compaction->to != from_space(heap)); /* together they had room before */
		compaction->to = compaction->to == OLD ? EDEN : from_space(heap);
		compaction->top = 0;
	}
	struct block placed = *block;
	placed.address = space_of(heap, compaction->to)->base + compaction->top;
	placed.age = 0;
	compaction->top += block->size;
	*array_push(&compaction->blocks[compaction->to]) = placed;
	if (placed.address == block->address)
		return;
	*array_push(&heap->moves) =
		(struct relocation){block->object, block->address, placed.address};
	state_of(heap)->moved_bytes += block->size;
	decide(&heap->engine, &decision_slid, block->object, compaction->to, placed.address,
		compaction->to != from);
}

static void plan(struct generational *heap, struct compaction *compaction)
{
	const enum space order[] = {OLD, EDEN, SURVIVOR_0, SURVIVOR_1};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		for (size_t at = 0; at < heap->blocks[order[i]].count; at++)
			if (heap->marks[order[i]].items[at])
				place(heap, compaction, order[i], block_at(heap, order[i], at));
}

static void rebuild(struct generational *heap, struct compaction *compaction)
{
	for (enum space space = EDEN; space <= OLD; space++) {
		space_clear(heap, space);
		for (size_t i = 0; i < compaction->blocks[space].count; i++) {
			const struct block *block = &compaction->blocks[space].items[i];
			uint64_t address = space_push(heap, space, block->object, block->size, 0);
			assert(address == block->address);
			if (space == OLD)
				card_dirty(heap, address);
		}
		array_finish(&compaction->blocks[space]);
	}
}

void collect_major(struct generational *heap)
{
	struct generational_state *state = state_of(heap);
	struct compaction compaction = {.to = OLD};
	uint64_t young = 0, before = space_of(heap, OLD)->used, after = 0;

	for (enum space space = EDEN; space <= SURVIVOR_1; space++) {
		young += space_of(heap, space)->top;
		before += space_of(heap, space)->used;
	}
	decide(&heap->engine, &decision_major, state->majors + 1, young, space_of(heap, OLD)->top,
		0);
	state->majors++;
	state->moved_bytes = 0;
	trace_all(heap);
	for (enum space space = EDEN; space <= OLD; space++)
		trace_dead(heap, space);
	plan(heap, &compaction);
	rebuild(heap, &compaction);
	trace_report(heap);
	cards_refresh(heap);
	for (enum space space = EDEN; space <= OLD; space++)
		after += space_of(heap, space)->used;
	decide(&heap->engine, &decision_paused, heap->moves.count, state->moved_bytes,
		heap->dead.count, before - after);
	heap->engine.happened |= HAPPENED_COLLECTED;
}
