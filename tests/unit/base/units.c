/* Numbers as people read them: what units.h promises, at its edges. */
#include "base/units.h"

#include "support.h"

#include <stdio.h>
#include <string.h>

#define K UINT64_C(1024)
#define M (K * K)
#define G (M * K)
#define T (G * K)

static void counts_have_commas_between_thousands(void **state)
{
	static const struct {
		uint64_t number;
		const char *words;
	} cases[] = {
		{0, "0"},
		{7, "7"},
		{999, "999"},
		{1000, "1,000"},
		{48731, "48,731"},
		{999999, "999,999"},
		{1000000, "1,000,000"},
		{UINT64_MAX, "18,446,744,073,709,551,615"},
	};
	struct units units;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(units_count(&units, cases[i].number), cases[i].words);
}

static void bytes_are_exact_when_short_else_rounded(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *words;
	} cases[] = {
		{0, "0 B"},
		{1, "1 B"},
		{512, "512 B"},
		{1023, "1023 B"},
		{K, "1 KiB"},
		{4 * K, "4 KiB"},
		{1023 * K, "1023 KiB"},
		{M, "1 MiB"},
		{256 * K, "256 KiB"},
		{131 * G, "131 GiB"},
		{K + 1, "1.00 KiB"},
		{1536, "1.50 KiB"},
		{1111491, "1.06 MiB"},
		{10 * K - 1, "10.0 KiB"},
		{100 * K - 1, "100 KiB"},
		{12345678, "11.8 MiB"},
		{UINT64_MAX, "16.0 EiB"},
		{UINT64_C(1) << 60, "1 EiB"},
		{UINT64_C(15) << 60, "15 EiB"},
	};
	struct units units;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(units_bytes(&units, cases[i].bytes), cases[i].words);
}

static void bytes_that_round_to_1024_are_one_of_the_next_unit(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *words;
	} cases[] = {
		{M - 1, "1.00 MiB"},
		{M - 512, "1.00 MiB"},
		{M - 513, "1023 KiB"},
		{G - 1, "1.00 GiB"},
		{T - 1, "1.00 TiB"},
		{T * K - 1, "1.00 PiB"},
		{T * M - 1, "1.00 EiB"},
	};
	struct units units;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(units_bytes(&units, cases[i].bytes), cases[i].words);
}

/* A larger number of bytes never looks smaller, and no number is as long as the next unit. */
static void bytes_grow_with_their_words(void **state)
{
	struct units units;
	double before = 0;

	for (uint64_t bytes = 1; bytes < UINT64_MAX / 2; bytes += 1 + bytes / 1999) {
		static const char names[] = "BKMGTPE";
		double number;
		char unit;
		assert_int_equal(sscanf(units_bytes(&units, bytes), "%lf %c", &number, &unit), 2);
		assert_true(number < 1024);
		double value = number;
		for (const char *at = names; *at != unit; at++)
			value *= 1024;
		if (value < before)
			fail_msg("%llu: %s", (unsigned long long)bytes, units.text);
		assert_true(value > (double)bytes * 0.994 && value < (double)bytes * 1.006);
		before = value;
	}
}

static void percents_are_fine_below_ten(void **state)
{
	static const struct {
		uint64_t part, whole;
		const char *words;
	} cases[] = {
		{0, 0, "0%"},
		{5, 0, "0%"},
		{0, 7, "0%"},
		{1, 40, "2.5%"},
		{38, 100, "38%"},
		{7, 7, "100%"},
		{994, 10000, "9.9%"},
		{996, 10000, "10%"},
		{1, 1000, "0.1%"},
		{1, 10000, "<0.1%"},
		{3, 1, "300%"},
		{998, 1000, "99%"},
		{UINT64_MAX - 1, UINT64_MAX, "99%"},
		{985, 1000, "98%"},
		{986, 1000, "99%"},
		{UINT64_MAX, UINT64_MAX, "100%"},
	};
	struct units units;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(units_percent(&units, cases[i].part, cases[i].whole),
			cases[i].words);
}

/* One number is the same wherever it stands, however narrow. */
static void a_percent_in_two_columns_is_rounded_like_all_others(void **state)
{
	static const struct {
		uint64_t part, whole;
		const char *words;
	} cases[] = {{0, 0, "0"}, {0, 7, "0"}, {1, 1000, "<1"}, {99, 10000, "<1"}, {1, 40, "2"},
		{246, 1000, "25"}, {976, 1000, "98"}, {999, 1000, "99"}, {7, 7, "100"}};
	struct units units, fine;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(units_whole_percent(&units, cases[i].part, cases[i].whole),
			cases[i].words);
	for (uint64_t part = 100; part <= 1000; part++) {
		size_t length = strlen(units_whole_percent(&units, part, 1000));
		assert_string_equal(units_percent(&fine, part, 1000) + length, "%");
		assert_memory_equal(fine.text, units.text, length);
	}
}

static void times_take_the_unit_that_fits(void **state)
{
	static const struct {
		uint64_t nanoseconds;
		const char *words;
	} cases[] = {
		{0, "0 ns"},
		{12, "12 ns"},
		{999, "999 ns"},
		{1000, "1.00 us"},
		{4100, "4.10 us"},
		{9994, "9.99 us"},
		{9996, "10.0 us"},
		{99949, "99.9 us"},
		{99951, "100 us"},
		{999499, "999 us"},
		{999500, "1.00 ms"},
		{999999, "1.00 ms"},
		{1000000, "1.00 ms"},
		{999499999, "999 ms"},
		{999500000, "1.00 s"},
		{3200000000, "3.20 s"},
		{59949999999, "59.9 s"},
		{59950000000, "1:00 min"},
		{60000000000, "1:00 min"},
		{125000000000, "2:05 min"},
	};
	struct units units;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(units_time(&units, cases[i].nanoseconds), cases[i].words);
}

static void waiting_is_in_whole_seconds(void **state)
{
	static const struct {
		uint64_t seconds;
		const char *words;
	} cases[] = {
		{0, "0 s"},
		{45, "45 s"},
		{59, "59 s"},
		{60, "1:00 min"},
		{3599, "59:59 min"},
		{3600, "1:00 h"},
		{11220, "3:07 h"},
		{1000000, "277:46 h"},
	};
	struct units units;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(units_wait(&units, cases[i].seconds * 1000000000),
			cases[i].words);
	assert_string_equal(units_wait(&units, 1499999999), "1 s");
	assert_string_equal(units_wait(&units, 1500000000), "2 s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_have_commas_between_thousands),
		cmocka_unit_test(bytes_are_exact_when_short_else_rounded),
		cmocka_unit_test(bytes_that_round_to_1024_are_one_of_the_next_unit),
		cmocka_unit_test(bytes_grow_with_their_words),
		cmocka_unit_test(percents_are_fine_below_ten),
		cmocka_unit_test(a_percent_in_two_columns_is_rounded_like_all_others),
		cmocka_unit_test(times_take_the_unit_that_fits),
		cmocka_unit_test(waiting_is_in_whole_seconds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
