/*
 * Where a wrong address came from: the word of the heap, or the variable, by which the last request
 * of a search was led there, and who wrote that word. The request is made again and again, each
 * time with one word changed that it reads before: the word is the one by which the address changes
 * as much.
 *
 *	access   the one that went wrong: a crash, or a write where it should not have been
 *	word     what determines its address. Where the program wrote it, or nobody, what led to
 *	         the word is asked for in the same way: a pointer to a block that is in use, or an
 *	         offset to it; not the pointer that offsets are added to
 *	loop     of a request that does not return: of the words that it reads again and again,
 *	         and that lead from one to the next, the one that was written last
 */
#ifndef PLUGIN_ORIGIN_H
#define PLUGIN_ORIGIN_H

#include "base/text.h"
#include "plugin/cause.h"
#include "plugin/grades.h"
#include "plugin/plugin_state.h"
#include "plugin/protocol.h"

#include <stdbool.h>
#include <stdint.h>

#define ORIGIN_WORDS 2u

enum origin_phase {
	ORIGIN_ACCESS, /* what was read before it? */
	ORIGIN_WORD,   /* does its address change with this word? */
	ORIGIN_OWN,    /* or where it is changed only when it is read the last time? */
	ORIGIN_CHANGE, /* which step changed the word last? */
	ORIGIN_WRITER, /* and which instruction of it? */
	ORIGIN_OVER,
};

/* A word that led to an access, and who wrote it. */
struct origin_word {
	struct word_read word;
	bool is_pointer; /* to about the place of the access */
	enum changed changed;
	uint64_t step;           /* that changed it */
	uint64_t byte;           /* by the program: of its block */
	bool is_freed;           /* likewise: the block was since */
	struct code_place place; /* by the allocator */
	bool is_doubtful;        /* it may be read as an element of the array before it */
	bool is_past;            /* it is no variable, and behind the end of one */
};

struct origin {
	struct plugin *plugin;   /* borrowed */
	uint64_t count, blocks;  /* steps, struct cause */
	uint64_t stray;          /* the byte that was written; 0: it crashed */
	bool is_loop, is_return; /* what it returned is wrong */
	bool is_elsewhere;       /* likewise: it is where no free block is */
	enum origin_phase phase;
	uint64_t until, address, place; /* of the access */
	uint64_t far;                   /* the address of the one that went wrong */
	struct word_read reads[READS_MAX];
	uint64_t nreads, at; /* at: the one that is tried */
	bool is_late;        /* it is changed only when it is read the last time */
	struct origin_word latest;
	struct origin_word words[ORIGIN_WORDS];
	unsigned nwords; /* that were found */
};

/*
 * Of the steps of a search, of which the last failed as the reply of that kind says; without any it
 * is mm_init().
 */
void origin_begin(struct origin *origin, struct plugin *plugin, uint64_t count, uint64_t blocks,
	uint64_t stray, uint64_t kind);

/* The call that is to be made next. */
struct call origin_call(const struct origin *origin);

/* Its answer; the search is over where the phase is ORIGIN_OVER. */
void origin_take(struct origin *origin, const struct reply *reply);

/*
 * Appends what was found as a clause; steps: of the search. is_rest: what is said of the program's
 * own bytes has been said before, and only what led to them is missing.
 */
void origin_add_words(const struct origin *origin, int steps, step_event_of *event_of,
	const void *context, bool is_rest, struct text *out);

/*
 * Whether the words say no more than who wrote last what led there: nothing shows that it is wrong.
 */
bool origin_is_trail(const struct origin *origin);

/* Whether there would be words. */
bool origin_has_words(const struct origin *origin, bool is_rest);

#endif
