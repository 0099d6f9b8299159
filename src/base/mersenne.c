/*
 * See mersenne.h.  After M. Matsumoto and T. Nishimura, "Mersenne Twister", 1998, and their
 * initialisation by an array of 2002.
 */
#include "base/mersenne.h"

#define MIDDLE 397u
#define UPPER  0x80000000u
#define LOWER  0x7fffffffu
#define TWIST  0x9908b0dfu

static void seed_by_word(struct mersenne *mersenne, uint32_t seed)
{
	uint32_t *words = mersenne->words;

	words[0] = seed;
	for (uint32_t i = 1; i < MERSENNE_WORDS; i++)
		words[i] = 1812433253u * (words[i - 1] ^ (words[i - 1] >> 30)) + i;
	mersenne->next = MERSENNE_WORDS;
}

/* Advances an index into the state, wrapping around. */
static uint32_t step(uint32_t *words, uint32_t at)
{
	if (++at < MERSENNE_WORDS)
		return at;
	words[0] = words[MERSENNE_WORDS - 1];
	return 1;
}

void mersenne_seed(struct mersenne *mersenne, uint64_t seed)
{
	const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
	uint32_t length = key[1] ? 2 : 1, at = 1, in_key = 0;
	uint32_t *words = mersenne->words;

	seed_by_word(mersenne, 19650218u);
	for (uint32_t n = MERSENNE_WORDS; n > 0; n--) {
		uint32_t before = words[at - 1];
		words[at] =
			(words[at] ^ ((before ^ (before >> 30)) * 1664525u)) + key[in_key] + in_key;
		at = step(words, at);
		in_key = (in_key + 1) % length;
	}
	for (uint32_t n = MERSENNE_WORDS - 1; n > 0; n--) {
		uint32_t before = words[at - 1];
		words[at] = (words[at] ^ ((before ^ (before >> 30)) * 1566083941u)) - at;
		at = step(words, at);
	}
	words[0] = UPPER;
}

static void twist(struct mersenne *mersenne)
{
	uint32_t *words = mersenne->words;

	for (uint32_t i = 0; i < MERSENNE_WORDS; i++) {
		uint32_t bits = (words[i] & UPPER) | (words[(i + 1) % MERSENNE_WORDS] & LOWER);
		words[i] =
			words[(i + MIDDLE) % MERSENNE_WORDS] ^ (bits >> 1) ^ (bits & 1 ? TWIST : 0);
	}
	mersenne->next = 0;
}

static uint32_t next_word(struct mersenne *mersenne)
{
	if (mersenne->next == MERSENNE_WORDS)
		twist(mersenne);

	uint32_t word = mersenne->words[mersenne->next++];
	word ^= word >> 11;
	word ^= (word << 7) & 0x9d2c5680u;
	word ^= (word << 15) & 0xefc60000u;
	return word ^ (word >> 18);
}

double mersenne_real(struct mersenne *mersenne)
{
	uint32_t high = next_word(mersenne) >> 5; /* 27 bits */
	uint32_t low = next_word(mersenne) >> 6;  /* 26 bits */

	return (high * 67108864.0 + low) / 9007199254740992.0;
}
