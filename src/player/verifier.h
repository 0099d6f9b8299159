/*
 * A trace of Python's own allocators, held against the pymalloc engine: every recorded address
 * against the one the engine predicts, with its arenas where they were recorded, and every arena
 * mapped or given back against what the engine decides.
 *
 *	allocator   one state of pymalloc. From 3.12 on an interpreter may have one of its own, so
 *	            that several share a trace; whose an address is, is known from the arena it lies
 *	            in
 *	difference  an event for which engine and recording do not agree
 *	below       in no arena: the C allocator's; only that is compared, not the address
 */
#ifndef PLAYER_VERIFIER_H
#define PLAYER_VERIFIER_H

#include "heap/heap.h"
#include "trace/trace.h"

struct verifier;

enum difference_kind {
	DIFFERS_PLACE,         /* both in arenas */
	DIFFERS_NOT_BELOW,     /* ours is below, the recorded one in an arena */
	DIFFERS_BELOW,         /* the other way round */
	DIFFERS_LIVE,          /* allocated where a block is live */
	DIFFERS_UNKNOWN,       /* a block of an arena that was never allocated */
	DIFFERS_FREED,         /* what was freed lay elsewhere */
	DIFFERS_MAP_MISSING,   /* the recorded one mapped an arena */
	DIFFERS_MAP_EXTRA,     /* we did */
	DIFFERS_UNMAP_MISSING, /* the recorded one gave one back */
	DIFFERS_UNMAP_EXTRA,   /* we did */
	DIFFERENCE_COUNT
};

struct difference {
	uint64_t event;
	enum difference_kind kind;
	uint64_t recorded; /* address, or an arena's base; 0: none */
};

struct verifier_figures {
	uint64_t events;
	uint64_t compared;  /* events whose address, or whose being below, was compared */
	uint64_t in_arenas; /* of them: by address */
	uint64_t below;     /* of them: as below */
	uint64_t python;    /* requests to mem and object domain with an address */
	uint64_t mapped;    /* arenas, as recorded */
	uint64_t unmapped;
	uint64_t allocators;
	uint64_t strangers; /* frees and reallocs of what was never allocated, outside all arenas */
	uint64_t lost_frees; /* allocations below, at an address still live */
	uint64_t differences;
	uint64_t arena_size; /* bytes, of the Python that was asked for */
};

struct verifier_config {
	const struct options *options; /* for pymalloc; arenas as recorded, malloc below */
	bool may_be_several;           /* allocators */
	size_t max;                    /* differences to keep */
};

/* The trace is borrowed. */
int verifier_new(struct verifier **ret_verifier, struct trace *trace,
	const struct verifier_config *config, struct error *err);
void verifier_free(struct verifier *verifier);

/* Plays the whole trace. */
void verifier_run(struct verifier *verifier);
const struct verifier_figures *verifier_figures(const struct verifier *verifier);

/* The first ones, in order of their events. */
size_t verifier_differences(const struct verifier *verifier,
	const struct difference **ret_differences);

/* Hears of the differences, with the heap of the allocator that the event belongs to. */
struct verifier_listener {
	void (*before)(void *user, const struct difference *difference, const struct heap *heap);
	void (*after)(void *user, const struct difference *difference, const struct heap *heap,
		const struct event *event, const struct effect *effect,
		const struct decision_log *log);
	void *user;
};

/* Plays the trace once more, up to the last difference kept.  An event is reported once. */
void verifier_tell(struct verifier *verifier, const struct verifier_listener *listener);

#endif
