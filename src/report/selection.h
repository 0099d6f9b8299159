/*
 * Some of the blocks that are live at a moment: all of some callers, or those that a variable of a
 * recorded Python keeps.
 */
#ifndef REPORT_SELECTION_H
#define REPORT_SELECTION_H

#include "report/lives.h"

struct owners;

struct selection {
	uint64_t *objects; /* a bit for each object: its block is among them */
	uint64_t most;     /* more than any number of an object */
	uint64_t blocks, bytes;
};

/* All live blocks of the n callers. Grows with the live blocks. To be finished. */
void selection_of_callers(struct selection *ret_selection, const struct lives *lives,
	const uint32_t *callers, size_t n);

/*
 * The blocks that the owner keeps, as far as the census can tell: of large ones it names all, and
 * of small ones a sample. What one caller has made in a row is mostly of one owner, so that a small
 * block goes with the sample of its caller that was made nearest to it. Blocks that no sample is
 * near to are of nobody, and so are those that were made after the census. Grows with the live
 * blocks, and sorts those of callers of which the owner keeps any. To be finished.
 */
void selection_of_owner(struct selection *ret_selection, const struct lives *lives,
	const struct owners *owners, uint32_t owner);

/* The same blocks. To be finished. */
void selection_copy(struct selection *ret_selection, const struct selection *selection);

/*
 * And the small blocks of callers that have so few of them that the census has no sample: whose
 * they are is not known. Grows with the live blocks.
 */
void selection_add_unsampled(struct selection *selection, const struct lives *lives,
	const struct owners *owners);

void selection_finish(struct selection *selection);

static inline bool selection_has(const struct selection *selection, uint32_t object)
{
	return object < selection->most &&
	       (selection->objects[object / 64] >> object % 64 & 1) != 0;
}

#endif
