/*
 * First fit with more and more live blocks: the heap engine, below its object index as in every
 * replay, and as its peer the simplest possible heap, one sorted list of holes that is walked. Both
 * get the same events: random live blocks are freed and others allocated, so that their number
 * stays the same; only these events are timed, not the filling. The peer is stopped if it would
 * take too long.
 *
 * Then the other fits and orders of the list, relative to first fit by address on the same events.
 *
 * usage: bench-heap [LIVE | fits]
 *
 * LIVE: that number of blocks only, without the peer, for a profiler; fits: the other fits only
 */
#include "base/error.h"
#include "base/options.h"
#include "heap/passage.h"
#include "dice.h"
#include "processor_time.h"
#include "requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS        2000000u /* timed, for each size */
#define POLICY_EVENTS 200000u
#define ROUNDS        5u /* the fastest counts */
/* milliseconds for the peer, for filling and for timed events */
#define PEER_TIME   1500.0
#define PEER_HEADER 8u
#define PEER_UNIT   16u

static uint64_t size_of_request(struct dice *dice)
{
	uint64_t kind = dice_roll(dice, 100);
	return kind < 70   ? 24 + 8 * dice_roll(dice, 12)
	       : kind < 95 ? 1 + dice_roll(dice, 512)
			   : 513 + dice_roll(dice, 8192);
}

static double time_heap(const struct options *options, const struct event *events, size_t filling,
	size_t n, uint64_t *ret_sum)
{
	struct metrics metrics = {0};
	struct heap *heap;
	struct error err;
	struct passage passage = {.events = events, .n = filling, .known = n};

	if (heap_new(&heap, "heap", options, &err) < 0)
		exit(1);
	heap_pass(heap, &metrics, &passage, NULL, NULL);
	passage = (struct passage){filling, events + filling, n - filling, n - filling};
	requests_read(events, n);
	double begin = processor_ms();
	heap_pass(heap, &metrics, &passage, NULL, NULL);
	double taken = processor_ms() - begin;
	*ret_sum += metrics.peak_bytes;
	heap_free(heap);
	return taken;
}

/* ---- the peer ------------------------------------------------------------------------------ */

struct hole {
	uint64_t base, size;
	struct hole *next;
};

struct block {
	uint64_t base, size;
};

static uint64_t walk_for_room(struct hole **list, uint64_t size)
{
	for (struct hole **link = list; *link; link = &(*link)->next) {
		struct hole *hole = *link;
		if (hole->size < size)
			continue;
		uint64_t base = hole->base;
		hole->base += size;
		hole->size -= size;
		if (hole->size == 0) {
			*link = hole->next;
			free(hole);
		}
		return base;
	}
	return 0;
}

static void join_next(struct hole *hole)
{
	struct hole *next = hole->next;

	if (!next || hole->base + hole->size != next->base)
		return;
	hole->size += next->size;
	hole->next = next->next;
	free(next);
}

static void walk_to_place(struct hole **list, const struct block *block)
{
	struct hole **link = list, *before = NULL;

	for (; *link && (*link)->base < block->base; link = &(*link)->next)
		before = *link;
	struct hole *hole = malloc(sizeof(*hole));
	if (!hole)
		exit(1);
	*hole = (struct hole){block->base, block->size, *link};
	*link = hole;
	join_next(hole);
	if (before)
		join_next(before);
}

/*
 * As time_heap(); *ret_timed is the number of events reached, 0 when the time was over before all
 * blocks were there.
 */
static double time_walk(const struct event *events, size_t filling, size_t n, size_t *ret_timed,
	uint64_t *ret_sum)
{
	struct block *blocks = calloc(n, sizeof(*blocks)); /* by object */
	struct hole *list = malloc(sizeof(*list));
	double begin = processor_ms();
	size_t i;

	if (!blocks || !list)
		exit(1);
	*list = (struct hole){UINT64_C(1) << 28, UINT64_C(1) << 40, NULL};
	for (i = 0; i < n; i++) {
		struct block *block = &blocks[events[i].object];
		if (i == filling) {
			requests_read(events, n);
			begin = processor_ms();
		}
		if (i % 256 == 0 && processor_ms() - begin > PEER_TIME)
			break;
		if (events[i].kind == EVENT_ALLOCATE) {
			block->size = (events[i].size + PEER_HEADER + PEER_UNIT - 1) / PEER_UNIT *
				      PEER_UNIT;
			block->base = walk_for_room(&list, block->size);
			*ret_sum += block->base;
		} else {
			walk_to_place(&list, block);
		}
	}
	double taken = processor_ms() - begin;
	*ret_timed = i > filling ? i - filling : 0;
	while (list) {
		struct hole *hole = list;
		list = hole->next;
		free(hole);
	}
	free(blocks);
	return taken;
}

static double best_heap(const struct options *options, const struct event *events, size_t filling,
	size_t n, uint64_t *ret_sum)
{
	double best = 1e9;

	for (unsigned round = 0; round < ROUNDS; round++) {
		double taken = time_heap(options, events, filling, n, ret_sum);
		best = taken < best ? taken : best;
	}
	return best;
}

/* The other fits and lists, with few and with many blocks; the first row is first fit. */
static void bench_policies(uint64_t *ret_sum)
{
	static const uint32_t sizes[] = {1000, 100000};
	static const char *const policies[][2] = {{"first", "address"}, {"next", "address"},
		{"best", "address"}, {"worst", "address"}, {"first", "size"}, {"best", "size"},
		{"worst", "size-down"}, {"first", "front"}, {"best", "front"}, {"next", "back"},
		{"worst", "back"}};
	double first[2];
	struct event *events[2];
	size_t n[2];

	for (size_t i = 0; i < 2; i++)
		events[i] = requests_make(sizes[i], n[i] = sizes[i] + POLICY_EVENTS, DOMAIN_C,
			size_of_request);
	for (size_t p = 0; p < sizeof(policies) / sizeof(*policies); p++) {
		struct options *options = options_new();
		options_add_table(options, engine_find("heap")->options);
		options_set(options, "heap-fit", policies[p][0], NULL);
		options_set(options, "heap-order", policies[p][1], NULL);
		printf("  %-5s fit, list by %-9s ", policies[p][0], policies[p][1]);
		for (size_t i = 0; i < 2; i++) {
			double taken = best_heap(options, events[i], sizes[i], n[i], ret_sum) *
				       1e6 / POLICY_EVENTS;
			first[i] = p ? first[i] : taken;
			printf("  %7" PRIu32 " live %6.0f ns, %4.2f times", sizes[i], taken,
				taken / first[i]);
		}
		printf("\n");
		options_free(options);
	}
	free(events[0]);
	free(events[1]);
}

/* Only one number of blocks: a profiler then sees only the engine and the heap above it. */
static int bench_alone(uint32_t blocks)
{
	size_t n = blocks + EVENTS;
	struct event *events = requests_make(blocks, n, DOMAIN_C, size_of_request);
	uint64_t sum = 0;
	double ours = time_heap(NULL, events, blocks, n, &sum) * 1e6 / EVENTS;

	printf("  %9" PRIu32 " live  %6.0f ns an event\n", blocks, ours);
	free(events);
	return sum == 0;
}

int main(int argc, char **argv)
{
	static const uint32_t sizes[] = {1000, 10000, 100000, 1000000};
	double first = 0;
	uint64_t sum = 0;

	if (argc == 2 && strcmp(argv[1], "fits") == 0) {
		bench_policies(&sum);
		return sum == 0;
	}
	if (argc == 2 && strtoul(argv[1], NULL, 10) > 0)
		return bench_alone((uint32_t)strtoul(argv[1], NULL, 10));

	printf("First fit, random sizes, as many blocks freed as allocated:\n");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		size_t n = sizes[i] + EVENTS, timed;
		struct event *events = requests_make(sizes[i], n, DOMAIN_C, size_of_request);
		double ours = best_heap(NULL, events, sizes[i], n, &sum) * 1e6 / EVENTS;
		double walk = time_walk(events, sizes[i], n, &timed, &sum);
		first = i ? first : ours;
		printf("  %9" PRIu32
		       " live  %6.0f ns an event  %5.2f M events/s  %5.2f times the first;  ",
			sizes[i], ours, 1e3 / ours, ours / first);
		if (timed > 0)
			printf("a walk %8.0f ns\n", walk * 1e6 / (double)timed);
		else
			printf("a walk too slow to wait for\n");
		free(events);
	}
	bench_policies(&sum);
	return sum == 0;
}
