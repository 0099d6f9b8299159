/* Where the bytes are that engines hold; see metrics.h. */
#include "heap/metrics.h"

static const struct {
	const char *name, *words;
} parts[] = {
#define P(id, name, words) [id] = {name, words},
	PARTS(P)
#undef P
};

const char *part_name(enum part part)
{
	return parts[part].name;
}

const char *part_words(enum part part)
{
	return parts[part].words;
}

/* What blocks have that no object was given is the engine's above. */
void whereabouts_of(const struct heap *heap, size_t layer, struct whereabouts *ret)
{
	const struct engine *engine = heap_layer(heap, layer);
	struct layer_sums sums;
	struct totals totals;

	heap_layer_sums(heap, layer, &sums);
	engine_totals(engine, &totals);
	ret->held = totals.reserved;
	ret->parts[PART_ASKED] = sums.asked;
	ret->parts[PART_ROUNDING] = sums.given - sums.asked;
	ret->parts[PART_ABOVE] = totals.blocks - sums.given;
	ret->parts[PART_FREE] = totals.available;
	ret->parts[PART_UNUSED] = totals.unused;
	ret->parts[PART_HEADERS] = totals.headers;
	ret->parts[PART_TAILS] = totals.tails;
	ret->parts[PART_ALIGNMENT] = totals.alignment;
}

bool class_waste_of(const struct heap *heap, size_t class, struct class_waste *ret)
{
	const struct engine *engine = heap_layer(heap, 0);

	if (!engine_has_classes(engine) || class >= engine_class_count(engine))
		return false;
	engine_class_info(engine, class, &ret->class);
	uint64_t blocks = ret->class.used * ret->class.size;
	ret->asked = heap_asked(heap, ret->class.size);
	ret->rounding = blocks - ret->asked;
	ret->free = ret->class.available * ret->class.size;
	ret->held = blocks + ret->free + ret->class.headers + ret->class.tails;
	ret->waste = ret->held - ret->asked;
	return true;
}
