/* See spare_memory.h. No two segments of the map that are not holes touch. */
#include "engines/spare_memory.h"

#include <assert.h>

#define BEFORE 32u /* bytes that a block may have before it, and behind it */
#define BEHIND 64u

void spare_memory_init(struct spare_memory *memory, struct flat *flat)
{
	segments_init(&memory->map, flat, 1);
	flat_add(flat, &memory->lowest, sizeof(uint64_t));
	*(uint64_t *)flat_grow(&memory->lowest, 1) = UINT64_MAX;
}

void spare_memory_extend(struct spare_memory *memory, uint64_t base, uint64_t end)
{
	segments_extend(&memory->map, base, end, false);
}

/* Returns where the segment ends that has its bytes now. */
static uint64_t forget(struct spare_memory *memory, const struct segment *hole)
{
	struct segment olds[3], wider = {.base = hole->base, .size = hole->size}, other;
	size_t n = 0;

	if (hole->base > 0 && segments_find(&memory->map, hole->base - 1, &other) &&
		!other.is_hole) {
		olds[n++] = other;
		wider.base = other.base;
		wider.size += other.size;
	}
	olds[n++] = *hole;
	if (segments_find(&memory->map, hole->base + hole->size, &other) && !other.is_hole) {
		olds[n++] = other;
		wider.size += other.size;
	}
	segments_replace(&memory->map, NULL, olds, n, &wider, 1);
	return wider.base + wider.size;
}

void spare_memory_take(struct spare_memory *memory, uint64_t address, uint64_t size)
{
	uint64_t *lowest = flat_at(&memory->lowest, uint64_t, 0);
	uint64_t at = address, end = address + size + BEHIND;
	struct segment segment;

	if (address < *lowest)
		*lowest = address;
	if (segments_find(&memory->map, address - BEFORE, &segment))
		at = address - BEFORE;
	while (at < end && segments_find(&memory->map, at, &segment))
		at = segment.is_hole ? forget(memory, &segment) : segment.base + segment.size;
}

void spare_memory_give(struct spare_memory *memory, uint64_t address, uint64_t size)
{
	struct segment around = {0}, news[SEGMENTS_REPLACED];

	segments_find(&memory->map, address, &around);
	assert(!around.is_hole);
	size_t n = segments_cut(&around, address, size, news);
	segments_replace(&memory->map, NULL, &around, 1, news, n);
}

/* Without what is before all blocks. */
static struct segment usable(const struct spare_memory *memory, const struct segment *gap)
{
	uint64_t lowest = *flat_at(&memory->lowest, uint64_t, 0), end = gap->base + gap->size;
	uint64_t base = gap->base >= lowest ? gap->base : lowest < end ? lowest : end;

	return (struct segment){.base = base, .size = end - base, .is_hole = true};
}

static bool find_spare(const struct spare_memory *memory, const struct segments *blocks,
	uint64_t size, struct spare *ret_spare)
{
	uint64_t wanted = size + size / 8 + SPARE_HEADERS;
	struct segments_path path;
	struct segment gap;

	if (segments_first_fit(&memory->map, 0, size, &gap, &path)) {
		*ret_spare = (struct spare){gap.base, gap.size, 1, true};
		return true;
	}
	bool has_gap = segments_first_fit(blocks, 0, wanted, &gap, &path);
	if (has_gap && usable(memory, &gap).size < wanted) /* at most the first of all */
		has_gap = segments_first_fit(blocks, gap.base + gap.size, wanted, &gap, &path);
	if (!has_gap)
		return false;
	gap = usable(memory, &gap);
	*ret_spare = (struct spare){.base = gap.base,
		.size = gap.size,
		.blocks = segments_rank(&memory->map, gap.base + gap.size) -
			  segments_rank(&memory->map, gap.base)};
	return true;
}

bool spare_memory_find(const struct spare_memory *memory, const struct segments *blocks,
	uint64_t address, uint64_t size, struct spare *ret_spare)
{
	struct segment last;
	struct spare spare;

	if (*flat_at(&memory->lowest, uint64_t, 0) == UINT64_MAX || !segments_last(blocks, &last))
		return false;
	if (address < (last.is_hole ? last.base : last.base + last.size) ||
		!find_spare(memory, blocks, size, &spare) ||
		(address >= spare.base && address < spare.base + spare.size))
		return false;
	*ret_spare = spare;
	return true;
}

int spare_memory_check(const struct spare_memory *memory, struct error *err)
{
	return segments_check(&memory->map, err);
}
