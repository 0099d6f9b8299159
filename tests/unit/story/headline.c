/* The headline of small traces, as a person reads it; bold words are between stars. */
#include "../view/stage.h"
#include "story/headline.h"
#include "support.h"

#include <string.h>

#define PYTHON   "--engine pymalloc --python 3.8"
#define TEXTBOOK "--engine heap --heap-header 0 --heap-align 1 --heap-size "

static void assert_headline(const char *options, const char *trace, size_t columns,
	const char *expected)
{
	struct headline headline = {0};
	struct text lines = {0};
	struct stage stage;

	stage_init(&stage, options, trace);
	headline_write(&headline, stage.player, columns);
	text_add(&lines, "%s\n%s\n", text_of(&headline.held), text_of(&headline.why));
	for (char *at = lines.bytes; *at; at++)
		*at = *at == HEADLINE_BOLD ? '*' : *at;
	assert_text_equal(text_of(&lines), expected);
	assert_true(headline_cells(&headline.held) <= columns);
	assert_true(headline_cells(&headline.why) <= columns);
	headline_finish(&headline);
	text_finish(&lines);
	stage_finish(&stage);
}

static void before_the_first_event_it_says_how_to_begin(void **state)
{
	struct headline headline = {0};
	struct stage stage;

	stage_init(&stage, PYTHON, "a 0 90\n");
	stage_seek(&stage, 0);
	headline_write(&headline, stage.player, 78);
	assert_non_null(strstr(text_of(&headline.held), "Nothing has happened yet."));
	assert_int_equal(headline.why.length, 0);
	headline_finish(&headline);
	stage_finish(&stage);
}

/* Many objects of a size that has a pool for every seven; those that are freed leave the pools. */
static const char *filled(struct text *trace, unsigned count, unsigned kept)
{
	for (unsigned i = 0; i < count; i++)
		text_add(trace, "a %u 500\n", i);
	for (unsigned i = kept; i < count; i++)
		text_add(trace, "f %u\n", i);
	return text_of(trace);
}

static void a_few_objects_pin_an_arena(void **state)
{
	struct text trace = {0};

	assert_headline(PYTHON, filled(&trace, 300, 2), 78,
		"*2 objects* are live: *1000 B*. Python holds *256 KiB* for them. Why so much?\n"
		"*2 objects* are scattered over *A00* and pin *256 KiB*.\n");
	text_clear(&trace);
	assert_headline(PYTHON, filled(&trace, 300, 1), 50,
		"*1* live: *500 B*, held: *256 KiB*\n*1 object* is alone in *A00* and pins *256 KiB*.\n");
	text_finish(&trace);
}

static void a_new_arena_is_not_pinned(void **state)
{
	assert_headline(PYTHON, "a 0 90\n", 78,
		"*1 object* is live: *90 B*. Python holds *256 KiB* for it.\n"
		"Most of the rest, *252 KiB*, is pools that are empty or were never used.\n");
}

static void a_heap_that_never_was_is_called_simulated(void **state)
{
	static const char *const trace = "a 0 20 at=0x5010\na 1 20 at=0x5030\nf 0\n";

	assert_headline(TEXTBOOK "100", trace, 78,
		"*1 object* is live: *20 B*. The simulated heap holds *100 B* for it.\n"
		"The rest, *80 B*, is in *2 holes*; the largest is *60 B*.\n");
	assert_headline("--engine recorded", trace, 78,
		"*1 object* is live: *20 B*. The program holds *4 KiB* for it.\n"
		"Nearly all of the rest, *3.97 KiB*, is in *2 holes*; the largest is *3.93 KiB*.\n");
	assert_headline("--engine glibc", trace, 40,
		"*1* live: *20 B*, held: *132 KiB*\n*131 KiB* is free at the end of the heap.\n");
}

static void holes_are_counted(void **state)
{
	assert_headline(TEXTBOOK "100", "a 0 20\na 1 20\na 2 20\nf 1\n", 78,
		"*2 objects* are live: *40 B*. The heap holds *100 B* for them.\n"
		"The rest, *60 B*, is in *2 holes*; the largest is *40 B*.\n");
	assert_headline(TEXTBOOK "100", "a 0 20\n", 78,
		"*1 object* is live: *20 B*. The heap holds *100 B* for it.\n"
		"The rest, *80 B*, is in one hole.\n");
}

static void a_full_heap_is_called_in_use(void **state)
{
	assert_headline(TEXTBOOK "100", "a 0 95\n", 78,
		"*1 object* is live: *95 B*. The heap holds *100 B* for it.\n"
		"Nearly all of that is in use.\n");
}

static void nothing_live_is_said(void **state)
{
	assert_headline(TEXTBOOK "100", "a 0 95\nf 0\n", 78,
		"*Nothing* is live. The heap holds *100 B*.\n"
		"All of it is in one hole.\n");
}

static void narrow_screens_get_fewer_words(void **state)
{
	assert_headline(TEXTBOOK "100", "a 0 20\na 1 20\na 2 20\nf 1\n", 40,
		"*2* live: *40 B*, held: *100 B*\n*60 B* is in *2 holes*; the largest is *40 B*.\n");
	assert_headline(TEXTBOOK "100", "a 0 20\na 1 20\na 2 20\nf 1\n", 26,
		"*2* live: *40 B*, held: *100 B*\n*60 B* free\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_first_event_it_says_how_to_begin),
		cmocka_unit_test(a_few_objects_pin_an_arena),
		cmocka_unit_test(a_new_arena_is_not_pinned),
		cmocka_unit_test(a_heap_that_never_was_is_called_simulated),
		cmocka_unit_test(holes_are_counted),
		cmocka_unit_test(a_full_heap_is_called_in_use),
		cmocka_unit_test(nothing_live_is_said),
		cmocka_unit_test(narrow_screens_get_fewer_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
