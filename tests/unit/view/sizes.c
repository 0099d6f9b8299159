/* The screen at every size. */
#include "show.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static void every_size_shows_state_story_map_and_help(void **state)
{
	static const char *const engines[] = {CLASSIC, HEAP};

	for (size_t i = 0; i < 2; i++) {
		struct show show;
		show_init(&show, engines[i], &(struct view_config){0});
		view_command(show.view, "seek 2", &(struct error){0});
		for (int width = 20; width < 240; width += 7)
			for (int height = 5; height < 70; height++) {
				canvas_resize(&show.canvas, width, height);
				const char *screen = screen_of(&show);
				if (!strstr(screen, "PAUSE") || !strstr(screen, "? help") ||
					!strstr(screen, "malloc(96)") ||
					!strstr(screen, i == 0 ? "A00" : "█"))
					fail_msg("%dx%d lacks something:\n%s", width, height,
						screen);
			}
		show_finish(&show);
	}
}

static void tiny_screens_say_what_they_need(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	for (int width = 1; width < 24; width++)
		for (int height = 1; height < 6; height++) {
			canvas_resize(&show.canvas, width, height);
			screen_of(&show);
		}
	canvas_resize(&show.canvas, 19, 4);
	assert_shows(&show, "20x5");
	show_finish(&show);
}

static void ascii_is_ascii_at_every_size(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	show.canvas.charset = CHARSET_ASCII;
	for (int width = 20; width < 220; width += 13)
		for (int height = 5; height < 65; height += 3) {
			canvas_resize(&show.canvas, width, height);
			view_draw(show.view, &show.canvas);
			for (int i = 0; i < width * height; i++)
				assert_true(show.canvas.cells[i].glyph >= ' ' &&
					    show.canvas.cells[i].glyph < 127);
		}
	show_finish(&show);
}

/* Empty bins share one row, so that what comes below the bins is not cut. */
static void thresholds_are_seen_at_every_event(void **state)
{
	static const char *const trace = "a 0 200000\nf 0\na 1 200000\nf 1\na 2 300000\n"
					 "a 3 2000\na 4 40\nf 4\n";
	struct show show;

	for (int is_lecture = 0; is_lecture < 2; is_lecture++) {
		show_begin(&show, "--engine glibc", trace, &(struct view_config){0});
		canvas_resize(&show.canvas, 80, 24);
		press(&show, is_lecture ? "L g" : "g");
		for (int i = 0; i < 8; i++) {
			press(&show, ".");
			assert_shows(&show,
				i == 0 ? "mmap_threshold 131072" : "mmap_threshold 200704");
			assert_shows(&show,
				i == 0 ? "trim_threshold 131072" : "trim_threshold 401408");
		}
		show_finish(&show);
	}
}

/* At 120x40 the lists of pools and what happened leave rows to the pool, which cuts nothing. */
static void a_pool_beside_the_map_shows_every_field(void **state)
{
	static const char *const fields[] = {"count", "freeblock", "nextpool", "prevpool",
		"arenaindex", "szidx", "nextoffset", "maxnextoffset"};
	struct show show;

	show_begin(&show, CLASSIC,
		"note Two blocks, one of them freed.\na 0 500\na 1 500\nf 0\na 2 200\nf 2\na 3 500\n",
		&(struct view_config){0});
	canvas_resize(&show.canvas, 120, 40);
	press(&show, ".");
	for (int i = 0; i < 6; i++) {
		press(&show, ".");
		for (size_t field = 0; i != 4 && field < sizeof(fields) / sizeof(*fields); field++)
			assert_shows(&show, fields[field]);
	}
	assert_shows(&show, "A00.p00 part used  2/8  504 B");
	show_finish(&show);
}

/* What a panel needs is known before it is shown for the first time. */
static void the_first_frame_is_the_second(void **state)
{
	static const char *const keys[] = {"", "L", "g", "L g", "o"};
	static const int sizes[][2] = {{40, 12}, {80, 24}, {120, 40}, {200, 60}};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys) * 4; i++) {
		struct show show;
		show_begin(&show, CLASSIC,
			"note A.\nnew 0 40\nnew 1 40\nref 0 1\nunref - 1\nunref - 0\n",
			&(struct view_config){0});
		canvas_resize(&show.canvas, sizes[i % 4][0], sizes[i % 4][1]);
		view_command(show.view, "seek 5", &(struct error){0});
		press(&show, keys[i / 4]);
		char *first = xstrdup(screen_of(&show));
		assert_text_equal(screen_of(&show), first);
		free(first);
		show_finish(&show);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_shows_state_story_map_and_help),
		cmocka_unit_test(tiny_screens_say_what_they_need),
		cmocka_unit_test(ascii_is_ascii_at_every_size),
		cmocka_unit_test(thresholds_are_seen_at_every_event),
		cmocka_unit_test(a_pool_beside_the_map_shows_every_field),
		cmocka_unit_test(the_first_frame_is_the_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
