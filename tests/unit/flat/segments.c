/*
 * The tree of segments, compared with an array that is walked: every query after random carving and
 * joining, in spaces from a few bytes to many times the range of 32 bits.
 */
#include "flat/segments.h"

#include "base/error.h"
#include "support.h"

#include <inttypes.h>
#include <string.h>

#define SEGMENTS_MAX 700u
#define ORIGIN       UINT64_C(0x10000010)

struct model {
	struct segment items[SEGMENTS_MAX];
	size_t count;
};

/* A number of bytes in a number of units; most segments have up to `size` units. */
struct space {
	uint64_t unit;
	uint64_t units;
	uint64_t size;
	size_t most; /* segments */
};

static const struct space spaces[] = {
	{1, 300, 9, 200},
	{1, 70000, 300, 600},
	{16, 5000, 40, 600},
	{16, UINT64_C(1) << 20, 5000, 600},
	{1, UINT64_C(1) << 40, UINT64_C(1) << 33, 500},
	{4096, UINT64_C(1) << 30, UINT64_C(1) << 20, 500},
	{1, UINT64_C(1) << 40, 100, 300},
};

static size_t index_of(const struct model *model, uint64_t address)
{
	size_t i = 0;

	while (i < model->count && address - model->items[i].base >= model->items[i].size)
		i++;
	return i;
}

static void splice(struct model *model, size_t at, size_t nold, const struct segment *news,
	size_t nnew)
{
	memmove(&model->items[at + nnew], &model->items[at + nold],
		(model->count - at - nold) * sizeof(model->items[0]));
	memcpy(&model->items[at], news, nnew * sizeof(*news));
	model->count += nnew - nold;
}

static void assert_same(const struct segment *one, const struct segment *other)
{
	assert_int_equal(one->base, other->base);
	assert_int_equal(one->size, other->size);
	assert_int_equal(one->is_hole, other->is_hole);
}

static void assert_sums_agree(const struct segments *segments, const struct model *model)
{
	uint64_t holes = 0, used = 0, largest = 0;
	struct segment found;
	struct error err;

	for (size_t i = 0; i < model->count; i++) {
		const struct segment *segment = &model->items[i];
		assert_int_equal(segments_rank(segments, segment->base), holes);
		assert_int_equal(segments_used_below(segments, segment->base), used);
		if (segment->is_hole) {
			assert_true(segments_hole(segments, holes, &found));
			assert_same(&found, segment);
			holes++;
			largest = segment->size > largest ? segment->size : largest;
		} else {
			used += segment->size;
		}
	}
	assert_int_equal(segments_holes(segments), holes);
	assert_int_equal(segments_blocks(segments), model->count - holes);
	assert_int_equal(segments_used(segments), used);
	assert_int_equal(segments_largest_hole(segments), largest);
	assert_false(segments_hole(segments, holes, &found));
	if (segments_check(segments, &err) < 0)
		fail_msg("%s", err.text);
}

static void assert_around(const struct segments *segments, const struct model *model, size_t at)
{
	static const struct segment none = {0};
	struct neighbours around;
	const struct segment *before = at > 0 ? &model->items[at - 1] : &none;
	const struct segment *after = at + 1 < model->count ? &model->items[at + 1] : &none;

	assert_true(segments_around(segments, model->items[at].base, &around));
	assert_same(&around.self, &model->items[at]);
	assert_int_equal(around.before.size, before->is_hole ? before->size : 0);
	assert_int_equal(around.after.size, after->is_hole ? after->size : 0);
	if (before->is_hole)
		assert_same(&around.before, before);
	if (after->is_hole)
		assert_same(&around.after, after);
}

static void assert_finds(const struct segments *segments, const struct model *model,
	uint64_t address)
{
	size_t at = index_of(model, address);
	struct segment found;
	struct segments_path path;
	uint64_t used = 0;

	assert_int_equal(segments_find(segments, address, &found), at < model->count);
	if (at < model->count)
		assert_same(&found, &model->items[at]);
	assert_int_equal(segments_locate(segments, address, &found, &path), at < model->count);
	if (at < model->count)
		assert_same(&found, &model->items[at]);
	for (size_t i = 0; i < model->count && model->items[i].base < address; i++) {
		uint64_t below = address - model->items[i].base;
		if (!model->items[i].is_hole)
			used += below < model->items[i].size ? below : model->items[i].size;
	}
	assert_int_equal(segments_used_below(segments, address), used);
}

static size_t walk_to_fit(const struct model *model, uint64_t from, uint64_t size)
{
	size_t i = 0;

	while (i < model->count && !(model->items[i].is_hole && model->items[i].base >= from &&
					   model->items[i].size >= size))
		i++;
	return i;
}

/* Carves a block in the first fit from a random place on; where there is none, both must refuse. */
static void carve_at_random(struct segments *segments, struct model *model,
	const struct space *space, struct dice *dice)
{
	uint64_t most =
		dice_roll(dice, 4) ? space->size : 1 + space->units / (1 + dice_roll(dice, 8));
	uint64_t size = (1 + dice_roll(dice, most)) * space->unit;
	uint64_t from =
		dice_roll(dice, 2) ? 0 : ORIGIN + dice_roll(dice, space->units * space->unit);
	size_t at = walk_to_fit(model, from, size);
	struct segments_path path;
	struct segment hole, news[3];
	size_t n = 0;

	assert_int_equal(segments_first_fit(segments, from, size, &hole, &path), at < model->count);
	if (at == model->count)
		return;
	assert_same(&hole, &model->items[at]);
	uint64_t gap = dice_roll(dice, 4) ? 0
					  : dice_roll(dice, (hole.size - size) / space->unit + 1) *
						    space->unit;
	if (gap)
		news[n++] = (struct segment){hole.base, gap, true};
	news[n++] = (struct segment){hole.base + gap, size, false};
	if (hole.size > gap + size)
		news[n++] = (struct segment){hole.base + gap + size, hole.size - gap - size, true};
	if (dice_roll(dice, 2))
		segments_locate(segments, hole.base + dice_roll(dice, hole.size), &hole, &path);
	if (gap == 0 && dice_roll(dice, 2))
		segments_carve(segments, &path, &hole, size);
	else
		segments_replace(segments, dice_roll(dice, 2) ? &path : NULL, &hole, 1, news, n);
	splice(model, at, 1, news, n);
}

static void free_at_random(struct segments *segments, struct model *model, struct dice *dice)
{
	size_t at = dice_roll(dice, model->count), first = at, n = 1;
	struct neighbours around;

	if (model->items[at].is_hole)
		return;
	assert_around(segments, model, at);
	segments_around(segments, model->items[at].base, &around);
	struct segment hole = {around.self.base, around.self.size, true};
	struct segment olds[3];
	memcpy(olds, &model->items[at], sizeof(*olds));
	if (around.before.size) {
		hole.base = around.before.base;
		hole.size += around.before.size;
		first--;
		n++;
	}
	if (around.after.size) {
		hole.size += around.after.size;
		n++;
	}
	memcpy(olds, &model->items[first], n * sizeof(*olds));
	if (dice_roll(dice, 2))
		segments_release(segments, &around);
	else
		segments_replace(segments, &around.path, olds, n, &hole, 1);
	splice(model, first, n, &hole, 1);
}

static void every_question_has_the_answer_of_a_walk(void **state)
{
	static struct model model;

	for (size_t i = 0; i < sizeof(spaces) / sizeof(*spaces); i++) {
		const struct space *space = &spaces[i];
		struct segments segments;
		struct flat flat = {0};
		struct dice dice;
		const struct segment all = {ORIGIN, space->units * space->unit, true};

		dice_init(&dice, 500 + i);
		segments_init(&segments, &flat, space->unit);
		segments_replace(&segments, NULL, NULL, 0, &all, 1);
		model = (struct model){.items = {all}, .count = 1};
		for (unsigned step = 0; step < 20000; step++) {
			bool grows = step / 3000 % 2 == 0;
			if (model.count + 2 < space->most &&
				dice_roll(&dice, 10) < (grows ? 7u : 4u))
				carve_at_random(&segments, &model, space, &dice);
			else
				free_at_random(&segments, &model, &dice);
			assert_finds(&segments, &model,
				ORIGIN - 1 + dice_roll(&dice, all.size + 2));
			if (step % 50 == 0)
				assert_sums_agree(&segments, &model);
		}
		flat_finish(&flat);
	}
}

static void what_is_no_start_has_nothing_around_it(void **state)
{
	static const struct segment parts[] = {{ORIGIN, 64, false}, {ORIGIN + 64, 48, true},
		{ORIGIN + 112, 16, false}};
	struct segments segments;
	struct flat flat = {0};
	struct neighbours around;
	struct segment found;

	segments_init(&segments, &flat, 16);
	assert_false(segments_last(&segments, &found));
	assert_false(segments_find(&segments, ORIGIN, &found));
	segments_replace(&segments, NULL, NULL, 0, parts, 3);
	assert_false(segments_around(&segments, ORIGIN - 16, &around));
	assert_false(segments_around(&segments, ORIGIN + 16, &around));
	assert_false(segments_around(&segments, ORIGIN + 65, &around));
	assert_false(segments_around(&segments, ORIGIN + 128, &around));
	assert_false(segments_around(&segments, UINT64_MAX, &around));
	assert_true(segments_around(&segments, ORIGIN + 112, &around));
	assert_int_equal(around.before.size, 48);
	assert_true(segments_last(&segments, &found));
	assert_int_equal(found.base, ORIGIN + 112);
	flat_finish(&flat);
}

static void the_end_moves_on(void **state)
{
	struct segments segments;
	struct flat flat = {0};
	struct segment last = {ORIGIN, 16, true}, found;
	struct error err;

	segments_init(&segments, &flat, 16);
	segments_replace(&segments, NULL, NULL, 0, &last, 1);
	for (uint64_t size = 32; size < UINT64_C(1) << 45; size *= 2) {
		const struct segment news[2] = {{last.base, last.size, false},
			{last.base + last.size, size, true}};
		segments_replace(&segments, NULL, &last, 1, news, 2);
		last = news[1];
		assert_true(segments_last(&segments, &found));
		assert_same(&found, &last);
		assert_int_equal(segments_largest_hole(&segments), size);
		assert_int_equal(segments_check(&segments, &err), 0);
	}
	flat_finish(&flat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_question_has_the_answer_of_a_walk),
		cmocka_unit_test(what_is_no_start_has_nothing_around_it),
		cmocka_unit_test(the_end_moves_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
