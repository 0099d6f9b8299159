/* See plugin_books.h. */
#include "engines/plugin_books.h"

#include "base/error.h"

#include <assert.h>

static struct books_sums *sums_of(const struct plugin_books *books)
{
	return flat_at(&books->sums, struct books_sums, 0);
}

void books_init(struct plugin_books *books, struct flat *flat, uint64_t base)
{
	segments_init(&books->segments, flat, 1);
	spare_memory_init(&books->memory, flat);
	flat_add(flat, &books->sums, sizeof(struct books_sums));
	flat_grow(&books->sums, 1);
	sums_of(books)->end = base;
}

const struct books_sums *books_sums(const struct plugin_books *books)
{
	return sums_of(books);
}

/* ---- gaps ---------------------------------------------------------------------------------- */

static void count_gap(struct plugin_books *books, uint64_t size, int64_t sign)
{
	struct books_sums *sums = sums_of(books);

	if (size < GAP_FREE)
		return;
	assert(sign > 0 || (sums->free_gaps > 0 && sums->free_bytes >= size));
	sums->free_gaps += (uint64_t)sign;
	sums->free_bytes += (uint64_t)sign * size;
	sums->free_squares += (double)sign * (double)size * (double)size;
}

static void replace(struct plugin_books *books, const struct segment *olds, size_t nold,
	const struct segment *news, size_t nnew)
{
	for (size_t i = 0; i < nold; i++)
		if (olds[i].is_hole)
			count_gap(books, olds[i].size, -1);
	for (size_t i = 0; i < nnew; i++)
		if (news[i].is_hole)
			count_gap(books, news[i].size, 1);
	segments_replace(&books->segments, NULL, olds, nold, news, nnew);
}

/* The last gap becomes longer, or a new one is added. */
void books_extend(struct plugin_books *books, uint64_t end)
{
	struct books_sums *sums = sums_of(books);
	struct segment last = {0}, gap = {sums->end, end - sums->end, true};
	bool is_longer = segments_last(&books->segments, &last) && last.is_hole;

	assert(end >= sums->end);
	if (end == sums->end)
		return;
	if (is_longer) {
		gap.base = last.base;
		gap.size += last.size;
	}
	replace(books, &last, is_longer, &gap, 1);
	spare_memory_extend(&books->memory, sums->end, end);
	sums->end = end;
}

/* ---- blocks -------------------------------------------------------------------------------- */

static uint64_t taken(uint64_t size)
{
	return size ? size : 1;
}

bool books_find(const struct plugin_books *books, uint64_t address, struct segment *ret_block)
{
	return segments_find(&books->segments, address, ret_block) && !ret_block->is_hole &&
	       ret_block->base == address;
}

uint64_t books_gap(const struct plugin_books *books, uint64_t address, uint64_t size)
{
	struct segment gap;

	return segments_find(&books->segments, address, &gap) && gap.is_hole &&
			       taken(size) <= gap.base + gap.size - address
		       ? gap.size
		       : 0;
}

bool books_have_room(const struct plugin_books *books, uint64_t address, uint64_t size,
	uint64_t old)
{
	struct neighbours around;

	if (old && segments_around(&books->segments, old, &around)) {
		uint64_t low = around.before.size > 0 ? around.before.base : old;
		uint64_t high = old + around.self.size + around.after.size;
		if (address >= low && address < high)
			return taken(size) <= high - address;
	}
	return books_gap(books, address, size) > 0;
}

uint64_t books_take(struct plugin_books *books, uint64_t address, uint64_t size)
{
	struct segment gap = {0}, news[SEGMENTS_REPLACED];

	segments_find(&books->segments, address, &gap);
	assert(gap.is_hole);
	size_t n = segments_cut(&gap, address, taken(size), news);
	replace(books, &gap, 1, news, n);
	spare_memory_take(&books->memory, address, taken(size));
	return gap.size;
}

uint64_t books_give(struct plugin_books *books, uint64_t address)
{
	struct neighbours around;
	struct segment olds[3];
	size_t n = 0;

	segments_around(&books->segments, address, &around);
	struct segment gap = around.self;
	assert(gap.base == address && !gap.is_hole);
	assert(around.before.size == 0 || around.before.base + around.before.size == address);
	assert(around.after.size == 0 || gap.base + gap.size == around.after.base);
	if (around.before.size > 0) {
		olds[n++] = around.before;
		gap.base = around.before.base;
		gap.size += around.before.size;
	}
	olds[n++] = around.self;
	if (around.after.size > 0) {
		olds[n++] = around.after;
		gap.size += around.after.size;
	}
	gap.is_hole = true;
	assert(gap.base + gap.size <= sums_of(books)->end);
	replace(books, olds, n, &gap, 1);
	spare_memory_give(&books->memory, address, around.self.size);
	return gap.size;
}

bool books_look(const struct plugin_books *books, const struct books_claim *claim,
	struct spare *ret_spare)
{
	return claim->address && claim->address != claim->old && claim->end > sums_of(books)->end &&
	       spare_memory_find(&books->memory, &books->segments, claim->address,
		       taken(claim->size), ret_spare);
}

/* ---- check --------------------------------------------------------------------------------- */

int books_check(const struct plugin_books *books, uint64_t base, struct error *err)
{
	const struct books_sums *sums = sums_of(books);
	uint64_t at = base, free_gaps = 0, free_bytes = 0;
	struct segment segment;

	if (segments_check(&books->segments, err) < 0 ||
		spare_memory_check(&books->memory, err) < 0)
		return -1;
	for (; at < sums->end && segments_find(&books->segments, at, &segment);
		at = segment.base + segment.size)
		if (segment.is_hole && segment.size >= GAP_FREE) {
			free_gaps++;
			free_bytes += segment.size;
		}
	if (at != sums->end || free_gaps != sums->free_gaps || free_bytes != sums->free_bytes)
		return error_set(err, "the plug-in's gaps are counted wrong");
	return 0;
}
