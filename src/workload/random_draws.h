/*
 * Random numbers for workloads: the same seed gives the same ones on every machine. Nothing of libm
 * is called whose last bit might differ (a square root is exact by IEEE 754).
 *
 *	key    0 … universe - 1; by Zipf's law key k comes in proportion to 1 / (k + 1)^s, so 0 is
 *	       the most frequent
 *	size   bytes, from a range
 */
#ifndef WORKLOAD_RANDOM_DRAWS_H
#define WORKLOAD_RANDOM_DRAWS_H

#include "base/mersenne.h"

#include <stddef.h>
#include <stdint.h>

struct error;

struct draws {
	struct mersenne mersenne;
};

void draws_init(struct draws *draws, uint64_t seed);
uint64_t draw_below(struct draws *draws, uint64_t sides); /* 0 … sides - 1; sides under 2^53 */

/* ---- keys ------------------------------------------------------------------------------------ */

#define ZIPF_MAX 8.0 /* the exponent: beyond it there is one key */

struct keys {
	uint64_t universe;
	double *sums; /* of the weights of all keys up to this one; NULL: every key is as likely */
};

void keys_init_uniform(struct keys *keys, uint64_t universe);
/* 0 to ZIPF_MAX, in steps of 2^-20 */
void keys_init_zipf(struct keys *keys, uint64_t universe, double exponent);
void keys_finish(struct keys *keys);
uint64_t draw_key(struct draws *draws, const struct keys *keys);

/* "1.1" → 1.1; -1 when it is no exponent. */
int exponent_parse(const char *words, double *ret_exponent, struct error *err);

/* ---- sizes ----------------------------------------------------------------------------------- */

#define SPREADS(S) \
	S(SPREAD_UNIFORM, "uniform") /* each size is as likely */ \
	S(SPREAD_MOSTLY_SMALL, \
		"mostly-small") /* each power of two is as likely, and in it each size */

enum spread {
#define S(id, name) id,
	SPREADS(S) SPREAD_COUNT
#undef S
};
extern const char *const spread_names[]; /* ends with NULL */

struct sizes {
	uint64_t min, max; /* bytes */
	enum spread spread;
};

/* "64" or "16-400", each as a size is typed (base/options.h). */
int sizes_parse(const char *words, struct sizes *ret_sizes, struct error *err);
size_t draw_size(struct draws *draws, const struct sizes *sizes);

#endif
