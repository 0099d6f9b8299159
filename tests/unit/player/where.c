/* Places in a trace, by the words of a person. */
#include "player/where.h"

#include "base/error.h"
#include "support.h"
#include "trace/trace.h"

#include <string.h>

/* Eight events, the last at 4 s; the peak is after event 3. */
static const char words[] = "a 0 16 time=1000000000\n"
			    "a 1 100 time=2000000000\n"
			    "mark loaded\n"
			    "a 2 400 time=3000000000\n"
			    "f 2\n"
			    "f 2\n"
			    "note a caption\n"
			    "f 1 time=4000000000\n";

static void every_kind_of_place_is_found(void **state)
{
	static const struct {
		const char *words;
		uint64_t position;
	} table[] = {
		{"start", 0},
		{"end", 8},
		{"0", 1},
		{"5", 6},
		{"+5", 5},
		{"-0", 0},
		{"999", 8},
		{"50%", 4},
		{"0%", 0},
		{"100%", 8},
		{"100.00%", 8},
		{"2s", 3},
		{"2.5s", 3},
		{"90s", 8},
		{"loaded", 3},
		{"loaded#1", 3},
		{"peak", 4},
		{"fault", 6},
	};
	struct trace *trace;
	struct error err = {0};
	uint64_t position;

	assert_int_equal(trace_open_memory(&trace, words, strlen(words), "t", 0, &err), 0);
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_int_equal(where_find(&position, trace, "heap", NULL, table[i].words, &err),
			0);
		if (position != table[i].position)
			fail_msg("%s: at %d", table[i].words, (int)position);
	}
	trace_close(trace);
}

/* The first of its marks, of the program that the process was last. */
static void the_end_of_the_programs_work_is_a_place(void **state)
{
	static const struct {
		const char *trace, *by_default;
		int at; /* of "exit"; -1: there is none */
	} table[] = {
		{"a 0 1\nmark main() returned\nf 0\n", "main() returned", 2},
		{"a 0 1\nmark exit() was called\nf 0\n", "exit() was called", 2},
		{"a 0 1\nmark interpreter shuts down\nmark main() returned\nf 0\n",
			"interpreter shuts down", 2},
		{"a 0 1\nmark interpreter shuts down\na 1 1\nmark interpreter shuts down\nf 0\nmark "
		 "main() returned\n",
			"interpreter shuts down", 4},
		{"mark main() returned\nmark exec: b\na 0 1\nmark main() returned\nf 0\n",
			"main() returned", 4},
		{"a 0 1\nmark main() returned\nmark exec: b\nf 0\n", "end", -1},
		{"a 0 1\nf 0\n", "end", -1},
		/* a mark of that name is the program's */
		{"mark exit\na 0 1\nmark main() returned\nf 0\n", "main() returned", 1},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		const char *lines = table[i].trace;
		struct trace *trace;
		struct error err = {0};
		struct where where = {.position = 0};

		assert_int_equal(trace_open_memory(&trace, lines, strlen(lines), "t", 0, &err), 0);
		assert_text_equal(where_by_default(trace), table[i].by_default);
		int result = where_parse(&where, trace, 0, "exit", &err);
		assert_int_equal(result, table[i].at < 0 ? -1 : 0);
		if (result < 0)
			assert_non_null(strstr(err.text, "'end' is its end"));
		else
			assert_int_equal(where.position, table[i].at);
		trace_close(trace);
	}
}

static void words_that_are_no_place_are_named(void **state)
{
	struct trace *trace;
	struct error err = {0};
	struct where where;
	static const char *const beyond[] = {"101%", "100.5%", "100.001%", "99999999999999999999%"};

	assert_int_equal(trace_open_memory(&trace, "a 0 1\n", 6, "t", 0, &err), 0);
	assert_int_equal(where_parse(&where, trace, 0, "nowhere", &err), -1);
	assert_non_null(strstr(err.text, "'nowhere' is not an event number"));
	assert_int_equal(where_parse(&where, trace, 0, "2s", &err), -1);
	assert_text_equal(err.text, "this trace has no times");
	assert_int_equal(where_parse(&where, trace, 0, "99999999999999999999", &err), -1);
	assert_non_null(strstr(err.text, "too large"));
	uint64_t position;
	assert_int_equal(where_find(&position, trace, "heap", NULL, "-5", &err), -1);
	assert_text_equal(err.text, "'-5' is before the trace begins: its first event is 0");
	for (size_t i = 0; i < sizeof(beyond) / sizeof(*beyond); i++) {
		assert_int_equal(where_parse(&where, trace, 0, beyond[i], &err), -1);
		assert_non_null(strstr(err.text, "more than 100%"));
	}
	trace_close(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_place_is_found),
		cmocka_unit_test(the_end_of_the_programs_work_is_a_place),
		cmocka_unit_test(words_that_are_no_place_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
