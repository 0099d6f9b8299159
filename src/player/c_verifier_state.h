/*
 * The state of a C verifier.
 *
 *	step    a call with what is known of its moment: it took place after event `after` had
 *	        returned in its thread, or had begun, and before event `before` did
 *	moment  a step before which the state is kept, to go back to; the further in the past, the
 *	        rarer they are
 *	trial   the steps from a moment on, some of them in another order or with an unseen call
 *	        among them, played to see whether every address is as predicted
 *	effort  what trials and differences may cost, in steps played. Events earn it, so that a
 *	        trace costs a multiple of its length, whatever is in it. Where more is owed than
 *	        the next events will earn, blocks go where they were recorded without a comparison
 */
#ifndef PLAYER_C_VERIFIER_STATE_H
#define PLAYER_C_VERIFIER_STATE_H

#include "base/arrays.h"
#include "flat/flat.h"
#include "flat/numbering.h"
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
	uint64_t end;  /* number of the event of its end + 1; 0: it runs */
	uint64_t walk; /* over steps, the last one that met the thread */
};

struct moment {
	struct snapshot *snapshot;
	size_t at; /* the steps [0, at) are applied */
};

struct effort {
	uint64_t saved;    /* for searches to come */
	uint64_t earned;   /* by so many events */
	uint64_t left;     /* of the search under way */
	uint64_t owed;     /* spent, and not earned yet */
	unsigned failures; /* searches in a row that found nothing */
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
	uint64_t read;            /* events of the trace */
	struct numbering numbers; /* of threads */
	ARRAY(struct c_thread) threads;
	ARRAY(struct unseen_block) unseen;

	struct flat *flats[FLATS_MAX];
	size_t nflats;
	ARRAY(struct moment) moments; /* in order; the first is that of step 0 */
	size_t snapshot_bytes;
	ARRAY(struct step) steps; /* those that can be gone back to, then those read ahead */
	size_t applied;           /* steps, as they are now */
	struct effort effort;
	uint64_t walk; /* the number of the last one */
	/* the call that was carried on last, by its number, and how far at once */
	uint64_t carried;
	size_t stride;
	struct decision_log log;
};

/* Reads on until n steps are not applied yet; false: the trace has fewer. */
bool c_verifier_read_ahead(struct c_verifier *verifier, size_t n);

/* What is known of a thread; of a new one nothing. */
struct c_thread *c_verifier_thread(struct c_verifier *verifier, uint32_t thread);

/* Applies a step; true: it has no address, or got the recorded one. */
bool c_verifier_apply(struct c_verifier *verifier, const struct step *step,
	struct effect *ret_effect);

/* The arena that the address is in; 0: none, or its own mapping. */
uint32_t c_verifier_arena(const struct c_verifier *verifier, uint64_t address);

/* Its block is in the arena; a step without a block may be about any, and all may be about 0. */
bool c_verifier_is_about(const struct c_verifier *verifier, const struct step *step,
	uint32_t arena);

/* ---- c_verifier_past.c ----------------------------------------------------------------------- */

/* The state is kept, so that going back to here costs only its copying. */
void c_verifier_keep(struct c_verifier *verifier);

/* The steps [0, n) are applied, and no others. */
void c_verifier_rewind(struct c_verifier *verifier, size_t n);

/* Drops moments that are too near to each other, and steps that are too long past. */
void c_verifier_thin(struct c_verifier *verifier);

void c_verifier_forget_all(struct c_verifier *verifier);

/* A search begins, and ends with a result. */
void c_verifier_begin_effort(struct c_verifier *verifier);
void c_verifier_end_effort(struct c_verifier *verifier, bool has_found);
void c_verifier_spend(struct c_verifier *verifier, uint64_t steps);

/* More is owed than the next step may cost. */
bool c_verifier_owes(struct c_verifier *verifier);

static inline bool c_verifier_has_effort(const struct c_verifier *verifier)
{
	return verifier->effort.left > 0;
}

/*
 * The steps [from, to], which have changed, are played; true: all agree, and the first of them is
 * the next; false: nothing is known of the state.
 */
bool c_verifier_try(struct c_verifier *verifier, size_t from, size_t to);

/* ---- c_verifier_stalls.c, c_verifier_orders.c ------------------------------------------------ */

/*
 * Each looks for an order of the steps in which all of them up to the next one agree, within what
 * is known of their moments. true: they are in that order now, and the first one that has changed
 * places is the next; false: nothing is known of the state.
 *
 * A stall: a thread was interrupted in a call, any number of steps ago. An order: the steps around
 * the next one. Stalls: several, or one that is long over.
 */
bool c_verifier_find_stall(struct c_verifier *verifier, uint64_t predicted);
bool c_verifier_find_order(struct c_verifier *verifier);
bool c_verifier_find_stalls(struct c_verifier *verifier);

#endif
