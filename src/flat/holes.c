/*
 * See holes.h. Two treaps over the same nodes, or the one of them that is asked: by place in the
 * list, where each node knows the count and the largest size of its subtree; and by size, equal
 * sizes by place. Priorities are hashes of a counter, so the shape depends only on the operations
 * so far. A hole that changes stays where it is in a tree as long as it is between its neighbours
 * there, so that most changes move nothing.
 *
 * A place is a key and a tie. By address the key is the address; for front and back it is 0 and the
 * tie counts down or up. By size the key is the size the hole was sorted by (or its complement for
 * falling sizes): a hole that changes keeps its key until the next sort, and is `late` meanwhile.
 * Sorting is stable, so its place among its equals depends on the side it comes from: from after
 * them it gets the highest tie, from before them the lowest.
 */
#include "flat/holes.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "flat/index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MIDDLE (UINT64_C(1) << 63) /* the first tie */

enum tree { BY_PLACE, BY_SIZE, TREES };

struct hole_node {
	uint64_t base;
	uint64_t size;
	struct place place;
	uint64_t largest; /* the largest size in its subtree by place */
	uint32_t count;   /* holes in that subtree */
	uint32_t priority : 31;
	uint32_t is_late : 1;
	uint32_t child[TREES][2];
};
static_assert(sizeof(struct hole_node) == 64, "a node is a cache line");

struct list_state {
	uint64_t low, high; /* the next ties: the lowest, the highest */
	uint64_t seed;
	uint32_t root[TREES];
	uint32_t free_node; /* linked by `count` */
	uint32_t count;     /* holes */
};

static struct list_state *list_of(const struct holes *holes)
{
	return holes->list.data;
}

static struct hole_node *node_of(const struct holes *holes, uint32_t node)
{
	return flat_at(&holes->nodes, struct hole_node, node);
}

void holes_init(struct holes *holes, struct flat *flat, enum holes_order order, unsigned ways,
	bool sorts_late, struct flat_array *seams)
{
	assert(ways & HOLES_BY_PLACE || (ways == HOLES_BY_SIZE && !sorts_late && !seams));
	holes->order = order;
	holes->ways = ways;
	holes->sorts_late = sorts_late;
	holes->seams = seams;
	flat_add(flat, &holes->list, sizeof(struct list_state));
	flat_add(flat, &holes->nodes, sizeof(struct hole_node));
	index_init(&holes->by_base, flat);
	flat_add(flat, &holes->late, sizeof(uint32_t));
	flat_grow(&holes->list, 1);
	flat_grow(&holes->nodes, 1); /* node 0 stands for "no child" */
	list_of(holes)->low = MIDDLE - 1;
	list_of(holes)->high = MIDDLE;
}

/* ---- trees --------------------------------------------------------------------------------- */

static bool is_before(const struct place *one, const struct place *other)
{
	return one->key != other->key ? one->key < other->key : one->tie < other->tie;
}

static bool precedes(enum tree tree, const struct hole_node *one, const struct hole_node *other)
{
	if (tree == BY_SIZE && one->size != other->size)
		return one->size < other->size;
	return is_before(&one->place, &other->place);
}

static bool comes_before(const struct holes *holes, enum tree tree, uint32_t one, uint32_t other)
{
	return precedes(tree, node_of(holes, one), node_of(holes, other));
}

static bool has_tree(const struct holes *holes, enum tree tree)
{
	static_assert(HOLES_BY_PLACE == 1 << BY_PLACE && HOLES_BY_SIZE == 1 << BY_SIZE,
		"ways are trees");
	return holes->ways >> tree & 1;
}

/* Recomputes what a node knows about its subtree. */
static void mend(const struct holes *holes, enum tree tree, uint32_t at)
{
	struct hole_node *node = node_of(holes, at);
	const struct hole_node *left = node_of(holes, node->child[tree][0]);
	const struct hole_node *right = node_of(holes, node->child[tree][1]);

	assert(at != 0 && node->child[tree][0] != at && node->child[tree][1] != at);
	assert(left->priority <= node->priority && right->priority <= node->priority);
	assert(node_of(holes, 0)->count == 0 && node_of(holes, 0)->largest == 0);
	if (tree != BY_PLACE)
		return;
	node->count = left->count + 1 + right->count;
	node->largest = node->size > left->largest ? node->size : left->largest;
	node->largest = right->largest > node->largest ? right->largest : node->largest;
}

/* Splits a tree into the nodes before this one and the others. */
static void split(const struct holes *holes, enum tree tree, uint32_t root, uint32_t node,
	uint32_t *ret_before, uint32_t *ret_behind)
{
	if (root == 0) {
		*ret_before = *ret_behind = 0;
		return;
	}
	assert(root != node); /* the node is not in the tree */
	uint32_t *child = node_of(holes, root)->child[tree];
	if (comes_before(holes, tree, root, node)) {
		split(holes, tree, child[1], node, &child[1], ret_behind);
		*ret_before = root;
	} else {
		split(holes, tree, child[0], node, ret_before, &child[0]);
		*ret_behind = root;
	}
	mend(holes, tree, root);
}

/* Joins two trees; all of `left` comes before all of `right`. */
static uint32_t join(const struct holes *holes, enum tree tree, uint32_t left, uint32_t right)
{
	if (left == 0 || right == 0)
		return left ? left : right;

	assert(comes_before(holes, tree, left, right));
	struct hole_node *l = node_of(holes, left), *r = node_of(holes, right);
	if (l->priority >= r->priority) {
		l->child[tree][1] = join(holes, tree, l->child[tree][1], right);
		mend(holes, tree, left);
		return left;
	}
	r->child[tree][0] = join(holes, tree, left, r->child[tree][0]);
	mend(holes, tree, right);
	return right;
}

/* By place: what the nodes from `at` down to this place know. Grows with their depth. */
static void mend_towards(const struct holes *holes, uint32_t at, const struct place *place)
{
	const struct hole_node *node = node_of(holes, at);

	if (at == 0)
		return;
	if (is_before(&node->place, place))
		mend_towards(holes, node->child[BY_PLACE][1], place);
	else if (is_before(place, &node->place))
		mend_towards(holes, node->child[BY_PLACE][0], place);
	mend(holes, BY_PLACE, at);
}

/* A node above the new one has it below itself now. */
static void count_in(struct hole_node *above, uint64_t size)
{
	above->count++;
	above->largest = size > above->largest ? size : above->largest;
}

static void insert(const struct holes *holes, enum tree tree, uint32_t node)
{
	struct hole_node *new = node_of(holes, node);
	uint32_t *link = &list_of(holes)->root[tree];

	assert(new->child[tree][0] == 0 && new->child[tree][1] == 0);
	while (*link && node_of(holes, *link)->priority >= new->priority) {
		struct hole_node *here = node_of(holes, *link);
		assert(*link != node); /* it is not in the tree */
		if (tree == BY_PLACE)
			count_in(here, new->size);
		link = &here->child[tree][precedes(tree, here, new)];
		assert(node_of(holes, *link) != here);
	}
	split(holes, tree, *link, node, &new->child[tree][0], &new->child[tree][1]);
	*link = node;
	mend(holes, tree, node);
}

static void erase(const struct holes *holes, enum tree tree, uint32_t node)
{
	struct hole_node *gone = node_of(holes, node);
	uint32_t *link = &list_of(holes)->root[tree], highest = 0;

	while (*link != node) {
		struct hole_node *here = node_of(holes, *link);
		assert(*link != 0); /* the node is in the tree */
		here->count -= tree == BY_PLACE;
		if (tree == BY_PLACE && highest == 0 && here->largest == gone->size)
			highest = *link; /* from here on this one may have been the largest */
		link = &here->child[tree][precedes(tree, here, gone)];
		assert(node_of(holes, *link) != here);
	}
	assert(gone->child[tree][0] != node && gone->child[tree][1] != node);
	*link = join(holes, tree, gone->child[tree][0], gone->child[tree][1]);
	gone->child[tree][0] = gone->child[tree][1] = 0;
	mend_towards(holes, highest, &gone->place);
}

/* By place: the hole has another size now, and had `old`. */
static void resize(const struct holes *holes, uint32_t hole, uint64_t old)
{
	const struct hole_node *node = node_of(holes, hole);
	uint32_t at = list_of(holes)->root[BY_PLACE];

	for (;;) {
		struct hole_node *here = node_of(holes, at);
		assert(at != 0);
		if (node->size > here->largest)
			here->largest = node->size;
		else if (here->largest == old)
			break;
		if (at == hole)
			return;
		at = here->child[BY_PLACE][is_before(&here->place, &node->place)];
	}
	mend_towards(holes, at, &node->place);
}

/* Whether the hole could be `new` without leaving its neighbours in the tree. */
static bool stays(const struct holes *holes, enum tree tree, uint32_t hole,
	const struct hole_node *new)
{
	const struct hole_node *old = node_of(holes, hole);
	uint32_t at = list_of(holes)->root[tree], before = 0, after = 0;

	while (at != hole) {
		bool is_behind = precedes(tree, node_of(holes, at), old);
		*(is_behind ? &before : &after) = at;
		assert(at != 0 && node_of(holes, at)->child[tree][is_behind] != at);
		at = node_of(holes, at)->child[tree][is_behind];
	}
	for (at = old->child[tree][0]; at; at = node_of(holes, at)->child[tree][1])
		before = at;
	for (at = old->child[tree][1]; at; at = node_of(holes, at)->child[tree][0])
		after = at;
	return (!before || precedes(tree, node_of(holes, before), new)) &&
	       (!after || precedes(tree, new, node_of(holes, after)));
}

static void enter(const struct holes *holes, uint32_t node)
{
	for (unsigned tree = 0; tree < TREES; tree++)
		if (has_tree(holes, tree))
			insert(holes, tree, node);
	list_of(holes)->count++;
	assert(holes_count(holes) < holes->nodes.count);
}

static void leave(const struct holes *holes, uint32_t node)
{
	for (unsigned tree = 0; tree < TREES; tree++)
		if (has_tree(holes, tree))
			erase(holes, tree, node);
	list_of(holes)->count--;
}

/* ---- asking -------------------------------------------------------------------------------- */

uint64_t holes_count(const struct holes *holes)
{
	return list_of(holes)->count;
}

uint32_t holes_at(const struct holes *holes, uint64_t base)
{
	uint32_t hash = index_hash(base), node;

	for (size_t at = index_first(&holes->by_base, hash);
		index_slot(&holes->by_base, &at, hash, &node); at = index_next(&holes->by_base, at))
		if (node_of(holes, node)->base == base)
			return node;
	return 0;
}

/* A removed hole has no size, nor has hole 0, which means none. */
static bool is_in_list(const struct holes *holes, uint32_t hole)
{
	return node_of(holes, hole)->size > 0;
}

uint64_t holes_base(const struct holes *holes, uint32_t hole)
{
	assert(is_in_list(holes, hole));
	return node_of(holes, hole)->base;
}

uint64_t holes_size(const struct holes *holes, uint32_t hole)
{
	assert(hole == 0 || is_in_list(holes, hole));
	return node_of(holes, hole)->size;
}

struct place holes_place(const struct holes *holes, uint32_t hole)
{
	assert(is_in_list(holes, hole));
	return node_of(holes, hole)->place;
}

uint32_t holes_nth(const struct holes *holes, uint64_t rank)
{
	uint32_t at = list_of(holes)->root[BY_PLACE];

	while (at) {
		const struct hole_node *node = node_of(holes, at);
		uint64_t before = node_of(holes, node->child[BY_PLACE][0])->count;
		if (rank == before)
			break;
		at = node->child[BY_PLACE][rank > before];
		rank -= rank > before ? before + 1 : 0;
	}
	return at;
}

uint64_t holes_rank(const struct holes *holes, const struct place *place)
{
	uint32_t at = list_of(holes)->root[BY_PLACE];
	uint64_t rank = 0;

	while (at) {
		const struct hole_node *node = node_of(holes, at);
		bool lies_before = is_before(&node->place, place);
		if (lies_before)
			rank += node_of(holes, node->child[BY_PLACE][0])->count + 1;
		at = node->child[BY_PLACE][lies_before];
	}
	return rank;
}

/*
 * The neighbour of the node in the tree: the last one before it (side 0) or the first one after it
 * (side 1).
 */
static uint32_t neighbour(const struct holes *holes, enum tree tree, uint32_t node, unsigned side)
{
	uint32_t at = list_of(holes)->root[tree], best = 0;

	assert(is_in_list(holes, node));
	while (at) {
		bool is_there = side ? comes_before(holes, tree, node, at)
				     : comes_before(holes, tree, at, node);
		if (is_there)
			best = at;
		at = node_of(holes, at)->child[tree][is_there ? !side : side];
	}
	return best;
}

uint32_t holes_before(const struct holes *holes, uint32_t hole)
{
	return neighbour(holes, BY_PLACE, hole, 0);
}

/* The first one in the subtree that is large enough. */
static uint32_t first_of_all(const struct holes *holes, uint32_t at, uint64_t size)
{
	if (node_of(holes, at)->largest < size)
		return 0;
	while (at) {
		const struct hole_node *node = node_of(holes, at);
		uint32_t left = node->child[BY_PLACE][0];
		if (node_of(holes, left)->largest >= size)
			at = left;
		else if (node->size >= size)
			break;
		else
			at = node->child[BY_PLACE][1];
	}
	return at;
}

static uint32_t first_below(const struct holes *holes, uint32_t at, const struct place *from,
	uint64_t size)
{
	const struct hole_node *node = node_of(holes, at);

	if (at == 0 || node->largest < size)
		return 0;
	assert(node->size <= node->largest && node->largest > 0);
	if (is_before(&node->place, from))
		return first_below(holes, node->child[BY_PLACE][1], from, size);
	uint32_t found = first_below(holes, node->child[BY_PLACE][0], from, size);
	if (found)
		return found;
	return node->size >= size ? at : first_of_all(holes, node->child[BY_PLACE][1], size);
}

uint32_t holes_first(const struct holes *holes, const struct place *from, uint64_t size)
{
	uint32_t root = list_of(holes)->root[BY_PLACE];

	assert(has_tree(holes, BY_PLACE) && size > 0);
	return from ? first_below(holes, root, from, size) : first_of_all(holes, root, size);
}

uint32_t holes_smallest(const struct holes *holes, uint64_t size)
{
	uint32_t at = list_of(holes)->root[BY_SIZE], best = 0;

	while (at) {
		bool is_enough = node_of(holes, at)->size >= size;
		if (is_enough)
			best = at;
		at = node_of(holes, at)->child[BY_SIZE][!is_enough];
	}
	return best;
}

uint32_t holes_largest(const struct holes *holes)
{
	uint32_t at = list_of(holes)->root[BY_SIZE];

	assert(has_tree(holes, BY_SIZE) && (at == 0) == (list_of(holes)->count == 0));
	while (node_of(holes, at)->child[BY_SIZE][1])
		at = node_of(holes, at)->child[BY_SIZE][1];
	return at ? holes_smallest(holes, node_of(holes, at)->size) : 0;
}

uint32_t holes_next_larger(const struct holes *holes, uint32_t hole)
{
	return neighbour(holes, BY_SIZE, hole, 1);
}

uint32_t holes_next_smaller(const struct holes *holes, uint64_t size)
{
	uint32_t at = list_of(holes)->root[BY_SIZE], best = 0;

	while (at) {
		bool is_less = node_of(holes, at)->size < size;
		if (is_less)
			best = at;
		at = node_of(holes, at)->child[BY_SIZE][is_less];
	}
	return best ? holes_smallest(holes, node_of(holes, best)->size) : 0;
}

/* ---- changing ------------------------------------------------------------------------------ */

/* The two now follow each other in the list: remembers their seam if they could be joined. */
static void meet(struct holes *holes, uint32_t one, uint32_t other)
{
	const struct hole_node *a = node_of(holes, one), *b = node_of(holes, other);

	assert(!one || !other || comes_before(holes, BY_PLACE, one, other));
	if (one && other && a->base + a->size == b->base)
		*(uint64_t *)flat_grow(holes->seams, 1) = b->base;
}

static void meet_neighbours(struct holes *holes, uint32_t node)
{
	if (!holes->seams)
		return;
	meet(holes, holes_before(holes, node), node);
	meet(holes, node, neighbour(holes, BY_PLACE, node, 1));
}

static void part_neighbours(struct holes *holes, uint32_t node)
{
	if (holes->seams)
		meet(holes, holes_before(holes, node), neighbour(holes, BY_PLACE, node, 1));
}

static uint64_t key_of_size(const struct holes *holes, uint64_t size)
{
	return holes->order == ORDER_SIZE_DOWN ? ~size : size;
}

static bool is_by_size(const struct holes *holes)
{
	return holes->order == ORDER_SIZE_UP || holes->order == ORDER_SIZE_DOWN;
}

/* The place of a new hole. */
static struct place new_place(const struct holes *holes, uint64_t base, uint64_t size)
{
	struct list_state *list = list_of(holes);

	assert(list->low <
		list->high); /* ties run from the middle to both sides, and have not run out */
	switch (holes->order) {
	case ORDER_ADDRESS:
		return (struct place){base, 0};
	case ORDER_FRONT:
		return (struct place){0, list->low--};
	case ORDER_BACK:
		return (struct place){0, list->high++};
	case ORDER_SIZE_UP:
	case ORDER_SIZE_DOWN:
		break;
	}
	return (struct place){key_of_size(holes, size), list->high++};
}

static uint32_t new_node(struct holes *holes)
{
	struct list_state *list = list_of(holes);
	uint32_t node = list->free_node;

	if (node == 0) {
		node = (uint32_t)holes->nodes.count;
		flat_grow(&holes->nodes, 1);
		index_make_room(&holes->by_base, holes->nodes.count);
	} else {
		/* An unused node is zero except for `count`, its link. */
		assert(!is_in_list(holes, node) && node_of(holes, node)->is_late == 0);
		assert(node_of(holes, node)->child[BY_PLACE][0] == 0);
		assert(node_of(holes, node)->child[BY_SIZE][0] == 0);
		list->free_node = node_of(holes, node)->count;
		node_of(holes, node)->count = 0;
		assert(list->free_node != node && list->free_node < holes->nodes.count);
	}
	node_of(holes, node)->priority = index_hash(++list->seed);
	return node;
}

uint32_t holes_add(struct holes *holes, uint64_t base, uint64_t size)
{
	assert(size > 0 && base + size - 1 >= base && holes_at(holes, base) == 0);
	uint32_t node = new_node(holes);
	struct hole_node *new = node_of(holes, node);
	struct place place = new_place(holes, base, size);

	new->base = base;
	new->size = size;
	new->place.key = place.key;
	new->place.tie = place.tie;
	enter(holes, node);
	index_put(&holes->by_base, index_hash(base), node);
	meet_neighbours(holes, node);
	return node;
}

void holes_remove(struct holes *holes, uint32_t hole)
{
	struct hole_node *node = node_of(holes, hole);

	assert(is_in_list(holes, hole) && holes_at(holes, node->base) == hole);
	part_neighbours(holes, hole);
	leave(holes, hole);
	assert(node->child[BY_PLACE][0] == 0 && node->child[BY_PLACE][1] == 0);
	index_remove(&holes->by_base, index_hash(node->base), hole);
	memset(node, 0, sizeof(*node));
	node->count = list_of(holes)->free_node;
	list_of(holes)->free_node = hole;
}

/* In a list by size: moves a hole from its old place to the one for its size. */
static void move(struct holes *holes, uint32_t hole, bool is_behind_its_equals)
{
	struct list_state *list = list_of(holes);
	struct hole_node *node = node_of(holes, hole);

	assert(is_in_list(holes, hole) && node->place.key != key_of_size(holes, node->size));
	assert(list->low < list->high);
	part_neighbours(holes, hole);
	leave(holes, hole);
	node->place.key = key_of_size(holes, node->size);
	node->place.tie = is_behind_its_equals ? list->high++ : list->low--;
	enter(holes, hole);
	meet_neighbours(holes, hole);
}

static void note_late(struct holes *holes, uint32_t hole)
{
	struct hole_node *node = node_of(holes, hole);

	assert(holes->sorts_late && is_by_size(holes));
	if (node->is_late)
		return;
	node->is_late = 1;
	*(uint32_t *)flat_grow(&holes->late, 1) = hole;
}

/* Where the hole will be in the list when it has changed. */
static struct place changed_place(const struct holes *holes, const struct hole_node *node,
	uint64_t base, uint64_t size)
{
	if (holes->order == ORDER_ADDRESS)
		return (struct place){base, 0};
	if (is_by_size(holes) && !holes->sorts_late)
		return (struct place){key_of_size(holes, size), list_of(holes)->high++};
	return node->place;
}

void holes_change(struct holes *holes, uint32_t hole, uint64_t base, uint64_t size)
{
	struct hole_node *node = node_of(holes, hole);
	const struct hole_node old = *node,
			       new = {.size = size,
				       .place = changed_place(holes, node, base, size)};
	bool is_moved[TREES] = {false};

	assert(is_in_list(holes, hole) && holes_at(holes, node->base) == hole);
	assert(size > 0 && (base == node->base || holes_at(holes, base) == 0));
	if (has_tree(holes, BY_PLACE) && is_by_size(holes) && !holes->sorts_late)
		is_moved[BY_PLACE] = !stays(holes, BY_PLACE, hole, &new);
	if (has_tree(holes, BY_SIZE))
		is_moved[BY_SIZE] = !stays(holes, BY_SIZE, hole, &new);
	for (unsigned tree = 0; tree < TREES; tree++)
		if (is_moved[tree])
			erase(holes, tree, hole);
	node->base = base;
	node->size = size;
	node->place = new.place;
	for (unsigned tree = 0; tree < TREES; tree++)
		if (is_moved[tree])
			insert(holes, tree, hole);
	if (has_tree(holes, BY_PLACE) && !is_moved[BY_PLACE])
		resize(holes, hole, old.size);
	if (base != old.base) {
		index_remove(&holes->by_base, index_hash(old.base), hole);
		index_put(&holes->by_base, index_hash(base), hole);
	}
	if (is_by_size(holes) && holes->sorts_late)
		note_late(holes, hole);
	meet_neighbours(holes, hole);
}

static int compare_places(const void *one, const void *other, void *user)
{
	const struct holes *holes = user;
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	return comes_before(holes, BY_PLACE, b, a) - comes_before(holes, BY_PLACE, a, b);
}

/*
 * Holes that come from after their new equals are moved in list order, each after all equals so
 * far; those that come from before them are moved backwards, each before all equals.
 */
uint64_t holes_sort(struct holes *holes)
{
	uint32_t *late = holes->late.data;
	size_t n = 0;

	assert(n == holes->late.count || (is_by_size(holes) && holes->sorts_late));
	for (size_t i = 0; i < holes->late.count; i++) {
		struct hole_node *node = node_of(holes, late[i]);
		if (node->is_late && node->place.key != key_of_size(holes, node->size))
			late[n++] = late[i];
		node->is_late = 0;
	}
	if (n > 1)
		qsort_r(late, n, sizeof(*late), compare_places, holes);

	uint8_t *comes_from_behind = xcalloc(n, 1);
	for (size_t i = 0; i < n; i++)
		comes_from_behind[i] = node_of(holes, late[i])->place.key >
				       key_of_size(holes, node_of(holes, late[i])->size);
	for (size_t i = 0; i < n; i++)
		if (comes_from_behind[i])
			move(holes, late[i], true);
	for (size_t i = n; i-- > 0;)
		if (!comes_from_behind[i])
			move(holes, late[i], false);
	free(comes_from_behind);
	flat_set_count(&holes->late, 0);
	return n;
}

/* ---- check --------------------------------------------------------------------------------- */

/* The state of a walk over a tree, in order. */
struct treap_walk {
	enum tree tree;
	uint32_t before; /* the last one; 0: none */
	uint64_t count;
};

static bool is_lower(const struct holes *holes, uint32_t child, const struct hole_node *node)
{
	return child == 0 || node_of(holes, child)->priority <= node->priority;
}

static bool is_place_possible(const struct holes *holes, const struct hole_node *node)
{
	const struct list_state *list = list_of(holes);

	if (holes->order == ORDER_ADDRESS)
		return node->place.key == node->base && node->place.tie == 0;
	if (node->place.tie <= list->low || node->place.tie >= list->high)
		return false;
	if (is_by_size(holes))
		return node->place.key == key_of_size(holes, node->size) || node->is_late;
	return node->place.key == 0;
}

static int check_node(const struct holes *holes, uint32_t at, const struct treap_walk *walk,
	struct error *err)
{
	const struct hole_node *node = node_of(holes, at);
	const uint32_t *child = node->child[walk->tree];

	if (walk->before && !comes_before(holes, walk->tree, walk->before, at))
		return error_set(err, "the free list is out of order");
	if (!is_lower(holes, child[0], node) || !is_lower(holes, child[1], node))
		return error_set(err, "a hole lies below one that should lie below it");
	if (!is_in_list(holes, at) || node->base + node->size - 1 < node->base)
		return error_set(err, "a hole of the free list has no size");
	if (holes_at(holes, node->base) != at)
		return error_set(err, "a hole is not found by its address");
	if (!is_place_possible(holes, node))
		return error_set(err, "a hole stands where others of its size do not");
	if (!has_tree(holes, BY_PLACE) && (node->count != 0 || node->largest != 0))
		return error_set(err, "a hole has sums of a tree that there is not");
	for (unsigned tree = 0; tree < TREES; tree++)
		if (!has_tree(holes, tree) && (node->child[tree][0] || node->child[tree][1]))
			return error_set(err, "a hole has links of a tree that there is not");
	if (node->is_late > holes->sorts_late)
		return error_set(err, "a hole is late in a list that is always sorted");
	return 0;
}

static int check_below(const struct holes *holes, uint32_t at, struct treap_walk *walk,
	struct error *err)
{
	if (at == 0)
		return 0;
	if (at >= holes->nodes.count || ++walk->count >= holes->nodes.count)
		return error_set(err, "the tree of holes leads out of itself or goes in circles");
	const uint32_t *child = node_of(holes, at)->child[walk->tree];
	if (child[0] >= holes->nodes.count || child[1] >= holes->nodes.count)
		return error_set(err, "a hole is linked to a node that there is not");
	if (check_below(holes, child[0], walk, err) < 0 || check_node(holes, at, walk, err) < 0)
		return -1;
	walk->before = at;
	return check_below(holes, child[1], walk, err);
}

/* Checks every node's count and largest hole. */
static int check_sums(const struct holes *holes, uint32_t at, uint64_t *ret_count,
	uint64_t *ret_largest, struct error *err)
{
	const struct hole_node *node = node_of(holes, at);
	uint64_t count[2], largest[2];

	*ret_count = *ret_largest = 0;
	if (at == 0)
		return 0;
	for (unsigned side = 0; side < 2; side++)
		if (check_sums(holes, node->child[BY_PLACE][side], &count[side], &largest[side],
			    err) < 0)
			return -1;
	*ret_count = count[0] + 1 + count[1];
	*ret_largest = largest[0] > largest[1] ? largest[0] : largest[1];
	*ret_largest = node->size > *ret_largest ? node->size : *ret_largest;
	if (*ret_count != node->count || *ret_largest != node->largest)
		return error_set(err, "the sums over the free list are wrong");
	return 0;
}

static bool is_unused(const struct hole_node *node)
{
	const struct hole_node unused = {.count = node->count};

	return memcmp(node, &unused, sizeof(unused)) == 0;
}

/* Nodes that are not in the list are empty, and linked for reuse. */
static int check_unused(const struct holes *holes, uint64_t used, struct error *err)
{
	uint64_t count = 0, most = holes->nodes.count - 1 - used;

	for (uint32_t at = list_of(holes)->free_node; at != 0;
		at = node_of(holes, at)->count, count++) {
		if (at >= holes->nodes.count || count == most)
			return error_set(err, "the list of unused holes does not end");
		if (!is_unused(node_of(holes, at)))
			return error_set(err, "an unused hole is not empty");
	}
	if (count != most)
		return error_set(err, "a hole is neither in the list nor unused");
	if (!is_unused(node_of(holes, 0)) || node_of(holes, 0)->count != 0)
		return error_set(err, "the hole that is none is not empty");
	return 0;
}

/* Every late hole is on the list of late holes, which may also hold others. */
static int check_late(const struct holes *holes, struct error *err)
{
	uint8_t *is_listed = xcalloc(holes->nodes.count, 1);
	int result = 0;

	for (size_t i = 0; i < holes->late.count && result == 0; i++) {
		uint32_t hole = *flat_at(&holes->late, uint32_t, i);
		if (hole == 0 || hole >= holes->nodes.count)
			result = error_set(err, "a late hole is none");
		else
			is_listed[hole] = 1;
	}
	for (uint32_t at = 1; at < holes->nodes.count && result == 0; at++)
		if (node_of(holes, at)->is_late && !is_listed[at])
			result = error_set(err, "a late hole would not be sorted");
	free(is_listed);
	return result;
}

int holes_check(const struct holes *holes, struct error *err)
{
	const struct list_state *list = list_of(holes);
	uint64_t count = list->count, sum, largest;

	if (index_check(&holes->by_base, count, holes->nodes.count, err) < 0)
		return -1;
	for (unsigned tree = 0; tree < TREES; tree++) {
		struct treap_walk walk = {.tree = (enum tree)tree};
		if (list->root[tree] >= holes->nodes.count)
			return error_set(err, "the free list begins with a hole that there is not");
		if (check_below(holes, list->root[tree], &walk, err) < 0)
			return -1;
		if (walk.count != (has_tree(holes, tree) ? count : 0))
			return error_set(err,
				"the trees by place and by size hold different holes");
	}
	if (has_tree(holes, BY_PLACE) &&
		check_sums(holes, list->root[BY_PLACE], &sum, &largest, err) < 0)
		return -1;
	if (list->low >= MIDDLE || list->high < MIDDLE)
		return error_set(err, "the ties of the free list are used up");
	if (check_unused(holes, count, err) < 0)
		return -1;
	return check_late(holes, err);
}
