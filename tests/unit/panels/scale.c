/*
 * The scale of a map of arenas: the table of docs/screen.md, and what holds for any number; and how
 * full a pool looks.
 */
#include "panels/arenas/map.h"
#include "panels/arenas/scale.h"

#include "base/text.h"
#include "support.h"

#define POOLS 64u

static const struct {
	int width, height;
} sizes[] = {{40, 9}, {80, 21}, {120, 35}, {200, 52}};

#define SIZES (sizeof(sizes) / sizeof(*sizes))

static void describe(const struct scale *scale, struct text *text)
{
	switch (scale->kind) {
	case SCALE_BLOCKS:
		text_add(text, "blocks 2x%d", scale->rows);
		if (scale->fold > 1)
			text_add(text, ", folded in %u", scale->fold);
		return;
	case SCALE_BARS:
		text_add(text, "bars 1x%d", scale->rows);
		return;
	case SCALE_CELLS:
		text_add(text, "cells");
		break;
	case SCALE_GROUPS:
		text_add(text, "%u pools a cell", scale->share);
		break;
	case SCALE_ARENAS:
		text_add(text, "%u a cell, %u a row", scale->share, scale->share * scale->columns);
		return;
	}
	if (scale->columns > 1)
		text_add(text, ", %u side by side", scale->columns);
}

static void the_closest_scale_that_fits_is_taken(void **state)
{
	static const size_t arenas[] = {1, 4, 8, 16, 64, 250, 1000, 2000, 5000};
	struct text table = {0};

	for (size_t i = 0; i < sizeof(arenas) / sizeof(*arenas); i++) {
		text_add(&table, "%zu", arenas[i]);
		for (size_t s = 0; s < SIZES; s++) {
			struct scale scale =
				scale_for(arenas[i], POOLS, sizes[s].width, sizes[s].height);
			text_add(&table, " | ");
			describe(&scale, &table);
		}
		text_add(&table, "\n");
	}
	assert_text_equal(text_of(&table),
		"1 | 2 pools a cell | blocks 2x4, folded in 4 | blocks 2x16, folded in 2 | blocks 2x16\n"
		"4 | 2 pools a cell | bars 1x4 | bars 1x7 | blocks 2x8\n"
		"8 | 2 pools a cell | cells | bars 1x3 | blocks 2x4\n"
		"16 | 8 pools a cell, 2 side by side | cells | cells | bars 1x2\n"
		"64 | 1 a cell, 16 a row | 8 pools a cell, 5 side by side | 2 pools a cell, 3 side by side | cells, 2 side by side\n"
		"250 | 2 a cell, 32 a row | 1 a cell, 64 a row | 16 pools a cell, 10 side by side | 4 pools a cell, 8 side by side\n"
		"1000 | 8 a cell, 128 a row | 2 a cell, 128 a row | 1 a cell, 64 a row | 1 a cell, 128 a row\n"
		"2000 | 16 a cell, 256 a row | 4 a cell, 256 a row | 2 a cell, 128 a row | 1 a cell, 128 a row\n"
		"5000 | 64 a cell, 1024 a row | 8 a cell, 512 a row | 4 a cell, 256 a row | 1 a cell, 128 a row\n");
	text_finish(&table);
}

/* Rows and columns that a scale takes for so many arenas. */
static void assert_fits(size_t arenas, uint32_t pools, int width, int height)
{
	const struct scale scale = scale_for(arenas, pools, width, height);
	uint64_t across =
		scale.kind == SCALE_ARENAS ? (uint64_t)scale.share * scale.columns : scale.columns;
	uint64_t rows = (arenas + across - 1) / across;
	int gap = scale.kind == SCALE_BLOCKS,
	    beside = scale.kind == SCALE_ARENAS ? 1 : (int)scale.columns;
	int needed = (int)rows * scale_pitch(&scale) - (scale.rows > 1) + scale.has_ruler +
		     scale.has_legend;

	if (scale_width(&scale, pools) * beside - gap > width)
		fail_msg("%zu arenas of %u pools are too wide for %dx%d", arenas, pools, width,
			height);
	if (needed > height)
		fail_msg("%zu arenas of %u pools need %d rows of %dx%d", arenas, pools, needed,
			width, height);
}

static void all_arenas_are_on_the_map_at_any_size(void **state)
{
	static const uint32_t pools[] = {1, 2, 4, 16, 63, 64, 256};

	for (size_t p = 0; p < sizeof(pools) / sizeof(*pools); p++)
		for (size_t arenas = 1; arenas <= 5000; arenas += 1 + arenas / 3)
			for (int width = 20; width <= 240; width += 7)
				for (int height = 1; height <= 70; height += 1 + height / 4)
					assert_fits(arenas, pools[p], width, height);
}

/* A slab looks the same alone, beside others, and where its panel is small. */
static void a_slab_is_a_bar_or_a_cell_at_any_size(void **state)
{
	for (size_t arenas = 1; arenas <= 4; arenas++)
		for (size_t s = 0; s < SIZES; s++)
			assert_int_not_equal(scale_for(arenas, 1, sizes[s].width, sizes[s].height)
						     .kind,
				SCALE_BLOCKS);
}

/* Arenas come and go around a number, and the map stays as it is. */
static void a_map_does_not_change_its_scale_whenever_an_arena_comes_or_goes(void **state)
{
	static const struct {
		size_t arenas, peak, reserved;
	} cases[] = {{1, 1, 1}, {3, 4, 4}, {4, 4, 4}, {2, 4, 2}, {1, 4, 1}, {5, 8, 8}, {7, 8, 8},
		{100, 1000, 125}, {0, 8, 0}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (cases[i].arenas > 0)
			assert_int_equal(scale_reserved(cases[i].arenas, cases[i].peak),
				cases[i].reserved);
}

/* Nothing and everything are told apart from a little and nearly all, whatever there is. */
static void a_fill_is_the_nearest_that_does_not_lie(void **state)
{
	for (uint64_t blocks = 1; blocks < 260; blocks++)
		for (int rows = 1; rows < 10; rows++)
			for (uint64_t used = 0; used <= blocks; used++) {
				double exact = (double)used / (double)blocks * rows * 8;
				int eighths = fill_eighths(used, blocks, rows);
				assert_int_equal(eighths == 0, used == 0);
				assert_int_equal(eighths == rows * 8, used == blocks);
				bool is_near = eighths - exact <= 0.5 && exact - eighths <= 0.5;
				assert_true(is_near || eighths == 1 || eighths == rows * 8 - 1);
				assert_true(eighths - exact < 1 && exact - eighths < 1);
			}
	assert_int_equal(fill_eighths(9, 8, 2), 16);
	assert_int_equal(fill_eighths(1, 16, 1), 1); /* a half is rounded up */
	assert_int_equal(fill_eighths(3, 16, 1), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_closest_scale_that_fits_is_taken),
		cmocka_unit_test(all_arenas_are_on_the_map_at_any_size),
		cmocka_unit_test(a_slab_is_a_bar_or_a_cell_at_any_size),
		cmocka_unit_test(a_map_does_not_change_its_scale_whenever_an_arena_comes_or_goes),
		cmocka_unit_test(a_fill_is_the_nearest_that_does_not_lie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
