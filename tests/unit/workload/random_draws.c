/* Random keys and sizes: their distributions, and the same numbers everywhere. */
#include "workload/random_draws.h"

#include "base/error.h"
#include "base/text.h"
#include "support.h"

#include <math.h>
#include <string.h>

#define DRAWN 200000u

static void zipf_keys_come_as_often_as_the_law_says(void **state)
{
	static const double exponents[] = {0, 0.5, 0.9, 1, 1.3, 2, 8};
	enum { UNIVERSE = 50 };

	for (size_t i = 0; i < sizeof(exponents) / sizeof(*exponents); i++) {
		struct draws draws;
		struct keys keys;
		unsigned counts[UNIVERSE] = {0};
		double sum = 0;

		draws_init(&draws, 7);
		keys_init_zipf(&keys, UNIVERSE, exponents[i]);
		for (unsigned key = 0; key < UNIVERSE; key++)
			sum += pow(key + 1, -exponents[i]);
		for (unsigned n = 0; n < DRAWN; n++)
			counts[draw_key(&draws, &keys)]++;
		for (unsigned key = 0; key < UNIVERSE; key++) {
			double expected = DRAWN * pow(key + 1, -exponents[i]) / sum;
			/* five sigma */
			assert_true(fabs(counts[key] - expected) <= 5 * sqrt(expected) + 1);
		}
		keys_finish(&keys);
	}
}

/* The weights are those of pow(), up to the precision of a double. */
static void weights_are_exact(void **state)
{
	struct keys keys;

	keys_init_zipf(&keys, 100000, 1.25); /* a sum of powers of two: it has no error */
	for (unsigned key = 1; key < 100000; key += 997) {
		double weight = keys.sums[key] - keys.sums[key - 1], expected = pow(key + 1, -1.25);
		assert_true(fabs(weight - expected) < 1e-14 + expected * 1e-9);
	}
	keys_finish(&keys);
}

static void uniform_keys_are_all_as_likely(void **state)
{
	struct draws draws;
	struct keys keys;
	unsigned counts[10] = {0};

	draws_init(&draws, 1);
	keys_init_uniform(&keys, 10);
	for (unsigned n = 0; n < DRAWN; n++)
		counts[draw_key(&draws, &keys)]++;
	for (unsigned key = 0; key < 10; key++)
		assert_true(fabs(counts[key] - DRAWN / 10.0) < 5 * sqrt(DRAWN / 10.0));
	keys_finish(&keys);
}

static void the_same_seed_gives_the_same_keys_on_every_machine(void **state)
{
	struct draws draws;
	struct keys keys;
	struct text text = {0};

	draws_init(&draws, 42);
	keys_init_zipf(&keys, 1000, 0.9);
	for (unsigned i = 0; i < 12; i++)
		text_add(&text, "%u ", (unsigned)draw_key(&draws, &keys));
	/* Computed by a model in Python with 60 digits. */
	assert_text_equal(text_of(&text), "120 0 7 4 223 153 556 0 25 0 4 48 ");
	text_finish(&text);
	keys_finish(&keys);
}

static void sizes_lie_in_their_range_and_reach_its_ends(void **state)
{
	static const struct {
		const char *words;
		enum spread spread;
		uint64_t min, max;
	} cases[] = {
		{"64", SPREAD_UNIFORM, 64, 64},
		{"64", SPREAD_MOSTLY_SMALL, 64, 64},
		{"1-10", SPREAD_UNIFORM, 1, 10},
		{"1-10", SPREAD_MOSTLY_SMALL, 1, 10},
		{"30-70", SPREAD_MOSTLY_SMALL, 30, 70},
		{"0x10-1K", SPREAD_MOSTLY_SMALL, 16, 1024},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sizes sizes = {.spread = cases[i].spread};
		struct draws draws;
		struct error err = {0};
		uint64_t least = UINT64_MAX, most = 0;

		draws_init(&draws, 3);
		assert_int_equal(sizes_parse(cases[i].words, &sizes, &err), 0);
		for (unsigned n = 0; n < 20000; n++) {
			uint64_t size = draw_size(&draws, &sizes);
			least = size < least ? size : least;
			most = size > most ? size : most;
		}
		assert_int_equal(least, cases[i].min);
		assert_int_equal(most, cases[i].max);
	}
}

static void mostly_small_has_as_many_sizes_in_each_power_of_two(void **state)
{
	struct sizes sizes = {.min = 16, .max = 255, .spread = SPREAD_MOSTLY_SMALL};
	struct draws draws;
	unsigned small = 0;

	draws_init(&draws, 3);
	for (unsigned n = 0; n < 40000; n++)
		small += draw_size(&draws, &sizes) < 32;
	assert_in_range(small, 9500, 10500); /* one of four powers */
}

static void what_makes_no_sense_is_told(void **state)
{
	static const struct {
		const char *words;
		const char *told;
	} cases[] = {
		{"", "'' is not a size (examples: 4096, 64K, 1M, 2GiB)"},
		{"0", "0 is not from 1 to 1073741824 bytes"},
		{"16-", "'' is not a size (examples: 4096, 64K, 1M, 2GiB)"},
		{"-16", "'' is not a size (examples: 4096, 64K, 1M, 2GiB)"},
		{"16-8", "'16-8' is the wrong way round; the smaller size comes first"},
		{"1-2-3", "'2-3' is not a size (examples: 4096, 64K, 1M, 2GiB)"},
		{"1-2G", "2G is not from 1 to 1073741824 bytes"},
		{"fixed", "'fixed' is not a size (examples: 4096, 64K, 1M, 2GiB)"},
	};
	static const char *const exponents[] = {"", "x", "-1", "8.5", "1.1.1", "nan", "inf"};
	double exponent;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sizes sizes = {0};
		struct error err = {0};
		assert_int_equal(sizes_parse(cases[i].words, &sizes, &err), -1);
		assert_string_equal(err.text, cases[i].told);
	}
	for (size_t i = 0; i < sizeof(exponents) / sizeof(*exponents); i++)
		assert_int_equal(exponent_parse(exponents[i], &exponent, NULL), -1);
	assert_int_equal(exponent_parse("1.1", &exponent, NULL), 0);
	assert_true(exponent == 1.1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zipf_keys_come_as_often_as_the_law_says),
		cmocka_unit_test(weights_are_exact),
		cmocka_unit_test(uniform_keys_are_all_as_likely),
		cmocka_unit_test(the_same_seed_gives_the_same_keys_on_every_machine),
		cmocka_unit_test(sizes_lie_in_their_range_and_reach_its_ends),
		cmocka_unit_test(mostly_small_has_as_many_sizes_in_each_power_of_two),
		cmocka_unit_test(what_makes_no_sense_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
