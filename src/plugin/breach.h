/*
 * What is wrong with the blocks of an allocator that keeps sizes in their headers, and which of the
 * requests of a search was the first to leave them so: runner/block_chain.h.
 */
#ifndef PLUGIN_BREACH_H
#define PLUGIN_BREACH_H

#include "base/text.h"
#include "plugin/cause.h"
#include "plugin/grades.h"
#include "plugin/protocol.h"

#include <stdbool.h>
#include <stdint.h>

enum breach_phase {
	BREACH_LAYOUT, /* how are blocks laid out? */
	BREACH_WALK,   /* which step is the first that does something wrong with one? */
	BREACH_WRITER, /* and which instruction of it? */
	BREACH_OVER,
};

struct breach_search {
	uint64_t count, blocks; /* steps, struct cause */
	uint64_t claimed;       /* a live block that the last one returned; 0: none */
	bool wants_last;        /* the last one may have done it itself */
	enum breach_phase phase;
	struct chain_layout layout;
	struct breach found;     /* header: 0: nothing */
	struct code_place place; /* of the write */
};

/*
 * claimed: a live block that the last step returned, or 0; kind: of the reply that told of its
 * failure.
 */
void breach_begin(struct breach_search *search, uint64_t count, uint64_t blocks, uint64_t claimed,
	uint64_t kind);

/* The call that is to be made next. */
struct call breach_call(const struct breach_search *search);

/* Its answer; the search is over where the phase is BREACH_OVER. */
void breach_take(struct breach_search *search, const struct reply *reply);

/* That a block was taken which is in use is no reason: it is said where none is found. */
static inline bool breach_is_taken(const struct breach_search *search)
{
	return search->found.header != 0 && search->found.kind == BREACH_TAKEN;
}

static inline bool breach_has_words(const struct breach_search *search)
{
	return search->found.header != 0 && search->found.kind != BREACH_TAKEN;
}

/* Appends what was found: "mm_free at event 4, in coalesce (mm.c:37), wrote ...". step: at fault */
void breach_add_words(const struct breach_search *search, struct plugin *plugin,
	const struct plugin_step *step, uint64_t event, struct text *out);

#endif
