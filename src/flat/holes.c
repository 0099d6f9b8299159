/*
 * See holes.h. Each way in which the list is kept has a file; here are the holes themselves, which
 * are found by their ends: the low end of a hole is what requests take, so most changes leave the
 * other end where it is.
 *
 * A place is a key and a tie. By address the key is the address; for front and back the tie counts
 * down or up, and where holes are kept as they came it is their slot. By size the key is the size
 * the hole was sorted by (or its complement for falling sizes): a hole that changes keeps its key
 * until the next sort, and is `late` meanwhile. Sorting is stable, so its place among its equals
 * depends on the side it comes from: from after them it gets the highest tie, from before them the
 * lowest. In a list that is always sorted, holes have no place but that among their equals.
 */
#include "flat/holes.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "flat/holes_state.h"
#include "flat/index.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void holes_init(struct holes *holes, struct flat *flat, enum holes_order order, unsigned ways,
	uint64_t unit, bool sorts_late, struct flat_array *seams)
{
	assert(ways != 0 && (ways & HOLES_IN_TREE || (!sorts_late && !seams)));
	assert(!(ways & HOLES_IN_TREE) || sorts_late || order < ORDER_SIZE_UP ||
		order > ORDER_SIZE_DOWN);
	assert(!(ways & HOLES_AS_CAME) || order == ORDER_FRONT || order == ORDER_BACK);
	assert(!(ways & HOLES_SORTED) || ways == HOLES_SORTED);
	holes->order = order;
	holes->ways = ways;
	holes->unit_bits = (unsigned)__builtin_ctzll(unit);
	holes->sorts_late = sorts_late;
	holes->seams = seams;
	flat_add(flat, &holes->list, sizeof(struct list_state));
	flat_add(flat, &holes->nodes, sizeof(struct hole_node));
	index_init(&holes->by_end, flat);
	flat_grow(&holes->list, 1);
	flat_grow(&holes->nodes, 1); /* node 0: none */
	list_of(holes)->low = HOLES_MIDDLE - 1;
	list_of(holes)->high = HOLES_MIDDLE;
	if (has_way(holes, HOLES_IN_TREE)) {
		flat_add(flat, &holes->late, sizeof(uint32_t));
		tree_init(holes, flat);
	}
	if (has_way(holes, HOLES_AS_CAME))
		arrivals_init(&holes->arrivals, flat, order == ORDER_FRONT);
	if (has_way(holes, HOLES_BY_SIZE) || has_way(holes, HOLES_SORTED))
		sizes_init(holes, flat);
}

static bool has_sizes(const struct holes *holes)
{
	return holes->ways & (HOLES_BY_SIZE | HOLES_SORTED);
}

/* ---- arrivals ------------------------------------------------------------------------------- */

/* Sizes in a list as it came are in units, and the largest all look equal there. */
static int32_t capped(const struct holes *holes, uint64_t size)
{
	uint64_t units = size >> holes->unit_bits;

	return units < INT32_MAX ? (int32_t)units : INT32_MAX;
}

static uint64_t tie_of(const struct holes *holes, uint32_t slot)
{
	return holes->order == ORDER_FRONT ? UINT32_MAX - slot : slot;
}

static uint32_t slot_of(const struct holes *holes, uint32_t hole)
{
	return (uint32_t)tie_of(holes, (uint32_t)node_of(holes, hole)->place.tie);
}

static uint32_t in_slot(const struct holes *holes, uint32_t slot)
{
	return slot == ARRIVALS_NONE ? 0 : arrivals_item(&holes->arrivals, slot);
}

/* The first hole from that slot on whose size is large enough when it is not capped. */
static uint32_t first_of_slots(const struct holes *holes, uint32_t slot, uint64_t size)
{
	while (slot != ARRIVALS_NONE && holes_size(holes, in_slot(holes, slot)) < size)
		slot = arrivals_first_after(&holes->arrivals, slot, capped(holes, size));
	return in_slot(holes, slot);
}

static void arrive(struct holes *holes, uint32_t hole)
{
	struct arrivals *arrivals = &holes->arrivals;

	if (arrivals_make_room(arrivals))
		for (uint32_t slot = 0; slot < arrivals_end(arrivals); slot++)
			if (arrivals_item(arrivals, slot))
				node_of(holes, arrivals_item(arrivals, slot))->place.tie =
					tie_of(holes, slot);
	uint32_t slot = arrivals_add(arrivals, hole, capped(holes, node_of(holes, hole)->size));
	node_of(holes, hole)->place.tie = tie_of(holes, slot);
}

/* The largest of those that look equal. */
static uint64_t largest_arrival(const struct holes *holes)
{
	int32_t units = arrivals_largest(&holes->arrivals);
	uint64_t largest = (uint64_t)units << holes->unit_bits;

	if (units < INT32_MAX)
		return largest;
	for (uint32_t slot = arrivals_first(&holes->arrivals, units); slot != ARRIVALS_NONE;
		slot = arrivals_first_after(&holes->arrivals, slot, units))
		if (holes_size(holes, in_slot(holes, slot)) > largest)
			largest = holes_size(holes, in_slot(holes, slot));
	return largest;
}

/* ---- asking -------------------------------------------------------------------------------- */

uint64_t holes_count(const struct holes *holes)
{
	return list_of(holes)->count;
}

uint32_t holes_ending_at(const struct holes *holes, uint64_t end)
{
	uint32_t hash = index_hash(end), hole;

	for (size_t at = index_first(&holes->by_end, hash);
		index_slot(&holes->by_end, &at, hash, &hole); at = index_next(&holes->by_end, at)) {
		const struct hole_node *node = node_of(holes, hole);
		if (node->base + node->size == end)
			return hole;
	}
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

uint32_t holes_nth(const struct holes *holes, uint64_t rank)
{
	if (has_way(holes, HOLES_IN_TREE))
		return tree_nth(holes, rank);
	if (has_way(holes, HOLES_SORTED))
		return sizes_nth(holes, rank);
	return rank < holes_count(holes)
		       ? in_slot(holes, arrivals_nth(&holes->arrivals, (uint32_t)rank))
		       : 0;
}

uint64_t holes_rank(const struct holes *holes, uint32_t hole)
{
	if (has_way(holes, HOLES_IN_TREE))
		return tree_rank(holes, &node_of(holes, hole)->place);
	if (has_way(holes, HOLES_SORTED))
		return sizes_rank(holes, hole);
	return arrivals_rank(&holes->arrivals, slot_of(holes, hole));
}

uint32_t holes_before(const struct holes *holes, uint32_t hole)
{
	return tree_neighbour(holes, hole, 0);
}

uint32_t holes_first(const struct holes *holes, uint64_t size)
{
	assert(size > 0);
	if (has_way(holes, HOLES_IN_TREE))
		return tree_first(holes, NULL, size);
	if (has_way(holes, HOLES_SORTED))
		return sizes_first(holes, size);
	return first_of_slots(holes, arrivals_first(&holes->arrivals, capped(holes, size)), size);
}

uint32_t holes_first_after(const struct holes *holes, uint32_t hole, uint64_t size)
{
	struct place place = node_of(holes, hole)->place;

	place.tie++;
	if (has_way(holes, HOLES_IN_TREE))
		return tree_first(holes, &place, size);
	if (has_way(holes, HOLES_SORTED))
		return sizes_first_after(holes, hole, size);
	return first_of_slots(holes,
		arrivals_first_after(&holes->arrivals, slot_of(holes, hole), capped(holes, size)),
		size);
}

uint32_t holes_first_from_start(const struct holes *holes, uint64_t size)
{
	if (has_way(holes, HOLES_SORTED))
		return sizes_first_from_start(holes, size);
	return first_of_slots(holes,
		arrivals_first_from_start(&holes->arrivals, capped(holes, size)), size);
}

uint64_t holes_rank_of_start(const struct holes *holes)
{
	return has_way(holes, HOLES_SORTED) ? sizes_rank_of_start(holes)
					    : arrivals_rank_of_start(&holes->arrivals);
}

void holes_start_at(struct holes *holes, uint32_t hole)
{
	if (has_way(holes, HOLES_SORTED))
		sizes_start_at(holes, hole);
	else
		arrivals_start_at(&holes->arrivals, slot_of(holes, hole));
}

void holes_start_after(struct holes *holes, uint32_t hole)
{
	if (has_way(holes, HOLES_SORTED))
		sizes_start_after(holes, hole);
	else
		arrivals_start_after(&holes->arrivals, slot_of(holes, hole));
}

uint64_t holes_largest(const struct holes *holes)
{
	if (has_way(holes, HOLES_IN_TREE))
		return tree_largest(holes);
	return has_way(holes, HOLES_SORTED) ? sizes_largest(holes) : largest_arrival(holes);
}

uint32_t holes_smallest(const struct holes *holes, uint64_t size, hole_test *serves, void *user)
{
	assert(has_sizes(holes) && size > 0);
	return sizes_smallest(holes, size, serves, user);
}

/* ---- changing ------------------------------------------------------------------------------ */

/* The two now follow each other in the list: remembers their seam if they could be joined. */
static void meet(struct holes *holes, uint32_t one, uint32_t other)
{
	const struct hole_node *a = node_of(holes, one), *b = node_of(holes, other);

	assert(!one || !other || is_before(&a->place, &b->place));
	if (one && other && a->base + a->size == b->base)
		*(uint64_t *)flat_grow(holes->seams, 1) = b->base;
}

static void meet_neighbours(struct holes *holes, uint32_t hole)
{
	if (!holes->seams)
		return;
	meet(holes, tree_neighbour(holes, hole, 0), hole);
	meet(holes, hole, tree_neighbour(holes, hole, 1));
}

static void part_neighbours(struct holes *holes, uint32_t hole)
{
	if (holes->seams)
		meet(holes, tree_neighbour(holes, hole, 0), tree_neighbour(holes, hole, 1));
}

static uint64_t key_of_size(const struct holes *holes, uint64_t size)
{
	return holes->order == ORDER_SIZE_DOWN ? ~size : size;
}

static bool is_by_size(const struct holes *holes)
{
	return holes->order == ORDER_SIZE_UP || holes->order == ORDER_SIZE_DOWN;
}

/* Gives a new hole its place, where that is one of the order and not a slot. */
static void place_new(const struct holes *holes, struct hole_node *node)
{
	struct list_state *list = list_of(holes);

	assert(list->low < list->high); /* they run from the middle to both sides */
	if (holes->order == ORDER_ADDRESS) {
		node->place.key = node->base;
	} else if (has_way(holes, HOLES_IN_TREE)) {
		node->place.key = is_by_size(holes) ? key_of_size(holes, node->size) : 0;
		node->place.tie = holes->order == ORDER_FRONT ? list->low-- : list->high++;
	}
}

static void enter(struct holes *holes, uint32_t hole)
{
	if (has_way(holes, HOLES_IN_TREE))
		tree_insert(holes, hole);
	if (has_sizes(holes))
		sizes_enter(holes, hole);
	list_of(holes)->count++;
	assert(holes_count(holes) < holes->nodes.count);
}

static void leave(struct holes *holes, uint32_t hole)
{
	if (has_way(holes, HOLES_IN_TREE))
		tree_erase(holes, hole);
	if (has_sizes(holes))
		sizes_leave(holes, hole);
	list_of(holes)->count--;
}

static uint32_t new_node(struct holes *holes)
{
	struct list_state *list = list_of(holes);
	uint32_t hole = list->free_node;

	if (hole == 0) {
		hole = (uint32_t)holes->nodes.count;
		flat_grow(&holes->nodes, 1);
		index_make_room(&holes->by_end, holes->nodes.count);
		if (has_way(holes, HOLES_IN_TREE))
			tree_grow(holes);
		return hole;
	}
	/* An unused node is zero except for `next`, its link. */
	assert(!is_in_list(holes, hole) && node_of(holes, hole)->is_late == 0);
	list->free_node = node_of(holes, hole)->next;
	node_of(holes, hole)->next = 0;
	assert(list->free_node != hole && list->free_node < holes->nodes.count);
	return hole;
}

uint32_t holes_add(struct holes *holes, uint64_t base, uint64_t size)
{
	assert(size > 0 && base + size - 1 >= base && holes_ending_at(holes, base + size) == 0);
	uint32_t hole = new_node(holes);
	struct hole_node *node = node_of(holes, hole);

	node->base = base;
	node->size = size;
	place_new(holes, node);
	if (has_way(holes, HOLES_AS_CAME))
		arrive(holes, hole);
	enter(holes, hole);
	index_put(&holes->by_end, index_hash(base + size), hole);
	meet_neighbours(holes, hole);
	return hole;
}

void holes_remove(struct holes *holes, uint32_t hole)
{
	struct hole_node *node = node_of(holes, hole);
	uint64_t end = node->base + node->size;

	assert(is_in_list(holes, hole) && holes_ending_at(holes, end) == hole);
	part_neighbours(holes, hole);
	leave(holes, hole);
	if (has_way(holes, HOLES_AS_CAME))
		arrivals_remove(&holes->arrivals, slot_of(holes, hole));
	index_remove(&holes->by_end, index_hash(end), hole);
	memset(node, 0, sizeof(*node));
	node->next = list_of(holes)->free_node;
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

/* The hole is another one now; where it is among those of its size, and found by its end. */
static void reshape(struct holes *holes, uint32_t hole, uint64_t base, uint64_t size)
{
	struct hole_node *node = node_of(holes, hole);
	uint64_t end = base + size, old_end = node->base + node->size;

	assert(is_in_list(holes, hole) && holes_ending_at(holes, old_end) == hole);
	assert(size > 0 && (end == old_end || holes_ending_at(holes, end) == 0));
	node->base = base;
	node->size = size;
	if (holes->order == ORDER_ADDRESS)
		node->place.key = base;
	if (end != old_end) {
		index_remove(&holes->by_end, index_hash(old_end), hole);
		index_put(&holes->by_end, index_hash(end), hole);
	}
}

void holes_change(struct holes *holes, uint32_t hole, uint64_t base, uint64_t size)
{
	uint64_t old_size = holes_size(holes, hole);

	if (has_sizes(holes))
		sizes_leave(holes, hole);
	reshape(holes, hole, base, size);
	if (has_sizes(holes))
		sizes_enter(holes, hole);
	if (has_way(holes, HOLES_IN_TREE))
		tree_resize(holes, hole, old_size);
	if (has_way(holes, HOLES_AS_CAME))
		arrivals_resize(&holes->arrivals, slot_of(holes, hole), capped(holes, size));
	if (holes->sorts_late && is_by_size(holes))
		note_late(holes, hole);
	meet_neighbours(holes, hole);
}

void holes_renew(struct holes *holes, uint32_t hole, uint64_t base, uint64_t size)
{
	assert(has_way(holes, HOLES_AS_CAME));
	if (has_sizes(holes))
		sizes_leave(holes, hole);
	arrivals_remove(&holes->arrivals, slot_of(holes, hole));
	reshape(holes, hole, base, size);
	arrive(holes, hole);
	if (has_sizes(holes))
		sizes_enter(holes, hole);
}

void holes_expect(const struct holes *holes, uint64_t end)
{
	index_expect(&holes->by_end, index_hash(end));
}

static int compare_places(const void *one, const void *other, void *user)
{
	const struct holes *holes = user;
	const struct place *a = &node_of(holes, *(const uint32_t *)one)->place;
	const struct place *b = &node_of(holes, *(const uint32_t *)other)->place;

	return is_before(b, a) - is_before(a, b);
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

static bool is_place_possible(const struct holes *holes, const struct hole_node *node)
{
	const struct list_state *list = list_of(holes);

	if (holes->order == ORDER_ADDRESS)
		return node->place.key == node->base && node->place.tie == 0;
	if (has_way(holes, HOLES_SORTED))
		return node->place.key == 0 && node->place.tie == 0;
	if (has_way(holes, HOLES_AS_CAME))
		return node->place.key == 0 && node->place.tie <= UINT32_MAX;
	if (node->place.tie <= list->low || node->place.tie >= list->high)
		return false;
	if (is_by_size(holes))
		return node->place.key == key_of_size(holes, node->size) || node->is_late;
	return node->place.key == 0;
}

static int check_hole(const struct holes *holes, uint32_t hole, struct error *err)
{
	const struct hole_node *node = node_of(holes, hole);

	if (node->base + node->size - 1 < node->base)
		return error_set(err, "a hole of the free list has no size");
	if (holes_ending_at(holes, node->base + node->size) != hole)
		return error_set(err, "a hole is not found by its end");
	if (!is_place_possible(holes, node))
		return error_set(err, "a hole stands where others of its size do not");
	if (node->is_late > holes->sorts_late)
		return error_set(err, "a hole is late in a list that is always sorted");
	if (!has_sizes(holes) && (node->next || node->prev || node->child))
		return error_set(err, "a hole has links to others of its size");
	return 0;
}

static bool is_unused(const struct hole_node *node)
{
	const struct hole_node unused = {.next = node->next};

	return memcmp(node, &unused, sizeof(unused)) == 0;
}

/* Nodes that are not in the list are empty, and linked for reuse. */
static int check_unused(const struct holes *holes, uint64_t unused, struct error *err)
{
	for (uint32_t at = list_of(holes)->free_node; at != 0; at = node_of(holes, at)->next) {
		if (at >= holes->nodes.count || unused-- == 0)
			return error_set(err, "the list of unused holes does not end");
		if (!is_unused(node_of(holes, at)))
			return error_set(err, "an unused hole is not empty");
	}
	if (unused != 0)
		return error_set(err, "a hole is neither in the list nor unused");
	if (!is_unused(node_of(holes, 0)) || node_of(holes, 0)->next != 0)
		return error_set(err, "the hole that is none is not empty");
	return 0;
}

static int check_nodes(const struct holes *holes, struct error *err)
{
	uint64_t used = 0;

	for (uint32_t hole = 1; hole < holes->nodes.count; hole++) {
		if (!is_in_list(holes, hole))
			continue;
		used++;
		if (check_hole(holes, hole, err) < 0)
			return -1;
	}
	if (used != list_of(holes)->count)
		return error_set(err, "there are more holes, or fewer, than counted");
	return check_unused(holes, holes->nodes.count - 1 - used, err);
}

/* Every slot has a hole of its size, and each hole is where its slot is. */
static int check_slots(const struct holes *holes, struct error *err)
{
	const struct arrivals *arrivals = &holes->arrivals;

	if (arrivals_check(arrivals, err) < 0)
		return -1;
	if (arrivals_count(arrivals) != list_of(holes)->count)
		return error_set(err, "not all holes have arrived");
	for (uint32_t slot = 0; slot < arrivals_end(arrivals); slot++) {
		uint32_t hole = arrivals_item(arrivals, slot);
		if (hole == 0)
			continue;
		if (hole >= holes->nodes.count || !is_in_list(holes, hole) ||
			slot_of(holes, hole) != slot ||
			arrivals_size(arrivals, slot) != capped(holes, node_of(holes, hole)->size))
			return error_set(err, "a hole has arrived in another slot");
	}
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

	if (index_check(&holes->by_end, list->count, holes->nodes.count, err) < 0 ||
		check_nodes(holes, err) < 0)
		return -1;
	if (list->low >= HOLES_MIDDLE || list->high < HOLES_MIDDLE)
		return error_set(err, "the ties of the free list are used up");
	if ((!has_way(holes, HOLES_IN_TREE) && (list->root || list->seed)) ||
		(!has_sizes(holes) && (list->size_root || list->size_levels || list->free_size)))
		return error_set(err, "the free list has a tree that nobody asked for");
	if (!has_way(holes, HOLES_SORTED) && list->start_hole)
		return error_set(err, "a search would start in a list that is not by size");
	if (has_way(holes, HOLES_IN_TREE) &&
		(tree_check(holes, err) < 0 || check_late(holes, err) < 0))
		return -1;
	if (has_way(holes, HOLES_AS_CAME) && check_slots(holes, err) < 0)
		return -1;
	return has_sizes(holes) ? sizes_check(holes, err) : 0;
}
