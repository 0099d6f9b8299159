/* See heap.h: the stack of engines, what one event is applied with, and questions. */
#include "heap/entries.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "engine/contract.h"
#include "heap/collector_rules.h"
#include "heap/prefetch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SEARCH_SLICE 1000u /* milliseconds */

/* ---- life ---------------------------------------------------------------------------------- */

static const char *const checks[] = {"off", "answers", "all", NULL};

const struct option_spec heap_options[] = {
	{.name = "check",
		.type = OPTION_CHOICE,
		.value = "WHAT",
		.fallback = "off",
		.choices = checks,
		.help = "check the engine: its answers, or (slow) everything it reports after each event"},
	{.name = "collector",
		.type = OPTION_CHOICE,
		.value = "PYTHON",
		.fallback = "3.9",
		.choices = collector_names,
		.help = "the collector of counted objects, by the first Python release that had it"},
	{0},
};

/* Creates an engine, or a contract around it. */
static int new_layer(struct heap *heap, size_t at, const struct engine_ops *ops,
	const struct options *options, struct error *err)
{
	struct engine *below = at + 1 < heap->nlayers ? heap->layers[at + 1] : NULL;
	struct engine **layer = &heap->layers[at];
	size_t check = options_choice(options, "check");

	if (check == 0)
		return engine_new(layer, ops, below, &heap->space.pages, options, err);
	heap->is_checked = true;
	heap->checks_itself = check == 2;
	return contract_new(layer, ops, below, &heap->space.pages, options,
		check == 1 ? CONTRACT_ANSWERS : CONTRACT_ALL, err);
}

static const char *name_below(const struct engine_ops *ops, const struct options *options)
{
	return ops->below_option ? options_text(options, ops->below_option) : ops->below;
}

static int stack_engines(struct heap *heap, const char *name, const struct options *options,
	struct error *err)
{
	const struct engine_ops *stack[LAYERS_MAX], *top = engine_find(name);
	size_t n = 0;

	if (top && top->instead && top->instead(options))
		name = top->instead(options);
	for (; name; name = name_below(stack[n++], options)) {
		const struct engine_ops *ops = engine_find(name);
		if (!ops)
			return error_set(err, "unknown engine '%s'", name);
		assert(n < LAYERS_MAX);
		stack[n] = ops;
	}
	heap->nlayers = n;
	while (n-- > 0) /* from the bottom up */
		if (new_layer(heap, n, stack[n], options, err) < 0)
			return -1;
	return 0;
}

int heap_new(struct heap **ret_heap, const char *engine, const struct options *options,
	struct error *err)
{
	struct heap *heap = xcalloc(1, sizeof(*heap));
	struct options *known = options ? options_clone(options) : options_new();
	size_t nengines;
	const struct engine_ops *const *engines = engine_list(&nengines);

	for (size_t i = 0; i < nengines; i++)
		options_add_table(known, engines[i]->options);
	options_add_table(known, heap_options);
	space_init(&heap->space);
	objects_init(&heap->objects);
	flat_add(&heap->flat, &heap->state, sizeof(struct heap_state));
	flat_add(&heap->flat, &heap->entries, sizeof(struct live));
	identities_init(&heap->identities, &heap->flat);
	extents_init(&heap->mappings, &heap->flat);
	frames_init(&heap->frames, &heap->flat);
	pointers_init(&heap->pointers, &heap->flat);
	cache_order_init(&heap->cache, &heap->flat);
	graph_init(&heap->graph);
	flat_grow(&heap->state, 1);
	state_of(heap)->free_entry = NO_ENTRY;
	heap->by_address = xcalloc(1, sizeof(*heap->by_address));
	addresses_init(heap->by_address);

	heap->objects.rules = collector_rules_at(options_choice(known, "collector"));
	int result = stack_engines(heap, engine, known, err);
	options_free(known);
	if (result == 0) {
		heap->objects.is_traced = engine_is_tracing(heap->layers[0]);
		heap->layers[0]->graph = &heap->graph;
	}
	if (result < 0) {
		heap_free(heap);
		return -1;
	}
	*ret_heap = heap;
	return 0;
}

void heap_free(struct heap *heap)
{
	if (!heap)
		return;
	for (size_t i = 0; i < heap->nlayers; i++)
		engine_free(heap->layers[i]);
	space_finish(&heap->space);
	objects_finish(&heap->objects);
	array_finish(&heap->died);
	array_finish(&heap->moved);
	flat_finish(&heap->flat);
	addresses_finish(heap->by_address);
	free(heap->by_address);
	free(heap);
}

size_t heap_flats(struct heap *heap, struct flat **ret_flats, size_t max)
{
	size_t n = 0;

	assert(heap->nlayers > 0 && max >= heap->nlayers + 3);
	ret_flats[n++] = &heap->flat;
	ret_flats[n++] = &heap->objects.flat;
	ret_flats[n++] = &heap->space.flat;
	for (size_t i = 0; i < heap->nlayers; i++)
		ret_flats[n++] = &heap->layers[i]->flat;
	return n;
}

/* ---- events ---------------------------------------------------------------------------------- */

static const char *failure_of(const struct heap *heap)
{
	for (size_t i = 0; i < heap->nlayers; i++)
		if (heap->layers[i]->failure)
			return heap->layers[i]->failure;
	return NULL;
}

/* After the event: what the contracts and the heap's own checks found, or a plug-in's failure. */
static void note_what_is_broken(struct heap *heap, struct effect *effect)
{
	struct error err;

	if (heap->checks_itself && !heap_broken(heap) && heap_check_own(heap, &err) < 0)
		error_set(&heap->broken, "heap: %s", err.text);
	if (heap_broken(heap))
		effect->fault = failure_of(heap) ? FAULT_PLUGIN : FAULT_BROKEN;
}

static void begin_layers(struct heap *heap, uint64_t number, const struct event *event,
	struct decision_log *log, bool follows)
{
	bool is_sized = event->kind == EVENT_FREE && (event->flags & EVENT_SIZED);
	uint64_t said = is_sized ? event->size : SIZE_NOT_SAID;

	for (size_t i = 0; i < heap->nlayers; i++) {
		struct engine *layer = heap->layers[i];
		layer->happened = 0;
		layer->failure = layer->cause = NULL;
		layer->number = number;
		layer->thread = event->thread;
		layer->call = (enum call)event->call;
		layer->said_size = said;
		layer->follows = follows;
		layer->log = log;
		if (heap->is_checked)
			contract_begin(layer);
	}
}

/* Gathers what happened in the layers; true: something may be broken. */
static bool end_layers(struct heap *heap, struct effect *effect)
{
	bool has_failed = heap->is_checked;

	for (size_t i = 0; i < heap->nlayers; i++) {
		effect->happened |= heap->layers[i]->happened;
		if (heap->is_checked)
			contract_end(heap->layers[i]);
		has_failed |= heap->layers[i]->failure != NULL;
	}
	effect->happened |= happened_by_fault(effect->fault);
	touch_arenas(heap, effect->happened);
	return has_failed;
}

/*
 * One member after the other: as one assignment gcc takes `rep stos`, which costs more than all
 * that a small request does.
 */
static void clear_effect(struct effect *effect, uint32_t object)
{
	effect->outcome = OUTCOME_NOTHING;
	effect->fault = FAULT_NONE;
	effect->happened = 0;
	effect->object = object;
	effect->layer = 0;
	effect->nothing = 0;
	effect->address = 0;
	effect->size = 0;
	effect->given = 0;
	effect->old_address = 0;
	effect->old_size = 0;
	effect->old_given = 0;
	effect->born = 0;
	effect->freed = 0;
	effect->freed_bytes = 0;
}

void heap_watch_arenas(struct heap *heap, struct decision_log *log)
{
	for (size_t i = 0; i < heap->nlayers; i++)
		heap->layers[i]->arena_log = log;
}

void heap_forget_event(struct heap *heap)
{
	heap->died.count = 0;
	heap->moved.count = 0;
	heap->has_repeats = false;
	heap->broken.text[0] = '\0';
}

/* follows: the engines put the block where it was recorded. */
static void apply(struct heap *heap, uint64_t number, const struct event *event,
	struct decision_log *log, bool follows, struct effect *ret_effect)
{
	const struct application now = {heap, number, event, ret_effect};

	assert((unsigned)event->kind < EVENT_KIND_COUNT);
	clear_effect(ret_effect, event->object);
	heap_forget_event(heap);
	if (log)
		log->count = log->lost = 0;
	begin_layers(heap, number, event, log, follows);
	heap->now = &now;
	if (heap->frames.stacks.count > 0 && !event_is_note_or_mark(event))
		frames_touch(&heap->frames, event->thread, number);
	heap_handlers[event->kind](&now);
	heap->now = NULL;
	if (end_layers(heap, ret_effect))
		note_what_is_broken(heap, ret_effect);
}

void heap_apply(struct heap *heap, uint64_t number, const struct event *event,
	struct decision_log *log, struct effect *ret_effect)
{
	apply(heap, number, event, log, false, ret_effect);
}

void heap_follow(struct heap *heap, uint64_t number, const struct event *event,
	struct effect *ret_effect)
{
	apply(heap, number, event, NULL, true, ret_effect);
}

const char *heap_broken(const struct heap *heap)
{
	if (failure_of(heap))
		return failure_of(heap);
	for (size_t i = heap->nlayers; i-- > 0;) /* a fault below also shows above */
		if (heap->is_checked && contract_broken(heap->layers[i]))
			return contract_broken(heap->layers[i]);
	return heap->broken.text[0] ? heap->broken.text : NULL;
}

bool heap_runs_code(const struct heap *heap)
{
	for (size_t i = 0; i < heap->nlayers; i++)
		if (heap->layers[i]->ops->runs_code)
			return true;
	return false;
}

bool heap_can_search(const struct heap *heap)
{
	for (size_t i = 0; i < heap->nlayers; i++)
		if (engine_has_search(heap->layers[i]))
			return true;
	return false;
}

bool heap_search(struct heap *heap, unsigned milliseconds)
{
	bool is_over = true;

	for (size_t i = 0; i < heap->nlayers; i++)
		if (engine_has_search(heap->layers[i]))
			is_over &= engine_search(heap->layers[i], milliseconds);
	return is_over;
}

const char *heap_cause(const struct heap *heap)
{
	for (size_t i = 0; i < heap->nlayers; i++)
		if (heap->layers[i]->cause)
			return heap->layers[i]->cause;
	return NULL;
}

void heap_explain(struct heap *heap, struct text *words)
{
	while (!heap_search(heap, SEARCH_SLICE))
		;
	if (heap_broken(heap))
		text_add(words, "%s", heap_broken(heap));
	if (heap_broken(heap) && heap_cause(heap))
		text_add(words, "; %s", heap_cause(heap));
}

void heap_expect(struct heap *heap, const struct event *events, size_t n)
{
	heap_prefetch(heap, events, n);
}

/* ---- asking -------------------------------------------------------------------------------- */

size_t heap_layer_count(const struct heap *heap)
{
	return heap->nlayers;
}

const struct engine *heap_layer(const struct heap *heap, size_t layer)
{
	assert(layer < heap->nlayers);
	return heap->layers[layer];
}

size_t heap_died(const struct heap *heap, const struct live **ret_died)
{
	*ret_died = heap->died.items;
	return heap->died.count;
}

size_t heap_moved(const struct heap *heap, const struct moved **ret_moved)
{
	*ret_moved = heap->moved.items;
	return heap->moved.count;
}

bool heap_cache(const struct heap *heap, struct cache_figures *ret_cache)
{
	return cache_order_describe(&heap->cache, ret_cache);
}

size_t heap_cached(const struct heap *heap, bool from_oldest, struct cache_item *ret_cached,
	size_t n)
{
	return cache_order_list(&heap->cache, from_oldest, ret_cached, n);
}

bool heap_counted(const struct heap *heap, uint32_t object, struct counted *ret_counted)
{
	return objects_counted(&heap->objects, object, ret_counted);
}

bool heap_next_counted(const struct heap *heap, uint32_t *cursor, struct counted *ret_counted)
{
	return objects_next(&heap->objects, cursor, ret_counted);
}

size_t heap_references(const struct heap *heap, uint32_t object, size_t from, uint32_t *ret_objects,
	size_t n)
{
	return objects_references(&heap->objects, object, from, ret_objects, n);
}

size_t heap_referrers(const struct heap *heap, uint32_t object, uint32_t *ret_objects, size_t n)
{
	return objects_referrers(&heap->objects, object, ret_objects, n);
}

size_t heap_out_of_reach(const struct heap *heap, uint32_t *ret_objects, size_t n)
{
	return objects_out_of_reach(&heap->objects, ret_objects, n);
}

bool heap_collector(const struct heap *heap, struct collector *ret_collector)
{
	return objects_collector(&heap->objects, ret_collector);
}

const struct frames *heap_frames(const struct heap *heap)
{
	return &heap->frames;
}

void heap_sums(const struct heap *heap, struct heap_sums *ret_sums)
{
	const struct heap_state *state = state_of(heap);

	assert(space_reserved(&heap->space) >= state->program_mapped);
	assert(state->given_bytes >= state->live_bytes);
	ret_sums->live = state->live;
	ret_sums->live_bytes = state->live_bytes;
	ret_sums->given_bytes = state->given_bytes;
	ret_sums->reserved = held_of(heap);
	ret_sums->given_up = space_all_given_up(&heap->space);
}

uint64_t heap_given_up(const struct heap *heap, uint64_t from, uint64_t to)
{
	return space_given_up(&heap->space, from, to);
}

void heap_layer_sums(const struct heap *heap, size_t layer, struct layer_sums *ret_sums)
{
	const struct heap_state *state = state_of(heap);

	assert(layer < heap->nlayers);
	if (layer > 0) {
		*ret_sums = state->below[layer - 1];
		return;
	}
	*ret_sums = (struct layer_sums){state->live, state->live_bytes, state->given_bytes};
	for (size_t i = 0; i + 1 < heap->nlayers; i++) {
		ret_sums->live -= state->below[i].live;
		ret_sums->asked -= state->below[i].asked;
		ret_sums->given -= state->below[i].given;
	}
}

uint64_t heap_asked(const struct heap *heap, uint64_t given)
{
	assert(given <= HEAP_SMALL);
	return state_of(heap)->small[given / SMALL_STEP];
}
