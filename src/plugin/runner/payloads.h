/* What the program wrote into its blocks: each has a pattern of its own. */
#ifndef PLUGIN_RUNNER_PAYLOADS_H
#define PLUGIN_RUNNER_PAYLOADS_H

#include "plugin/runner/state.h"

/* Of the pattern of the block that was allocated as the serial-th. */
uint64_t seed_of(uint64_t serial);

/*
 * Which word of a pattern an address was made of: a link that was followed, or one of the fields
 * beside it. By a word of eight bytes that is the pattern's, as good as surely. Grows with the
 * blocks that there ever were.
 */
void find_word(uint64_t address, struct reply *reply);

/* Whether the program leaves bytes of the block that is asked for unwritten. */
bool spares(void);

/* Bytes [from, size) of a block get its pattern, without those that are spared. */
void fill(const struct live_block *block, uint64_t from);

/* The first byte of [from, to) that is not the pattern's; to: all are. */
uint64_t first_wrong(uint64_t base, uint64_t seed, uint64_t from, uint64_t to);

/* 1 + the last byte of [0, to) of a block that is not the pattern's; there is one. */
uint64_t end_of_wrong(uint64_t base, uint64_t seed, uint64_t to);

#endif
