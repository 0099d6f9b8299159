/* Random numbers for tests and benches, without cmocka. */
#ifndef DICE_H
#define DICE_H

#include <stdint.h>

/*
 * A generator for tests that need many cases: the same seed gives the same numbers on every machine
 * (xorshift64*). ARENASCOPE_SEED in the environment replaces the seed, to try others.
 */
struct dice {
	uint64_t state;
};
void dice_init(struct dice *dice, uint64_t seed);
uint64_t dice_roll(struct dice *dice, uint64_t sides); /* 0 … sides - 1 */

#endif
