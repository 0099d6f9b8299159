/* When the collector runs, and what it looks at then: see heap/objects_state.h. */
#include "heap/objects_state.h"

#include "heap/collector_lists.h"
#include "heap/decisions.h"

#include <assert.h>
#include <string.h>

void collector_track(struct objects *objects, uint32_t entry)
{
	assert(!(at(objects, entry)->flags & TRACKED));
	assert(at(objects, entry)->generation == GENERATION_NONE);
	at(objects, entry)->flags |= TRACKED;
	list_append(objects, 0, entry);
	set_generation(objects, entry, 0);
}

void collector_untrack(struct objects *objects, uint32_t entry)
{
	if (!(at(objects, entry)->flags & TRACKED))
		return;
	list_remove(objects, entry);
	at(objects, entry)->flags &= ~(unsigned)(TRACKED | CANDIDATE | TENTATIVE);
	set_generation(objects, entry, GENERATION_NONE);
}

void collector_init(struct objects *objects)
{
	struct collector *collector = &state_of(objects)->collector;

	collector->enabled = 1;
	collector->is_incremental = objects->rules->is_incremental;
	memcpy(collector->thresholds, objects->rules->thresholds, sizeof(collector->thresholds));
	flat_grow(&objects->entries, LISTS);
	for (uint32_t list = 0; list < LISTS; list++) {
		at(objects, list)->serial = NONE;
		list_init(objects, list);
	}
}

/* gc_collect_main(): collects that generation and the younger ones. */
static void collect_generation(struct objects *objects, uint32_t generation)
{
	struct collector *collector = &state_of(objects)->collector;
	uint32_t young = generation,
		 old = generation + 1 < GENERATIONS ? generation + 1 : generation;

	assert(generation < GENERATIONS);
	if (generation + 1 < GENERATIONS)
		collector->counts[generation + 1]++;
	for (uint32_t i = 0; i <= generation; i++)
		collector->counts[i] = 0;
	for (uint32_t i = 0; i < generation; i++)
		list_merge(objects, i, young);
	tell(objects, &decision_collect, generation, list_size(objects, young), 0, 0);

	uint32_t survived = collector_collect_region(objects, young, old, generation);
	if (generation + 2 == GENERATIONS)
		collector->pending += survived;
	if (young == old) {
		collector->pending = 0;
		collector->long_lived = survived + collector->others;
	}
}

void collector_collect(struct objects *objects, uint32_t generation)
{
	assert(!state_of(objects)->collecting);
	state_of(objects)->collecting = 1;
	objects->happened |= HAPPENED_COLLECTED;
	state_of(objects)->collector.collections++;
	if (objects->rules->is_incremental)
		collector_collect_part(objects, generation);
	else
		collect_generation(objects, generation);
	state_of(objects)->collecting = 0;
}

/* Of a collector of increments the next one; what it looks at, it finds out itself. */
static void collect_next(struct objects *objects)
{
	const struct collector *collector = &state_of(objects)->collector;

	tell(objects, &decision_collect_due, 0, collector->counts[0], collector->thresholds[0], 0);
	collector_collect(objects, 1);
}

/* gc_collect_generations(): the oldest generation that is due, and the younger ones with it. */
static void collect_generations(struct objects *objects)
{
	const struct collector *collector = &state_of(objects)->collector;

	for (uint32_t i = GENERATIONS; i-- > 0;) {
		if (collector->counts[i] <= collector->thresholds[i])
			continue;
		if (i + 1 == GENERATIONS && collector->pending < collector->long_lived / 4) {
			tell(objects, &decision_collect_put_off, collector->pending,
				collector->long_lived, 0, 0);
			continue;
		}
		tell(objects, &decision_collect_due, i, collector->counts[i],
			collector->thresholds[i], 0);
		collector_collect(objects, i);
		break;
	}
}

/* _PyObject_GC_Alloc(): the new object is counted, but not in a list yet. */
void collector_count_allocation(struct objects *objects)
{
	struct collector *collector = &state_of(objects)->collector;

	collector->counts[0]++;
	if (collector->counts[0] > collector->thresholds[0] && collector->enabled &&
		collector->thresholds[0] && !state_of(objects)->collecting) {
		if (objects->rules->begins_late)
			state_of(objects)->is_due = 1;
		else
			collect_generations(objects);
	}
}

/* _Py_RunGC(), from the evaluation loop: what is due is found out again. */
void collector_begin_late(struct objects *objects)
{
	struct objects_state *state = state_of(objects);

	if (!state->is_due)
		return;
	state->is_due = 0;
	if (state->collector.enabled && objects->rules->is_incremental)
		collect_next(objects);
	else if (state->collector.enabled)
		collect_generations(objects);
}

/* ---- what no collection looks at ------------------------------------------------------------ */

/* Objects that the trace only counts: as many as a number holds. */
static uint32_t sum_of_others(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

/* Grows with the objects that the collector knows. */
void collector_freeze(struct objects *objects)
{
	struct collector *collector = &state_of(objects)->collector;

	/* there the lists of old objects change their parts with each cycle */
	bool is_turned = objects->rules->is_incremental && !collector->is_turned;
	const uint32_t order[GENERATIONS] = {0, is_turned ? 2 : 1, is_turned ? 1 : 2};

	for (uint32_t i = 0; i < GENERATIONS; i++) {
		take_list(objects, order[i], GENERATION_FROZEN);
		list_merge(objects, order[i], LIST_FROZEN);
		collector->counts[i] = 0;
	}
	collector->others_frozen = sum_of_others(collector->others_frozen, collector->others);
	collector->others = collector->others_visited = 0;
	tell(objects, &decision_frozen, collector->sizes[GENERATION_FROZEN], 0, 0, 0);
}

void collector_unfreeze(struct objects *objects)
{
	struct collector *collector = &state_of(objects)->collector;

	tell(objects, &decision_unfrozen, collector->sizes[GENERATION_FROZEN], 0, 0, 0);
	take_list(objects, LIST_FROZEN, GENERATIONS - 1);
	list_merge(objects, LIST_FROZEN, GENERATIONS - 1);
	collector->others = sum_of_others(collector->others, collector->others_frozen);
	if (collector->is_incremental)
		collector->others_visited =
			sum_of_others(collector->others_visited, collector->others_frozen);
	collector->others_frozen = 0;
}

void collector_set_others(struct objects *objects, uint32_t others)
{
	struct collector *collector = &state_of(objects)->collector;

	collector->others = others;
	collector->others_visited = collector->is_marked ? others : 0;
	collector->long_lived = collector->sizes[GENERATIONS - 1] + others;
	collector->pending = 0;
	tell(objects, &decision_others, others, 0, 0, 0);
}
