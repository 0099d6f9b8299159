/*
 * What the modules of the heap share; others see heap/heap.h.
 *
 *	heap.c         the stack of engines, one event after another, questions
 *	events.c       what each kind of event does, its effect and its faults
 *	passage.c      many events whose effects nobody looks at
 *	placements.c   many of which only the places are wanted
 *	run.h          plain requests one after the other, for both
 *	prefetch.h     their memory, before they are applied
 *	entries.h      which object is where, and the sums over all of them
 *	mappings.c     regions that the program mapped itself
 *	malloc_trim.h  pages of the C library's heap that went back
 *	graph.c        what a tracing engine asks and says
 *	uses.c         reads and writes of the program
 *	cache_order.h  what a cache of the program has
 *	heap_check.c   all of it against each other
 *
 * Live objects are kept in a dense array of entries (freed places are reused, the last first). They
 * are found by object (identities.h), and on demand by address (addresses.h).
 *
 * An object whose allocation failed here stays known, without an address, so that its free is not
 * mistaken for a free of something unknown.
 */
#ifndef HEAP_HEAP_STATE_H
#define HEAP_HEAP_STATE_H

#include "base/error.h"
#include "heap/addresses.h"
#include "heap/cache_order.h"
#include "heap/frames.h"
#include "heap/heap.h"
#include "heap/identities.h"
#include "heap/objects.h"
#include "heap/pointers.h"
#include "heap/space.h"

#define LAYERS_MAX   4u
#define MAPPING_UNIT 4096u
/* in `layer`: not an engine's block but a mapping of the program */
#define LAYER_MAPPED  LAYERS_MAX
#define LAYER_NOWHERE (LAYERS_MAX + 1) /* known, but never placed */
static_assert(LAYER_NOWHERE < 8, "a layer has three bits in an entry");
#define SMALL_STEP 8u /* size classes are this far apart, or a multiple */

struct heap_state {
	uint64_t live;
	uint64_t live_bytes;
	uint64_t given_bytes;
	uint64_t program_mapped; /* bytes that map events took */
	uint32_t free_entry;
	uint32_t entries_used;
	uint64_t changes;                        /* blocks placed or removed so far */
	struct layer_sums below[LAYERS_MAX - 1]; /* of the layers from 1 on; layer 0 has the rest */
	uint64_t small[HEAP_SMALL / SMALL_STEP + 1]; /* bytes asked for, by what layer 0 gave */
};

struct heap {
	struct space space;
	struct engine *layers[LAYERS_MAX];
	size_t nlayers;
	bool is_checked;     /* the layers are contracts */
	bool checks_itself;  /* --check all */
	struct error broken; /* what its own check found at the last event; no text: nothing */
	struct flat flat;
	struct flat_array state;
	struct flat_array entries;     /* struct live; free ones are linked by `object` */
	struct identities identities;  /* of the entries */
	struct addresses *by_address;  /* of blocks of engines; no state */
	struct extents mappings;       /* of the program; their tags are entries */
	struct objects objects;        /* the counted ones */
	ARRAY(struct live) died;       /* of them, at the last event */
	ARRAY(struct moved) moved;     /* by a tracing engine, at the last event */
	struct frames frames;          /* whose variables refer to counted objects */
	struct pointers pointers;      /* to objects that were freed */
	struct cache_order cache;      /* that the program has, if its events say so */
	struct graph graph;            /* for engines that trace */
	const struct application *now; /* within an event; borrowed */
	/* happenings of the last event beyond the first of their kind; valid if there are any */
	bool has_repeats;
	uint32_t repeats[HAPPENING_COUNT];
};

static inline struct heap_state *state_of(const struct heap *heap)
{
	return heap->state.data;
}

/* Bytes that the bottom of the stack holds from the system. */
static inline uint64_t held_of(const struct heap *heap)
{
	return space_reserved(&heap->space) - state_of(heap)->program_mapped;
}

static inline struct live *entry_of(const struct heap *heap, uint32_t entry)
{
	return flat_at(&heap->entries, struct live, entry);
}

/* ---- mappings ------------------------------------------------------------------------------ */

/*
 * mapping_add() makes an entry, mapped by event number `number`; mapping_remove() drops one and
 * unmaps its space. Mappings stay in address order.
 */
uint32_t mapping_add(struct heap *heap, uint32_t object, uint64_t base, uint64_t size,
	uint64_t bytes, uint64_t number);
void mapping_remove(struct heap *heap, uint32_t entry);

/* ---- events -------------------------------------------------------------------------------- */

/* What the handlers of one event share. */
struct application {
	struct heap *heap;
	uint64_t number;
	const struct event *event;
	struct effect *effect;
};

static inline struct request request_of(const struct event *event)
{
	return (struct request){.size = event->size,
		.alignment = event->alignment,
		.domain = (enum domain)event->domain,
		.recorded = event->address,
		.stranger = event->flags & EVENT_OLD_UNKNOWN ? event->old_address : 0,
		.object = event->object};
}

/* Why the engine did not place the event's request. */
enum fault fault_of_refusal(const struct heap *heap, const struct event *event,
	enum outcome outcome);

/* What follows from the engine's answer, whether it said so itself or not. */
static inline uint32_t happened_by_fault(enum fault fault)
{
	return (fault == FAULT_NO_MEMORY ? HAPPENED_NO_MEMORY : 0u) |
	       (fault == FAULT_INVALID ? HAPPENED_INVALID : 0u);
}

/* What has happened in the layers since they were cleared, which they are again. */
static inline uint32_t take_happened(struct heap *heap)
{
	uint32_t happened = 0;

	for (size_t i = 0; i < heap->nlayers; i++)
		happened |= heap->layers[i]->happened;
	for (size_t i = 0; happened && i < heap->nlayers; i++)
		heap->layers[i]->happened = 0;
	return happened;
}

/* The first fault of an event is the one reported. */
void fault_tell(struct effect *effect, enum fault fault);

/* An object died without a free: records it, and removes its entry, which has no block now. */
void entry_bury(const struct application *now, uint32_t entry, const struct live *live);

/* uses.c */
void apply_use(const struct application *now);

/* graph.c */
void graph_init(struct graph *graph);

/* By kind of event. */
extern void (*const heap_handlers[])(const struct application *now);

/* heap_check() without the engines: 0, or -1.  Slow. */
int heap_check_own(const struct heap *heap, struct error *err);

#endif
