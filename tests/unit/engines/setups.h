/* Every engine in several setups, and random events for them, faults among them. */
#ifndef SETUPS_H
#define SETUPS_H

#include "heap/heap.h"
#include "support.h"

/* An engine with options, as on a command line. */
struct setup {
	const char *engine;
	const char *options[4][2];
};

#define SETUPS 33u
extern const struct setup setups[SETUPS];

/* The caller frees it. */
struct heap *heap_for(const struct setup *setup);

/* "heap --heap-size 20000", for messages; it holds until the next call. */
const char *setup_name(const struct setup *setup);

/* Dice that differ by setup and test, and stay the same when the table grows. */
void dice_init_for(struct dice *dice, const struct setup *setup, uint64_t test);

/* A random event of any kind, mostly for one of that number of objects. */
struct event random_event(struct dice *dice, uint32_t objects);

/* The same, with those of which the setup's engine is about, where others have no use for them. */
struct event random_event_for(const struct setup *setup, struct dice *dice, uint32_t objects);

/* The same, or what a program sets in its C library, which then no check can reckon. */
struct event random_event_or_setting(const struct setup *setup, struct dice *dice,
	uint32_t objects);

#endif
