/* Free lists in every order and way, compared with a plain array in the order of the list. */
#include "flat/holes.h"

#include "base/error.h"
#include "support.h"

#include <string.h>

#define UNIT     16u
#define PLACES   60u /* for one hole each, so far apart that the largest fits */
#define APART    (UINT64_C(1) << 50)
#define BITS_MAX 30u /* of a size in units: five levels of 64 */
#define CHANGES  2000u

struct plain_hole {
	uint32_t hole;
	uint64_t base, size;
};

/* A list, and what it has to be. */
struct lists {
	struct flat flat;
	struct holes holes;
	struct plain_hole plain[PLACES];
	size_t count;
};

static const struct setting {
	enum holes_order order;
	unsigned ways;
} settings[] = {
	{ORDER_ADDRESS, HOLES_IN_TREE | HOLES_BY_SIZE},
	{ORDER_FRONT, HOLES_IN_TREE | HOLES_BY_SIZE},
	{ORDER_FRONT, HOLES_AS_CAME | HOLES_BY_SIZE},
	{ORDER_BACK, HOLES_AS_CAME | HOLES_BY_SIZE},
	{ORDER_BACK, HOLES_AS_CAME},
	{ORDER_SIZE_UP, HOLES_SORTED},
	{ORDER_SIZE_DOWN, HOLES_SORTED},
};

/* Of all numbers of digits alike, and often the same. */
static uint64_t roll_size(struct dice *dice)
{
	uint64_t top = UINT64_C(1) << dice_roll(dice, BITS_MAX);

	return (top + dice_roll(dice, 2) * dice_roll(dice, top)) * UNIT;
}

static size_t place_in(const struct lists *lists, const struct plain_hole *new)
{
	size_t at = 0;

	switch (lists->holes.order) {
	case ORDER_ADDRESS:
		while (at < lists->count && lists->plain[at].base < new->base)
			at++;
		return at;
	case ORDER_SIZE_UP:
		while (at < lists->count && lists->plain[at].size <= new->size)
			at++;
		return at;
	case ORDER_SIZE_DOWN:
		while (at < lists->count && lists->plain[at].size >= new->size)
			at++;
		return at;
	case ORDER_FRONT:
		return 0;
	case ORDER_BACK:
		return lists->count;
	}
	return 0;
}

static void put(struct lists *lists, struct plain_hole new)
{
	size_t at = place_in(lists, &new);

	memmove(&lists->plain[at + 1], &lists->plain[at],
		(lists->count++ - at) * sizeof(*lists->plain));
	lists->plain[at] = new;
}

static struct plain_hole take(struct lists *lists, size_t at)
{
	struct plain_hole taken = lists->plain[at];

	memmove(&lists->plain[at], &lists->plain[at + 1],
		(--lists->count - at) * sizeof(*lists->plain));
	return taken;
}

static bool is_by_size(const struct lists *lists)
{
	return lists->holes.order == ORDER_SIZE_UP || lists->holes.order == ORDER_SIZE_DOWN;
}

static void add(struct lists *lists, struct dice *dice)
{
	struct plain_hole new = {.size = roll_size(dice)};
	bool is_taken = true;

	while (is_taken) {
		new.base = dice_roll(dice, PLACES) * APART;
		is_taken = false;
		for (size_t i = 0; i < lists->count; i++)
			is_taken |= lists->plain[i].base / APART == new.base / APART;
	}
	new.hole = holes_add(&lists->holes, new.base, new.size);
	put(lists, new);
}

/* Another size, from the same end on or from another; in its place, or as the newest. */
static void change(struct lists *lists, size_t at, struct dice *dice)
{
	struct plain_hole *hole = &lists->plain[at];
	bool is_renewed = (lists->holes.ways & HOLES_AS_CAME) && dice_roll(dice, 2);

	hole->base = hole->base / APART * APART + dice_roll(dice, 3) * UNIT;
	hole->size = roll_size(dice);
	if (is_renewed)
		holes_renew(&lists->holes, hole->hole, hole->base, hole->size);
	else
		holes_change(&lists->holes, hole->hole, hole->base, hole->size);
	if (is_renewed || is_by_size(lists))
		put(lists, take(lists, at));
}

/* One time in three; the test changes as the list grows and shrinks. */
static void do_something(struct lists *lists, unsigned turn, struct dice *dice)
{
	bool grows = turn % 1000 < 600;
	uint64_t what = dice_roll(dice, 3);

	if (lists->count == 0 || (what == 0 && grows && lists->count + 1 < PLACES)) {
		add(lists, dice);
	} else if (what == 1) {
		change(lists, dice_roll(dice, lists->count), dice);
	} else if (!grows || lists->count + 1 == PLACES) {
		holes_remove(&lists->holes, take(lists, dice_roll(dice, lists->count)).hole);
	}
}

static bool serves(const struct holes *holes, uint32_t hole, void *user)
{
	return holes_base(holes, hole) / APART % 3 != *(const unsigned *)user;
}

/* From there on the first that is large enough, the largest, and the smallest that serves. */
static void assert_found(const struct lists *lists, size_t from, uint64_t size, unsigned left_out)
{
	const struct holes *holes = &lists->holes;
	uint32_t first = 0, after = 0, smallest = 0;
	uint64_t largest = 0, best = UINT64_MAX;

	for (size_t i = lists->count; i-- > 0;) {
		const struct plain_hole *hole = &lists->plain[i];
		largest = hole->size > largest ? hole->size : largest;
		if (hole->size < size)
			continue;
		first = hole->hole;
		after = i > from ? hole->hole : after;
		if (hole->base / APART % 3 != left_out && hole->size <= best) {
			best = hole->size;
			smallest = hole->hole;
		}
	}
	assert_int_equal(holes_largest(holes), largest);
	assert_int_equal(holes_first(holes, size), first);
	if (lists->count > 0)
		assert_int_equal(holes_first_after(holes, lists->plain[from].hole, size), after);
	if (holes->ways & (HOLES_BY_SIZE | HOLES_SORTED))
		assert_int_equal(holes_smallest(holes, size, serves, &left_out), smallest);
}

static void assert_in_order(const struct lists *lists)
{
	const struct holes *holes = &lists->holes;
	struct error err;

	if (holes_check(holes, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(holes_count(holes), lists->count);
	assert_int_equal(holes_nth(holes, lists->count), 0);
	for (size_t i = 0; i < lists->count; i++) {
		const struct plain_hole *hole = &lists->plain[i];
		assert_int_equal(holes_nth(holes, i), hole->hole);
		assert_int_equal(holes_rank(holes, hole->hole), i);
		assert_int_equal(holes_ending_at(holes, hole->base + hole->size), hole->hole);
		assert_int_equal(holes_size(holes, hole->hole), hole->size);
	}
}

static void holes_are_where_the_order_wants_them(void **state)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		struct lists lists = {.count = 0};
		struct dice dice;
		dice_init(&dice, i + 1);
		holes_init(&lists.holes, &lists.flat, settings[i].order, settings[i].ways, UNIT,
			false, NULL);
		for (unsigned turn = 0; turn < CHANGES; turn++) {
			do_something(&lists, turn, &dice);
			assert_in_order(&lists);
			assert_found(&lists, lists.count ? dice_roll(&dice, lists.count) : 0,
				roll_size(&dice), (unsigned)dice_roll(&dice, 4));
		}
		flat_finish(&lists.flat);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holes_are_where_the_order_wants_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
