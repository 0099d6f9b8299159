/* The numbers of CPython's random, as python3 printed them. */
#include "base/mersenne.h"

#include "support.h"

static const struct {
	uint64_t seed;
	double first[3];
	double later; /* number 10001 */
} sequences[] = {
	{UINT64_C(0), {0.8444218515250481, 0.7579544029403025, 0.420571580830845},
		0.8134267156709766},
	{UINT64_C(1), {0.13436424411240122, 0.8474337369372327, 0.763774618976614},
		0.2467674143575932},
	{UINT64_C(4294967295), {0.6353574441341173, 0.20319993954407756, 0.6073666030347188},
		0.12830132808954287},
	{UINT64_C(4294967296), {0.11299430095636409, 0.41782886486292836, 0.0166763664992291},
		0.6163247985663358},
	{UINT64_C(18446744073709551615),
		{0.021825695401270107, 0.3380953268613758, 0.21196748656082065},
		0.3768046447722154},
};

static void seeds_give_the_numbers_of_python(void **state)
{
	for (size_t i = 0; i < sizeof(sequences) / sizeof(*sequences); i++) {
		struct mersenne mersenne;
		mersenne_seed(&mersenne, sequences[i].seed);
		for (unsigned n = 0; n < 3; n++)
			assert_true(mersenne_real(&mersenne) == sequences[i].first[n]);
		for (unsigned n = 3; n < 10000; n++)
			mersenne_real(&mersenne);
		assert_true(mersenne_real(&mersenne) == sequences[i].later);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeds_give_the_numbers_of_python),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
