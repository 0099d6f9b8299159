/*
 * The largest of 32 numbers, and those that are large enough, four at a time and without branches:
 * what the inner nodes of trees with 32 children ask.
 */
#ifndef FLAT_LANES_H
#define FLAT_LANES_H

#include <stdint.h>
#include <string.h>

#define LANES_BITS  5u
#define LANES_COUNT (1u << LANES_BITS) /* numbers, none of them negative */

typedef int32_t lanes_vector __attribute__((vector_size(16))); /* four, on any machine */

/* A bit for each number that is `least` or more, which is above 0. */
static inline uint32_t lanes_at_least(const int32_t *numbers, int32_t least)
{
	const lanes_vector less = {least - 1, least - 1, least - 1, least - 1};
	lanes_vector enough = {0};
	uint64_t halves[2];

	for (uint32_t i = 0; i < LANES_COUNT; i += 4) {
		const lanes_vector bits = {1 << i, 2 << i, 4 << i, (int32_t)(8u << i)};
		lanes_vector four;
		memcpy(&four, &numbers[i], sizeof(four));
		enough |= (four > less) & bits;
	}
	memcpy(halves, &enough, sizeof(enough));
	halves[0] |= halves[1];
	return (uint32_t)(halves[0] | halves[0] >> 32);
}

static inline int32_t lanes_largest(const int32_t *numbers)
{
	int32_t largest = 0;

	for (uint32_t i = 0; i < LANES_COUNT; i++)
		largest = numbers[i] > largest ? numbers[i] : largest;
	return largest;
}

#endif
