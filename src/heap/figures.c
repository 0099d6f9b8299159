/*
 * Figures that are derived on demand: fragmentation, and where the bytes that engines hold went.
 * FIGURES and PARTS in metrics.h define each.
 *
 * Holes are those of engines with a free list of holes; the free blocks of a size class are no
 * holes, since they can serve no other class, and those of a pool are none, since each serves any
 * request of its pool. External fragmentation and scatter both are 0 for one hole; a large hole and
 * many crumbs keep the first low, the second tells them apart. Span over peak is how Johnstone and
 * Wilson measure allocators; the malloc lab's utilisation is its inverse.
 */
#include "heap/malloc_trim.h"
#include "heap/metrics.h"

/* ---- fragmentation ------------------------------------------------------------------------- */

static const struct figure_info figures[] = {
#define F(id, brief, name, formula, words) [id] = {brief, name, formula, words, id == FIGURE_SPAN},
	FIGURES(F)
#undef F
};

const struct figure_info *figure_info(enum figure figure)
{
	return &figures[figure];
}

static double ratio(double part, double whole, double of_nothing)
{
	return whole > 0 ? part / whole : of_nothing;
}

void fragmentation_of(const struct heap *heap, const struct metrics *metrics,
	struct fragmentation *ret)
{
	double squares = 0;

	*ret = (struct fragmentation){0};
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		struct totals totals;
		engine_totals(engine, &totals);
		if (engine_has_classes(engine) || engine_has_spaces(engine) ||
			totals.free_squares == 0)
			continue;
		ret->free_bytes += totals.available;
		ret->holes += totals.free_spans;
		squares += totals.free_squares;
		if (totals.largest_free > ret->largest_hole)
			ret->largest_hole = totals.largest_free;
	}
	double asked = (double)metrics->live_bytes, free = (double)ret->free_bytes;
	ret->figures[FIGURE_UTILISATION] = ratio(asked, (double)metrics->reserved, 1);
	ret->figures[FIGURE_INTERNAL] = 1 - ratio(asked, (double)metrics->given_bytes, 1);
	ret->figures[FIGURE_EXTERNAL] = 1 - ratio((double)ret->largest_hole, free, 1);
	ret->figures[FIGURE_SCATTER] = ret->holes > 1 ? 1 - ratio(squares, free * free, 1) : 0;
	ret->figures[FIGURE_SPAN] =
		ratio((double)metrics->peak_reserved, (double)metrics->peak_bytes, 1);
}

/* ---- whereabouts --------------------------------------------------------------------------- */

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

const char *part_name_of(enum part part, const struct engine *engine)
{
	if (engine_has_spaces(engine) && part == PART_TAILS)
		return "garbage";
	if (engine_has_spaces(engine) && (part == PART_UNUSED || part == PART_FREE))
		return part == PART_FREE ? "room above tops" : "kept empty";
	if (part != PART_UNUSED)
		return part_name(part);
	return engine_has_pages(engine) ? "unused pools" : "end of the heap";
}

const char *part_words(enum part part)
{
	return parts[part].words;
}

/* What malloc_trim() gave back of an engine's memory is not held: most of it is in holes. */
static void leave_out_given_up(const struct heap *heap, const struct engine *engine,
	struct whereabouts *whereabouts)
{
	struct heap_sums sums;

	heap_sums(heap, &sums);
	if (sums.given_up == 0 || engine != malloc_trim_layer(heap))
		return;
	uint64_t at_ends = malloc_trim_at_ends(heap);
	whereabouts->held -= sums.given_up;
	whereabouts->parts[PART_UNUSED] -= at_ends;
	whereabouts->parts[PART_FREE] -= sums.given_up - at_ends;
}

/* Block bytes that no object was given belong to the engine above. */
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
	leave_out_given_up(heap, engine, ret);
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
