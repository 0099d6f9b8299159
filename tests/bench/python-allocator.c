/*
 * The pymalloc engine against the allocator that it models: a Python loads this library, and both
 * serve the same requests in the same process, random sizes of up to 512 bytes with as many blocks
 * freed as allocated. Ours is timed as in a replay, with the object index and the figures; the
 * real one has to be a Python of the preset, 3.11.
 *
 * usage: python3.11 -c 'import ctypes; ctypes.PyDLL("…/python-allocator.so").bench()'
 */
#include "base/error.h"
#include "heap/heap.h"
#include "heap/passage.h"
#include "dice.h"
#include "processor_time.h"
#include "requests.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef EVENTS
#define EVENTS 10000000u
#endif
#define ROUNDS 3u /* the fastest counts */

/* What a Python exports. */
struct python {
	void *(*allocate)(size_t size);
	void (*release)(void *block);
};

static uint64_t size_of_request(struct dice *dice)
{
	return dice_roll(dice, 100) < 70 ? 24 + 8 * dice_roll(dice, 12) : 1 + dice_roll(dice, 512);
}

static double time_python(const struct python *python, const struct event *events, size_t n)
{
	void **blocks = calloc(n, sizeof(*blocks)); /* by object */

	if (!blocks)
		exit(1);
	requests_read(events, n);
	double begin = processor_ms();
	for (size_t i = 0; i < n; i++)
		if (events[i].kind == EVENT_ALLOCATE) {
			blocks[events[i].object] = python->allocate(events[i].size);
		} else {
			python->release(blocks[events[i].object]);
			blocks[events[i].object] = NULL;
		}
	double taken = processor_ms() - begin;
	for (size_t i = 0; i < n; i++)
		python->release(blocks[i]);
	free(blocks);
	return taken;
}

static double time_engine(const struct event *events, size_t n)
{
	struct metrics metrics = {0};
	struct heap *heap;
	struct error err;

	if (heap_new(&heap, "pymalloc", NULL, &err) < 0)
		exit(1);
	requests_read(events, n);
	double begin = processor_ms();
	heap_pass(heap, &metrics, &(struct passage){.events = events, .n = n, .known = n}, NULL,
		NULL);
	double taken = processor_ms() - begin;
	heap_free(heap);
	return taken;
}

__attribute__((visibility("default"))) void bench(void);

void bench(void)
{
	static const uint32_t sizes[] = {1000, 100000};
	struct python python;

	*(void **)&python.allocate = dlsym(RTLD_DEFAULT, "PyObject_Malloc");
	*(void **)&python.release = dlsym(RTLD_DEFAULT, "PyObject_Free");
	if (!python.allocate || !python.release) {
		printf("This Python does not export its allocator.\n");
		return;
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct event *events = requests_make(sizes[i], EVENTS, DOMAIN_OBJ, size_of_request);
		double real = 1e9, ours = 1e9;
		for (unsigned round = 0; round < ROUNDS; round++) {
			double taken = time_python(&python, events, EVENTS);
			real = taken < real ? taken : real;
			taken = time_engine(events, EVENTS);
			ours = taken < ours ? taken : ours;
		}
		printf("  %9" PRIu32
		       " live  Python %5.1f ns an event, the engine %5.1f: %4.2f times\n",
			sizes[i], real * 1e6 / EVENTS, ours * 1e6 / EVENTS, ours / real);
		fflush(stdout);
		free(events);
	}
}
