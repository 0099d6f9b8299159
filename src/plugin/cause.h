/*
 * Why a request failed, where the failure itself does not say: all requests up to it are made again
 * in other processes, under other conditions.
 *
 *	breach     of what an allocator with sizes in its headers keeps to: breach.h. Where there is
 *	           one, nothing but the write is searched for
 *	write      of a byte of a live block, or past the heap, that was noticed after the request:
 *	           each instruction of it that writes near that byte is followed by a look at it
 *	intrusion  the allocator takes bytes of a block that it has handed out for data of its own,
 *	           as one does that forgets its header or footer in the size. It fails later, where
 *	           the program's bytes are a size or an address. Each run leaves another part of the
 *	           blocks unwritten. A byte is named only where a run that leaves that byte or its
 *	           word alone unwritten does not fail so: what a later block wrote over it, the
 *	           allocator has not read
 *	arrays     the step that left a block wrong, or failed, or wrote the variable which led
 *	           astray, adds an index to the beginning of an array that leads past its end. What
 *	           comes after it in memory is innocent
 *	own words  where no such byte is found: the first request after which the size before a
 *	           live block is another one, or after which links of free blocks lead round and
 *	           had an end before
 *	origin     of a wrong address: origin.h
 */
#ifndef PLUGIN_CAUSE_H
#define PLUGIN_CAUSE_H

#include "base/text.h"
#include "plugin/grades.h"

#include <stdbool.h>
#include <stdint.h>

struct cause;

/*
 * Seconds by the clock that a search may take: four, or what ARENASCOPE_EFFORT says. What is found
 * on a machine that has other work depends on it.
 */
unsigned cause_effort(void);

/*
 * A search for the cause: of `count` steps of a file, about `blocks` blocks, the last one failed.
 * failure: as plugin_grade() numbers it; 0: the step got nothing. The file is not closed, and may
 * be closed. A search takes cause_effort() at most; its runs grow with the logarithm of the steps.
 */
struct cause *cause_new(struct plugin *plugin, int steps, uint64_t count, uint64_t blocks,
	uint32_t failure);

/*
 * The same where it failed only after `before` steps, and another mm_init(). Blocks that are wrong
 * are searched for, and the write.
 */
struct cause *cause_new_again(struct plugin *plugin, int steps, uint64_t before, uint64_t count,
	uint64_t blocks, uint32_t failure);
void cause_free(struct cause *cause); /* also one that is not over */

/* Searches for that many milliseconds; true: it is over. */
bool cause_search(struct cause *cause, unsigned milliseconds);

/* The event of a step. */
typedef uint64_t step_event_of(const void *context, uint64_t step);

/* Appends what was found, if anything was, as a clause: "the write is in push (mm.c:40)". */
void cause_add_words(const struct cause *cause, step_event_of *event_of, const void *context,
	struct text *out);

/* ---- of a node ------------------------------------------------------------------------------- */

/*
 * Searches for the cause of what went wrong at the node, for that many milliseconds, if nothing did
 * before it; true: there is nothing left to do. Another node ends the search.
 */
bool plugin_search(struct plugin *plugin, uint32_t node, unsigned milliseconds);

/* What was found, in words kept as long as the plug-in; NULL: nothing, or nothing yet. */
const char *plugin_cause(const struct plugin *plugin, uint32_t node);

#endif
