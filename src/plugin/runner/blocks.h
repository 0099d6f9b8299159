/* The blocks that are live, and whose each granule of the heap is. */
#ifndef PLUGIN_RUNNER_BLOCKS_H
#define PLUGIN_RUNNER_BLOCKS_H

#include "plugin/runner/state.h"

/* The records of blocks; for room of `self.room`. */
void make_blocks(void);

/* No block is live. Grows with the heap. */
void forget_blocks(void);

/* The live block that begins there; NULL: none does. */
struct live_block *block_at(uint64_t address);

/*
 * It must not overlap another. seed: of its pattern; is_damaged: its contents are not checked.
 * Grows with its size.
 */
void add_block(uint64_t base, uint64_t size, uint64_t seed, bool is_damaged);

/* Of add_block(); its granules have no owner then. */
void remove_block(struct live_block *block);

#endif
