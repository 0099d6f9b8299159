/*
 * The state of a C verifier.
 *
 *	step    a call with what is known of its moment: it took place after event `after` had
 *	        returned in its thread, or had begun, and before event `before` did
 *	window  the steps since the last snapshot, then those that are read ahead
 *	trial   the steps from a snapshot on, some of them in another order or with an unseen call
 *	        among them, played to see whether every address is as predicted
 */
#ifndef PLAYER_C_VERIFIER_STATE_H
#define PLAYER_C_VERIFIER_STATE_H

#include "base/arrays.h"
#include "flat/flat.h"
#include "player/c_calls.h"
#include "player/c_verifier.h"

#define FLATS_MAX 8u

struct step {
	struct event call;
	uint64_t number; /* of its event */
	uint64_t after, before;
	bool is_followed; /* its block goes where it was recorded */
	bool is_unseen;   /* it is not in the trace */
	bool is_counted;
};

/* Of a thread: the last event, and the step that ends with the next one. */
struct c_thread {
	uint64_t last;
	uint64_t open; /* number of the step's event + 1; 0: none */
};

/* A block of an unseen call: a later free of it is one of an unknown pointer in the trace. */
struct unseen_block {
	uint64_t address;
	uint32_t object;
};

struct c_verifier {
	struct trace *trace;
	struct heap *heap;
	struct c_listener listener;
	size_t max, told;
	struct c_figures figures;
	struct c_calls calls;
	uint64_t read; /* events of the trace */
	ARRAY(struct c_thread) threads;
	ARRAY(struct unseen_block) unseen;

	struct flat *flats[FLATS_MAX];
	size_t nflats;
	struct snapshot *snapshot; /* before the first step */
	/* before step near_at, while a difference is resolved; otherwise NULL */
	struct snapshot *near;
	size_t near_at;
	size_t snapshot_bytes;
	ARRAY(struct step) steps;
	size_t applied; /* steps, as they are now */
	struct decision_log log;
};

/* The steps [0, n) are applied, and no others. */
void c_verifier_rewind(struct c_verifier *verifier, size_t n);

/* Applies a step; true: it has no address, or got the recorded one. */
bool c_verifier_apply(struct c_verifier *verifier, const struct step *step,
	struct effect *ret_effect);

/* Steps before the near snapshot may have changed. */
void c_verifier_forget_near(struct c_verifier *verifier);

/*
 * Looks for an order of the steps around the next one, for which `predicted` was predicted, in
 * which all of them agree, within what is known of their moments. true: they are in that order now,
 * and the first one that has changed places is the next; false: the state is not that of the next
 * step.
 */
bool c_verifier_reorder(struct c_verifier *verifier, uint64_t predicted);

#endif
