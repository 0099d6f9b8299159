/*
 * Counting and collecting, compared with a simple model: exactly what can be reached from outside
 * is live.
 */
#include "workload/graph.h"

#include "bench.h"
#include "support.h"

#include <string.h>

#define NODES  200u
#define PLACES 3u

/* The model has the nodes by number, and never looks at counts. */
struct model {
	struct graph_node *nodes[NODES]; /* NULL: dead for the model */
	int others[NODES][PLACES];       /* -1: none */
	unsigned held[NODES];            /* references from outside */
};

static void reach(const struct model *model, int number, bool *is_reached)
{
	if (number < 0 || is_reached[number])
		return;
	is_reached[number] = true;
	for (unsigned i = 0; i < PLACES; i++)
		reach(model, model->others[number][i], is_reached);
}

static void find_reached(const struct model *model, bool *is_reached)
{
	memset(is_reached, 0, NODES);
	for (unsigned i = 0; i < NODES; i++)
		if (model->nodes[i] && model->held[i] > 0)
			reach(model, (int)i, is_reached);
}

/* What cannot be reached is dead for the model, and is forgotten. */
static unsigned bury(struct model *model)
{
	bool is_reached[NODES];
	unsigned living = 0;

	find_reached(model, is_reached);
	for (unsigned i = 0; i < NODES; i++) {
		if (!is_reached[i])
			model->nodes[i] = NULL;
		living += is_reached[i];
	}
	return living;
}

static unsigned pick_reached(const struct model *model, struct dice *dice, bool *ret_any)
{
	bool is_reached[NODES];
	unsigned start = (unsigned)dice_roll(dice, NODES);

	find_reached(model, is_reached);
	for (unsigned i = 0; i < NODES; i++)
		if (is_reached[(start + i) % NODES]) {
			*ret_any = true;
			return (start + i) % NODES;
		}
	*ret_any = false;
	return 0;
}

static void add(struct model *model, struct counted_graph *graph, struct dice *dice)
{
	for (unsigned i = 0; i < NODES; i++)
		if (!model->nodes[i]) {
			model->nodes[i] = graph_add(graph, PLACES, (uint32_t)dice_roll(dice, 40));
			model->held[i] = 1;
			for (unsigned place = 0; place < PLACES; place++)
				model->others[i][place] = -1;
			return;
		}
}

static void change(struct model *model, struct counted_graph *graph, struct dice *dice)
{
	bool any;
	unsigned one = pick_reached(model, dice, &any), other = pick_reached(model, dice, &any);
	unsigned place = (unsigned)dice_roll(dice, PLACES);

	if (!any)
		return;
	switch (dice_roll(dice, 4)) {
	case 0: /* refer */
	case 1:
		model->others[one][place] = (int)other;
		node_refer(graph, model->nodes[one], place, model->nodes[other]);
		break;
	case 2: /* refer to nothing */
		model->others[one][place] = -1;
		node_refer(graph, model->nodes[one], place, NULL);
		break;
	default: /* drop */
		if (model->held[one] == 0)
			break;
		model->held[one]--;
		node_drop(graph, model->nodes[one], "test");
	}
}

static void what_is_collected_is_what_nobody_reaches(void **state)
{
	for (unsigned seed = 1; seed <= 20; seed++) {
		struct model model = {{NULL}};
		struct bench bench;
		struct dice dice;
		unsigned collected = 0;

		dice_init(&dice, seed);
		bench_begin(&bench);
		struct counted_graph *graph = graph_new(bench.memory, false);
		for (unsigned round = 0; round < 300; round++) {
			for (unsigned i = 0; i < 20; i++) {
				if (dice_roll(&dice, 3) == 0)
					add(&model, graph, &dice);
				else
					change(&model, graph, &dice);
				bury(&model);
			}
			unsigned living = bury(&model);
			uint64_t before = graph->count;
			assert_true(before >= living);
			uint64_t released = graph_collect(graph);
			assert_int_equal(before - released, living);
			assert_int_equal(graph->count, living);
			assert_int_equal(graph_collect(graph), 0);
			collected += (unsigned)released;
		}
		assert_true(collected > 0);
		graph_free(graph);
		bench_end(&bench);
	}
}

static void a_cycle_keeps_itself_alive_until_it_is_collected(void **state)
{
	struct bench bench;

	bench_begin(&bench);
	struct counted_graph *graph = graph_new(bench.memory, false);
	struct graph_node *one = graph_add(graph, 1, 8), *two = graph_add(graph, 1, 8),
			  *tail = graph_add(graph, 0, 8);
	node_refer(graph, one, 0, two);
	node_refer(graph, two, 0, one);
	node_drop(graph, two, "test");
	assert_int_equal(graph_collect(graph), 0);
	node_drop(graph, one, "test");
	assert_int_equal(graph->count, 3);
	assert_int_equal(graph_collect(graph), 2);
	node_drop(graph, tail, "test");
	assert_int_equal(graph->count, 0);
	graph_free(graph);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_collected_is_what_nobody_reaches),
		cmocka_unit_test(a_cycle_keeps_itself_alive_until_it_is_collected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
