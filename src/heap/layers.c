/* See layers.h. */
#include "heap/layers.h"

#include "heap/entries.h"

/* The largest part of what the layer keeps. */
static void find_most(struct layer *layer, const struct engine *engine,
	const struct whereabouts *whereabouts)
{
	static const enum part kept[] = {PART_ROUNDING, PART_FREE, PART_UNUSED, PART_HEADERS,
		PART_TAILS, PART_ALIGNMENT};
	enum part most = PART_ROUNDING;

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		if (whereabouts->parts[kept[i]] > whereabouts->parts[most])
			most = kept[i];
		if (kept[i] != PART_FREE && kept[i] != PART_UNUSED)
			layer->books += whereabouts->parts[kept[i]];
	}
	layer->most = part_name_of(most, engine);
	layer->most_bytes = whereabouts->parts[most];
}

/*
 * held_above: what the engines above hold. A block that one of them has may be longer than what it
 * asked for; the rest is padding.
 */
static void describe_engine(const struct heap *heap, size_t at, uint64_t held_above,
	struct layer *ret_layer)
{
	struct whereabouts whereabouts;

	whereabouts_of(heap, at, &whereabouts);
	uint64_t above = whereabouts.parts[PART_ABOVE];
	uint64_t padding = above > held_above ? above - held_above : 0;
	whereabouts.parts[PART_ROUNDING] += padding;
	*ret_layer = (struct layer){
		.name = engine_name(heap_layer(heap, at)),
		.asked = whereabouts.parts[PART_ASKED] + above - padding,
		.above = above - padding,
		.holds = whereabouts.held,
	};
	find_most(ret_layer, heap_layer(heap, at), &whereabouts);
}

/* Maps: those of the engines, and those that the program made itself. */
static void describe_system(const struct heap *heap, struct layer *ret_layer)
{
	struct heap_sums sums;

	heap_sums(heap, &sums);
	*ret_layer = (struct layer){.name = "system", .maps = state_of(heap)->program_mapped};
	ret_layer->asked = ret_layer->holds = sums.reserved + ret_layer->maps;
}

size_t layers_of(const struct heap *heap, struct layer ret_layers[LAYER_ROWS_MAX])
{
	struct heap_sums sums;
	uint64_t held = 0;
	size_t n = 0;

	heap_sums(heap, &sums);
	ret_layers[n++] = (struct layer){.name = "program",
		.asked = sums.live_bytes,
		.holds = sums.live_bytes};
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		describe_engine(heap, i, held, &ret_layers[n]);
		held += ret_layers[n++].holds;
	}
	describe_system(heap, &ret_layers[n++]);
	return n;
}

void layers_take(const struct heap *heap, struct layer_bytes ret_layers[LAYER_ROWS_MAX])
{
	struct layer layers[LAYER_ROWS_MAX];
	size_t n = layers_of(heap, layers);

	for (size_t i = 0; i < LAYER_ROWS_MAX; i++)
		ret_layers[i] = i < n ? (struct layer_bytes){layers[i].asked, layers[i].holds}
				      : (struct layer_bytes){0};
}
