/*
 * Compares a trace of Python's own allocators with the pymalloc engine: every recorded address with
 * the one that the engine predicts, with its arenas where they were recorded, and every arena that
 * Python mapped or unmapped with what the engine decides.
 *
 *	allocator   one state of pymalloc. From 3.12 on an interpreter may have its own, so several
 *	            may share a trace; the arena of an address shows which allocator it belongs to
 *	difference  an event at which engine and recording do not agree
 *	below       in no arena, so from the C allocator; only that is compared, not the address
 */
#ifndef PLAYER_VERIFIER_H
#define PLAYER_VERIFIER_H

#include "heap/heap.h"
#include "trace/trace.h"

struct verifier;

enum difference_kind {
	DIFFERS_PLACE,         /* both in arenas */
	DIFFERS_NOT_BELOW,     /* ours is below, the recorded one in an arena */
	DIFFERS_BELOW,         /* ours is in an arena, the recorded one below */
	DIFFERS_LIVE,          /* allocated where a block is live */
	DIFFERS_UNKNOWN,       /* a block of an arena that was never allocated */
	DIFFERS_FREED,         /* the freed block was at another address */
	DIFFERS_MAP_MISSING,   /* only the recorded Python mapped an arena */
	DIFFERS_MAP_EXTRA,     /* only our engine did */
	DIFFERS_UNMAP_MISSING, /* only the recorded Python unmapped one */
	DIFFERS_UNMAP_EXTRA,   /* only our engine did */
	DIFFERENCE_COUNT
};

struct difference {
	uint64_t event;
	enum difference_kind kind;
	uint64_t recorded; /* address of a block, or base of an arena; 0: none */
};

struct verifier_figures {
	uint64_t events;
	uint64_t compared;  /* events whose address was compared, or whether it is below */
	uint64_t in_arenas; /* those whose address was compared */
	uint64_t below;     /* those that both sides have below */
	uint64_t python;    /* requests to the mem and object domains that have an address */
	uint64_t mapped;    /* arenas, as recorded */
	uint64_t unmapped;
	uint64_t allocators;
	/* frees and reallocs of blocks that were never allocated, outside all arenas */
	uint64_t strangers;
	uint64_t lost_frees; /* allocations below, at an address that is still live */
	uint64_t differences;
	uint64_t arena_size; /* bytes, in the Python version of the options */
};

struct verifier_config {
	/* for pymalloc, with its arenas as recorded and malloc below; borrowed */
	const struct options *options;
	bool may_be_several; /* there may be several allocators */
	size_t max;          /* differences to keep */
};

/* The trace is borrowed. */
int verifier_new(struct verifier **ret_verifier, struct trace *trace,
	const struct verifier_config *config, struct error *err);
void verifier_free(struct verifier *verifier);

/* Plays the whole trace. */
void verifier_run(struct verifier *verifier);
const struct verifier_figures *verifier_figures(const struct verifier *verifier);

/* The first differences, in the order of their events; borrowed. */
size_t verifier_differences(const struct verifier *verifier,
	const struct difference **ret_differences);

/*
 * Called before and after each event with a difference, with the heap of the allocator that serves
 * the event.
 */
struct verifier_listener {
	void (*before)(void *user, const struct difference *difference, const struct heap *heap);
	void (*after)(void *user, const struct difference *difference, const struct heap *heap,
		const struct event *event, const struct effect *effect,
		const struct decision_log *log);
	void *user;
};

/*
 * Plays the trace again, up to the last difference kept, and calls the listener once for each event
 * that differs.
 */
void verifier_report(struct verifier *verifier, const struct verifier_listener *listener);

#endif
