/*
 * See random_draws.h. Keys are drawn by inversion: a number below the sum of all weights is looked
 * up among the cumulative sums (L. Devroye, "Non-Uniform Random Variate Generation", 1986, III.2),
 * which is exact for any exponent; the usual approximation (J. Gray et al., "Quickly Generating
 * Billion-Record Synthetic Databases", 1994) is not. The law itself: G. K. Zipf, "Human Behavior
 * and the Principle of Least Effort", 1949.
 */
#include "workload/random_draws.h"

#include "base/error.h"
#include "base/numbers.h"
#include "base/options.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_LIMIT (1u << 30) /* bytes of one block */
#define FRACTION   20         /* bits of an exponent behind the point */

void draws_init(struct draws *draws, uint64_t seed)
{
	mersenne_seed(&draws->mersenne, seed);
}

uint64_t draw_below(struct draws *draws, uint64_t sides)
{
	return (uint64_t)(mersenne_real(&draws->mersenne) * (double)sides);
}

/* ---- keys ------------------------------------------------------------------------------------ */

void keys_init_uniform(struct keys *keys, uint64_t universe)
{
	*keys = (struct keys){.universe = universe};
}

/*
 * base^exponent, by multiplications and square roots alone: those are the same everywhere, pow() is
 * not.
 */
static double power(double base, double exponent)
{
	uint64_t bits = (uint64_t)(exponent * (1 << FRACTION) + 0.5);
	double result = 1, root = base;

	for (uint64_t i = bits >> FRACTION; i > 0; i--)
		result *= base;
	for (int bit = FRACTION - 1; bit >= 0; bit--) {
		root = sqrt(root);
		if (bits >> bit & 1)
			result *= root;
	}
	return result;
}

void keys_init_zipf(struct keys *keys, uint64_t universe, double exponent)
{
	double sum = 0;

	*keys = (struct keys){.universe = universe,
		.sums = xreallocarray(NULL, universe, sizeof(double))};
	for (uint64_t key = 0; key < universe; key++) {
		sum += 1 / power((double)(key + 1), exponent);
		keys->sums[key] = sum;
	}
}

void keys_finish(struct keys *keys)
{
	free(keys->sums);
	*keys = (struct keys){0};
}

uint64_t draw_key(struct draws *draws, const struct keys *keys)
{
	if (!keys->sums)
		return draw_below(draws, keys->universe);

	double at = mersenne_real(&draws->mersenne) * keys->sums[keys->universe - 1];
	/* the first whose sum is over `at` lies in between */
	uint64_t low = 0, high = keys->universe - 1;
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (keys->sums[middle] > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

int exponent_parse(const char *words, double *ret_exponent, struct error *err)
{
	char *end;
	double exponent = strtod(words, &end);

	if (end == words || *end != '\0' || !(exponent >= 0 && exponent <= ZIPF_MAX))
		return error_set(err, "'%s' is not an exponent such as 1.1 (from 0 to %g)", words,
			ZIPF_MAX);
	*ret_exponent = exponent;
	return 0;
}

/* ---- sizes ----------------------------------------------------------------------------------- */

const char *const spread_names[] = {
#define S(id, name) [id] = name,
	SPREADS(S)
#undef S
		NULL,
};

static int bound_parse(const char *words, size_t length, uint64_t *ret_bytes, struct error *err)
{
	char *bound = xstrndup(words, length);
	int result = size_parse(bound, ret_bytes, err);

	if (result == 0 && (*ret_bytes < 1 || *ret_bytes > SIZE_LIMIT))
		result = error_set(err, "%s is not from 1 to %u bytes", bound, SIZE_LIMIT);
	free(bound);
	return result;
}

int sizes_parse(const char *words, struct sizes *ret_sizes, struct error *err)
{
	struct sizes sizes = {.spread = ret_sizes->spread};
	size_t length = strcspn(words, "-");
	const char *upper = words[length] ? words + length + 1 : words;

	if (bound_parse(words, length, &sizes.min, err) < 0 ||
		bound_parse(upper, strlen(upper), &sizes.max, err) < 0)
		return -1;
	if (sizes.max < sizes.min)
		return error_set(err, "'%s' is the wrong way round; the smaller size comes first",
			words);
	*ret_sizes = sizes;
	return 0;
}

static unsigned log2_of(uint64_t number)
{
	return 63 - (unsigned)__builtin_clzll(number);
}

/* The powers of two that the range reaches into, and then a size of it that lies there. */
static uint64_t draw_mostly_small(struct draws *draws, uint64_t min, uint64_t max)
{
	unsigned low = log2_of(min), high = log2_of(max);
	unsigned band = low + (unsigned)draw_below(draws, high - low + 1);
	uint64_t from = band == low ? min : UINT64_C(1) << band;
	uint64_t to = band == high ? max : (UINT64_C(2) << band) - 1;

	return from + draw_below(draws, to - from + 1);
}

static uint64_t draw_uniform(struct draws *draws, uint64_t min, uint64_t max)
{
	return min + draw_below(draws, max - min + 1);
}

size_t draw_size(struct draws *draws, const struct sizes *sizes)
{
	static uint64_t (*const of_spread[])(struct draws * draws, uint64_t min, uint64_t max) = {
		[SPREAD_UNIFORM] = draw_uniform,
		[SPREAD_MOSTLY_SMALL] = draw_mostly_small,
	};

	return (size_t)of_spread[sizes->spread](draws, sizes->min, sizes->max);
}
