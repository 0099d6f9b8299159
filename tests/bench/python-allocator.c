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
#include "heap/metrics.h"
#include "dice.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifndef EVENTS
#define EVENTS 10000000u
#endif
#define ROUNDS 3u /* the fastest counts */

/* What a Python exports. */
struct python {
	void *(*allocate)(size_t size);
	void (*release)(void *block);
};

/* Milliseconds of processor time of this process. */
static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static uint64_t size_of_request(struct dice *dice)
{
	return dice_roll(dice, 100) < 70 ? 24 + 8 * dice_roll(dice, 12) : 1 + dice_roll(dice, 512);
}

/* `blocks` allocations, then frees and allocations in turn. */
static struct event *make_events(uint32_t blocks, size_t n)
{
	struct event *events = calloc(n, sizeof(*events));
	uint32_t *live = calloc(blocks, sizeof(*live));
	uint32_t next = 0, place = 0;
	struct dice dice;

	if (!events || !live)
		exit(1);
	dice_init(&dice, blocks);
	for (size_t i = 0; i < n; i++) {
		struct event *event = &events[i];
		event->text = TEXT_NONE;
		event->domain = DOMAIN_OBJ;
		if (i < blocks || (i - blocks) % 2 == 1) {
			place = i < blocks ? (uint32_t)i : place;
			event->kind = EVENT_ALLOCATE;
			event->size = size_of_request(&dice);
			event->object = live[place] = next++;
		} else {
			place = (uint32_t)dice_roll(&dice, blocks);
			event->kind = EVENT_FREE;
			event->object = live[place];
		}
	}
	free(live);
	return events;
}

static double time_python(const struct python *python, const struct event *events, size_t n)
{
	void **blocks = calloc(n, sizeof(*blocks)); /* by object */

	if (!blocks)
		exit(1);
	double begin = now();
	for (size_t i = 0; i < n; i++)
		if (events[i].kind == EVENT_ALLOCATE) {
			blocks[events[i].object] = python->allocate(events[i].size);
		} else {
			python->release(blocks[events[i].object]);
			blocks[events[i].object] = NULL;
		}
	double taken = now() - begin;
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
	double begin = now();
	for (size_t i = 0; i < n; i++) {
		struct effect effect;
		heap_expect(heap, &events[i], n - i);
		heap_apply(heap, i, &events[i], NULL, &effect);
		metrics_add(&metrics, &events[i], &effect, heap);
	}
	double taken = now() - begin;
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
		struct event *events = make_events(sizes[i], EVENTS);
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
