/* Constants of a hand-out's header: what each expression of C is worth, and what is none. */
#include "plugin/constant.h"

#include "support.h"

#include <inttypes.h>
#include <string.h>

static void expressions_have_the_values_that_c_gives_them(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} cases[] = {
		{"0", 0},
		{"7", 7},
		{" 42 /* bytes */", 42},
		{"42// bytes", 42},
		{"42\r\n#define OTHER 1", 42},
		{"0x10", 16},
		{"010", 8},
		{"16UL", 16},
		{"1<<20", 1048576},
		{"(20*(1<<20)) /* 20 MB */", 20971520},
		{"2 + 3*4", 14},
		{"(2 + 3)*4", 20},
		{"20 - 3 - 2", 15},
		{"24/4/2", 3},
		{"7/2", 3},
		{"0/5", 0},
		{"1 + 1 << 1 + 2", 16},
		{"1 << 2 << 3", 32},
		{"1<<63", UINT64_C(1) << 63},
		{"18446744073709551615", UINT64_MAX},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t value = 0;
		if (!constant_value(cases[i].text, &value) || value != cases[i].value)
			fail_msg("'%s' is %" PRIu64, cases[i].text, value);
	}
}

static void what_has_no_value_leaves_it_as_it_was(void **state)
{
	static const char *const texts[] = {"", "bytes", "-1", "1 +", "1 2", "(1", "1)", "()",
		"1/0", "1/(2-2)", "1 - 2", "2 *", "1 <<", "1<<64", "2<<63",
		"18446744073709551615 + 1", "18446744073709551616", "4294967296 * 4294967296",
		"12bytes", "1 % 2", "sizeof(int)"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		uint64_t value = 99;
		if (constant_value(texts[i], &value) || value != 99)
			fail_msg("'%s' is %" PRIu64, texts[i], value);
	}
}

/* As many as a person would write, and a text that would take the stack. */
static void parentheses_have_a_limit(void **state)
{
	char text[200] = "";
	uint64_t value;

	for (size_t depth = 1; depth < 90; depth++) {
		memset(text, '(', depth);
		text[depth] = '1';
		memset(text + depth + 1, ')', depth);
		assert_int_equal(constant_value(text, &value), depth <= 32);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(expressions_have_the_values_that_c_gives_them),
		cmocka_unit_test(what_has_no_value_leaves_it_as_it_was),
		cmocka_unit_test(parentheses_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
