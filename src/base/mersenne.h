/*
 * CPython's random numbers: MT19937, seeded as random.seed(INTEGER) does. The same seed gives the
 * same numbers as random.random().
 */
#ifndef BASE_MERSENNE_H
#define BASE_MERSENNE_H

#include <stddef.h>
#include <stdint.h>

#define MERSENNE_WORDS 624u

struct mersenne {
	uint32_t words[MERSENNE_WORDS];
	size_t next;
};

/* Python takes the absolute value of a negative seed. */
void mersenne_seed(struct mersenne *mersenne, uint64_t seed);

/* At least 0, less than 1, in steps of 2^-53. */
double mersenne_real(struct mersenne *mersenne);

#endif
