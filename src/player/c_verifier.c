/*
 * See c_verifier.h. Steps are applied one by one. At one that differs, what came before is played
 * again up to there, in other orders or with a call that was not seen; where neither explains the
 * address, the block goes where it was recorded.
 */
#include "player/c_verifier.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "player/c_verifier_state.h"

#include <stdlib.h>
#include <string.h>

#define BATCH        256u
#define AHEAD        4096u        /* steps that are read ahead */
#define WINDOW       4096u        /* steps between moments, where all agrees */
#define NEAR         64u          /* steps before a difference that are played often */
#define NEAR_ENOUGH  512u         /* cost about as much as it takes to keep a state */
#define UNSEEN_FIRST 0xF0000000u  /* object of the first unseen block */
#define UNSEEN_MAX   (128u << 10) /* bytes: a larger gap is no call */
#define UNIT         16u

/* ---- steps ---------------------------------------------------------------------------------- */

struct c_thread *c_verifier_thread(struct c_verifier *verifier, uint32_t thread)
{
	uint32_t number = numbering_of(&verifier->numbers, thread);

	if (number == verifier->threads.count)
		*array_push(&verifier->threads) = (struct c_thread){0};
	return &verifier->threads.items[number];
}

/* The step of an event, which is near the end of those that are read; NULL: it is long past. */
static struct step *find_step(const struct c_verifier *verifier, uint64_t number)
{
	struct step *steps = verifier->steps.items;

	for (size_t i = verifier->steps.count; i-- > 0 && number >= steps[0].number;)
		if (steps[i].number == number)
			return &steps[i];
	return NULL;
}

/* The thread's next event has come: what it did before had ended by then. */
static void close_step(const struct c_verifier *verifier, struct c_thread *thread, uint64_t number)
{
	struct step *step = thread->open ? find_step(verifier, thread->open - 1) : NULL;

	if (step)
		step->before = number;
	thread->open = 0;
}

static bool is_stamped_before(const struct event *call)
{
	return call->kind == EVENT_FREE || call->kind == EVENT_LIBC;
}

static bool is_thread_end(const struct event *call)
{
	return call->kind == EVENT_LIBC && call->other == LIBC_THREAD_END;
}

/*
 * The end of a thread is recorded when its last destructor has run; then the library frees what it
 * has for the thread, and shuts its cache last.
 */
static void put_end_last(struct c_verifier *verifier, const struct c_thread *thread)
{
	struct step *end = find_step(verifier, thread->end - 1),
		    *last = &verifier->steps.items[verifier->steps.count - 1];

	if (!end || end < verifier->steps.items + verifier->applied)
		return;
	const struct step step = *end;
	memmove(end, end + 1, (size_t)(last - end) * sizeof(*end));
	*last = step;
}

static void add_step(struct c_verifier *verifier, const struct event *event, uint64_t number)
{
	struct c_thread *thread = c_verifier_thread(verifier, event->thread);
	struct event call;

	close_step(verifier, thread, number);
	bool is_null = event->kind == EVENT_FREE && event->object == OBJECT_NONE && !event->address;
	if (c_calls_take(&verifier->calls, event, &call) && !is_null) {
		bool is_before = is_stamped_before(&call);
		*array_push(&verifier->steps) = (struct step){.call = call,
			.number = number,
			.after = is_before ? number : thread->last,
			.before = is_before ? UINT64_MAX : number};
		if (thread->end)
			put_end_last(verifier, thread);
		if (is_thread_end(&call))
			thread->end = number + 1;
		else if (is_before)
			thread->open = number + 1;
	}
	thread->last = number;
}

bool c_verifier_read_ahead(struct c_verifier *verifier, size_t n)
{
	struct event events[BATCH];
	size_t read = 1;

	while (verifier->steps.count - verifier->applied < n && read > 0) {
		read = trace_read(verifier->trace, verifier->read, events, BATCH);
		for (size_t i = 0; i < read; i++)
			add_step(verifier, &events[i], verifier->read++);
	}
	return verifier->steps.count - verifier->applied >= n;
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

/* ---- where a block is ----------------------------------------------------------------------- */

static bool find_region(const struct c_verifier *verifier, uint64_t address,
	struct region *ret_region)
{
	size_t at;

	return engine_region_at(heap_layer(verifier->heap, 0), address, &at, ret_region);
}

uint32_t c_verifier_arena(const struct c_verifier *verifier, uint64_t address)
{
	struct region region;

	if (!find_region(verifier, address, &region) || region.kind == REGION_MAPPING)
		return 0;
	return region.kind == REGION_HEAP ? 1 : region.serial + 1;
}

bool c_verifier_is_about(const struct c_verifier *verifier, const struct step *step, uint32_t arena)
{
	return !arena || !step->call.address ||
	       c_verifier_arena(verifier, step->call.address) == arena;
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

/* The step differs in the state that is now. true: the listener was called, and it was applied. */
static bool tell(struct c_verifier *verifier, const struct c_difference *difference,
	const struct step *step)
{
	struct effect effect;

	if (!verifier->listener.before || verifier->told >= verifier->max)
		return false;
	verifier->told++;
	verifier->listener.before(verifier->listener.user, difference, verifier->heap);
	apply(verifier, step, &verifier->log, &effect);
	verifier->listener.after(verifier->listener.user, difference, verifier->heap, &step->call,
		&effect, &verifier->log);
	return true;
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
	size_t at = verifier->applied, n = verifier->moments.count;

	if (at - verifier->moments.items[n - 1].at <= NEAR_ENOUGH)
		return;
	c_verifier_rewind(verifier, at - NEAR);
	c_verifier_keep(verifier);
	verifier->applied = at; /* the state is looked for by what is tried */
}

static bool reorder(struct c_verifier *verifier, uint64_t predicted)
{
	c_verifier_begin_effort(verifier);
	bool has_found =
		c_verifier_has_effort(verifier) &&
		(c_verifier_find_stall(verifier, predicted) || c_verifier_find_order(verifier) ||
			c_verifier_find_stalls(verifier));
	c_verifier_end_effort(verifier, has_found);
	verifier->figures.reordered += has_found;
	return has_found;
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

	if (has_threads && reorder(verifier, predicted))
		return;
	c_verifier_rewind(verifier, verifier->applied);
	if (!has_threads) /* with others, an unseen call would explain too much */
		difference.unseen = find_unseen(verifier, predicted);
	if (difference.unseen) {
		tell_unseen(verifier, &difference);
		return;
	}
	if (tell(verifier, &difference, &verifier->steps.items[verifier->applied]))
		c_verifier_rewind(verifier, verifier->applied);
	go_on_as_recorded(verifier);
}

/* The next step was applied, and differs. */
static void resolve(struct c_verifier *verifier, uint64_t predicted)
{
	come_near(verifier);
	explain(verifier, predicted);
}

/* ---- running -------------------------------------------------------------------------------- */

/* Where the recorded block is: the last one applied. */
static void count_place(struct c_verifier *verifier, const struct effect *effect)
{
	struct region region;

	verifier->figures.compared++;
	if (effect->outcome != OUTCOME_PLACED || !find_region(verifier, effect->address, &region))
		return;
	verifier->figures.mapped += region.kind == REGION_MAPPING;
	verifier->figures.in_arenas += region.kind == REGION_ARENA;
	verifier->figures.in_heap += region.kind == REGION_HEAP;
}

/* Its block goes where it was recorded. */
static void pass_over(struct c_verifier *verifier, struct step *step)
{
	struct effect effect;

	step->is_followed = step->is_counted = true;
	c_verifier_apply(verifier, step, &effect);
	verifier->figures.passed_over++;
	verifier->applied++;
}

static void advance(struct c_verifier *verifier)
{
	struct step *step = &verifier->steps.items[verifier->applied];
	struct effect effect;

	if (!step->is_counted && has_address(&step->call) && c_verifier_owes(verifier)) {
		pass_over(verifier, step);
		return;
	}
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
	c_verifier_keep(verifier);
	while (c_verifier_read_ahead(verifier, AHEAD) ||
		verifier->applied < verifier->steps.count) {
		advance(verifier);
		size_t last = verifier->moments.items[verifier->moments.count - 1].at;
		if (verifier->applied >= last + WINDOW) {
			c_verifier_keep(verifier);
			c_verifier_thin(verifier);
		}
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
	numbering_init(&verifier->numbers);
	if (config->listener)
		verifier->listener = *config->listener;
	if (heap_new(&verifier->heap, "glibc", config->options, err) < 0) {
		numbering_finish(&verifier->numbers);
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
	c_verifier_forget_all(verifier);
	heap_free(verifier->heap);
	c_calls_finish(&verifier->calls);
	array_finish(&verifier->threads);
	numbering_finish(&verifier->numbers);
	array_finish(&verifier->unseen);
	array_finish(&verifier->steps);
	free(verifier);
}
