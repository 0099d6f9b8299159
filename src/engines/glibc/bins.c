/* See bins.h. */
#include "engines/glibc/bins.h"

void bins_init(struct glibc *g, struct arena *arena, uint32_t spot_before)
{
	arena->bins = spot_before;
	for (uint32_t bin = UNSORTED; bin < BINS; bin++) {
		uint32_t head = bin_head(arena, bin);
		link_of(g, head)->low = head;
		link_of(g, head)->high = head;
	}
}

/* ---- a tree of sizes ----------------------------------------------------------------------- */

/*
 * The library walks the skip list.  Here the first chunk of each size in a bin is in a treap, too,
 * so that a size is found in O(log n).  The priority of a chunk follows from its spot, so that the
 * same chunks make the same tree, however they came.
 */
static uint32_t priority_of(uint32_t chunk)
{
	return chunk * 0x9E3779B1u;
}

static void tree_insert(struct glibc *g, uint32_t *root, uint32_t chunk, uint32_t size)
{
	uint32_t *link = root;

	assert(chunk_size(g, chunk) == size);
	while (*link && priority_of(*link) > priority_of(chunk)) {
		assert(chunk_size(g, *link) != size);
		link = size < chunk_size(g, *link) ? &tree_of(g, *link)->low
						   : &tree_of(g, *link)->high;
	}
	uint32_t at = *link, *smaller = &tree_of(g, chunk)->low, *larger = &tree_of(g, chunk)->high;
	*link = chunk;
	while (at) {
		uint32_t **side = chunk_size(g, at) < size ? &smaller : &larger;
		**side = at;
		*side = side == &smaller ? &tree_of(g, at)->high : &tree_of(g, at)->low;
		at = **side;
	}
	*smaller = 0;
	*larger = 0;
}

static void tree_remove(struct glibc *g, uint32_t *root, uint32_t chunk, uint32_t size)
{
	uint32_t *link = root;

	while (*link != chunk) {
		assert(*link != 0);
		link = size < chunk_size(g, *link) ? &tree_of(g, *link)->low
						   : &tree_of(g, *link)->high;
	}
	uint32_t smaller = tree_of(g, chunk)->low, larger = tree_of(g, chunk)->high;
	while (smaller && larger) {
		if (priority_of(smaller) > priority_of(larger)) {
			*link = smaller;
			link = &tree_of(g, smaller)->high;
			smaller = *link;
		} else {
			*link = larger;
			link = &tree_of(g, larger)->low;
			larger = *link;
		}
	}
	*link = smaller ? smaller : larger;
}

uint32_t bins_group(const struct glibc *g, const struct arena *arena, uint32_t bin, uint64_t units)
{
	uint32_t found = 0;

	for (uint32_t at = arena->roots[bin - SMALL_LIMIT]; at;) {
		const struct word *tree = tree_of(g, at);
		if (chunk_size(g, at) < units) {
			at = tree->high;
			continue;
		}
		found = at;
		at = tree->low;
	}
	return found;
}

/* ---- the skip list ------------------------------------------------------------------------- */

static bool leads_group(const struct glibc *g, uint32_t chunk)
{
	return skip_of(g, chunk)->low != 0;
}

static void skip_alone(struct glibc *g, uint32_t chunk)
{
	skip_of(g, chunk)->low = chunk;
	skip_of(g, chunk)->high = chunk;
}

/*
 * Before another one, which is the next smaller, or the largest when the chunk is the smallest of
 * all.
 */
static void skip_insert(struct glibc *g, uint32_t chunk, uint32_t smaller)
{
	uint32_t larger = skip_of(g, smaller)->high;

	assert(skip_of(g, larger)->low == smaller);
	assert(chunk_size(g, chunk) != chunk_size(g, smaller));
	skip_of(g, chunk)->low = smaller;
	skip_of(g, chunk)->high = larger;
	skip_of(g, larger)->low = chunk;
	skip_of(g, smaller)->high = chunk;
}

/* The first of a group goes: the second of its group takes its place, or nothing does. */
static void skip_remove(struct glibc *g, uint32_t chunk, uint32_t heir)
{
	const struct word skip = *skip_of(g, chunk);

	assert(skip_of(g, skip.low)->high == chunk && skip_of(g, skip.high)->low == chunk);
	assert(!heir || (!leads_group(g, heir) && chunk_size(g, heir) == chunk_size(g, chunk)));
	if (heir && skip.low == chunk) {
		skip_alone(g, heir);
	} else if (heir) {
		*skip_of(g, heir) = skip;
		skip_of(g, skip.low)->high = heir;
		skip_of(g, skip.high)->low = heir;
	} else {
		skip_of(g, skip.low)->high = skip.high;
		skip_of(g, skip.high)->low = skip.low;
	}
	*skip_of(g, chunk) = (struct word){0, 0};
}

/* A chunk of a size that the bin does not have yet, before the first of the next smaller one. */
static void put_group(struct glibc *g, struct arena *arena, uint32_t bin, uint32_t chunk,
	struct word *link, uint32_t smaller)
{
	uint32_t head = bin_head(arena, bin), first = link_of(g, head)->low;

	tree_insert(g, &arena->roots[bin - SMALL_LIMIT], chunk, chunk_size(g, chunk));
	if (first == head) {
		bins_link(g, chunk, link, head, head);
		skip_alone(g, chunk);
	} else if (smaller) {
		bins_link(g, chunk, link, link_of(g, smaller)->high, smaller);
		skip_insert(g, chunk, smaller);
	} else {
		bins_link(g, chunk, link, link_of(g, head)->high, head);
		skip_insert(g, chunk, first);
	}
}

static void put_large(struct glibc *g, struct arena *arena, uint32_t bin, uint32_t chunk,
	struct word *link)
{
	uint32_t size = chunk_size(g, chunk), at = bins_group(g, arena, bin, size);
	uint32_t first = bin_first(g, arena, bin);

	assert(bin >= SMALL_LIMIT && bin < BINS);
	*skip_of(g, chunk) = (struct word){0, 0};
	if (at && chunk_size(g, at) == size) {
		bins_link(g, chunk, link, at, link_of(g, at)->low); /* second of its group */
		return;
	}
	/* The largest of all are before the first; behind the smallest of all there is none. */
	uint32_t smaller = at ? skip_of(g, at)->low : first;
	put_group(g, arena, bin, chunk, link, at && smaller == first ? 0 : smaller);
}

/* ---- bins ---------------------------------------------------------------------------------- */

/* Into the bin of its size; gives what it is there. */
static enum chunk_state enter(struct glibc *g, struct arena *arena, uint32_t chunk, uint32_t size)
{
	struct word *link = link_of(g, chunk);
	uint32_t bin = bin_of_size(size), head = bin_head(arena, bin);

	if (size < SMALL_LIMIT)
		bins_link(g, chunk, link, head, link_of(g, head)->low);
	else
		put_large(g, arena, bin, chunk, link);
	arena->map[bin / 32] |= 1u << bin % 32;
	arena->counts[bin]++;
	return size < SMALL_LIMIT ? CHUNK_SMALL : CHUNK_LARGE;
}

void bins_put(struct glibc *g, struct arena *arena, uint32_t chunk)
{
	uint32_t size = chunk_size(g, chunk);

	assert(chunk_state(g, chunk) == CHUNK_HELD);
	state_change(g, chunk, size, USE_NONE, enter(g, arena, chunk, size));
}

void bins_sort(struct glibc *g, struct arena *arena, uint32_t chunk)
{
	assert(chunk_state(g, chunk) == CHUNK_UNSORTED);
	bins_leave(g, arena, UNSORTED, chunk);
	*state_at(g, chunk) = (uint8_t)enter(g, arena, chunk, chunk_size(g, chunk));
}

void bins_forget_size(struct glibc *g, struct arena *arena, uint32_t bin, uint32_t chunk,
	uint32_t next)
{
	uint32_t size = chunk_size(g, chunk), *root = &arena->roots[bin - SMALL_LIMIT];
	bool has_heir = next != bin_head(arena, bin) && chunk_size(g, next) == size;

	if (!leads_group(g, chunk))
		return;
	tree_remove(g, root, chunk, size);
	skip_remove(g, chunk, has_heir ? next : 0);
	if (has_heir)
		tree_insert(g, root, next, size);
}

uint32_t bins_best(const struct glibc *g, const struct arena *arena, uint32_t bin, uint64_t units)
{
	uint32_t best = bins_group(g, arena, bin, units), second;

	if (!best)
		return 0;
	assert(chunk_state(g, best) == CHUNK_LARGE && chunk_size(g, best) >= units);
	second = link_of(g, best)->low;
	bool has_second =
		second != bin_head(arena, bin) && chunk_size(g, second) == chunk_size(g, best);
	return has_second ? second : best;
}

uint32_t bins_next(struct glibc *g, struct arena *arena, uint32_t from)
{
	uint32_t map = from / 32 < 4 ? arena->map[from / 32] & (UINT32_MAX << from % 32) : 0;

	for (uint32_t at = from / 32; at < 4; map = ++at < 4 ? arena->map[at] : 0)
		for (; map; map &= map - 1) {
			uint32_t bin = at * 32 + (uint32_t)__builtin_ctz(map);
			if (arena->counts[bin])
				return bin;
			arena->map[at] &= ~(1u << bin % 32);
		}
	return 0;
}
