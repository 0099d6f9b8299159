/*
 * See extents.h. A treap in an array: a search tree by base, a heap by a hash of the base, so that
 * its shape depends on its contents and not on the order of insertion. Each node knows the count of
 * its subtree, where that begins and ends, and its widest gap, so ranks and gaps are found like
 * addresses.
 *
 * Invariant: nodes in use are reachable from the root; the others are linked by `left` from
 * `unused`.
 */
#include "flat/extents.h"

#include "base/error.h"

#include <assert.h>
#include <string.h>

#define NONE 0u /* nodes are numbered from 1 */

struct extents_state {
	uint32_t root;
	uint32_t unused;
	uint64_t count;
};

struct extent_node {
	uint64_t base;
	uint64_t size;
	/* of its subtree: the first and the last byte, and the widest gap between two extents */
	uint64_t first, last, gap;
	uint32_t left, right;
	uint32_t tag;
	uint32_t rank;  /* never less than its children's */
	uint32_t count; /* extents in its subtree */
	uint32_t reserved;
};

static struct extents_state *state_of(const struct extents *extents)
{
	return extents->state.data;
}

static struct extent_node *node_of(const struct extents *extents, uint32_t node)
{
	return flat_at(&extents->nodes, struct extent_node, node - 1);
}

static uint32_t rank_of(uint64_t base)
{
	base = (base ^ base >> 30) * 0xBF58476D1CE4E5B9u;
	base = (base ^ base >> 27) * 0x94D049BB133111EBu;
	return (uint32_t)(base >> 32);
}

static struct extent extent_of(const struct extent_node *node)
{
	return (struct extent){node->base, node->size, node->tag};
}

void extents_init(struct extents *extents, struct flat *flat)
{
	flat_add(flat, &extents->state, sizeof(struct extents_state));
	flat_add(flat, &extents->nodes, sizeof(struct extent_node));
	flat_grow(&extents->state, 1);
}

size_t extents_count(const struct extents *extents)
{
	return state_of(extents)->count;
}

static uint64_t last_byte(uint64_t base, uint64_t size)
{
	return base + (size ? size : 1) - 1;
}

static uint32_t count_of(const struct extents *extents, uint32_t tree)
{
	return tree == NONE ? 0 : node_of(extents, tree)->count;
}

static uint64_t wider(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

/* Computes again what a node knows about its subtree. */
static void mend(struct extents *extents, uint32_t tree)
{
	struct extent_node *node = node_of(extents, tree);

	node->count = 1 + count_of(extents, node->left) + count_of(extents, node->right);
	node->first = node->base;
	node->last = last_byte(node->base, node->size);
	node->gap = 0;
	if (node->left != NONE) {
		const struct extent_node *left = node_of(extents, node->left);
		node->gap = wider(left->gap, node->base - left->last - 1);
		node->first = left->first;
	}
	if (node->right != NONE) {
		const struct extent_node *right = node_of(extents, node->right);
		node->gap = wider(node->gap, wider(right->gap, right->first - node->last - 1));
		node->last = right->last;
	}
}

/* Splits a tree into the extents that begin before the base and the others. */
static void split(struct extents *extents, uint32_t tree, uint64_t base, uint32_t *ret_before,
	uint32_t *ret_rest)
{
	if (tree == NONE) {
		*ret_before = *ret_rest = NONE;
	} else if (node_of(extents, tree)->base < base) {
		assert(node_of(extents, tree)->right != tree);
		split(extents, node_of(extents, tree)->right, base, &node_of(extents, tree)->right,
			ret_rest);
		mend(extents, tree);
		*ret_before = tree;
	} else {
		assert(node_of(extents, tree)->left != tree);
		split(extents, node_of(extents, tree)->left, base, ret_before,
			&node_of(extents, tree)->left);
		mend(extents, tree);
		*ret_rest = tree;
	}
}

/* Merges two trees; every base of the first is below every base of the second. */
static uint32_t merge(struct extents *extents, uint32_t before, uint32_t rest)
{
	if (before == NONE || rest == NONE)
		return before + rest;
	assert(node_of(extents, before)->base < node_of(extents, rest)->base);
	if (node_of(extents, before)->rank > node_of(extents, rest)->rank) {
		node_of(extents, before)->right =
			merge(extents, node_of(extents, before)->right, rest);
		mend(extents, before);
		return before;
	}
	node_of(extents, rest)->left = merge(extents, before, node_of(extents, rest)->left);
	mend(extents, rest);
	return rest;
}

static uint32_t new_node(struct extents *extents, const struct extent *extent)
{
	uint32_t node = state_of(extents)->unused;

	if (node == NONE) {
		flat_grow(&extents->nodes, 1);
		node = (uint32_t)extents->nodes.count;
	} else {
		/* An unused node is zero except for `left`, its link. */
		assert(node_of(extents, node)->base == 0 && node_of(extents, node)->size == 0);
		assert(node_of(extents, node)->right == NONE &&
			node_of(extents, node)->left != node);
		state_of(extents)->unused = node_of(extents, node)->left;
	}
	struct extent_node *made = node_of(extents, node);
	made->base = extent->base;
	made->size = extent->size;
	made->tag = extent->tag;
	made->rank = rank_of(extent->base);
	made->left = made->right = NONE;
	mend(extents, node);
	return node;
}

static uint64_t last_of(const struct extent *extent)
{
	return last_byte(extent->base, extent->size);
}

/* As merge() has it: of equal ranks the higher base is above. */
static bool is_above(const struct extent_node *one, const struct extent_node *other)
{
	return one->rank > other->rank || (one->rank == other->rank && one->base > other->base);
}

/* Puts a new node where its rank belongs: only what is below it there is split. */
static uint32_t put_in(struct extents *extents, uint32_t tree, uint32_t node)
{
	struct extent_node *made = node_of(extents, node), *top;

	assert(tree != node); /* a new node is not in the tree yet */
	if (tree == NONE || is_above(made, node_of(extents, tree))) {
		split(extents, tree, made->base, &made->left, &made->right);
		mend(extents, node);
		return node;
	}
	top = node_of(extents, tree);
	if (made->base < top->base)
		top->left = put_in(extents, top->left, node);
	else
		top->right = put_in(extents, top->right, node);
	mend(extents, tree);
	return tree;
}

bool extents_add(struct extents *extents, const struct extent *extent, struct extent *ret_other)
{
	uint64_t last = last_of(extent);

	assert(last >= extent->base);
	/* no two extents overlap: if any is in the way, the last that begins by then is */
	if (extents_at_or_before(extents, last, ret_other) && extent->base <= last_of(ret_other)) {
		if (!extents_at_or_before(extents, extent->base, ret_other) ||
			last_of(ret_other) < extent->base)
			extents_at_or_after(extents, extent->base, ret_other);
		return false;
	}

	uint32_t node = new_node(extents, extent);
	state_of(extents)->root = put_in(extents, state_of(extents)->root, node);
	state_of(extents)->count++;
	assert(state_of(extents)->count <= extents->nodes.count);
	return true;
}

/* Takes the extent out of the tree; returns what is left, and the node in *ret_gone, or NONE. */
static uint32_t take_out(struct extents *extents, uint32_t tree, uint64_t base, uint32_t *ret_gone)
{
	if (tree == NONE) {
		*ret_gone = NONE;
		return NONE;
	}
	struct extent_node *node = node_of(extents, tree);
	if (node->base == base) {
		*ret_gone = tree;
		return merge(extents, node->left, node->right);
	}
	if (base < node->base)
		node->left = take_out(extents, node->left, base, ret_gone);
	else
		node->right = take_out(extents, node->right, base, ret_gone);
	if (*ret_gone != NONE)
		mend(extents, tree);
	return tree;
}

bool extents_remove(struct extents *extents, uint64_t base)
{
	struct extents_state *state = state_of(extents);
	uint32_t gone;

	state->root = take_out(extents, state->root, base, &gone);
	if (gone == NONE)
		return false;
	struct extent_node *node = node_of(extents, gone);
	assert(state->count > 0 && state->unused != gone);
	memset(node, 0, sizeof(*node));
	node->left = state->unused;
	state->unused = gone;
	state->count--;
	assert(count_of(extents, state->root) == state->count);
	return true;
}

bool extents_at_or_before(const struct extents *extents, uint64_t address,
	struct extent *ret_extent)
{
	uint32_t found = NONE;

	for (uint32_t at = state_of(extents)->root; at != NONE;) {
		const struct extent_node *node = node_of(extents, at);
		if (node->base <= address)
			found = at;
		at = node->base <= address ? node->right : node->left;
	}
	if (found != NONE)
		*ret_extent = extent_of(node_of(extents, found));
	return found != NONE;
}

bool extents_at_or_after(const struct extents *extents, uint64_t address, struct extent *ret_extent)
{
	uint32_t found = NONE;

	for (uint32_t at = state_of(extents)->root; at != NONE;) {
		const struct extent_node *node = node_of(extents, at);
		if (node->base >= address)
			found = at;
		at = node->base >= address ? node->left : node->right;
	}
	if (found != NONE)
		*ret_extent = extent_of(node_of(extents, found));
	return found != NONE;
}

void extents_nth(const struct extents *extents, size_t rank, struct extent *ret_extent)
{
	uint32_t at = state_of(extents)->root;

	assert(rank < extents_count(extents));
	for (;;) {
		const struct extent_node *node = node_of(extents, at);
		size_t before = count_of(extents, node->left);
		if (rank == before) {
			*ret_extent = extent_of(node);
			return;
		}
		at = rank < before ? node->left : node->right;
		rank -= rank < before ? 0 : before + 1;
	}
}

/* A gap that is wanted: its size, a mask of its alignment, and the lowest place for it so far. */
struct wanted_gap {
	uint64_t bytes, mask;
	uint64_t at;
};

static void pass_extent(struct wanted_gap *wanted, uint64_t last)
{
	if (last >= UINT64_MAX - wanted->mask)
		wanted->at = UINT64_MAX & ~wanted->mask; /* nothing is after it */
	else if (last >= wanted->at)
		wanted->at = (last + 1 + wanted->mask) & ~wanted->mask;
}

/* Looks before and between the extents of a tree; false: the place is now after them. */
static bool find_gap(const struct extents *extents, uint32_t tree, struct wanted_gap *wanted)
{
	if (tree == NONE)
		return false;
	const struct extent_node *node = node_of(extents, tree);
	bool fits_before = node->first >= wanted->at && node->first - wanted->at >= wanted->bytes;
	if (fits_before)
		return true;
	if (node->last < wanted->at || node->gap < wanted->bytes) {
		pass_extent(wanted, node->last);
		return false;
	}
	if (find_gap(extents, node->left, wanted))
		return true;
	if (node->base >= wanted->at && node->base - wanted->at >= wanted->bytes)
		return true;
	pass_extent(wanted, last_byte(node->base, node->size));
	return find_gap(extents, node->right, wanted);
}

uint64_t extents_gap(const struct extents *extents, uint64_t from, uint64_t bytes,
	uint64_t alignment)
{
	struct wanted_gap wanted = {.bytes = bytes, .mask = alignment - 1};

	assert(alignment > 0 && (alignment & wanted.mask) == 0);
	wanted.at = (from + wanted.mask) & ~wanted.mask;
	find_gap(extents, state_of(extents)->root, &wanted);
	return wanted.at;
}

/* ---- check --------------------------------------------------------------------------------- */

/* The state of a walk over the nodes, in order. */
struct extent_walk {
	uint64_t end;   /* where the last extent ends */
	uint64_t count; /* nodes visited; more than exist: the links form a cycle */
};

/* Compares what a node knows about its subtree with its children; -1: it is wrong. */
static int check_sums(const struct extents *extents, uint32_t tree)
{
	const struct extent_node *node = node_of(extents, tree);
	const struct extent_node *left = node->left ? node_of(extents, node->left) : NULL;
	const struct extent_node *right = node->right ? node_of(extents, node->right) : NULL;
	uint64_t own_last = last_byte(node->base, node->size), gap = 0;

	if (left)
		gap = wider(left->gap, node->base - left->last - 1);
	if (right)
		gap = wider(gap, wider(right->gap, right->first - own_last - 1));
	return node->gap == gap && node->first == (left ? left->first : node->base) &&
			       node->last == (right ? right->last : own_last) &&
			       node->count ==
				       1 + (left ? left->count : 0) + (right ? right->count : 0)
		       ? 0
		       : -1;
}

static int check_below(const struct extents *extents, uint32_t tree, struct extent_walk *walk,
	struct error *err)
{
	if (tree == NONE)
		return 0;
	if (tree > extents->nodes.count || node_of(extents, tree)->left > extents->nodes.count ||
		node_of(extents, tree)->right > extents->nodes.count)
		return error_set(err, "an extent is linked to a node that there is not");
	if (++walk->count > extents->nodes.count)
		return error_set(err, "the tree of extents goes in circles");
	const struct extent_node *node = node_of(extents, tree);
	if (check_below(extents, node->left, walk, err) < 0)
		return -1;
	if (node->base < walk->end)
		return error_set(err, "extents overlap or are out of order");
	const struct extent extent = extent_of(node);
	if (node->rank != rank_of(node->base) || last_of(&extent) < node->base || node->reserved)
		return error_set(err, "an extent has another rank than its base, or no end");
	if (check_sums(extents, tree) < 0)
		return error_set(err, "an extent does not know what is below it");
	walk->end = last_of(&extent) + 1;
	const uint32_t children[] = {node->left, node->right};
	for (unsigned i = 0; i < 2; i++)
		if (children[i] != NONE && children[i] <= extents->nodes.count &&
			node_of(extents, children[i])->rank > node->rank)
			return error_set(err, "an extent is above one of a higher rank");
	return check_below(extents, node->right, walk, err);
}

static int check_unused(const struct extents *extents, struct error *err)
{
	uint64_t count = 0, most = extents->nodes.count - state_of(extents)->count;

	for (uint32_t at = state_of(extents)->unused; at != NONE;
		at = node_of(extents, at)->left, count++) {
		if (at > extents->nodes.count || count == most)
			return error_set(err, "the list of unused extents does not end");
		const struct extent_node *node = node_of(extents, at);
		if (node->base || node->size || node->right || node->tag || node->rank ||
			node->count || node->gap || node->first || node->last || node->reserved)
			return error_set(err, "an unused extent is not empty");
	}
	if (count != most)
		return error_set(err, "an extent is neither used nor unused");
	return 0;
}

int extents_check(const struct extents *extents, struct error *err)
{
	struct extent_walk walk = {0};

	if (check_below(extents, state_of(extents)->root, &walk, err) < 0)
		return -1;
	if (walk.count != state_of(extents)->count)
		return error_set(err, "the count of extents is wrong");
	return check_unused(extents, err);
}
