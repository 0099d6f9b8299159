/*
 * What the preloaded shim and the collector share: rings of records in memory that both map.
 * Nothing but this header is common to the two; it needs no library.
 *
 *	ring    of one thread at a time: the shim writes records and moves `head`, the collector
 *	        reads them and moves `tail`; both count records since the ring was made, so that
 *	        head - tail is what is waiting
 *	stamp   the processor's time stamp counter, read before a free and after an allocation: by
 *	        it the records of all threads can be put into an order in which no address is given
 *	        out while it is live
 *
 * Records outlive the program, however it ends: they lie in memory of the collector's.
 */
#ifndef TRACE_WIRE_H
#define TRACE_WIRE_H

#include <stdint.h>

#define WIRE_MAGIC	 UINT64_C(0x314552495750434E)	/* changes with the layout */
#define WIRE_RINGS	 192u
#define WIRE_RING_LENGTH (1u << 17)	/* records: 4 MiB */
#define WIRE_FD_VARIABLE "ARENASCOPE_RING_FD"

/*
 * The functions that are recorded; the numbers are those of enum call (arenascope/event.h), which a
 * test compares.
 */
enum wire_call {
	WIRE_MALLOC = 1,
	WIRE_CALLOC,
	WIRE_REALLOC,
	WIRE_REALLOCARRAY,
	WIRE_FREE,
	WIRE_ALIGNED_ALLOC,
	WIRE_POSIX_MEMALIGN,
	WIRE_MEMALIGN,
	WIRE_VALLOC,
	WIRE_PVALLOC,
	WIRE_REALLOC_BEGINS, /* of a block that moved: its old address, stamped before the call; the
			      * next record of the thread is the realloc itself */
	WIRE_EXEC,           /* the process has become another program: all that was live is gone */
};

struct wire_record {
	uint64_t stamp;
	uint64_t address;	/* returned (0: failed), or given to free */
	uint64_t other;		/* realloc: what it was given; aligned calls: the alignment */
	uint64_t size_and_call;	/* size << 8 | enum wire_call */
};

enum wire_ring_state { WIRE_FREE_RING, WIRE_BUSY_RING, WIRE_DONE_RING };

struct wire_ring {
	_Alignas(64) uint64_t head;	/* written by the shim */
	uint64_t dropped;		/* by the shim, when the collector did not come */
	uint32_t thread;		/* number, in order of first call */
	_Alignas(64) uint64_t tail;	/* written by the collector */
	_Alignas(64) uint32_t state;	/* enum wire_ring_state: taken by the shim, given back by the collector */
	_Alignas(4096) struct wire_record records[WIRE_RING_LENGTH];
};

struct wire_area {
	uint64_t magic;
	uint32_t next_thread;
	uint32_t owner;		/* process that is recorded; 0: the shim has not started yet.  Others are left alone. */
	uint32_t shared_lock;	/* over the last ring, which threads share when there are more than rings */
	uint32_t shared_is_numbered;	/* that ring has a thread number of its own */
	uint64_t dropped;	/* by threads without a ring */
	_Alignas(4096) struct wire_ring rings[WIRE_RINGS];
};

#endif
