/*
 * See segments.h.  Replacing works on one leaf where it can: the old segments are taken out one by
 * one and the new ones put in, and the sums along the path are mended once.  Nodes are merged with
 * a neighbour when both together are at most half full, so the tree stays shallow whatever is done.
 */
#include "engine/segments.h"

#include "base/error.h"

#include <assert.h>
#include <string.h>

#define LEAF_MAX  48u
#define INNER_MAX 32u
#define DEPTH_MAX 12u
#define NO_NODE	  UINT32_MAX

struct leaf {
	uint32_t count;
	uint32_t next;	/* leaf in address order; of a free leaf: the next free one */
	uint32_t prev;
	uint32_t reserved;
	struct segment segments[LEAF_MAX];
};

struct sums {
	uint64_t largest;	/* hole */
	uint64_t used;		/* bytes */
	uint64_t holes;
	uint64_t blocks;
};

struct inner {
	uint32_t count;
	uint32_t next_free;
	uint32_t child[INNER_MAX];	/* inners, or leaves on the lowest level */
	uint64_t base[INNER_MAX];	/* where the child begins */
	uint64_t largest[INNER_MAX];
	uint64_t used[INNER_MAX];
	uint64_t holes[INNER_MAX];
	uint64_t blocks[INNER_MAX];
};

struct tree_scalars {
	uint32_t root;		/* an inner, or a leaf when height is 0 */
	uint32_t height;	/* levels of inner nodes */
	uint32_t free_leaf;
	uint32_t free_inner;
	struct sums sums;	/* of everything */
};

/* The way from the root to a leaf. */
struct path {
	uint32_t node[DEPTH_MAX];
	uint32_t at[DEPTH_MAX];	/* which child was taken */
	uint32_t leaf;
};

static struct tree_scalars *tree_of(const struct segments *segments)
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

static uint32_t new_leaf(struct segments *segments)
{
	struct tree_scalars *tree = tree_of(segments);
	uint32_t leaf = tree->free_leaf;

	if (leaf == NO_NODE) {
		leaf = (uint32_t)segments->leaves.count;
		flat_grow(&segments->leaves, 1);
	} else {
		tree->free_leaf = leaf_of(segments, leaf)->next;
	}
	leaf_of(segments, leaf)->count = 0;
	leaf_of(segments, leaf)->next = NO_NODE;
	leaf_of(segments, leaf)->prev = NO_NODE;
	return leaf;
}

static uint32_t new_inner(struct segments *segments)
{
	struct tree_scalars *tree = tree_of(segments);
	uint32_t inner = tree->free_inner;

	if (inner == NO_NODE) {
		inner = (uint32_t)segments->inners.count;
		flat_grow(&segments->inners, 1);
	} else {
		tree->free_inner = inner_of(segments, inner)->next_free;
	}
	inner_of(segments, inner)->count = 0;
	return inner;
}

static void free_leaf(struct segments *segments, uint32_t leaf)
{
	leaf_of(segments, leaf)->next = tree_of(segments)->free_leaf;
	tree_of(segments)->free_leaf = leaf;
}

static void free_inner(struct segments *segments, uint32_t inner)
{
	inner_of(segments, inner)->next_free = tree_of(segments)->free_inner;
	tree_of(segments)->free_inner = inner;
}

void segments_init(struct segments *segments, struct flat *flat)
{
	flat_add(flat, &segments->tree, sizeof(struct tree_scalars));
	flat_add(flat, &segments->leaves, sizeof(struct leaf));
	flat_add(flat, &segments->inners, sizeof(struct inner));

	struct tree_scalars *tree = flat_grow(&segments->tree, 1);
	tree->free_leaf = NO_NODE;
	tree->free_inner = NO_NODE;
	tree->root = new_leaf(segments);
}

/* ---- sums ---------------------------------------------------------------------------------- */

static struct sums sums_of_leaf(const struct leaf *leaf)
{
	struct sums sums = {0};

	for (uint32_t i = 0; i < leaf->count; i++) {
		const struct segment *segment = &leaf->segments[i];
		if (segment->is_hole) {
			sums.holes++;
			sums.largest = segment->size > sums.largest ? segment->size : sums.largest;
		} else {
			sums.blocks++;
			sums.used += segment->size;
		}
	}
	return sums;
}

static struct sums sums_of_inner(const struct inner *inner)
{
	struct sums sums = {0};

	for (uint32_t i = 0; i < inner->count; i++) {
		sums.largest = inner->largest[i] > sums.largest ? inner->largest[i] : sums.largest;
		sums.used += inner->used[i];
		sums.holes += inner->holes[i];
		sums.blocks += inner->blocks[i];
	}
	return sums;
}

/* level: 0 for the inner nodes right above the leaves. */
static struct sums sums_of_child(const struct segments *segments, uint32_t level, uint32_t child)
{
	return level == 0 ? sums_of_leaf(leaf_of(segments, child)) : sums_of_inner(inner_of(segments, child));
}

static uint64_t base_of_child(const struct segments *segments, uint32_t level, uint32_t child)
{
	return level == 0 ? leaf_of(segments, child)->segments[0].base : inner_of(segments, child)->base[0];
}

static void put_sums(struct inner *inner, uint32_t at, const struct sums *sums)
{
	inner->largest[at] = sums->largest;
	inner->used[at] = sums->used;
	inner->holes[at] = sums->holes;
	inner->blocks[at] = sums->blocks;
}

/* What a parent knows of its child at `at` is made true again. */
static void refresh_child(struct segments *segments, uint32_t level, uint32_t parent, uint32_t at)
{
	struct inner *inner = inner_of(segments, parent);
	struct sums sums = sums_of_child(segments, level, inner->child[at]);

	inner->base[at] = base_of_child(segments, level, inner->child[at]);
	put_sums(inner, at, &sums);
}

/* ---- finding ------------------------------------------------------------------------------- */

/* The last child that begins at or before the address; the first when all begin later. */
static uint32_t child_at(const struct inner *inner, uint64_t address)
{
	uint32_t low = 0, high = inner->count;

	while (high - low > 1) {
		uint32_t middle = (low + high) / 2;
		if (inner->base[middle] <= address)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* path->node[0] is the root; the lowest inner is at height - 1. */
static void descend(const struct segments *segments, uint64_t address, struct path *path)
{
	const struct tree_scalars *tree = tree_of(segments);
	uint32_t node = tree->root;

	for (uint32_t i = 0; i < tree->height; i++) {
		const struct inner *inner = inner_of(segments, node);
		path->node[i] = node;
		path->at[i] = child_at(inner, address);
		node = inner->child[path->at[i]];
	}
	path->leaf = node;
}

/* The last segment of the leaf that begins at or before the address; count when none does. */
static uint32_t segment_at(const struct leaf *leaf, uint64_t address)
{
	uint32_t low = 0, high = leaf->count;

	if (leaf->count == 0 || leaf->segments[0].base > address)
		return leaf->count;
	while (high - low > 1) {
		uint32_t middle = (low + high) / 2;
		if (leaf->segments[middle].base <= address)
			low = middle;
		else
			high = middle;
	}
	return low;
}

bool segments_find(const struct segments *segments, uint64_t address, struct segment *ret_segment)
{
	struct path path;

	descend(segments, address, &path);
	const struct leaf *leaf = leaf_of(segments, path.leaf);
	uint32_t at = segment_at(leaf, address);
	if (at == leaf->count || address - leaf->segments[at].base >= leaf->segments[at].size)
		return false;
	*ret_segment = leaf->segments[at];
	return true;
}

bool segments_find_from(const struct segments *segments, uint64_t address, struct segment *ret_segment)
{
	struct path path;

	descend(segments, address, &path);
	const struct leaf *leaf = leaf_of(segments, path.leaf);
	uint32_t at = segment_at(leaf, address);
	if (at == leaf->count) {
		if (leaf->count == 0)
			return false;
		*ret_segment = leaf->segments[0];
		return true;
	}
	if (address - leaf->segments[at].base < leaf->segments[at].size) {
		*ret_segment = leaf->segments[at];
		return true;
	}
	return false;	/* past the last: there are no gaps */
}

bool segments_around(const struct segments *segments, uint64_t base, struct neighbours *ret)
{
	struct path path;

	descend(segments, base, &path);
	const struct leaf *leaf = leaf_of(segments, path.leaf);
	uint32_t at = segment_at(leaf, base);
	if (at == leaf->count || leaf->segments[at].base != base)
		return false;

	*ret = (struct neighbours){.self = leaf->segments[at]};
	if (at > 0) {
		ret->before = leaf->segments[at - 1];
	} else if (leaf->prev != NO_NODE) {
		const struct leaf *before = leaf_of(segments, leaf->prev);
		ret->before = before->segments[before->count - 1];
	}
	if (at + 1 < leaf->count)
		ret->after = leaf->segments[at + 1];
	else if (leaf->next != NO_NODE)
		ret->after = leaf_of(segments, leaf->next)->segments[0];
	return true;
}

bool segments_last(const struct segments *segments, struct segment *ret_segment)
{
	struct path path;

	descend(segments, UINT64_MAX, &path);
	const struct leaf *leaf = leaf_of(segments, path.leaf);
	if (leaf->count == 0)
		return false;
	*ret_segment = leaf->segments[leaf->count - 1];
	return true;
}

static bool fit_in_leaf(const struct leaf *leaf, uint64_t from, uint64_t size, struct segment *ret_hole,
	uint64_t *rank)
{
	for (uint32_t i = 0; i < leaf->count; i++) {
		const struct segment *segment = &leaf->segments[i];
		if (!segment->is_hole)
			continue;
		if (segment->size >= size && segment->base >= from) {
			*ret_hole = *segment;
			return true;
		}
		++*rank;
	}
	return false;
}

/* depth: inner levels below and including the node. */
static bool fit_below(const struct segments *segments, uint32_t node, uint32_t depth, uint64_t from,
	uint64_t size, struct segment *ret_hole, uint64_t *rank)
{
	if (depth == 0)
		return fit_in_leaf(leaf_of(segments, node), from, size, ret_hole, rank);

	const struct inner *inner = inner_of(segments, node);
	for (uint32_t i = 0; i < inner->count; i++) {
		bool is_before = i + 1 < inner->count && inner->base[i + 1] <= from;
		if (inner->largest[i] < size || is_before) {
			*rank += inner->holes[i];
			continue;
		}
		if (fit_below(segments, inner->child[i], depth - 1, from, size, ret_hole, rank))
			return true;
	}
	return false;
}

bool segments_first_fit(const struct segments *segments, uint64_t from, uint64_t size,
	struct segment *ret_hole, uint64_t *ret_rank)
{
	const struct tree_scalars *tree = tree_of(segments);
	uint64_t rank = 0;

	if (tree->sums.largest < size ||
		!fit_below(segments, tree->root, tree->height, from, size, ret_hole, &rank))
		return false;
	*ret_rank = rank;
	return true;
}

bool segments_hole(const struct segments *segments, uint64_t rank, struct segment *ret_hole)
{
	const struct tree_scalars *tree = tree_of(segments);
	uint32_t node = tree->root;

	if (rank >= tree->sums.holes)
		return false;
	for (uint32_t level = 0; level < tree->height; level++) {
		const struct inner *inner = inner_of(segments, node);
		uint32_t at = 0;
		while (rank >= inner->holes[at])
			rank -= inner->holes[at++];
		node = inner->child[at];
	}

	const struct leaf *leaf = leaf_of(segments, node);
	for (uint32_t i = 0;; i++)
		if (leaf->segments[i].is_hole && rank-- == 0) {
			*ret_hole = leaf->segments[i];
			return true;
		}
}

/* Adds up what lies before the address: whole children along the path, then the leaf's own. */
static void sum_below(const struct segments *segments, uint64_t address, uint64_t *ret_holes, uint64_t *ret_used)
{
	const struct tree_scalars *tree = tree_of(segments);
	struct path path;
	uint64_t holes = 0, used = 0;

	descend(segments, address, &path);
	for (uint32_t level = 0; level < tree->height; level++) {
		const struct inner *inner = inner_of(segments, path.node[level]);
		for (uint32_t i = 0; i < path.at[level]; i++) {
			holes += inner->holes[i];
			used += inner->used[i];
		}
	}
	const struct leaf *leaf = leaf_of(segments, path.leaf);
	for (uint32_t i = 0; i < leaf->count && leaf->segments[i].base < address; i++) {
		const struct segment *segment = &leaf->segments[i];
		uint64_t below = address - segment->base;
		if (segment->is_hole)
			holes++;
		else
			used += below < segment->size ? below : segment->size;
	}
	*ret_holes = holes;
	*ret_used = used;
}

uint64_t segments_rank(const struct segments *segments, uint64_t address)
{
	uint64_t holes, used;
	sum_below(segments, address, &holes, &used);
	return holes;
}

uint64_t segments_used_below(const struct segments *segments, uint64_t address)
{
	uint64_t holes, used;
	sum_below(segments, address, &holes, &used);
	return used;
}

uint64_t segments_holes(const struct segments *segments)
{
	return tree_of(segments)->sums.holes;
}

uint64_t segments_blocks(const struct segments *segments)
{
	return tree_of(segments)->sums.blocks;
}

uint64_t segments_used(const struct segments *segments)
{
	return tree_of(segments)->sums.used;
}

uint64_t segments_largest_hole(const struct segments *segments)
{
	return tree_of(segments)->sums.largest;
}

/* ---- changing ------------------------------------------------------------------------------ */

static void insert_child(struct inner *inner, uint32_t at, uint32_t child)
{
	uint32_t behind = inner->count - at;

	memmove(&inner->child[at + 1], &inner->child[at], behind * sizeof(inner->child[0]));
	memmove(&inner->base[at + 1], &inner->base[at], behind * sizeof(inner->base[0]));
	memmove(&inner->largest[at + 1], &inner->largest[at], behind * sizeof(inner->largest[0]));
	memmove(&inner->used[at + 1], &inner->used[at], behind * sizeof(inner->used[0]));
	memmove(&inner->holes[at + 1], &inner->holes[at], behind * sizeof(inner->holes[0]));
	memmove(&inner->blocks[at + 1], &inner->blocks[at], behind * sizeof(inner->blocks[0]));
	inner->child[at] = child;
	inner->count++;
}

static void remove_child(struct inner *inner, uint32_t at)
{
	uint32_t behind = inner->count - at - 1;

	memmove(&inner->child[at], &inner->child[at + 1], behind * sizeof(inner->child[0]));
	memmove(&inner->base[at], &inner->base[at + 1], behind * sizeof(inner->base[0]));
	memmove(&inner->largest[at], &inner->largest[at + 1], behind * sizeof(inner->largest[0]));
	memmove(&inner->used[at], &inner->used[at + 1], behind * sizeof(inner->used[0]));
	memmove(&inner->holes[at], &inner->holes[at + 1], behind * sizeof(inner->holes[0]));
	memmove(&inner->blocks[at], &inner->blocks[at + 1], behind * sizeof(inner->blocks[0]));
	inner->count--;
}

/* Moves n children from one end of `from` to the other inner's end. */
static void copy_children(struct inner *to, uint32_t to_at, const struct inner *from, uint32_t from_at, uint32_t n)
{
	memcpy(&to->child[to_at], &from->child[from_at], n * sizeof(to->child[0]));
	memcpy(&to->base[to_at], &from->base[from_at], n * sizeof(to->base[0]));
	memcpy(&to->largest[to_at], &from->largest[from_at], n * sizeof(to->largest[0]));
	memcpy(&to->used[to_at], &from->used[from_at], n * sizeof(to->used[0]));
	memcpy(&to->holes[to_at], &from->holes[from_at], n * sizeof(to->holes[0]));
	memcpy(&to->blocks[to_at], &from->blocks[from_at], n * sizeof(to->blocks[0]));
}

/* Splits the leaf in two halves; gives the new right one. */
static uint32_t split_leaf(struct segments *segments, uint32_t left)
{
	uint32_t right = new_leaf(segments);
	struct leaf *l = leaf_of(segments, left);
	struct leaf *r = leaf_of(segments, right);

	r->count = l->count / 2;
	l->count -= r->count;
	memcpy(r->segments, &l->segments[l->count], r->count * sizeof(r->segments[0]));
	r->next = l->next;
	r->prev = left;
	if (r->next != NO_NODE)
		leaf_of(segments, r->next)->prev = right;
	l->next = right;
	return right;
}

static uint32_t split_inner(struct segments *segments, uint32_t left)
{
	uint32_t right = new_inner(segments);
	struct inner *l = inner_of(segments, left);
	struct inner *r = inner_of(segments, right);

	r->count = l->count / 2;
	l->count -= r->count;
	copy_children(r, 0, l, l->count, r->count);
	return right;
}

static uint32_t size_of_node(const struct segments *segments, uint32_t level, uint32_t node)
{
	return level == 0 ? leaf_of(segments, node)->count : inner_of(segments, node)->count;
}

/* The right node's content goes to the end of the left one; the right one is freed. */
static void join_nodes(struct segments *segments, uint32_t level, uint32_t left, uint32_t right)
{
	if (level == 0) {
		struct leaf *l = leaf_of(segments, left);
		struct leaf *r = leaf_of(segments, right);
		memcpy(&l->segments[l->count], r->segments, r->count * sizeof(r->segments[0]));
		l->count += r->count;
		l->next = r->next;
		if (l->next != NO_NODE)
			leaf_of(segments, l->next)->prev = left;
		free_leaf(segments, right);
		return;
	}
	struct inner *l = inner_of(segments, left);
	struct inner *r = inner_of(segments, right);
	copy_children(l, l->count, r, 0, r->count);
	l->count += r->count;
	free_inner(segments, right);
}

/* Puts a new root above the old one. */
static void grow_root(struct segments *segments)
{
	uint32_t root = new_inner(segments);
	struct tree_scalars *tree = tree_of(segments);

	assert(tree->height < DEPTH_MAX);
	insert_child(inner_of(segments, root), 0, tree->root);
	refresh_child(segments, tree->height, root, 0);
	tree->root = root;
	tree->height++;
}

/* Joins the child with a neighbour where both are small.  true: the parent lost a child. */
static bool join_small(struct segments *segments, uint32_t level, uint32_t parent, uint32_t at)
{
	uint32_t half = (level == 0 ? LEAF_MAX : INNER_MAX) / 2;
	struct inner *inner = inner_of(segments, parent);
	uint32_t size = size_of_node(segments, level, inner->child[at]);

	if (size > half / 2 || inner->count == 1)
		return false;
	for (uint32_t left = at > 0 ? at - 1 : 0; left <= at && left + 1 < inner->count; left++) {
		if (size_of_node(segments, level, inner->child[left]) +
				size_of_node(segments, level, inner->child[left + 1]) > half)
			continue;
		join_nodes(segments, level, inner->child[left], inner->child[left + 1]);
		remove_child(inner, left + 1);
		refresh_child(segments, level, parent, left);
		return true;
	}
	return false;
}

/* A root with one child gives way to it; then the sums of everything are the root's. */
static void settle_root(struct segments *segments)
{
	struct tree_scalars *tree = tree_of(segments);

	while (tree->height > 0 && inner_of(segments, tree->root)->count == 1) {
		uint32_t old = tree->root;
		tree->root = inner_of(segments, old)->child[0];
		tree->height--;
		free_inner(segments, old);
	}
	tree->sums = tree->height == 0 ? sums_of_leaf(leaf_of(segments, tree->root))
				       : sums_of_inner(inner_of(segments, tree->root));
}

/*
 * Mends sums and shape from the leaf up.  `split`: a node to the right of the path's lowest one, or
 * NO_NODE.
 */
static void mend(struct segments *segments, struct path *path, uint32_t split)
{
	struct tree_scalars *tree = tree_of(segments);

	if (split != NO_NODE && tree->height == 0) {
		grow_root(segments);
		path->node[0] = tree->root;
		path->at[0] = 0;
	}
	for (uint32_t level = 0; level < tree->height; level++) {
		uint32_t depth = tree->height - 1 - level;
		uint32_t node = path->node[depth], at = path->at[depth];

		refresh_child(segments, level, node, at);
		if (split == NO_NODE) {
			join_small(segments, level, node, at);
			continue;
		}
		insert_child(inner_of(segments, node), at + 1, split);
		refresh_child(segments, level, node, at + 1);
		split = NO_NODE;
		if (inner_of(segments, node)->count < INNER_MAX)
			continue;
		split = split_inner(segments, node);
		if (depth == 0) {
			grow_root(segments);
			insert_child(inner_of(segments, tree->root), 1, split);
			refresh_child(segments, tree->height - 1, tree->root, 0);
			refresh_child(segments, tree->height - 1, tree->root, 1);
			break;
		}
	}
	settle_root(segments);
}

/* Takes the emptied leaf of the path out of the tree. */
static void drop_leaf(struct segments *segments, struct path *path)
{
	struct tree_scalars *tree = tree_of(segments);
	struct leaf *leaf = leaf_of(segments, path->leaf);
	uint32_t level = 0;

	if (tree->height == 0) {
		tree->sums = (struct sums){0};
		return;
	}
	if (leaf->prev != NO_NODE)
		leaf_of(segments, leaf->prev)->next = leaf->next;
	if (leaf->next != NO_NODE)
		leaf_of(segments, leaf->next)->prev = leaf->prev;
	free_leaf(segments, path->leaf);

	for (; level < tree->height; level++) {
		uint32_t depth = tree->height - 1 - level;
		struct inner *inner = inner_of(segments, path->node[depth]);
		remove_child(inner, path->at[depth]);
		if (inner->count > 0)
			break;
		free_inner(segments, path->node[depth]);
	}
	if (level == tree->height) {	/* that was the last one */
		tree->height = 0;
		tree->root = new_leaf(segments);
		tree->sums = (struct sums){0};
		return;
	}

	/* Mend the sums above the node that lost a child. */
	for (level++; level < tree->height; level++) {
		uint32_t depth = tree->height - 1 - level;
		refresh_child(segments, level, path->node[depth], path->at[depth]);
	}
	settle_root(segments);
}

static void erase_one(struct segments *segments, uint64_t base)
{
	struct path path;

	descend(segments, base, &path);
	struct leaf *leaf = leaf_of(segments, path.leaf);
	uint32_t at = segment_at(leaf, base);
	assert(at < leaf->count && leaf->segments[at].base == base);
	leaf->count--;
	memmove(&leaf->segments[at], &leaf->segments[at + 1], (leaf->count - at) * sizeof(leaf->segments[0]));
	if (leaf->count == 0)
		drop_leaf(segments, &path);
	else
		mend(segments, &path, NO_NODE);
}

static void insert_one(struct segments *segments, const struct segment *segment)
{
	struct path path;
	uint32_t split = NO_NODE;

	descend(segments, segment->base, &path);
	struct leaf *leaf = leaf_of(segments, path.leaf);
	uint32_t at = segment_at(leaf, segment->base);
	at = at == leaf->count ? 0 : at + 1;
	memmove(&leaf->segments[at + 1], &leaf->segments[at], (leaf->count - at) * sizeof(leaf->segments[0]));
	leaf->segments[at] = *segment;
	leaf->count++;
	if (leaf->count == LEAF_MAX)
		split = split_leaf(segments, path.leaf);
	mend(segments, &path, split);
}

/* All in one leaf, which neither empties nor overflows: the usual case. */
static bool replace_in_leaf(struct segments *segments, uint64_t base, size_t nold, const struct segment *news,
	size_t nnew)
{
	struct path path;
	uint32_t split = NO_NODE;

	descend(segments, base, &path);
	struct leaf *leaf = leaf_of(segments, path.leaf);
	uint32_t at = segment_at(leaf, base);
	if (at == leaf->count || leaf->segments[at].base != base || at + nold > leaf->count ||
		leaf->count + nnew - nold > LEAF_MAX || leaf->count + nnew == nold)
		return false;

	memmove(&leaf->segments[at + nnew], &leaf->segments[at + nold],
		(leaf->count - at - nold) * sizeof(leaf->segments[0]));
	memcpy(&leaf->segments[at], news, nnew * sizeof(*news));
	leaf->count += (uint32_t)(nnew - nold);
	if (leaf->count >= LEAF_MAX - 1)
		split = split_leaf(segments, path.leaf);
	mend(segments, &path, split);
	return true;
}

void segments_replace(struct segments *segments, uint64_t base, size_t nold, const struct segment *news,
	size_t nnew)
{
	if (nold > 0 && replace_in_leaf(segments, base, nold, news, nnew))
		return;

	for (size_t i = 0; i < nold; i++) {
		struct segment old = {0};
		if (!segments_find_from(segments, base, &old))
			assert(!"a segment to replace is missing");
		erase_one(segments, old.base);
		base = old.base + old.size;
	}
	for (size_t i = 0; i < nnew; i++)
		insert_one(segments, &news[i]);
}

/* ---- check --------------------------------------------------------------------------------- */

static int check_below(const struct segments *segments, uint32_t node, uint32_t depth, uint64_t *end,
	struct error *err)
{
	if (depth == 0) {
		const struct leaf *leaf = leaf_of(segments, node);
		for (uint32_t i = 0; i < leaf->count; i++) {
			if (*end != 0 && leaf->segments[i].base != *end)
				return error_set(err, "a gap or an overlap at 0x%llx",
					(unsigned long long)leaf->segments[i].base);
			if (leaf->segments[i].size == 0)
				return error_set(err, "an empty segment");
			*end = leaf->segments[i].base + leaf->segments[i].size;
		}
		return 0;
	}

	const struct inner *inner = inner_of(segments, node);
	for (uint32_t i = 0; i < inner->count; i++) {
		struct sums sums = sums_of_child(segments, depth - 1, inner->child[i]);
		if (inner->base[i] != base_of_child(segments, depth - 1, inner->child[i]) ||
			inner->largest[i] != sums.largest || inner->used[i] != sums.used ||
			inner->holes[i] != sums.holes || inner->blocks[i] != sums.blocks)
			return error_set(err, "an inner node's sums are wrong");
		if (check_below(segments, inner->child[i], depth - 1, end, err) < 0)
			return -1;
	}
	return 0;
}

int segments_check(const struct segments *segments, struct error *err)
{
	const struct tree_scalars *tree = tree_of(segments);
	uint64_t end = 0;

	return check_below(segments, tree->root, tree->height, &end, err);
}
