/*
 * The promises of every panel, whatever it shows; and each panel on a state made in the test, as
 * text.
 */
#include "../view/stage.h"
#include "base/error.h"
#include "base/text.h"
#include "view/help.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXTBOOK "--engine heap --heap-header 0 --heap-align 1 --heap-size "
#define CLASSIC  "--engine pymalloc --python classic"

#define OUTSIDE 0x2603u /* a sign that no panel draws */

static const struct {
	const char *options, *trace;
} states[] = {
	{CLASSIC, "a 0 8\n"}, /* drawn before its first event */
	{CLASSIC, "a 0 96\na 1 96\na 2 500\na 3 2000\nf 1\na 4 20\nm 5 8192\nr 2 30\n"},
	{CLASSIC, "a 0 96\nf 0\n"},
	{CLASSIC,
		"a 0 8\nnote A caption that is long enough to be broken over several lines of a narrow panel.\n"},
	{TEXTBOOK "100", "a 0 20\na 1 20\na 2 20\nf 1\na 3 50\n"},
	{TEXTBOOK "100", "a 0 100\nf 0\nf 0\nmark the end\n"},
	{TEXTBOOK "100",
		"site 1 0x1234\nsite 2 0x9999\na 0 50 site=1\na 1 20 site=2\nf 0 site=2\n"},
	{TEXTBOOK "400",
		"new 1 40 gc\nnew 2 30 gc finalizer\nref 1 2\nref 2 1\nweak 3 1\nunref - 1\nunref - 2\n"
		"collect\n"},
	{CLASSIC,
		"new 1 40\nnew 2 30 gc finalizer=resurrects\nref 2 1\nunref - 2\nunref - 1\nref 7 8\n"
		"unref - 2\n"},
	{"--engine heap", "a 0 100000\na 1 7\na 2 70000\nf 0\na 3 8\n"},
	{"--engine cells", "a 0 20\na 1 64\nf 0\na 2 65\n"},
};

static void draw_on(struct stage *stage, const struct panel_ops *ops, struct canvas *canvas,
	struct area area)
{
	struct panel *panel = panel_new(ops);

	panel->area = area;
	panel->shown = true;
	if (panel_is_useful(ops, &stage->scene)) {
		ops->update(panel, &stage->scene);
		ops->draw(panel, &stage->scene, canvas, area);
	}
	panel_free(panel);
}

static bool is_inside(struct area area, int x, int y)
{
	return x >= area.x && y >= area.y && x < area.x + area.width && y < area.y + area.height;
}

static void assert_kept_inside(struct stage *stage, const struct panel_ops *ops, int width,
	int height, enum charset charset)
{
	struct canvas canvas;
	struct area area = {2, 1, width, height};

	canvas_init(&canvas, width + 4, height + 2, charset);
	area_fill(&canvas, (struct area){0, 0, width + 4, height + 2}, OUTSIDE, ROLE_TEXT);
	area_fill(&canvas, area, ' ', ROLE_TEXT);
	draw_on(stage, ops, &canvas, area);
	for (int y = 0; y < canvas.height; y++)
		for (int x = 0; x < canvas.width; x++) {
			uint32_t glyph = canvas_at(&canvas, x, y)->glyph;
			if (!is_inside(area, x, y) && glyph != OUTSIDE)
				fail_msg("%s at %dx%d draws outside", ops->name, width, height);
			if (is_inside(area, x, y) && charset == CHARSET_ASCII &&
				(glyph < ' ' || glyph > '~'))
				fail_msg("%s at %dx%d draws U+%04X in ASCII", ops->name, width,
					height, glyph);
		}
	canvas_finish(&canvas);
}

static void nothing_is_drawn_outside_an_area_of_any_size(void **state)
{
	static const int widths[] = {0, 1, 2, 3, 5, 8, 13, 20, 39, 60, 80, 118, 200};
	static const int heights[] = {0, 1, 2, 3, 4, 5, 8, 13, 24, 60};
	size_t npanels;
	const struct panel_ops *const *panels = panel_list(&npanels);

	for (size_t s = 0; s < sizeof(states) / sizeof(*states); s++) {
		struct stage stage;
		stage_init(&stage, states[s].options, states[s].trace);
		if (s == 0)
			stage_seek(&stage, 0);
		for (size_t p = 0; p < npanels; p++)
			for (size_t w = 0; w < sizeof(widths) / sizeof(*widths); w++)
				for (size_t h = 0; h < sizeof(heights) / sizeof(*heights); h++) {
					assert_kept_inside(&stage, panels[p], widths[w], heights[h],
						CHARSET_UTF8);
					assert_kept_inside(&stage, panels[p], widths[w], heights[h],
						CHARSET_ASCII);
				}
		stage_finish(&stage);
	}
}

/* Applies the answer, as the view does. */
static void take(struct stage *stage, struct panel_answer answer)
{
	if (answer.selects)
		stage->selection = answer.selection;
	stage_seek(stage, answer.goes ? answer.position : player_position(stage->player));
}

/* Every key that moves, in every panel at every event: nothing may fail, whatever is selected. */
static void moving_about_is_safe_everywhere(void **state)
{
	static const enum action actions[] = {ACTION_RIGHT, ACTION_DOWN, ACTION_DOWN, ACTION_LEFT,
		ACTION_UP, ACTION_RIGHT};
	size_t npanels;
	const struct panel_ops *const *panels = panel_list(&npanels);

	for (size_t s = 0; s < sizeof(states) / sizeof(*states); s++)
		for (size_t p = 0; p < npanels; p++) {
			struct stage stage;
			struct panel *panel = panel_new(panels[p]);
			stage_init(&stage, states[s].options, states[s].trace);
			panel->area = (struct area){0, 0, 78, 10};
			panel->shown = true;
			for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
				if (!panel_is_useful(panels[p], &stage.scene))
					break;
				panels[p]->update(panel, &stage.scene);
				if (panels[p]->act)
					take(&stage,
						panels[p]->act(panel, &stage.scene, actions[i]));
				if (panels[p]->click)
					take(&stage, panels[p]->click(panel, &stage.scene,
							     (int)i * 13, (int)i));
				assert_kept_inside(&stage, panels[p], 78, 10, CHARSET_UTF8);
			}
			panel_free(panel);
			stage_finish(&stage);
		}
}

/* A chain too long for its row goes on in the next one: no key is lost where there are rows. */
static void each_key_of_a_cache_is_in_its_chain(void **state)
{
	struct text lines = {0};
	struct stage stage;

	for (unsigned key = 1; key <= 14; key++)
		text_add(&lines, "a %u 8\nuse keep %u key=%u\n", key, key, 1000 * key);
	stage_init(&stage, "--engine heap", text_of(&lines));
	stage_seek(&stage, 28);
	for (int width = 30; width < 60; width++) {
		const char *drawn = stage_draw(&stage, "cache", width, 12, CHARSET_UTF8);
		const char *at = drawn;
		for (unsigned key = 14; key > 0; key--) {
			char words[16];
			snprintf(words, sizeof(words), "%u", 1000 * key);
			at = strstr(at, words);
			if (!at)
				fail_msg("key %s is not in, at %d columns:\n%s", words, width,
					drawn);
		}
	}
	stage_finish(&stage);
	text_finish(&lines);
}

/* How often the key can be pressed before nothing is further that way. */
static unsigned presses_of(struct stage *stage, struct panel *panel, enum action action)
{
	unsigned n = 0;

	for (; n < 100; n++) {
		panel->ops->update(panel, &stage->scene);
		struct panel_answer answer = panel->ops->act(panel, &stage->scene, action);
		if (!answer.selects)
			break;
		take(stage, answer);
	}
	return n;
}

/* Five mappings of their own, a heap and an arena, from one end to the other and back. */
static void regions_are_gone_through_from_end_to_end(void **state)
{
	struct stage stage;
	struct panel *panel = panel_new(panel_of(PANEL_SPACE));

	stage_init(&stage, CLASSIC,
		"a 0 96\na 1 2000\na 2 300000\na 3 300000\na 4 300000\na 5 8\n");
	panel->area = (struct area){0, 0, 78, 20};
	panel->shown = true;
	presses_of(&stage, panel, ACTION_LEFT);
	unsigned regions = presses_of(&stage, panel, ACTION_RIGHT);
	assert_in_range(regions, 1, 10);
	assert_int_equal(presses_of(&stage, panel, ACTION_RIGHT), 0);
	assert_int_equal(presses_of(&stage, panel, ACTION_LEFT), regions);
	assert_int_equal(presses_of(&stage, panel, ACTION_LEFT), 0);
	unsigned rows = presses_of(&stage, panel, ACTION_DOWN);
	assert_in_range(rows, 1, regions);
	assert_int_equal(presses_of(&stage, panel, ACTION_RIGHT), 0);
	assert_int_equal(presses_of(&stage, panel, ACTION_UP), rows);
	panel_free(panel);
	stage_finish(&stage);
}

static void assert_drawn(const char *options, const char *trace, const char *panel, int width,
	int height, const char *expected)
{
	struct stage stage;

	stage_init(&stage, options, trace);
	assert_text_equal(stage_draw(&stage, panel, width, height, CHARSET_UTF8), expected);
	stage_finish(&stage);
}

static void assert_drawn_in_ascii(const char *options, const char *trace, const char *panel,
	int width, int height, const char *expected)
{
	struct stage stage;

	stage_init(&stage, options, trace);
	assert_text_equal(stage_draw(&stage, panel, width, height, CHARSET_ASCII), expected);
	stage_finish(&stage);
}

/* Classes 11 (96 B), 63 (512 B) and 0: pools partly full, full, and emptied again. */
#define POOLS \
	"a 0 96\na 1 96\na 2 96\na 10 512\na 11 512\na 12 512\na 13 512\na 14 512\na 15 512\na 16 512\n" \
	"a 20 8\nf 20\nf 1\n"

static void an_arena_is_a_row_of_its_pools(void **state)
{
	assert_drawn(CLASSIC, POOLS, "arenas", 80, 4,
		"|         ▼       8       16      24      32      40      48      56    63 used\n"
		"|          █░\n"
		"|►A00  U1 ▁█░····························································· 1.4%\n"
		"| █ full  ▄ part used  ░ empty, held  · never carved  U1 gives the next pool\n");
	assert_drawn_in_ascii(CLASSIC, POOLS, "arenas", 80, 3,
		"|          #:\n"
		"|>A00  U1 1#:............................................................. 1.4%\n"
		"| # full  4 part used  : empty, held  . never carved  U1 gives the next pool\n");
}

static void maps_are_coloured_by_fill(void **state)
{
	struct stage stage;

	stage_init(&stage, CLASSIC, POOLS);
	stage.scene.color_by = COLOR_BY_FILL;
	assert_text_equal(stage_draw(&stage, "arenas", 80, 4, CHARSET_UTF8),
		"|         ▼       8       16      24      32      40      48      56    63 used\n"
		"|          █░\n"
		"|►A00  U1 ▁█░····························································· 1.4%\n"
		"| █ full  1 2 tenths used  ░ empty, held  · never carved  U1 gives the next pool\n");
	stage_finish(&stage);
	stage_init(&stage, "--engine heap --heap-size 1M", "a 0 300000\na 1 200000\nf 0\n");
	stage.scene.color_by = COLOR_BY_FILL;
	assert_text_equal(stage_draw(&stage, "heap", 60, 5, CHARSET_UTF8),
		"|        0 -------------------------------------███████████\n"
		"|  393,216 █████████████0··································\n"
		"|  786,432 ································\n"
		"| 1 cell = 8 KiB  █ all in use  1 2 tenths used  · free\n"
		"| free list (2)  +8: 293 KiB → +500,040: 536 KiB → end\n");
	stage_finish(&stage);
}

static void pools_share_cells_where_an_arena_does_not_fit(void **state)
{
	assert_drawn(CLASSIC, POOLS, "arenas", 40, 1,
		"|►A00 ▄░······························  1\n");
}

/* Arenas of 64 pools of 7 blocks each; the last has eight blocks in two pools. */
static char *trace_of_seven_arenas(void)
{
	enum { OBJECTS = 6 * 64 * 7 + 8 };
	struct text trace = {0};

	for (unsigned i = 0; i < OBJECTS; i++)
		text_add(&trace, "a %u 512\n", i);
	return text_detach(&trace);
}

static void pools_share_cells_where_more_arenas_are_seen_so(void **state)
{
	char *trace = trace_of_seven_arenas();

#define FULL "████████████████████████████████"
	assert_drawn(CLASSIC, trace, "arenas", 133, 7,
		"| A00 ████████████████████████████████ 88 A03 ████████████████████████████████ 88►A06 ▄·······························  2\n"
		"| A01 ████████████████████████████████ 88 A04 ████████████████████████████████ 88\n"
		"| A02 ████████████████████████████████ 88 A05 ████████████████████████████████ 88\n"
		"|\n"
		"|\n"
		"|\n"
		"| 1 cell = 2 pools  █ full  ▄ part used  · never carved\n");
#undef FULL
	free(trace);
}

/* Seven arenas, of which the last has two pools, from one corner to the other and back. */
static void pools_are_gone_through_from_corner_to_corner(void **state)
{
	static const struct {
		enum action action;
		unsigned presses;
	} ways[] = {{ACTION_UP, 6}, {ACTION_UP, 0}, {ACTION_DOWN, 6}, {ACTION_DOWN, 0},
		{ACTION_LEFT, 1}, {ACTION_LEFT, 0}, {ACTION_RIGHT, 63}, {ACTION_RIGHT, 0}};
	struct stage stage;
	struct panel *panel = panel_new(panel_of(PANEL_ARENAS));
	char *trace = trace_of_seven_arenas();

	stage_init(&stage, CLASSIC, trace);
	panel->area = (struct area){0, 0, 78, 20};
	panel->shown = true;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		assert_int_equal(presses_of(&stage, panel, ways[i].action), ways[i].presses);
	panel_free(panel);
	stage_finish(&stage);
	free(trace);
}

/* 61 pools of 31 blocks; two were never carved, and the last is lost to alignment. */
static void a_cell_of_a_pool_never_carved_and_one_lost_is_not_called_empty(void **state)
{
	enum { OBJECTS = 61 * 31 };
	struct text trace = {0};

	for (unsigned i = 0; i < OBJECTS; i++)
		text_add(&trace, "a %u 512\n", i);
	assert_drawn("--python 3.11 --arena-bases unaligned", text_of(&trace), "arenas", 60, 4,
		"|►A00 ██████████████████████████████▄· 92\n"
		"|\n"
		"|\n"
		"| 1 cell = 2 pools  █ full  ▄ part used  · never carved\n");
	text_finish(&trace);
}

static void an_arena_is_a_cell_where_its_pools_do_not_fit(void **state)
{
	char *trace = trace_of_seven_arenas();

	assert_drawn(CLASSIC, trace, "arenas", 46, 3,
		"| A00 ████ 88 A03 ████ 88►A06 ▁···  2\n"
		"| A01 ████ 88 A04 ████ 88\n"
		"| A02 ████ 88 A05 ████ 88\n");
	assert_drawn(CLASSIC, trace, "arenas", 80, 20,
		"|         0▼      8       16      24      32      40      48      56    63 used\n"
		"| A00  F  ████████████████████████████████████████████████████████████████  88%\n"
		"| A01  F  ████████████████████████████████████████████████████████████████  88%\n"
		"| A02  F  ████████████████████████████████████████████████████████████████  88%\n"
		"| A03  F  ████████████████████████████████████████████████████████████████  88%\n"
		"| A04  F  ████████████████████████████████████████████████████████████████  88%\n"
		"| A05  F  ████████████████████████████████████████████████████████████████  88%\n"
		"|►A06  U1 █▁······························································ 1.6%\n"
		"|─ Arena A06 1.6% used ──────────────────────────────────────────────────────────\n"
		"|         0▼      8       16      24      32      40      48      56    63 used\n"
		"|         █\n"
		"|         █\n"
		"|         █\n"
		"|         █\n"
		"|         █\n"
		"|         █\n"
		"|         █▁\n"
		"|►A06  U1 ██······························································ 1.6%\n"
		"|\n"
		"| █ full  ▄ part used  · never carved  F no free pool  U1 gives the next pool\n");
	free(trace);
}

/* Arenas of 448 blocks; of the first half are freed again, of the second three quarters. */
static char *trace_of_many_arenas(void)
{
	enum { BLOCKS = 448, ARENAS = 100 };
	struct text trace = {0};

	for (unsigned i = 0; i < ARENAS * BLOCKS; i++)
		text_add(&trace, "a %u 512\n", i);
	for (unsigned i = 0; i < BLOCKS / 2; i++)
		text_add(&trace, "f %u\n", i);
	for (unsigned i = 0; i < BLOCKS * 3 / 4; i++)
		text_add(&trace, "f %u\n", BLOCKS + i);
	return text_detach(&trace);
}

static void a_histogram_counts_arenas_that_are_cells(void **state)
{
	char *trace = trace_of_many_arenas();

	assert_drawn(CLASSIC, trace, "arenas", 80, 18,
		"|►A00   ▃▁▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇  86%\n"
		"| A64   ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇                              88%\n"
		"| arenas     0      0      1      0      1      0      0      0     98      0\n"
		"|                                                                █████\n"
		"|                      ▁▁▁▁▁         ▁▁▁▁▁                       █████\n"
		"| % used 0      10     20     30     40     50     60     70     80     90\n"
		"|\n"
		"|─ Arena A01 22% used ───────────────────────────────────────────────────────────\n"
		"|         0       8       16      24      32      40     ▼48      56    63 used\n"
		"|         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████\n"
		"|         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████\n"
		"|         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████\n"
		"|         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████\n"
		"|         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████\n"
		"|         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████\n"
		"|         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████\n"
		"|►A01  U2 ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░████████████████  22%\n"
		"| 1 cell = 1 arena  █ full  ▄ part used  ░ empty, held  U2 after it, and so on\n");
	free(trace);
}

/* 64 bytes are a quarter of a cell: blocks of 512 bytes are two rows of four quarters. */
static void a_pool_is_a_tile_with_its_blocks_where_there_is_room(void **state)
{
	assert_drawn(CLASSIC, POOLS, "arenas", 206, 11,
		"|         ▼                       8                       16                      24                      32                      40                      48                      56                  63\n"
		"|►A00  U1 ▞  ██ ░░\n"
		"| 1.4%       ██ ░░\n"
		"| 9          ██ ░░\n"
		"| blocks     ██ ░░\n"
		"|            ██ ░░\n"
		"|            ██ ░░\n"
		"|            ██ ░░\n"
		"|            ██ ░░ ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·  ·\n"
		"|\n"
		"| █ full  ▄ part used  ░ empty, held  · never carved  U1 gives the next pool\n");
}

/* All but one object of two arenas is freed: the second arena stays for that one. */
static void an_arena_that_a_few_objects_pin_says_so(void **state)
{
	enum { PER_ARENA = 64 * 7 };
	struct text trace = {0};

	for (unsigned i = 0; i < 2 * PER_ARENA; i++)
		text_add(&trace, "a %u 512\n", i);
	for (unsigned i = PER_ARENA; i < 2 * PER_ARENA; i++)
		if (i != PER_ARENA + 30)
			text_add(&trace, "f %u\n", i);
	assert_drawn(CLASSIC, text_of(&trace), "arenas", 80, 6,
		"|         0       8       16      24      32      40      48      56     ▼ used\n"
		"| A00  F  ████████████████████████████████████████████████████████████████  88%\n"
		"|►A01p U1 ░░░░▁░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0.2%\n"
		"|\n"
		"| █ full  ▁ pins its arena  ░ empty, held  F no free pool  U1 gives the next pool\n"
		"| p pinned\n");
	text_finish(&trace);
}

static void a_pool_shows_its_blocks_chain_and_fields(void **state)
{
	assert_drawn(CLASSIC, POOLS, "pool", 58, 13,
		"| H  0│■ 1 ■ 2 · · · · · · · · · · · · · · · · · · · ·\n"
		"|   24│· · · · · · · · · · · · · · · · · · │x\n"
		"|\n"
		"| chain of 2: 1 → 3 → end         38 never used  16 B tail\n"
		"| block 1: free, this pool hands it out next\n"
		"|\n"
		"| count         2              freeblock     block 1\n"
		"| nextpool      usedpools[11]  prevpool      usedpools[11]\n"
		"| arenaindex    0              szidx         11\n"
		"| nextoffset    0x1b0          maxnextoffset 0xfa0\n"
		"|\n"
		"| H header  ■ used  1 2 free, next first  · never used\n"
		"|\n");
}

static void the_blocks_of_a_pool_have_numbers_where_there_is_room(void **state)
{
	assert_drawn(CLASSIC, "a 0 512\na 1 512\na 2 512\nf 0\nf 1\n", "pool", 60, 5,
		"|     0    1    2    3    4    5    6\n"
		"| H│ 2   -1-  ███   3   ···  ···  ···  │x\n"
		"|\n"
		"| chain of 3: 1 → 0 → 3 → end       3 never used  464 B tail\n"
		"| block 1: free, this pool hands it out next\n");
}

static void each_block_has_its_owner_where_there_is_room(void **state)
{
	assert_drawn(CLASSIC, "a 7 512\na 8 512\na 9 512\nf 7\nf 8\n", "pool", 100, 16,
		"|   0          1          2          3          4          5          6\n"
		"| H│2          -1-        ■ 9        3          ·          ·          ·          │x\n"
		"|                           2\n"
		"|\n"
		"| chain of 3: 1 → 0 → 3 → end                                               3 never used  464 B tail\n"
		"| block 1: free, this pool hands it out next\n"
		"|\n"
		"| count         1                         freeblock     block 1\n"
		"| nextpool      usedpools[63]             prevpool      usedpools[63]\n"
		"| arenaindex    0                         szidx         63\n"
		"| nextoffset    0x830                     maxnextoffset 0xe00\n"
		"|\n"
		"| H header  ■ used: the object, and the event it is from  1 2 free, next first  · never used  - freed\n"
		"|\n"
		"|\n"
		"|\n");
}

static void a_pool_that_does_not_fit_shows_the_part_around_the_event(void **state)
{
	char trace[4096] = "";

	for (int i = 0; i < 100; i++)
		snprintf(trace + strlen(trace), sizeof(trace) - strlen(trace), "a %d 16\n", i);
	assert_drawn(CLASSIC, trace, "pool", 30, 2,
		"|  …■■■■■■■■■■■■+1···········…\n"
		"| chain of 1: 100 → end\n");
}

static void usedpools_lists_the_pools_of_each_class(void **state)
{
	assert_drawn(CLASSIC, POOLS, "usedpools", 60, 5,
		"|►11   89 to 96 B  A00.p00 2/42\n"
		"|\n"
		"| unused_arena_objects [1] → [2] → [3] → [4] → [5] → [6] +9\n"
		"| A00 freepools p02                          61 never carved\n"
		"| usable_arenas A00 (62 free)\n");
	assert_drawn(CLASSIC, POOLS "f 14\nf 2\n", "usedpools", 60, 2,
		"| pools ...........1........................................…\n"
		"|►11   89 to 96 B  A00.p00 1/42\n");
}

static void the_table_of_classes_stands_beside_their_lists(void **state)
{
	assert_drawn("--engine pymalloc --python 3.8",
		"a 0 100\na 1 100\na 2 20\na 3 512\nf 1\nf 3\n", "usedpools", 80, 10,
		"| class   requests  pools     used   avail  waste  with room: the first is next\n"
		"|  1   17 to 32 B       1        1     125    99%  A00.p01 1/126\n"
		"|  6  97 to 112 B       1        1      35    98%  A00.p00 1/36\n"
		"|►31 497 to 512 B                                  empty\n"
		"|\n"
		"|\n"
		"|\n"
		"| unused_arena_objects [1] → [2] → [3] → [4] → [5] → [6] → [7] → [8] → [9] +6\n"
		"| A00 freepools p02                                              61 never carved\n"
		"| usable_arenas A00 (62 free)\n");
}

static void a_textbook_heap_is_drawn_byte_by_byte(void **state)
{
	assert_drawn(TEXTBOOK "60", "a 0 20\na 1 10\na 2 12\nf 1\na 3 4\n", "heap", 66, 5,
		"|    0 █████████0█████████▌+3++······█████2█████▌········\n"
		"|   50 ··········\n"
		"| 1 cell = 1 B  █ object  · free  + new  ▌ a block ends\n"
		"| free list (2)  +24: 6 B → +42: 18 B → end\n"
		"|\n");
}

static void a_heap_without_lists_has_a_map(void **state)
{
	assert_drawn("--engine cells", "a 0 20\na 1 64\nf 0\na 2 65\na 3 1\n", "heap", 66, 9,
		"|     0 +▌··············································\n"
		"| 3,072 ················································\n"
		"| 6,144 ················································\n"
		"| 9,216 ················································\n"
		"|12,288 ················································\n"
		"|15,360 ················\n"
		"| 1 cell = 64 B  █ object  · free  + new  ▌ a block ends\n"
		"|\n"
		"|\n");
}

static void freed_bytes_are_marked_in_any_span(void **state)
{
	assert_drawn("--engine retired", "a 0 64\na 1 64\nf 0\n", "heap", 66, 7,
		"|     0 -▌xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
		"| 3,072 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
		"| 6,144 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
		"| 9,216 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
		"|12,288 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
		"|15,360 xxxxxxxxxxxxxxxx\n"
		"| 1 cell = 64 B  █ object  - freed  x padding  ▌ a block ends\n");
}

static void holes_that_were_too_small_carry_question_marks(void **state)
{
	assert_drawn_in_ascii(TEXTBOOK "40", "a 0 10\na 1 10\na 2 10\nf 0\nf 2\na 3 25\n", "heap",
		66, 5,
		"|    0 ??????????####1####|????????????????????\n"
		"| 1 cell = 1 B  # object  ? checked  | a block ends\n"
		"| free list (2)  ?+0: 10 B > ?+20: 20 B > end\n"
		"|\n"
		"|\n");
}

static void bytes_that_were_used_have_a_sign(void **state)
{
	static const struct {
		const char *trace, *row, *legend;
	} cases[] = {
		{"use write 1 +0 4\n",
			"hhhh#########0#########|hhhhWWWW#####1#########|............",
			"W written"},
		{"use read 0 +16 4\n",
			"hhhh#########0######RRRRhhhh#########1#########|............", "R read  "},
		{"use read 1 +20 2\n",
			"hhhh#########0#########|hhhh#########1#########|RR..........",
			"R read by mistake"},
		{"use write 1 +18 4\n",
			"hhhh#########0#########|hhhh#########1########WWWW..........",
			"W written by mistake"},
		{"use write 1 -2 2\n",
			"hhhh#########0#########|hh!!#########1#########|............",
			"! damaged"},
		{"f 0\nuse write 0 +0 4\n",
			"....WWWW................hhhh#########1#########|............",
			"W written by mistake"},
		{"f 0\na 2 8\nuse write 0 +0 12\n",
			"hhhh!!!!!!!!WWWW........hhhh#########1#########|............",
			"! damaged"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage;
		struct text trace = {0};
		text_add(&trace, "a 0 20\na 1 20\n%s", cases[i].trace);
		stage_init(&stage, "--engine heap --heap-size 60 --heap-header 4 --heap-align 1",
			text_of(&trace));
		const char *drawn = stage_draw(&stage, "heap", 118, 5, CHARSET_ASCII);
		if (!strstr(drawn, cases[i].row) || !strstr(drawn, cases[i].legend))
			fail_msg("%s: %s\n%s", cases[i].trace, cases[i].legend, drawn);
		text_finish(&trace);
		stage_finish(&stage);
	}
}

static void blocks_of_a_pool_that_were_used_have_a_sign(void **state)
{
	assert_drawn_in_ascii("", "a 0 24\na 1 24\nf 0\nuse write 0 +0 8\n", "pool", 60, 3,
		"| H  0|W#2.................................................\n"
		"|   52|....................................................~\n"
		"| chain of 2: 0 > 2 > end          507 never used  16 B tail\n");
}

static void of_a_joined_hole_only_what_was_the_block_is_shown_as_freed(void **state)
{
	assert_drawn(TEXTBOOK "30", "a 0 10\na 1 10\na 2 10\nf 0\nf 1\n", "heap", 66, 3,
		"|    0 ··········----------████2████▌\n"
		"| free list (1)  +0: 20 B → end\n"
		"|\n");
}

static void a_block_of_the_heap_can_be_chosen(void **state)
{
	struct stage stage;

	stage_init(&stage, TEXTBOOK "60", "a 0 20\na 1 10\na 2 12\nf 1\n");
	stage.selection.follow = false;
	stage.selection.address = stage.effect.old_address;
	assert_text_equal(stage_draw(&stage, "heap", 66, 5, CHARSET_UTF8),
		"|    0 █████████0█████████▌----------█████2█████▌········\n"
		"|   50 ··········\n"
		"| 1 cell = 1 B  █ object  · free  - freed  ▌ a block ends\n"
		"| +20: a hole of 10 B\n"
		"| free list (2)  +20: 10 B → +42: 18 B → end\n");
	struct panel panel = {.ops = panel_find("heap"), .area = {0, 0, 66, 5}};
	stage.selection = panel.ops->act(&panel, &stage.scene, ACTION_RIGHT).selection;
	assert_non_null(strstr(stage_draw(&stage, "heap", 66, 5, CHARSET_UTF8),
		"| +30: object 2, asked 12 B, has 12 B, since event 2\n"));
	stage_finish(&stage);
}

static void a_large_heap_is_drawn_by_how_much_of_each_cell_is_in_use(void **state)
{
	assert_drawn("--engine heap --heap-size 1M", "a 0 300000\na 1 200000\nf 0\n", "heap", 60, 4,
		"|        0 -------------------------------------███████████\n"
		"|  393,216 █████████████▁··································\n"
		"|  786,432 ································\n"
		"| free list (2)  +8: 293 KiB → +500,040: 536 KiB → end\n");
}

static void the_event_keeps_what_and_so_where_reasons_must_be_cut(void **state)
{
	assert_drawn(CLASSIC, "a 0 96\na 1 96\n", "event", 60, 6,
		"| malloc(96) → A00.p00 block 1 (object 1)\n"
		"| why  96 B is small (1 to 512 B): class 11, blocks of 96 B.\n"
		"|      usedpools[11] had a pool with room: the first one was\n"
		"|      A00.p00. Block 1, the head of its chain, was handed\n"
		"|      out. The chain was used up: block 2, never used …\n"
		"| so   A00.p00: 1 → 2 of 42 blocks in use, head 2.\n");
	assert_drawn(CLASSIC, "a 0 96\na 1 96\n", "event", 60, 1,
		"| malloc(96) → A00.p00 block 1 (object 1)\n");
}

static void reasons_that_have_no_line_each_are_one_text(void **state)
{
	assert_drawn(CLASSIC, "a 0 96\na 1 96\n", "event", 60, 7,
		"| malloc(96) → A00.p00 block 1 (object 1)\n"
		"| why  96 B is small (1 to 512 B): class 11, blocks of 96 B.\n"
		"|      usedpools[11] had a pool with room: the first one was\n"
		"|      A00.p00. Block 1, the head of its chain, was handed\n"
		"|      out. The chain was used up: block 2, never used\n"
		"|      before, was carved for it.\n"
		"| so   A00.p00: 1 → 2 of 42 blocks in use, head 2.\n");
}

/* A request shows its own site, a free that of the request; a reallocation keeps the first site. */
static void who_asked_is_told_where_the_trace_knows(void **state)
{
	static const char trace[] =
		"module 0x1000 0x1000 0x9000 - /none/csv\nsite 1 0x1234\nsite 2 0x2345\n"
		"a 0 20 site=1\nr 0 10\nf 0 site=2\na 1 7\nf 1\n";
	struct stage stage;

	stage_init(&stage, TEXTBOOK "60", trace);
	stage_seek(&stage, 1);
	assert_text_equal(stage_draw(&stage, "event", 60, 5, CHARSET_UTF8),
		"| malloc(20) → heap +0 (object 0)\n"
		"| site asked for by csv+0x234\n"
		"| why  First fit checked the only hole for 20 B. It took the\n"
		"|      hole at heap +0 (60 B): the first that is big enough.…\n"
		"| so   Free 60 B → 40 B in 1 hole.\n");
	stage_seek(&stage, 2);
	assert_non_null(strstr(stage_draw(&stage, "event", 60, 8, CHARSET_UTF8),
		"| site asked for by csv+0x234, at event 0\n"));
	stage_seek(&stage, 3);
	assert_non_null(strstr(stage_draw(&stage, "event", 70, 8, CHARSET_UTF8),
		"| site asked for by csv+0x234, at event 0; freed by csv+0x1345\n"));
	stage_seek(&stage, 5);
	assert_null(strstr(stage_draw(&stage, "event", 60, 8, CHARSET_UTF8), "who"));
	stage_seek(&stage, 1);
	stage.selection.follow = false;
	stage.selection.address = stage.effect.address;
	assert_non_null(strstr(stage_draw(&stage, "heap", 70, 6, CHARSET_UTF8),
		"since event 0 by csv+0x234\n"));
	stage_finish(&stage);
}

static void a_note_is_a_caption(void **state)
{
	struct stage stage;

	stage_init(&stage, CLASSIC, "note Watch the first pool fill up.\na 0 8\n");
	stage_seek(&stage, 1);
	assert_text_equal(stage_draw(&stage, "event", 30, 5, CHARSET_UTF8),
		"| │ Watch the first pool fill\n"
		"| │ up.\n"
		"|\n"
		"| next malloc(8)\n"
		"|\n");
	stage_finish(&stage);
}

static void past_events_have_places_and_future_ones_only_their_call(void **state)
{
	struct stage stage;

	stage_init(&stage, CLASSIC, "a 0 96\na 1 96\nf 0\nmark here\na 2 50\n");
	stage_seek(&stage, 3);
	assert_text_equal(stage_draw(&stage, "events", 80, 5, CHARSET_UTF8),
		"|           0  malloc(96)\n"
		"|           1  malloc(96)          A00.p00 block 1\n"
		"| ►         2  free(object 0)      A00.p00 block 0     1 of 42 in use\n"
		"|  M        3  mark: here\n"
		"|           4  malloc(50)\n");
	stage_finish(&stage);
}

/* After a jump; in a heap an address keeps its name, and what failed is marked. */
static void past_events_of_a_heap_have_places_after_a_jump(void **state)
{
	struct stage stage;

	stage_init(&stage, TEXTBOOK "60", "a 0 20\na 1 20\nf 0\nf 1\na 2 90\na 3 10\n");
	stage_seek(&stage, 6);
	assert_text_equal(stage_draw(&stage, "events", 80, 6, CHARSET_UTF8),
		"|           1  malloc(20)          heap +20\n"
		"|           2  free(object 0)      heap +0\n"
		"|           3  free(object 1)      heap +20\n"
		"|  !        4  malloc(90)          out of memory\n"
		"| ►         5  malloc(10)          heap +0             split, 50 B left over\n"
		"|\n");
	stage_finish(&stage);
}

static void the_timeline_marks_faults_where_they_are(void **state)
{
	struct stage stage;

	stage_init(&stage, TEXTBOOK "40", "a 0 10\na 1 20\nf 7\nf 1\nmark m\nf 0\n");
	while (player_survey(stage.player, 100))
		;
	stage_seek(&stage, 0);
	assert_text_equal(stage_draw(&stage, "timeline", 31, 3, CHARSET_UTF8),
		"|░░░░░░▄▄▄▄▄▄▄▄▄▄░░░░░░░░░░░░░░░\n"
		"|▄▄▄▄▄▄██████████▄▄▄▄▄▄▄▄▄▄░░░░░\n"
		"|●─────────^────!─────────M────┤\n");
	stage_finish(&stage);
}

static void every_figure_has_its_formula_in_the_help(void **state)
{
	struct text page = {0};

	help_add_terms(&page);
	for (unsigned i = 0; i < PART_COUNT; i++)
		assert_non_null(strstr(text_of(&page), part_words((enum part)i)));
	for (unsigned i = 0; i < FIGURE_COUNT; i++) {
		const struct figure_info *info = figure_info((enum figure)i);
		struct text line = {0};
		text_add(&line, "\n\t%s\t%s; %s\n", info->brief, info->formula, info->words);
		assert_non_null(strstr(text_of(&page), text_of(&line)));
		text_finish(&line);
	}
	text_finish(&page);
}

static void figures_say_where_every_byte_went(void **state)
{
	assert_drawn(CLASSIC, POOLS "f 1\n", "info", 36, 24,
		"| █▒·░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░\n"
		"| █ asked for  ▒ overhead  · free\n"
		"| live             3.69 KiB\n"
		"| held             256 KiB\n"
		"| idle             252 KiB   99%\n"
		"| why held\n"
		"|  half-used pools 3.75 KiB  1.5%\n"
		"|  empty pools     248 KiB   97%\n"
		"|  bookkeeping     576 B     0.2%\n"
		"| objects          9\n"
		"| peak so far      3.79 KiB\n"
		"| utilisation      1%\n"
		"| internal frag.   0%\n"
		"| external frag.   0%\n"
		"| pymalloc\n"
		"|   holds          256 KiB\n"
		"|   asked for      3.69 KiB  1.4%\n"
		"|   free           3.75 KiB  1.5%\n"
		"|   unused pools   248 KiB   97%\n"
		"|   headers        96 B      <0.1%\n"
		"|   tails          480 B     0.2%\n"
		"| double-free      1\n"
		"| scatter          0%\n"
		"| 4 more lines: j k\n");
}

#define PARENT_AND_CHILD \
	"new 1 64 gc\nnew 2 48 gc finalizer\nnew 3 28\nref 1 2\nref 2 1\nref 2 3\nweak 5 1\nunref - 3\n"

static void counted_objects_are_a_table(void **state)
{
	struct stage stage;

	stage_init(&stage, TEXTBOOK "400", PARENT_AND_CHILD);
	stage_seek(&stage, 8);
	assert_text_equal(stage_draw(&stage, "objects", 62, 7, CHARSET_UTF8),
		"|  object      size  count  program  gen   refers to\n"
		"|       1      64 B      2        1    0   → 2\n"
		"|       2      48 B      2        1    0   → 1, 3   finaliser\n"
		"|►      3      28 B      1        0    -\n"
		"|       5      72 B      1        1    0   weak → 1\n"
		"|\n"
		"| 3 ← 2\n");
	assert_text_equal(stage_draw(&stage, "objects", 30, 5, CHARSET_ASCII),
		"|object  count  gen  refers to\n"
		"|     1      2    0  > 2\n"
		"|     2      2    0  > 1, 3   ~\n"
		"|>    3      1    -\n"
		"|     5      1    0  weak > 1\n");
	stage_finish(&stage);
}

static void a_collection_is_shown_as_it_reckons(void **state)
{
	struct stage stage;

	stage_init(&stage, TEXTBOOK "400", PARENT_AND_CHILD "unref - 1\nunref - 2\ncollect 0\n");
	stage_seek(&stage, 11);
	assert_text_equal(stage_draw(&stage, "objects", 70, 8, CHARSET_UTF8),
		"|  object   count  - inside  = outside   verdict\n"
		"|       1       1         1          0   unreachable: freed\n"
		"|       2       1         1          0   unreachable: freed\n"
		"|       5       1         0          1   reachable from outside\n"
		"|       3                                freed too\n"
		"|\n"
		"|\n"
		"| gen 0: 3 candidates, 2 unreachable, 3 freed; survivors now in gen 1\n");
	stage_finish(&stage);
}

/* The panel as it is at a position, after it has been at those before. */
static void assert_objects_at(struct stage *stage, struct panel *panel, uint64_t position,
	const char *line)
{
	struct text text = {0};
	struct canvas canvas;

	stage_seek(stage, position);
	canvas_init(&canvas, panel->area.width, panel->area.height, CHARSET_UTF8);
	panel->ops->update(panel, &stage->scene);
	panel->ops->draw(panel, &stage->scene, &canvas, panel->area);
	canvas_dump(&canvas, false, &text);
	if (!strstr(text_of(&text), line))
		fail_msg("at %u: not '%s', but:\n%s", (unsigned)position, line, text_of(&text));
	text_finish(&text);
	canvas_finish(&canvas);
}

static void a_collection_stays_for_the_captions_after_it(void **state)
{
	static const char collected[] = "2 unreachable, 3 freed", counted[] = "object      size";
	struct stage stage;
	struct panel *panel = panel_new(panel_of(PANEL_OBJECTS));

	stage_init(&stage, TEXTBOOK "400",
		PARENT_AND_CHILD
		"unref - 1\nunref - 2\ncollect 0\n"
		"note Two were unreachable.\nmark done\nnew 9 8\nnote That was all.\n");
	panel->area = (struct area){0, 0, 70, 8};
	panel->shown = true;
	assert_objects_at(&stage, panel, 10, counted);
	assert_objects_at(&stage, panel, 11, collected);
	assert_objects_at(&stage, panel, 12, collected);
	assert_objects_at(&stage, panel, 13, collected);
	assert_objects_at(&stage, panel, 14, counted);
	assert_objects_at(&stage, panel, 15, counted);
	panel_free(panel);
	stage_finish(&stage);
}

static void what_is_resurrected_is_told(void **state)
{
	struct stage stage;

	stage_init(&stage, TEXTBOOK "400",
		"new 1 9 gc finalizer=resurrects\nnew 2 9 gc\nref 1 2\nref 2 1\nunref - 1\nunref - 2\ncollect\n");
	stage_seek(&stage, 7);
	assert_text_equal(stage_draw(&stage, "objects", 80, 5, CHARSET_UTF8),
		"|  object   count  - inside  = outside   verdict\n"
		"|       1       1         1          0   unreachable: resurrected by a finaliser\n"
		"|       2       1         1          0   unreachable: kept by a resurrected one\n"
		"|\n"
		"| gen 2: 2 candidates, 2 unreachable, 0 freed; survivors now in gen 2\n");
	stage_finish(&stage);
}

static void what_died_of_the_event_is_in_the_table_once(void **state)
{
	struct stage stage;

	stage_init(&stage, TEXTBOOK "400",
		"new 1 64\nnew 2 48\nref 1 2\nunref - 2\nnew 3 9\nunref - 1\nref - 3\n");
	stage_seek(&stage, 6);
	assert_text_equal(stage_draw(&stage, "objects", 62, 4, CHARSET_UTF8),
		"|  object      size  count  program  gen   refers to\n"
		"|►      1      64 B                        died\n"
		"|       2      48 B                        died\n"
		"|       3       9 B      1        1    -\n");
	stage_seek(&stage, 7);
	assert_text_equal(stage_draw(&stage, "objects", 62, 4, CHARSET_UTF8),
		"|  object      size  count  program  gen   refers to\n"
		"|►      3       9 B      2        2    -\n"
		"|\n"
		"|\n");
	stage_finish(&stage);
}

static void of_many_variables_the_first_are_named(void **state)
{
	struct stage stage;

	stage_init(&stage, "--engine generational",
		"new 1 8\nnew 2 8\nnew 3 8\nnew 4 8\nnew 5 8\nnew 6 8\nnew 7 8\nnew 8 8\nnew 9 8\n"
		"enter M.f\nref - 1\nref - 2\nref - 3\nenter M.g\n"
		"ref - 1\nref - 2\nref - 3\nref - 4\nref - 5\nref - 6\nref - 7\nref - 8\n"
		"enter M.h\nref - 1\nref - 2\nref - 3\nref - 4\nref - 5\nref - 6\nref - 7\nref - 8\n"
		"ref - 9\n");
	stage_seek(&stage, 33);
	assert_text_equal(stage_draw(&stage, "roots", 80, 5, CHARSET_UTF8),
		"| thread 0\n"
		"|   M.h                        pc 31  → 1, 2, 3, 4, 5, 6, 7, 8 and more\n"
		"|   M.g                        pc 22  → 1, 2, 3, 4, 5, 6, 7, 8\n"
		"|   M.f                        pc 13  → 1, 2, 3\n"
		"| 2 more\n");
	stage_finish(&stage);
}

static void roots_stand_in_columns_where_their_names_leave_room(void **state)
{
	struct stage stage;

	stage_init(&stage, "--engine generational",
		"new 1 40\nenter Shop.main\nref - 1\nenter Ledger.transfers\nenter Socket.read native\n");
	stage_seek(&stage, 5);
	assert_text_equal(stage_draw(&stage, "roots", 60, 5, CHARSET_UTF8),
		"| thread 0\n"
		"|   Socket.read (native)       no pc\n"
		"|   Ledger.transfers           pc 4\n"
		"|   Shop.main                  pc 3  → 1\n"
		"| 2 more\n");
	assert_text_equal(stage_draw(&stage, "roots", 39, 5, CHARSET_UTF8),
		"| thread 0\n"
		"|   Socket.read (native) no pc\n"
		"|   Ledger.transfers pc 4\n"
		"|   Shop.main       pc 3  → 1\n"
		"| 2 more\n");
	assert_text_equal(stage_draw(&stage, "roots", 24, 3, CHARSET_UTF8),
		"| thread 0\n"
		"|   Socket.read (native)\n"
		"| 4 more\n");
	stage_finish(&stage);
}

static void a_root_has_its_objects_rather_than_its_program_counter(void **state)
{
	struct stage stage;

	stage_init(&stage, "--engine generational",
		"new 1 40\nnew 2 24\nref 1 2\nunref - 2\nenter Socket.read native\nref - 1\n");
	assert_text_equal(stage_draw(&stage, "roots", 31, 6, CHARSET_UTF8),
		"| thread 0\n"
		"|   Socket.read (native)  → 1\n"
		"| variables  → 1\n"
		"| dirty cards  none\n"
		"| references\n"
		"|   object 1  → 2\n");
	stage_finish(&stage);
}

/* A weak reference does not keep object 3, which a soft one would. */
static void a_soft_reference_keeps_its_object_in_reach(void **state)
{
	struct stage stage;

	stage_init(&stage, "--engine generational",
		"new 1 40\nnew 3 24\nweak 2 1 soft size=16\nweak 4 3 size=16\nunref - 1\n"
		"unref - 3\n");
	assert_text_equal(stage_draw(&stage, "roots", 31, 5, CHARSET_UTF8),
		"| variables  → 2, 4\n"
		"| dirty cards  none\n"
		"| references\n"
		"|   object 2  softly → 1\n"
		"|   object 4  weakly → 3\n");
	assert_text_equal(stage_draw(&stage, "objects", 76, 6, CHARSET_UTF8),
		"|  object      size    age  program        space      refers to\n"
		"|       1      40 B      0        0        Eden\n"
		"|       2      16 B      0        1        Eden       soft → 1\n"
		"|►      3      24 B      0        0        Eden          out of reach\n"
		"|       4      16 B      0        1        Eden       weak → 3\n"
		"| 3 ← weakly 4\n");
	stage_finish(&stage);
}

/* Its members are there before its first slab, and are what its constructor left in them. */
static void a_pool_without_a_slab_has_its_two_members(void **state)
{
	static const struct {
		const char *constructor, *drawn;
	} cases[] = {
		{"sets", "| block size    32\n| head          NULL\n"},
		{"zeros", "| block size    0\n| head          NULL\n"},
		{"junk", "| block size    0xcdcdcdcdcdcdcdcd\n"
			 "| head          0xcdcdcdcdcdcdcdcd\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage;
		char engine[80];
		snprintf(engine, sizeof(engine), "--engine pool --block 32 --constructor %s",
			cases[i].constructor);
		stage_init(&stage, engine, "info program none\n");
		assert_text_equal(stage_draw(&stage, "pool", 60, 2, CHARSET_UTF8), cases[i].drawn);
		stage_finish(&stage);
	}
}

/* As many words as there is room for beside the count of the others, to the column. */
static void bins_in_brief_take_the_rows_and_the_width_that_there_are(void **state)
{
	static const struct {
		int width;
		const char *words;
	} cases[] = {
		{20, "| tcache    20:1\n|           30:1  +5\n"},
		{21, "| tcache    20:1  30:1\n|           40:1  +4\n"},
		{25, "| tcache    20:1  +6\n"},
		{26, "| tcache    20:1  30:1  +5\n"},
		{43, "| tcache    20:1  30:1  40:1  50:1  +3\n"},
		{44, "| tcache    20:1  30:1  40:1  50:1  60:1  +2\n"},
		{55, "| tcache    20:1  30:1  40:1  50:1  60:1  70:1  +1\n"},
		{56, "| tcache    20:1  30:1  40:1  50:1  60:1  70:1  80:1\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage;
		stage_init(&stage, "--engine glibc",
			"a 0 24\na 1 40\na 2 56\na 3 72\na 4 88\na 5 104\na 6 120\n"
			"f 0\nf 1\nf 2\nf 3\nf 4\nf 5\nf 6\n");
		const char *drawn = stage_draw(&stage, "bins", cases[i].width, 3, CHARSET_UTF8);
		if (!strstr(drawn, cases[i].words))
			fail_msg("at %d: not '%s', but:\n%s", cases[i].width, cases[i].words,
				drawn);
		stage_finish(&stage);
	}
}

static void at_a_caption_the_bins_are_those_of_the_thread_before(void **state)
{
	struct stage stage;

	stage_init(&stage, "--engine glibc",
		"a 0 1000\na 1 1000 thread=1\nf 1 thread=1\nnote Where is it?\nmark here\n");
	for (uint64_t at = 3; at <= 5; at++) {
		stage_seek(&stage, at);
		const char *drawn = stage_draw(&stage, "bins", 60, 6, CHARSET_UTF8);
		if (!strstr(drawn, "3f0 t"))
			fail_msg("at event %d:\n%s", (int)at, drawn);
	}
	stage_finish(&stage);
}

/* What there is to see of a trace without events, on the first line that is not blank. */
static void an_empty_trace_has_words_in_every_panel(void **state)
{
	static const struct {
		const char *engine, *panel, *line;
	} cases[] = {
		{CLASSIC, "arenas",
			"| No arena is mapped now. The next request of 1 to 512 bytes\n"},
		{CLASSIC, "pool", "| This panel shows the pool of the last event, block by\n"},
		{CLASSIC, "usedpools", "| All lists are empty: no pool has a free block.\n"},
		{"--engine heap", "heap", "| The heap is empty: nothing has been allocated yet.\n"},
		{"--engine glibc", "bins", "| empty     fast, unsorted, small, large\n"},
		{"--engine heap", "event", "| This trace has no events.\n"},
		{"--engine heap", "info", "| live             0 B\n"},
		{"--engine heap", "space", "| Nothing is held yet: nothing has been allocated.\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stage stage;
		stage_init(&stage, cases[i].engine, "info program none\n");
		const char *drawn = stage_draw(&stage, cases[i].panel, 60, 6, CHARSET_UTF8);
		if (!strstr(drawn, cases[i].line))
			fail_msg("%s: not '%s', but:\n%s", cases[i].panel, cases[i].line, drawn);
		stage_finish(&stage);
	}
}

/* Mappings of the program itself are named below the map, as many as fit. */
static void the_programs_own_mappings_are_named_below_the_map(void **state)
{
	struct stage stage;

	stage_init(&stage, "--engine heap --heap-size 100",
		"a 0 10\nm 1 200000\nm 2 5000\nm 3 300000\n");
	stage_seek(&stage, 4);
	stage_draw(&stage, "heap", 100, 8, CHARSET_UTF8);
	assert_non_null(strstr(text_of(&stage.text),
		"mapped by the program (3)  map 1: 196 KiB  map 2: 8 KiB  map 3: 296 KiB"));
	stage_draw(&stage, "heap", 50, 8, CHARSET_UTF8);
	assert_non_null(strstr(text_of(&stage.text), "mapped by the program (3)  map 1: 196 KiB"));
	stage_finish(&stage);
}

/* A row of the address space has a multiple of 16 cells, where it has 64 or more. */
static void rows_of_the_address_space_have_as_many_cells_as_fit(void **state)
{
	static const struct {
		int width;
		unsigned cells;
	} cases[] = {{30, 13}, {80, 63}, {81, 64}, {96, 64}, {97, 80}, {113, 96}, {120, 96},
		{145, 128}, {200, 176}};
	struct stage stage;

	stage_init(&stage, "--engine heap", "m 1 4000000\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *drawn = stage_draw(&stage, "space", cases[i].width, 2, CHARSET_ASCII);
		unsigned cells = 0;
		for (const char *at = strchr(drawn, '\n'); *at; at++)
			cells += *at == '#';
		if (cells != cases[i].cells)
			fail_msg("%u cells of %d columns:\n%s", cells, cases[i].width, drawn);
	}
	stage_finish(&stage);
}

/* Of more regions than there are rows, those around the selected one are shown. */
static void the_selected_region_is_in_the_middle(void **state)
{
	static const struct {
		uint64_t address;
		int first, row; /* the number of the first map named, and the row that is marked */
	} cases[] = {{0x7f0000000000, 1, 0}, {0x7f0000001000, 1, 2}, {0x7f0000003000, 1, 4},
		{0x7f0000006000, 4, 1}, {0x7f000000a000, 4, 2}, {0x7f000000f000, 4, 4}};
	struct stage stage;

	stage_init(&stage, "--engine heap",
		"m 1 4096\nm 2 8192\nm 3 12288\nm 4 16384\nm 5 20480\nm 6 24576\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		stage.selection.address = cases[i].address;
		const char *drawn = stage_draw(&stage, "space", 60, 6, CHARSET_UTF8);
		const char *first = strstr(drawn, "map "), *mark = strstr(drawn, "►");
		int row = 0;
		for (const char *at = drawn; at < mark; at++)
			row += *at == '\n';
		if (!first || !mark || first[4] - '0' != cases[i].first || row != cases[i].row)
			fail_msg("map %zu selected:\n%s", i + 1, drawn);
	}
	stage_finish(&stage);
}

static void a_list_keeps_its_name_where_its_first_hole_fits(void **state)
{
	static const struct {
		int width;
		const char *row;
	} cases[] = {
		{20, "| 4 holes  …\n"},
		{21, "| 4 holes  +0: 9 B → …\n"},
		{26, "| 4 holes  +0: 9 B → …\n"},
		{27, "| free list (4)  +0: 9 B → …\n"},
		{41, "| free list (4)  +0: 9 B → …\n"},
		{42, "| free list (4)  +0: 9 B → +20,009: 5 B → …\n"},
	};
	struct stage stage;

	stage_init(&stage, TEXTBOOK "90000",
		"a 0 9\na 1 20000\na 2 5\na 3 1\na 4 5\na 5 1\nf 0\nf 2\nf 4\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *drawn = stage_draw(&stage, "heap", cases[i].width, 4, CHARSET_UTF8);
		if (!strstr(drawn, cases[i].row))
			fail_msg("at %d columns:\n%s", cases[i].width, drawn);
	}
	stage_finish(&stage);
}

/* The row with the list at each width, where it is another than at the width before. */
static void a_list_is_written_in_brief_where_only_so_it_is_whole(void **state)
{
	struct text rows = {0}, last = {0}, row = {0};
	struct stage stage;

	stage_init(&stage, TEXTBOOK "90",
		"a 0 9\na 1 20\na 2 5\na 3 1\na 4 5\na 5 1\nf 0\nf 2\nf 4\n");
	for (int width = 20; width <= 80; width++) {
		const char *drawn = stage_draw(&stage, "heap", width, 4, CHARSET_UTF8), *at;
		for (at = drawn + strlen(drawn) - 1; at > drawn && at[-1] != '\n';)
			at--;
		text_clear(&row);
		text_add(&row, "%.*s", (int)strcspn(at, "\n"), at);
		if (strcmp(text_of(&row), text_of(&last)) != 0)
			text_add(&rows, "%d %s\n", width, text_of(&row));
		text_clear(&last);
		text_add(&last, "%s", text_of(&row));
	}
	stage_finish(&stage);
	assert_string_equal(text_of(&rows),
		"20 | 4 holes  …\n"
		"21 | 4 holes  +0: 9 B → …\n"
		"27 | free list (4)  +0: 9 B → …\n"
		"33 | 4 holes  +0:9→+29:5→+35:5→+41:49\n"
		"57 | 4 holes  +0: 9 B → +29: 5 B → +35: 5 B → +41: 49 B → end\n"
		"63 | free list (4)  +0: 9 B → +29: 5 B → +35: 5 B → +41: 49 B → end\n");
	text_finish(&rows);
	text_finish(&last);
	text_finish(&row);
}

/* Rows that have cells of objects or of free bytes. */
static unsigned rows_with_cells(const char *drawing)
{
	unsigned count = 0;

	while (*drawing) {
		size_t length = strcspn(drawing, "\n");
		char *row = strndup(drawing, length);
		count += strstr(row, "█") || strstr(row, "·");
		free(row);
		drawing += length + (drawing[length] != '\0');
	}
	return count;
}

static void in_a_lecture_a_row_more_makes_no_cell_lower(void **state)
{
	static const char *const heaps[] = {"--engine heap --heap-size 32",
		"--engine heap --heap-size 100", "--engine heap --heap-size 200",
		"--engine buddy --heap-size 256"};

	for (size_t i = 0; i < sizeof(heaps) / sizeof(*heaps); i++)
		for (int width = 50; width <= 118; width += 17) {
			struct stage stage;
			unsigned before = 0;
			stage_init(&stage, heaps[i], "a 0 10\na 1 8\nf 0\n");
			stage_seek(&stage, 3);
			stage.scene.lecture = true;
			for (int height = 3; height <= 30; height++) {
				unsigned rows = rows_with_cells(
					stage_draw(&stage, "heap", width, height, CHARSET_UTF8));
				if (rows < before)
					fail_msg("%s, %dx%d: %u rows of cells, %u before\n%s",
						heaps[i], width, height, rows, before,
						text_of(&stage.text));
				before = rows;
			}
			stage_finish(&stage);
		}
}

/* Lines of a map of arenas that come before the name of the first one. */
static unsigned rows_of_first_arena(struct stage *stage, uint64_t at, bool is_lecture, int height)
{
	unsigned rows = 0;

	stage_seek(stage, at);
	stage->scene.lecture = is_lecture;
	const char *drawn = stage_draw(stage, "arenas", 80, height, CHARSET_UTF8),
		   *name = strstr(drawn, "A00");
	assert_non_null(name);
	for (const char *line = drawn; (line = strchr(line, '\n')) && line < name; line++)
		rows++;
	return rows;
}

/* At first there is one arena, at the end four. */
static void in_a_lecture_a_map_of_arenas_has_the_scale_that_it_will_have(void **state)
{
	static const struct {
		int height;
		unsigned alone, in_lecture;
	} cases[] = {{3, 1, 1}, {5, 3, 0}, {6, 4, 1}, {9, 7, 1}, {15, 8, 2}, {18, 8, 3}};
	struct text trace = {0};
	const unsigned requests = 3 * 448 + 1;
	struct stage stage;

	for (unsigned i = 0; i < requests; i++)
		text_add(&trace, "a %u 512\n", i);
	stage_init(&stage, CLASSIC, text_of(&trace));
	/* until the survey is over it is not known how many there will be */
	assert_int_equal(rows_of_first_arena(&stage, 20, true, 9), 7);
	while (player_survey(stage.player, 100))
		;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int height = cases[i].height;
		assert_int_equal(rows_of_first_arena(&stage, 20, false, height), cases[i].alone);
		assert_int_equal(rows_of_first_arena(&stage, 20, true, height),
			cases[i].in_lecture);
		if (height > 3) /* else pools share cells at the end */
			assert_int_equal(rows_of_first_arena(&stage, requests, true, height),
				cases[i].in_lecture);
	}
	stage_finish(&stage);
	text_finish(&trace);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(rows_of_the_address_space_have_as_many_cells_as_fit),
	cmocka_unit_test(the_selected_region_is_in_the_middle),
	cmocka_unit_test(a_list_keeps_its_name_where_its_first_hole_fits),
	cmocka_unit_test(a_list_is_written_in_brief_where_only_so_it_is_whole),
	cmocka_unit_test(the_programs_own_mappings_are_named_below_the_map),
	cmocka_unit_test(in_a_lecture_a_row_more_makes_no_cell_lower),
	cmocka_unit_test(in_a_lecture_a_map_of_arenas_has_the_scale_that_it_will_have),
	cmocka_unit_test(of_many_variables_the_first_are_named),
	cmocka_unit_test(roots_stand_in_columns_where_their_names_leave_room),
	cmocka_unit_test(a_root_has_its_objects_rather_than_its_program_counter),
	cmocka_unit_test(a_soft_reference_keeps_its_object_in_reach),
	cmocka_unit_test(a_pool_without_a_slab_has_its_two_members),
	cmocka_unit_test(at_a_caption_the_bins_are_those_of_the_thread_before),
	cmocka_unit_test(bins_in_brief_take_the_rows_and_the_width_that_there_are),
	cmocka_unit_test(an_empty_trace_has_words_in_every_panel),
	cmocka_unit_test(counted_objects_are_a_table),
	cmocka_unit_test(a_collection_is_shown_as_it_reckons),
	cmocka_unit_test(a_collection_stays_for_the_captions_after_it),
	cmocka_unit_test(what_is_resurrected_is_told),
	cmocka_unit_test(what_died_of_the_event_is_in_the_table_once),
	cmocka_unit_test(nothing_is_drawn_outside_an_area_of_any_size),
	cmocka_unit_test(moving_about_is_safe_everywhere),
	cmocka_unit_test(regions_are_gone_through_from_end_to_end),
	cmocka_unit_test(an_arena_is_a_row_of_its_pools),
	cmocka_unit_test(maps_are_coloured_by_fill),
	cmocka_unit_test(pools_share_cells_where_an_arena_does_not_fit),
	cmocka_unit_test(pools_share_cells_where_more_arenas_are_seen_so),
	cmocka_unit_test(a_cell_of_a_pool_never_carved_and_one_lost_is_not_called_empty),
	cmocka_unit_test(an_arena_is_a_cell_where_its_pools_do_not_fit),
	cmocka_unit_test(pools_are_gone_through_from_corner_to_corner),
	cmocka_unit_test(a_histogram_counts_arenas_that_are_cells),
	cmocka_unit_test(a_pool_is_a_tile_with_its_blocks_where_there_is_room),
	cmocka_unit_test(an_arena_that_a_few_objects_pin_says_so),
	cmocka_unit_test(a_pool_shows_its_blocks_chain_and_fields),
	cmocka_unit_test(the_blocks_of_a_pool_have_numbers_where_there_is_room),
	cmocka_unit_test(each_block_has_its_owner_where_there_is_room),
	cmocka_unit_test(a_pool_that_does_not_fit_shows_the_part_around_the_event),
	cmocka_unit_test(usedpools_lists_the_pools_of_each_class),
	cmocka_unit_test(the_table_of_classes_stands_beside_their_lists),
	cmocka_unit_test(a_textbook_heap_is_drawn_byte_by_byte),
	cmocka_unit_test(a_heap_without_lists_has_a_map),
	cmocka_unit_test(freed_bytes_are_marked_in_any_span),
	cmocka_unit_test(holes_that_were_too_small_carry_question_marks),
	cmocka_unit_test(bytes_that_were_used_have_a_sign),
	cmocka_unit_test(blocks_of_a_pool_that_were_used_have_a_sign),
	cmocka_unit_test(of_a_joined_hole_only_what_was_the_block_is_shown_as_freed),
	cmocka_unit_test(a_block_of_the_heap_can_be_chosen),
	cmocka_unit_test(a_large_heap_is_drawn_by_how_much_of_each_cell_is_in_use),
	cmocka_unit_test(the_event_keeps_what_and_so_where_reasons_must_be_cut),
	cmocka_unit_test(reasons_that_have_no_line_each_are_one_text),
	cmocka_unit_test(who_asked_is_told_where_the_trace_knows),
	cmocka_unit_test(a_note_is_a_caption),
	cmocka_unit_test(past_events_have_places_and_future_ones_only_their_call),
	cmocka_unit_test(past_events_of_a_heap_have_places_after_a_jump),
	cmocka_unit_test(the_timeline_marks_faults_where_they_are),
	cmocka_unit_test(figures_say_where_every_byte_went),
	cmocka_unit_test(every_figure_has_its_formula_in_the_help),
	cmocka_unit_test(each_key_of_a_cache_is_in_its_chain),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
