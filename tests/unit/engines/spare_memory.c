/*
 * What is known of freed blocks, compared with lists that are walked: blocks come and go at random,
 * where the heap grows or where freed ones were, and each time the heap grows the memory is looked
 * for that had room.
 */
#include "engines/plugin_books.h"

#include "base/error.h"
#include "dice.h"
#include "support.h"

#include <string.h>

#define ORIGIN     UINT64_C(0x10000000)
#define TABLES     64u /* bytes at the start of the heap in which no block ever is */
#define BLOCKS_MAX 400u
#define BEFORE     32u
#define BEHIND     64u

struct range {
	uint64_t base, size;
};

struct ranges {
	struct range items[BLOCKS_MAX];
	size_t count;
};

struct model {
	struct flat flat;
	struct plugin_books books;
	struct ranges live, dead; /* in no order; dead: nothing has come near them */
	uint64_t end, lowest;
};

static void remove_at(struct ranges *ranges, size_t at)
{
	ranges->items[at] = ranges->items[--ranges->count];
}

static void grow(struct model *model, uint64_t by)
{
	model->end += by;
	books_extend(&model->books, model->end);
}

static void take(struct model *model, struct range block)
{
	assert_true(books_gap(&model->books, block.base, block.size) > 0);
	books_take(&model->books, block.base, block.size);
	model->lowest = block.base < model->lowest ? block.base : model->lowest;
	for (size_t i = model->dead.count; i-- > 0;) {
		const struct range *dead = &model->dead.items[i];
		if (dead->base < block.base + block.size + BEHIND &&
			block.base - BEFORE < dead->base + dead->size)
			remove_at(&model->dead, i);
	}
	model->live.items[model->live.count++] = block;
}

static void give(struct model *model, size_t at)
{
	struct range block = model->live.items[at];

	books_give(&model->books, block.base);
	model->dead.items[model->dead.count++] = block;
	remove_at(&model->live, at);
}

/* The live block that begins first at the address or after it; NULL: none does. */
static const struct range *next_live(const struct model *model, uint64_t address)
{
	const struct range *next = NULL;

	for (size_t i = 0; i < model->live.count; i++) {
		const struct range *block = &model->live.items[i];
		if (block->base >= address && (!next || block->base < next->base))
			next = block;
	}
	return next;
}

static bool find_gap(const struct model *model, uint64_t wanted, struct spare *ret_spare)
{
	uint64_t base = model->lowest;

	while (base < model->end) {
		const struct range *next = next_live(model, base);
		uint64_t end = next ? next->base : model->end;
		if (end - base >= wanted) {
			*ret_spare = (struct spare){.base = base, .size = end - base};
			for (size_t i = 0; i < model->dead.count; i++)
				ret_spare->blocks += model->dead.items[i].base >= base &&
						     model->dead.items[i].base < end;
			return true;
		}
		base = next ? next->base + next->size : model->end;
	}
	return false;
}

static bool find_spare(const struct model *model, uint64_t size, struct spare *ret_spare)
{
	const struct range *best = NULL;

	for (size_t i = 0; i < model->dead.count; i++) {
		const struct range *dead = &model->dead.items[i];
		if (dead->size >= size && (!best || dead->base < best->base))
			best = dead;
	}
	if (!best)
		return find_gap(model, size + size / 8 + SPARE_HEADERS, ret_spare);
	*ret_spare = (struct spare){best->base, best->size, 1, true};
	return true;
}

static void init(struct model *model)
{
	*model = (struct model){.end = ORIGIN, .lowest = UINT64_MAX};
	books_init(&model->books, &model->flat, ORIGIN);
	grow(model, TABLES);
}

/* Where the heap will grow; a gap at its end would be taken first. */
static bool look(const struct model *model, uint64_t size, struct spare *ret_spare)
{
	const struct books_claim claim = {model->end, size, 0, model->end + size};

	return books_look(&model->books, &claim, ret_spare);
}

static void expect_spare(const struct model *model, uint64_t size)
{
	struct spare expected = {0}, spare = {0};
	bool is_found = model->live.count > 0 && look(model, size, &spare);

	if (model->live.count == 0)
		return;
	assert_int_equal(is_found, find_spare(model, size, &expected));
	assert_int_equal(spare.base, expected.base);
	assert_int_equal(spare.size, expected.size);
	assert_int_equal(spare.is_one_enough, expected.is_one_enough);
	assert_int_equal(spare.blocks, expected.blocks);
}

/* A block where one was, if any of it is free of others; false: there is no such place. */
static bool reuse(struct model *model, struct dice *dice)
{
	struct segment hole;
	struct range block;

	if (model->dead.count == 0)
		return false;
	block = model->dead.items[dice_roll(dice, model->dead.count)];
	block.base += dice_roll(dice, 3) * 8;
	if (!segments_find(&model->books.segments, block.base, &hole) || !hole.is_hole)
		return false;
	block.size = 1 + dice_roll(dice, hole.base + hole.size - block.base);
	take(model, block);
	return true;
}

static void spare_memory_is_that_of_lists(void **state)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct model model;
		struct dice dice;
		struct error err;

		dice_init(&dice, seed);
		init(&model);
		for (unsigned round = 0; round < 600; round++) {
			uint64_t size = 1 + dice_roll(&dice, dice_roll(&dice, 2) ? 60 : 600);
			expect_spare(&model, size);
			if (model.live.count > 0 && dice_roll(&dice, 2)) {
				give(&model, dice_roll(&dice, model.live.count));
			} else if (dice_roll(&dice, 3) || !reuse(&model, &dice)) {
				uint64_t header = 8 * dice_roll(&dice, 3);
				grow(&model, header + size);
				take(&model, (struct range){model.end - size, size});
			}
			if (books_check(&model.books, ORIGIN, &err) < 0)
				fail_msg("seed %u: %s", (unsigned)seed, err.text);
		}
		flat_finish(&model.flat);
	}
}

/* A header may be in its bytes. */
static void a_block_beside_it_ends_a_freed_one(void **state)
{
	static const struct {
		uint64_t distance; /* of a block behind the freed one */
		bool is_known;
	} table[] = {{0, false}, {31, false}, {32, true}, {200, true}};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct model model;
		struct spare spare;

		init(&model);
		grow(&model, 1000);
		take(&model, (struct range){ORIGIN + TABLES, 100});
		take(&model, (struct range){ORIGIN + TABLES + 600, 10});
		give(&model, 0);
		take(&model, (struct range){ORIGIN + TABLES + 100 + table[i].distance, 300});
		bool is_one = look(&model, 90, &spare) && spare.is_one_enough;
		assert_int_equal(is_one, table[i].is_known);
		flat_finish(&model.flat);
	}
}

/* Memory is looked for where a block is put behind what was the heap, and there only. */
static void only_growth_for_another_place_is_looked_into(void **state)
{
	struct model model;
	struct spare spare;

	init(&model);
	grow(&model, 1000);
	take(&model, (struct range){ORIGIN + TABLES, 300});
	take(&model, (struct range){ORIGIN + TABLES + 400, 600});
	give(&model, 0);
	uint64_t at = model.end, end = at + 100;
	const struct {
		struct books_claim claim;
		bool is_found;
	} table[] = {
		{{at, 100, 0, end}, true}, {{at, 100, at - 600, end}, true},
		{{0, 100, 0, end}, false},               /* it got nothing */
		{{at, 100, at, end}, false},             /* it has stayed */
		{{at, 100, 0, at}, false},               /* the heap has not grown */
		{{at, 2000, 0, end}, false},             /* nothing has room */
		{{ORIGIN + TABLES, 100, 0, end}, false}, /* it is there */
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		assert_int_equal(books_look(&model.books, &table[i].claim, &spare),
			table[i].is_found);
	flat_finish(&model.flat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spare_memory_is_that_of_lists),
		cmocka_unit_test(a_block_beside_it_ends_a_freed_one),
		cmocka_unit_test(only_growth_for_another_place_is_looked_into),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
