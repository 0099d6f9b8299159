/* See space.h. */
#include "heap/space.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define BREAK_MAX (UINT64_C(1) << 42) /* 4 TiB */
#define MAPS_MAX  (UINT64_C(1) << 46) /* 64 TiB */

struct mapping {
	uint64_t base;
	uint64_t size;
	uint64_t is_open; /* taken, and may become a part of a larger one */
};

struct space_state {
	uint64_t break_size;
	uint64_t mapped; /* bytes */
	uint64_t start;  /* where the search for a gap begins */
	uint64_t dense;  /* mappings, from the first, without a gap after `start` */
	uint64_t break_base;
	uint64_t is_placed; /* the break is not at SPACE_BREAK */
};

static struct space_state *state_of(const struct space *space)
{
	return space->state.data;
}

static struct mapping *mapping_at(const struct space *space, size_t at)
{
	return flat_at(&space->mappings, struct mapping, at);
}

static uint64_t break_end(const struct space *space)
{
	return state_of(space)->break_base + state_of(space)->break_size;
}

static uint64_t end_before(const struct space *space, size_t at)
{
	uint64_t start = state_of(space)->start;
	uint64_t end =
		at == 0 ? start : mapping_at(space, at - 1)->base + mapping_at(space, at - 1)->size;

	return end > start ? end : start;
}

/* Mappings that follow each other without a gap are skipped at once, however many there are. */
static void extend_dense(struct space *space)
{
	struct space_state *state = state_of(space);

	while (state->dense < space->mappings.count &&
		mapping_at(space, state->dense)->base <= end_before(space, state->dense))
		state->dense++;
	assert(state->dense <= space->mappings.count);
}

/* The first mapping at or after the base. */
static size_t find_mapping(const struct space *space, uint64_t base)
{
	size_t low = 0, high = space->mappings.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (mapping_at(space, middle)->base < base)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void put_mapping(struct space *space, size_t at, uint64_t base, uint64_t bytes)
{
	assert(at <= space->mappings.count && bytes > 0 && base + bytes > base);
	assert(at == 0 ||
		mapping_at(space, at - 1)->base + mapping_at(space, at - 1)->size <= base);
	assert(at == space->mappings.count || mapping_at(space, at)->base >= base + bytes);
	flat_grow(&space->mappings, 1);
	struct mapping *mapping = mapping_at(space, at);
	memmove(mapping + 1, mapping, (space->mappings.count - at - 1) * sizeof(*mapping));
	mapping->base = base;
	mapping->size = bytes;
	mapping->is_open = 0;
	state_of(space)->mapped += bytes;
	if (state_of(space)->dense > at)
		state_of(space)->dense = at;
	extend_dense(space);
}

static uint64_t map(struct page_source *pages, uint64_t bytes, uint64_t alignment)
{
	struct space *space = (struct space *)pages;
	struct space_state *state = state_of(space);
	uint64_t mask = (alignment ? alignment : 1) - 1;

	if (bytes == 0 || bytes > MAPS_MAX || mask > MAPS_MAX)
		return 0;
	size_t at = state->dense;
	uint64_t base = (end_before(space, at) + mask) & ~mask;
	for (; at < space->mappings.count && mapping_at(space, at)->base < base + bytes; at++)
		base = (end_before(space, at + 1) + mask) & ~mask;
	if (base + bytes > state->start + MAPS_MAX)
		return 0;
	assert((base & mask) == 0 && base >= state->start);
	put_mapping(space, at, base, bytes);
	return base;
}

/* No mapping is there, and the break never reaches it. */
static bool is_free(const struct space *space, uint64_t base, uint64_t bytes)
{
	size_t at = find_mapping(space, base);

	if (base == 0 || bytes == 0 || base > UINT64_MAX - bytes)
		return false;
	if (base < state_of(space)->break_base + BREAK_MAX &&
		base + bytes > state_of(space)->break_base)
		return false;
	if (at > 0 && mapping_at(space, at - 1)->base + mapping_at(space, at - 1)->size > base)
		return false;
	return at == space->mappings.count || mapping_at(space, at)->base >= base + bytes;
}

static void forget_expected(struct space *space, size_t at)
{
	struct mapping *expected = flat_at(&space->expected, struct mapping, at);

	assert(at < space->expected.count && expected->is_open == 0);
	memmove(expected, expected + 1, (space->expected.count - at - 1) * sizeof(*expected));
	flat_set_count(&space->expected, space->expected.count - 1);
}

static uint64_t map_recorded(struct page_source *pages, uint64_t bytes)
{
	struct space *space = (struct space *)pages;

	for (size_t i = 0; i < space->expected.count; i++) {
		uint64_t base = flat_at(&space->expected, struct mapping, i)->base;
		if (flat_at(&space->expected, struct mapping, i)->size != bytes)
			continue;
		forget_expected(space, i);
		if (!is_free(space, base, bytes))
			return 0;
		put_mapping(space, find_mapping(space, base), base, bytes);
		return base;
	}
	return 0;
}

static void drop_mappings(struct space *space, size_t at, size_t n)
{
	if (n == 0) /* there may be no array at all */
		return;
	assert(n <= space->mappings.count && at <= space->mappings.count - n);
	for (size_t i = at; i < at + n; i++)
		assert(state_of(space)->mapped >= mapping_at(space, i)->size);
	for (size_t i = at; i < at + n; i++)
		state_of(space)->mapped -= mapping_at(space, i)->size;
	if (at + n < space->mappings.count)
		memmove(mapping_at(space, at), mapping_at(space, at + n),
			(space->mappings.count - at - n) * sizeof(struct mapping));
	flat_set_count(&space->mappings, space->mappings.count - n);
	if (state_of(space)->dense > at)
		state_of(space)->dense = at;
	assert(space->mappings.count > 0 || state_of(space)->mapped == 0);
}

/* True when every mapping that overlaps these bytes is wholly within them and open. */
static bool may_take(const struct space *space, uint64_t base, uint64_t bytes, bool open, size_t at,
	size_t *ret_n)
{
	*ret_n = 0;
	if (base == 0 || bytes == 0 || base > UINT64_MAX - bytes)
		return false;
	if (base < break_end(space) && base + bytes > state_of(space)->break_base)
		return false;
	if (at > 0 && mapping_at(space, at - 1)->base + mapping_at(space, at - 1)->size > base)
		return false;
	for (; at < space->mappings.count && mapping_at(space, at)->base < base + bytes;
		at++, ++*ret_n)
		if (!open || !mapping_at(space, at)->is_open ||
			mapping_at(space, at)->base + mapping_at(space, at)->size > base + bytes)
			return false;
	return true;
}

static bool take(struct page_source *pages, uint64_t base, uint64_t bytes, bool open)
{
	struct space *space = (struct space *)pages;
	size_t at = find_mapping(space, base), n;

	if (!may_take(space, base, bytes, open, at, &n))
		return false;
	drop_mappings(space, at, n);
	put_mapping(space, at, base, bytes);
	assert(find_mapping(space, base) == at);
	mapping_at(space, at)->is_open = open;
	return true;
}

static void unmap(struct page_source *pages, uint64_t base, uint64_t bytes)
{
	struct space *space = (struct space *)pages;
	size_t at = find_mapping(space, base);

	assert(at < space->mappings.count && mapping_at(space, at)->base == base &&
		mapping_at(space, at)->size == bytes);
	drop_mappings(space, at, 1);
}

static bool grow(struct page_source *pages, uint64_t bytes, uint64_t *ret_base)
{
	struct space *space = (struct space *)pages;
	struct space_state *state = state_of(space);
	size_t at = find_mapping(space, break_end(space));

	if (bytes > BREAK_MAX - state->break_size)
		return false;
	if (at < space->mappings.count && mapping_at(space, at)->base < break_end(space) + bytes)
		return false; /* something was taken there */
	assert(at == 0 ||
		mapping_at(space, at - 1)->base + mapping_at(space, at - 1)->size <=
			break_end(space) ||
		mapping_at(space, at - 1)->base < state->break_base);
	state->break_size += bytes;
	assert(state->break_size <= BREAK_MAX);
	*ret_base = state->break_base;
	return true;
}

/* The map area is from now on where no program on Linux has a mapping. */
static void keep_aside(struct space *space)
{
	struct space_state *state = state_of(space);

	if (state->start == SPACE_ASIDE)
		return;
	state->start = SPACE_ASIDE;
	state->dense = 0;
	extend_dense(space);
}

/* Everything that grows there stays clear of what is placed aside. */
static bool place_break(struct page_source *pages, uint64_t base)
{
	struct space *space = (struct space *)pages;
	bool is_below = base <= SPACE_ASIDE - BREAK_MAX, is_above = base >= SPACE_ASIDE + MAPS_MAX;

	assert(state_of(space)->break_size == 0);
	if (base == 0 || base > UINT64_MAX / 2 || (!is_below && !is_above))
		return false;
	state_of(space)->break_base = base;
	state_of(space)->is_placed = base != SPACE_BREAK;
	keep_aside(space);
	return true;
}

static bool shrink(struct page_source *pages, uint64_t bytes)
{
	struct space_state *state = state_of((struct space *)pages);

	assert(bytes <= state->break_size);
	state->break_size -= bytes;
	return true;
}

void space_init(struct space *space)
{
	*space = (struct space){.pages = {.map = map,
					.map_recorded = map_recorded,
					.take = take,
					.unmap = unmap,
					.grow = grow,
					.place_break = place_break,
					.shrink = shrink}};
	flat_add(&space->flat, &space->state, sizeof(struct space_state));
	flat_add(&space->flat, &space->mappings, sizeof(struct mapping));
	flat_add(&space->flat, &space->expected, sizeof(struct mapping));
	flat_grow(&space->state, 1);
	state_of(space)->break_base = SPACE_BREAK;
	state_of(space)->start = SPACE_MAPS;
}

void space_finish(struct space *space)
{
	flat_finish(&space->flat);
}

void space_expect(struct space *space, uint64_t base, uint64_t bytes)
{
	keep_aside(space);
	struct mapping *expected = flat_grow(&space->expected, 1);
	expected->base = base;
	expected->size = bytes;
}

void space_expect_no_more(struct space *space, uint64_t base)
{
	for (size_t i = 0; i < space->expected.count; i++)
		if (flat_at(&space->expected, struct mapping, i)->base == base) {
			forget_expected(space, i);
			return;
		}
}

uint64_t space_reserved(const struct space *space)
{
	return state_of(space)->break_size + state_of(space)->mapped;
}

bool space_has(const struct space *space, uint64_t base, uint64_t bytes)
{
	size_t at = find_mapping(space, base + 1);

	return at > 0 && mapping_at(space, at - 1)->size >= bytes &&
	       base - mapping_at(space, at - 1)->base <= mapping_at(space, at - 1)->size - bytes;
}

static int check_ends(const struct space *space, struct error *err)
{
	const struct space_state *state = state_of(space);

	if (state->start != SPACE_MAPS && state->start != SPACE_ASIDE)
		return error_set(err, "the map area begins nowhere");
	if (state->is_placed != (state->break_base != SPACE_BREAK))
		return error_set(err, "the break begins nowhere");
	if (state->break_size > BREAK_MAX || state->dense > space->mappings.count)
		return error_set(err, "the break or the map area has no end");
	for (size_t i = 0; i < state->dense; i++)
		if (mapping_at(space, i)->base > end_before(space, i))
			return error_set(err, "there is a gap where the map area is dense");
	return 0;
}

int space_check(const struct space *space, struct error *err)
{
	const struct space_state *state = state_of(space);
	uint64_t end = 0, bytes = 0;

	for (size_t i = 0; i < space->mappings.count; i++) {
		const struct mapping *mapping = mapping_at(space, i);
		if (mapping->base < end || mapping->size == 0 || mapping->is_open > 1 ||
			mapping->base + mapping->size < mapping->base)
			return error_set(err, "mappings overlap or are out of order");
		if (mapping->base < break_end(space) &&
			mapping->base + mapping->size > state->break_base)
			return error_set(err, "something is mapped where the break has grown");
		end = mapping->base + mapping->size;
		bytes += mapping->size;
	}
	if (bytes != state->mapped)
		return error_set(err, "%" PRIu64 " bytes are taken, not %" PRIu64, bytes,
			state->mapped);
	for (size_t i = 0; i < space->expected.count; i++)
		if (flat_at(&space->expected, struct mapping, i)->is_open)
			return error_set(err, "what is expected is open already");
	return check_ends(space, err);
}
