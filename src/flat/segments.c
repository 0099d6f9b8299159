/*
 * See segments.h. A segment is stored as two bits: one where it begins, and one that says whether
 * it is a hole. Its size is the distance to the next beginning, as in a memory image with boundary
 * tags.
 *
 *	leaf     the bits of 256 units, in one cache line; missing where nothing begins
 *	inner    32 children, each with its sums: largest hole, free units, holes. A hole counts
 *	         with its whole size in the leaf it begins in.
 *	root     an inner node; a new one is put above it when the heap outgrows it
 *
 * A child is found by its address alone, so nodes are never searched, split or joined; a change
 * updates the sums from the leaf up, each in two cache lines of its inner node. The largest holes
 * are kept in 32 bits, compared four at once; holes of HUGE_HOLE units or more all look equal there
 * and, where the difference matters, are compared one by one: an address space has room for few.
 */
#include "flat/segments.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "flat/lanes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LEAF_BITS   8u
#define LEAF_UNITS  (1u << LEAF_BITS)
#define LEAF_WORDS  (LEAF_UNITS / 64)
#define INNER_BITS  LANES_BITS
#define INNER_MAX   LANES_COUNT
#define NO_UNIT     UINT64_MAX
#define HUGE_HOLE   INT32_MAX /* units; the largest hole is capped at this */
#define TOUCHED_MAX (2 * SEGMENTS_REPLACED)

struct leaf {
	uint64_t starts[LEAF_WORDS];
	uint64_t holes[LEAF_WORDS]; /* starts of holes */
};

struct inner {
	int32_t largest[INNER_MAX]; /* largest hole, in units, or HUGE_HOLE */
	struct child {
		uint64_t free; /* units in holes */
		uint32_t holes;
		/* index + 1 of an inner node, or on level 1 of a leaf; 0: nothing begins there */
		uint32_t node;
	} of[INNER_MAX];
};

__extension__ typedef unsigned __int128 squares; /* sums of squared sizes in units: up to 2^106 */

/* All positions are in units from the origin. */
struct tree {
	squares squares; /* sum of the squared sizes of all holes */
	uint64_t origin; /* address of the first segment */
	uint64_t last;   /* start of the last segment */
	uint64_t end;    /* end of the last segment */
	uint64_t holes;
	uint64_t blocks;
	uint64_t free;
	int32_t largest;
	uint32_t root;
	uint32_t height;     /* the root's level; its children on level 1 are leaves */
	uint32_t free_leaf;  /* + 1, linked by starts[0] */
	uint32_t free_inner; /* + 1, linked by of[0].node */
	uint32_t reserved;
};

static struct tree *tree_of(const struct segments *segments)
{
	return segments->tree.data;
}

static struct leaf *leaf_of(const struct segments *segments, uint32_t leaf)
{
	return flat_at(&segments->leaves, struct leaf, leaf);
}

static struct inner *inner_of(const struct segments *segments, uint32_t inner)
{
	return flat_at(&segments->inners, struct inner, inner);
}

void segments_init(struct segments *segments, struct flat *flat, uint64_t unit)
{
	segments->unit_bits = (uint32_t)__builtin_ctzll(unit);
	flat_add(flat, &segments->tree, sizeof(struct tree));
	flat_add(flat, &segments->leaves, sizeof(struct leaf));
	flat_add(flat, &segments->inners, sizeof(struct inner));
	flat_grow(&segments->tree, 1);
	flat_grow(&segments->inners, 1);
	tree_of(segments)->height = 1;
}

/* ---- units --------------------------------------------------------------------------------- */

static uint64_t base_of(const struct segments *segments, uint64_t unit)
{
	assert(unit <= tree_of(segments)->end);
	return tree_of(segments)->origin + (unit << segments->unit_bits);
}

static uint64_t bytes_of(const struct segments *segments, uint64_t units)
{
	return units << segments->unit_bits;
}

/* The unit of an address that is known to be in the heap or at its end. */
static uint64_t unit_of(const struct segments *segments, uint64_t address)
{
	return (address - tree_of(segments)->origin) >> segments->unit_bits;
}

/* Which child of an inner node on that level leads to the unit. */
static uint32_t child_at(uint64_t unit, uint32_t level)
{
	return (unit >> (LEAF_BITS + (level - 1) * INNER_BITS)) % INNER_MAX;
}

static uint64_t first_in_leaf(uint64_t unit)
{
	return unit & ~(uint64_t)(LEAF_UNITS - 1);
}

static int32_t capped(uint64_t units)
{
	return units < HUGE_HOLE ? (int32_t)units : HUGE_HOLE;
}

/* The number of units that a tree of that height can hold. */
static uint64_t units_under(uint32_t height)
{
	return (uint64_t)LEAF_UNITS << (height * INNER_BITS);
}

/* The first bit that is set, from `at` on; LEAF_UNITS: none. */
static uint32_t bit_from(const uint64_t *words, uint32_t at)
{
	uint32_t word = at / 64;

	if (at >= LEAF_UNITS)
		return LEAF_UNITS;
	uint64_t bits = words[word] & (UINT64_MAX << (at % 64));
	while (bits == 0) {
		if (++word == LEAF_WORDS)
			return LEAF_UNITS;
		bits = words[word];
	}
	return word * 64 + (uint32_t)__builtin_ctzll(bits);
}

/* The last bit that is set, up to `at`; LEAF_UNITS: none. */
static uint32_t bit_up_to(const uint64_t *words, uint32_t at)
{
	uint32_t word = at / 64;
	uint64_t bits = words[word] & (UINT64_MAX >> (63 - at % 64));

	while (bits == 0) {
		if (word-- == 0)
			return LEAF_UNITS;
		bits = words[word];
	}
	return word * 64 + 63 - (uint32_t)__builtin_clzll(bits);
}

static bool has_bit(const uint64_t *words, uint64_t unit)
{
	return words[unit % LEAF_UNITS / 64] >> (unit % 64) & 1;
}

static void set_bit(uint64_t *words, uint64_t unit)
{
	words[unit % LEAF_UNITS / 64] |= UINT64_C(1) << (unit % 64);
}

static void clear_bit(uint64_t *words, uint64_t unit)
{
	words[unit % LEAF_UNITS / 64] &= ~(UINT64_C(1) << (unit % 64));
}

/* ---- finding ------------------------------------------------------------------------------- */

/*
 * Descends to the unit's leaf; returns the level where the way ended: 0 is the leaf. Sets
 * path->inner from the root to the level above that one.
 */
static uint32_t descend(const struct segments *segments, uint64_t unit, struct segments_path *path)
{
	const struct tree *tree = tree_of(segments);
	uint32_t node = tree->root;

	assert(unit < units_under(tree->height));
	path->unit = unit;
	for (uint32_t level = tree->height; level > 0; level--) {
		path->inner[level] = node;
		uint32_t next = inner_of(segments, node)->of[child_at(unit, level)].node;
		if (next == 0)
			return level;
		node = next - 1;
	}
	path->leaf = node;
	return 0;
}

/*
 * The first (or last) start below a node: an inner node of that level, or a leaf on level 0. unit:
 * the node's first.
 */
static uint64_t first_below(const struct segments *segments, uint32_t level, uint32_t node,
	uint64_t unit)
{
	for (; level > 0; level--) {
		const struct inner *inner = inner_of(segments, node);
		uint32_t i = 0;
		while (inner->of[i].node == 0) {
			i++;
			assert(i < INNER_MAX); /* an inner node without children is not linked */
		}
		node = inner->of[i].node - 1;
		unit += (uint64_t)i << (LEAF_BITS + (level - 1) * INNER_BITS);
	}
	assert(bit_from(leaf_of(segments, node)->starts, 0) < LEAF_UNITS);
	return unit + bit_from(leaf_of(segments, node)->starts, 0);
}

static uint64_t last_below(const struct segments *segments, uint32_t level, uint32_t node,
	uint64_t unit)
{
	for (; level > 0; level--) {
		const struct inner *inner = inner_of(segments, node);
		uint32_t i = INNER_MAX - 1;
		while (inner->of[i].node == 0) {
			assert(i > 0);
			i--;
		}
		node = inner->of[i].node - 1;
		unit += (uint64_t)i << (LEAF_BITS + (level - 1) * INNER_BITS);
	}
	assert(bit_up_to(leaf_of(segments, node)->starts, LEAF_UNITS - 1) < LEAF_UNITS);
	return unit + bit_up_to(leaf_of(segments, node)->starts, LEAF_UNITS - 1);
}

/* The first unit of child `i` of the inner node on that level on the way to `unit`. */
static uint64_t unit_of_child(uint64_t unit, uint32_t level, uint32_t i)
{
	uint32_t bits = LEAF_BITS + (level - 1) * INNER_BITS;
	return ((unit >> (bits + INNER_BITS)) << (bits + INNER_BITS)) | (uint64_t)i << bits;
}

/*
 * The first start in the leaves after the unit's, or the heap's end. The path is known from `level`
 * up.
 */
static uint64_t start_behind(const struct segments *segments, const struct segments_path *path,
	uint32_t level, uint64_t unit)
{
	const struct tree *tree = tree_of(segments);

	assert(tree->last < tree->end);
	for (; unit < first_in_leaf(tree->last); level++) {
		assert(level <= tree->height); /* something begins at tree->last */
		const struct inner *inner = inner_of(segments, path->inner[level]);
		for (uint32_t i = child_at(unit, level) + 1; i < INNER_MAX; i++)
			if (inner->of[i].node)
				return first_below(segments, level - 1, inner->of[i].node - 1,
					unit_of_child(unit, level, i));
	}
	return tree->end;
}

/* The last start in the leaves before the unit's; NO_UNIT: none. */
static uint64_t start_before(const struct segments *segments, const struct segments_path *path,
	uint32_t level, uint64_t unit)
{
	for (; level <= tree_of(segments)->height; level++) {
		const struct inner *inner = inner_of(segments, path->inner[level]);
		for (uint32_t i = child_at(unit, level); i-- > 0;)
			if (inner->of[i].node)
				return last_below(segments, level - 1, inner->of[i].node - 1,
					unit_of_child(unit, level, i));
	}
	return NO_UNIT;
}

/* The end of the segment that begins at the unit, in the path's leaf. */
static uint64_t end_at(const struct segments *segments, const struct segments_path *path,
	uint64_t unit)
{
	uint32_t next = bit_from(leaf_of(segments, path->leaf)->starts, unit % LEAF_UNITS + 1);

	assert(has_bit(leaf_of(segments, path->leaf)->starts, unit));
	return next < LEAF_UNITS ? first_in_leaf(unit) + next
				 : start_behind(segments, path, 1, unit);
}

static struct segment segment_at(const struct segments *segments, const struct segments_path *path,
	uint64_t unit)
{
	return (struct segment){base_of(segments, unit),
		bytes_of(segments, end_at(segments, path, unit) - unit),
		has_bit(leaf_of(segments, path->leaf)->holes, unit)};
}

/* The last start at or before the unit, which is in the heap; the path leads to it afterwards. */
static uint64_t start_up_to(const struct segments *segments, uint64_t unit,
	struct segments_path *path)
{
	uint32_t level = descend(segments, unit, path);

	if (level == 0) {
		uint32_t at = bit_up_to(leaf_of(segments, path->leaf)->starts, unit % LEAF_UNITS);
		if (at < LEAF_UNITS)
			return first_in_leaf(unit) + at;
		level = 1;
	}
	uint64_t start = start_before(segments, path, level, unit);
	assert(start < unit); /* the first segment begins at unit 0, so there is one */
	descend(segments, start, path);
	return start;
}

bool segments_locate(const struct segments *segments, uint64_t address, struct segment *ret_segment,
	struct segments_path *ret_path)
{
	const struct tree *tree = tree_of(segments);

	if (address < tree->origin || address - tree->origin >= bytes_of(segments, tree->end))
		return false;
	uint64_t start = start_up_to(segments, unit_of(segments, address), ret_path);
	ret_path->unit = start;
	ret_path->passed = -1;
	*ret_segment = segment_at(segments, ret_path, start);
	return true;
}

bool segments_find(const struct segments *segments, uint64_t address, struct segment *ret_segment)
{
	struct segments_path path;

	return segments_locate(segments, address, ret_segment, &path);
}

bool segments_last(const struct segments *segments, struct segment *ret_segment)
{
	const struct tree *tree = tree_of(segments);

	return tree->end > 0 &&
	       segments_find(segments, base_of(segments, tree->end) - 1, ret_segment);
}

/*
 * Stores the hole that begins at the unit, in another leaf; does nothing when a block begins there.
 */
static void take_hole(const struct segments *segments, uint64_t unit, struct segment *ret_hole)
{
	struct segments_path path;

	if (descend(segments, unit, &path) == 0 &&
		has_bit(leaf_of(segments, path.leaf)->holes, unit))
		*ret_hole = segment_at(segments, &path, unit);
}

bool segments_path(const struct segments *segments, uint64_t base, struct segments_path *ret_path)
{
	const struct tree *tree = tree_of(segments);
	uint64_t unit = unit_of(segments, base);

	if (base < tree->origin || unit >= tree->end || base_of(segments, unit) != base ||
		descend(segments, unit, ret_path) > 0)
		return false;
	ret_path->passed = -1;
	return has_bit(leaf_of(segments, ret_path->leaf)->starts, unit);
}

bool segments_around(const struct segments *segments, uint64_t base, struct neighbours *ret)
{
	const struct tree *tree = tree_of(segments);
	struct segments_path *path = &ret->path;

	if (!segments_path(segments, base, path))
		return false;
	const struct leaf *leaf = leaf_of(segments, path->leaf);
	uint64_t unit = path->unit;
	uint32_t at = unit % LEAF_UNITS;

	uint32_t next = bit_from(leaf->starts, at + 1);
	uint64_t end = next < LEAF_UNITS ? unit - at + next : start_behind(segments, path, 1, unit);
	ret->self =
		(struct segment){base, bytes_of(segments, end - unit), has_bit(leaf->holes, at)};
	ret->before.size = ret->after.size = 0;
	if (next >= LEAF_UNITS) {
		if (end < tree->end)
			take_hole(segments, end, &ret->after);
	} else if (has_bit(leaf->holes, next)) {
		ret->after = segment_at(segments, path, end);
	}
	uint32_t before = at > 0 ? bit_up_to(leaf->starts, at - 1) : LEAF_UNITS;
	if (before < LEAF_UNITS) {
		if (has_bit(leaf->holes, before))
			ret->before = (struct segment){base_of(segments, unit - at + before),
				bytes_of(segments, at - before), true};
	} else if (unit > 0) {
		take_hole(segments, start_before(segments, path, 1, unit), &ret->before);
	}
	return true;
}

/*
 * The end of the hole at bit `at` of that word, from the leaf's first unit; LEAF_UNITS: past the
 * leaf.
 */
static uint32_t end_in_leaf(const struct leaf *leaf, uint32_t word, uint32_t at)
{
	uint64_t above = leaf->starts[word] & (~UINT64_C(1) << at);

	return above ? word * 64 + (uint32_t)__builtin_ctzll(above)
		     : bit_from(leaf->starts, (word + 1) * 64);
}

/* The first hole of the path's leaf from `unit` on that has `size` units or more; NO_UNIT: none. */
static uint64_t fit_in_leaf(const struct segments *segments, struct segments_path *path,
	uint64_t unit, uint32_t size)
{
	const struct leaf *leaf = leaf_of(segments, path->leaf);
	uint32_t word = unit % LEAF_UNITS / 64, passed = 0;
	uint64_t bits = leaf->holes[word] & (UINT64_MAX << (unit % 64));

	assert(size > 0 && unit < tree_of(segments)->end);
	path->passed = -1;
	for (;;) {
		for (; bits; bits &= bits - 1) {
			uint32_t at = (uint32_t)__builtin_ctzll(bits);
			uint32_t end = end_in_leaf(leaf, word, at);
			uint64_t hole = first_in_leaf(unit) + word * 64 + at;
			uint64_t length = end - word * 64 - at;
			if (end >= LEAF_UNITS)
				length = start_behind(segments, path, 1, unit) - hole;
			assert(has_bit(leaf->starts, hole) && length > 0);
			if (length >= size) {
				if (unit % LEAF_UNITS == 0)
					path->passed = (int32_t)passed;
				return hole;
			}
			passed = length > passed ? (uint32_t)length : passed;
		}
		if (++word == LEAF_WORDS)
			return NO_UNIT;
		bits = leaf->holes[word];
	}
}

/* The first child from `at` on with a hole of that size (1 or more); INNER_MAX: none. */
static inline uint32_t child_with(const struct inner *inner, uint32_t at, int32_t size)
{
	uint64_t children = lanes_at_least(inner->largest, size) & (UINT64_MAX << at);

	return children ? (uint32_t)__builtin_ctzll(children) : INNER_MAX;
}

/* The first fit below the inner node path->inner[level], which begins at `unit`; there is one. */
static uint64_t fit_below(const struct segments *segments, struct segments_path *path,
	uint32_t level, uint64_t unit, int32_t size)
{
	for (; level > 0; level--) {
		const struct inner *inner = inner_of(segments, path->inner[level]);
		uint32_t i = child_with(inner, 0, size);
		assert(i < INNER_MAX && inner->of[i].node); /* the sum on the level above says so */
		unit += (uint64_t)i << (LEAF_BITS + (level - 1) * INNER_BITS);
		*(level > 1 ? &path->inner[level - 1] : &path->leaf) = inner->of[i].node - 1;
	}
	return fit_in_leaf(segments, path, unit, (uint32_t)size);
}

/* The first fit from the unit on: in its leaf, then in the nodes after it, from the bottom up. */
static uint64_t fit_from(const struct segments *segments, struct segments_path *path, uint64_t unit,
	int32_t size)
{
	uint32_t level = descend(segments, unit, path);

	if (level == 0) {
		uint64_t hole = fit_in_leaf(segments, path, unit, (uint32_t)size);
		if (hole != NO_UNIT)
			return hole;
		level = 1;
	}
	for (; level <= tree_of(segments)->height; level++) {
		const struct inner *inner = inner_of(segments, path->inner[level]);
		uint32_t i = child_with(inner, child_at(unit, level) + 1, size);
		if (i == INNER_MAX)
			continue;
		assert(inner->of[i].node);
		*(level > 1 ? &path->inner[level - 1] : &path->leaf) = inner->of[i].node - 1;
		return fit_below(segments, path, level - 1, unit_of_child(unit, level, i), size);
	}
	return NO_UNIT;
}

/* The first hole from the unit on with that many units or more. */
static uint64_t fit(const struct segments *segments, struct segments_path *path, uint64_t from,
	int32_t size)
{
	const struct tree *tree = tree_of(segments);

	if (tree->largest < size || from >= tree->end)
		return NO_UNIT;
	if (from > 0)
		return fit_from(segments, path, from, size);
	assert(tree->height > 0); /* the root is an inner node */
	path->inner[tree->height] = tree->root;
	return fit_below(segments, path, tree->height, 0, size);
}

bool segments_first_fit(const struct segments *segments, uint64_t from, uint64_t size,
	struct segment *ret_hole, struct segments_path *ret_path)
{
	const struct tree *tree = tree_of(segments);
	uint64_t wanted = (size + bytes_of(segments, 1) - 1) >> segments->unit_bits;
	uint64_t unit =
		from <= tree->origin ? 0 : unit_of(segments, from + bytes_of(segments, 1) - 1);
	uint64_t hole, end;

	assert(size > 0);
	do {
		hole = fit(segments, ret_path, unit, capped(wanted));
		if (hole == NO_UNIT)
			return false;
		end = end_at(segments, ret_path, hole);
		unit = end;
	} while (end - hole < wanted);
	assert(end > hole && end <= tree->end);
	ret_path->unit = hole;
	ret_hole->base = base_of(segments, hole);
	ret_hole->size = bytes_of(segments, end - hole);
	ret_hole->is_hole = true;
	return true;
}

bool segments_hole(const struct segments *segments, uint64_t rank, struct segment *ret_hole)
{
	const struct tree *tree = tree_of(segments);
	struct segments_path path;
	uint64_t unit = 0;
	uint32_t node = tree->root;

	if (rank >= tree->holes)
		return false;
	for (uint32_t level = tree->height; level > 0; level--) {
		const struct inner *inner = inner_of(segments, node);
		uint32_t i = 0;
		while (rank >= inner->of[i].holes) {
			rank -= inner->of[i++].holes;
			assert(i < INNER_MAX);
		}
		path.inner[level] = node;
		node = inner->of[i].node - 1;
		unit += (uint64_t)i << (LEAF_BITS + (level - 1) * INNER_BITS);
	}
	path.leaf = node;
	uint32_t at = bit_from(leaf_of(segments, node)->holes, 0);
	while (rank-- > 0)
		at = bit_from(leaf_of(segments, node)->holes, at + 1);
	assert(at < LEAF_UNITS); /* the leaf has as many holes as its inner node says */
	*ret_hole = segment_at(segments, &path, unit + at);
	return true;
}

/* ---- sums ---------------------------------------------------------------------------------- */

/*
 * Counts the holes that begin before the unit: of whole children along the way, then bits of the
 * leaf.
 */
static uint64_t holes_before(const struct segments *segments, uint64_t unit)
{
	struct segments_path path = {0};
	uint32_t end = descend(segments, unit, &path);
	uint64_t holes = 0;

	for (uint32_t level = tree_of(segments)->height; level > (end ? end - 1 : 0); level--) {
		const struct inner *inner = inner_of(segments, path.inner[level]);
		for (uint32_t i = 0; i < child_at(unit, level); i++)
			holes += inner->of[i].holes;
	}
	if (end == 0) {
		const struct leaf *leaf = leaf_of(segments, path.leaf);
		uint32_t last = unit % LEAF_UNITS, word = 0;
		for (; word < last / 64; word++)
			holes += (uint64_t)__builtin_popcountll(leaf->holes[word]);
		if (last % 64)
			holes += (uint64_t)__builtin_popcountll(
				leaf->holes[word] & ~(UINT64_MAX << (last % 64)));
	}
	return holes;
}

/*
 * Counts the units in holes before a start, to which the path leads: holes of its leaf end at that
 * start or before.
 */
static uint64_t free_before(const struct segments *segments, const struct segments_path *path,
	uint64_t start)
{
	const struct leaf *leaf = leaf_of(segments, path->leaf);
	uint32_t last = start % LEAF_UNITS;
	uint64_t free = 0;

	for (uint32_t level = tree_of(segments)->height; level > 0; level--) {
		const struct inner *inner = inner_of(segments, path->inner[level]);
		for (uint32_t i = 0; i < child_at(start, level); i++)
			free += inner->of[i].free;
	}
	for (uint32_t at = bit_from(leaf->holes, 0); at < last; at = bit_from(leaf->holes, at + 1))
		free += end_in_leaf(leaf, at / 64, at % 64) - at;
	return free;
}

uint64_t segments_rank(const struct segments *segments, uint64_t address)
{
	const struct tree *tree = tree_of(segments);

	if (address <= tree->origin)
		return 0;
	uint64_t unit = unit_of(segments, address + bytes_of(segments, 1) - 1);
	return unit < tree->end ? holes_before(segments, unit) : tree->holes;
}

uint64_t segments_used_below(const struct segments *segments, uint64_t address)
{
	const struct tree *tree = tree_of(segments);
	struct segments_path path;

	if (address <= tree->origin)
		return 0;
	if (address - tree->origin >= bytes_of(segments, tree->end))
		return segments_used(segments);
	uint64_t start = start_up_to(segments, unit_of(segments, address), &path),
		 base = base_of(segments, start);
	bool is_hole = has_bit(leaf_of(segments, path.leaf)->holes, start);
	return bytes_of(segments, start - free_before(segments, &path, start)) +
	       (is_hole ? 0 : address - base);
}

double segments_hole_squares(const struct segments *segments)
{
	double unit = (double)(UINT64_C(1) << segments->unit_bits);

	return (double)tree_of(segments)->squares * unit * unit;
}

uint64_t segments_holes(const struct segments *segments)
{
	return tree_of(segments)->holes;
}

uint64_t segments_blocks(const struct segments *segments)
{
	return tree_of(segments)->blocks;
}

uint64_t segments_used(const struct segments *segments)
{
	assert(tree_of(segments)->free <= tree_of(segments)->end);
	return bytes_of(segments, tree_of(segments)->end - tree_of(segments)->free);
}

uint64_t segments_largest_hole(const struct segments *segments)
{
	const struct tree *tree = tree_of(segments);
	struct segments_path path;
	uint64_t largest = (uint64_t)tree->largest, end;

	if (largest < HUGE_HOLE)
		return bytes_of(segments, largest);
	for (uint64_t hole = 0; (hole = fit(segments, &path, hole, HUGE_HOLE)) != NO_UNIT;
		hole = end) {
		end = end_at(segments, &path, hole);
		largest = end - hole > largest ? end - hole : largest;
	}
	return bytes_of(segments, largest);
}

void segments_expect(const struct segments *segments, uint64_t address)
{
	const struct tree *tree = tree_of(segments);
	struct segments_path path;

	if (address < tree->origin)
		return;
	uint64_t unit = unit_of(segments, address);
	if (unit >= tree->end || descend(segments, unit, &path) > 0)
		return;
	__builtin_prefetch(leaf_of(segments, path.leaf), 1);
	__builtin_prefetch(&inner_of(segments, path.inner[1])->largest[child_at(unit, 1)], 1);
	__builtin_prefetch(&inner_of(segments, path.inner[1])->of[child_at(unit, 1)], 1);
}

/* ---- nodes --------------------------------------------------------------------------------- */

static bool is_empty(const struct segments *segments, uint32_t leaf)
{
	return bit_from(leaf_of(segments, leaf)->starts, 0) == LEAF_UNITS;
}

static uint32_t new_leaf(struct segments *segments)
{
	struct tree *tree = tree_of(segments);

	if (tree->free_leaf == 0) {
		flat_grow(&segments->leaves, 1);
		return (uint32_t)segments->leaves.count - 1;
	}
	uint32_t leaf = tree->free_leaf - 1;
	tree->free_leaf = (uint32_t)leaf_of(segments, leaf)->starts[0];
	assert(tree->free_leaf != leaf + 1 && tree->free_leaf <= segments->leaves.count);
	leaf_of(segments, leaf)->starts[0] = 0;
	assert(is_empty(segments, leaf));
	return leaf;
}

/* Returns an empty leaf to the free list. */
static void free_leaf(struct segments *segments, uint32_t leaf)
{
	assert(is_empty(segments, leaf) && tree_of(segments)->free_leaf != leaf + 1);
	leaf_of(segments, leaf)->starts[0] = tree_of(segments)->free_leaf;
	tree_of(segments)->free_leaf = leaf + 1;
}

static bool has_children(const struct inner *inner)
{
	for (uint32_t i = 0; i < INNER_MAX; i++)
		if (inner->of[i].node)
			return true;
	return false;
}

static uint32_t new_inner(struct segments *segments)
{
	struct tree *tree = tree_of(segments);

	if (tree->free_inner == 0) {
		flat_grow(&segments->inners, 1);
		return (uint32_t)segments->inners.count - 1;
	}
	uint32_t inner = tree->free_inner - 1;
	tree->free_inner = inner_of(segments, inner)->of[0].node;
	assert(tree->free_inner != inner + 1 && tree->free_inner <= segments->inners.count);
	inner_of(segments, inner)->of[0].node = 0;
	assert(!has_children(inner_of(segments, inner)));
	return inner;
}

static void free_inner(struct segments *segments, uint32_t inner)
{
	assert(!has_children(inner_of(segments, inner)) &&
		tree_of(segments)->free_inner != inner + 1);
	assert(lanes_largest(inner_of(segments, inner)->largest) == 0);
	inner_of(segments, inner)->of[0].node = tree_of(segments)->free_inner;
	tree_of(segments)->free_inner = inner + 1;
}

/*
 * Raises the tree until it covers the unit, and everything up to the end of the heap, so that every
 * address can be looked up.
 */
static void grow_root(struct segments *segments, uint64_t unit)
{
	struct tree *tree = tree_of(segments);

	while (unit >= units_under(tree->height)) {
		uint32_t root = new_inner(segments);
		struct inner *inner = inner_of(segments, root);
		assert(tree->height < SEGMENTS_HEIGHT);
		if (has_children(inner_of(segments, tree->root))) {
			inner->largest[0] = tree->largest;
			inner->of[0] =
				(struct child){tree->free, (uint32_t)tree->holes, tree->root + 1};
		} else {
			free_inner(segments, tree->root);
		}
		tree->root = root;
		tree->height++;
	}
	assert(inner_of(segments, tree->root)->largest[0] <= tree->largest);
}

/* Descends to the unit's leaf, and creates it where it is missing. */
static void reach(struct segments *segments, uint64_t unit, struct segments_path *path)
{
	for (uint32_t level; (level = descend(segments, unit, path)) > 0;) {
		uint32_t node = level > 1 ? new_inner(segments) : new_leaf(segments);
		assert(inner_of(segments, path->inner[level])->of[child_at(unit, level)].holes ==
			0);
		inner_of(segments, path->inner[level])->of[child_at(unit, level)].node = node + 1;
	}
}

/* ---- changing ------------------------------------------------------------------------------ */

/* How a change affects its leaf's sums. */
struct leaf_change {
	uint64_t free;   /* units added; wraps when negative */
	uint32_t holes;  /* holes added; wraps when negative */
	int32_t dropped; /* largest hole that disappeared */
	int32_t added;   /* largest hole that appeared */
};

/* A leaf that a change touches. */
struct touched_leaf {
	struct segments_path path;
	struct leaf_change sums;
};

struct change {
	size_t count;
	struct touched_leaf leaves[TOUCHED_MAX];
};

static inline void drop_start(struct leaf *leaf, uint64_t unit, uint64_t size, bool is_hole,
	struct leaf_change *sums)
{
	assert(has_bit(leaf->starts, unit) && has_bit(leaf->holes, unit) == is_hole);
	clear_bit(leaf->starts, unit);
	if (!is_hole)
		return;
	assert(size > 0);
	clear_bit(leaf->holes, unit);
	sums->holes--;
	sums->free -= size;
	sums->dropped = capped(size) > sums->dropped ? capped(size) : sums->dropped;
}

static inline void add_start(struct leaf *leaf, uint64_t unit, uint64_t size, bool is_hole,
	struct leaf_change *sums)
{
	assert(size > 0 && !has_bit(leaf->starts, unit) && !has_bit(leaf->holes, unit));
	set_bit(leaf->starts, unit);
	if (!is_hole)
		return;
	set_bit(leaf->holes, unit);
	sums->holes++;
	sums->free += size;
	sums->added = capped(size) > sums->added ? capped(size) : sums->added;
}

/* The largest hole of the unit's leaf from the unit on. */
static int32_t largest_in_leaf(const struct segments *segments, const struct segments_path *path,
	uint64_t unit)
{
	const struct leaf *leaf = leaf_of(segments, path->leaf);
	uint32_t word = unit % LEAF_UNITS / 64, largest = 0;
	uint64_t bits = leaf->holes[word] & (UINT64_MAX << (unit % 64));

	for (;;) {
		for (; bits; bits &= bits - 1) {
			uint32_t at = (uint32_t)__builtin_ctzll(bits);
			uint32_t end = end_in_leaf(leaf, word, at);
			if (end >= LEAF_UNITS) {
				uint64_t hole = first_in_leaf(unit) + word * 64 + at;
				int32_t size = capped(start_behind(segments, path, 1, unit) - hole);
				return size > (int32_t)largest ? size : (int32_t)largest;
			}
			uint32_t size = end - word * 64 - at;
			largest = size > largest ? size : largest;
		}
		if (++word == LEAF_WORDS)
			return (int32_t)largest;
		bits = leaf->holes[word];
	}
}

/* Updates the sums above the leaf, whose largest hole is now `after`. */
static void mend_above(struct segments *segments, const struct segments_path *path,
	const struct leaf_change *sums, int32_t after)
{
	struct tree *tree = tree_of(segments);
	struct inner *const inners = segments->inners.data, *inner = &inners[path->inner[1]];
	const uint32_t height = tree->height;
	const uint64_t free = sums->free;
	const uint32_t holes = sums->holes;
	uint64_t unit = path->unit >> LEAF_BITS;
	uint32_t at = unit % INNER_MAX;
	int32_t before = inner->largest[at];

	for (uint32_t level = 1; level <= height; level++) {
		struct inner *above = level < height ? &inners[path->inner[level + 1]] : NULL;
		inner->of[at].holes += holes;
		inner->of[at].free += free;
		inner->largest[at] = after;
		assert((after > 0) == (inner->of[at].holes > 0) && inner->of[at].node);
		assert(inner->of[at].free >= (uint64_t)after);
		assert(inner->of[at].free >= inner->of[at].holes);
		unit >>= INNER_BITS;
		at = unit % INNER_MAX;
		int32_t old = above ? above->largest[at] : tree->largest;
		bool was_largest = before == old && after < old;
		after = after < old ? old : after;
		if (was_largest)
			after = lanes_largest(inner->largest);
		before = old;
		inner = above;
	}
	tree->largest = after;
	tree->holes += (uint64_t)(int64_t)(int32_t)holes;
	tree->free += free;
	assert((after > 0) == (tree->holes > 0) && tree->free >= (uint64_t)after);
}

/* Updates the sums from the leaf up to the tree's. */
static void mend(struct segments *segments, const struct segments_path *path,
	const struct leaf_change *sums)
{
	int32_t before = inner_of(segments, path->inner[1])->largest[child_at(path->unit, 1)];
	int32_t after = sums->added > before ? sums->added : before;

	if (sums->dropped == before && sums->added < before)
		after = largest_in_leaf(segments, path, first_in_leaf(path->unit));
	mend_above(segments, path, sums, after);
}

/* Unlinks an emptied leaf, and inner nodes that lose their last child, except for the root. */
static void unlink_leaf(struct segments *segments, const struct segments_path *path)
{
	const struct tree *tree = tree_of(segments);

	free_leaf(segments, path->leaf);
	for (uint32_t level = 1; level <= tree->height; level++) {
		struct inner *inner = inner_of(segments, path->inner[level]);
		assert(inner->of[child_at(path->unit, level)].holes == 0);
		assert(inner->largest[child_at(path->unit, level)] == 0);
		inner->of[child_at(path->unit, level)].node = 0;
		if (level == tree->height || has_children(inner))
			break;
		free_inner(segments, path->inner[level]);
	}
}

static struct touched_leaf *touch(struct segments *segments, struct change *change, uint64_t unit)
{
	for (size_t i = 0; i < change->count; i++)
		if (first_in_leaf(change->leaves[i].path.unit) == first_in_leaf(unit))
			return &change->leaves[i];

	assert(change->count < TOUCHED_MAX);
	struct touched_leaf *touched = &change->leaves[change->count++];
	reach(segments, unit, &touched->path);
	touched->sums = (struct leaf_change){0};
	return touched;
}

/*
 * The change spans several leaves. Emptied ones are unlinked first, so that no search for a start
 * enters them.
 */
static void replace_in_leaves(struct segments *segments, const struct segment *olds, size_t nold,
	const struct segment *news, size_t nnew)
{
	struct change change;
	bool is_left[TOUCHED_MAX];

	change.count = 0;
	for (size_t i = 0; i < nold; i++) {
		uint64_t unit = unit_of(segments, olds[i].base);
		struct touched_leaf *touched = touch(segments, &change, unit);
		drop_start(leaf_of(segments, touched->path.leaf), unit,
			olds[i].size >> segments->unit_bits, olds[i].is_hole, &touched->sums);
	}
	for (size_t i = 0; i < nnew; i++) {
		uint64_t unit = unit_of(segments, news[i].base);
		struct touched_leaf *touched = touch(segments, &change, unit);
		add_start(leaf_of(segments, touched->path.leaf), unit,
			news[i].size >> segments->unit_bits, news[i].is_hole, &touched->sums);
	}
	for (size_t i = 0; i < change.count; i++) {
		const struct touched_leaf *touched = &change.leaves[i];
		is_left[i] = is_empty(segments, touched->path.leaf);
		if (is_left[i]) {
			mend(segments, &touched->path, &touched->sums);
			unlink_leaf(segments, &touched->path);
		}
	}
	for (size_t i = 0; i < change.count; i++)
		if (!is_left[i])
			mend(segments, &change.leaves[i].path, &change.leaves[i].sums);
}

/* The change is within the path's leaf, which keeps a start: the usual case. */
static void replace_in_leaf(struct segments *segments, const struct segments_path *path,
	const struct segment *olds, size_t nold, const struct segment *news, size_t nnew)
{
	struct leaf *leaf = leaf_of(segments, path->leaf);
	struct leaf_change sums = {0};

	for (size_t i = 0; i < nold; i++)
		drop_start(leaf, unit_of(segments, olds[i].base),
			olds[i].size >> segments->unit_bits, olds[i].is_hole, &sums);
	for (size_t i = 0; i < nnew; i++)
		add_start(leaf, unit_of(segments, news[i].base),
			news[i].size >> segments->unit_bits, news[i].is_hole, &sums);
	mend(segments, path, &sums);
}

static squares square(const struct segments *segments, uint64_t bytes)
{
	uint64_t units = bytes >> segments->unit_bits;

	return (squares)units * units;
}

void segments_replace(struct segments *segments, const struct segments_path *path,
	const struct segment *olds, size_t nold, const struct segment *news, size_t nnew)
{
	struct tree *tree = tree_of(segments);
	const struct segment *last = &news[nnew - 1];

	assert(nold <= SEGMENTS_REPLACED && nnew > 0 && nnew <= SEGMENTS_REPLACED);
	for (size_t i = 1; i < nold; i++)
		assert(olds[i].base == olds[i - 1].base + olds[i - 1].size);
	for (size_t i = 1; i < nnew; i++)
		assert(news[i].base == news[i - 1].base + news[i - 1].size);
	assert(nold == 0 || olds[0].base == news[0].base);
	if (tree->end == 0)
		tree->origin = news[0].base;
	uint64_t end = unit_of(segments, last->base + last->size);
	/* The old segments end where the new ones do, or at the end of the heap. */
	assert(nold > 0 || unit_of(segments, news[0].base) == tree->end);
	uint64_t old_end =
		nold > 0 ? unit_of(segments, olds[nold - 1].base + olds[nold - 1].size) : tree->end;
	assert(old_end == tree->end || old_end == end);
	if (old_end == tree->end)
		tree->last = unit_of(segments, last->base);
	if (end < old_end) {
		tree->end = end;
		path = NULL;
	}
	if (end > tree->end) {
		tree->end = end;
		grow_root(segments, end - 1);
		path = NULL;
	}
	for (size_t i = 0; i < nold; i++) {
		assert(olds[i].is_hole ? tree->holes > 0 : tree->blocks > 0);
		tree->blocks -= !olds[i].is_hole;
		tree->squares -= olds[i].is_hole ? square(segments, olds[i].size) : 0;
	}
	for (size_t i = 0; i < nnew; i++) {
		tree->blocks += !news[i].is_hole;
		tree->squares += news[i].is_hole ? square(segments, news[i].size) : 0;
	}

	/* The change is between the first and the last start, old or new. */
	uint64_t first = unit_of(segments, news[0].base), behind = unit_of(segments, last->base);
	if (nold > 0 && unit_of(segments, olds[nold - 1].base) > behind)
		behind = unit_of(segments, olds[nold - 1].base);
	if (path && first_in_leaf(first) == first_in_leaf(path->unit) &&
		first_in_leaf(behind) == first_in_leaf(path->unit))
		replace_in_leaf(segments, path, olds, nold, news, nnew);
	else
		replace_in_leaves(segments, olds, nold, news, nnew);
	assert(tree->free <= tree->end && tree->holes + tree->blocks <= tree->end);
}

static bool in_same_leaf(uint64_t one, uint64_t other)
{
	return (one ^ other) >> LEAF_BITS == 0;
}

/*
 * The largest hole of the leaf after a hole was carved (`sums`), the rest of which begins at
 * `rest`.
 */
static int32_t largest_after_carving(const struct segments *segments,
	const struct segments_path *path, const struct leaf_change *sums, uint64_t rest)
{
	int32_t before = inner_of(segments, path->inner[1])->largest[child_at(path->unit, 1)];

	if (sums->dropped < before)
		return before;
	if (path->passed < 0)
		return largest_in_leaf(segments, path, first_in_leaf(path->unit));
	int32_t largest = path->passed > sums->added ? path->passed : sums->added;
	int32_t behind = in_same_leaf(rest, path->unit) ? largest_in_leaf(segments, path, rest) : 0;
	return behind > largest ? behind : largest;
}

void segments_carve(struct segments *segments, const struct segments_path *path,
	const struct segment *hole, uint64_t size)
{
	struct tree *tree = tree_of(segments);
	uint64_t unit = path->unit, units = hole->size >> segments->unit_bits,
		 taken = size >> segments->unit_bits;
	uint64_t rest = unit + taken, left = units - taken;

	assert(hole->base == base_of(segments, unit) && hole->is_hole);
	assert(taken > 0 && taken <= units && size == bytes_of(segments, taken));
	assert(end_at(segments, path, unit) == unit + units); /* the path is not out of date */
	if (left > 0 && !in_same_leaf(unit, rest)) {
		const struct segment news[] = {{hole->base, size, false},
			{hole->base + size, hole->size - size, true}};
		segments_replace(segments, path, hole, 1, news, 2);
		return;
	}
	struct leaf *leaf = leaf_of(segments, path->leaf);
	const struct leaf_change sums = {0 - taken, left ? 0 : UINT32_MAX, capped(units),
		capped(left)};
	assert(has_bit(leaf->starts, unit) && has_bit(leaf->holes, unit));
	assert(left == 0 || !has_bit(leaf->starts, rest));
	clear_bit(leaf->holes, unit);
	if (left > 0) {
		set_bit(leaf->starts, rest);
		set_bit(leaf->holes, rest);
		tree->last = unit + units == tree->end ? rest : tree->last;
	}
	tree->blocks++;
	tree->squares += (squares)left * left - (squares)units * units;
	mend_above(segments, path, &sums, largest_after_carving(segments, path, &sums, rest));
}

/* The same when other leaves are touched. */
static void release_in_leaves(struct segments *segments, const struct neighbours *around)
{
	struct segment hole = around->self, olds[SEGMENTS_REPLACED];
	size_t n = 0;

	if (around->before.size) {
		olds[n++] = around->before;
		hole.base = around->before.base;
	}
	olds[n++] = around->self;
	if (around->after.size)
		olds[n++] = around->after;
	hole.size += around->before.size + around->after.size;
	hole.is_hole = true;
	segments_replace(segments, &around->path, olds, n, &hole, 1);
}

void segments_release(struct segments *segments, const struct neighbours *around)
{
	const struct segments_path *path = &around->path;
	struct tree *tree = tree_of(segments);
	uint64_t unit = path->unit, units = around->self.size >> segments->unit_bits;
	uint64_t before = around->before.size >> segments->unit_bits,
		 after = around->after.size >> segments->unit_bits;
	uint64_t all = before + units + after;

	assert(around->self.base == base_of(segments, unit) && !around->self.is_hole);
	assert(end_at(segments, path, unit) == unit + units); /* the path is not out of date */
	assert(before <= unit && unit + units + after <= tree->end && tree->blocks > 0);
	if (!in_same_leaf(unit, unit - before) || (after && !in_same_leaf(unit, unit + units))) {
		release_in_leaves(segments, around);
		return;
	}
	struct leaf *leaf = leaf_of(segments, path->leaf);
	const struct leaf_change sums = {.free = units, .holes = 1u - (before > 0) - (after > 0)};
	int32_t largest = inner_of(segments, path->inner[1])->largest[child_at(unit, 1)];
	assert(has_bit(leaf->starts, unit) && !has_bit(leaf->holes, unit));
	assert(before == 0 || has_bit(leaf->holes, unit - before));
	assert(after == 0 || has_bit(leaf->holes, unit + units));
	if (before)
		clear_bit(leaf->starts, unit);
	else
		set_bit(leaf->holes, unit);
	if (after) {
		clear_bit(leaf->starts, unit + units);
		clear_bit(leaf->holes, unit + units);
	}
	if (unit + units + after == tree->end)
		tree->last = unit - before;
	tree->blocks--;
	tree->squares += (squares)all * all - (squares)before * before - (squares)after * after;
	mend_above(segments, path, &sums, capped(all) > largest ? capped(all) : largest);
}

void segments_extend(struct segments *segments, uint64_t from, uint64_t end, bool is_hole)
{
	struct segment last = {0}, now = {.base = from, .size = end - from, .is_hole = is_hole};
	bool is_longer = segments_last(segments, &last) && last.is_hole == is_hole;

	if (is_longer) {
		now.base = last.base;
		now.size += last.size;
	}
	segments_replace(segments, NULL, &last, is_longer, &now, 1);
}

size_t segments_cut(const struct segment *whole, uint64_t base, uint64_t size,
	struct segment ret_news[SEGMENTS_REPLACED])
{
	uint64_t from = whole->base, end = whole->base + whole->size;
	size_t n = 0;

	assert(base >= from && base < end && size > 0 && size <= end - base);
	if (base > from)
		ret_news[n++] = (struct segment){from, base - from, whole->is_hole};
	ret_news[n++] = (struct segment){base, size, !whole->is_hole};
	if (base + size < end)
		ret_news[n++] = (struct segment){base + size, end - base - size, whole->is_hole};
	return n;
}

/* ---- check --------------------------------------------------------------------------------- */

/* The nodes that links lead to. */
struct links {
	uint8_t *leaves, *inners; /* 1: a link leads to it */
	uint64_t last;            /* the last start so far */
	uint64_t starts;
};

static int check_leaf_links(const struct segments *segments, uint32_t leaf, uint64_t unit,
	struct links *links, struct error *err)
{
	if (leaf >= segments->leaves.count || links->leaves[leaf])
		return error_set(err, "a leaf that there is not, or that is linked twice");
	links->leaves[leaf] = 1;
	for (uint32_t word = 0; word < LEAF_WORDS; word++)
		if (leaf_of(segments, leaf)->holes[word] & ~leaf_of(segments, leaf)->starts[word])
			return error_set(err, "a hole that does not begin");
	if (is_empty(segments, leaf))
		return error_set(err, "a leaf in which nothing begins");
	uint64_t first = unit + bit_from(leaf_of(segments, leaf)->starts, 0);
	if (links->starts == 0 && first != 0)
		return error_set(err, "nothing begins where the heap does");
	links->starts++;
	links->last = unit + bit_up_to(leaf_of(segments, leaf)->starts, LEAF_UNITS - 1);
	return 0;
}

static int check_links_below(const struct segments *segments, uint32_t level, uint32_t node,
	uint64_t unit, struct links *links, struct error *err)
{
	if (level == 0)
		return check_leaf_links(segments, node, unit, links, err);
	if (node >= segments->inners.count || links->inners[node])
		return error_set(err, "an inner node that there is not, or that is linked twice");
	links->inners[node] = 1;
	const struct inner *inner = inner_of(segments, node);
	for (uint32_t i = 0; i < INNER_MAX; i++)
		if (inner->of[i].node &&
			check_links_below(segments, level - 1, inner->of[i].node - 1,
				unit_of_child(unit, level, i), links, err) < 0)
			return -1;
	if (!has_children(inner) && tree_of(segments)->end > 0)
		return error_set(err, "a node in which nothing begins");
	return 0;
}

/* Nodes that no link leads to are empty, and linked for reuse. */
static int check_unused(const struct segments *segments, const struct links *links,
	struct error *err)
{
	const struct tree *tree = tree_of(segments);
	size_t leaves = 0, inners = 0;

	for (size_t i = 0; i < segments->leaves.count; i++)
		leaves += !links->leaves[i];
	for (size_t i = 0; i < segments->inners.count; i++)
		inners += !links->inners[i];
	for (uint32_t at = tree->free_leaf; at; leaves--) {
		if (at > segments->leaves.count || links->leaves[at - 1] || leaves == 0)
			return error_set(err, "the list of unused leaves is wrong");
		struct leaf leaf = *leaf_of(segments, at - 1);
		at = (uint32_t)leaf.starts[0];
		leaf.starts[0] >>= 32; /* the link has 32 bits */
		if (bit_from(leaf.starts, 0) < LEAF_UNITS || bit_from(leaf.holes, 0) < LEAF_UNITS)
			return error_set(err, "an unused leaf is not empty");
	}
	for (uint32_t at = tree->free_inner; at; inners--) {
		if (at > segments->inners.count || links->inners[at - 1] || inners == 0)
			return error_set(err, "the list of unused inner nodes is wrong");
		struct inner inner = *inner_of(segments, at - 1);
		at = inner.of[0].node;
		inner.of[0].node = 0;
		const struct inner empty = {0};
		if (memcmp(&inner, &empty, sizeof(empty)) != 0)
			return error_set(err, "an unused inner node is not empty");
	}
	return leaves || inners ? error_set(err, "a node is neither used nor unused") : 0;
}

/* Every node is linked once and the recorded ends are right: from then on links may be followed. */
static int check_links(const struct segments *segments, struct error *err)
{
	const struct tree *tree = tree_of(segments);
	struct links links = {.leaves = xcalloc(segments->leaves.count + 1, 1),
		.inners = xcalloc(segments->inners.count + 1, 1)};
	int result = 0;

	if (tree->height < 1 || tree->height > SEGMENTS_HEIGHT || tree->reserved != 0)
		result = error_set(err, "the tree of segments has no height");
	if (result == 0)
		result = check_links_below(segments, tree->height, tree->root, 0, &links, err);
	if (result == 0 && tree->end > 0 &&
		(links.last != tree->last || tree->last >= tree->end ||
			tree->end > units_under(tree->height)))
		result = error_set(err, "the last segment is not where the heap ends");
	if (result == 0)
		result = check_unused(segments, &links, err);
	free(links.leaves);
	free(links.inners);
	return result;
}

/* The sums below a node, counted again. */
struct subtree_census {
	int32_t largest;
	uint64_t free, holes, starts;
	squares squares;
};

static void sum_leaf(const struct segments *segments, const struct segments_path *path,
	uint64_t first, struct subtree_census *found)
{
	const struct leaf *leaf = leaf_of(segments, path->leaf);

	for (uint32_t at = 0; at < LEAF_UNITS; at++) {
		if (has_bit(leaf->holes, at)) {
			uint64_t size = end_at(segments, path, first + at) - first - at;
			found->holes++;
			found->free += size;
			found->squares += (squares)size * size;
			found->largest =
				capped(size) > found->largest ? capped(size) : found->largest;
		}
		found->starts += has_bit(leaf->starts, at);
	}
}

static int check_below(const struct segments *segments, struct segments_path *path, uint32_t level,
	uint64_t unit, struct subtree_census *found, struct error *err)
{
	const struct inner *inner = inner_of(segments, path->inner[level]);

	for (uint32_t i = 0; i < INNER_MAX; i++) {
		struct subtree_census child = {0};
		uint64_t first = unit + ((uint64_t)i << (LEAF_BITS + (level - 1) * INNER_BITS));
		*(level > 1 ? &path->inner[level - 1] : &path->leaf) = inner->of[i].node - 1;
		if (inner->of[i].node && level == 1)
			sum_leaf(segments, path, first, &child);
		if (inner->of[i].node && level > 1 &&
			check_below(segments, path, level - 1, first, &child, err) < 0)
			return -1;
		if (inner->largest[i] != child.largest || inner->of[i].free != child.free ||
			inner->of[i].holes != child.holes)
			return error_set(err, "an inner node's sums are wrong");
		found->largest = child.largest > found->largest ? child.largest : found->largest;
		found->free += child.free;
		found->squares += child.squares;
		found->holes += child.holes;
		found->starts += child.starts;
	}
	return 0;
}

int segments_check(const struct segments *segments, struct error *err)
{
	const struct tree *tree = tree_of(segments);
	struct segments_path path;
	struct subtree_census found = {0};

	if (check_links(segments, err) < 0)
		return -1;
	path.inner[tree->height] = tree->root;
	if (check_below(segments, &path, tree->height, 0, &found, err) < 0)
		return -1;
	if (tree->squares != found.squares || tree->largest != found.largest ||
		tree->free != found.free || tree->holes != found.holes ||
		tree->holes + tree->blocks != found.starts)
		return error_set(err, "the sums of all segments are wrong");
	return 0;
}
