/*
 * See size_chain.h. How blocks are laid out is not known: each layout is tried that leads, in one
 * of the first states of the heap, from near its beginning to exactly its end, or to a last header
 * of size 0. Some do so by chance, and break soon.
 */
#include "plugin/runner/size_chain.h"

#include "plugin/runner/pages.h"
#include "plugin/runner/state.h"

#include <string.h>

#define UNIT      4u /* bytes: headers are at multiples of it */
#define FLAGS     UINT64_C(7)
#define FIRST_MAX 64u /* bytes before the first header */
#define LAST_MAX  16u /* bytes of a last header, and what belongs to it */
#define TRIES     8u  /* states of the heap in which layouts are looked for */
#define HELD_MIN  4u  /* states after which it is no chance */
#define UNWRITTEN (UINT64_MAX / UINT8_MAX * TALK_FILLING)

static uint64_t end_of_heap(void)
{
	return TALK_BASE + self.size;
}

static uint64_t word_in(const char *heap, uint64_t place, unsigned width)
{
	uint64_t word = 0;

	memcpy(&word, heap + (place - TALK_BASE), width);
	return word;
}

static uint64_t word_now(uint64_t place, unsigned width)
{
	return word_in(at(TALK_BASE), place, width);
}

enum step { STEP_ON, STEP_END, STEP_ASTRAY };

/* From a header to the next one, in a heap that ends there. */
static enum step go_on(const struct chain_layout *layout, const char *heap, uint64_t end,
	uint64_t *place)
{
	uint64_t left = end - *place;

	if (left == 0)
		return STEP_END;
	if (left < layout->width)
		return STEP_ASTRAY;
	uint64_t size = word_in(heap, *place, layout->width) & ~FLAGS;
	if (size == 0)
		return left <= LAST_MAX ? STEP_END : STEP_ASTRAY;
	if (size > left || layout->extra > left - size)
		return STEP_ASTRAY;
	*place += size + layout->extra;
	return STEP_ON;
}

static bool is_whole(const struct chain_layout *layout)
{
	uint64_t place = layout->first, end = end_of_heap();
	enum step step;

	if (place >= end)
		return false;
	while ((step = go_on(layout, at(TALK_BASE), end, &place)) == STEP_ON)
		;
	return step == STEP_END && place > layout->first;
}

static void find(struct size_chain *chain)
{
	static const struct chain_layout kinds[] = {{.width = 4}, {.width = 8},
		{.width = 4, .extra = 4}, {.width = 4, .extra = 8}, {.width = 8, .extra = 8},
		{.width = 8, .extra = 16}};

	for (uint64_t first = TALK_BASE; first < TALK_BASE + FIRST_MAX; first += UNIT)
		for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
			struct chain_layout layout = kinds[i];
			layout.first = first;
			if (is_whole(&layout) && chain->nlayouts < CHAIN_LAYOUTS)
				chain->layouts[chain->nlayouts++] = layout;
		}
}

static void keep_heap(struct size_chain *chain)
{
	chain->end = end_of_heap();
	memcpy(chain->heap, at(TALK_BASE), self.size);
}

void size_chain_init(struct size_chain *chain)
{
	*chain = (struct size_chain){.heap = map_lazily(self.room)};
	find(chain);
	keep_heap(chain);
}

/* It is a header of the chain before; *old: one that is not behind it, which only moves on. */
static bool was_header(const struct size_chain *chain, const struct chain_layout *layout,
	uint64_t place, uint64_t *old)
{
	while (*old < place && go_on(layout, chain->heap, chain->end, old) == STEP_ON)
		;
	return *old == place;
}

static uint64_t word_before(const struct size_chain *chain, uint64_t place, unsigned width)
{
	return place + width <= chain->end ? word_in(chain->heap, place, width) : UNWRITTEN;
}

/* Whether the request wrote the last header that can be meant as one: an old or a changed one. */
static bool tell(const struct size_chain *chain, const struct chain_layout *layout,
	struct broken_size *ret_broken)
{
	uint64_t place = layout->first, old = place, last = place, end = end_of_heap();
	unsigned width = layout->width;

	while (go_on(layout, at(TALK_BASE), end, &place) == STEP_ON && place + width <= end &&
		(was_header(chain, layout, place, &old) ||
			word_before(chain, place, width) != word_now(place, width)))
		last = place;
	*ret_broken =
		(struct broken_size){last, word_before(chain, last, width), word_now(last, width)};
	return (ret_broken->before ^ ret_broken->now) & ~FLAGS;
}

bool size_chain_breaks(struct size_chain *chain, struct broken_size *ret_broken)
{
	struct chain_layout last = {0};
	unsigned n = 0;

	if (self.mapped.has)
		return false;
	for (unsigned i = 0; i < chain->nlayouts; i++) {
		struct chain_layout layout = chain->layouts[i];
		if (!is_whole(&layout)) {
			last = layout.held > last.held ? layout : last;
			continue;
		}
		layout.held++;
		chain->layouts[n++] = layout;
	}
	chain->nlayouts = n;
	if (n == 0 && last.held >= HELD_MIN)
		return tell(chain, &last, ret_broken);
	if (n == 0 && chain->tries++ < TRIES)
		find(chain);
	if (chain->nlayouts > 0)
		keep_heap(chain);
	return false;
}
