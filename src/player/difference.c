/* See difference.h. */
#include "player/difference.h"

#include "engine/engine.h"

#include <string.h>

enum answer deed_answer(const struct deed *deed)
{
	const struct effect *effect = &deed->effect;

	if (deed->has_crashed)
		return ANSWER_CRASHED;
	if (effect->fault == FAULT_PLUGIN)
		return ANSWER_FAILED;
	switch (effect->outcome) {
	case OUTCOME_PLACED:
		return ANSWER_BLOCK;
	case OUTCOME_RELEASED:
		return ANSWER_FREED;
	case OUTCOME_NO_MEMORY:
		return ANSWER_REFUSED;
	case OUTCOME_NO_ANSWER:
		return ANSWER_ENDED;
	case OUTCOME_INVALID:
		return effect->fault == FAULT_NEVER_PLACED ? ANSWER_NONE_TO_FREE : ANSWER_INVALID;
	case OUTCOME_NOTHING:
		break;
	}
	return effect_is_null(effect) ? ANSWER_NULL : ANSWER_NOTHING;
}

/* ---- places -------------------------------------------------------------------------------- */

/*
 * Where a block is, in words that can be compared: the region and layer, then the pool and block,
 * or the offset, which counts from the first block. Engines differ in the sizes of pools and
 * blocks, but their numbers can be compared.
 */
struct spot {
	unsigned layer;
	uint32_t serial;
	uint64_t page, offset;
};

static struct spot spot_in(const struct engine *engine, size_t at, const struct region *region,
	uint64_t address)
{
	struct spot spot = {.serial = region->serial, .offset = address - region->base};
	struct page page;

	if (region->pages == 0)
		return spot;
	engine_page(engine, at, 0, &page);
	spot.page = (address - page.base) / region->page_size;
	engine_page(engine, at, spot.page, &page);
	spot.offset =
		page.block_size ? (address - page.base - page.first_block) / page.block_size : 0;
	return spot;
}

static struct spot spot_of(const struct deed *deed)
{
	uint64_t address = deed->effect.address;
	struct region region;
	size_t at;

	for (unsigned i = 0; i < heap_layer_count(deed->heap); i++) {
		const struct engine *engine = heap_layer(deed->heap, i);
		if (!engine_region_at(engine, address, &at, &region))
			continue;
		struct spot spot = spot_in(engine, at, &region, address);
		spot.offset -= region.pages == 0 ? deed->origin : 0;
		spot.layer = i;
		return spot;
	}
	return (struct spot){.offset = address};
}

static bool are_in_one_place(const struct deed *a, const struct deed *b)
{
	struct spot one = spot_of(a), two = spot_of(b);

	return one.layer == two.layer && one.serial == two.serial && one.page == two.page &&
	       one.offset == two.offset;
}

static bool note_header(const struct span *span, void *user)
{
	bool *has_header = user;

	*has_header = span->state == SPAN_USED && span->payload > span->base;
	return false;
}

/* What a block with a header takes is more than what is usable of it. */
static bool has_header(const struct deed *deed)
{
	const struct effect *effect = &deed->effect;
	bool has_header = false;

	engine_spans(heap_layer(deed->heap, effect->layer), effect->address, effect->address + 1,
		note_header, &has_header);
	return has_header;
}

static bool take_other_bytes(const struct deed *a, const struct deed *b)
{
	return a->effect.given != b->effect.given && !has_header(a) && !has_header(b);
}

/* ---- the kinds ----------------------------------------------------------------------------- */

static bool has_moved(const struct effect *effect)
{
	return effect->outcome == OUTCOME_PLACED && effect->old_address &&
	       effect->address != effect->old_address;
}

bool are_of_a_kind(const struct heap *one, const struct heap *other)
{
	return strcmp(engine_name(heap_layer(one, 0)), engine_name(heap_layer(other, 0))) == 0;
}

static enum difference_kind compare(const struct deed *a, const struct deed *b)
{
	if (deed_answer(a) != deed_answer(b))
		return DIFFERENCE_ANSWER;
	if (deed_answer(a) == ANSWER_FREED && a->effect.freed != b->effect.freed)
		return DIFFERENCE_ANSWER;
	if (has_moved(&a->effect) != has_moved(&b->effect))
		return DIFFERENCE_MOVE;
	if (deed_answer(a) != ANSWER_BLOCK)
		return DIFFERENCE_NONE;
	if (are_of_a_kind(a->heap, b->heap))
		return are_in_one_place(a, b) ? DIFFERENCE_NONE : DIFFERENCE_PLACE;
	if (a->former != b->former)
		return DIFFERENCE_FORMER;
	return take_other_bytes(a, b) ? DIFFERENCE_BYTES : DIFFERENCE_NONE;
}

void difference_judge(struct difference *difference)
{
	const struct deed *deeds = difference->deeds;

	difference->kind = DIFFERENCE_NONE;
	for (size_t i = 1; i < difference->count; i++) {
		size_t with = 0;
		while (with < i && !are_of_a_kind(deeds[with].heap, deeds[i].heap))
			with++;
		enum difference_kind kind = compare(&deeds[with < i ? with : 0], &deeds[i]);
		if (kind != DIFFERENCE_NONE &&
			(difference->kind == DIFFERENCE_NONE || kind < difference->kind))
			difference->kind = kind;
	}
}
