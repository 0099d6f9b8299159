/*
 * See heap.h.  What is live is kept in a dense array of entries (freed places are used again, the
 * last first) with an index by object, and one by address for those who ask (addresses.h).
 *
 * An object whose allocation failed here stays known, without an address, so that its free can be
 * told from a free of something unknown.
 */
#include "heap/heap.h"

#include "base/error.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "engine/contract.h"
#include "flat/index.h"
#include "heap/addresses.h"
#include "heap/decisions.h"
#include "heap/objects.h"
#include "heap/space.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LAYERS_MAX   4u
#define MAPPING_UNIT 4096u
/* in `layer`: not an engine's block but a mapping of the program */
#define LAYER_MAPPED  LAYERS_MAX
#define LAYER_NOWHERE (LAYERS_MAX + 1) /* known, but never placed */
#define NO_ENTRY      UINT32_MAX
#define SMALL_STEP    8u /* size classes are this far apart, or a multiple */

struct scalars {
	uint64_t live;
	uint64_t live_bytes;
	uint64_t given_bytes;
	uint64_t program_mapped; /* bytes that map events took */
	uint32_t free_entry;
	uint32_t entries_used;
	uint64_t changes; /* blocks that were placed or went so far */
	struct layer_sums layers[LAYERS_MAX];
	uint64_t small[HEAP_SMALL / SMALL_STEP + 1]; /* bytes asked for, by what layer 0 gave */
};

struct heap {
	struct space space;
	struct engine *layers[LAYERS_MAX];
	size_t nlayers;
	bool is_checked; /* the layers are contracts */
	struct flat flat;
	struct flat_array scalars;
	struct flat_array entries;    /* struct live; free ones are linked by `object` */
	struct flat_array by_object;  /* index.h */
	struct addresses *by_address; /* of blocks of engines; no state */
	struct flat_array mappings;   /* uint32_t entries, in address order */
	struct objects objects;       /* the counted ones */
	ARRAY(struct live) died;      /* of them, at the last event */
};

static struct scalars *scalars_of(const struct heap *heap)
{
	return heap->scalars.data;
}

static struct live *entry_of(const struct heap *heap, uint32_t entry)
{
	return flat_at(&heap->entries, struct live, entry);
}

/* ---- life ---------------------------------------------------------------------------------- */

static const char *const checks[] = {"off", "answers", "all", NULL};

const struct option_spec heap_options[] = {
	{.name = "check",
		.type = OPTION_CHOICE,
		.value = "WHAT",
		.fallback = "off",
		.choices = checks,
		.help = "hold the engine to its contract: its answers, or all it says after each event, slowly"},
	{0},
};

/* An engine, or a contract around it. */
static int new_layer(struct heap *heap, size_t at, const struct engine_ops *ops,
	const struct options *options, struct error *err)
{
	struct engine *below = at + 1 < heap->nlayers ? heap->layers[at + 1] : NULL;
	struct engine **layer = &heap->layers[at];
	size_t check = options_choice(options, "check");

	if (check == 0)
		return engine_new(layer, ops, below, &heap->space.pages, options, err);
	heap->is_checked = true;
	return contract_new(layer, ops, below, &heap->space.pages, options,
		check == 1 ? CONTRACT_ANSWERS : CONTRACT_ALL, err);
}

static int stack_engines(struct heap *heap, const char *name, const struct options *options,
	struct error *err)
{
	const struct engine_ops *stack[LAYERS_MAX], *top = engine_find(name);
	size_t n = 0;

	if (top && top->instead && top->instead(options))
		name = top->instead(options);
	for (; name; name = stack[n++]->below) {
		const struct engine_ops *ops = engine_find(name);
		if (!ops)
			return error_set(err, "there is no engine called '%s'", name);
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
	flat_add(&heap->flat, &heap->scalars, sizeof(struct scalars));
	flat_add(&heap->flat, &heap->entries, sizeof(struct live));
	index_init(&heap->by_object, &heap->flat);
	flat_add(&heap->flat, &heap->mappings, sizeof(uint32_t));
	flat_grow(&heap->scalars, 1);
	scalars_of(heap)->free_entry = NO_ENTRY;
	heap->by_address = xcalloc(1, sizeof(*heap->by_address));
	addresses_init(heap->by_address);

	int result = stack_engines(heap, engine, known, err);
	options_free(known);
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
	flat_finish(&heap->flat);
	addresses_finish(heap->by_address);
	free(heap->by_address);
	free(heap);
}

size_t heap_flats(struct heap *heap, struct flat **ret_flats, size_t max)
{
	size_t n = 0;

	assert(max >= heap->nlayers + 3);
	ret_flats[n++] = &heap->flat;
	ret_flats[n++] = &heap->objects.flat;
	ret_flats[n++] = &heap->space.flat;
	for (size_t i = 0; i < heap->nlayers; i++)
		ret_flats[n++] = &heap->layers[i]->flat;
	return n;
}

/* ---- entries ------------------------------------------------------------------------------- */

static uint32_t find_entry(const struct heap *heap, uint32_t object)
{
	uint32_t hash = index_hash(object), entry;

	for (size_t at = index_first(&heap->by_object, hash);
		index_slot(&heap->by_object, &at, hash, &entry);
		at = index_next(&heap->by_object, at))
		if (entry_of(heap, entry)->object == object)
			return entry;
	return NO_ENTRY;
}

static uint32_t add_entry(struct heap *heap, uint32_t object)
{
	struct scalars *scalars = scalars_of(heap);
	uint32_t entry = scalars->free_entry;

	if (entry == NO_ENTRY) {
		entry = (uint32_t)heap->entries.count;
		flat_grow(&heap->entries, 1);
	} else {
		scalars->free_entry = entry_of(heap, entry)->object;
	}
	scalars->entries_used++;
	index_make_room(&heap->by_object, scalars->entries_used);
	memset(entry_of(heap, entry), 0, sizeof(struct live));
	entry_of(heap, entry)->object = object;
	index_put(&heap->by_object, index_hash(object), entry);
	return entry;
}

static void remove_entry(struct heap *heap, uint32_t entry)
{
	struct scalars *scalars = scalars_of(heap);
	struct live *live = entry_of(heap, entry);

	index_remove(&heap->by_object, index_hash(live->object), entry);
	memset(live, 0, sizeof(*live));
	live->object = scalars->free_entry;
	scalars->free_entry = entry;
	scalars->entries_used--;
}

/* An object's block is in the sums, or no longer. */
static void add_to_sums(struct scalars *scalars, const struct live *live)
{
	struct layer_sums *layer = &scalars->layers[live->layer];

	scalars->live++;
	scalars->live_bytes += live->size;
	scalars->given_bytes += live->given;
	layer->live++;
	layer->asked += live->size;
	layer->given += live->given;
	if (live->layer == 0 && live->given <= HEAP_SMALL)
		scalars->small[live->given / SMALL_STEP] += live->size;
}

static void take_from_sums(struct scalars *scalars, const struct live *live)
{
	struct layer_sums *layer = &scalars->layers[live->layer];

	scalars->live--;
	scalars->live_bytes -= live->size;
	scalars->given_bytes -= live->given;
	layer->live--;
	layer->asked -= live->size;
	layer->given -= live->given;
	if (live->layer == 0 && live->given <= HEAP_SMALL)
		scalars->small[live->given / SMALL_STEP] -= live->size;
}

/* The entry's block is where the placement says. */
static void place_entry(struct heap *heap, uint32_t entry, const struct placement *placement,
	uint64_t size, uint64_t number)
{
	struct scalars *scalars = scalars_of(heap);
	struct live *live = entry_of(heap, entry);

	live->address = placement->address;
	live->layer = placement->layer;
	live->size = size;
	live->given = placement->given;
	live->moved = number;
	addresses_note(heap->by_address, scalars->changes++, true, live->address, entry);
	add_to_sums(scalars, live);
}

static void unplace_entry(struct heap *heap, uint32_t entry)
{
	struct scalars *scalars = scalars_of(heap);
	const struct live *live = entry_of(heap, entry);

	addresses_note(heap->by_address, scalars->changes++, false, live->address, entry);
	take_from_sums(scalars, live);
}

/* ---- applying events ----------------------------------------------------------------------- */

/* What the handlers of one event share. */
struct application {
	struct heap *heap;
	uint64_t number;
	const struct event *event;
	struct effect *effect;
};

static struct request request_of(const struct event *event)
{
	return (struct request){.size = event->size,
		.alignment = event->alignment,
		.domain = (enum domain)event->domain,
		.recorded = event->address,
		.stranger = event->flags & EVENT_OLD_UNKNOWN ? event->old_address : 0};
}

static void tell_old(struct effect *effect, const struct live *live)
{
	effect->old_address = live->address;
	effect->old_size = live->size;
	effect->old_given = live->given;
	effect->born = live->born;
}

static void tell_new(struct effect *effect, const struct live *live)
{
	effect->outcome = OUTCOME_PLACED;
	effect->layer = live->layer;
	effect->address = live->address;
	effect->size = live->size;
	effect->given = live->given;
}

/* The first thing that is wrong is what is told. */
static void tell_fault(struct effect *effect, enum fault fault)
{
	if (effect->fault == FAULT_NONE)
		effect->fault = fault;
}

/* Why the engine did not place what was asked for. */
static enum fault fault_of_refusal(const struct heap *heap, const struct event *event)
{
	if (!engine_is_as_recorded(heap->layers[0]))
		return FAULT_NO_MEMORY;
	return event->address ? FAULT_OVERLAP : FAULT_NO_ADDRESS;
}

/* The block of a placed entry goes back to its engine; the entry stays. */
static enum outcome release_block(struct heap *heap, uint32_t entry)
{
	uint64_t address = entry_of(heap, entry)->address;

	unplace_entry(heap, entry);
	return engine_release(heap->layers[0], address);
}

static void unmap_entry(struct heap *heap, uint32_t entry)
{
	const struct live *live = entry_of(heap, entry);
	uint32_t *order = heap->mappings.data;
	size_t at = 0;

	while (order[at] != entry)
		at++;
	memmove(&order[at], &order[at + 1], (heap->mappings.count - at - 1) * sizeof(*order));
	flat_set_count(&heap->mappings, heap->mappings.count - 1);
	scalars_of(heap)->program_mapped -= live->given;
	heap->space.pages.unmap(&heap->space.pages, live->address, live->given);
	remove_entry(heap, entry);
}

/* Whatever the object is, it is no more. */
static void drop(struct heap *heap, uint32_t entry)
{
	unsigned layer = entry_of(heap, entry)->layer;

	if (layer == LAYER_MAPPED) {
		unmap_entry(heap, entry);
		return;
	}
	if (layer != LAYER_NOWHERE)
		release_block(heap, entry);
	remove_entry(heap, entry);
}

/* Asks the engines for a block for the event's object, which is not known. */
static void place_new(const struct application *now)
{
	struct heap *heap = now->heap;
	const struct request request = request_of(now->event);
	struct placement placement;
	enum outcome outcome = engine_allocate(heap->layers[0], &request, &placement);
	uint32_t entry = add_entry(heap, now->event->object);

	entry_of(heap, entry)->born = now->number;
	if (now->event->size == 0)
		tell_fault(now->effect, FAULT_SIZE_ZERO);
	if (outcome != OUTCOME_PLACED) {
		entry_of(heap, entry)->layer = LAYER_NOWHERE;
		now->effect->outcome = outcome;
		now->effect->fault = fault_of_refusal(heap, now->event);
		return;
	}
	place_entry(heap, entry, &placement, now->event->size, now->number);
	tell_new(now->effect, entry_of(heap, entry));
}

/* The call failed when it was recorded, or nobody knows for which object it was. */
static bool is_without_effect(const struct application *now)
{
	const struct event *event = now->event;

	if (event->flags & EVENT_FAILED) {
		tell_fault(now->effect, FAULT_FAILED_CALL);
		return true;
	}
	return event->object == OBJECT_NONE;
}

/*
 * Nobody but its last reference frees a counted object, and nothing else has its identity until
 * then.
 */
static bool is_counted(const struct application *now)
{
	const struct objects *objects = &now->heap->objects;

	if (!objects_are_there(objects) || !objects_has(objects, now->event->object))
		return false;
	tell_fault(now->effect, FAULT_COUNTED);
	now->effect->outcome = OUTCOME_INVALID;
	return true;
}

static void apply_allocate(const struct application *now)
{
	if (is_without_effect(now))
		return;

	if (is_counted(now))
		return;

	uint32_t entry = find_entry(now->heap, now->event->object);
	if (entry != NO_ENTRY) {
		const struct live *live = entry_of(now->heap, entry);
		if (live->layer != LAYER_NOWHERE) {
			tell_fault(now->effect, FAULT_STILL_LIVE);
			tell_old(now->effect, live);
		}
		drop(now->heap, entry);
	}
	place_new(now);
}

/* The object is not live: what is wrong with an event that says it is. */
static enum fault fault_of_dead(const struct event *event, uint32_t entry)
{
	if (entry != NO_ENTRY)
		return FAULT_NEVER_PLACED;
	return event->flags & EVENT_SEEN_BEFORE ? FAULT_DOUBLE_FREE : FAULT_FREE_UNKNOWN;
}

static void apply_free(const struct application *now)
{
	struct heap *heap = now->heap;
	const struct event *event = now->event;
	uint32_t entry = event->object == OBJECT_NONE ? NO_ENTRY : find_entry(heap, event->object);

	if (event->object == OBJECT_NONE && event->address == 0) {
		tell_fault(now->effect, FAULT_FREE_NULL);
		return;
	}
	if (event->flags & EVENT_FAILED) {
		tell_fault(now->effect, FAULT_FAILED_CALL);
		return;
	}
	if (entry == NO_ENTRY || entry_of(heap, entry)->layer == LAYER_NOWHERE) {
		tell_fault(now->effect, fault_of_dead(event, entry));
		now->effect->outcome = OUTCOME_INVALID;
		if (entry != NO_ENTRY)
			remove_entry(heap, entry);
		return;
	}
	if (is_counted(now))
		return;

	tell_old(now->effect, entry_of(heap, entry));
	now->effect->layer = entry_of(heap, entry)->layer;
	now->effect->outcome = OUTCOME_RELEASED;
	if (now->effect->layer == LAYER_MAPPED) {
		unmap_entry(heap, entry);
		return;
	}
	if (release_block(heap, entry) != OUTCOME_RELEASED) {
		now->effect->outcome = OUTCOME_INVALID;
		tell_fault(now->effect, FAULT_INVALID);
	}
	remove_entry(heap, entry);
}

static void reallocate_live(const struct application *now, uint32_t entry)
{
	struct heap *heap = now->heap;
	const struct request request = request_of(now->event);
	struct placement placement;

	tell_old(now->effect, entry_of(heap, entry));
	enum outcome outcome =
		engine_reallocate(heap->layers[0], now->effect->old_address, &request, &placement);
	now->effect->outcome = outcome;
	now->effect->layer = entry_of(heap, entry)->layer;
	if (request.size == 0)
		tell_fault(now->effect, FAULT_REALLOC_ZERO);
	switch (outcome) {
	case OUTCOME_PLACED: {
		bool moved = placement.address != now->effect->old_address;
		uint64_t since = moved ? now->number : entry_of(heap, entry)->moved;
		unplace_entry(heap, entry);
		place_entry(heap, entry, &placement, request.size, since);
		tell_new(now->effect, entry_of(heap, entry));
		break;
	}
	case OUTCOME_RELEASED:
		unplace_entry(heap, entry);
		remove_entry(heap, entry);
		break;
	case OUTCOME_NO_MEMORY:
		now->effect->fault = fault_of_refusal(heap, now->event);
		break;
	case OUTCOME_INVALID:
	case OUTCOME_NOTHING:
		tell_fault(now->effect, FAULT_INVALID);
		break;
	}
}

static void apply_reallocate(const struct application *now)
{
	const struct event *event = now->event;

	if (is_without_effect(now) || is_counted(now))
		return;

	uint32_t entry = find_entry(now->heap, event->object);
	bool is_placed =
		entry != NO_ENTRY && entry_of(now->heap, entry)->layer < now->heap->nlayers;
	if (is_placed) {
		reallocate_live(now, entry);
		return;
	}
	bool was_refused = entry != NO_ENTRY && entry_of(now->heap, entry)->layer == LAYER_NOWHERE;
	bool is_new =
		entry == NO_ENTRY && !(event->flags & (EVENT_SEEN_BEFORE | EVENT_OLD_UNKNOWN));
	tell_fault(now->effect, was_refused ? FAULT_NEVER_PLACED
				: is_new    ? FAULT_REALLOC_NULL
					    : FAULT_REALLOC_UNKNOWN);
	if (entry != NO_ENTRY)
		drop(now->heap, entry);
	place_new(now);
}

/* The real Python mapped an arena: for an engine that shows it, or one that may need it soon. */
static void apply_arena_map(const struct application *now)
{
	struct engine *engine = now->heap->layers[0];
	const struct event *event = now->event;

	if (event->flags & EVENT_FAILED)
		return;
	if (engine_follows_arenas(engine))
		engine_mapped(engine, event->address, event->size);
	else if (engine->takes_recorded)
		space_expect(&now->heap->space, event->address, event->size);
}

static void apply_arena_unmap(const struct application *now)
{
	struct engine *engine = now->heap->layers[0];

	if (now->event->flags & EVENT_FAILED)
		return;
	if (engine_follows_arenas(engine))
		engine_unmapped(engine, now->event->address);
	else
		space_expect_no_more(&now->heap->space, now->event->address);
}

/* Where the program's own mapping lies; 0: nowhere. */
static uint64_t place_mapping(struct heap *heap, const struct event *event, uint64_t bytes)
{
	struct page_source *pages = &heap->space.pages;

	if (bytes == 0)
		return 0;
	if (!engine_is_as_recorded(heap->layers[0]))
		return pages->map(pages, bytes, MAPPING_UNIT);
	return pages->take(pages, event->address, bytes, false) ? event->address : 0;
}

static void apply_map(const struct application *now)
{
	struct heap *heap = now->heap;
	uint64_t size = now->event->size;

	if (now->event->domain == DOMAIN_ARENA) {
		apply_arena_map(now);
		return;
	}
	if (is_without_effect(now) || is_counted(now))
		return;

	uint32_t entry = find_entry(heap, now->event->object);
	if (entry != NO_ENTRY) {
		tell_fault(now->effect, FAULT_STILL_LIVE);
		drop(heap, entry);
	}
	uint64_t bytes = size > UINT64_MAX - MAPPING_UNIT
				 ? 0
				 : (size + MAPPING_UNIT - 1) / MAPPING_UNIT * MAPPING_UNIT;
	uint64_t base = place_mapping(heap, now->event, bytes);
	if (base == 0) {
		now->effect->outcome = OUTCOME_NO_MEMORY;
		tell_fault(now->effect,
			size ? fault_of_refusal(heap, now->event) : FAULT_SIZE_ZERO);
		return;
	}

	entry = add_entry(heap, now->event->object);
	struct live *live = entry_of(heap, entry);
	live->address = base;
	live->size = size;
	live->given = bytes;
	live->layer = LAYER_MAPPED;
	live->born = now->number;
	live->moved = now->number;
	scalars_of(heap)->program_mapped += bytes;
	decide(heap->layers[0], &decision_mapped, base, bytes, 0, 0);

	flat_grow(&heap->mappings, 1);
	uint32_t *order = heap->mappings.data;
	size_t at = heap->mappings.count - 1;
	for (; at > 0 && entry_of(heap, order[at - 1])->address > base; at--)
		order[at] = order[at - 1];
	order[at] = entry;
	tell_new(now->effect, live);
}

static void apply_unmap(const struct application *now)
{
	struct heap *heap = now->heap;

	if (now->event->domain == DOMAIN_ARENA) {
		apply_arena_unmap(now);
		return;
	}
	if (now->event->flags & EVENT_FAILED) {
		tell_fault(now->effect, FAULT_FAILED_CALL);
		return;
	}

	uint32_t entry =
		now->event->object == OBJECT_NONE ? NO_ENTRY : find_entry(heap, now->event->object);
	if (entry == NO_ENTRY || entry_of(heap, entry)->layer != LAYER_MAPPED) {
		tell_fault(now->effect, FAULT_FREE_UNKNOWN);
		now->effect->outcome = OUTCOME_INVALID;
		return;
	}
	tell_old(now->effect, entry_of(heap, entry));
	decide(heap->layers[0], &decision_unmapped, now->effect->old_address,
		now->effect->old_given, 0, 0);
	now->effect->outcome = OUTCOME_RELEASED;
	now->effect->layer = LAYER_MAPPED;
	unmap_entry(heap, entry);
}

/* ---- counted objects ----------------------------------------------------------------------- */

static bool was_refused(const struct heap *heap, uint32_t object)
{
	uint32_t entry = object == OBJECT_NONE ? NO_ENTRY : find_entry(heap, object);

	return entry != NO_ENTRY && entry_of(heap, entry)->layer == LAYER_NOWHERE;
}

static bool is_faulty(const struct application *now)
{
	const struct event *event = now->event;
	enum fault fault = objects_fault(&now->heap->objects, event);

	if (fault == FAULT_NONE)
		return false;
	if (fault == FAULT_NO_OBJECT &&
		(was_refused(now->heap, event->object) || was_refused(now->heap, event->other)))
		fault = FAULT_NEVER_PLACED;
	tell_fault(now->effect, fault);
	now->effect->outcome = OUTCOME_INVALID;
	return true;
}

/* A counted object is no more: its block goes back. */
static void bury(void *user, uint32_t object)
{
	const struct application *now = user;
	struct heap *heap = now->heap;
	uint32_t entry = find_entry(heap, object);
	const struct live live = *entry_of(heap, entry);

	bool is_asked_for = object == now->event->object || now->effect->freed == 0;
	if (is_asked_for && now->effect->outcome != OUTCOME_PLACED) {
		tell_old(now->effect, &live);
		now->effect->layer = live.layer;
	}
	*array_push(&heap->died) = live;
	now->effect->freed++;
	now->effect->freed_bytes += live.size;
	if (release_block(heap, entry) != OUTCOME_RELEASED)
		tell_fault(now->effect, FAULT_INVALID);
	remove_entry(heap, entry);
}

/* References are made and dropped, or the collector asked; what dies of it is released. */
static void apply_to_objects(const struct application *now)
{
	struct heap *heap = now->heap;
	const struct objects_listener listener = {bury, (void *)(uintptr_t)now};
	struct effect *effect = now->effect;

	heap->layers[0]->happened |=
		objects_apply(&heap->objects, now->event, &listener, heap->layers[0]->log);
	if (effect->freed > 0 && effect->outcome == OUTCOME_NOTHING)
		effect->outcome = OUTCOME_RELEASED;
}

static void apply_counted(const struct application *now)
{
	if (!is_faulty(now))
		apply_to_objects(now);
}

static void apply_new(const struct application *now)
{
	struct heap *heap = now->heap;

	if (is_faulty(now))
		return;
	uint32_t entry = find_entry(heap, now->event->object);
	if (entry != NO_ENTRY) {
		if (entry_of(heap, entry)->layer != LAYER_NOWHERE)
			tell_fault(now->effect, FAULT_STILL_LIVE);
		drop(heap, entry);
	}
	place_new(now);
	if (now->effect->outcome == OUTCOME_PLACED)
		apply_to_objects(now);
}

static void apply_nothing(const struct application *now)
{
}

static void (*const handlers[])(const struct application *now) = {
	[EVENT_ALLOCATE] = apply_allocate,
	[EVENT_REALLOCATE] = apply_reallocate,
	[EVENT_FREE] = apply_free,
	[EVENT_MAP] = apply_map,
	[EVENT_UNMAP] = apply_unmap,
	[EVENT_NOTE] = apply_nothing,
	[EVENT_MARK] = apply_nothing,
	[EVENT_NEW] = apply_new,
	[EVENT_REF] = apply_counted,
	[EVENT_UNREF] = apply_counted,
	[EVENT_WEAK] = apply_new,
	[EVENT_COLLECT] = apply_counted,
	[EVENT_GC] = apply_counted,
};
static_assert(sizeof(handlers) / sizeof(*handlers) == EVENT_KIND_COUNT,
	"every kind of event is handled");

static const char *failure_of(const struct heap *heap)
{
	for (size_t i = 0; i < heap->nlayers; i++)
		if (heap->layers[i]->failure)
			return heap->layers[i]->failure;
	return NULL;
}

void heap_apply(struct heap *heap, uint64_t number, const struct event *event,
	struct decision_log *log, struct effect *ret_effect)
{
	const struct application now = {heap, number, event, ret_effect};

	*ret_effect = (struct effect){.outcome = OUTCOME_NOTHING, .object = event->object};
	heap->died.count = 0;
	if (log)
		log->count = log->lost = 0;
	for (size_t i = 0; i < heap->nlayers; i++) {
		heap->layers[i]->happened = 0;
		heap->layers[i]->failure = NULL;
		heap->layers[i]->number = number;
		heap->layers[i]->log = log;
		if (heap->is_checked)
			contract_begin(heap->layers[i]);
	}
	handlers[event->kind](&now);
	for (size_t i = 0; i < heap->nlayers; i++) {
		ret_effect->happened |= heap->layers[i]->happened;
		if (heap->is_checked)
			contract_end(heap->layers[i]);
	}
	if (heap_broken(heap))
		ret_effect->fault = failure_of(heap) ? FAULT_PLUGIN : FAULT_BROKEN;
}

const char *heap_broken(const struct heap *heap)
{
	if (failure_of(heap))
		return failure_of(heap);
	for (size_t i = heap->nlayers; i-- > 0;) /* what is wrong below makes wrong what is above */
		if (heap->is_checked && contract_broken(heap->layers[i]))
			return contract_broken(heap->layers[i]);
	return NULL;
}

/*
 * What one event touches is found in three steps, each needing what the one before fetched: so
 * three events at different distances are each one step further.
 */
#define EXPECT_CELL    24u /* events ahead: its object's cell of the index */
#define EXPECT_ENTRY   16u /* its entry */
#define EXPECT_ADDRESS 8u  /* what the engine has at its address */

static const struct live *expected_entry(const struct heap *heap, const struct event *event)
{
	uint32_t hash = index_hash(event->object), entry;
	size_t at = index_first(&heap->by_object, hash);

	if (event->kind == EVENT_ALLOCATE || !index_slot(&heap->by_object, &at, hash, &entry))
		return NULL;
	return entry_of(heap, entry); /* the same hash: almost always the right one */
}

void heap_expect(const struct heap *heap, const struct event *events, size_t n)
{
	if (n > EXPECT_CELL)
		index_expect(&heap->by_object, index_hash(events[EXPECT_CELL].object));
	if (n > EXPECT_ENTRY) {
		const struct live *live = expected_entry(heap, &events[EXPECT_ENTRY]);
		if (live) {
			__builtin_prefetch(live, 1);
			__builtin_prefetch(&live->moved, 1); /* its end may lie in the next line */
		}
	}
	if (n > EXPECT_ADDRESS && engine_has_expect(heap->layers[0])) {
		const struct live *live = expected_entry(heap, &events[EXPECT_ADDRESS]);
		if (live)
			engine_expect(heap->layers[0], live->address);
	}
}

/* ---- asking -------------------------------------------------------------------------------- */

size_t heap_layer_count(const struct heap *heap)
{
	return heap->nlayers;
}

const struct engine *heap_layer(const struct heap *heap, size_t layer)
{
	return heap->layers[layer];
}

const struct engine *heap_find_layer(const struct heap *heap, const char *engine)
{
	for (size_t i = 0; i < heap->nlayers; i++)
		if (strcmp(engine_name(heap->layers[i]), engine) == 0)
			return heap->layers[i];
	return NULL;
}

bool heap_find(const struct heap *heap, uint32_t object, struct live *ret_live)
{
	uint32_t entry = find_entry(heap, object);

	if (entry == NO_ENTRY || entry_of(heap, entry)->layer == LAYER_NOWHERE)
		return false;
	*ret_live = *entry_of(heap, entry);
	return true;
}

/* What is no entry, or nowhere, has no address. */
static bool is_placed(const struct heap *heap, const struct live *live)
{
	return live->address && live->layer < heap->nlayers;
}

static void index_addresses(const struct heap *heap)
{
	addresses_begin(heap->by_address, scalars_of(heap)->changes);
	for (uint32_t entry = 0; entry < heap->entries.count; entry++)
		if (is_placed(heap, entry_of(heap, entry)))
			addresses_add(heap->by_address, entry_of(heap, entry)->address, entry);
}

static uint32_t look_through(const struct heap *heap, uint64_t address)
{
	for (uint32_t entry = 0; entry < heap->entries.count; entry++)
		if (entry_of(heap, entry)->address == address &&
			is_placed(heap, entry_of(heap, entry)))
			return entry;
	return NO_ENTRY;
}

static uint32_t look_up(const struct heap *heap, uint64_t address)
{
	uint32_t entry;
	size_t at;

	for (bool found = addresses_first(heap->by_address, address, &at, &entry); found;
		found = addresses_next(heap->by_address, address, &at, &entry))
		if (entry_of(heap, entry)->address == address)
			return entry;
	return NO_ENTRY;
}

static bool find_start(const struct heap *heap, uint64_t address, struct live *ret_live)
{
	uint64_t changes = scalars_of(heap)->changes;
	bool is_known = addresses_are_known(heap->by_address, changes);

	if (!is_known && addresses_are_worth_it(heap->by_address, changes)) {
		index_addresses(heap);
		is_known = true;
	}
	uint32_t entry = is_known ? look_up(heap, address) : look_through(heap, address);
	if (entry == NO_ENTRY)
		return false;
	*ret_live = *entry_of(heap, entry);
	return true;
}

static bool take_payload(const struct span *span, void *user)
{
	*(uint64_t *)user = span->state == SPAN_USED ? span->payload : 0;
	return false;
}

bool heap_find_address(const struct heap *heap, uint64_t address, struct live *ret_live)
{
	if (find_start(heap, address, ret_live))
		return true;
	for (size_t i = 0; i < heap->nlayers; i++) {
		uint64_t payload = 0;
		engine_spans(heap->layers[i], address, address + 1, take_payload, &payload);
		if (payload && find_start(heap, payload, ret_live))
			return true;
	}
	for (size_t i = 0; i < heap->mappings.count; i++) {
		const struct live *live = entry_of(heap, *flat_at(&heap->mappings, uint32_t, i));
		if (address - live->address < live->given) {
			*ret_live = *live;
			return true;
		}
	}
	return false;
}

size_t heap_died(const struct heap *heap, const struct live **ret_died)
{
	*ret_died = heap->died.items;
	return heap->died.count;
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

size_t heap_mapping_count(const struct heap *heap)
{
	return heap->mappings.count;
}

void heap_mapping(const struct heap *heap, size_t at, struct region *ret_region)
{
	const struct live *live = entry_of(heap, *flat_at(&heap->mappings, uint32_t, at));

	*ret_region = (struct region){.kind = REGION_MAPPING,
		.serial = live->object,
		.base = live->address,
		.size = live->given,
		.used = live->given};
	snprintf(ret_region->name, sizeof(ret_region->name), "map %" PRIu32, live->object);
}

void heap_sums(const struct heap *heap, struct heap_sums *ret_sums)
{
	const struct scalars *scalars = scalars_of(heap);

	ret_sums->live = scalars->live;
	ret_sums->live_bytes = scalars->live_bytes;
	ret_sums->given_bytes = scalars->given_bytes;
	ret_sums->reserved = space_reserved(&heap->space) - scalars->program_mapped;
}

void heap_layer_sums(const struct heap *heap, size_t layer, struct layer_sums *ret_sums)
{
	*ret_sums = scalars_of(heap)->layers[layer];
}

uint64_t heap_asked(const struct heap *heap, uint64_t given)
{
	assert(given <= HEAP_SMALL);
	return scalars_of(heap)->small[given / SMALL_STEP];
}

int heap_check(const struct heap *heap, struct error *err)
{
	struct scalars found = {0};

	for (size_t i = 0; i < heap->nlayers; i++)
		if (engine_check(heap->layers[i], err) < 0)
			return error_prefix(err, "%s", engine_name(heap->layers[i]));
	uint32_t entry;
	for (size_t at = 0; index_entry(&heap->by_object, &at, &entry); at++) {
		const struct live *live = entry_of(heap, entry);
		struct live other;
		if (find_entry(heap, live->object) != entry)
			return error_set(err, "object %" PRIu32 " is known twice", live->object);
		if (live->layer >= heap->nlayers)
			continue;
		add_to_sums(&found, live);
		uint64_t payload = 0, inside = live->given ? live->address : live->address - 1;
		engine_spans(heap->layers[live->layer], inside, inside + 1, take_payload, &payload);
		if (payload != live->address)
			return error_set(err,
				"object %" PRIu32 ": no block of %s begins at 0x%" PRIx64,
				live->object, engine_name(heap->layers[live->layer]),
				live->address);
		if (!find_start(heap, live->address, &other) || other.object != live->object)
			return error_set(err, "object %" PRIu32 " is not found by its address",
				live->object);
	}
	struct counted counted;
	for (uint32_t cursor = 0; heap_next_counted(heap, &cursor, &counted);) {
		struct live live;
		if (!heap_find(heap, counted.object, &live) || live.size != counted.size)
			return error_set(err, "object %" PRIu32 " is counted, but not placed",
				counted.object);
	}
	if (objects_check(&heap->objects, err) < 0)
		return -1;
	const struct scalars *scalars = scalars_of(heap);
	if (found.live != scalars->live || found.live_bytes != scalars->live_bytes ||
		found.given_bytes != scalars->given_bytes ||
		memcmp(found.layers, scalars->layers, sizeof(found.layers)) != 0 ||
		memcmp(found.small, scalars->small, sizeof(found.small)) != 0)
		return error_set(err, "the heap's sums do not add up");
	return 0;
}
