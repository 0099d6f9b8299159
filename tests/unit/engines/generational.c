/*
 * The generational heap: scenes as text in and text out, and what it drops in random graphs
 * compared with a plain model of what can be reached.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/frames.h"
#include "heap/heap.h"
#include "support.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct heap *heap_with(const char *eden, const char *survivor, const char *old,
	const char *tenure)
{
	const char *const values[][2] = {{"eden", eden}, {"survivor", survivor}, {"old", old},
		{"tenure", tenure}, {"metaspace", "256"}, {"card", "64"}, {"check", "all"}};
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;

	options_add_table(options, engine_find("generational")->options);
	options_add_table(options, heap_options);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		assert_int_equal(options_set(options, values[i][0], values[i][1], &err), 0);
	assert_int_equal(heap_new(&heap, "generational", options, &err), 0);
	options_free(options);
	return heap;
}

/* "Eden 3 4 | survivor 1 2+1 | old 1": the objects of each space, with the age where it is not 0. */
struct drawing {
	const struct heap *heap;
	struct text *out;
};

static bool draw_block(const struct span *span, void *user)
{
	const struct drawing *drawing = user;
	struct live live;

	if (span->state == SPAN_WASTE)
		text_add(drawing->out, " x");
	if (span->state != SPAN_USED)
		return true;
	assert_true(heap_find_address(drawing->heap, span->payload, &live));
	text_add(drawing->out, " %" PRIu32, live.object);
	if (span->age)
		text_add(drawing->out, "+%u", span->age);
	return true;
}

static void draw(const struct heap *heap, struct text *out)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct drawing drawing = {heap, out};

	for (size_t i = 0; i < engine_region_count(engine); i++) {
		struct region region;
		engine_region(engine, i, &region);
		if (region.used == 0)
			continue;
		text_add(out, "%s%s", out->length ? " | " : "", region.name);
		engine_spans(engine, region.base, region.base + region.size, draw_block, &drawing);
	}
}

/* Plays a trace in an Eden of 64 bytes, survivors of 32, an old generation of 96, tenure 2. */
static void assert_scene(const char *lines, const char *expected)
{
	struct heap *heap = heap_with("64", "32", "96", "2");
	struct trace *trace = NULL;
	struct text out = {0};
	struct effect effect;
	struct event event;
	struct error err;

	assert_int_equal(trace_open_memory(&trace, lines, strlen(lines), "test", 0, &err), 0);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++) {
		heap_apply(heap, i, &event, NULL, &effect);
		if (heap_broken(heap))
			fail_msg("event %" PRIu64 ": %s", i, heap_broken(heap));
		if (heap_check(heap, &err) < 0)
			fail_msg("event %" PRIu64 ": %s", i, err.text);
	}
	if (effect.fault != FAULT_NONE)
		text_add(&out, "%s", fault_name(effect.fault));
	draw(heap, &out);
	assert_string_equal(text_of(&out), expected);
	text_finish(&out);
	trace_close(trace);
	heap_free(heap);
}

static void objects_are_born_one_after_the_other_in_eden(void **state)
{
	assert_scene("new 1 16\nnew 2 9\nnew 3 1\n", "Eden 1 2 3");
}

static void what_is_reached_is_copied_and_the_rest_is_left(void **state)
{
	assert_scene("new 1 16\nnew 2 16\nunref - 2\nnew 3 16\ncollect 0\n", "survivor 0 1+1 3+1");
}

static void an_object_that_only_another_refers_to_comes_after_the_roots(void **state)
{
	assert_scene("new 1 8\nnew 2 8\nref 2 1\nunref - 1\ncollect 0\n", "survivor 0 2+1 1+1");
}

static void local_variables_are_roots_of_the_newest_frame_first(void **state)
{
	assert_scene("enter a\nnew 1 8\nenter b\nnew 2 8\nnew 3 8\ncollect 0\n",
		"survivor 0 2+1 3+1 1+1");
	assert_scene("enter a\nnew 1 8\nenter b\nnew 2 8\nleave\ncollect 0\n", "survivor 0 1+1");
	assert_scene("enter a\nnew 1 8\nenter b native\nnew 2 8\ncollect 0\n",
		"survivor 0 2+1 1+1");
	assert_scene("new 1 8\nenter b thread=1\nnew 2 8 thread=1\nleave thread=1\ncollect 0\n",
		"survivor 0 1+1");
}

static void a_full_eden_is_collected_before_the_request_is_served(void **state)
{
	assert_scene("new 1 32\nnew 2 32\nunref - 2\nnew 3 40\n", "Eden 3 | survivor 0 1+1");
}

static void the_survivor_spaces_take_turns(void **state)
{
	assert_scene("new 1 8\ncollect 0\nnew 2 8\ncollect 0\n", "survivor 1 2+1 1+2");
}

static void an_object_that_has_survived_often_enough_is_promoted(void **state)
{
	assert_scene("new 1 8\ncollect 0\ncollect 0\ncollect 0\n", "old 1+2");
}

static void what_does_not_fit_into_the_survivor_space_is_promoted_early(void **state)
{
	assert_scene("new 1 24\nnew 2 24\ncollect 0\n", "survivor 0 1+1 | old 2");
}

static void a_request_larger_than_eden_goes_to_the_old_generation(void **state)
{
	assert_scene("new 1 72\n", "old 1");
}

static void an_old_object_keeps_a_young_one_alive_through_its_card(void **state)
{
	assert_scene("new 1 72\nnew 2 8\nref 1 2\nunref - 2\ncollect 0\n",
		"survivor 0 2+1 | old 1");
	assert_scene("new 1 72\nnew 2 8\nref 1 2\nunref - 2\nunref - 1\ncollect 0\n",
		"survivor 0 2+1 | old 1");
	assert_scene("new 1 72\nnew 2 8\nref 1 2\nunref - 2\nunref - 1\ncollect\n", "");
}

static void a_major_collection_moves_everything_down(void **state)
{
	assert_scene("new 1 24\nnew 2 24\nnew 3 8\ncollect 0\nunref - 2\nnew 4 16\ncollect\n",
		"old 4 1 3");
}

static void a_promotion_without_room_becomes_a_major_collection(void **state)
{
	assert_scene("new 1 72\nunref - 1\nnew 2 32\nnew 3 32\ncollect 0\n", "old 2 3");
}

static void a_request_that_fits_nowhere_fails_after_a_major_collection(void **state)
{
	assert_scene("new 1 80\nnew 2 64\nnew 3 40\n", "no-memory | Eden 2 | old 1");
}

static void classes_live_in_the_metaspace_and_their_statics_are_roots(void **state)
{
	assert_scene("new 9 32 domain=meta\nnew 1 8\nref 9 1\nunref - 1\nunref - 9\ncollect\n",
		"old 1 | metaspace 9");
}

static void a_weak_reference_does_not_keep_its_object(void **state)
{
	assert_scene("new 1 8\nweak 2 1 size=16\nunref - 1\ncollect 0\n", "survivor 0 2+1");
	assert_scene(
		"new 5 8\nnew 1 8\nweak 2 1 size=16 callback=5\nref 5 2\nunref - 2\nunref - 1\n"
		"collect 0\ncollect 0\n",
		"survivor 1 5+2");
}

/* Object 1 is only softly reachable, and goes when nothing else can make room. */
static void a_weak_reference_may_cost_its_object_its_life(void **state)
{
	assert_scene("new 1 64\nunref - 1\nweak 2 1 size=64\n", "Eden 2");
}

static void a_soft_reference_keeps_its_object_while_there_is_memory(void **state)
{
	assert_scene("new 1 8\nweak 2 1 soft size=16\nunref - 1\ncollect 0\ncollect\n", "old 2 1");
	assert_scene("new 1 80\nweak 2 1 soft size=8\nunref - 1\nnew 3 80\nnew 4 64\n",
		"Eden 4 | old 2 3");
	assert_scene("new 1 80\nweak 2 1 size=8\nunref - 1\ncollect\n", "old 2");
	/* what nothing refers to keeps nothing */
	assert_scene("new 1 8\nweak 2 1 soft size=16\nunref - 1\nunref - 2\ncollect\n", "");
}

static void a_block_that_the_program_frees_stays_until_a_collection(void **state)
{
	assert_scene("a 1 8\na 2 8\nf 1\n", "Eden x 2");
	assert_scene("a 1 8\na 2 8\nf 1\ncollect 0\n", "survivor 0 2+1");
}

static void leaving_without_a_frame_is_a_fault(void **state)
{
	assert_scene("leave\n", "no-frame");
}

/* ---- against a plain model ------------------------------------------------------------------ */

#define OBJECTS 24u

struct model {
	bool is_live[OBJECTS];
	unsigned by_program[OBJECTS];
	unsigned refers[OBJECTS][OBJECTS]; /* how often */
	unsigned softly[OBJECTS];          /* the object that a soft reference has, + 1; or 0 */
	bool is_short;                     /* soft references keep nothing */
};

static void reach(const struct model *model, bool *is_reached, unsigned object)
{
	if (is_reached[object])
		return;
	is_reached[object] = true;
	for (unsigned to = 0; to < OBJECTS; to++)
		if (model->refers[object][to])
			reach(model, is_reached, to);
	if (model->softly[object] && !model->is_short)
		reach(model, is_reached, model->softly[object] - 1);
}

static bool is_young(const struct heap *heap, unsigned object)
{
	struct region region;
	struct live live;
	size_t at;

	return heap_find(heap, object, &live) &&
	       engine_region_at(heap_layer(heap, 0), live.address, &at, &region) && at < 3;
}

static void each_space_says_where_it_ends(void **state)
{
	struct heap *heap = heap_with("64", "32", "96", "2");
	struct event event = {.kind = EVENT_NEW, .object = 1, .size = 9, .text = TEXT_NONE};
	struct text out = {0};
	struct effect effect;

	heap_apply(heap, 0, &event, NULL, &effect);
	const struct engine *engine = heap_layer(heap, 0);
	for (size_t i = 0; i < engine_region_count(engine); i++) {
		struct field fields[8];
		struct region region;
		engine_region(engine, i, &region);
		size_t n = engine_fields(engine, region.base + 1, fields, 8);
		text_add(&out, "%s:", region.name);
		for (size_t j = 0; j < n; j++)
			text_add(&out, "%s %s %s", j ? "," : "", fields[j].name, fields[j].value);
		text_add(&out, "\n");
	}
	assert_text_equal(text_of(&out),
		"Eden: top 16, end 64, age 0\nsurvivor 0: top 0, end 32\n"
		"survivor 1: top 0, end 32\nold: top 0, end 96, dirty card 0, card bytes 64\n"
		"metaspace: top 0, end 256\n");
	text_finish(&out);
	heap_free(heap);
}

static unsigned collections_of(const struct heap *heap, unsigned field)
{
	struct field fields[2];

	assert_int_equal(engine_fields(heap_layer(heap, 0), 0, fields, 2), 2);
	return (unsigned)strtoul(fields[field].value, NULL, 10);
}

/* What was young, and how many collections there were, before an event. */
struct before {
	bool is_young[OBJECTS];
	unsigned minors, majors;
};

static void look(const struct heap *heap, struct before *before)
{
	for (unsigned i = 0; i < OBJECTS; i++)
		before->is_young[i] = is_young(heap, i);
	before->minors = collections_of(heap, 0);
	before->majors = collections_of(heap, 1);
}

/*
 * The collections of one event dropped exactly what they had to: a major one all that cannot be
 * reached from the program, a minor one the young that neither it nor an old object reaches.
 */
static void check_drops(struct model *model, const struct heap *heap, const struct before *before)
{
	bool is_reached[OBJECTS] = {false};
	bool is_major = collections_of(heap, 1) != before->majors;
	bool is_minor = collections_of(heap, 0) != before->minors;

	for (unsigned i = 0; i < OBJECTS; i++)
		if (model->is_live[i] &&
			(model->by_program[i] || (!is_major && !before->is_young[i])))
			reach(model, is_reached, i);
	for (unsigned i = 0; i < OBJECTS; i++) {
		struct counted counted;
		bool must_stay = !(is_major || is_minor) || is_reached[i];
		assert_int_equal(heap_counted(heap, i, &counted), model->is_live[i] && must_stay);
		if (model->is_live[i] && !must_stay) {
			model->is_live[i] = false;
			memset(model->refers[i], 0, sizeof(model->refers[i]));
			model->softly[i] = 0;
			for (unsigned from = 0; from < OBJECTS; from++)
				model->softly[from] *= model->softly[from] != i + 1;
		}
	}
}

static struct event random_event_of(struct dice *dice, const struct model *model)
{
	unsigned kind = (unsigned)dice_roll(dice, 20);
	struct event event = {.kind = kind < 8    ? EVENT_NEW
				      : kind < 13 ? EVENT_REF
				      : kind < 19 ? EVENT_UNREF
						  : EVENT_COLLECT,
		.object = (uint32_t)dice_roll(dice, OBJECTS),
		.other = (uint32_t)dice_roll(dice, OBJECTS),
		.text = TEXT_NONE};

	if (event.kind == EVENT_NEW)
		event.size = dice_roll(dice, 60);
	if (event.kind == EVENT_NEW && dice_roll(dice, 4) == 0) {
		event.kind = EVENT_WEAK;
		event.callback = OBJECT_NONE;
		event.flags = dice_roll(dice, 3) ? EVENT_SOFT : 0;
	}
	if (event.kind == EVENT_UNREF && dice_roll(dice, 3))
		event.other = OBJECT_NONE;
	if (event.kind == EVENT_COLLECT) {
		event.object = OBJECT_NONE;
		event.size = dice_roll(dice, GENERATIONS);
	}
	return event;
}

static void apply_to_model(struct model *model, const struct event *event,
	const struct effect *effect)
{
	if (effect->fault == FAULT_NO_MEMORY || effect->outcome == OUTCOME_INVALID)
		return;
	if (event->kind == EVENT_NEW) {
		model->is_live[event->object] = true;
		model->by_program[event->object] = 1;
	} else if (event->kind == EVENT_REF) {
		model->refers[event->other][event->object]++;
	} else if (event->kind == EVENT_UNREF && event->other == OBJECT_NONE) {
		model->by_program[event->object]--;
	} else if (event->kind == EVENT_UNREF) {
		model->refers[event->other][event->object]--;
	}
}

static bool was_short(const struct decision_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (strcmp(log->items[i].kind->name, "memory-short") == 0)
			return true;
	return false;
}

static unsigned play_graph(struct dice *dice, const char *old, unsigned *ret_short)
{
	struct heap *heap = heap_with("256", "96", old, "2");
	struct model model = {0};
	unsigned collected = 0;

	for (unsigned at = 0; at < 120; at++) {
		const struct event event = random_event_of(dice, &model);
		struct before before;
		struct effect effect;
		struct decision_log log = {0};
		look(heap, &before);
		heap_apply(heap, at, &event, &log, &effect);
		if (heap_broken(heap))
			fail_msg("event %u: %s", at, heap_broken(heap));
		/* a collection within a request does not know the new object yet */
		struct model after = model;
		bool is_new = event.kind == EVENT_NEW || event.kind == EVENT_WEAK;
		if (is_new && effect.outcome == OUTCOME_PLACED) {
			struct counted counted;
			assert_true(heap_counted(heap, event.object, &counted));
			after.is_live[event.object] = true;
			after.by_program[event.object] = 1;
			before.is_young[event.object] = true;
		}
		after.is_short = was_short(&log);
		assert_int_equal(log.lost, 0);
		*ret_short += after.is_short;
		check_drops(&after, heap, &before);
		if (is_new && effect.outcome == OUTCOME_PLACED && (event.flags & EVENT_SOFT) &&
			after.is_live[event.other])
			after.softly[event.object] = event.other + 1;
		collected += (effect.happened & HAPPENED_COLLECTED) != 0;
		model = after;
		if (!is_new)
			apply_to_model(&model, &event, &effect);
	}
	heap_free(heap);
	return collected;
}

static void random_graphs_lose_what_cannot_be_reached_and_nothing_else(void **state)
{
	unsigned collected = 0, was_short_of_memory = 0;
	struct dice dice;

	dice_init(&dice, 17);
	for (unsigned graph = 0; graph < 1000; graph++)
		collected += play_graph(&dice, graph % 2 ? "160" : "700", &was_short_of_memory);
	assert_true(collected > 5000);
	assert_true(was_short_of_memory > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_are_born_one_after_the_other_in_eden),
		cmocka_unit_test(what_is_reached_is_copied_and_the_rest_is_left),
		cmocka_unit_test(an_object_that_only_another_refers_to_comes_after_the_roots),
		cmocka_unit_test(local_variables_are_roots_of_the_newest_frame_first),
		cmocka_unit_test(each_space_says_where_it_ends),
		cmocka_unit_test(a_full_eden_is_collected_before_the_request_is_served),
		cmocka_unit_test(the_survivor_spaces_take_turns),
		cmocka_unit_test(an_object_that_has_survived_often_enough_is_promoted),
		cmocka_unit_test(what_does_not_fit_into_the_survivor_space_is_promoted_early),
		cmocka_unit_test(a_request_larger_than_eden_goes_to_the_old_generation),
		cmocka_unit_test(an_old_object_keeps_a_young_one_alive_through_its_card),
		cmocka_unit_test(a_major_collection_moves_everything_down),
		cmocka_unit_test(a_promotion_without_room_becomes_a_major_collection),
		cmocka_unit_test(a_request_that_fits_nowhere_fails_after_a_major_collection),
		cmocka_unit_test(classes_live_in_the_metaspace_and_their_statics_are_roots),
		cmocka_unit_test(a_weak_reference_does_not_keep_its_object),
		cmocka_unit_test(a_weak_reference_may_cost_its_object_its_life),
		cmocka_unit_test(a_soft_reference_keeps_its_object_while_there_is_memory),
		cmocka_unit_test(a_block_that_the_program_frees_stays_until_a_collection),
		cmocka_unit_test(leaving_without_a_frame_is_a_fault),
		cmocka_unit_test(random_graphs_lose_what_cannot_be_reached_and_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
