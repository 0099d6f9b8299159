/*
 * Which variables of a recorded Python keep what is live at a moment, and whose calls the blocks
 * came from that each of them keeps: a census (trace/census.h) and the lives of blocks together. A
 * line may have asked for memory that an object of another line has by now, since CPython keeps
 * the memory of dead objects for the next of their kind; the variable that leads to it is known.
 *
 * Bytes of a caller's blocks are estimated from the samples of the census, those of an owner too,
 * and the idle bytes that its blocks keep (report/keepers.h). Where a few blocks keep most of them
 * and are in no sample, it is not known who has these, nor that nobody does.
 */
#ifndef REPORT_OWNERS_H
#define REPORT_OWNERS_H

#include "report/lives.h"
#include "trace/census.h"

struct owners {
	uint64_t position; /* events before the moment */
	struct census census;
	size_t count;       /* of owners with number 0; 0: there is no census */
	uint64_t *bytes;    /* by owner: asked for, and live at the moment */
	uint64_t *parts;    /* by caller and owner: of these bytes */
	uint64_t *old;      /* by caller: live bytes that were there at the census already */
	uint64_t old_bytes; /* of all callers */
	uint64_t live;      /* blocks that are live at the moment */
	uint64_t newer, newer_bytes; /* of these, blocks that were made after it */
	double *kept;                /* likewise: idle bytes that these blocks keep */
	double *spread; /* by caller: the variance of an estimate of all that it keeps */
	size_t callers;
	uint32_t *cells; /* a hash of samples by address: number + 1; 0: none */
	size_t room;     /* a power of two */
};

/* Grows with the comments of the trace and the live blocks. To be finished. */
void owners_find(struct owners *ret_owners, const struct trace *trace, const struct lives *lives,
	uint64_t position);
void owners_finish(struct owners *owners);

/* Whose a live block is that is in the sample of the census; false: it is not in it. */
bool owners_of_block(const struct owners *owners, const struct lived *lived, uint32_t *ret_owner);

/* A live block keeps so many idle bytes, of which the census could see that many. */
void owners_add_kept(struct owners *owners, const struct lived *lived, double idle, double seen);

/*
 * Whether the census has sampled these callers' blocks so that it can say whose they are, of so
 * many idle bytes that they keep.
 */
bool owners_are_sampled(const struct owners *owners, const uint32_t *callers, size_t n,
	uint64_t idle);

/* Idle bytes that the owner's blocks keep: those that a caller has made, or all. */
uint64_t owners_kept(const struct owners *owners, uint32_t owner, uint32_t caller);
uint64_t owners_all_kept(const struct owners *owners, uint32_t owner);

/* The owner with most live bytes, but for the interpreter; 0: none has any. */
uint32_t owners_largest(const struct owners *owners);
/* Likewise, the one that has most after that one. */
uint32_t owners_next(const struct owners *owners, uint32_t before);

/* The owner that keeps most of a caller's live bytes, and how many; 0: none keeps any. */
uint32_t owners_of_caller(const struct owners *owners, uint32_t caller, uint64_t *ret_bytes);

/*
 * Whether the census was taken at the moment: not long before, with few blocks made since, of
 * which it says nothing.
 */
bool owners_are_of_moment(const struct owners *owners);

/* Bytes of a caller's live blocks that an owner keeps. */
uint64_t owners_part(const struct owners *owners, uint32_t owner, uint32_t caller);

/*
 * The callers whose blocks an owner keeps most of, those with most of its bytes first: at most n,
 * each with a hundredth of them at least. Gives how many. Grows with the callers times n.
 */
size_t owners_callers(const struct owners *owners, uint32_t owner, uint32_t *ret_callers, size_t n);

#endif
