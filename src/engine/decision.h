/*
 * Decisions: what an engine, or the heap above it, decided while it served a request, as data.
 *
 * Each kind is defined beside its engine, with the sentences that express it; the story fills in
 * the operands (story/sentence.c has the grammar). An engine lists its kinds in
 * engine_ops.decisions. Those that several engines take are declared here.
 *
 * Pools and regions are named by their base address, arenas by their serial (order of mapping from
 * 0), blocks by their address, counted objects by their identity.
 */
#ifndef ENGINE_DECISION_H
#define ENGINE_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct decision;

/* Sentences, in which {a} to {d} stand for the operands. */
struct words {
	const char *plain;  /* "": nothing to say */
	const char *expert; /* in the words of the source; NULL: the same */
	const char *brief;  /* for a line of the event list; NULL: not worth a place there */
};

/* What a decision changes in the holes of a heap. */
struct hole_change {
	int64_t free;    /* bytes */
	int64_t holes;   /* how many */
	bool is_unknown; /* more changed than the operands say */
};

/* Where the operands make another sentence the true one. */
struct decision_variant {
	bool (*applies)(const struct decision *decision); /* NULL: ends the list */
	struct words words;
};

struct decision_kind {
	const char *name;     /* for tests and dumps: "usedpools-hit" */
	const char *operands; /* "a class, b pool, c pools in the list"; NULL when it has none */
	struct words words;
	/* instead of `words`: the first that applies; NULL when there are none */
	const struct decision_variant *variants;
	/* adds to *change; NULL: it changes no hole */
	void (*change)(const struct decision *decision, struct hole_change *change);
	bool is_about_object; /* a is the identity of a counted object */
	bool is_crash;        /* a real allocator would have crashed here, and returned nothing */
	/* how the event ends in a real program, where that is not shown; a sentence, or NULL */
	const char *ending;
	/*
	 * of a decision that harms the live block at the address a: the bytes that are harmed, as
	 * addresses, which may reach past its end; NULL: it harms none
	 */
	void (*harm)(const struct decision *decision, uint64_t *ret_from, uint64_t *ret_to);
};

struct decision {
	const struct decision_kind *kind;
	uint64_t a, b, c, d;
};

#define DECISIONS_MAX 256 /* per event; what does not fit is counted in `lost` */

struct decision_log {
	size_t count;
	size_t lost;
	struct decision items[DECISIONS_MAX];
	/* not NULL: gets each decision as it is taken, and nothing is kept; for more than fit */
	void (*take)(void *user, const struct decision *decision);
	void *user;
};

/* As decision_add(), of a log that there is. */
void decision_keep(struct decision_log *log, const struct decision_kind *kind, uint64_t a,
	uint64_t b, uint64_t c, uint64_t d);

/* Appends a decision, or passes it on; log may be NULL, and then nothing is kept. */
static inline void decision_add(struct decision_log *log, const struct decision_kind *kind,
	uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	if (__builtin_expect(log != NULL, false)) /* it is where someone looks, and has time */
		decision_keep(log, kind, a, b, c, d);
}

/* For decision_kind.change: two holes became one. */
void hole_change_join(const struct decision *decision, struct hole_change *change);

/* Likewise: the operands do not say all that changed. */
void hole_change_unknown(const struct decision *decision, struct hole_change *change);

/* What any engine may decide. */
extern const struct decision_kind decision_entered_below;
extern const struct decision_kind decision_left_below;
extern const struct decision_kind decision_no_memory;
extern const struct decision_kind decision_invalid;
extern const struct decision_kind decision_fits_block;
extern const struct decision_kind decision_moves;
extern const struct decision_kind decision_hole_made;
extern const struct decision_kind decision_coalesced_before;
extern const struct decision_kind decision_coalesced_after;
extern const struct decision_kind decision_no_fit;
extern const struct decision_kind *const shared_decisions[]; /* all of these, ended by NULL */

#endif
