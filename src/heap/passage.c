/*
 * See passage.h. The short way leaves out what only someone who looks at the event needs: its
 * effect, its decisions, and questions that have the same answer for all events. Whatever is
 * unusual about an event is found before anything has changed, and heap_apply() applies it.
 */
#include "heap/passage.h"

#include "base/error.h"
#include "base/text.h"
#include "heap/entries.h"
#include "heap/layers.h"
#include "heap/metrics_count.h"
#include "heap/prefetch.h"
#include "heap/run.h"

#include <inttypes.h>

/* What the steps of a passage share. */
struct pass {
	struct heap *heap;
	struct metrics *metrics;
	struct extremes *extremes;
	uint64_t number;  /* of the event */
	bool has_library; /* a layer models the C library's allocator */
	bool is_short;    /* the next event may take the short way */
	/*
	 * events without a fault that the metrics have yet to hear of, and how many of them are
	 * allocations
	 */
	uint64_t plain, allocations;
	/*
	 * what was held after the event before, for which all figures were raised; UINT64_MAX: they
	 * were not
	 */
	uint64_t held;
};

/* Only a model of the C library asks who calls it, and how. */
static inline void name_caller(struct heap *heap, const struct event *event)
{
	for (size_t i = 0; i < heap->nlayers; i++) {
		heap->layers[i]->thread = event->thread;
		heap->layers[i]->call = (enum call)event->call;
	}
}

static inline void raise_extremes(struct extremes *extremes, uint64_t live_bytes, uint64_t held)
{
	if (live_bytes > extremes->live_bytes)
		extremes->live_bytes = live_bytes;
	if (held > extremes->reserved)
		extremes->reserved = held;
}

/* Not for every event: most leave as much with the system as there was. */
static void raise_layers(struct extremes *extremes, const struct heap *heap, uint64_t held)
{
	uint64_t given = held + state_of(heap)->program_mapped;

	if (!extremes->layers || given <= extremes->given)
		return;
	extremes->given = given;
	layers_take(heap, extremes->layers);
}

/* The metrics hear of the plain events so far. */
static inline void settle(struct pass *pass)
{
	pass->metrics->events += pass->plain;
	pass->metrics->faults[FAULT_NONE] += pass->plain;
	pass->metrics->kinds[EVENT_ALLOCATE] += pass->allocations;
	pass->metrics->kinds[EVENT_FREE] += pass->plain - pass->allocations;
	pass->plain = pass->allocations = 0;
}

/*
 * So much is held. While no byte is live, what is idle is not counted, and an allocation may be
 * what raises it: then all figures are raised after the next event, too.
 */
static inline void remember_held(struct pass *pass, uint64_t held)
{
	pass->held = state_of(pass->heap)->live_bytes > 0 ? held : UINT64_MAX;
}

/* All figures, whatever the event was. */
static void raise_all(struct pass *pass, uint64_t held)
{
	const struct heap_state *state = state_of(pass->heap);

	settle(pass);
	metrics_raise(pass->metrics, state, held);
	raise_extremes(pass->extremes, state->live_bytes, held);
	raise_layers(pass->extremes, pass->heap, held);
	remember_held(pass, held);
}

/*
 * Only those that an allocation can raise, when as much is held as before. What is the highest of
 * all was the highest of this passage first.
 */
static inline void raise_after_allocation(struct pass *pass)
{
	const struct heap_state *state = state_of(pass->heap);
	struct metrics *metrics = pass->metrics;

	if (state->live > metrics->peak_live)
		metrics->peak_live = state->live;
	if (state->live_bytes <= pass->extremes->live_bytes)
		return;
	pass->extremes->live_bytes = state->live_bytes;
	if (state->live_bytes > metrics->peak_bytes) {
		metrics->peak_bytes = state->live_bytes;
		metrics->peak_at = metrics->events + pass->plain;
	}
}

/* Likewise by a free: what is held and not used. */
static inline void raise_after_free(struct pass *pass)
{
	uint64_t live_bytes = state_of(pass->heap)->live_bytes;
	struct metrics *metrics = pass->metrics;

	if (live_bytes == 0) {
		remember_held(pass, pass->held);
	} else if (pass->held > live_bytes && pass->held - live_bytes > metrics->peak_idle) {
		metrics->peak_idle = pass->held - live_bytes;
		metrics->idle_at = metrics->events + pass->plain;
	}
}

/* Accounts for an event that has taken the short way. */
static inline void account(struct pass *pass, enum event_kind kind, enum fault fault)
{
	uint32_t happened = take_happened(pass->heap);

	touch_arenas(pass->heap, happened);
	uint64_t held = held_of(pass->heap);

	if (fault != FAULT_NONE) {
		happened |= happened_by_fault(fault);
		pass->extremes->faults += fault_is_serious(fault);
		pass->metrics->faults[fault]++;
		pass->metrics->kinds[kind]++;
		pass->metrics->events++;
	} else {
		pass->plain++;
		pass->allocations += kind == EVENT_ALLOCATE;
	}
	if (happened) {
		count_happenings(pass->metrics, happened);
		pass->extremes->happened |= happened;
	}
	if (held != pass->held)
		raise_all(pass, held);
	else if (kind == EVENT_ALLOCATE)
		raise_after_allocation(pass);
	else
		raise_after_free(pass);
}

/* Each of the two: false, and nothing has changed, where the event is not a plain one. */

static inline bool pass_allocate(struct pass *pass, const struct event *event)
{
	struct heap *heap = pass->heap;

	/* A cell that is empty: the object is not known, and will have it. */
	if (event->size == 0 || event->object == OBJECT_NONE || (event->flags & EVENT_FAILED) ||
		state_of(heap)->free_entry == NO_ENTRY ||
		*identities_cell(&heap->identities, event->object) != 0)
		return false;

	const struct request request = request_of(event);
	struct placement placement = {0};
	enum outcome outcome = engine_allocate(heap->layers[0], &request, &placement);
	uint32_t entry = entry_add(heap, event->object);
	entry_of(heap, entry)->born = pass->number;
	if (outcome != OUTCOME_PLACED) {
		entry_of(heap, entry)->layer = LAYER_NOWHERE;
		account(pass, EVENT_ALLOCATE, fault_of_refusal(heap, event, outcome));
		return true;
	}
	entry_place(heap, entry, &placement, event->size, pass->number);
	pass->metrics->allocated_bytes += event->size;
	account(pass, EVENT_ALLOCATE, FAULT_NONE);
	return true;
}

static inline bool pass_free(struct pass *pass, const struct event *event)
{
	struct heap *heap = pass->heap;

	if (event->object == OBJECT_NONE || (event->flags & (EVENT_FAILED | EVENT_SIZED)))
		return false;
	uint32_t entry = entry_find(heap, event->object);
	if (entry == NO_ENTRY || !entry_is_placed(heap, entry))
		return false;

	keep_pointer(heap, entry_of(heap, entry), event, pass->number);
	bool is_sound = release_block(heap, entry) == OUTCOME_RELEASED;
	entry_remove(heap, entry);
	account(pass, EVENT_FREE, is_sound ? FAULT_NONE : FAULT_INVALID);
	return true;
}

static inline bool pass_shortly(struct pass *pass, const struct event *event)
{
	if (event->kind != EVENT_ALLOCATE && event->kind != EVENT_FREE)
		return false;
	if (pass->has_library)
		name_caller(pass->heap, event);
	return event->kind == EVENT_ALLOCATE ? pass_allocate(pass, event) : pass_free(pass, event);
}

static void tell_failure(const struct pass *pass, struct error *err)
{
	struct text words = {0};

	heap_explain(pass->heap, &words);
	error_set(err, "event %" PRIu64 ": %s", pass->number, text_of(&words));
	text_finish(&words);
}

static void pass_at_length(struct pass *pass, const struct event *event, struct error *err)
{
	struct heap *heap = pass->heap;
	struct effect effect;

	settle(pass);
	heap_apply(heap, pass->number, event, NULL, &effect);
	metrics_add(pass->metrics, event, &effect, heap);
	remember_held(pass, held_of(heap));
	raise_extremes(pass->extremes, state_of(heap)->live_bytes, held_of(heap));
	raise_layers(pass->extremes, heap, held_of(heap));
	pass->extremes->happened |= effect.happened;
	pass->extremes->faults += fault_is_serious(effect.fault);
	if (effect_is_broken(&effect) && err && !err->text[0])
		tell_failure(pass, err);
}

/* ---- runs of plain events ------------------------------------------------------------------ */

/* What has to be known of every event of a run. */
static bool may_run(const struct pass *pass)
{
	return pass->is_short && pass->held != UINT64_MAX && run_is_possible(pass->heap);
}

/* The events of a run that the pass has not counted yet. */
struct uncounted {
	uint64_t since; /* the number of the first */
	uint64_t allocations;
	uint64_t allocated_bytes;
};

/* The pass counts the events up to this one. */
static void run_count(const struct run *run, struct uncounted *uncounted, struct pass *pass)
{
	pass->plain += run->number - uncounted->since;
	pass->allocations += uncounted->allocations;
	pass->metrics->allocated_bytes += uncounted->allocated_bytes;
	*uncounted = (struct uncounted){.since = run->number};
}

/* Counts what happened in the engine at the last event; whether as much is held as before. */
static inline bool run_holds(const struct run *run, struct pass *pass)
{
	uint32_t happened = run->engine->happened;

	if (happened == 0)
		return true;
	run->engine->happened = 0;
	count_happenings(pass->metrics, happened);
	pass->extremes->happened |= happened;
	return held_of(run->heap) == pass->held;
}

/*
 * Applies one event; false, and nothing has changed: it is not of a run. *ret_ends: the figures are
 * not raised, since what is held has changed, or nothing is live any more.
 */
static inline bool run_apply(struct run *run, struct uncounted *uncounted, struct pass *pass,
	const struct event *event, bool *ret_ends)
{
	const struct heap_state *state = run->state;

	if (event->kind == EVENT_ALLOCATE) {
		if (!run_allocate(run, event))
			return false;
		run->number++;
		uncounted->allocations++;
		uncounted->allocated_bytes += event->size;
		*ret_ends = !run_holds(run, pass);
		if (!*ret_ends && (state->live > pass->metrics->peak_live ||
					  state->live_bytes > pass->extremes->live_bytes)) {
			run_count(run, uncounted, pass);
			raise_after_allocation(pass);
		}
		return true;
	}
	if (event->kind != EVENT_FREE || !run_free(run, event))
		return false;
	run->number++;
	*ret_ends = !run_holds(run, pass) || state->live_bytes == 0;
	if (!*ret_ends && pass->held > state->live_bytes + pass->metrics->peak_idle) {
		run_count(run, uncounted, pass);
		raise_after_free(pass);
	}
	return true;
}

/*
 * Applies the next events, at most n of the `known` ones, as long as they are of a run, and raises
 * the figures; gives how many. Not inline: it needs all the registers.
 */
__attribute__((noinline)) static size_t pass_run(struct pass *pass, const struct event *events,
	size_t n, size_t known)
{
	struct run run = run_from(pass->heap, pass->number);
	struct uncounted uncounted = {.since = pass->number};
	const struct event *event = events, *end = events + n;
	const struct event *prefetch_end = events + events_to_prefetch(run.heap, known);
	bool ends = false;

	for (; event < end && !ends; event++) {
		if (event < prefetch_end)
			prefetch_from(run.heap, event);
		if (!run_apply(&run, &uncounted, pass, event, &ends))
			break;
	}
	run_count(&run, &uncounted, pass);
	pass->number = run.number;
	if (ends)
		raise_all(pass, held_of(run.heap));
	return (size_t)(event - events);
}

/* ---- passages ------------------------------------------------------------------------------ */

/* Applies one event, of which `known` are known from there on. */
static void pass_one(struct pass *pass, const struct event *event, size_t known, struct error *err)
{
	heap_prefetch(pass->heap, event, known);
	if (!pass->is_short || !pass_shortly(pass, event)) {
		pass_at_length(pass, event, err);
		pass->is_short = short_way_begin(pass->heap);
	}
	pass->number++;
}

void heap_pass(struct heap *heap, struct metrics *metrics, const struct passage *passage,
	struct extremes *extremes, struct error *err)
{
	struct extremes unused = {0};
	struct pass pass = {.heap = heap,
		.metrics = metrics,
		.extremes = extremes ? extremes : &unused,
		.number = passage->number,
		.held = UINT64_MAX};

	for (size_t i = 0; i < heap->nlayers; i++)
		pass.has_library |= engine_has_library(heap->layers[i]);
	pass.is_short = short_way_begin(heap);

	for (size_t i = 0; i < passage->n;) {
		if (may_run(&pass))
			i += pass_run(&pass, &passage->events[i], passage->n - i,
				passage->known - i);
		if (i < passage->n) {
			pass_one(&pass, &passage->events[i], passage->known - i, err);
			i++;
		}
	}
	settle(&pass);
	metrics_take(metrics, heap);
}
