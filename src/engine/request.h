/* Requests to an engine, their outcomes, and what happened meanwhile. */
#ifndef ENGINE_REQUEST_H
#define ENGINE_REQUEST_H

#include "trace/event.h"

#include <stdbool.h>
#include <stdint.h>

/* What became of a request.  None of these is an error of ours. */
enum outcome {
	OUTCOME_PLACED,    /* allocate, reallocate: there is a block at the address */
	OUTCOME_RELEASED,  /* release (or a reallocate to nothing): the block is gone */
	OUTCOME_NO_MEMORY, /* nothing changed; a reallocated block stays where it was */
	OUTCOME_INVALID,   /* no block of this engine begins at that address; nothing changed */
	/* as OUTCOME_NO_MEMORY, but the engine, code of others, has failed or ended before */
	OUTCOME_NO_ANSWER,
	/*
	 * nothing was asked of the engine (note, mark, free(NULL), failed call), or a block of 0
	 * bytes, for which it has returned NULL
	 */
	OUTCOME_NOTHING,
};

struct request {
	uint64_t size;      /* bytes, 0 allowed */
	uint64_t alignment; /* power of two, or 0 */
	enum domain domain;
	/* address the real program got, 0 unknown; for engines that show what was recorded */
	uint64_t recorded;
	bool is_realloc;   /* of no block: realloc(NULL, size) */
	uint64_t stranger; /* a realloc of an unknown pointer: that pointer; otherwise 0 */
	/* its identity, for engines that ask which objects there are (graph.h); or OBJECT_NONE */
	uint32_t object;
};

struct placement {
	uint64_t address; /* what the program gets */
	uint64_t given;   /* bytes usable there, at least the size asked for */
	unsigned layer;   /* 0: this engine; 1: the one below it, ... */
	/*
	 * where it is in the engine's own terms, below PLACES_MAX: handed back to give() and
	 * expect(); 0: it does not say
	 */
	uint32_t place;
};
#define PLACES_MAX (UINT32_C(1) << 29)

/* A placement by the engine itself of few bytes, as small as two registers. */
struct placed {
	uint64_t address; /* 0: there is none */
	uint32_t given;
	uint32_t place;
};

/*
 * Structural things that happened while one request was served, always kept: stop conditions and
 * the timeline use them.  enumerator, name in `break` commands
 */
#define HAPPENINGS(H) \
	H(HAPPENED_ARENA_MAPPED, "arena-mapped") \
	H(HAPPENED_ARENA_UNMAPPED, "arena-unmapped") \
	H(HAPPENED_POOL_NEW, "pool-new") \
	H(HAPPENED_POOL_FULL, "pool-full") \
	H(HAPPENED_POOL_UNFULL, "pool-unfull") \
	H(HAPPENED_POOL_EMPTY, "pool-empty") \
	H(HAPPENED_SPLIT, "split") \
	H(HAPPENED_COALESCED, "coalesced") \
	H(HAPPENED_GREW, "grew") \
	H(HAPPENED_NO_MEMORY, "oom") \
	H(HAPPENED_INVALID, "invalid") \
	H(HAPPENED_BELOW, "below") \
	H(HAPPENED_DIED, "died") \
	H(HAPPENED_COLLECTED, "collected") \
	H(HAPPENED_RESURRECTED, "resurrected") \
	H(HAPPENED_PASSED_OVER, "passed-over")

enum happening_bit {
#define H(id, name) id##_BIT,
	HAPPENINGS(H) HAPPENING_COUNT
#undef H
};
enum happening {
#define H(id, name) id = 1 << id##_BIT,
	HAPPENINGS(H)
#undef H
};

/* What a program does with an address where none of its live blocks begins. */
struct misuse {
	uint64_t address;
	bool is_recorded; /* the address is that of the recorded program */
	bool was_block;   /* a block was there that has been freed */
	bool is_resize;   /* realloc; otherwise free */
	uint64_t size;    /* is_resize: the size that it asks for */
};

const char *happening_name(enum happening_bit bit); /* "arena-mapped" */
const char *outcome_name(enum outcome outcome);

#endif
