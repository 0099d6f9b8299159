/*
 * The heap of the simulated program: it knows which object is where, applies events to a stack of
 * engines, and reports the effect of each. It owns the address space that the engines take their
 * pages from.
 *
 *	layer     an engine of the stack; 0 is the topmost, which gets requests first
 *	fault     what is wrong with an event (a double free, a failed call…): counted and shown,
 *	          never fatal
 *	effect    what one event did
 *	counted   an object that lives as long as something refers to it (heap/objects.h): events
 *	          say which object refers to which, and one event may free many
 */
#ifndef HEAP_HEAP_H
#define HEAP_HEAP_H

#include "base/options.h"
#include "engine/engine.h"

struct heap;
struct frames;

/*
 * enumerator, name, words, serious: serious ones are where `run to fault` stops; the others are
 * counted and marked.
 */
#define FAULTS(F) \
	F(FAULT_NONE, "none", "nothing wrong", false) \
	F(FAULT_FREE_NULL, "free-null", "free of NULL", false) \
	F(FAULT_SIZE_ZERO, "size-zero", "request of 0 bytes", false) \
	F(FAULT_REALLOC_NULL, "realloc-null", "realloc of NULL: an allocation", false) \
	F(FAULT_REALLOC_ZERO, "realloc-zero", "realloc to 0 bytes", false) \
	F(FAULT_FAILED_CALL, "failed-call", "the recorded call failed", true) \
	F(FAULT_FREE_UNKNOWN, "free-unknown", "free of an unknown pointer", true) \
	F(FAULT_REALLOC_UNKNOWN, "realloc-unknown", "realloc of an unknown pointer", true) \
	F(FAULT_DOUBLE_FREE, "double-free", "freed before", true) \
	F(FAULT_STILL_LIVE, "still-live", "allocated while still live", true) \
	F(FAULT_NEVER_PLACED, "never-placed", "its allocation got no block here", false) \
	F(FAULT_NO_MEMORY, "no-memory", "out of memory", true) \
	F(FAULT_NO_ANSWER, "no-answer", "the allocator had ended before", false) \
	F(FAULT_NO_ADDRESS, "no-address", "the trace has no address for it", true) \
	F(FAULT_OVERLAP, "overlap", "something else is at its address", true) \
	F(FAULT_INVALID, "invalid", "the engine has no such block", true) \
	F(FAULT_BROKEN, "broken", "the engine broke its contract", true) \
	F(FAULT_NO_OBJECT, "no-object", "no such object is live", true) \
	F(FAULT_NO_REFERENCE, "no-reference", "there is no such reference", true) \
	F(FAULT_WEAK_BOUND, "weak-bound", "a weak reference has no references but its weak one", \
		true) \
	F(FAULT_COUNTED, "counted", "it is reference-counted and cannot be freed directly", true) \
	F(FAULT_NO_FRAME, "no-frame", "the thread has entered no method", true) \
	F(FAULT_STALE_FREE, "stale-free", "a stale pointer: it frees another object", true) \
	F(FAULT_USE_AFTER_FREE, "use-after-free", "used after it was freed", true) \
	F(FAULT_OUT_OF_BOUNDS, "out-of-bounds", "used beyond its ends", true) \
	F(FAULT_WRONG_SIZE, "wrong-size", "freed as another size than it has", true) \
	F(FAULT_PLUGIN, "plugin", "your allocator failed", true)

enum fault {
#define F(id, name, words, serious) id,
	FAULTS(F) FAULT_COUNT
#undef F
};

const char *fault_name(enum fault fault);
const char *fault_words(enum fault fault);
bool fault_is_serious(enum fault fault);
/* realloc(NULL, n), with which buffers begin to grow: told apart and counted, but nothing wrong. */
bool fault_is_idiom(enum fault fault);

struct effect {
	enum outcome outcome;
	enum fault fault;
	uint32_t happened;    /* HAPPENED_ bits of every layer */
	uint32_t object;      /* or OBJECT_NONE */
	unsigned layer;       /* which engine placed it (PLACED) or had it (RELEASED) */
	uint32_t nothing;     /* 0: effects are compared as bytes */
	uint64_t address;     /* PLACED: where it is now; otherwise 0 */
	uint64_t size;        /* PLACED: bytes asked for */
	uint64_t given;       /* PLACED: bytes usable there */
	uint64_t old_address; /* where the object was before this event; 0: it did not exist */
	uint64_t old_size;
	uint64_t old_given;
	uint64_t born;        /* with old_address: number of the event that placed it first */
	uint64_t freed;       /* counted objects that died; heap_died() has them */
	uint64_t freed_bytes; /* that they had asked for */
};

/* An engine or a plug-in failed: heap_broken() says what. */
static inline bool effect_is_broken(const struct effect *effect)
{
	return effect->fault == FAULT_BROKEN || effect->fault == FAULT_PLUGIN;
}

/* A request of 0 bytes got no block: the program has NULL, which is allowed. */
static inline bool effect_is_null(const struct effect *effect)
{
	return effect->outcome == OUTCOME_NOTHING &&
	       (effect->fault == FAULT_SIZE_ZERO || effect->fault == FAULT_REALLOC_NULL);
}

/* What the heap knows of a live object. */
struct live {
	uint32_t object;
	union {
		struct {
			uint32_t layer : 3;
			uint32_t place : 29; /* as its engine's placement says */
		};
		uint32_t where; /* both */
	};
	uint64_t address;
	uint64_t size; /* bytes asked for */
	uint64_t given;
	uint64_t born;  /* number of the event that placed it (its last realloc does not count) */
	uint64_t moved; /* number of the event that put it where it is */
};

/* --check: off, answers, all; --collector: a release of CPython. */
extern const struct option_spec heap_options[];

/*
 * engine: name of the topmost engine; options: values by name for every engine of the stack
 * (base/options.h); engines below are taken from engine_ops.below.
 */
int heap_new(struct heap **ret_heap, const char *engine, const struct options *options,
	struct error *err);
void heap_free(struct heap *heap);

/* Applies event number `number`. log: receives the decisions; NULL for full speed. */
void heap_apply(struct heap *heap, uint64_t number, const struct event *event,
	struct decision_log *log, struct effect *ret_effect);

/*
 * The same, but the block goes to its recorded address, whatever the engines would decide: for one
 * that compares addresses and goes on after a difference. An engine that cannot do it decides.
 */
void heap_follow(struct heap *heap, uint64_t number, const struct event *event,
	struct effect *ret_effect);

/*
 * What went wrong inside the event applied last: a plug-in failed (FAULT_PLUGIN), or, with --check,
 * an engine broke its contract (FAULT_BROKEN) or, with --check all, the heap or its counted objects
 * are inconsistent. NULL: nothing. Borrowed until the next event.
 */
const char *heap_broken(const struct heap *heap);

/* An engine of it is an allocator under test, which runs in another process. */
bool heap_runs_code(const struct heap *heap);

/*
 * Searches for the cause of that, or of a request that got nothing, for that many milliseconds;
 * true: it is over. What was found, as a clause: "the write is in push (mm.c:40)"; NULL: nothing so
 * far. Borrowed until the next event.
 */
bool heap_can_search(const struct heap *heap);
bool heap_search(struct heap *heap, unsigned milliseconds);
const char *heap_cause(const struct heap *heap);

/* Appends what went wrong, if anything did, and its cause, which is searched for to the end. */
void heap_explain(struct heap *heap, struct text *words);

/*
 * From here on the arenas that come and go are said to the log, which takes them one by one
 * (decision_log.take), also while no other decision is kept. Borrowed.
 */
void heap_watch_arenas(struct heap *heap, struct decision_log *log);

/* Forgets what is only of the event applied last; to be called when a state has been restored. */
void heap_forget_event(struct heap *heap);

/*
 * Prefetches memory for the n events that will be applied next, in this order, which makes a long
 * replay much faster. To be called before each of them; changes no state.
 */
void heap_expect(struct heap *heap, const struct event *events, size_t n);

/* The stack, topmost first. */
size_t heap_layer_count(const struct heap *heap);
const struct engine *heap_layer(const struct heap *heap, size_t layer);

/* The live object with this identity, or whose block holds this address; false if there is none. */
bool heap_find(const struct heap *heap, uint32_t object, struct live *ret_live);
bool heap_find_address(const struct heap *heap, uint64_t address, struct live *ret_live);

/* The counted objects that the event applied last let die, in order; borrowed until the next. */
size_t heap_died(const struct heap *heap, const struct live **ret_died);

/* An object that an engine moved while it collected. */
struct moved {
	struct live live; /* as it is there; it may have moved on, or died, since */
	uint64_t from;
};

/* Those of the event applied last, in order; borrowed until the next. */
size_t heap_moved(const struct heap *heap, const struct moved **ret_moved);

/* ---- counted objects ------------------------------------------------------------------------ */

#define GENERATION_FROZEN GENERATIONS       /* gc.freeze(): no collection looks at it */
#define GENERATION_NONE   (GENERATIONS + 1) /* the collector does not know the object */

struct counted {
	uint32_t object;
	uint32_t count;      /* references to it */
	uint32_t by_program; /* that are the program's own */
	uint32_t refers;     /* references that it has itself */
	uint32_t generation; /* or GENERATION_FROZEN, GENERATION_NONE */
	uint32_t gc_refs;    /* what the last collection that visited it left of its count */
	uint32_t collection; /* the number of that collection, from 1; 0: none has */
	/* a weak reference: what it refers to, OBJECT_NONE when that is gone */
	uint32_t referent;
	uint64_t size; /* bytes asked for */
	bool is_weak;
	bool is_soft; /* and a weak one that keeps its referent until memory is short */
	bool has_finalizer;
	bool is_finalized; /* it was called, and will not be again */
};

/* Describes a live counted object; false if there is none. */
bool heap_counted(const struct heap *heap, uint32_t object, struct counted *ret_counted);

/*
 * Visits live counted objects, mostly in order of birth: *cursor is 0 at first; false after the
 * last.
 */
bool heap_next_counted(const struct heap *heap, uint32_t *cursor, struct counted *ret_counted);

/*
 * Copies the objects that an object refers to, in order, from the `from`th on; returns how many, at
 * most n.
 */
size_t heap_references(const struct heap *heap, uint32_t object, size_t from, uint32_t *ret_objects,
	size_t n);

/*
 * The same for the objects that refer to it, and each weak reference to it. Costs a pass over all
 * references.
 */
size_t heap_referrers(const struct heap *heap, uint32_t object, uint32_t *ret_objects, size_t n);

/*
 * The same for the objects that no chain of references reaches from the program, in no order:
 * leaked until the collector finds them. Returns how many there are; the first n are copied.
 */
size_t heap_out_of_reach(const struct heap *heap, uint32_t *ret_objects, size_t n);

struct collector {
	uint32_t counted;     /* counted objects that are live */
	uint32_t collections; /* so far */
	uint32_t enabled;     /* 1: it begins by itself */
	/* of 0: objects made minus objects gone; of 1 and 2: collections before it */
	uint32_t counts[GENERATIONS];
	uint32_t thresholds[GENERATIONS];
	uint32_t sizes[GENERATIONS + 1]; /* objects; the last are frozen */
	uint32_t others;                 /* in generation 2, of which the trace says no more */
	uint32_t others_frozen;
	uint32_t pending;    /* objects that came to generation 2 since it was collected */
	uint32_t long_lived; /* objects that survived its last collection */
	/*
	 * of a collector of increments, whose generations are young, pending and visited objects
	 * (heap/increments.c): how many it has to look at (less than none: it is ahead of that)
	 */
	int64_t work_to_do;
	uint32_t is_incremental; /* 1: it is one */
	uint32_t is_marked;      /* 1: this cycle has marked what variables reach */
	uint32_t is_turned;      /* 1: an odd number of cycles is over */
	uint32_t others_visited; /* of the others, in this cycle */
};

/* false: no counted object so far. */
bool heap_collector(const struct heap *heap, struct collector *ret_collector);

/* The threads of the program and their frames (heap/frames.h); borrowed. */
const struct frames *heap_frames(const struct heap *heap);

/* What happened so far in a cache that the program has (heap/cache_order.h). */
struct cache_figures {
	uint64_t hits, misses, evictions;
	/* what they were when it was last filled again, after all its objects had been freed */
	uint64_t old_hits, old_misses, old_evictions;
	uint64_t left;       /* objects that were freed, or died, while it had them */
	uint64_t key;        /* of the last event that was about it; 0: not known */
	uint64_t victim_key; /* of the object that it evicted last */
	uint32_t count;      /* objects that it has */
	uint32_t word;       /* enum use_word of the last event */
	uint32_t last;       /* its object, or OBJECT_NONE */
	uint32_t victim;     /* the object that was evicted last, or OBJECT_NONE */
	uint32_t is_there;   /* 1: there were such events */
	/* 1: an object was found and stayed where it was, since it was last filled again */
	uint32_t stays;
};

struct cache_item {
	uint64_t key;  /* 0: not known */
	uint64_t hits; /* since it came, or was spared */
	uint32_t object;
	uint32_t reserved;
};

/* false: no event was about a cache. */
bool heap_cache(const struct heap *heap, struct cache_figures *ret_cache);

/*
 * Copies n of its objects, from the newest or from the oldest on; returns how many, at most n.
 */
size_t heap_cached(const struct heap *heap, bool from_oldest, struct cache_item *ret_cached,
	size_t n);

/* Regions that the program mapped itself (map events), in address order. */
size_t heap_mapping_count(const struct heap *heap);
void heap_mapping(const struct heap *heap, size_t at, struct region *ret_region);
/* The one that holds the address; false: none does. */
bool heap_mapping_at(const struct heap *heap, uint64_t address, struct region *ret_region);

/* Running sums over live objects. */
struct heap_sums {
	uint64_t live;       /* objects */
	uint64_t live_bytes; /* asked for */
	uint64_t given_bytes;
	uint64_t reserved; /* bytes that the bottom of the stack holds from the system */
	/* bytes of its regions that malloc_trim() gave back, and nobody had since: not reserved */
	uint64_t given_up;
};
void heap_sums(const struct heap *heap, struct heap_sums *ret_sums);

/* Of the bytes given up those of whole pages in [from, to); grows with their stretches. */
uint64_t heap_given_up(const struct heap *heap, uint64_t from, uint64_t to);

/* Sums over the live objects whose blocks an engine of the stack placed itself. */
struct layer_sums {
	uint64_t live;  /* objects */
	uint64_t asked; /* bytes */
	uint64_t given;
};
void heap_layer_sums(const struct heap *heap, size_t layer, struct layer_sums *ret_sums);

/*
 * Bytes asked for by the live objects to which the topmost engine gave that many, at most
 * HEAP_SMALL: what a size class rounds up.
 */
#define HEAP_SMALL 512u
uint64_t heap_asked(const struct heap *heap, uint64_t given);

/* Every flat of the heap and its engines, for snapshots; the count never changes. */
size_t heap_flats(struct heap *heap, struct flat **ret_flats, size_t max);

/* Every engine's check(), and the heap's own: identities against blocks.  Slow. */
int heap_check(const struct heap *heap, struct error *err);

#endif
