/*
 * Writes random traces of shapes that make pymalloc work hard: arenas that come and go, pools that
 * become empty and change their class, long chains, reallocs of all kinds.
 *
 * usage: shapes SHAPE EVENTS SEED
 */
#include "dice.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct dice dice;

static uint64_t roll(uint64_t sides)
{
	return dice_roll(&dice, sides);
}

/* The parameters of a shape. */
struct shape {
	const char *name;
	uint64_t wave; /* events from one trough to the next */
	/* chance of an allocation, in percent, in each half of a wave */
	unsigned growing, shrinking;
	unsigned reallocs; /* chance in percent */
	/* sizes are multiples of 16, up to this number of classes; 0: any size up to 700 */
	unsigned classes;
	char order; /* the live object that is freed: r random, l last, f first */
};

static const struct shape shapes[] = {
	{"mixed", 60000, 75, 25, 8, 0, 'r'},
	{"few-classes", 30000, 90, 8, 2, 3, 'r'},
	{"one-class", 20000, 95, 4, 0, 1, 'r'},
	{"last-in-first-out", 40000, 80, 20, 3, 0, 'l'},
	{"first-in-first-out", 50000, 80, 20, 3, 0, 'f'},
	{"reallocs", 50000, 60, 40, 40, 0, 'r'},
};

static unsigned long size_for(const struct shape *shape)
{
	if (shape->classes)
		return 16 * (1 + roll(shape->classes)) * (shape->classes == 1 ? 16 : 1);
	unsigned kind = (unsigned)roll(100);
	return kind < 2 ? 0 : kind < 92 ? 1 + roll(512) : 500 + roll(200);
}

int main(int argc, char **argv)
{
	if (argc < 4)
		return 2;

	const struct shape *shape = NULL;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		if (strcmp(shapes[i].name, argv[1]) == 0)
			shape = &shapes[i];
	uint64_t events = strtoull(argv[2], NULL, 0);
	dice_init(&dice, strtoull(argv[3], NULL, 0) * 0x9E3779B97F4A7C15u);
	uint32_t *live = malloc(events * sizeof(*live));
	uint64_t first = 0, end = 0; /* live objects are in live[first..end) */
	uint32_t next = 0;
	if (!shape || !live)
		return 1;

	for (uint64_t event = 0; event < events; event++) {
		unsigned chance =
			event % shape->wave < shape->wave / 2 ? shape->growing : shape->shrinking;
		if (first < end && roll(100) < shape->reallocs) {
			printf("r %u %lu\n", live[first + roll(end - first)], size_for(shape));
		} else if (first == end || roll(100) < chance) {
			printf("a %u %lu\n", next, size_for(shape));
			live[end++] = next++;
		} else {
			uint64_t at = shape->order == 'l'   ? end - 1
				      : shape->order == 'f' ? first
							    : first + roll(end - first);
			printf("f %u\n", live[at]);
			if (shape->order == 'f')
				first++;
			else
				live[at] = live[--end];
		}
	}
	free(live);
	return 0;
}
