/* UTF-8 in and out, and the cells it takes: what utf8.h promises. */
#include "base/utf8.h"

#include "support.h"

#include <string.h>

static void every_code_point_comes_back(void **state)
{
	for (uint32_t code = 0; code <= 0x10FFFF; code++) {
		char bytes[5];
		const char *at = bytes;
		if (code >= 0xD800 && code < 0xE000)
			continue;
		size_t n = utf8_put(bytes, code);
		assert_true(n >= 1 && n <= 4 && bytes[n] == '\0');
		assert_int_equal(utf8_next(&at, n), code);
		assert_ptr_equal(at, bytes + n);
	}
}

static void what_cannot_be_encoded_is_the_replacement(void **state)
{
	static const uint32_t codes[] = {0xD800, 0xDFFF, 0x110000, UINT32_MAX};
	char bytes[5];

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		assert_int_equal(utf8_put(bytes, codes[i]), 3);
		assert_string_equal(bytes, "\ufffd");
	}
}

/* Bytes in hexadecimal in, code points out; a malformed byte is one long. */
static void malformed_bytes_are_one_long_each(void **state)
{
	static const struct {
		const char *bytes;
		size_t length;
		uint32_t codes[5];
		size_t n;
	} cases[] = {
		{"\x80", 1, {UTF8_BAD}, 1},               /* a continuation byte by itself */
		{"\xc0\x80", 2, {UTF8_BAD, UTF8_BAD}, 2}, /* overlong NUL */
		{"\xc1\xbf", 2, {UTF8_BAD, UTF8_BAD}, 2},
		{"\xe0\x80\xaf", 3, {UTF8_BAD, UTF8_BAD, UTF8_BAD}, 3}, /* overlong / */
		{"\xf0\x80\x80\xaf", 4, {UTF8_BAD, UTF8_BAD, UTF8_BAD, UTF8_BAD}, 4},
		{"\xed\xa0\x80", 3, {UTF8_BAD, UTF8_BAD, UTF8_BAD}, 3}, /* a surrogate */
		/* beyond 10FFFF */
		{"\xf4\x90\x80\x80", 4, {UTF8_BAD, UTF8_BAD, UTF8_BAD, UTF8_BAD}, 4},
		{"\xf5\x80", 2, {UTF8_BAD, UTF8_BAD}, 2},
		{"\xff\xfe", 2, {UTF8_BAD, UTF8_BAD}, 2},
		{"\xe2\x82", 2, {UTF8_BAD, UTF8_BAD}, 2}, /* cut off */
		{"\xe2\x82"
		 "a",
			3, {UTF8_BAD, UTF8_BAD, 'a'}, 3}, /* what follows is kept */
		{"\xe2\xe2\x82\xac", 4, {UTF8_BAD, 0x20AC}, 2},
		{"\xf0\x9f\x98\x80", 4, {0x1F600}, 1},
		/* the length ends the text */
		{"\xf0\x9f\x98\x80", 3, {UTF8_BAD, UTF8_BAD, UTF8_BAD}, 3},
		{"a\0b", 3, {'a', 0, 'b'}, 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *at = cases[i].bytes, *end = at + cases[i].length;
		size_t n = 0;
		while (at < end) {
			assert_true(n < cases[i].n);
			assert_int_equal(utf8_next(&at, (size_t)(end - at)), cases[i].codes[n++]);
		}
		assert_ptr_equal(at, end);
		assert_int_equal(n, cases[i].n);
	}
}

static void nothing_left_is_nothing_read(void **state)
{
	const char *bytes = "a", *at = bytes;

	assert_int_equal(utf8_next(&at, 0), UTF8_BAD);
	assert_ptr_equal(at, bytes);
}

static void signs_take_none_one_or_two_cells(void **state)
{
	static const struct {
		uint32_t code;
		int width;
	} cases[] = {
		{'a', 1},
		{0x07, 1},
		{0x7F, 1},
		{0xE9, 1},
		{UTF8_BAD, 1},
		/* of the screen */
		{0x2588, 1},
		{0x2500, 1},
		{0x2026, 1},
		{0x2192, 1},
		{0x25BA, 1},
		{0x28FF, 1},
		{0x0301, 0},
		{0x05C1, 0},
		{0x0670, 0},
		{0x094D, 0},
		{0x0E34, 0},
		{0x20D0, 0},
		{0x200B, 0},
		{0x200D, 0},
		{0xFE0F, 0},
		{0xFEFF, 0},
		{0xE0100, 0},
		{0x1100, 2},
		{0x231A, 2},
		{0x2705, 2},
		{0x274C, 2},
		{0x2B50, 2},
		{0x3042, 2},
		{0x6F22, 2},
		{0xAC00, 2},
		{0xFF21, 2},
		{0x1F600, 2},
		{0x1F680, 2},
		{0x1F9E0, 2},
		{0x1FAE0, 2},
		{0x20000, 2},
		{0x17000, 2},
		{0x2714, 1},
		{0x2764, 1},
		{0x303F, 1},
		{0xFF71, 1},
		{0x0E01, 1},
		{0x0905, 1},
		{0x1F321, 1},
		{0x10FFFF, 1},
		{0x110000, 1},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (utf8_width(cases[i].code) != cases[i].width)
			fail_msg("U+%04X: %d cells", (unsigned)cases[i].code,
				utf8_width(cases[i].code));
}

static void a_text_takes_the_sum_of_its_signs(void **state)
{
	static const struct {
		const char *text;
		size_t cells;
	} cases[] = {
		{"", 0},
		{"plain", 5},
		{"größer", 6},
		{"e\u0301te\u0301", 3},
		{"記憶", 4},
		{"\u2705 ok", 5},
		{"caf\xe9", 4},
		{"\xe2\x82", 2},
		{"a\tb", 3},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(utf8_cells(cases[i].text), cases[i].cells);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_comes_back),
		cmocka_unit_test(what_cannot_be_encoded_is_the_replacement),
		cmocka_unit_test(malformed_bytes_are_one_long_each),
		cmocka_unit_test(nothing_left_is_nothing_read),
		cmocka_unit_test(signs_take_none_one_or_two_cells),
		cmocka_unit_test(a_text_takes_the_sum_of_its_signs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
