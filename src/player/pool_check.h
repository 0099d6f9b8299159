/*
 * Compares recorded addresses of Python's allocators with what pymalloc does inside of a pool, for
 * a trace that does not say where its arenas are, and that may begin while the program runs: as
 * memray's files.
 *
 *	pool   the aligned stretch of memory that an address is in. What it holds from before the
 *	       trace began is not known
 *	class  of a pool: that of the blocks which the trace has seen there
 *	chain  the blocks that were freed there since, the newest first. The next allocation in this
 *	       pool gets the newest: that is known while a block of the trace is live in the pool,
 *	       which hence was not emptied and carved again
 *
 * Which pool serves a request is not compared: it depends on pools that the trace has not seen.
 * Memray writes requests to the raw domain as it writes the others, and a reallocation as a free
 * and an allocation right after it. So these are not compared, either: what lies where no pool is
 * known and none of its class could have a block, and a block that stays where it is, or outside
 * of pools, when it shrinks.
 */
#ifndef PLAYER_POOL_CHECK_H
#define PLAYER_POOL_CHECK_H

#include "base/arrays.h"
#include "engines/pymalloc/presets.h"
#include "flat/flat.h"
#include "trace/trace.h"

enum pool_difference_kind {
	POOL_PLACE, /* no pool of the request's class has a block there, in a pool of the trace */
	POOL_CLASS, /* blocks of another class are live in that pool */
	POOL_ORDER, /* it is not the block that was freed last in its pool */
	POOL_DIFFERENCES
};

struct pool_difference {
	uint64_t event;
	enum pool_difference_kind kind;
	uint64_t recorded;   /* address */
	uint64_t expected;   /* POOL_ORDER: address */
	uint32_t block_size; /* of the request's class; POOL_CLASS: of the pool's */
};

struct pool_check {
	/* figures */
	uint64_t events;
	uint64_t requests;  /* to the mem and object domains, with an address, that pools serve */
	uint64_t below;     /* the same that are for the allocator below: of 0 bytes, or large */
	uint64_t outside;   /* of the requests, those where no pool can be */
	uint64_t predicted; /* requests whose block was known before */
	uint64_t pools;     /* that were seen */
	uint64_t differences;
	ARRAY(struct pool_difference) first; /* of them, in the order of events */

	/* pool_check.c's own */
	const struct geometry *geometry; /* borrowed */
	size_t max;
	ARRAY(struct seen_pool) seen;
	ARRAY(uint64_t) addresses; /* by object */
	uint16_t
		*blocks; /* of every pool, by its number: what is known of each place for a block */
	size_t room;     /* pools that blocks has room for */
	struct {
		uint64_t end;     /* the event after it; 0: none was freed yet */
		uint64_t address; /* of the block that was freed last */
		uint32_t thread;
		bool was_in_pool; /* of those that were seen */
	} freed;
	struct flat flat;
	struct flat_array by_base; /* index.h */
};

/*
 * Reads the whole trace; max: differences to keep. Memory grows with the pools, 2 bytes for each
 * place for a block, and with the objects.
 */
void pool_check_run(struct pool_check *ret_check, struct trace *trace,
	const struct geometry *geometry, size_t max);
void pool_check_finish(struct pool_check *check);

#endif
