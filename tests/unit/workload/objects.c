/*
 * Workloads that record counted objects: the references, but not the frees. The model of objects
 * (docs/objects.md) has to find those out, and is compared with our own counting and collecting.
 */
#include "base/error.h"
#include "heap/heap.h"
#include "trace/trace.h"
#include "workload/graph.h"
#include "workload/weak.h"
#include "workload/workload.h"
#include "bench.h"
#include "trial.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>

#define NODES_MAX 8192u

static void a_graph_says_who_refers_to_whom(void **state)
{
	struct bench bench;

	bench_begin(&bench);
	struct counted_graph *graph = graph_new(bench.memory, true);
	struct graph_node *one = graph_add(graph, 1, 10), *two = graph_add(graph, 1, 20);
	node_refer(graph, one, 0, two);
	node_refer(graph, two, 0, one);
	node_drop(graph, two, "owner");
	node_take(graph, one, "owner");
	node_drop(graph, one, "owner");
	node_drop(graph, one, "owner");
	assert_int_equal(graph_collect(graph), 2);
	graph_free(graph);
	char *text = bench_end_text(&bench);
	assert_text_equal(text, "name 0x1000 graph_new (graph)\nsite 1 0x1000\na 0 40 site=1\n"
				"name 0x1001 graph_new (anchor)\nsite 2 0x1001\na 1 56 site=2\n"
				"name 0x1002 graph_new\nsite 3 0x1002\ngc off site=3\n"
				"name 0x1003 graph_add (node)\nsite 4 0x1003\n"
				"new 2 74 gc site=4\n"
				"new 3 84 gc site=4\n"
				"name 0x1004 node_refer\nsite 5 0x1004\n"
				"ref 2 3 site=5\n"
				"ref 3 2 site=5\n"
				"name 0x1005 owner\nsite 6 0x1005\n"
				"unref - 3 site=6\n"
				"ref - 2 site=6\n"
				"unref - 2 site=6\n"
				"unref - 2 site=6\n"
				"name 0x1006 graph_collect\nsite 7 0x1006\n"
				"collect site=7\n"
				"name 0x1007 graph_free\nsite 8 0x1007\n"
				"f 1 site=8\nf 0 site=8\n");
	free(text);
}

static void a_weak_cache_says_who_refers_to_whom(void **state)
{
	struct bench bench;

	bench_begin(&bench);
	struct weak_cache *cache = weak_new(bench.memory, true);
	struct cached_object *one = weak_put(cache, 7, 10);
	assert_ptr_equal(weak_get(cache, 7), one);
	object_drop(bench.memory, one, "owner");
	object_drop(bench.memory, one, "owner");
	assert_null(weak_get(cache, 7));
	one = weak_put(cache, 7, 10);
	weak_free(cache);
	object_drop(bench.memory, one, "owner");
	char *text = bench_end_text(&bench);
	char *from = strstr(text, "new 2");
	assert_non_null(from);
	assert_text_equal(from, "new 2 42 gc site=4\n"
				"name 0x1004 weak_put (weak reference)\nsite 5 0x1004\n"
				"weak 3 2 size=32 site=5\n"
				"use keep 2 key=8 site=4\n"
				"name 0x1005 weak_get\nsite 6 0x1005\n"
				"use hit 2 key=8 site=6\n"
				"ref - 2 site=6\n"
				"name 0x1006 owner\nsite 7 0x1006\n"
				"unref - 2 site=7\n"
				"unref - 2 site=7\n"
				"name 0x1007 weak_forget\nsite 8 0x1007\n"
				"unref - 3 site=8\n"
				"use miss key=8 site=6\n"
				"new 4 42 gc site=4\n"
				"weak 5 4 size=32 site=5\n"
				"use keep 4 key=8 site=4\n"
				"name 0x1008 weak_free\nsite 9 0x1008\n"
				"unref - 5 site=9\n"
				"f 1 site=9\nf 0 site=9\n"
				"unref - 4 site=7\n");
	free(text);
}

/* ---- against the model ----------------------------------------------------------------------- */

static void run_as(struct trial *trial, const char *name, const char *write_as, const char *seed)
{
	const char *const words[] = {"write-as", write_as, "seed", seed, NULL};

	trial_init(trial, workload_find(name), words);
}

static bool is_of(const struct trace *trace, const struct event *event, const char *who)
{
	return event->site != SITE_NONE &&
	       strcmp(trace_frame_name(trace, event->site, 0), who) == 0;
}

/*
 * The number of objects that are live when the n-th is made, by recorded frees; returns how many
 * were made.
 */
static size_t count_blocks(struct trace *trace, const char *who, unsigned *ret_living)
{
	uint64_t length = trace_length(trace);
	bool *is_object = calloc(length, 1);
	struct event event;
	unsigned living = 0;
	size_t made = 0;

	for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
		if (event.kind == EVENT_ALLOCATE && is_of(trace, &event, who)) {
			assert_in_range(made, 0, NODES_MAX - 1);
			ret_living[made++] = living++;
			is_object[event.object] = true;
		} else if (event.kind == EVENT_FREE) {
			living -= is_object[event.object];
		}
	}
	assert_int_equal(living, 0);
	free(is_object);
	return made;
}

static struct heap *new_heap(void)
{
	struct options *options = options_new();
	struct heap *heap;
	struct error err = {0};
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	options_add_table(options, heap_options);
	for (size_t i = 0; i < count; i++)
		options_add_table(options, engines[i]->options);
	assert_int_equal(heap_new(&heap, "heap", options, &err), 0);
	options_free(options);
	return heap;
}

/* The same by the model; each object has `blocks_each` blocks, including its weak reference. */
static void compare_with_the_model(struct trace *trace, unsigned blocks_each,
	const unsigned *living, size_t made)
{
	struct heap *heap = new_heap();
	struct heap_sums sums;
	struct effect effect;
	struct event event;
	uint64_t others = 0; /* blocks that are not objects */
	size_t n = 0;

	for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
		if (event.kind == EVENT_NEW) {
			heap_sums(heap, &sums);
			assert_true(n < made);
			assert_int_equal((sums.live - others) / blocks_each, living[n]);
			n++;
		}
		heap_apply(heap, at, &event, NULL, &effect);
		assert_int_equal(effect.fault, FAULT_NONE);
		others += event.kind == EVENT_ALLOCATE;
		others -= event.kind == EVENT_FREE;
	}
	assert_int_equal(n, made);
	heap_sums(heap, &sums);
	assert_int_equal(sums.live, 0);
	heap_free(heap);
}

static void the_model_frees_what_we_free(void **state)
{
	static const struct {
		const char *name, *who;
		unsigned blocks;
	} cases[] = {
		{"collecting-cache", "graph_add (node)", 1},
		{"weak-cache", "weak_put (object)", 2},
	};
	static const char *const seeds[] = {"1", "2", "3"};
	static unsigned living[NODES_MAX];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		for (size_t j = 0; j < sizeof(seeds) / sizeof(*seeds); j++) {
			struct trial blocks, objects;
			run_as(&blocks, cases[i].name, "blocks", seeds[j]);
			run_as(&objects, cases[i].name, "objects", seeds[j]);
			size_t made = count_blocks(blocks.trace, cases[i].who, living);
			assert_true(made > 500);
			compare_with_the_model(objects.trace, cases[i].blocks, living, made);
			trial_finish(&blocks);
			trial_finish(&objects);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_graph_says_who_refers_to_whom),
		cmocka_unit_test(a_weak_cache_says_who_refers_to_whom),
		cmocka_unit_test(the_model_frees_what_we_free),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
