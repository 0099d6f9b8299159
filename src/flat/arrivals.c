/*
 * See arrivals.h. The slots are the leaves of a tree that is not stored as one: above each 32 slots
 * there is their largest size, above each 32 of those the largest again, until 32 are left. An item
 * that goes leaves its slot empty. When the last slot is taken, the items move together to the
 * first slots, and if they fill more than half of them, there are twice as many from then on: so
 * each item that comes pays for moving two at most.
 */
#include "flat/arrivals.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "flat/lanes.h"

#include <assert.h>
#include <stdlib.h>

#define SLOTS_MIN     (1u << 10)
#define COUNTED       2u /* the lowest level that has counts: below it, slots are looked at */
#define COUNTED_SLOTS (1u << (COUNTED * LANES_BITS)) /* of one count */
#define LEVELS_MAX    7u                             /* enough for 2^32 slots */
#define ANYWHERE      UINT32_MAX /* the start, newest first: no item is too new */

struct arrivals_state {
	uint32_t end;   /* the next slot */
	uint32_t slots; /* so many, a power of two */
	uint32_t count; /* items */
	uint32_t start; /* slots from there on; newest first: slots below it */
	uint32_t levels;
	uint32_t first[LEVELS_MAX]; /* of each level in `largest` */
};

static struct arrivals_state *state_of(const struct arrivals *arrivals)
{
	return arrivals->state.data;
}

static int32_t *largest_at(const struct arrivals *arrivals, uint32_t level, uint32_t at)
{
	return flat_at(&arrivals->largest, int32_t, state_of(arrivals)->first[level] + at);
}

/* How many items are below a place of the level COUNTED or a higher one. */
static uint32_t *count_at(const struct arrivals *arrivals, uint32_t level, uint32_t at)
{
	const struct arrivals_state *state = state_of(arrivals);

	assert(level >= COUNTED);
	return flat_at(&arrivals->counts, uint32_t,
		state->first[level] - state->first[COUNTED] + at);
}

/* Places on the level above one with so many. */
static uint32_t above(uint32_t places)
{
	return places / LANES_COUNT > LANES_COUNT ? places / LANES_COUNT : LANES_COUNT;
}

/* On a level above the slots. */
static uint32_t places_on(const struct arrivals *arrivals, uint32_t level)
{
	const struct arrivals_state *state = state_of(arrivals);
	size_t end = level + 1 < state->levels ? state->first[level + 1] : arrivals->largest.count;

	return (uint32_t)end - state->first[level];
}

/* Empty levels above so many empty slots. */
static void lay_out(struct arrivals *arrivals, uint32_t slots)
{
	struct arrivals_state *state = state_of(arrivals);
	uint32_t places = slots, all = 0;

	assert(slots >= SLOTS_MIN && (slots & (slots - 1)) == 0);
	state->slots = slots;
	state->levels = 0;
	for (;;) {
		assert(state->levels < LEVELS_MAX);
		state->first[state->levels++] = all;
		all += places;
		if (places == LANES_COUNT)
			break;
		places = above(places);
	}
	for (uint32_t level = state->levels; level < LEVELS_MAX; level++)
		state->first[level] = 0;
	flat_set_count(&arrivals->items, slots);
	flat_set_count(&arrivals->largest, 0);
	flat_set_count(&arrivals->largest, all);
	flat_set_count(&arrivals->counts, 0);
	flat_set_count(&arrivals->counts,
		state->levels > COUNTED ? all - state->first[COUNTED] : 0);
}

void arrivals_init(struct arrivals *arrivals, struct flat *flat, bool is_newest_first)
{
	arrivals->is_newest_first = is_newest_first;
	flat_add(flat, &arrivals->state, sizeof(struct arrivals_state));
	flat_add(flat, &arrivals->items, sizeof(uint32_t));
	flat_add(flat, &arrivals->largest, sizeof(int32_t));
	flat_add(flat, &arrivals->counts, sizeof(uint32_t));
	flat_grow(&arrivals->state, 1);
	lay_out(arrivals, SLOTS_MIN);
	state_of(arrivals)->start = is_newest_first ? ANYWHERE : 0;
}

uint32_t arrivals_count(const struct arrivals *arrivals)
{
	return state_of(arrivals)->count;
}

uint32_t arrivals_item(const struct arrivals *arrivals, uint32_t slot)
{
	return *flat_at(&arrivals->items, uint32_t, slot);
}

int32_t arrivals_size(const struct arrivals *arrivals, uint32_t slot)
{
	return *largest_at(arrivals, 0, slot);
}

uint32_t arrivals_end(const struct arrivals *arrivals)
{
	return state_of(arrivals)->end;
}

/* ---- changing ------------------------------------------------------------------------------ */

/* The size in a slot, and what the levels above know of it. */
static void set_size(struct arrivals *arrivals, uint32_t slot, int32_t size)
{
	const uint32_t levels = state_of(arrivals)->levels;
	uint32_t at = slot;

	for (uint32_t level = 0; level < levels; level++, at /= LANES_COUNT) {
		int32_t *here = largest_at(arrivals, level, at), before = *here;
		*here = size;
		if (level + 1 == levels || before == size)
			return;
		int32_t all = *largest_at(arrivals, level + 1, at / LANES_COUNT);
		if (size < all && before < all)
			return;
		if (size < all)
			size = lanes_largest(largest_at(arrivals, level, at & ~(LANES_COUNT - 1)));
	}
}

static void count_in(struct arrivals *arrivals, uint32_t slot, uint32_t more)
{
	struct arrivals_state *state = state_of(arrivals);

	for (uint32_t level = COUNTED; level < state->levels; level++)
		*count_at(arrivals, level, slot >> (level * LANES_BITS)) += more;
	state->count += more;
}

static void put(struct arrivals *arrivals, uint32_t slot, uint32_t item, int32_t size)
{
	assert(item > 0 && size > 0 && arrivals_item(arrivals, slot) == 0);
	*flat_at(&arrivals->items, uint32_t, slot) = item;
	set_size(arrivals, slot, size);
	count_in(arrivals, slot, 1);
}

uint32_t arrivals_add(struct arrivals *arrivals, uint32_t item, int32_t size)
{
	struct arrivals_state *state = state_of(arrivals);

	assert(state->end < state->slots);
	put(arrivals, state->end, item, size);
	return state->end++;
}

void arrivals_remove(struct arrivals *arrivals, uint32_t slot)
{
	assert(arrivals_item(arrivals, slot) != 0);
	*flat_at(&arrivals->items, uint32_t, slot) = 0;
	set_size(arrivals, slot, 0);
	count_in(arrivals, slot, UINT32_MAX);
}

void arrivals_resize(struct arrivals *arrivals, uint32_t slot, int32_t size)
{
	assert(arrivals_item(arrivals, slot) != 0 && size > 0);
	set_size(arrivals, slot, size);
}

/* ---- ranks --------------------------------------------------------------------------------- */

/* How many items have lower slots. */
static uint32_t count_below(const struct arrivals *arrivals, uint32_t slot)
{
	const struct arrivals_state *state = state_of(arrivals);
	uint32_t count = 0;

	if (slot >= state->end)
		return state->count;
	for (uint32_t at = slot & ~(COUNTED_SLOTS - 1); at < slot; at++)
		count += arrivals_item(arrivals, at) != 0;
	for (uint32_t level = COUNTED; level < state->levels; level++) {
		uint32_t end = slot >> (level * LANES_BITS);
		for (uint32_t at = end & ~(LANES_COUNT - 1); at < end; at++)
			count += *count_at(arrivals, level, at);
	}
	return count;
}

uint32_t arrivals_rank(const struct arrivals *arrivals, uint32_t slot)
{
	uint32_t below = count_below(arrivals, slot);

	assert(arrivals_item(arrivals, slot) != 0);
	return arrivals->is_newest_first ? arrivals_count(arrivals) - 1 - below : below;
}

uint32_t arrivals_rank_of_start(const struct arrivals *arrivals)
{
	uint32_t below = count_below(arrivals, state_of(arrivals)->start);

	return arrivals->is_newest_first ? arrivals_count(arrivals) - below : below;
}

uint32_t arrivals_nth(const struct arrivals *arrivals, uint32_t rank)
{
	const struct arrivals_state *state = state_of(arrivals);
	uint32_t at = 0;

	if (rank >= state->count)
		return ARRIVALS_NONE;
	if (arrivals->is_newest_first)
		rank = state->count - 1 - rank;
	for (uint32_t level = state->levels; level-- > COUNTED; at *= LANES_COUNT)
		while (rank >= *count_at(arrivals, level, at))
			rank -= *count_at(arrivals, level, at++);
	at *= state->levels > COUNTED ? LANES_COUNT : 1;
	while (rank > 0 || arrivals_item(arrivals, at) == 0)
		rank -= arrivals_item(arrivals, at++) != 0;
	return at;
}

/* ---- room ---------------------------------------------------------------------------------- */

/* What the levels above the first `count` slots, all of which are taken, know of them. */
static void fill_levels(struct arrivals *arrivals, uint32_t count)
{
	const struct arrivals_state *state = state_of(arrivals);

	for (uint32_t level = 1; level < state->levels; level++) {
		uint32_t width = 1u << (level * LANES_BITS);
		for (uint32_t at = 0; (uint64_t)at * width < count; at++) {
			uint32_t rest = count - at * width;
			*largest_at(arrivals, level, at) =
				lanes_largest(largest_at(arrivals, level - 1, at * LANES_COUNT));
			if (level >= COUNTED)
				*count_at(arrivals, level, at) = rest < width ? rest : width;
		}
	}
}

bool arrivals_make_room(struct arrivals *arrivals)
{
	struct arrivals_state *state = state_of(arrivals);
	uint32_t *items = arrivals->items.data, count = 0;

	if (state->end < state->slots)
		return false;
	if (state->start != ANYWHERE)
		state->start = count_below(arrivals, state->start);
	int32_t *sizes = xroom(state->count + (size_t)1, sizeof(*sizes));
	for (uint32_t slot = 0; slot < state->slots; slot++)
		if (items[slot]) {
			sizes[count] = arrivals_size(arrivals, slot);
			items[count++] = items[slot];
		}
	assert(count == state->count);
	flat_set_count(&arrivals->items, count);
	lay_out(arrivals, count > state->slots / 2 ? state->slots * 2 : state->slots);
	memcpy(arrivals->largest.data, sizes, count * sizeof(*sizes));
	free(sizes);
	fill_levels(arrivals, count);
	state->end = count;
	return true;
}

/* ---- searches ------------------------------------------------------------------------------ */

/* The first slot from `from` on, which is one, with at least that size. */
static uint32_t seek_up(const struct arrivals *arrivals, uint32_t from, int32_t size)
{
	const uint32_t levels = state_of(arrivals)->levels;

	for (uint32_t level = 0; level < levels; level++) {
		uint32_t group = from & ~(LANES_COUNT - 1);
		uint32_t enough = lanes_at_least(largest_at(arrivals, level, group), size) &
				  (UINT32_MAX << (from - group));
		if (enough == 0) {
			from = from / LANES_COUNT + 1;
			if (level + 1 < levels && from == places_on(arrivals, level + 1))
				break;
			continue;
		}
		uint32_t at = group + (uint32_t)__builtin_ctz(enough);
		while (level-- > 0) {
			at *= LANES_COUNT;
			enough = lanes_at_least(largest_at(arrivals, level, at), size);
			assert(enough);
			at += (uint32_t)__builtin_ctz(enough);
		}
		return at;
	}
	return ARRIVALS_NONE;
}

/* The last slot up to `from`. */
static uint32_t seek_down(const struct arrivals *arrivals, uint32_t from, int32_t size)
{
	const uint32_t levels = state_of(arrivals)->levels;

	for (uint32_t level = 0; level < levels; level++) {
		uint32_t group = from & ~(LANES_COUNT - 1);
		uint32_t enough = lanes_at_least(largest_at(arrivals, level, group), size) &
				  (UINT32_MAX >> (LANES_COUNT - 1 - (from - group)));
		if (enough == 0) {
			if (group == 0)
				break;
			from = from / LANES_COUNT - 1;
			continue;
		}
		uint32_t at = group + LANES_COUNT - 1 - (uint32_t)__builtin_clz(enough);
		while (level-- > 0) {
			at *= LANES_COUNT;
			enough = lanes_at_least(largest_at(arrivals, level, at), size);
			assert(enough);
			at += LANES_COUNT - 1 - (uint32_t)__builtin_clz(enough);
		}
		return at;
	}
	return ARRIVALS_NONE;
}

/* The first one of the list whose slot is `bound` or higher; newest first: below it. */
static uint32_t seek(const struct arrivals *arrivals, uint32_t bound, int32_t size)
{
	uint32_t end = state_of(arrivals)->end;

	assert(size > 0);
	if (!arrivals->is_newest_first)
		return bound < end ? seek_up(arrivals, bound, size) : ARRIVALS_NONE;
	bound = bound < end ? bound : end;
	return bound > 0 ? seek_down(arrivals, bound - 1, size) : ARRIVALS_NONE;
}

int32_t arrivals_largest(const struct arrivals *arrivals)
{
	return lanes_largest(largest_at(arrivals, state_of(arrivals)->levels - 1, 0));
}

uint32_t arrivals_first(const struct arrivals *arrivals, int32_t size)
{
	return seek(arrivals, arrivals->is_newest_first ? ANYWHERE : 0, size);
}

uint32_t arrivals_first_after(const struct arrivals *arrivals, uint32_t slot, int32_t size)
{
	return seek(arrivals, arrivals->is_newest_first ? slot : slot + 1, size);
}

uint32_t arrivals_first_from_start(const struct arrivals *arrivals, int32_t size)
{
	return seek(arrivals, state_of(arrivals)->start, size);
}

void arrivals_start_at(struct arrivals *arrivals, uint32_t slot)
{
	state_of(arrivals)->start = arrivals->is_newest_first ? slot + 1 : slot;
}

void arrivals_start_after(struct arrivals *arrivals, uint32_t slot)
{
	state_of(arrivals)->start = arrivals->is_newest_first ? slot : slot + 1;
}

/* ---- check --------------------------------------------------------------------------------- */

/* The levels are those for so many slots. */
static bool is_laid_out(const struct arrivals *arrivals)
{
	const struct arrivals_state *state = state_of(arrivals);
	uint32_t places = state->slots, all = 0, level = 0;

	if (places < SLOTS_MIN || (places & (places - 1)) != 0 || arrivals->items.count != places)
		return false;
	for (;; places = above(places)) {
		if (level == LEVELS_MAX || state->first[level++] != all)
			return false;
		all += places;
		if (places == LANES_COUNT)
			break;
	}
	for (uint32_t unused = level; unused < LEVELS_MAX; unused++)
		if (state->first[unused] != 0)
			return false;
	return state->levels == level && arrivals->largest.count == all &&
	       arrivals->counts.count == (level > COUNTED ? all - state->first[COUNTED] : 0);
}

static bool has_largest(const struct arrivals *arrivals, uint32_t level, uint32_t at)
{
	int32_t largest = *largest_at(arrivals, level, at);

	if (at * LANES_COUNT >=
		places_on(arrivals, level - 1)) /* the highest level has 32 always */
		return largest == 0;
	return largest == lanes_largest(largest_at(arrivals, level - 1, at * LANES_COUNT));
}

static bool has_count(const struct arrivals *arrivals, uint32_t level, uint32_t at)
{
	uint64_t width = UINT64_C(1) << (level * LANES_BITS);
	uint32_t count = 0;

	for (uint64_t slot = at * width; slot < (at + 1) * width && slot < arrivals->items.count;
		slot++)
		count += arrivals_item(arrivals, (uint32_t)slot) != 0;
	return count == *count_at(arrivals, level, at);
}

static bool has_sums(const struct arrivals *arrivals, uint32_t level, uint32_t at)
{
	return has_largest(arrivals, level, at) &&
	       (level < COUNTED || has_count(arrivals, level, at));
}

int arrivals_check(const struct arrivals *arrivals, struct error *err)
{
	const struct arrivals_state *state = state_of(arrivals);
	uint32_t count = 0;

	if (!is_laid_out(arrivals) || state->end > state->slots)
		return error_set(err, "the levels above the arrivals are not where they should be");
	for (uint32_t slot = 0; slot < state->slots; slot++) {
		uint32_t item = arrivals_item(arrivals, slot);
		int32_t size = arrivals_size(arrivals, slot);
		if ((item != 0) != (size > 0) || (item && slot >= state->end) || size < 0)
			return error_set(err, "a slot of the arrivals is not what it should be");
		count += item != 0;
	}
	if (count != state->count)
		return error_set(err, "there are more arrivals, or fewer, than counted");
	for (uint32_t level = 1; level < state->levels; level++)
		for (uint32_t at = 0; at < places_on(arrivals, level); at++)
			if (!has_sums(arrivals, level, at))
				return error_set(err, "the sums over the arrivals are wrong");
	return 0;
}
