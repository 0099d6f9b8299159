/* Decimal numbers of any length, at any distance from the end of what was read. */
#include "trace/text/scanner.h"

#include "support.h"

#include <stdlib.h>
#include <string.h>

/* What scanner_take_decimal() makes of these bytes, and of nothing after them. */
static void assert_decimal(const char *bytes, size_t length, uint64_t number, size_t digits)
{
	char *alone = malloc(length ? length : 1); /* a sanitizer sees a read past its end */
	uint64_t taken = 7;

	memcpy(alone, bytes, length);
	const char *end = scanner_take_decimal(alone, alone + length, &taken);
	if (digits == 0) {
		assert_null(end);
	} else {
		assert_int_equal(end - alone, digits);
		assert_true(taken == number);
	}
	free(alone);
}

static void a_number_ends_where_its_digits_do(void **state)
{
	static const char all[] = "12345678901234567890";
	static const char after[] = {'\n', ' ', '#', 'K', '/', ':', '\0', '\x7f', '\xb0', '\xff'};

	for (size_t digits = 1; digits < sizeof(all); digits++) {
		char bytes[48] = {0};
		memcpy(bytes, all, digits);
		uint64_t number = strtoull(bytes, NULL, 10);
		assert_decimal(bytes, digits, number, digits);
		for (size_t i = 0; i < sizeof(after); i++) {
			memset(bytes, '9', sizeof(bytes));
			memcpy(bytes, all, digits);
			bytes[digits] = after[i];
			for (size_t length = digits + 1; length < sizeof(bytes); length++)
				assert_decimal(bytes, length, number, digits);
		}
	}
}

static void zeros_in_front_do_not_count(void **state)
{
	assert_decimal("0", 1, 0, 1);
	assert_decimal("00000000", 8, 0, 8);
	assert_decimal("0000000000000000000000000000000000000042 ", 41, 42, 40);
	assert_decimal("00000007\n99999999", 17, 7, 8);
}

static void what_is_no_number_or_has_more_than_64_bits_is_refused(void **state)
{
	assert_decimal("", 0, 0, 0);
	assert_decimal("x2345678", 8, 0, 0);
	assert_decimal("-1", 2, 0, 0);
	assert_decimal("18446744073709551615", 20, UINT64_MAX, 20);
	assert_decimal("18446744073709551616", 20, 0, 0);
	assert_decimal("99999999999999999999999 ", 24, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_ends_where_its_digits_do),
		cmocka_unit_test(zeros_in_front_do_not_count),
		cmocka_unit_test(what_is_no_number_or_has_more_than_64_bits_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
