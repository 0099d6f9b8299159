/* What stands before a call in logs of ltrace and strace: taken, or left as part of the call. */
#include "trace/readers/prefix.h"

#include "base/text.h"
#include "support.h"

#include <inttypes.h>
#include <string.h>

/* "thread 7, time 123 ns, caller 0x12: rest"; what is not there is not named. */
static void describe(const char *line, struct text *out)
{
	struct prefix prefix;
	const char *rest = prefix_take(line, &prefix);

	if (prefix.thread)
		text_add(out, "thread %" PRIu64 ", ", prefix.thread);
	if (prefix.has_time)
		text_add(out, "time %" PRIu64 " ns, ", prefix.time);
	if (prefix.caller)
		text_add(out, "caller 0x%" PRIx64 ", ", prefix.caller);
	text_add(out, "rest %s", rest);
}

static const char *const cases[][2] = {
	{"malloc(10) = 0x1", "rest malloc(10) = 0x1"},
	/* threads */
	{"[pid 1234] malloc(10)", "thread 1234, rest malloc(10)"},
	{"[pid  1234]   malloc(10)", "thread 1234, rest malloc(10)"},
	{"[pid 12x4] malloc(10)", "rest [pid 12x4] malloc(10)"},
	{"[pid 1234", "rest [pid 1234"},
	{"1234 malloc(10)", "thread 1234, rest malloc(10)"},
	{"1234  malloc(10)", "thread 1234, rest malloc(10)"},
	{"1234malloc(10)", "rest 1234malloc(10)"},
	{"1234", "rest 1234"},
	/* times of the day */
	{"00:00:01 f()", "time 1000000000 ns, rest f()"},
	{"01:02:03 f()", "time 3723000000000 ns, rest f()"},
	{"23:59:59.5 f()", "time 86399500000000 ns, rest f()"},
	{"00:00:00.000001 f()", "time 1000 ns, rest f()"},
	{"00:00:00.123456789 f()", "time 123456789 ns, rest f()"},
	{"00:00:00.1234567899 f()", "time 123456789 ns, rest f()"},
	{"[pid 7] 00:00:01 f()", "thread 7, time 1000000000 ns, rest f()"},
	{"7 00:00:01.25 f()", "thread 7, time 1250000000 ns, rest f()"},
	{"01:02 f()", "rest 01:02 f()"},
	{"01:02:03", "rest 01:02:03"},
	{"01:02:03x f()", "rest 01:02:03x f()"},
	{"01:02:03:04 f()", "rest 01:02:03:04 f()"},
	{"x1:02:03 f()", "rest x1:02:03 f()"},
	/* times of the era, and since the last call, which are none */
	{"1764373883.541217 f()", "time 1764373883541217000 ns, rest f()"},
	{"86401.0 f()", "time 86401000000000 ns, rest f()"},
	{"86400.9 f()", "rest f()"},
	{"0.000123 f()", "rest f()"},
	{"[pid 7] 1764373883 f()", "thread 7, rest 1764373883 f()"},
	{"5000000000.0 f()", "time 5000000000000000000 ns, rest f()"},
	{"9000000000.0 f()", "rest 9000000000.0 f()"},
	/* callers */
	{"[0x55916064c19b] f()", "caller 0x55916064c19b, rest f()"},
	{"[55916064c19b]  f()", "caller 0x55916064c19b, rest f()"},
	{"[????????????????] f()", "rest f()"},
	{"[] f()", "rest [] f()"},
	{"[0x12 f()", "rest [0x12 f()"},
	{"[0x12]f()", "rest [0x12]f()"},
	{"[xyz] f()", "rest [xyz] f()"},
	{"7 00:00:01 [0x12] f()", "thread 7, time 1000000000 ns, caller 0x12, rest f()"},
	{"", "rest "},
};

static void what_stands_before_a_call_is_taken(void **state)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text out = {0};
		describe(cases[i][0], &out);
		if (strcmp(text_of(&out), cases[i][1]) != 0) {
			print_error("'%s': %s, not %s\n", cases[i][0], text_of(&out), cases[i][1]);
			wrong++;
		}
		text_finish(&out);
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stands_before_a_call_is_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
