/*
 * The holes by their sizes: a tree of 64 ways over the digits of a size in units, in which each
 * size that occurs has the first of its holes. Below 64 times 64 units that is two steps.
 *
 *	HOLES_SORTED   the list is by size: a hole that comes is the last of its equals, so these
 *	               are a ring, in order; the last one is before the first
 *	HOLES_BY_SIZE  the list has another order: equals are a heap, of which the first in the
 *	               list is the root. A pairing heap: one that comes is compared with the root
 *	               only, and one that goes leaves its children, which are paired
 *
 * In the heap `child` is the first child, `next` the next sibling, and `prev` the one before it, or
 * of a first child its parent.
 *
 * The start of a search is a size and the first hole of that size that counts. If there is none the
 * next one of that size to come will be it.
 */
#include "flat/holes_state.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define DIGIT      6u
#define LEVELS_MAX 10u /* enough for 2^60 units */
#define ALL        UINT64_MAX

static struct size_node *size_node_of(const struct holes *holes, uint32_t node)
{
	return flat_at(&holes->sizes, struct size_node, node);
}

static uint64_t units_of(const struct holes *holes, uint32_t hole)
{
	return node_of(holes, hole)->size >> holes->unit_bits;
}

/* The smallest number of units with so many bytes. */
static uint64_t units_for(const struct holes *holes, uint64_t size)
{
	return (size + (UINT64_C(1) << holes->unit_bits) - 1) >> holes->unit_bits;
}

static uint32_t digit_of(uint64_t units, uint32_t level)
{
	return units >> (level * DIGIT) & 63;
}

/* Sizes that the tree has room for. */
static bool is_too_large(const struct list_state *list, uint64_t units)
{
	return list->size_levels < LEVELS_MAX && units >> (list->size_levels * DIGIT) != 0;
}

void sizes_init(struct holes *holes, struct flat *flat)
{
	flat_add(flat, &holes->sizes, sizeof(struct size_node));
	flat_grow(&holes->sizes, 1);
	list_of(holes)->size_root = 1;
	list_of(holes)->size_levels = 2;
	list_of(holes)->start_size = holes->order == ORDER_SIZE_DOWN ? ALL : 0;
}

/* ---- the holes of one size ------------------------------------------------------------------ */

/* The last one of the ring that begins with `first`, or the only one of it. */
static void append(const struct holes *holes, uint32_t *first, uint32_t hole)
{
	struct hole_node *new = node_of(holes, hole);

	if (*first == 0) {
		new->next = new->prev = *first = hole;
		return;
	}
	struct hole_node *head = node_of(holes, *first);
	new->prev = head->prev;
	new->next = *first;
	node_of(holes, new->prev)->next = hole;
	head->prev = hole;
}

static void detach(const struct holes *holes, uint32_t *first, uint32_t hole)
{
	struct hole_node *gone = node_of(holes, hole);

	assert(node_of(holes, gone->next)->prev == hole &&
		node_of(holes, gone->prev)->next == hole);
	if (*first == hole)
		*first = gone->next == hole ? 0 : gone->next;
	node_of(holes, gone->prev)->next = gone->next;
	node_of(holes, gone->next)->prev = gone->prev;
}

static bool stands_before(const struct holes *holes, uint32_t one, uint32_t other)
{
	return is_before(&node_of(holes, one)->place, &node_of(holes, other)->place);
}

/* Two heaps become one, of which the root is returned. */
static uint32_t meld(const struct holes *holes, uint32_t one, uint32_t other)
{
	if (one == 0 || other == 0)
		return one ? one : other;
	assert(one != other);
	bool is_first = stands_before(holes, one, other);
	uint32_t root = is_first ? one : other, below = is_first ? other : one;
	struct hole_node *parent = node_of(holes, root), *child = node_of(holes, below);
	child->next = parent->child;
	child->prev = root;
	if (parent->child)
		node_of(holes, parent->child)->prev = below;
	parent->child = below;
	parent->next = parent->prev = 0;
	return root;
}

/* The siblings become one heap: pairs first, in order, and then these from the last on. */
static uint32_t meld_all(const struct holes *holes, uint32_t first)
{
	uint32_t pairs = 0, all = 0; /* pairs: linked by `next` */

	while (first) {
		uint32_t one = first, other = node_of(holes, one)->next;
		first = other ? node_of(holes, other)->next : 0;
		uint32_t pair = meld(holes, one, other);
		node_of(holes, pair)->next = pairs;
		pairs = pair;
	}
	while (pairs) {
		uint32_t pair = pairs;
		pairs = node_of(holes, pair)->next;
		all = meld(holes, all, pair);
	}
	if (all)
		node_of(holes, all)->next = node_of(holes, all)->prev = 0;
	return all;
}

static void cut(const struct holes *holes, uint32_t *root, uint32_t hole)
{
	struct hole_node *gone = node_of(holes, hole);

	if (*root == hole) {
		*root = meld_all(holes, gone->child);
		return;
	}
	struct hole_node *prev = node_of(holes, gone->prev);
	assert(gone->prev && (prev->child == hole || prev->next == hole));
	if (prev->child == hole)
		prev->child = gone->next;
	else
		prev->next = gone->next;
	if (gone->next)
		node_of(holes, gone->next)->prev = gone->prev;
	*root = meld(holes, *root, meld_all(holes, gone->child));
}

/* ---- changing ------------------------------------------------------------------------------ */

static uint32_t new_size_node(struct holes *holes)
{
	struct list_state *list = list_of(holes);

	if (list->free_size == 0) {
		flat_grow(&holes->sizes, 1);
		return (uint32_t)holes->sizes.count - 1;
	}
	uint32_t node = list->free_size - 1;
	list->free_size = size_node_of(holes, node)->of[0].at;
	size_node_of(holes, node)->of[0].at = 0;
	assert(size_node_of(holes, node)->used == 0 && list->free_size != node + 1);
	return node;
}

static void free_size_node(struct holes *holes, uint32_t node)
{
	assert(size_node_of(holes, node)->used == 0);
	size_node_of(holes, node)->of[0].at = list_of(holes)->free_size;
	list_of(holes)->free_size = node + 1;
}

/* Raises the tree until it has room for the size. */
static void raise_root(struct holes *holes, uint64_t units)
{
	struct list_state *list = list_of(holes);

	for (; is_too_large(list, units); list->size_levels++) {
		uint32_t old = list->size_root;
		if (size_node_of(holes, old - 1)->used == 0)
			continue;
		list->size_root = new_size_node(holes) + 1;
		struct size_node *root = size_node_of(holes, list->size_root - 1);
		root->used = 1;
		root->of[0].at = old;
		for (uint32_t digit = 0; digit < 64; digit++)
			root->of[0].count += size_node_of(holes, old - 1)->of[digit].count;
	}
}

static struct size_cell *cell_at(const struct holes *holes, uint32_t node, uint32_t digit)
{
	return &size_node_of(holes, node)->of[digit];
}

void sizes_enter(struct holes *holes, uint32_t hole)
{
	struct list_state *list = list_of(holes);
	uint64_t units = units_of(holes, hole);

	assert(units > 0);
	raise_root(holes, units);
	uint32_t node = list->size_root - 1;
	for (uint32_t level = list->size_levels; level-- > 0;) {
		uint32_t digit = digit_of(units, level);
		if (level > 0 && cell_at(holes, node, digit)->at == 0) {
			uint32_t new = new_size_node(holes);
			cell_at(holes, node, digit)->at = new + 1;
		}
		struct size_cell *cell = cell_at(holes, node, digit);
		size_node_of(holes, node)->used |= UINT64_C(1) << digit;
		cell->count++;
		if (level > 0)
			node = cell->at - 1;
		else if (has_way(holes, HOLES_SORTED))
			append(holes, &cell->at, hole);
		else
			cell->at = meld(holes, hole, cell->at);
	}
	if (list->start_size == units && list->start_hole == 0)
		list->start_hole = hole;
}

/* The node after it in its ring; 0: it is the last. */
static uint32_t next_equal(const struct holes *holes, uint32_t hole, uint32_t first)
{
	uint32_t next = node_of(holes, hole)->next;

	return next == first ? 0 : next;
}

void sizes_leave(struct holes *holes, uint32_t hole)
{
	struct list_state *list = list_of(holes);
	uint64_t units = units_of(holes, hole);
	uint32_t path[LEVELS_MAX], node = list->size_root - 1;

	for (uint32_t level = list->size_levels; level-- > 0;) {
		struct size_cell *cell = cell_at(holes, node, digit_of(units, level));
		assert(cell->count > 0 && cell->at > 0);
		cell->count--;
		path[level] = node;
		if (level > 0) {
			node = cell->at - 1;
		} else if (has_way(holes, HOLES_SORTED)) {
			if (list->start_hole == hole)
				list->start_hole = next_equal(holes, hole, cell->at);
			detach(holes, &cell->at, hole);
		} else {
			cut(holes, &cell->at, hole);
		}
	}
	node_of(holes, hole)->next = node_of(holes, hole)->prev = node_of(holes, hole)->child = 0;
	for (uint32_t level = 0; level < list->size_levels; level++) {
		struct size_cell *cell = cell_at(holes, path[level], digit_of(units, level));
		if (cell->count > 0)
			break;
		if (level > 0)
			free_size_node(holes, cell->at - 1);
		cell->at = 0;
		size_node_of(holes, path[level])->used &= ~(UINT64_C(1) << digit_of(units, level));
		if (size_node_of(holes, path[level])->used)
			break;
	}
}

/* ---- asking -------------------------------------------------------------------------------- */

/* The digits above one of a size (is_above), or below it. */
static uint64_t digits_beside(uint32_t digit, bool is_above)
{
	uint64_t bit = UINT64_C(1) << digit;

	return is_above ? ~(bit | (bit - 1)) : bit - 1;
}

static uint32_t end_digit(uint64_t used, bool is_lowest)
{
	return is_lowest ? (uint32_t)__builtin_ctzll(used) : 63 - (uint32_t)__builtin_clzll(used);
}

/* The first hole of the size nearest to `units`: it, or a larger one, or a smaller one. 0: none. */
static uint32_t seek(const struct holes *holes, uint64_t units, bool is_up)
{
	const struct list_state *list = list_of(holes);
	uint32_t path[LEVELS_MAX], node = list->size_root - 1, level = list->size_levels;
	uint64_t left = 0;

	if (is_too_large(list, units) && is_up)
		return 0;
	if (is_too_large(list, units))
		units = (UINT64_C(1) << (list->size_levels * DIGIT)) - 1;
	while (level > 0) { /* as far as the digits are there */
		uint32_t digit = digit_of(units, --level);
		path[level] = node;
		if (!(size_node_of(holes, node)->used >> digit & 1))
			break;
		if (level == 0)
			return cell_at(holes, node, digit)->at;
		node = cell_at(holes, node, digit)->at - 1;
	}
	for (; level < list->size_levels; level++) { /* up to a node that has a digit beside */
		left = size_node_of(holes, path[level])->used &
		       digits_beside(digit_of(units, level), is_up);
		if (left)
			break;
	}
	if (level == list->size_levels)
		return 0;
	uint32_t at = cell_at(holes, path[level], end_digit(left, is_up))->at;
	while (level-- > 0) { /* and down from there */
		uint64_t used = size_node_of(holes, at - 1)->used;
		assert(used != 0);
		at = cell_at(holes, at - 1, end_digit(used, is_up))->at;
	}
	return at;
}

/* The next larger hole in the list by size. */
static uint32_t next_size(const struct holes *holes, uint64_t units)
{
	return seek(holes, units + 1, true);
}

static uint32_t previous_size(const struct holes *holes, uint64_t units)
{
	return units > 1 ? seek(holes, units - 1, false) : 0;
}

/* Holes of fewer units. */
static uint64_t count_smaller(const struct holes *holes, uint64_t units)
{
	const struct list_state *list = list_of(holes);
	uint32_t node = list->size_root - 1;
	uint64_t count = 0;

	if (is_too_large(list, units))
		return list->count;
	for (uint32_t level = list->size_levels; level-- > 0;) {
		uint32_t digit = digit_of(units, level);
		for (uint32_t i = 0; i < digit; i++)
			count += cell_at(holes, node, i)->count;
		if (level == 0 || cell_at(holes, node, digit)->at == 0)
			break;
		node = cell_at(holes, node, digit)->at - 1;
	}
	return count;
}

uint64_t sizes_largest(const struct holes *holes)
{
	return holes_size(holes, seek(holes, ALL, false));
}

/* The first of equals that serves: further holes of a heap are in no order, and all are tried. */
static uint32_t first_that_serves(const struct holes *holes, uint32_t first, hole_test *serves,
	void *user)
{
	ARRAY(uint32_t) left = {0};
	uint32_t best = 0;

	if (serves(holes, first, user))
		return first;
	if (has_way(holes, HOLES_SORTED)) {
		uint32_t hole = first;
		while ((hole = next_equal(holes, hole, first)) != 0 && !serves(holes, hole, user))
			;
		return hole;
	}
	*array_push(&left) = node_of(holes, first)->child;
	while (left.count > 0) {
		for (uint32_t hole = left.items[--left.count]; hole;
			hole = node_of(holes, hole)->next) {
			if (best && stands_before(holes, best, hole))
				continue;
			if (serves(holes, hole, user))
				best = hole;
			else if (node_of(holes, hole)->child)
				*array_push(&left) = node_of(holes, hole)->child;
		}
	}
	array_finish(&left);
	return best;
}

uint32_t sizes_smallest(const struct holes *holes, uint64_t size, hole_test *serves, void *user)
{
	for (uint32_t first = seek(holes, units_for(holes, size), true); first;
		first = next_size(holes, units_of(holes, first))) {
		uint32_t hole = first_that_serves(holes, first, serves, user);
		if (hole)
			return hole;
	}
	return 0;
}

/* ---- a list by size ------------------------------------------------------------------------- */

static bool is_down(const struct holes *holes)
{
	return holes->order == ORDER_SIZE_DOWN;
}

/* The hole if it is large enough. */
static uint32_t if_enough(const struct holes *holes, uint32_t hole, uint64_t size)
{
	return holes_size(holes, hole) >= size ? hole : 0;
}

uint32_t sizes_first(const struct holes *holes, uint64_t size)
{
	if (is_down(holes))
		return if_enough(holes, seek(holes, ALL, false), size);
	return seek(holes, units_for(holes, size), true);
}

/* The first of all holes that are after those of the size in the list. */
static uint32_t first_past(const struct holes *holes, uint64_t units, uint64_t size)
{
	return if_enough(holes,
		is_down(holes) ? previous_size(holes, units) : next_size(holes, units), size);
}

uint32_t sizes_first_after(const struct holes *holes, uint32_t hole, uint64_t size)
{
	uint64_t units = units_of(holes, hole);
	uint32_t next = next_equal(holes, hole, seek(holes, units, true));

	if (holes_size(holes, hole) < size) /* nor is one of its equals large enough */
		return is_down(holes) ? 0 : sizes_first(holes, size);
	return next ? next : first_past(holes, units, size);
}

uint32_t sizes_first_from_start(const struct holes *holes, uint64_t size)
{
	const struct list_state *list = list_of(holes);

	if (list->start_size < units_for(holes, size))
		return is_down(holes) ? 0 : sizes_first(holes, size);
	if (list->start_hole)
		return list->start_hole;
	if (list->start_size == ALL)
		return sizes_first(holes, size);
	return first_past(holes, list->start_size, size);
}

void sizes_start_at(struct holes *holes, uint32_t hole)
{
	list_of(holes)->start_size = units_of(holes, hole);
	list_of(holes)->start_hole = hole;
}

void sizes_start_after(struct holes *holes, uint32_t hole)
{
	uint64_t units = units_of(holes, hole);

	list_of(holes)->start_size = units;
	list_of(holes)->start_hole = next_equal(holes, hole, seek(holes, units, true));
}

/* Holes before those of the size in the list, and those of the size. */
static uint64_t count_before(const struct holes *holes, uint64_t units)
{
	return is_down(holes) ? list_of(holes)->count - count_smaller(holes, units + 1)
			      : count_smaller(holes, units);
}

static uint64_t count_equal(const struct holes *holes, uint64_t units)
{
	return count_smaller(holes, units + 1) - count_smaller(holes, units);
}

uint64_t sizes_rank(const struct holes *holes, uint32_t hole)
{
	uint64_t units = units_of(holes, hole), rank = count_before(holes, units);

	for (uint32_t at = seek(holes, units, true); at != hole; at = node_of(holes, at)->next)
		rank++;
	return rank;
}

uint64_t sizes_rank_of_start(const struct holes *holes)
{
	const struct list_state *list = list_of(holes);

	if (list->start_hole)
		return sizes_rank(holes, list->start_hole);
	if (list->start_size == ALL)
		return 0;
	return count_before(holes, list->start_size) + count_equal(holes, list->start_size);
}

uint32_t sizes_nth(const struct holes *holes, uint64_t rank)
{
	uint32_t hole = is_down(holes) ? seek(holes, ALL, false) : seek(holes, 0, true);

	while (hole) {
		uint64_t equals = count_equal(holes, units_of(holes, hole));
		if (rank < equals)
			break;
		rank -= equals;
		hole = first_past(holes, units_of(holes, hole), 1);
	}
	while (hole && rank-- > 0)
		hole = node_of(holes, hole)->next;
	return hole;
}

/* ---- check --------------------------------------------------------------------------------- */

/* A walk over all holes by size. */
struct size_walk {
	uint8_t *holes, *nodes; /* 1: met */
	uint64_t count;
	bool has_start; /* the hole of the start was met at its size */
};

static int meet(const struct holes *holes, struct size_walk *walk, uint32_t hole, uint64_t units,
	struct error *err)
{
	if (hole == 0 || hole >= holes->nodes.count || walk->holes[hole])
		return error_set(err,
			"a hole that there is not, or that is found twice by its size");
	walk->holes[hole] = 1;
	walk->count++;
	if (units_of(holes, hole) != units ||
		node_of(holes, hole)->size % (UINT64_C(1) << holes->unit_bits))
		return error_set(err, "a hole is among those of another size");
	if (list_of(holes)->start_hole == hole)
		walk->has_start = list_of(holes)->start_size == units;
	return 0;
}

static int check_ring(const struct holes *holes, struct size_walk *walk, uint32_t first,
	uint64_t units, struct error *err)
{
	uint32_t hole = first;

	do {
		if (meet(holes, walk, hole, units, err) < 0)
			return -1;
		uint32_t next = node_of(holes, hole)->next;
		if (next >= holes->nodes.count || node_of(holes, next)->prev != hole ||
			node_of(holes, hole)->child != 0)
			return error_set(err, "the holes of a size are not a ring");
		hole = next;
	} while (hole != first);
	return 0;
}

static int check_heap(const struct holes *holes, struct size_walk *walk, uint32_t root,
	uint64_t units, struct error *err)
{
	ARRAY(uint32_t) left = {0};
	int result = meet(holes, walk, root, units, err);

	if (result == 0 && (node_of(holes, root)->prev || node_of(holes, root)->next))
		result = error_set(err, "the first hole of a size has others beside it");
	if (result == 0)
		*array_push(&left) = root;
	while (result == 0 && left.count > 0) {
		uint32_t parent = left.items[--left.count], before = parent;
		for (uint32_t hole = node_of(holes, parent)->child; hole && result == 0;
			before = hole, hole = node_of(holes, hole)->next) {
			result = meet(holes, walk, hole, units, err);
			if (result == 0 && (node_of(holes, hole)->prev != before ||
						   !stands_before(holes, parent, hole)))
				result = error_set(err, "the holes of a size are not a heap");
			if (result == 0)
				*array_push(&left) = hole;
		}
	}
	array_finish(&left);
	return result;
}

static int check_sizes_below(const struct holes *holes, struct size_walk *walk, uint32_t at,
	uint32_t level, uint64_t units, struct error *err)
{
	if (at == 0 || at > holes->sizes.count || walk->nodes[at - 1])
		return error_set(err, "a node of sizes that there is not, or that is linked twice");
	walk->nodes[at - 1] = 1;
	const struct size_node *node = size_node_of(holes, at - 1);
	if (node->used == 0 && at != list_of(holes)->size_root)
		return error_set(err, "a node without sizes");
	for (uint32_t digit = 0; digit < 64; digit++) {
		const struct size_cell *cell = &node->of[digit];
		uint64_t here = units | (uint64_t)digit << (level * DIGIT), before = walk->count;
		if (!(node->used >> digit & 1)) {
			if (cell->at || cell->count)
				return error_set(err, "a size that is not used has holes");
			continue;
		}
		if (level > 0 ? check_sizes_below(holes, walk, cell->at, level - 1, here, err) < 0
			: has_way(holes, HOLES_SORTED)
				? check_ring(holes, walk, cell->at, here, err) < 0
				: check_heap(holes, walk, cell->at, here, err) < 0)
			return -1;
		if (walk->count - before != cell->count)
			return error_set(err, "the holes of a size are miscounted");
	}
	return 0;
}

/* Nodes that no size leads to are empty, and linked for reuse. */
static int check_unused_sizes(const struct holes *holes, const struct size_walk *walk,
	struct error *err)
{
	static const struct size_node empty;
	size_t unused = 0;

	for (size_t i = 0; i < holes->sizes.count; i++)
		unused += !walk->nodes[i];
	for (uint32_t at = list_of(holes)->free_size; at; unused--) {
		if (at > holes->sizes.count || walk->nodes[at - 1] || unused == 0)
			return error_set(err, "the list of unused sizes is wrong");
		struct size_node node = *size_node_of(holes, at - 1);
		at = node.of[0].at;
		node.of[0].at = 0;
		if (memcmp(&node, &empty, sizeof(empty)) != 0)
			return error_set(err, "an unused node of sizes is not empty");
	}
	return unused ? error_set(err, "a node of sizes is neither used nor unused") : 0;
}

int sizes_check(const struct holes *holes, struct error *err)
{
	const struct list_state *list = list_of(holes);
	struct size_walk walk = {.holes = xcalloc(holes->nodes.count, 1),
		.nodes = xcalloc(holes->sizes.count, 1)};
	int result = 0;

	if (list->size_levels < 2 || list->size_levels > LEVELS_MAX)
		result = error_set(err, "the tree of sizes has no height");
	if (result == 0)
		result = check_sizes_below(holes, &walk, list->size_root, list->size_levels - 1, 0,
			err);
	if (result == 0 && walk.count != list->count)
		result = error_set(err, "not all holes are found by their size");
	if (result == 0)
		result = check_unused_sizes(holes, &walk, err);
	if (result == 0 && list->start_hole && !walk.has_start)
		result = error_set(err, "a search would start at a hole of another size");
	free(walk.holes);
	free(walk.nodes);
	return result;
}
