/* Names of places that the event removed, from its decisions. */
#include "story/story.h"

#include "engines/pymalloc/decisions.h"
#include "engines/region.h"
#include "story/names.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>

/*
 * The first decision of that kind whose first operand is a, or any of that kind if a is 0; or NULL.
 */
static const struct decision *find_decision(const struct story *story,
	const struct decision_kind *kind, uint64_t a)
{
	for (size_t i = 0; story->log && i < story->log->count; i++) {
		const struct decision *decision = &story->log->items[i];
		if (decision->kind == kind && (a == 0 || decision->a == a))
			return decision;
	}
	return NULL;
}

bool name_gone(const struct story *story, uint64_t address, char *buffer, size_t size)
{
	const struct decision *arena = find_decision(story, &decision_arena_unmapped, 0);
	const struct decision *block = find_decision(story, &decision_block_pushed, address);
	const struct decision *pool =
		find_decision(story, &decision_pool_empty, block ? block->b : address);

	if (!arena || !pool || pool->b != arena->a)
		return false;
	snprintf(buffer, size, "A%02" PRIu64 ".p%02" PRIu64, arena->a,
		(pool->a - arena->b) / arena->d);
	return true;
}

static const struct decision *find_chunk(const struct story *story, uint64_t address)
{
	for (size_t i = 0; story->log && i < story->log->count; i++) {
		const struct decision *decision = &story->log->items[i];
		if (decision->kind == &decision_region_unchained &&
			address - decision->a < decision->b)
			return decision;
	}
	return NULL;
}

bool chunk_is_gone(const struct story *story, uint64_t address)
{
	return find_chunk(story, address);
}

const char *name_in_story(const struct story *story, uint64_t address, char *buffer, size_t size)
{
	const struct decision *chunk = find_chunk(story, address);
	char pool[40], offset[40];

	if (chunk) {
		snprintf(buffer, size, "chunk %" PRIu64 " +%s", chunk->c + 1,
			name_offset(span_layer(story->heap), address - chunk->a, offset,
				sizeof(offset)));
		return buffer;
	}
	if (!name_gone(story, address, pool, sizeof(pool)))
		return name_address(story->heap, address, buffer, size);
	snprintf(buffer, size, "the last block of %s", pool);
	return buffer;
}
