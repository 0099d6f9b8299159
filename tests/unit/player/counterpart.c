/* Two traces in step: by event, by time, by mark. */
#include "player/counterpart.h"

#include "base/error.h"
#include "base/text.h"
#include "support.h"
#include "trace/trace.h"

#include <string.h>

static const char one[] = "a 0 16 time=1000000000\n"
			  "mark loaded\n"
			  "a 1 16 time=2000000000\n"
			  "a 2 16 time=3000000000\n"
			  "a 3 16 time=4000000000\n"
			  "mark only here\n"
			  "a 4 16 time=5000000000\n"
			  "mark round\n"
			  "a 5 16 time=6000000000\n"
			  "mark round\n"
			  "a 6 16 time=7000000000\n";
static const char other[] = "a 0 16 time=500000000\n"
			    "a 1 16 time=2500000000\n"
			    "mark loaded\n"
			    "a 2 16 time=3500000000\n"
			    "mark round\n"
			    "a 3 16 time=4500000000\n"
			    "a 4 16 time=9000000000\n"
			    "mark round\n";

static struct trace *opened(const char *words)
{
	struct trace *trace;
	struct error err = {0};

	assert_int_equal(trace_open_memory(&trace, words, strlen(words), "t", 0, &err), 0);
	return trace;
}

static void the_other_trace_is_at_its_counterpart(void **state)
{
	static const struct {
		enum pace pace;
		uint64_t position, expected;
		const char *mark;
	} table[] = {
		{PACE_EVENT, 0, 0, NULL},
		{PACE_EVENT, 5, 5, NULL},
		{PACE_EVENT, 11, 8, NULL},
		{PACE_TIME, 0, 0, NULL},
		{PACE_TIME, 1, 1, NULL},  /* 1 s */
		{PACE_TIME, 5, 5, NULL},  /* 4 s: after the mark at 3.5 s */
		{PACE_TIME, 11, 6, NULL}, /* 7 s */
		{PACE_MARK, 0, 0, NULL},  /* before a common mark: by events, not past it */
		{PACE_MARK, 1, 1, NULL},
		{PACE_MARK, 2, 3, "loaded"}, /* just after it */
		{PACE_MARK, 3, 4, "loaded"},
		{PACE_MARK, 5, 4, "loaded"}, /* the other is at its next mark by then */
		{PACE_MARK, 6, 4, "loaded"}, /* a mark that only one has */
		{PACE_MARK, 8, 5, "round"},
		{PACE_MARK, 9, 6, "round"},
		{PACE_MARK, 10, 8, "round"}, /* the second of that name */
		{PACE_MARK, 11, 8, "round"},
	};
	struct trace *a = opened(one), *b = opened(other);
	struct common_marks common = {0};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct counterpart found =
			counterpart_of(a, table[i].position, b, table[i].pace, &common);
		if (found.position != table[i].expected)
			fail_msg("by %s, %d: at %d, not %d", pace_names[table[i].pace],
				(int)table[i].position, (int)found.position,
				(int)table[i].expected);
		if (table[i].mark)
			assert_string_equal(found.mark, table[i].mark);
		else
			assert_null(found.mark);
	}
	common_marks_finish(&common);
	trace_close(a);
	trace_close(b);
}

/* With a search through the marks at each place it would take hours. */
static void many_marks_of_one_trace_alone_cost_nothing(void **state)
{
	enum { MARKS = 60000 };
	struct text words = {0}, others = {0};
	struct common_marks common = {0};

	for (unsigned i = 0; i < MARKS; i++) {
		text_add(&words, "mark %s %u\n", i % 1000 ? "mine" : "both", i);
		text_add(&others, "mark %s %u\n", i % 1000 ? "theirs" : "both", i);
	}
	struct trace *a = opened(text_of(&words)), *b = opened(text_of(&others));
	for (uint64_t at = 1; at <= MARKS; at++) {
		struct counterpart found = counterpart_of(a, at, b, PACE_MARK, &common);
		assert_int_equal(found.position, at);
		assert_int_equal(found.past, (at - 1) % 1000);
	}
	assert_int_equal(common.items.count, MARKS / 1000);
	common_marks_finish(&common);
	trace_close(a);
	trace_close(b);
	text_finish(&words);
	text_finish(&others);
}

static void the_pace_is_what_both_have(void **state)
{
	struct trace *a = opened(one), *b = opened(other), *timed = opened("a 0 16 time=1\n"),
		     *bare = opened("a 0 16\nmark elsewhere\n"),
		     *first = opened("a 0 16\nmark loaded\na 1 16\n");

	assert_int_equal(pace_of(a, b), PACE_MARK);
	assert_int_equal(pace_of(a, timed), PACE_TIME);
	assert_int_equal(pace_of(first, b), PACE_MARK);
	assert_int_equal(pace_of(b, first), PACE_MARK);
	assert_int_equal(pace_of(a, bare), PACE_EVENT);
	trace_close(a);
	trace_close(first);
	trace_close(b);
	trace_close(timed);
	trace_close(bare);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_trace_is_at_its_counterpart),
		cmocka_unit_test(many_marks_of_one_trace_alone_cost_nothing),
		cmocka_unit_test(the_pace_is_what_both_have),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
