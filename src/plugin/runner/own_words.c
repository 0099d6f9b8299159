/*
 * See own_words.h. Neither is a fault by itself, since an allocator may keep what it likes there:
 * they are asked for once it has failed.
 *
 *	size   the four bytes before a block, or, where these are 0, those before them, if their
 *	       value can be the size of the block with its header. Only a request about the block
 *	       changes more than the three lowest bits, which are flags
 *	link   the first or second word of a block that was freed. It may lead to such a block, or
 *	       to the header before it. A chain of links that had an end, and now comes back to
 *	       one of its blocks, is closed to a ring
 */
#include "plugin/runner/own_words.h"

#include "plugin/runner/answers.h"
#include "plugin/runner/blocks.h"
#include "plugin/runner/course.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/state.h"

#define FLAGS     UINT32_C(7) /* in the lowest bits of a size */
#define LARGEST   64u         /* what a header, a footer and rounding add to twice the size */
#define FREED_MAX 64u
#define CHAIN_MAX 4096u /* links that are followed */
#define LINKS     2u
#define HEADERS   3u /* words before a block to which a link may lead: 0, 1, 2 */

/* A word before a block that is live since. */
struct own_size {
	uint64_t base, size, seed; /* of the block */
	uint64_t place;
	uint32_t word; /* 0: it is not known to be a size */
};

struct own_words {
	struct own_size *sizes;    /* by block */
	uint64_t freed[FREED_MAX]; /* the last blocks that were */
	unsigned nfreed;
	bool has_ended[HEADERS][LINKS]; /* there was a chain of such links with an end */
};

static uint32_t word_at(uint64_t place)
{
	return *(uint32_t *)at(place);
}

static bool can_be_size(uint32_t word, uint64_t size)
{
	uint64_t value = word & ~FLAGS;

	return value >= size && value <= 2 * size + LARGEST;
}

static struct own_size size_before(const struct live_block *block)
{
	struct own_size own = {.base = block->base,
		.size = block->size,
		.seed = block->seed,
		.place = block->base - 4};

	if (block->base < TALK_BASE + 8)
		return own;
	if (word_at(own.place) == 0)
		own.place -= 4;
	own.word = can_be_size(word_at(own.place), block->size) ? word_at(own.place) : 0;
	return own;
}

/* The first block whose size was changed; grows with the blocks. */
static bool find_changed_size(const struct own_words *words, struct reply *reply)
{
	for (uint32_t i = 0; i < self.nblocks; i++) {
		const struct live_block *block = &self.blocks[i];
		struct own_size *own = &words->sizes[i];
		if (!block->base)
			continue;
		if (own->seed != block->seed || own->base != block->base ||
			own->size != block->size)
			*own = size_before(block);
		if (own->word == 0 || ((word_at(own->place) ^ own->word) & ~FLAGS) == 0)
			continue;
		reply->other = block->base;
		reply->other_size = block->size;
		reply->address = own->place;
		reply->size = own->word;
		reply->detail = word_at(own->place);
		return true;
	}
	return false;
}

static bool is_in_heap(uint64_t address)
{
	return address % GRANULE == 0 && address >= TALK_BASE && self.size >= GRANULE &&
	       address - TALK_BASE <= self.size - GRANULE;
}

/* Whether the chain comes back to where it was; an end is noted. offset: of a link in its node. */
static bool is_ring(uint64_t node, uint64_t offset, bool *has_ended)
{
	uint64_t slow = node;

	for (unsigned n = 0; n < CHAIN_MAX; n++) {
		if (!is_in_heap(node + offset)) {
			*has_ended = true;
			return false;
		}
		node = *(uint64_t *)at(node + offset);
		if (n % 2)
			slow = *(uint64_t *)at(slow + offset);
		if (node == slow)
			return true;
	}
	return false;
}

/* A ring of a block that is free, with links of a kind that had an end before. */
static bool has_ring(struct own_words *words, uint64_t block)
{
	bool is_found = false;

	for (unsigned header = 0; header < HEADERS; header++)
		for (unsigned link = 0; link < LINKS; link++) {
			bool *has_ended = &words->has_ended[header][link], had_end = *has_ended;
			uint64_t node = block - header * GRANULE;
			is_found |= is_ring(node, (header + link) * GRANULE, has_ended) && had_end;
		}
	return is_found;
}

/* Chains of blocks that are still free; grows with the blocks freed last, and their links. */
static bool find_ring(struct own_words *words, struct reply *reply)
{
	for (unsigned i = 0; i < FREED_MAX && i < words->nfreed; i++) {
		uint64_t place = words->freed[(words->nfreed - 1 - i) % FREED_MAX];
		if (!is_in_heap(place) || self.owners[(place - TALK_BASE) / GRANULE])
			continue;
		if (!has_ring(words, place))
			continue;
		reply->word_block = place;
		return true;
	}
	return false;
}

void look_at_own_words(int fd, const struct call *call)
{
	struct own_words words = {.sizes = map_lazily(self.room / GRANULE * sizeof(*words.sizes))};
	struct reply found = {.kind = REPLY_DONE};
	struct course course;
	bool is_found = false;

	begin_course(&course, fd, call);
	begin_grading();
	for (uint64_t i = 0; i + 1 < course.count && !is_found; i++) {
		struct call request;
		serve_step(&course, i, &request);
		if (request.kind == CALL_RELEASE)
			words.freed[words.nfreed++ % FREED_MAX] = request.address;
		is_found = find_changed_size(&words, &found) ||
			   (call->wants_rings && find_ring(&words, &found));
	}
	answer(&found);
	end_course(&course);
}
