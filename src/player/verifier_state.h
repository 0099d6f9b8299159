/*
 * The state of a verifier, and the steps of a comparison.
 *
 *	allocators   which pymalloc serves a request, and which arenas are its own
 *	             (verifier_allocators.c)
 *	comparison   one event, recorded and predicted (verifier_comparison.c)
 */
#ifndef PLAYER_VERIFIER_STATE_H
#define PLAYER_VERIFIER_STATE_H

#include "base/arrays.h"
#include "player/verifier.h"

#define NO_OWNER UINT32_MAX

struct pymalloc;

struct arena {
	uint64_t base;
	uint32_t owner; /* allocator, or NO_OWNER */
};

/* An arena that one side has mapped or unmapped and the other has not yet. */
struct pending {
	bool is_pending;
	uint64_t event;
	/* base of the recorded one; or a block in the one that our engine unmapped */
	uint64_t address;
	uint32_t owner; /* allocator of an arena that the recorded Python unmapped */
};

struct thread {
	uint32_t number;
	uint32_t allocator;         /* the one it used last */
	struct pending their_map;   /* recorded, until the next allocation */
	struct event map;           /* its event, not yet applied */
	struct pending our_unmap;   /* by our engine */
	struct pending their_unmap; /* recorded, until the next realloc */
};

/*
 * The program became another one. What was live went with its memory: the trace ends it by events
 * that no call made, which nothing can predict.
 */
struct exec {
	/* of those events, or `at`; or of the program that ended, if that was another Python */
	uint64_t first;
	uint64_t at; /* the other program begins */
};

struct allocator {
	struct heap *heap; /* NULL: it has ended */
};

struct verifier {
	struct trace *trace;
	struct options *options;
	bool may_be_several;
	size_t max;
	struct verifier_figures figures;
	ARRAY(struct difference) differences; /* the first ones */
	ARRAY(struct exec) execs;             /* in order */

	/* While the trace is played. */
	ARRAY(struct allocator) allocators;
	ARRAY(struct arena) arenas;   /* recorded and mapped now, in address order */
	ARRAY(struct thread) threads; /* one per thread, the most recently used first */
	const struct verifier_listener *listener;
	size_t reported; /* differences */
	struct decision_log log;
};

/* ---- allocators ---------------------------------------------------------------------------- */

/* The recorded arena that holds the address, borrowed until the next change; NULL: none. */
struct arena *verifier_arena(const struct verifier *verifier, uint64_t address);

/* A new arena belongs to no allocator yet. */
void verifier_add_arena(struct verifier *verifier, uint64_t base);
void verifier_remove_arena(struct verifier *verifier, struct arena *arena);

/* -1 and err: the options of pymalloc are wrong. */
int verifier_add_allocator(struct verifier *verifier, struct error *err);

/* Its interpreter has ended, and all its memory was unmapped at once. */
void verifier_end_allocator(struct verifier *verifier, uint32_t allocator);

/* Its state, borrowed; it must not have ended. */
const struct pymalloc *verifier_pymalloc(const struct verifier *verifier, uint32_t allocator);

/* The allocator that serves the request. */
uint32_t verifier_choose_allocator(struct verifier *verifier, const struct thread *thread,
	const struct event *event);

/* ---- comparison ---------------------------------------------------------------------------- */

/* A request, to Python or to C; an arena that was mapped; an arena that was unmapped. */
void verifier_compare_request(struct verifier *verifier, uint64_t number,
	const struct event *event);
void verifier_compare_map(struct verifier *verifier, uint64_t number, const struct event *event);
void verifier_compare_unmap(struct verifier *verifier, uint64_t number, const struct event *event);

/* Our engine did not unmap an arena in time. Only an ending interpreter unmaps arenas in use. */
void verifier_finish_unmap(struct verifier *verifier, struct thread *thread);

#endif
