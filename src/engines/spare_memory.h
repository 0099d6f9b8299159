/*
 * Blocks that were freed and in whose bytes no block has been since: what the answers of an
 * allocator tell of memory that it could have used again, whatever it keeps in its own lists.
 *
 *	freed   the bytes of a block that were the program's, and would serve it again; where a
 *	        block is put next to them, its header may be in them: they no longer count
 *	spare   memory without a block that has room for a request: a freed block as large, or
 *	        else a gap between blocks, with SPARE_HEADERS and an eighth to spare
 *
 * Every operation costs the height of a tree, but for the freed blocks that it forgets.
 */
#ifndef ENGINES_SPARE_MEMORY_H
#define ENGINES_SPARE_MEMORY_H

#include "flat/segments.h"

#include <stdbool.h>
#include <stdint.h>

#define SPARE_HEADERS 128u /* bytes: of the gap's neighbours, and of the block that it would hold */

struct error;

struct spare_memory {
	struct segments map;      /* its holes are the freed blocks */
	struct flat_array lowest; /* one uint64_t: of all blocks so far; before it are tables */
};

struct spare {
	uint64_t base, size;
	uint64_t blocks;    /* that were freed there, next to each other */
	bool is_one_enough; /* it is one freed block */
};

/* Registers its arrays with flat. */
void spare_memory_init(struct spare_memory *memory, struct flat *flat);

/* The heap ends there now; base: where it ended, or begins. */
void spare_memory_extend(struct spare_memory *memory, uint64_t base, uint64_t end);

/* A block is there from now on. */
void spare_memory_take(struct spare_memory *memory, uint64_t address, uint64_t size);

/* And no longer. */
void spare_memory_give(struct spare_memory *memory, uint64_t address, uint64_t size);

/*
 * For a block that the allocator has put where the heap grows, before the books know of either.
 * blocks: all of the heap; its holes are the gaps. false: there is none, or the block is in it, or
 * not where the heap grows.
 */
bool spare_memory_find(const struct spare_memory *memory, const struct segments *blocks,
	uint64_t address, uint64_t size, struct spare *ret_spare);

/* That its map is well formed: 0, or -1 and err. */
int spare_memory_check(const struct spare_memory *memory, struct error *err);

#endif
