/*
 * What a click on each cell of a panel chooses, as text: cells with the same letter choose the
 * same, those with a dot nothing. Beside it, what is drawn there.
 */
#include "../view/stage.h"
#include "base/text.h"
#include "support.h"

#include <string.h>

#define CHOICES_MAX 52u

/* The answers so far; a letter is the place of one. */
struct choices {
	struct panel_answer items[CHOICES_MAX];
	size_t count;
};

static bool is_same(const struct panel_answer *one, const struct panel_answer *other)
{
	return one->goes == other->goes && one->position == other->position &&
	       one->selects == other->selects && one->selection.region == other->selection.region &&
	       one->selection.page == other->selection.page &&
	       one->selection.address == other->selection.address;
}

static char letter_of(struct choices *choices, const struct panel_answer *answer)
{
	size_t at = 0;

	if (!answer->goes && !answer->selects)
		return '.';
	while (at < choices->count && !is_same(&choices->items[at], answer))
		at++;
	if (at == CHOICES_MAX)
		return '+';
	if (at == choices->count)
		choices->items[choices->count++] = *answer;
	return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[at];
}

/* Every cell is clicked, also those beside the panel. */
static void click_all(struct stage *stage, const char *name, int width, int height,
	struct text *out)
{
	const struct panel_ops *ops = panel_find(name);
	struct panel *panel = panel_new(ops);
	struct choices choices = {0};

	panel->shown = true;
	panel->area = (struct area){0, 0, width, height};
	ops->update(panel, &stage->scene);
	for (int y = 0; y <= height; y++) {
		for (int x = 0; x <= width; x++) {
			struct panel_answer answer = ops->click(panel, &stage->scene, x, y);
			text_add(out, "%c", letter_of(&choices, &answer));
		}
		text_add(out, "\n");
	}
	panel_free(panel);
}

static void assert_chosen(const char *options, const char *trace, const char *panel, int width,
	int height, const char *drawn, const char *chosen)
{
	struct stage stage;
	struct text out = {0};

	stage_init(&stage, options, trace);
	assert_text_equal(stage_draw(&stage, panel, width, height, CHARSET_UTF8), drawn);
	click_all(&stage, panel, width, height, &out);
	assert_text_equal(text_of(&out), chosen);
	text_finish(&out);
	stage_finish(&stage);
}

#define CLASSIC "--engine pymalloc --python classic"
#define POOLS   "a 0 512\na 1 512\na 2 512\nf 0\nf 1\na 3 96\na 4 8\n"

static void blocks_of_a_pool_with_numbers(void **state)
{
	assert_chosen(CLASSIC, "a 0 512\na 1 512\na 2 512\nf 0\nf 1\n", "pool", 44, 4,
		"| H│2 1 ■ 3 · · · │x\n"
		"|\n"
		"| chain of 3: 1 → … 3 never used  464 B tail\n"
		"| block 1: free, this pool hands it out next\n",
		"...aabbccddeeffgg............................\n"
		".............................................\n"
		".............................................\n"
		".............................................\n"
		".............................................\n");
}

static void small_blocks_of_a_pool(void **state)
{
	assert_chosen(CLASSIC, "a 0 96\na 1 96\nf 0\n", "pool", 44, 4,
		"| H  0│1 ■ 2 · · · · · · · · · · · · ·\n"
		"|   16│· · · · · · · · · · · · · · · ·\n"
		"|   32│· · · · · · · · · · │x\n"
		"| chain of 2: 0 → … 39 never used  16 B tail\n",
		"......aabbccddeeffgghhiijjkkllmmnnoopp.......\n"
		"......qqrrssttuuvvwwxxyyzzAABBCCDDEEFF.......\n"
		"......GGHHIIJJKKLLMMNNOOPP...................\n"
		".............................................\n"
		".............................................\n");
}

static void pools_of_arenas(void **state)
{
	assert_chosen(CLASSIC, POOLS, "arenas", 80, 3,
		"|\n"
		"|►A00  U1 ▂▁▁····························································· 0.2%\n"
		"| ▄ part used  · never carved  U1 gives the next pool\n",
		".........abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ++++++++++++........\n"
		".........abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ++++++++++++........\n"
		".........abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ++++++++++++........\n"
		".................................................................................\n");
}

static void blocks_and_holes_of_a_heap(void **state)
{
	assert_chosen("--engine heap --heap-header 0 --heap-align 1 --heap-size 100",
		"a 0 20\na 1 20\na 2 20\nf 1\n", "heap", 40, 5,
		"|    0 ████0████▌----------████2████▌\n"
		"|   60 ····················\n"
		"| 1 cell = 2 B  █ object  · free  - freed\n"
		"| free list (2)  +20: 20 B →\n"
		"|   +60: 40 B → end\n",
		"......abcdefghijklmnopqrstuvwxyzABCD.....\n"
		"......EFGHIJKLMNOPQRSTUVWX...............\n"
		".........................................\n"
		".........................................\n"
		".........................................\n"
		".........................................\n");
}

static void chunks_of_bins(void **state)
{
	assert_chosen("--engine glibc", "a 0 40\na 1 40\na 2 2000\na 3 20\nf 0\nf 1\nf 2\n", "bins",
		40, 8,
		"| sizes  31  31  7e1  20 (prev_size 7e0)\n"
		"|        20511\n"
		"| tcache    newest first\n"
		"|     30 tt·····  +2c0 → +290\n"
		"| unsorted  freed and not sorted yet\n"
		"|        u        7e0 +2f0\n"
		"| empty     fast, small, large\n"
		"| mmap_threshold 131072\n",
		".........................................\n"
		".........................................\n"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
		".........................................\n"
		".........................................\n"
		".........................................\n");
}

static void rows_of_objects(void **state)
{
	assert_chosen("--engine heap --heap-size 400", "new 1 40 gc\nnew 2 30 gc\nref 1 2\n",
		"objects", 40, 5,
		"|object  count  gen  refers to\n"
		"|     1      1    0  → 2\n"
		"|►    2      2    0\n"
		"|\n"
		"| 2 ← the program, 1\n",
		".........................................\n"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
		".........................................\n"
		".........................................\n"
		".........................................\n");
}

static void lines_of_events(void **state)
{
	assert_chosen(CLASSIC, "a 0 8\na 1 8\nf 0\n", "events", 30, 4,
		"|    1 malloc(8)    A00.p00 bl…\n"
		"| ►  2 free(object 0) A00.p00 …\n"
		"|\n"
		"|\n",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
		"...............................\n"
		"...............................\n"
		"...............................\n");
}

static void regions_of_the_address_space(void **state)
{
	assert_chosen(CLASSIC, POOLS, "space", 40, 6,
		"|►7f0000000000   A00, 256 KiB, 0.2% used\n"
		"|                ▁\n"
		"|\n"
		"|\n"
		"|\n"
		"|\n",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
		"................a........................\n"
		".........................................\n"
		".........................................\n"
		".........................................\n"
		".........................................\n"
		".........................................\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_of_a_pool_with_numbers),
		cmocka_unit_test(small_blocks_of_a_pool),
		cmocka_unit_test(pools_of_arenas),
		cmocka_unit_test(blocks_and_holes_of_a_heap),
		cmocka_unit_test(chunks_of_bins),
		cmocka_unit_test(rows_of_objects),
		cmocka_unit_test(lines_of_events),
		cmocka_unit_test(regions_of_the_address_space),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
