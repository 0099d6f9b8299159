/*
 * Writes a text trace for benchmarks: EVENTS events, waves of growth and release around LIVE live
 * objects, with sizes typical of Python programs (mostly small) and a tail of large ones. The same
 * arguments give the same trace.
 *
 * usage: generate EVENTS LIVE [SEED]
 */
#include "dice.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define WAVE 200000u /* events from one trough to the next */

static struct dice dice;

static uint64_t roll(uint64_t sides)
{
	return dice_roll(&dice, sides);
}

static unsigned size_of_request(void)
{
	unsigned kind = (unsigned)roll(100);
	if (kind < 70)
		return 24 + 8 * (unsigned)roll(12);
	if (kind < 95)
		return 1 + (unsigned)roll(512);
	return 513 + (unsigned)roll(8192);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: generate EVENTS LIVE [SEED]\n");
		return 2;
	}

	uint64_t events = strtoull(argv[1], NULL, 0);
	uint64_t most = strtoull(argv[2], NULL, 0);
	dice_init(&dice, argc > 3 ? strtoull(argv[3], NULL, 0) : 1);
	uint32_t *live = malloc((size_t)(most + 1) * sizeof(*live));
	uint64_t nlive = 0;
	uint32_t next = 0;
	if (!live || most == 0)
		return 1;

	for (uint64_t event = 0; event < events; event++) {
		bool grows = event % WAVE < WAVE * 6 / 10;
		unsigned chance = grows ? 70 : 35;
		if (nlive == 0 || (nlive < most && roll(100) < chance)) {
			printf("a %u %u\n", next, size_of_request());
			live[nlive++] = next++;
		} else {
			uint64_t at = roll(nlive);
			if (roll(100) < 4) {
				printf("r %u %u\n", live[at], size_of_request());
				continue;
			}
			printf("f %u\n", live[at]);
			live[at] = live[--nlive];
		}
	}
	free(live);
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
