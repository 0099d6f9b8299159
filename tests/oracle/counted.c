/*
 * Plays a trace of counted objects and prints the objects that die at each event, as
 * objects-python.py does with real ones. usage: counted COLLECTOR TRACE
 */
#include "base/error.h"
#include "base/options.h"
#include "heap/decisions.h"
#include "heap/heap.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define LOST_MAX 1024u /* objects out of reach */

/* Weak references are printed last, sorted. */
struct ids {
	uint32_t *ids;
	size_t count, room;
};

/* IDs are unique in these traces, so an object is known to be a weak reference from its birth. */
struct known {
	bool *is_weak;
	size_t room;
};

static void learn(struct known *known, uint32_t id, bool is_weak)
{
	size_t before = known->room;

	if (id >= known->room) {
		known->room = (size_t)id * 2 + 64;
		known->is_weak = realloc(known->is_weak, known->room);
		for (size_t i = before; i < known->room; i++)
			known->is_weak[i] = false;
	}
	known->is_weak[id] = is_weak;
}

static void keep(struct ids *weak, uint32_t id)
{
	if (weak->count == weak->room) {
		weak->room = weak->room * 2 + 16;
		weak->ids = realloc(weak->ids, weak->room * sizeof(*weak->ids));
	}
	weak->ids[weak->count++] = id;
}

static int by_id(const void *one, const void *other)
{
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	return a < b ? -1 : a > b;
}

static void print_weak(uint64_t event, char letter, struct ids *weak)
{
	if (weak->count == 0)
		return;
	qsort(weak->ids, weak->count, sizeof(*weak->ids), by_id);
	printf("%" PRIu64 " %c", event, letter);
	for (size_t i = 0; i < weak->count; i++)
		printf(" %" PRIu32, weak->ids[i]);
	printf("\n");
	weak->count = 0;
}

/* Weak references within reach that refer to nothing any more. */
static void print_empty(uint64_t event, const struct heap *heap, struct ids *weak)
{
	uint32_t lost[LOST_MAX], cursor = 0;
	size_t n = heap_out_of_reach(heap, lost, LOST_MAX);
	struct counted counted;

	n = n < LOST_MAX ? n : LOST_MAX;
	while (heap_next_counted(heap, &cursor, &counted)) {
		bool is_lost = false;
		for (size_t i = 0; i < n; i++)
			is_lost |= lost[i] == counted.object;
		if (counted.is_weak && counted.referent == OBJECT_NONE && !is_lost)
			keep(weak, counted.object);
	}
	print_weak(event, 'e', weak);
}

static void print_event(uint64_t event, const struct decision_log *log, const struct known *known,
	struct ids *weak)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct decision *decision = &log->items[i];
		if (decision->kind == &decision_died && known->is_weak[decision->a])
			keep(weak, (uint32_t)decision->a);
		else if (decision->kind == &decision_died)
			printf("%" PRIu64 " d %" PRIu64 "\n", event, decision->a);
		else if (decision->kind == &decision_finalized)
			printf("%" PRIu64 " f %" PRIu64 "\n", event, decision->a);
		else if (decision->kind == &decision_collect)
			printf("%" PRIu64 " c %" PRIu64 "\n", event, decision->a);
	}
	print_weak(event, 'w', weak);
}

static int play(struct trace *trace, struct heap *heap, struct error *err)
{
	static struct decision_log log;
	struct known known = {0};
	struct ids weak = {0};
	struct event event;
	uint64_t number = 0;
	int result = 0;

	for (uint64_t at = 0; result == 0 && trace_get(trace, at, &event); at++) {
		struct effect effect;
		heap_apply(heap, at, &event, &log, &effect);
		if (event.kind == EVENT_NOTE || event.kind == EVENT_MARK)
			continue;
		if (effect.fault != FAULT_NONE || log.lost > 0)
			result = error_set(err, "event %" PRIu64 ": %s, %zu decisions lost", number,
				fault_words(effect.fault), log.lost);
		if (event.kind == EVENT_NEW || event.kind == EVENT_WEAK)
			learn(&known, event.object, event.kind == EVENT_WEAK);
		print_event(number, &log, &known, &weak);
		if (event.kind == EVENT_COLLECT)
			print_empty(number, heap, &weak);
		number++;
		if (result == 0 && at % 1024 == 0)
			result = heap_check(heap, err);
	}
	free(known.is_weak);
	free(weak.ids);
	return result == 0 ? heap_check(heap, err) : result;
}

int main(int argc, char **argv)
{
	struct trace *trace;
	struct heap *heap;
	struct error err;

	if (argc != 3 || trace_open(&trace, argv[2], 0, &err) < 0) {
		fprintf(stderr, "counted: %s\n",
			argc == 3 ? err.text : "usage: counted COLLECTOR TRACE");
		return 2;
	}
	struct options *options = options_new();
	options_add_table(options, heap_options);
	int result = options_set(options, "collector", argv[1], &err);
	if (result == 0)
		result = heap_new(&heap, "budget", options, &err);
	options_free(options);
	if (result == 0) {
		result = play(trace, heap, &err);
		heap_free(heap);
	}
	trace_close(trace);
	if (result < 0)
		fprintf(stderr, "counted: %s\n", err.text);
	return result < 0;
}
