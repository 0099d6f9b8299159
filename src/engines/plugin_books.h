/*
 * The heap of an allocator that is known by its answers alone. The engines "plugin" and "lab" keep
 * it while they ask, and `arenascope lab` when all has been answered.
 *
 *	block   a live payload, of the requested size; one of 0 bytes has one byte here
 *	gap     the bytes between two of them, or before the first, or behind the last
 *	freed   blocks that were there, and in whose bytes none has been since (spare_memory.h)
 *
 * Only the allocator knows what is in a gap: one of less than GAP_FREE bytes counts as headers and
 * rounding, a larger one as free. Every operation costs the height of a tree.
 */
#ifndef ENGINES_PLUGIN_BOOKS_H
#define ENGINES_PLUGIN_BOOKS_H

#include "engines/spare_memory.h"
#include "flat/segments.h"

#include <stdbool.h>
#include <stdint.h>

/* bytes; most allocators of the lab have smaller ones only between blocks that touch */
#define GAP_FREE 32u

struct error;

struct plugin_books {
	struct segments segments;
	struct spare_memory memory;
	struct flat_array sums; /* one struct books_sums */
};

struct books_sums {
	uint64_t end;        /* of the heap */
	uint64_t free_gaps;  /* how many of GAP_FREE bytes or more */
	uint64_t free_bytes; /* in those */
	double free_squares;
};

/* A block that the allocator says it has put there. */
struct books_claim {
	uint64_t address; /* 0: it has given none */
	uint64_t size;    /* that was requested */
	uint64_t old;     /* the block that moved there; 0: none did */
	uint64_t end;     /* of the heap, now */
};

/* Registers its arrays with flat; the heap begins, and ends, at `base`. */
void books_init(struct plugin_books *books, struct flat *flat, uint64_t base);

const struct books_sums *books_sums(const struct plugin_books *books);

/* The heap ends there now, not before where it ended. */
void books_extend(struct plugin_books *books, uint64_t end);

/* The live block that begins at the address. */
bool books_find(const struct plugin_books *books, uint64_t address, struct segment *ret_block);

/* The bytes of the gap that has room for a block there; 0: there is none. */
uint64_t books_gap(const struct plugin_books *books, uint64_t address, uint64_t size);

/* Whether a block may be there, once the block `old` (0: none) is gone. */
bool books_have_room(const struct plugin_books *books, uint64_t address, uint64_t size,
	uint64_t old);

/* A block is there, which is within one gap. Returns the gap's size. */
uint64_t books_take(struct plugin_books *books, uint64_t address, uint64_t size);

/* And no longer; returns the size of the gap it leaves. */
uint64_t books_give(struct plugin_books *books, uint64_t address);

/*
 * Before the books have the answer: memory that had room for a block that was put where the heap
 * has grown. false: there was none, or it has not grown, or the block has stayed in its place.
 */
bool books_look(const struct plugin_books *books, const struct books_claim *claim,
	struct spare *ret_spare);

/* That what is counted is there, from `base` to the end: 0, or -1 and err. */
int books_check(const struct plugin_books *books, uint64_t base, struct error *err);

#endif
