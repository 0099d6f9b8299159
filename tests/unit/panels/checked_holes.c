/*
 * The holes with a question mark are those that the search checked: with every fit and order of the
 * free list, compared with the list before the event.
 */
#include "panels/heap/checked_holes.h"

#include "../view/stage.h"
#include "base/text.h"
#include "engines/freelist/decisions.h"
#include "support.h"

#include <stdio.h>

#define EVENTS    300u
#define OBJECTS   12u
#define HOLES_MAX 64u

/* Random requests, some of them aligned, and frees, in a heap where many fail. */
static void write_trace(struct text *trace)
{
	bool is_live[OBJECTS] = {false};
	struct dice dice;

	dice_init(&dice, 1);
	for (unsigned i = 0; i < EVENTS; i++) {
		uint64_t object = dice_roll(&dice, OBJECTS);
		if (is_live[object])
			text_add(trace, "f %u\n", (unsigned)object);
		else
			text_add(trace, "a %u %u%s\n", (unsigned)object,
				8 * (unsigned)(1 + dice_roll(&dice, 8)),
				dice_roll(&dice, 4) == 0 ? " align=64" : "");
		is_live[object] = !is_live[object];
	}
}

static const struct decision *find(const struct decision_log *log, const struct decision_kind *kind)
{
	for (size_t i = 0; log && i < log->count; i++)
		if (log->items[i].kind == kind)
			return &log->items[i];
	return NULL;
}

static bool is_in(const struct list_entry *entries, size_t count, uint64_t address)
{
	for (size_t i = 0; i < count; i++)
		if (entries[i].address == address)
			return true;
	return false;
}

/* The entries of the list before the event that its search checked and did not take. */
static size_t list_checked(const struct decision_log *log, const struct list_entry *before,
	size_t n, struct list_entry *ret_checked)
{
	const struct decision *searched = find(log, &decision_searched);
	const struct decision *chosen = find(log, &decision_hole_chosen);
	size_t last = n, count = 0;

	if (!searched)
		return 0;
	assert_int_equal(searched->b, n);
	for (size_t i = 0; chosen && i < n; i++)
		if (before[i].address == chosen->a)
			last = i;
	assert_true(!chosen || last < n);
	for (size_t i = chosen != NULL; i < searched->a; i++)
		ret_checked[count++] = before[(last + n - i) % n];
	return count;
}

/* Checks the last event against the list before it; returns how many holes it checked. */
static size_t assert_checked(struct stage *stage, const struct list_entry *before, size_t n)
{
	const struct engine *engine = heap_layer(player_heap(stage->player), 0);
	const struct checked_holes checked = checked_of(&stage->scene, engine);
	struct list_entry expected[HOLES_MAX], after[HOLES_MAX];
	size_t count = list_checked(stage->scene.log, before, n, expected), found = 0;
	size_t now = engine_list_entries(engine, 0, 0, after, HOLES_MAX);

	for (size_t i = 0; i < now; i++)
		if (checked_has(&checked, after[i].address, i)) {
			assert_true(is_in(expected, count, after[i].address));
			found++;
		}
	assert_int_equal(found, count);
	return count;
}

static void each_hole_that_was_checked_is_marked(void **state)
{
	static const char *const fits[] = {"first", "next", "best", "worst"};
	static const char *const orders[] = {"address", "size", "size-down", "front", "back"};
	struct text trace = {0};
	char options[160];

	write_trace(&trace);
	for (size_t i = 0; i < 2 * 4 * 5; i++) {
		struct stage stage;
		size_t checked = 0;
		snprintf(options, sizeof(options),
			"--engine heap --heap-size 300 --heap-header 0 --heap-align 4 --heap-fit %s --heap-order %s --heap-coalesce %s",
			fits[i % 4], orders[i / 4 % 5], i < 20 ? "on" : "off");
		stage_init(&stage, options, text_of(&trace));
		for (uint64_t at = 1; at < EVENTS; at++) {
			struct list_entry before[HOLES_MAX];
			stage_seek(&stage, at);
			size_t n = engine_list_entries(heap_layer(player_heap(stage.player), 0), 0,
				0, before, HOLES_MAX);
			stage_seek(&stage, at + 1);
			checked += assert_checked(&stage, before, n);
		}
		assert_true(checked > EVENTS / 10);
		stage_finish(&stage);
	}
	text_finish(&trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_hole_that_was_checked_is_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
