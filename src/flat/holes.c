/*
 * See holes.h. Two treaps over the same nodes: by place in the list, where each node knows how many
 * lie below it and how large the largest is; and by size, equal ones by place. Priorities are
 * hashes of a counter, so the shape depends on what was done and on nothing else.
 *
 * A place is a key and a tie.  By address the key is the address; at front and back it is 0 and the
 * tie is counted down or up.  By size the key is the size the hole was sorted by (or its complement
 * for falling sizes): a hole that changes keeps the key until it is sorted again, and is `late`
 * meanwhile.  Sorting is stable, so where it goes to among its equals depends on which side it
 * comes from: from behind them it gets the highest tie, from before them the lowest.
 */
#include "flat/holes.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "flat/index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define MIDDLE (UINT64_C(1) << 63) /* where ties begin */

enum tree { BY_PLACE, BY_SIZE, TREES };

struct node {
	uint64_t base;
	uint64_t size;
	struct place place;
	uint64_t largest; /* size in its tree by place */
	uint32_t count;   /* of that tree */
	uint32_t priority;
	uint32_t child[TREES][2];
	uint32_t is_late;
	uint32_t reserved;
};

struct list_scalars {
	uint64_t low, high; /* the next ties to be given: the lowest, the highest */
	uint64_t seed;
	uint32_t root[TREES];
	uint32_t free_node; /* linked by `count` */
	uint32_t reserved;
};

static struct list_scalars *list_of(const struct holes *holes)
{
	return holes->list.data;
}

static struct node *node_of(const struct holes *holes, uint32_t node)
{
	return flat_at(&holes->nodes, struct node, node);
}

void holes_init(struct holes *holes, struct flat *flat, enum holes_order order, bool sorts_late,
	struct flat_array *seams)
{
	holes->order = order;
	holes->sorts_late = sorts_late;
	holes->seams = seams;
	flat_add(flat, &holes->list, sizeof(struct list_scalars));
	flat_add(flat, &holes->nodes, sizeof(struct node));
	index_init(&holes->by_base, flat);
	flat_add(flat, &holes->late, sizeof(uint32_t));
	flat_grow(&holes->list, 1);
	flat_grow(&holes->nodes, 1); /* node 0: what lies below a leaf */
	list_of(holes)->low = MIDDLE - 1;
	list_of(holes)->high = MIDDLE;
}

/* ---- trees --------------------------------------------------------------------------------- */

static bool is_before(const struct place *one, const struct place *other)
{
	return one->key != other->key ? one->key < other->key : one->tie < other->tie;
}

static bool comes_before(const struct holes *holes, enum tree tree, uint32_t one, uint32_t other)
{
	const struct node *a = node_of(holes, one), *b = node_of(holes, other);

	if (tree == BY_SIZE && a->size != b->size)
		return a->size < b->size;
	return is_before(&a->place, &b->place);
}

/* What a node knows of those below it is made true again. */
static void mend(const struct holes *holes, enum tree tree, uint32_t at)
{
	struct node *node = node_of(holes, at);
	const struct node *left = node_of(holes, node->child[tree][0]);
	const struct node *right = node_of(holes, node->child[tree][1]);

	if (tree != BY_PLACE)
		return;
	node->count = left->count + 1 + right->count;
	node->largest = node->size > left->largest ? node->size : left->largest;
	node->largest = right->largest > node->largest ? right->largest : node->largest;
}

/* Those before the node go into one tree, the others into a second. */
static void split(const struct holes *holes, enum tree tree, uint32_t root, uint32_t node,
	uint32_t *ret_before, uint32_t *ret_behind)
{
	if (root == 0) {
		*ret_before = *ret_behind = 0;
		return;
	}
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

/* All of `left` come before all of `right`. */
static uint32_t join(const struct holes *holes, enum tree tree, uint32_t left, uint32_t right)
{
	if (left == 0 || right == 0)
		return left ? left : right;

	struct node *l = node_of(holes, left), *r = node_of(holes, right);
	if (l->priority >= r->priority) {
		l->child[tree][1] = join(holes, tree, l->child[tree][1], right);
		mend(holes, tree, left);
		return left;
	}
	r->child[tree][0] = join(holes, tree, left, r->child[tree][0]);
	mend(holes, tree, right);
	return right;
}

static uint32_t insert(const struct holes *holes, enum tree tree, uint32_t root, uint32_t node)
{
	struct node *here = node_of(holes, root), *new = node_of(holes, node);

	if (root == 0 || new->priority > here->priority) {
		split(holes, tree, root, node, &new->child[tree][0], &new->child[tree][1]);
		mend(holes, tree, node);
		return node;
	}
	uint32_t *child = &here->child[tree][comes_before(holes, tree, root, node)];
	*child = insert(holes, tree, *child, node);
	mend(holes, tree, root);
	return root;
}

static uint32_t erase(const struct holes *holes, enum tree tree, uint32_t root, uint32_t node)
{
	struct node *here = node_of(holes, root);

	assert(root != 0);
	if (root == node) {
		uint32_t rest = join(holes, tree, here->child[tree][0], here->child[tree][1]);
		here->child[tree][0] = here->child[tree][1] = 0;
		return rest;
	}
	uint32_t *child = &here->child[tree][comes_before(holes, tree, root, node)];
	*child = erase(holes, tree, *child, node);
	mend(holes, tree, root);
	return root;
}

static void enter(const struct holes *holes, uint32_t node)
{
	struct list_scalars *list = list_of(holes);

	for (unsigned tree = 0; tree < TREES; tree++)
		list->root[tree] = insert(holes, tree, list->root[tree], node);
}

static void leave(const struct holes *holes, uint32_t node)
{
	struct list_scalars *list = list_of(holes);

	for (unsigned tree = 0; tree < TREES; tree++)
		list->root[tree] = erase(holes, tree, list->root[tree], node);
}

/* ---- asking -------------------------------------------------------------------------------- */

uint64_t holes_count(const struct holes *holes)
{
	return node_of(holes, list_of(holes)->root[BY_PLACE])->count;
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

uint64_t holes_base(const struct holes *holes, uint32_t hole)
{
	return node_of(holes, hole)->base;
}

uint64_t holes_size(const struct holes *holes, uint32_t hole)
{
	return node_of(holes, hole)->size;
}

struct place holes_place(const struct holes *holes, uint32_t hole)
{
	return node_of(holes, hole)->place;
}

uint32_t holes_nth(const struct holes *holes, uint64_t rank)
{
	uint32_t at = list_of(holes)->root[BY_PLACE];

	while (at) {
		const struct node *node = node_of(holes, at);
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
		const struct node *node = node_of(holes, at);
		bool lies_before = is_before(&node->place, place);
		if (lies_before)
			rank += node_of(holes, node->child[BY_PLACE][0])->count + 1;
		at = node->child[BY_PLACE][lies_before];
	}
	return rank;
}

/*
 * The neighbour of the node in the tree: the last one before it (side 0), or the first one behind
 * it (side 1).
 */
static uint32_t neighbour(const struct holes *holes, enum tree tree, uint32_t node, unsigned side)
{
	uint32_t at = list_of(holes)->root[tree], best = 0;

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

uint32_t holes_behind(const struct holes *holes, uint32_t hole)
{
	return neighbour(holes, BY_PLACE, hole, 1);
}

static uint32_t first_below(const struct holes *holes, uint32_t at, const struct place *from,
	uint64_t size)
{
	const struct node *node = node_of(holes, at);

	if (at == 0 || node->largest < size)
		return 0;
	if (from && is_before(&node->place, from))
		return first_below(holes, node->child[BY_PLACE][1], from, size);
	uint32_t found = first_below(holes, node->child[BY_PLACE][0], from, size);
	if (found)
		return found;
	return node->size >= size ? at : first_below(holes, node->child[BY_PLACE][1], NULL, size);
}

uint32_t holes_first(const struct holes *holes, const struct place *from, uint64_t size)
{
	return first_below(holes, list_of(holes)->root[BY_PLACE], from, size);
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
	return holes_smallest(holes, node_of(holes, list_of(holes)->root[BY_PLACE])->largest);
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

/* They follow each other in the list now: remembers it where they could be joined. */
static void meet(struct holes *holes, uint32_t one, uint32_t other)
{
	const struct node *a = node_of(holes, one), *b = node_of(holes, other);

	if (one && other && a->base + a->size == b->base)
		*(uint64_t *)flat_grow(holes->seams, 1) = b->base;
}

static void meet_neighbours(struct holes *holes, uint32_t node)
{
	if (!holes->seams)
		return;
	meet(holes, holes_before(holes, node), node);
	meet(holes, node, holes_behind(holes, node));
}

static void part_neighbours(struct holes *holes, uint32_t node)
{
	if (holes->seams)
		meet(holes, holes_before(holes, node), holes_behind(holes, node));
}

static uint64_t key_of_size(const struct holes *holes, uint64_t size)
{
	return holes->order == ORDER_SIZE_DOWN ? ~size : size;
}

static bool is_by_size(const struct holes *holes)
{
	return holes->order == ORDER_SIZE_UP || holes->order == ORDER_SIZE_DOWN;
}

/* Where a new hole goes. */
static struct place new_place(const struct holes *holes, uint64_t base, uint64_t size)
{
	struct list_scalars *list = list_of(holes);

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
	struct list_scalars *list = list_of(holes);
	uint32_t node = list->free_node;

	if (node == 0) {
		node = (uint32_t)holes->nodes.count;
		flat_grow(&holes->nodes, 1);
		index_make_room(&holes->by_base, holes->nodes.count);
	} else {
		list->free_node = node_of(holes, node)->count;
	}
	node_of(holes, node)->priority = index_hash(++list->seed);
	return node;
}

uint32_t holes_add(struct holes *holes, uint64_t base, uint64_t size)
{
	uint32_t node = new_node(holes);
	struct node *new = node_of(holes, node);
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
	struct node *node = node_of(holes, hole);

	part_neighbours(holes, hole);
	leave(holes, hole);
	index_remove(&holes->by_base, index_hash(node->base), hole);
	memset(node, 0, sizeof(*node));
	node->count = list_of(holes)->free_node;
	list_of(holes)->free_node = hole;
}

/* In a list by size: where a hole goes that the list still has at its old place. */
static void move(struct holes *holes, uint32_t hole, bool is_behind_its_equals)
{
	struct list_scalars *list = list_of(holes);
	struct node *node = node_of(holes, hole);

	part_neighbours(holes, hole);
	leave(holes, hole);
	node->place.key = key_of_size(holes, node->size);
	node->place.tie = is_behind_its_equals ? list->high++ : list->low--;
	enter(holes, hole);
	meet_neighbours(holes, hole);
}

static void note_late(struct holes *holes, uint32_t hole)
{
	struct node *node = node_of(holes, hole);

	if (node->is_late)
		return;
	node->is_late = 1;
	*(uint32_t *)flat_grow(&holes->late, 1) = hole;
}

void holes_change(struct holes *holes, uint32_t hole, uint64_t base, uint64_t size)
{
	struct node *node = node_of(holes, hole);

	leave(holes, hole);
	index_remove(&holes->by_base, index_hash(node->base), hole);
	node->base = base;
	node->size = size;
	if (holes->order == ORDER_ADDRESS)
		node->place.key = base;
	if (is_by_size(holes) && !holes->sorts_late) {
		node->place.key = key_of_size(holes, size);
		node->place.tie = list_of(holes)->high++;
	}
	enter(holes, hole);
	index_put(&holes->by_base, index_hash(base), hole);
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
 * Those that come from behind their new equals are taken in the order of the list, each behind all
 * equals so far; those that come from before them backwards, each before all.
 */
uint64_t holes_sort(struct holes *holes)
{
	uint32_t *late = holes->late.data;
	size_t n = 0;

	for (size_t i = 0; i < holes->late.count; i++) {
		struct node *node = node_of(holes, late[i]);
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

static int check_below(const struct holes *holes, enum tree tree, uint32_t at, uint32_t *before,
	uint64_t *count, struct error *err)
{
	const struct node *node = node_of(holes, at);

	if (at == 0)
		return 0;
	if (check_below(holes, tree, node->child[tree][0], before, count, err) < 0)
		return -1;
	if (*before && !comes_before(holes, tree, *before, at))
		return error_set(err, "the free list is out of order");
	for (unsigned side = 0; side < 2; side++)
		if (node->child[tree][side] &&
			node_of(holes, node->child[tree][side])->priority > node->priority)
			return error_set(err, "a hole lies below one that should lie below it");
	if (holes_at(holes, node->base) != at)
		return error_set(err, "a hole is not found by its address");
	if (is_by_size(holes) && !holes->sorts_late &&
		node->place.key != key_of_size(holes, node->size))
		return error_set(err, "a hole stands where others of its size do not");
	*before = at;
	++*count;
	return check_below(holes, tree, node->child[tree][1], before, count, err);
}

/* Every node's count and largest hole. */
static int check_sums(const struct holes *holes, uint32_t at, uint64_t *ret_count,
	uint64_t *ret_largest, struct error *err)
{
	const struct node *node = node_of(holes, at);
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

int holes_check(const struct holes *holes, struct error *err)
{
	uint64_t counts[TREES] = {0}, count, largest;

	for (unsigned tree = 0; tree < TREES; tree++) {
		uint32_t before = 0;
		if (check_below(holes, tree, list_of(holes)->root[tree], &before, &counts[tree],
			    err) < 0)
			return -1;
	}
	if (check_sums(holes, list_of(holes)->root[BY_PLACE], &count, &largest, err) < 0)
		return -1;
	if (counts[BY_PLACE] != counts[BY_SIZE])
		return error_set(err, "the trees by place and by size hold different holes");
	return 0;
}
