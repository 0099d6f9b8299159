/*
 * How engines differ at one event of the same trace. docs/screen.md defines it; a stronger kind
 * comes before a weaker one:
 *
 *	answer    what the program has of it: a block, NULL, a refusal, a crash, a free
 *	move      a realloc moves the block in one, and leaves it where it is in the other
 *	place     in engines of one kind: pool and block by their numbers, or the distance from the
 *	          first block
 *	former    in engines of two kinds, whose addresses have nothing in common: whose memory it
 *	          was before
 *	bytes     in engines of two kinds without headers: how many bytes are usable there
 *
 * Memory that comes from the system, or goes back to it, is no difference.
 */
#ifndef PLAYER_DIFFERENCE_H
#define PLAYER_DIFFERENCE_H

#include "heap/heap.h"

#define RIVALS_MAX 4u

enum difference_kind {
	DIFFERENCE_NONE,
	DIFFERENCE_ANSWER,
	DIFFERENCE_MOVE,
	DIFFERENCE_PLACE,
	DIFFERENCE_FORMER,
	DIFFERENCE_BYTES,
};
#define DIFFERENCE_ANY DIFFERENCE_BYTES /* the weakest */

/* What the program has of an event. */
enum answer {
	ANSWER_NOTHING, /* nothing was asked, or nothing had to be done */
	ANSWER_BLOCK,
	ANSWER_NULL,    /* of 0 bytes, which is allowed */
	ANSWER_REFUSED, /* NULL, for want of memory */
	ANSWER_CRASHED, /* a real allocator would not have returned */
	ANSWER_FAILED,  /* code of others did */
	ANSWER_ENDED,   /* and does not answer any more */
	ANSWER_FREED,
	ANSWER_NONE_TO_FREE, /* its allocation got no block here, so the program frees NULL */
	ANSWER_INVALID,
};

/* What one engine did with the event. */
struct deed {
	const struct heap *heap; /* just after it; borrowed */
	struct effect effect;
	int64_t took;    /* bytes from the system; negative: returned to it */
	uint64_t origin; /* of the first block in its region, from which places count */
	uint32_t former; /* whose memory the block got; OBJECT_NONE: nobody's */
	bool has_crashed;
};

struct difference {
	enum difference_kind kind;
	uint64_t number; /* of the event */
	size_t count;
	struct deed deeds[RIVALS_MAX];
};

enum answer deed_answer(const struct deed *deed);

bool are_of_a_kind(const struct heap *one, const struct heap *other);

/*
 * Finds the strongest kind of difference. Each engine is compared with the first of its kind; one
 * that is itself the first of its kind is compared with the first of all.
 */
void difference_judge(struct difference *difference);

#endif
