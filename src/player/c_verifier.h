/*
 * Compares the addresses that a recorded program got from its C library with those that the engine
 * "glibc" predicts: of a C program all of them, of a Python those below its own allocators.
 *
 *	call        an event that reached the library (c_calls.h)
 *	difference  a call whose block is not where the engine puts it. The engine then goes on
 *	            from what was recorded
 *	reordered   a call that is as predicted when calls of several threads, of which the
 *	            recording cannot tell which came first, are taken in another order
 *	unseen      a call that is not in the trace and is found by its effect: with it, the next
 *	            call is as predicted. Looked for while the program has one thread
 */
#ifndef PLAYER_C_VERIFIER_H
#define PLAYER_C_VERIFIER_H

#include "heap/heap.h"
#include "trace/trace.h"

struct c_verifier;

struct c_figures {
	uint64_t events;        /* of the trace */
	uint64_t compared;      /* requests that have an address */
	uint64_t in_heap;       /* of them, in the main heap */
	uint64_t in_arenas;     /* in heaps of further arenas */
	uint64_t mapped;        /* their own mappings */
	uint64_t agreed_before; /* before the first difference */
	uint64_t agreed_after;  /* after it */
	uint64_t reordered;     /* of those that agreed */
	uint64_t unseen;        /* calls that are not in the trace */
	uint64_t strangers;     /* frees and reallocs of blocks that were never allocated */
	uint64_t differences;
	uint64_t lost;        /* of them, those where the engine could not go on as recorded */
	uint64_t passed_over; /* not compared, because differences before have cost too much */
	uint64_t threads;
};

/* A difference, or the first call after an unseen one. */
struct c_difference {
	uint64_t event;
	uint64_t recorded;  /* address of the block */
	uint64_t predicted; /* 0: none */
	uint64_t unseen;    /* bytes that an unseen call took before it; 0: a difference */
};

/*
 * Called before and after the engine decides about the call of a difference, with the heap as it
 * was recorded up to there.
 */
struct c_listener {
	void (*before)(void *user, const struct c_difference *difference, const struct heap *heap);
	void (*after)(void *user, const struct c_difference *difference, const struct heap *heap,
		const struct event *call, const struct effect *effect,
		const struct decision_log *log);
	void *user;
};

struct c_verifier_config {
	const struct options *options;     /* for the engine; borrowed */
	const struct c_listener *listener; /* borrowed; NULL: none */
	size_t max; /* differences, and unseen calls, that it is called for */
};

/* The trace is borrowed. */
int c_verifier_new(struct c_verifier **ret_verifier, struct trace *trace,
	const struct c_verifier_config *config, struct error *err);
void c_verifier_free(struct c_verifier *verifier);

/* Plays the whole trace. */
void c_verifier_run(struct c_verifier *verifier);
const struct c_figures *c_verifier_figures(const struct c_verifier *verifier);

#endif
