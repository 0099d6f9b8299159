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
	BREACH_ASTRAY, /* or which one wrote over the header to which a size leads? */
	BREACH_HEADER, /* of a header and a footer that it has both written: when the header, */
	BREACH_FOOTER, /* and when the footer? */
	BREACH_OVER,
};

struct breach_search {
	uint64_t count, blocks; /* steps, struct cause */
	uint64_t claimed;       /* a live block that the last one returned; 0: none */
	bool wants_last;        /* the last one may have done it itself */
	bool is_crash;          /* likewise: it has crashed */
	enum breach_phase phase;
	struct chain_layout layout;
	struct breach found;            /* header: 0: nothing */
	struct code_place place;        /* of the write */
	bool is_of_footer;              /* that it is the footer, not the header, which is wrong */
	bool is_overwritten;            /* found.astray was a header before that write */
	uint64_t written_at;            /* the access that wrote the header last */
	struct code_place header_place; /* likewise: where that was */
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

/*
 * That a block was taken which is in use is no reason, and what a call that crashes leaves may be
 * of another's making: that is said where no reason is found.
 */
static inline bool breach_is_weak(const struct breach_search *search)
{
	return search->found.header != 0 &&
	       (search->found.kind == BREACH_TAKEN ||
		       (search->is_crash && search->found.step + 1 == search->count));
}

static inline bool breach_has_words(const struct breach_search *search)
{
	return search->found.header != 0 && !breach_is_weak(search);
}

/* Appends what was found: "mm_free at event 4, in coalesce (mm.c:37), wrote ...". step: at fault */
void breach_add_words(const struct breach_search *search, struct plugin *plugin,
	const struct plugin_step *step, uint64_t event, struct text *out);

#endif
