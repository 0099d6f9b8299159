/*
 * The list as a treap by place, where each node knows the count and the largest size of its
 * subtree. Priorities are hashes of a counter, so the shape depends only on the operations so far.
 * This way serves every order, and is the only one for a list that sorts late.
 */
#include "flat/holes_state.h"

#include "base/error.h"
#include "flat/index.h"

#include <assert.h>
#include <string.h>

static struct hole_branch *branch_of(const struct holes *holes, uint32_t hole)
{
	return flat_at(&holes->branches, struct hole_branch, hole);
}

static bool precedes(const struct holes *holes, uint32_t one, uint32_t other)
{
	return is_before(&node_of(holes, one)->place, &node_of(holes, other)->place);
}

void tree_init(struct holes *holes, struct flat *flat)
{
	flat_add(flat, &holes->branches, sizeof(struct hole_branch));
	flat_grow(&holes->branches, 1); /* node 0 stands for "no child" */
}

void tree_grow(struct holes *holes)
{
	flat_grow(&holes->branches, 1);
	assert(holes->branches.count == holes->nodes.count);
}

/* Recomputes what a node knows about its subtree. */
static void mend(const struct holes *holes, uint32_t at)
{
	struct hole_branch *node = branch_of(holes, at);
	const struct hole_branch *left = branch_of(holes, node->child[0]);
	const struct hole_branch *right = branch_of(holes, node->child[1]);

	assert(at != 0 && node->child[0] != at && node->child[1] != at);
	assert(left->priority <= node->priority && right->priority <= node->priority);
	assert(branch_of(holes, 0)->count == 0 && branch_of(holes, 0)->largest == 0);
	node->count = left->count + 1 + right->count;
	node->largest = node_of(holes, at)->size;
	node->largest = left->largest > node->largest ? left->largest : node->largest;
	node->largest = right->largest > node->largest ? right->largest : node->largest;
}

/* Splits a tree into the nodes before this one and the others. */
static void split(const struct holes *holes, uint32_t root, uint32_t node, uint32_t *ret_before,
	uint32_t *ret_behind)
{
	if (root == 0) {
		*ret_before = *ret_behind = 0;
		return;
	}
	assert(root != node); /* the node is not in the tree */
	uint32_t *child = branch_of(holes, root)->child;
	if (precedes(holes, root, node)) {
		split(holes, child[1], node, &child[1], ret_behind);
		*ret_before = root;
	} else {
		split(holes, child[0], node, ret_before, &child[0]);
		*ret_behind = root;
	}
	mend(holes, root);
}

/* Joins two trees; all of `left` comes before all of `right`. */
static uint32_t join(const struct holes *holes, uint32_t left, uint32_t right)
{
	if (left == 0 || right == 0)
		return left ? left : right;

	assert(precedes(holes, left, right));
	struct hole_branch *l = branch_of(holes, left), *r = branch_of(holes, right);
	if (l->priority >= r->priority) {
		l->child[1] = join(holes, l->child[1], right);
		mend(holes, left);
		return left;
	}
	r->child[0] = join(holes, left, r->child[0]);
	mend(holes, right);
	return right;
}

/* What the nodes from `at` down to this place know. Grows with their depth. */
static void mend_towards(const struct holes *holes, uint32_t at, const struct place *place)
{
	if (at == 0)
		return;
	const struct place *here = &node_of(holes, at)->place;
	if (is_before(here, place))
		mend_towards(holes, branch_of(holes, at)->child[1], place);
	else if (is_before(place, here))
		mend_towards(holes, branch_of(holes, at)->child[0], place);
	mend(holes, at);
}

/* A node above the new one has it below itself now. */
static void count_in(struct hole_branch *above, uint64_t size)
{
	above->count++;
	above->largest = size > above->largest ? size : above->largest;
}

void tree_insert(struct holes *holes, uint32_t hole)
{
	struct hole_branch *new = branch_of(holes, hole);
	uint32_t *link = &list_of(holes)->root;

	assert(new->child[0] == 0 && new->child[1] == 0);
	new->priority = index_hash(++list_of(holes)->seed);
	while (*link && branch_of(holes, *link)->priority >= new->priority) {
		struct hole_branch *here = branch_of(holes, *link);
		assert(*link != hole); /* it is not in the tree */
		count_in(here, node_of(holes, hole)->size);
		link = &here->child[precedes(holes, *link, hole)];
		assert(branch_of(holes, *link) != here);
	}
	split(holes, *link, hole, &new->child[0], &new->child[1]);
	*link = hole;
	mend(holes, hole);
}

void tree_erase(struct holes *holes, uint32_t hole)
{
	struct hole_branch *gone = branch_of(holes, hole);
	const struct hole_node *node = node_of(holes, hole);
	uint32_t *link = &list_of(holes)->root, highest = 0;

	while (*link != hole) {
		struct hole_branch *here = branch_of(holes, *link);
		assert(*link != 0); /* the node is in the tree */
		here->count--;
		if (highest == 0 && here->largest == node->size)
			highest = *link; /* from here on this one may have been the largest */
		link = &here->child[precedes(holes, *link, hole)];
		assert(branch_of(holes, *link) != here);
	}
	assert(gone->child[0] != hole && gone->child[1] != hole);
	*link = join(holes, gone->child[0], gone->child[1]);
	*gone = (struct hole_branch){0};
	mend_towards(holes, highest, &node->place);
}

void tree_resize(struct holes *holes, uint32_t hole, uint64_t old)
{
	const struct hole_node *node = node_of(holes, hole);
	uint32_t at = list_of(holes)->root;

	for (;;) {
		struct hole_branch *here = branch_of(holes, at);
		assert(at != 0);
		if (node->size > here->largest)
			here->largest = node->size;
		else if (here->largest == old)
			break;
		if (at == hole)
			return;
		at = here->child[precedes(holes, at, hole)];
	}
	mend_towards(holes, at, &node->place);
}

/* ---- asking -------------------------------------------------------------------------------- */

uint32_t tree_nth(const struct holes *holes, uint64_t rank)
{
	uint32_t at = list_of(holes)->root;

	while (at) {
		const struct hole_branch *node = branch_of(holes, at);
		uint64_t before = branch_of(holes, node->child[0])->count;
		if (rank == before)
			break;
		at = node->child[rank > before];
		rank -= rank > before ? before + 1 : 0;
	}
	return at;
}

uint64_t tree_rank(const struct holes *holes, const struct place *place)
{
	uint32_t at = list_of(holes)->root;
	uint64_t rank = 0;

	while (at) {
		bool lies_before = is_before(&node_of(holes, at)->place, place);
		const struct hole_branch *node = branch_of(holes, at);
		if (lies_before)
			rank += branch_of(holes, node->child[0])->count + 1;
		at = node->child[lies_before];
	}
	return rank;
}

uint32_t tree_neighbour(const struct holes *holes, uint32_t hole, unsigned side)
{
	uint32_t at = list_of(holes)->root, best = 0;

	assert(node_of(holes, hole)->size > 0);
	while (at) {
		bool is_there = side ? precedes(holes, hole, at) : precedes(holes, at, hole);
		if (is_there)
			best = at;
		at = branch_of(holes, at)->child[is_there ? !side : side];
	}
	return best;
}

/* The first one in the subtree that is large enough. */
static uint32_t first_of_all(const struct holes *holes, uint32_t at, uint64_t size)
{
	if (branch_of(holes, at)->largest < size)
		return 0;
	while (at) {
		const struct hole_branch *node = branch_of(holes, at);
		if (branch_of(holes, node->child[0])->largest >= size)
			at = node->child[0];
		else if (node_of(holes, at)->size >= size)
			break;
		else
			at = node->child[1];
	}
	return at;
}

static uint32_t first_below(const struct holes *holes, uint32_t at, const struct place *from,
	uint64_t size)
{
	const struct hole_branch *branch = branch_of(holes, at);
	const struct hole_node *node = node_of(holes, at);

	if (at == 0 || branch->largest < size)
		return 0;
	assert(node->size <= branch->largest && branch->largest > 0);
	if (is_before(&node->place, from))
		return first_below(holes, branch->child[1], from, size);
	uint32_t found = first_below(holes, branch->child[0], from, size);
	if (found)
		return found;
	return node->size >= size ? at : first_of_all(holes, branch->child[1], size);
}

uint32_t tree_first(const struct holes *holes, const struct place *from, uint64_t size)
{
	uint32_t root = list_of(holes)->root;

	return from ? first_below(holes, root, from, size) : first_of_all(holes, root, size);
}

uint64_t tree_largest(const struct holes *holes)
{
	return branch_of(holes, list_of(holes)->root)->largest;
}

/* ---- check --------------------------------------------------------------------------------- */

/* The state of a walk over the tree, in order. */
struct tree_walk {
	uint32_t before; /* the last one; 0: none */
	uint64_t count;
};

static bool is_lower(const struct holes *holes, uint32_t child, const struct hole_branch *node)
{
	return child == 0 || branch_of(holes, child)->priority <= node->priority;
}

static int check_below(const struct holes *holes, uint32_t at, struct tree_walk *walk,
	struct error *err)
{
	if (at == 0)
		return 0;
	if (at >= holes->nodes.count || ++walk->count >= holes->nodes.count)
		return error_set(err, "the tree of holes leads out of itself or goes in circles");
	const struct hole_branch *node = branch_of(holes, at);
	if (node->child[0] >= holes->nodes.count || node->child[1] >= holes->nodes.count)
		return error_set(err, "a hole is linked to a node that there is not");
	if (check_below(holes, node->child[0], walk, err) < 0)
		return -1;
	if (walk->before && !precedes(holes, walk->before, at))
		return error_set(err, "the free list is out of order");
	if (!is_lower(holes, node->child[0], node) || !is_lower(holes, node->child[1], node))
		return error_set(err, "a hole lies below one that should lie below it");
	walk->before = at;
	return check_below(holes, node->child[1], walk, err);
}

/* Checks every node's count and largest hole. */
static int check_sums(const struct holes *holes, uint32_t at, uint64_t *ret_count,
	uint64_t *ret_largest, struct error *err)
{
	const struct hole_branch *node = branch_of(holes, at);
	uint64_t count[2], largest[2], size = node_of(holes, at)->size;

	*ret_count = *ret_largest = 0;
	if (at == 0)
		return 0;
	for (unsigned side = 0; side < 2; side++)
		if (check_sums(holes, node->child[side], &count[side], &largest[side], err) < 0)
			return -1;
	*ret_count = count[0] + 1 + count[1];
	*ret_largest = largest[0] > largest[1] ? largest[0] : largest[1];
	*ret_largest = size > *ret_largest ? size : *ret_largest;
	if (*ret_count != node->count || *ret_largest != node->largest)
		return error_set(err, "the sums over the free list are wrong");
	return 0;
}

/* Branches of nodes that are not in the list are empty. */
static int check_empty(const struct holes *holes, struct error *err)
{
	static const struct hole_branch empty;

	for (uint32_t at = 0; at < holes->branches.count; at++)
		if (node_of(holes, at)->size == 0 &&
			memcmp(branch_of(holes, at), &empty, sizeof(empty)) != 0)
			return error_set(err, "a hole that there is not has a place in the tree");
	return 0;
}

int tree_check(const struct holes *holes, struct error *err)
{
	const struct list_state *list = list_of(holes);
	struct tree_walk walk = {0};
	uint64_t sum, largest;

	if (holes->branches.count != holes->nodes.count || list->root >= holes->nodes.count)
		return error_set(err, "the free list begins with a hole that there is not");
	if (check_empty(holes, err) < 0 || check_below(holes, list->root, &walk, err) < 0)
		return -1;
	if (walk.count != list->count)
		return error_set(err, "not all holes are in the tree");
	return check_sums(holes, list->root, &sum, &largest, err);
}
