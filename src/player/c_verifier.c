/*
 * See c_verifier.h. Steps are applied one by one. At one that differs, everything since the last
 * snapshot is played again up to there, first with another order, then with a call that was not
 * seen; where neither explains the address, the block goes where it was recorded.
 */
#include "player/c_verifier.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "player/c_verifier_state.h"

#include <stdlib.h>
#include <string.h>

#define BATCH        256u
#define AHEAD        4096u        /* steps that are read ahead */
#define WINDOW       4096u        /* steps between snapshots */
#define NEAR         64u          /* steps that may be reordered */
#define UNSEEN_FIRST 0xF0000000u  /* object of the first unseen block */
#define UNSEEN_MAX   (128u << 10) /* bytes: a larger gap is no call */
#define UNIT         16u

/* ---- steps ---------------------------------------------------------------------------------- */

static struct c_thread *thread_of(struct c_verifier *verifier, uint32_t thread)
{
	while (verifier->threads.count <= thread)
		*array_push(&verifier->threads) = (struct c_thread){0};
	return &verifier->threads.items[thread];
}

/* The thread's next event has come: what it did before had ended by then. */
static void close_step(struct c_verifier *verifier, const struct c_thread *thread, uint64_t number)
{
	for (size_t i = verifier->steps.count; i-- > 0;)
		if (verifier->steps.items[i].number + 1 == thread->open) {
			verifier->steps.items[i].before = number;
			return;
		}
}

static bool is_stamped_before(const struct event *call)
{
	return call->kind == EVENT_FREE || call->kind == EVENT_LIBC;
}

static void add_step(struct c_verifier *verifier, const struct event *event, uint64_t number)
{
	struct c_thread *thread = thread_of(verifier, event->thread);
	struct event call;

	if (thread->open)
		close_step(verifier, thread, number);
	thread->open = 0;
	if (c_calls_take(&verifier->calls, event, &call)) {
		bool is_before = is_stamped_before(&call);
		*array_push(&verifier->steps) = (struct step){.call = call,
			.number = number,
			.after = is_before ? number : thread->last,
			.before = is_before ? UINT64_MAX : number};
		thread->open = is_before ? number + 1 : 0;
	}
	thread->last = number;
}

/* Reads ahead; false when no step is left. */
static bool fill(struct c_verifier *verifier)
{
	struct event events[BATCH];
	size_t n;

	while (verifier->steps.count - verifier->applied < AHEAD &&
		(n = trace_read(verifier->trace, verifier->read, events, BATCH)) > 0)
		for (size_t i = 0; i < n; i++)
			add_step(verifier, &events[i], verifier->read++);
	return verifier->applied < verifier->steps.count;
}

/* ---- applying ------------------------------------------------------------------------------- */

/* A free of a block that an unseen call got. */
static void know_unseen(const struct c_verifier *verifier, struct event *call)
{
	struct live live;

	for (size_t i = 0; i < verifier->unseen.count; i++) {
		const struct unseen_block *block = &verifier->unseen.items[i];
		if (block->address == call->address &&
			heap_find(verifier->heap, block->object, &live))
			call->object = block->object;
	}
}

static bool has_address(const struct event *call)
{
	return (call->kind == EVENT_ALLOCATE || call->kind == EVENT_REALLOCATE) && call->address &&
	       !(call->flags & EVENT_FAILED);
}

static void apply(struct c_verifier *verifier, const struct step *step, struct decision_log *log,
	struct effect *ret_effect)
{
	struct event call = step->call;

	if (call.kind == EVENT_FREE && call.object == OBJECT_NONE && verifier->unseen.count > 0)
		know_unseen(verifier, &call);
	if (step->is_followed)
		heap_follow(verifier->heap, step->number, &call, ret_effect);
	else
		heap_apply(verifier->heap, step->number, &call, log, ret_effect);
}

bool c_verifier_apply(struct c_verifier *verifier, const struct step *step,
	struct effect *ret_effect)
{
	apply(verifier, step, NULL, ret_effect);
	if (step->is_unseen || step->is_followed || !has_address(&step->call))
		return true;
	return ret_effect->outcome == OUTCOME_PLACED && ret_effect->address == step->call.address;
}

void c_verifier_rewind(struct c_verifier *verifier, size_t n)
{
	bool is_near = verifier->near && n >= verifier->near_at;
	struct effect effect;

	snapshot_restore(is_near ? verifier->near : verifier->snapshot, verifier->flats,
		verifier->nflats);
	for (size_t i = is_near ? verifier->near_at : 0; i < n; i++)
		c_verifier_apply(verifier, &verifier->steps.items[i], &effect);
	verifier->applied = n;
}

void c_verifier_forget_near(struct c_verifier *verifier)
{
	snapshot_free(verifier->near, &verifier->snapshot_bytes);
	verifier->near = NULL;
}

/* The window begins with the next step. */
static void begin_window(struct c_verifier *verifier)
{
	struct snapshot *before = verifier->snapshot;
	struct step *steps = verifier->steps.items;

	verifier->snapshot =
		snapshot_new(verifier->flats, verifier->nflats, before, &verifier->snapshot_bytes);
	snapshot_free(before, &verifier->snapshot_bytes);
	verifier->steps.count -= verifier->applied;
	if (verifier->steps.count > 0)
		memmove(steps, steps + verifier->applied, verifier->steps.count * sizeof(*steps));
	verifier->applied = 0;
}

/* ---- unseen calls --------------------------------------------------------------------------- */

static void insert_step(struct c_verifier *verifier, size_t at, const struct step *step)
{
	array_push(&verifier->steps);
	struct step *steps = verifier->steps.items;
	memmove(&steps[at + 1], &steps[at], (verifier->steps.count - at - 1) * sizeof(*steps));
	steps[at] = *step;
}

static void drop_step(struct c_verifier *verifier, size_t at)
{
	struct step *steps = verifier->steps.items;

	memmove(&steps[at], &steps[at + 1], (verifier->steps.count - at - 1) * sizeof(*steps));
	verifier->steps.count--;
}

/* An unseen malloc of the size before the next step: true when that one then agrees. */
static bool try_unseen(struct c_verifier *verifier, uint64_t size)
{
	size_t at = verifier->applied;
	const struct step *next = &verifier->steps.items[at];
	struct step unseen = {.number = next->number, .is_unseen = true};
	struct effect effect;

	unseen.call = (struct event){.kind = EVENT_ALLOCATE,
		.call = CALL_MALLOC,
		.size = size,
		.object = UNSEEN_FIRST + (uint32_t)verifier->unseen.count,
		.thread = next->call.thread,
		.text = TEXT_NONE};
	insert_step(verifier, at, &unseen);
	c_verifier_apply(verifier, &unseen, &effect);
	uint64_t address = effect.address;
	if (c_verifier_apply(verifier, &verifier->steps.items[at + 1], &effect)) {
		*array_push(&verifier->unseen) = (struct unseen_block){address, unseen.call.object};
		verifier->applied = at + 1; /* the unseen one; the next is applied once more */
		c_verifier_rewind(verifier, verifier->applied);
		return true;
	}
	drop_step(verifier, at);
	c_verifier_rewind(verifier, at);
	return false;
}

/*
 * Looks for an unseen call that explains the recorded address: one that took the gap before it, or
 * one of the same size. Gives its size, or 0.
 */
static uint64_t find_unseen(struct c_verifier *verifier, uint64_t predicted)
{
	const struct event call = verifier->steps.items[verifier->applied].call;
	uint64_t gap = call.address - predicted;

	if (predicted && gap >= (uint64_t)2 * UNIT && gap <= UNSEEN_MAX && gap % UNIT == 0 &&
		try_unseen(verifier, gap - UNIT / 2))
		return gap - UNIT / 2;
	if (call.size && try_unseen(verifier, call.size))
		return call.size;
	return 0;
}

/* ---- differences ----------------------------------------------------------------------------- */

/* The step differs in the state that is now. */
static void tell(struct c_verifier *verifier, const struct c_difference *difference,
	const struct step *step)
{
	struct effect effect;

	if (!verifier->listener.before || verifier->told >= verifier->max)
		return;
	verifier->told++;
	verifier->listener.before(verifier->listener.user, difference, verifier->heap);
	apply(verifier, step, &verifier->log, &effect);
	verifier->listener.after(verifier->listener.user, difference, verifier->heap, &step->call,
		&effect, &verifier->log);
}

/* The unseen call that explains the next step has been put before it, and was applied. */
static void tell_unseen(struct c_verifier *verifier, const struct c_difference *difference)
{
	size_t at = verifier->applied;

	verifier->figures.unseen++;
	c_verifier_rewind(verifier, at - 1);
	tell(verifier, difference, &verifier->steps.items[at]);
	c_verifier_rewind(verifier, at);
}

static void go_on_as_recorded(struct c_verifier *verifier)
{
	struct step *step = &verifier->steps.items[verifier->applied];
	struct effect effect;

	step->is_followed = step->is_counted = true;
	c_verifier_apply(verifier, step, &effect);
	verifier->figures.lost += effect.address != step->call.address;
	verifier->figures.differences++;
	verifier->applied++;
}

/* So that what is tried next need not be played from far away. */
static void come_near(struct c_verifier *verifier)
{
	size_t at = verifier->applied;

	verifier->near_at = at > NEAR ? at - NEAR : 0;
	c_verifier_rewind(verifier, verifier->near_at);
	verifier->near = snapshot_new(verifier->flats, verifier->nflats, verifier->snapshot,
		&verifier->snapshot_bytes);
	c_verifier_rewind(verifier, at);
}

static void count_agreed(struct c_verifier *verifier)
{
	if (verifier->figures.differences)
		verifier->figures.agreed_after++;
	else
		verifier->figures.agreed_before++;
}

static void explain(struct c_verifier *verifier, uint64_t predicted)
{
	const struct step *step = &verifier->steps.items[verifier->applied];
	struct c_difference difference = {step->number, step->call.address, predicted, 0};

	bool has_threads = verifier->threads.count > 1;

	if (has_threads && c_verifier_reorder(verifier, predicted)) {
		verifier->figures.reordered++;
		return;
	}
	c_verifier_rewind(verifier, verifier->applied);
	if (!has_threads) /* with others, an unseen call would explain too much */
		difference.unseen = find_unseen(verifier, predicted);
	if (difference.unseen) {
		tell_unseen(verifier, &difference);
		return;
	}
	tell(verifier, &difference, &verifier->steps.items[verifier->applied]);
	c_verifier_rewind(verifier, verifier->applied);
	go_on_as_recorded(verifier);
}

/* The next step was applied, and differs. */
static void resolve(struct c_verifier *verifier, uint64_t predicted)
{
	come_near(verifier);
	explain(verifier, predicted);
	c_verifier_forget_near(verifier);
}

/* ---- running -------------------------------------------------------------------------------- */

/* Where the recorded block is: the last one applied. */
static void count_place(struct c_verifier *verifier, const struct effect *effect)
{
	const struct engine *engine = heap_layer(verifier->heap, 0);
	struct region region;
	size_t at;

	verifier->figures.compared++;
	if (effect->outcome != OUTCOME_PLACED ||
		!engine_region_at(engine, effect->address, &at, &region))
		return;
	verifier->figures.mapped += region.kind == REGION_MAPPING;
	verifier->figures.in_arenas += region.kind == REGION_ARENA;
	verifier->figures.in_heap += region.kind == REGION_HEAP;
}

static void advance(struct c_verifier *verifier)
{
	struct step *step = &verifier->steps.items[verifier->applied];
	struct effect effect;

	if (!c_verifier_apply(verifier, step, &effect)) {
		resolve(verifier, effect.address);
		return;
	}
	verifier->applied++;
	if (step->is_counted || step->is_unseen)
		return;
	step->is_counted = true;
	verifier->figures.strangers +=
		effect.fault == FAULT_FREE_UNKNOWN || effect.fault == FAULT_REALLOC_UNKNOWN;
	if (has_address(&step->call)) {
		count_place(verifier, &effect);
		count_agreed(verifier);
	}
}

void c_verifier_run(struct c_verifier *verifier)
{
	begin_window(verifier);
	while (fill(verifier)) {
		advance(verifier);
		if (verifier->applied >= WINDOW)
			begin_window(verifier);
	}
	verifier->figures.events = verifier->read;
	verifier->figures.threads = verifier->threads.count;
	verifier->figures.compared += verifier->figures.differences;
}

const struct c_figures *c_verifier_figures(const struct c_verifier *verifier)
{
	return &verifier->figures;
}

/* ---- life ----------------------------------------------------------------------------------- */

int c_verifier_new(struct c_verifier **ret_verifier, struct trace *trace,
	const struct c_verifier_config *config, struct error *err)
{
	struct c_verifier *verifier = xcalloc(1, sizeof(*verifier));

	verifier->trace = trace;
	verifier->max = config->max;
	if (config->listener)
		verifier->listener = *config->listener;
	if (heap_new(&verifier->heap, "glibc", config->options, err) < 0) {
		free(verifier);
		return -1;
	}
	verifier->nflats = heap_flats(verifier->heap, verifier->flats, FLATS_MAX);
	*ret_verifier = verifier;
	return 0;
}

void c_verifier_free(struct c_verifier *verifier)
{
	if (!verifier)
		return;
	c_verifier_forget_near(verifier);
	snapshot_free(verifier->snapshot, &verifier->snapshot_bytes);
	heap_free(verifier->heap);
	c_calls_finish(&verifier->calls);
	array_finish(&verifier->threads);
	array_finish(&verifier->unseen);
	array_finish(&verifier->steps);
	free(verifier);
}
