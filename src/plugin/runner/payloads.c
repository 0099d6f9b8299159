/* See payloads.h. */
#include "plugin/runner/payloads.h"

#include "plugin/runner/pages.h"

#include <string.h>

#define WORDS      16u /* of a payload that are compared at once */
#define FIELDS_MAX 4   /* words before and after a link that lead to it */

static uint64_t word_of(uint64_t seed, uint64_t number)
{
	return seed + number * 0x9E3779B97F4A7C15u;
}

uint64_t seed_of(uint64_t serial)
{
	uint64_t seed = (serial ^ serial >> 31) * 0xBF58476D1CE4E5B9u;
	return (seed ^ seed >> 27) * 0x94D049BB133111EBu;
}

void find_word(uint64_t address, struct reply *reply)
{
	const uint64_t inverse = 0xF1DE83E19937733D; /* of the factor in word_of() */

	for (uint64_t serial = 1; serial <= self.serial; serial++)
		for (int field = -FIELDS_MAX; field <= FIELDS_MAX; field++) {
			uint64_t word = address - (uint64_t)(int64_t)field * GRANULE;
			uint64_t number = (word - seed_of(serial)) * inverse;
			if (number >= self.room / GRANULE)
				continue;
			reply->word = number * GRANULE + 1;
			for (uint32_t i = 0; i < self.nblocks; i++)
				if (self.blocks[i].base && self.blocks[i].seed == seed_of(serial)) {
					reply->word_block = self.blocks[i].base;
					reply->word_size = self.blocks[i].size;
				}
			if (self.moving.base && self.moving.seed == seed_of(serial)) {
				reply->word_block = self.moving.base;
				reply->word_size = self.moving.size;
			}
			return;
		}
}

/* Bytes [from, to) of a block get its pattern. */
static void fill_part(const struct live_block *block, uint64_t from, uint64_t to)
{
	uint64_t byte = from;

	if (from >= to)
		return;
	open_range(block->base + from, to - from);
	for (; byte % GRANULE == 0 && to - byte >= GRANULE; byte += GRANULE)
		*(uint64_t *)at(block->base + byte) = word_of(block->seed, byte / GRANULE);
	while (byte < to) {
		uint64_t word = word_of(block->seed, byte / GRANULE), into = byte % GRANULE;
		uint64_t n = to - byte < GRANULE - into ? to - byte : GRANULE - into;
		memcpy(at(block->base + byte), (char *)&word + into, n);
		byte += n;
	}
}

bool spares(void)
{
	return self.spared.from < self.spared.to;
}

void fill(const struct live_block *block, uint64_t from)
{
	uint64_t size = block->size;

	if (!spares()) {
		fill_part(block, from, size);
		return;
	}
	fill_part(block, from, self.spared.from < size ? self.spared.from : size);
	fill_part(block, from > self.spared.to ? from : self.spared.to, size);
}

/* Whether this many whole words are the pattern's, from the one with that number on. */
static bool are_right(const uint64_t *words, unsigned count, uint64_t seed, uint64_t number)
{
	uint64_t differs = 0;

	for (unsigned i = 0; i < count; i++)
		differs |= words[i] ^ word_of(seed, number + i);
	return differs == 0;
}

uint64_t first_wrong(uint64_t base, uint64_t seed, uint64_t from, uint64_t to)
{
	uint64_t byte = from;

	while (byte % GRANULE == 0 && to - byte >= WORDS * GRANULE &&
		are_right(at(base + byte), WORDS, seed, byte / GRANULE))
		byte += WORDS * GRANULE;
	while (byte < to) {
		uint64_t word = word_of(seed, byte / GRANULE), into = byte % GRANULE;
		uint64_t n = to - byte < GRANULE - into ? to - byte : GRANULE - into;
		if (n == GRANULE && *(uint64_t *)at(base + byte) == word) {
			byte += GRANULE;
			continue;
		}
		if (memcmp(at(base + byte), (char *)&word + into, n) != 0) {
			while (*(unsigned char *)at(base + byte) == ((unsigned char *)&word)[into])
				byte++, into++;
			return byte;
		}
		byte += n;
	}
	return to;
}

uint64_t end_of_wrong(uint64_t base, uint64_t seed, uint64_t to)
{
	uint64_t byte = to;

	for (;; byte--) {
		uint64_t word = word_of(seed, (byte - 1) / GRANULE);
		if (*(unsigned char *)at(base + byte - 1) !=
			((unsigned char *)&word)[(byte - 1) % GRANULE])
			return byte;
	}
}
