/*
 * Selected blocks that are live at a moment, and plays of the trace in which they are
 * elsewhere: without them, or with all of them made at once. What is held then is what a program
 * would hold that did not keep them, or that made them apart from all that it frees.
 *
 *	survivor    such a block, from the event that made it its caller's on: what it was before a
 *	            realloc is in every play, and is freed there
 *	rehearsal   one such play, as far as it has come
 */
#ifndef REPORT_SURVIVORS_H
#define REPORT_SURVIVORS_H

#include "base/arrays.h"
#include "heap/heap.h"
#include "report/lives.h"
#include "report/selection.h"

/* A request that makes a survivor, with the size that it has at the moment. */
struct survivor {
	uint64_t position; /* of the event that made it its caller's */
	uint32_t copy;     /* a number that no object of the trace has; OBJECT_NONE: none is left */
	struct event request;
	bool is_mapped; /* alone */
};

struct survivors {
	ARRAY(struct survivor) items; /* in order of their positions */
	uint32_t objects;             /* more than any of their numbers */
	uint64_t moment;              /* events before it */
	uint32_t thread;              /* of the last one of them that asks for memory or frees it */
	uint32_t first;               /* thread of the program: mostly that of main() */
	bool is_backwards;            /* the one that was made last is freed first */
};

/* A block that is mapped alone keeps nothing but itself. */
enum survivors_which { SURVIVORS_ALL, SURVIVORS_AMONG_OTHERS };

/*
 * Finds the selected blocks in a heap at the moment of the lives, all or those that are not mapped
 * alone. Grows with the live blocks, and reads the event that made each. To be finished.
 */
void survivors_find(struct survivors *ret_survivors, struct trace *trace, const struct heap *heap,
	const struct lives *lives, uint64_t moment, const struct selection *selection,
	enum survivors_which which);
void survivors_finish(struct survivors *survivors);

/*
 * What is held then; of that, what malloc_trim(0) would return, and leave at ends of arenas; and
 * arenas in which no block is.
 */
struct aftermath {
	uint64_t held, trimmable, stays, empty;
};

enum survivors_fate {
	SURVIVORS_FREED,
	SURVIVORS_COPIED /* all are, and the old ones freed then */
};

/*
 * What comes of it if one thread frees them at their moment, or copies them, in the order in which
 * they were made: the thread that was the last one to do something, or the first thread of the
 * program, whichever leaves more held. Blocks that are mapped alone are freed last, as the table of
 * a dictionary is after its entries: that raises the thresholds of the C library. A thread's cache
 * takes some of what it frees, and each of these may keep the rest of its arena. The heap has
 * played the events up to it, and is as before in the end. Grows with the blocks and the state of
 * the heap.
 */
struct aftermath survivors_try(const struct survivors *survivors, struct heap *heap,
	enum survivors_fate fate);

struct rehearsal {
	const struct survivors *survivors; /* borrowed */
	bool is_together;                  /* made at once, when the first one is */
	uint64_t *made;                    /* a bit for each object: it is a survivor by now */
	size_t next;                       /* survivor that is made next */
};

void rehearsal_begin(struct rehearsal *rehearsal, const struct survivors *survivors,
	bool is_together);
void rehearsal_end(struct rehearsal *rehearsal);

/*
 * Applies event number `at` as the rehearsal has it: one about a survivor does nothing, or the
 * first makes them all. false: it is to be applied as it is. Positions only go up.
 */
bool rehearsal_apply(struct rehearsal *rehearsal, struct heap *heap, uint64_t at,
	const struct event *event);

#endif
