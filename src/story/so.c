/* The part "so" of a narration: what changed, before and after, with numbers. */
#include "story/story.h"

#include "story/names.h"
#include "story/places.h"

#include <inttypes.h>

#define CHAIN_NAMED 4u /* links of a chain in a sentence */

static void add_chain(const struct place *place, struct text *so)
{
	struct chain chain;

	chain_read(place->engine, &place->page, &chain);
	/* "chain 2" would read as its length */
	const char *first = chain.length == 1 ? ", head " : ", chain ";
	for (uint32_t i = 0; i < chain.length && i < CHAIN_NAMED; i++)
		text_add(so, "%s%" PRIu32, i ? " → " : first, chain.blocks[i]);
	if (chain.length > CHAIN_NAMED)
		text_add(so, " and %" PRIu32 " more", chain.length - CHAIN_NAMED);
}

/* "A01.p23: 30 → 31 of 42 blocks in use, chain 12 → 4 → 31. " */
static void add_page(const struct place *place, int change, struct text *so)
{
	static const char *const states[] = {[PAGE_VIRGIN] = "",
		[PAGE_FREE] = ": empty",
		[PAGE_USED] = "",
		[PAGE_FULL] = ": full",
		[PAGE_LOST] = ""};
	char name[40];

	page_name(place->engine, place->page.base, name, sizeof(name));
	text_add(so, "%s: ", name);
	if (change)
		text_add(so, "%" PRIu32 " → ", place->page.used - (uint32_t)change);
	text_add(so, "%" PRIu32 " of %" PRIu32 " blocks in use%s", place->page.used,
		place->page.blocks, states[place->page.state]);
	add_chain(place, so);
	text_add(so, ". ");
}

/* The change in free bytes and holes of a heap, by the log; false when it does not say. */
static bool heap_change(const struct decision_log *log, int64_t *ret_free, int64_t *ret_holes)
{
	struct hole_change change = {0};

	for (size_t i = 0; log && i < log->count; i++) {
		const struct decision *decision = &log->items[i];
		if (decision->kind->change)
			decision->kind->change(decision, &change);
	}
	*ret_free = change.free;
	*ret_holes = change.holes;
	return log && !log->lost && !change.is_unknown;
}

/* "Free 80 B → 60 B; holes 3 → 2, the largest 20 B. " */
static void add_heap(const struct story *story, const struct engine *engine, struct text *so)
{
	struct totals totals;
	int64_t free, holes;
	bool is_known = heap_change(story->log, &free, &holes);

	engine_totals(engine, &totals);
	if (totals.available == 0 && totals.unused > 0) {
		text_add(so, "No holes; ");
		sentence_add_bytes(so, totals.unused);
		text_add(so, " free at the top. ");
		return;
	}
	if (totals.available == 0) {
		text_add(so, "Nothing is free. ");
		return;
	}
	if (is_known && free != 0) {
		text_add(so, "Free ");
		sentence_add_bytes(so, totals.available - (uint64_t)free);
		text_add(so, " → ");
		sentence_add_bytes(so, totals.available);
	} else {
		sentence_add_bytes(so, totals.available);
		text_add(so, " free");
	}
	if (is_known && holes != 0)
		text_add(so, "; holes %" PRIu64 " → %" PRIu64, totals.free_spans - (uint64_t)holes,
			totals.free_spans);
	else
		text_add(so, " in %" PRIu64 " hole%s", totals.free_spans,
			totals.free_spans == 1 ? "" : "s");
	if (totals.free_spans > 1 && totals.largest_free > 0) {
		text_add(so, ", the largest ");
		sentence_add_bytes(so, totals.largest_free);
	}
	text_add(so, ". ");
}

static bool is_same_page(const struct place *a, const struct place *b)
{
	return a->has_page && b->has_page && a->page.base == b->page.base;
}

static void add_padding(const struct story *story, struct text *so)
{
	uint64_t padding = story->effect->given - story->effect->size;

	if (padding == 0)
		return;
	sentence_add_number(so, padding);
	text_add(so, " of ");
	sentence_add_bytes(so, story->effect->given);
	text_add(so, " %s padding. ", padding == 1 ? "is" : "are");
}

/* "5 objects live (320 B); the collector's counts are 3, 1, 0." */
static void add_collector(const struct story *story, struct text *so)
{
	struct collector collector;

	if (!heap_collector(story->heap, &collector))
		return;
	text_add(so, "%" PRIu32 " counted object%s live", collector.counted,
		collector.counted == 1 ? "" : "s");
	text_add(so, "; the collector's counts are %" PRIu32 ", %" PRIu32 ", %" PRIu32 ".",
		collector.counts[0], collector.counts[1], collector.counts[2]);
}

/* "Eden 64 of 128 B, old 24 of 256 B." Of an engine whose regions are spaces. */
static void add_spaces(const struct engine *engine, struct text *so)
{
	size_t n = engine_region_count(engine);
	bool is_empty = so->length == 0;

	for (size_t i = 0; i < n; i++) {
		struct region region;
		engine_region(engine, i, &region);
		if (region.used == 0)
			continue;
		text_add(so, "%s%s ", so->length ? ", " : "", region.name);
		sentence_add_number(so, region.used);
		text_add(so, " of ");
		sentence_add_bytes(so, region.size);
	}
	text_add(so, is_empty && so->length == 0 ? "All spaces are empty." : ".");
}

/* What is shown plays on, where a real program does not. */
static void add_ending(const struct story *story, struct text *so)
{
	for (size_t i = 0; story->log && i < story->log->count; i++)
		if (story->log->items[i].kind->ending)
			text_add(so, "%s", story->log->items[i].kind->ending);
}

void story_add_so(const struct story *story, struct text *so)
{
	const struct effect *effect = story->effect;
	const struct engine *described = NULL;
	struct place new, old;
	char gone[40];

	if (engine_has_spaces(heap_layer(story->heap, 0)) && story->event->kind != EVENT_USE) {
		add_spaces(heap_layer(story->heap, 0), so);
		return;
	}
	if (event_is_counted(story->event) && effect->outcome != OUTCOME_PLACED) {
		add_collector(story, so);
		return;
	}
	if (effect->outcome != OUTCOME_PLACED && effect->outcome != OUTCOME_RELEASED) {
		add_ending(story, so);
		return;
	}
	add_ending(story, so); /* of a realloc that a real program does not survive */
	text_add(so, "%s", so->length ? " " : "");
	bool has_new = effect->address && place_find(story->heap, effect->address, &new);
	bool has_old = effect->old_address && effect->old_address != effect->address &&
		       !name_gone(story, effect->old_address, gone, sizeof(gone)) &&
		       place_find(story->heap, effect->old_address, &old);
	bool in_one_page = has_new && has_old && is_same_page(&new, &old);
	bool stays = effect->address == effect->old_address;

	if (has_new && new.has_page)
		add_page(&new, in_one_page || stays ? 0 : 1, so);
	else if (has_new)
		add_heap(story, described = new.engine, so);
	if (has_old && old.has_page && !in_one_page)
		add_page(&old, -1, so);
	else if (has_old && !old.has_page && described != old.engine)
		add_heap(story, old.engine, so);
	else if (effect->old_address && !has_old && chunk_is_gone(story, effect->old_address))
		add_heap(story, span_layer(story->heap), so);
	if (effect->outcome == OUTCOME_PLACED)
		add_padding(story, so);
	while (so->length > 0 && so->bytes[so->length - 1] == ' ')
		so->bytes[--so->length] = '\0';
}
