/*
 * See size_chain.h. How blocks are laid out is not known: a chain is what leads, in the first few
 * states of the heap, from near its beginning to exactly its end, or to a last header of size 0.
 */
#include "plugin/runner/size_chain.h"

#include "plugin/runner/pages.h"
#include "plugin/runner/state.h"

#include <string.h>

#define UNIT      4u /* bytes: headers are at multiples of it */
#define FLAGS     UINT64_C(7)
#define FIRST_MAX 64u /* bytes before the first header */
#define LAST_MAX  16u /* bytes of a last header, and what belongs to it */
#define TRIES     8u  /* states of the heap in which a chain is looked for */

static uint64_t end_of_heap(void)
{
	return TALK_BASE + self.size;
}

static uint64_t word_in(const char *heap, uint64_t place, unsigned width)
{
	const char *bytes = heap + (place - TALK_BASE);
	uint64_t wide = 0;

	memcpy(&wide, bytes, width);
	return wide;
}

static uint64_t word_now(const struct size_chain *chain, uint64_t place)
{
	return word_in(at(TALK_BASE), place, chain->width);
}

enum step { STEP_ON, STEP_END, STEP_ASTRAY };

/* From a header to the next one. */
static enum step go_on(const struct size_chain *chain, uint64_t *place)
{
	uint64_t left = end_of_heap() - *place;

	if (left == 0)
		return STEP_END;
	if (left < chain->width)
		return STEP_ASTRAY;
	uint64_t size = word_now(chain, *place) & ~FLAGS;
	if (size == 0)
		return left <= LAST_MAX ? STEP_END : STEP_ASTRAY;
	if (size > left || chain->extra > left - size)
		return STEP_ASTRAY;
	*place += size + chain->extra;
	return STEP_ON;
}

static bool is_whole(const struct size_chain *chain)
{
	uint64_t place = chain->first;
	enum step step;

	while ((step = go_on(chain, &place)) == STEP_ON)
		;
	return step == STEP_END && place > chain->first;
}

/* The chain as it is now is kept, to be compared with. */
static void keep(struct size_chain *chain)
{
	uint64_t place = chain->first;

	memset(chain->is_header, 0, (chain->end - TALK_BASE) / UNIT + 1);
	do
		chain->is_header[(place - TALK_BASE) / UNIT] = true;
	while (go_on(chain, &place) == STEP_ON);
	chain->end = end_of_heap();
	memcpy(chain->heap, at(TALK_BASE), self.size);
}

static void find(struct size_chain *chain)
{
	static const unsigned widths[] = {4, 8};

	for (uint64_t first = TALK_BASE; first < TALK_BASE + FIRST_MAX; first += UNIT)
		for (unsigned i = 0; i < 4 && first < end_of_heap(); i++) {
			struct size_chain tried = *chain;
			tried.first = first;
			tried.width = widths[i % 2];
			tried.extra = i < 2 ? 0 : tried.width;
			if (is_whole(&tried)) {
				*chain = tried;
				keep(chain);
				return;
			}
		}
}

void size_chain_init(struct size_chain *chain)
{
	*chain = (struct size_chain){.end = TALK_BASE};
	chain->heap = map_lazily(self.room);
	chain->is_header = map_lazily(self.room / UNIT + 1);
	find(chain);
}

/* It was a header, or was written since. */
static bool is_credible(const struct size_chain *chain, uint64_t place)
{
	bool is_new = place + chain->width > chain->end;

	return is_new || chain->is_header[(place - TALK_BASE) / UNIT] ||
	       word_in(chain->heap, place, chain->width) != word_now(chain, place);
}

/* The last header that can be meant as one. */
static void tell(const struct size_chain *chain, struct broken_size *ret_broken)
{
	uint64_t place = chain->first, last = place;

	while (go_on(chain, &place) == STEP_ON && place + chain->width <= end_of_heap() &&
		is_credible(chain, place))
		last = place;
	bool was_header =
		last + chain->width <= chain->end && chain->is_header[(last - TALK_BASE) / UNIT];
	*ret_broken = (struct broken_size){.place = last,
		.before = was_header ? word_in(chain->heap, last, chain->width) : 0,
		.now = word_now(chain, last)};
}

bool size_chain_breaks(struct size_chain *chain, struct broken_size *ret_broken)
{
	if (self.mapped.has)
		return false;
	if (!chain->first && chain->tries++ < TRIES) {
		find(chain);
		return false;
	}
	if (!chain->first)
		return false;
	if (is_whole(chain)) {
		keep(chain);
		return false;
	}
	tell(chain, ret_broken);
	return true;
}
