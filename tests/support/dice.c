/* See dice.h. */
#include "dice.h"

#include <stdlib.h>

void dice_init(struct dice *dice, uint64_t seed)
{
	const char *other = getenv("ARENASCOPE_SEED");
	dice->state = other ? strtoull(other, NULL, 0) : seed;
	if (dice->state == 0)
		dice->state = 0x9E3779B97F4A7C15u;
}

uint64_t dice_roll(struct dice *dice, uint64_t sides)
{
	dice->state ^= dice->state >> 12;
	dice->state ^= dice->state << 25;
	dice->state ^= dice->state >> 27;
	return ((dice->state * 0x2545F4914F6CDD1Du) >> 11) % sides;
}
