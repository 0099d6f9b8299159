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
		{"-5", 0},
		{"999", 8},
		{"50%", 4},
		{"0%", 0},
		{"2s", 3},
		{"2.5s", 3},
		{"90s", 8},
		{"loaded", 3},
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

static void words_that_are_no_place_are_named(void **state)
{
	struct trace *trace;
	struct error err = {0};
	struct where where;

	assert_int_equal(trace_open_memory(&trace, "a 0 1\n", 6, "t", 0, &err), 0);
	assert_int_equal(where_parse(&where, trace, 0, "nowhere", &err), -1);
	assert_non_null(strstr(err.text, "'nowhere' is not an event number"));
	assert_int_equal(where_parse(&where, trace, 0, "2s", &err), -1);
	assert_text_equal(err.text, "this trace has no times");
	assert_int_equal(where_parse(&where, trace, 0, "99999999999999999999", &err), -1);
	assert_non_null(strstr(err.text, "too large"));
	trace_close(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_place_is_found),
		cmocka_unit_test(words_that_are_no_place_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
