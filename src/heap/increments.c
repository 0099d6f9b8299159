/*
 * The collector of CPython 3.14.0 to 3.14.4, which looks at a part of the old objects at a time:
 * see heap/objects_state.h.
 *
 *	young      generation 0: made since the last collection
 *	pending    generation 1: old objects that this cycle has still to look at
 *	visited    generation 2: old objects that it has looked at
 *	cycle      what variables reach is marked as visited; increments look at the rest; when
 *	           nothing is pending any longer, all that is visited is pending again
 *	increment  the young objects, and pending ones with all pending ones that they reach
 *	work       how many objects an increment has to look at; it may be less than none
 *
 * The functions have CPython's names (3.14.2, with which tests/oracle/objects
 * compares them). There two lists change their parts at the end of a cycle; here their objects
 * move.
 */
#include "heap/objects_state.h"

#include "heap/collector_lists.h"
#include "heap/decisions.h"

#include <assert.h>

enum { YOUNG, PENDING, VISITED };

#define SCAN_RATE_DIVISOR 10

static struct collector *collector_of(const struct objects *objects)
{
	return &state_of(objects)->collector;
}

/* Of all objects of the process a share that grows with the second threshold. */
static int64_t heap_fraction(const struct objects *objects)
{
	const struct collector *collector = collector_of(objects);
	uint32_t scale = collector->thresholds[1] < 2 ? 2 : collector->thresholds[1];
	uint64_t size = (uint64_t)collector->others + collector->others_frozen;

	for (uint32_t i = 0; i <= GENERATION_FROZEN; i++)
		size += collector->sizes[i];
	return (int64_t)(size / SCAN_RATE_DIVISOR / scale);
}

/* What an increment adds to its work for the old objects; `made`: since the last one. */
static int64_t assess_old_work(struct objects *objects, int64_t made)
{
	int64_t fraction = heap_fraction(objects);

	return fraction < made * 3 / 2 ? fraction : made * 3 / 2;
}

/* visit_add_to_container(), for all that an object refers to; returns how many it added. */
static uint32_t add_referents(struct objects *objects, uint32_t entry, uint32_t list)
{
	uint32_t n = 0;

	for (uint32_t i = at(objects, entry)->first; i != NONE;
		i = reference_at(objects, i)->next) {
		uint32_t to = reference_at(objects, i)->to;
		if (at(objects, to)->generation >= VISITED) /* or frozen, or not tracked */
			continue;
		set_generation(objects, to, VISITED);
		list_move(objects, list, to);
		n++;
	}
	return n;
}

/*
 * Marks what variables of the program reach as visited; returns how many objects that were. Grows
 * with the variables and what is marked.
 */
static uint32_t mark_stacks(struct objects *objects)
{
	uint32_t n = 0;

	assert(list_is_empty(objects, LIST_REACHED));
	for (uint32_t i = state_of(objects)->held_first; i != NONE; i = at(objects, i)->held_next)
		if (at(objects, i)->generation < VISITED) {
			set_generation(objects, i, VISITED);
			list_move(objects, LIST_REACHED, i);
			n++;
		}
	while (!list_is_empty(objects, LIST_REACHED)) {
		uint32_t entry = at(objects, LIST_REACHED)->next;
		list_move(objects, VISITED, entry);
		n += add_referents(objects, entry, LIST_REACHED);
	}
	return n;
}

/* The objects that the trace does not show are reached by modules. */
static void mark_at_start(struct objects *objects)
{
	struct collector *collector = collector_of(objects);
	uint32_t others = collector->others - collector->others_visited;
	uint32_t n = mark_stacks(objects);

	collector->others_visited = collector->others;
	collector->is_marked = 1;
	collector->work_to_do -= 2 * ((int64_t)n + others); /* counted twice, as there */
	tell(objects, &decision_marked, n, others, 1, 0);
}

/* What is visited is pending again. */
static void completed_scavenge(struct objects *objects)
{
	struct collector *collector = collector_of(objects);

	assert(list_is_empty(objects, PENDING));
	uint32_t n = take_list(objects, VISITED, PENDING);
	list_merge(objects, VISITED, PENDING);
	if (collector->sizes[GENERATION_FROZEN] + collector->others_frozen == 0)
		collector->is_turned ^= 1;
	collector->others_visited = 0;
	collector->work_to_do = 0;
	collector->is_marked = 0;
	tell(objects, &decision_cycle_over, n, 0, 0, 0);
}

/* The young objects, and as many pending ones as the work asks for; returns how many there are. */
static uint32_t fill_increment(struct objects *objects)
{
	const struct collector *collector = collector_of(objects);
	uint32_t n = take_list(objects, YOUNG, VISITED);

	assert(list_is_empty(objects, LIST_INCREMENT));
	list_merge(objects, YOUNG, LIST_INCREMENT);
	while (n < collector->work_to_do && !list_is_empty(objects, PENDING)) {
		uint32_t entry = at(objects, PENDING)->next;
		set_generation(objects, entry, VISITED);
		list_move(objects, LIST_INCREMENT, entry);
		n++;
		for (; entry != LIST_INCREMENT; entry = at(objects, entry)->next)
			n += add_referents(objects, entry, LIST_INCREMENT);
	}
	return n;
}

static void collect_increment(struct objects *objects)
{
	struct collector *collector = collector_of(objects);

	int64_t made = collector->counts[0], old = assess_old_work(objects, made);

	collector->counts[0] = 0;
	collector->work_to_do += made + old;
	tell(objects, &decision_work, (uint64_t)(collector->work_to_do >= 0),
		(uint64_t)(collector->work_to_do > 0 ? collector->work_to_do
						     : -collector->work_to_do),
		(uint64_t)made, (uint64_t)old);
	if (collector->work_to_do < 0) {
		tell(objects, &decision_collect, 1, 0, COLLECTED_NOTHING, 0);
		return;
	}
	if (!collector->is_marked) {
		tell(objects, &decision_collect, 1, 0, COLLECTED_MARKS, 0);
		mark_at_start(objects);
		return;
	}
	uint32_t marked = mark_stacks(objects);
	collector->work_to_do -= marked;
	if (marked > 0)
		tell(objects, &decision_marked, marked, 0, 0, 0);
	uint32_t young = collector->sizes[YOUNG], n = fill_increment(objects);
	tell(objects, &decision_collect, 1, n, COLLECTED_INCREMENT, n - young);
	collector_collect_region(objects, LIST_INCREMENT, VISITED, 1);
	collector->work_to_do -= n;
	if (list_is_empty(objects, PENDING))
		completed_scavenge(objects);
}

static void collect_full(struct objects *objects)
{
	struct collector *collector = collector_of(objects);

	list_merge(objects, YOUNG, PENDING);
	take_list(objects, PENDING, VISITED);
	list_merge(objects, PENDING, VISITED);
	collector->counts[0] = 0;
	tell(objects, &decision_collect, 2, collector->sizes[VISITED], COLLECTED_ALL, 0);
	collector_collect_region(objects, VISITED, VISITED, 2);
	completed_scavenge(objects);
}

static void collect_young(struct objects *objects)
{
	tell(objects, &decision_collect, 0, collector_of(objects)->sizes[YOUNG], COLLECTED_YOUNG,
		0);
	collector_collect_region(objects, YOUNG, VISITED, 0);
	collector_of(objects)->counts[0] = 0;
}

void collector_collect_part(struct objects *objects, uint32_t generation)
{
	static void (*const collect[])(
		struct objects * objects) = {collect_young, collect_increment, collect_full};

	assert(generation < GENERATIONS);
	collect[generation](objects);
}
