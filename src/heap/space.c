/* See space.h. */
#include "heap/space.h"

#include "heap/pages.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define BREAK_MIN (UINT64_C(1) << 16) /* no program has anything below */
#define BREAK_MAX (UINT64_C(1) << 42) /* 4 TiB */
#define MAPS_MAX  (UINT64_C(1) << 46) /* 64 TiB */

enum { CLOSED, OPEN }; /* the tag of a mapping: an open one may become a part of a larger one */

struct expected {
	uint64_t base;
	uint64_t size;
};

static struct space_state *state_of(const struct space *space)
{
	return space->state.data;
}

static uint64_t break_end(const struct space *space)
{
	return state_of(space)->break_base + state_of(space)->break_size;
}

/* The first mapping that overlaps these bytes; false: none does. */
static bool find_overlap(const struct space *space, uint64_t base, uint64_t bytes,
	struct extent *ret_mapping)
{
	struct extent mapping;

	if (extents_at_or_before(&space->mappings, base, &mapping) &&
		base - mapping.base < mapping.size) {
		*ret_mapping = mapping;
		return true;
	}
	if (!extents_at_or_after(&space->mappings, base, &mapping) || mapping.base - base >= bytes)
		return false;
	*ret_mapping = mapping;
	return true;
}

static void put_mapping(struct space *space, uint64_t base, uint64_t bytes, uint32_t tag)
{
	const struct extent mapping = {base, bytes, tag};
	struct extent other;

	assert(bytes > 0 && base + bytes > base);
	bool is_added = extents_add(&space->mappings, &mapping, &other);
	assert(is_added);
	(void)is_added;
	state_of(space)->mapped += bytes;
}

static uint64_t map(struct page_source *pages, uint64_t bytes, uint64_t alignment)
{
	struct space *space = (struct space *)pages;
	struct space_state *state = state_of(space);
	uint64_t mask = (alignment ? alignment : 1) - 1;

	if (bytes == 0 || bytes > MAPS_MAX || mask > MAPS_MAX)
		return 0;
	uint64_t base = extents_gap(&space->mappings, state->start, bytes, mask + 1);
	if (base > state->start + MAPS_MAX - bytes)
		return 0;
	assert((base & mask) == 0 && base >= state->start);
	put_mapping(space, base, bytes, CLOSED);
	return base;
}

/* No mapping is there, and the break never reaches it. */
static bool is_free(const struct space *space, uint64_t base, uint64_t bytes)
{
	struct extent other;

	if (base == 0 || bytes == 0 || base > UINT64_MAX - bytes)
		return false;
	if (base < state_of(space)->break_base + BREAK_MAX &&
		base + bytes > state_of(space)->break_base)
		return false;
	return !find_overlap(space, base, bytes, &other);
}

static void forget_expected(struct space *space, size_t at)
{
	struct expected *expected = flat_at(&space->expected, struct expected, at);

	assert(at < space->expected.count);
	memmove(expected, expected + 1, (space->expected.count - at - 1) * sizeof(*expected));
	flat_set_count(&space->expected, space->expected.count - 1);
}

static uint64_t map_recorded(struct page_source *pages, uint64_t bytes)
{
	struct space *space = (struct space *)pages;

	for (size_t i = 0; i < space->expected.count; i++) {
		uint64_t base = flat_at(&space->expected, struct expected, i)->base;
		if (flat_at(&space->expected, struct expected, i)->size != bytes)
			continue;
		forget_expected(space, i);
		if (!is_free(space, base, bytes))
			return 0;
		put_mapping(space, base, bytes, CLOSED);
		return base;
	}
	return 0;
}

static void drop_mapping(struct space *space, const struct extent *mapping)
{
	bool is_removed = extents_remove(&space->mappings, mapping->base);

	assert(is_removed && state_of(space)->mapped >= mapping->size);
	(void)is_removed;
	state_of(space)->mapped -= mapping->size;
	assert(extents_count(&space->mappings) > 0 || state_of(space)->mapped == 0);
}

/* True when every mapping that overlaps these bytes is wholly within them and open. */
static bool may_take(const struct space *space, uint64_t base, uint64_t bytes, bool open)
{
	uint64_t end = base + bytes, at = base;
	struct extent mapping;

	if (base == 0 || bytes == 0 || base > UINT64_MAX - bytes)
		return false;
	if (base < break_end(space) && end > state_of(space)->break_base)
		return false;
	while (at < end && find_overlap(space, at, end - at, &mapping)) {
		if (!open || mapping.tag != OPEN || mapping.base < base ||
			mapping.base + mapping.size > end)
			return false;
		at = mapping.base + mapping.size;
	}
	return true;
}

static bool take(struct page_source *pages, uint64_t base, uint64_t bytes, bool open)
{
	struct space *space = (struct space *)pages;
	struct extent mapping;

	if (!may_take(space, base, bytes, open))
		return false;
	while (find_overlap(space, base, bytes, &mapping))
		drop_mapping(space, &mapping);
	put_mapping(space, base, bytes, open ? OPEN : CLOSED);
	return true;
}

/* ---- pages that are given up --------------------------------------------------------------- */

static void add_given_up(struct space *space, uint64_t base, uint64_t end)
{
	const struct extent stretch = {.base = base, .size = end - base};
	struct extent other;

	if (base == end)
		return;
	bool is_added = extents_add(&space->given_up, &stretch, &other);
	assert(is_added && base < end && base % PAGE == 0 && end % PAGE == 0);
	(void)is_added;
	state_of(space)->given_up += stretch.size;
}

static void drop_given_up(struct space *space, const struct extent *stretch)
{
	bool is_removed = extents_remove(&space->given_up, stretch->base);

	assert(is_removed && state_of(space)->given_up >= stretch->size);
	(void)is_removed;
	state_of(space)->given_up -= stretch->size;
}

bool space_next_given_up(const struct space *space, uint64_t address, struct extent *ret_stretch)
{
	struct extent stretch;

	if (extents_at_or_before(&space->given_up, address, &stretch) &&
		stretch.base + stretch.size > address) {
		*ret_stretch = stretch;
		return true;
	}
	return extents_at_or_after(&space->given_up, address, ret_stretch);
}

void space_touch(struct space *space, uint64_t base, uint64_t bytes)
{
	uint64_t from = page_down(base), to = page_up(base + bytes);
	struct extent stretch;

	while (space_next_given_up(space, from, &stretch) && stretch.base < to) {
		uint64_t last = stretch.base + stretch.size;
		drop_given_up(space, &stretch);
		if (stretch.base < from)
			add_given_up(space, stretch.base, from);
		if (last > to)
			add_given_up(space, to, last);
	}
}

void space_give_up(struct space *space, uint64_t base, uint64_t bytes)
{
	space_touch(space, base, bytes);
	add_given_up(space, base, base + bytes);
}

uint64_t space_given_up(const struct space *space, uint64_t from, uint64_t to)
{
	uint64_t bytes = 0;
	struct extent stretch;

	for (uint64_t at = from; at < to && space_next_given_up(space, at, &stretch);
		at = stretch.base + stretch.size) {
		uint64_t begin = stretch.base > from ? stretch.base : from,
			 end = stretch.base + stretch.size < to ? stretch.base + stretch.size : to;
		begin = page_up(begin);
		end = page_down(end);
		bytes += begin < end ? end - begin : 0;
	}
	return bytes;
}

/* ---- and back ------------------------------------------------------------------------------ */

static void unmap(struct page_source *pages, uint64_t base, uint64_t bytes)
{
	const struct extent mapping = {.base = base, .size = bytes};
	struct space *space = (struct space *)pages;

	assert(space_has(space, base, bytes));
	space_touch(space, base, bytes);
	drop_mapping(space, &mapping);
}

static void set_backed(struct page_source *pages, uint64_t base, uint64_t bytes, bool is_backed)
{
	struct space *space = (struct space *)pages;
	struct space_state *state = state_of(space);

	assert(bytes == 0 || space_has(space, base, bytes));
	assert(!is_backed || state->unbacked >= bytes);
	space_touch(space, base, bytes);
	state->unbacked += is_backed ? -bytes : bytes;
	assert(state->unbacked <= state->mapped);
}

static bool grow(struct page_source *pages, uint64_t bytes, uint64_t *ret_base)
{
	struct space *space = (struct space *)pages;
	struct space_state *state = state_of(space);
	struct extent other;

	if (bytes > BREAK_MAX - state->break_size)
		return false;
	if (find_overlap(space, break_end(space), bytes, &other))
		return false; /* something was taken there */
	state->break_size += bytes;
	assert(state->break_size <= BREAK_MAX);
	*ret_base = state->break_base;
	return true;
}

static bool place_break(struct page_source *pages, uint64_t base)
{
	struct space *space = (struct space *)pages;

	assert(state_of(space)->break_size == 0);
	if (base < BREAK_MIN || base > SPACE_ASIDE - BREAK_MAX)
		return false;
	state_of(space)->break_base = base;
	state_of(space)->is_placed = base != SPACE_BREAK;
	state_of(space)->start = SPACE_ASIDE;
	return true;
}

static bool shrink(struct page_source *pages, uint64_t bytes)
{
	struct space *space = (struct space *)pages;
	struct space_state *state = state_of(space);

	assert(bytes <= state->break_size);
	space_touch(space, break_end(space) - bytes, bytes);
	state->break_size -= bytes;
	return true;
}

void space_init(struct space *space)
{
	*space = (struct space){.pages = {.map = map,
					.set_backed = set_backed,
					.map_recorded = map_recorded,
					.take = take,
					.unmap = unmap,
					.grow = grow,
					.place_break = place_break,
					.shrink = shrink}};
	flat_add(&space->flat, &space->state, sizeof(struct space_state));
	extents_init(&space->mappings, &space->flat);
	extents_init(&space->given_up, &space->flat);
	flat_add(&space->flat, &space->expected, sizeof(struct expected));
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
	/* from now on the map area is where no program on Linux has a mapping */
	state_of(space)->start = SPACE_ASIDE;
	struct expected *expected = flat_grow(&space->expected, 1);
	expected->base = base;
	expected->size = bytes;
}

void space_expect_no_more(struct space *space, uint64_t base)
{
	for (size_t i = 0; i < space->expected.count; i++)
		if (flat_at(&space->expected, struct expected, i)->base == base) {
			forget_expected(space, i);
			return;
		}
}

bool space_has(const struct space *space, uint64_t base, uint64_t bytes)
{
	struct extent mapping;

	return extents_at_or_before(&space->mappings, base, &mapping) && mapping.size >= bytes &&
	       base - mapping.base <= mapping.size - bytes;
}

/* Each stretch is of whole pages that somebody has. */
static int check_given_up(const struct space *space, struct error *err)
{
	const struct space_state *state = state_of(space);
	struct extent stretch = {0};
	uint64_t bytes = 0;

	if (extents_check(&space->given_up, err) < 0)
		return error_prefix(err, "pages given up");
	for (uint64_t at = 0; extents_at_or_after(&space->given_up, at, &stretch);
		at = stretch.base + stretch.size) {
		if (stretch.size == 0 || stretch.base % PAGE || stretch.size % PAGE)
			return error_set(err, "a part of a page is given up");
		if (!space_has(space, stretch.base, stretch.size) &&
			(stretch.base < state->break_base ||
				stretch.base + stretch.size > break_end(space)))
			return error_set(err, "pages are given up that nobody has");
		bytes += stretch.size;
	}
	return bytes == state->given_up
		       ? 0
		       : error_set(err, "%" PRIu64 " bytes are given up, not %" PRIu64, bytes,
				 state->given_up);
}

int space_check(const struct space *space, struct error *err)
{
	const struct space_state *state = state_of(space);
	struct extent mapping = {0};
	uint64_t bytes = 0;

	if (extents_check(&space->mappings, err) < 0)
		return error_prefix(err, "mappings");
	for (uint64_t at = 0; extents_at_or_after(&space->mappings, at, &mapping);
		at = mapping.base + mapping.size) {
		if (mapping.size == 0 || mapping.tag > OPEN)
			return error_set(err,
				"a mapping has no bytes, or is neither open nor closed");
		if (mapping.base < break_end(space) &&
			mapping.base + mapping.size > state->break_base)
			return error_set(err, "something is mapped where the break has grown");
		bytes += mapping.size;
	}
	if (bytes != state->mapped)
		return error_set(err, "%" PRIu64 " bytes are taken, not %" PRIu64, bytes,
			state->mapped);
	if (state->start != SPACE_MAPS && state->start != SPACE_ASIDE)
		return error_set(err, "the map area begins nowhere");
	if (state->is_placed != (state->break_base != SPACE_BREAK))
		return error_set(err, "the break begins nowhere");
	if (state->break_size > BREAK_MAX)
		return error_set(err, "the break has no end");
	return check_given_up(space, err);
}
