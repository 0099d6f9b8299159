/* See freed.h. No two segments of the map that are not holes touch. */
#include "engines/freed.h"

#include <assert.h>

#define BEFORE 32u /* bytes that a block may have before it, and behind it */
#define BEHIND 64u

void freed_init(struct freed *freed, struct flat *flat)
{
	segments_init(&freed->map, flat, 1);
	flat_add(flat, &freed->lowest, sizeof(uint64_t));
	*(uint64_t *)flat_grow(&freed->lowest, 1) = UINT64_MAX;
}

void freed_extend(struct freed *freed, uint64_t base, uint64_t end)
{
	struct segment last = {0}, wider = {.base = base, .size = end - base};
	bool is_wider = segments_last(&freed->map, &last) && !last.is_hole;

	if (is_wider) {
		wider.base = last.base;
		wider.size += last.size;
	}
	segments_replace(&freed->map, NULL, &last, is_wider, &wider, 1);
}

/* Returns where the segment ends that has its bytes now. */
static uint64_t forget(struct freed *freed, const struct segment *hole)
{
	struct segment olds[3], wider = {.base = hole->base, .size = hole->size}, other;
	size_t n = 0;

	if (hole->base > 0 && segments_find(&freed->map, hole->base - 1, &other) &&
		!other.is_hole) {
		olds[n++] = other;
		wider.base = other.base;
		wider.size += other.size;
	}
	olds[n++] = *hole;
	if (segments_find(&freed->map, hole->base + hole->size, &other) && !other.is_hole) {
		olds[n++] = other;
		wider.size += other.size;
	}
	segments_replace(&freed->map, NULL, olds, n, &wider, 1);
	return wider.base + wider.size;
}

void freed_take(struct freed *freed, uint64_t address, uint64_t size)
{
	uint64_t *lowest = flat_at(&freed->lowest, uint64_t, 0);
	uint64_t at = address, end = address + size + BEHIND;
	struct segment segment;

	if (address < *lowest)
		*lowest = address;
	if (segments_find(&freed->map, address - BEFORE, &segment))
		at = address - BEFORE;
	while (at < end && segments_find(&freed->map, at, &segment))
		at = segment.is_hole ? forget(freed, &segment) : segment.base + segment.size;
}

void freed_give(struct freed *freed, uint64_t address, uint64_t size)
{
	struct segment around = {0}, news[SEGMENTS_REPLACED];

	segments_find(&freed->map, address, &around);
	assert(!around.is_hole);
	size_t n = segments_cut(&around, address, size, news);
	segments_replace(&freed->map, NULL, &around, 1, news, n);
}

/* Without what is before all blocks. */
static struct segment usable(const struct freed *freed, const struct segment *gap)
{
	uint64_t lowest = *flat_at(&freed->lowest, uint64_t, 0), end = gap->base + gap->size;
	uint64_t base = gap->base >= lowest ? gap->base : lowest < end ? lowest : end;

	return (struct segment){.base = base, .size = end - base, .is_hole = true};
}

static bool find_spare(const struct freed *freed, const struct segments *blocks, uint64_t size,
	struct spare *ret_spare)
{
	uint64_t wanted = size + size / 8 + FREED_HEADERS;
	struct segments_path path;
	struct segment gap;

	if (segments_first_fit(&freed->map, 0, size, &gap, &path)) {
		*ret_spare = (struct spare){gap.base, gap.size, 1, true};
		return true;
	}
	bool has_gap = segments_first_fit(blocks, 0, wanted, &gap, &path);
	if (has_gap && usable(freed, &gap).size < wanted) /* at most the first of all */
		has_gap = segments_first_fit(blocks, gap.base + gap.size, wanted, &gap, &path);
	if (!has_gap)
		return false;
	gap = usable(freed, &gap);
	*ret_spare = (struct spare){.base = gap.base,
		.size = gap.size,
		.blocks = segments_rank(&freed->map, gap.base + gap.size) -
			  segments_rank(&freed->map, gap.base)};
	return true;
}

bool freed_spare(const struct freed *freed, const struct segments *blocks, uint64_t address,
	uint64_t size, struct spare *ret_spare)
{
	struct segment last;
	struct spare spare;

	if (*flat_at(&freed->lowest, uint64_t, 0) == UINT64_MAX || !segments_last(blocks, &last))
		return false;
	if (address < (last.is_hole ? last.base : last.base + last.size) ||
		!find_spare(freed, blocks, size, &spare) ||
		(address >= spare.base && address < spare.base + spare.size))
		return false;
	*ret_spare = spare;
	return true;
}

int freed_check(const struct freed *freed, struct error *err)
{
	return segments_check(&freed->map, err);
}
