/* Any key at any time: the view computes once, survives it and becomes idle. */
#include "base/xalloc.h"
#include "view/view_state.h"
#include "show.h"

#include <stdlib.h>

/* Any key except those that ask or quit, clicks and the wheel anywhere, on screens of any size. */
static void play_at_random(struct show *show, struct dice *dice)
{
	static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}, {40, 12}, {60, 18}, {20, 5},
		{19, 4}};
	static const char *const keys[] = {".", ",", "}", "{", "]", "c", "r", "g", "G", "0", "4",
		"7", "'", "M", "Up", "Down", "h", "l", "PgUp", "PgDn", "Tab", "S-Tab", "Enter",
		"Esc", "a", "p", "u", "m", "e", "i", "I", "z", "f", "o", "E", "T", "v", "d", "L",
		"w", "+", "-", "=", "n", "*", "#", "b", "B", "Space", "R"};
	uint64_t what = dice_roll(dice, 10);

	if (what == 0) {
		const int *size = sizes[dice_roll(dice, sizeof(sizes) / sizeof(*sizes))];
		canvas_resize(&show->canvas, size[0], size[1]);
	} else if (what < 3) {
		view_mouse(show->view, (enum mouse_kind)dice_roll(dice, MOUSE_WHEEL_DOWN + 1),
			(int)dice_roll(dice, (uint64_t)show->canvas.width),
			(int)dice_roll(dice, (uint64_t)show->canvas.height));
	} else {
		view_key(show->view, keys[dice_roll(dice, sizeof(keys) / sizeof(*keys))]);
	}
	view_draw(show->view, &show->canvas);
}

/* Counted objects, references and requests of two threads. */
static const char lively_trace[] =
	"new 0 96\nnew 1 40\nref 0 1\nmark middle\na 2 500 thread=1\na 3 90\nunref 0 1\n"
	"note What is kept?\na 4 20 thread=1\nr 2 30 thread=1\nf 3\nf 3\nunref - 0\ncollect 0\na 5 70000\n";

/* With addresses. */
static const char placed_trace[] =
	"a 0 96 at=0x5000a0\na 1 40 at=0x500100\nf 0\nmark middle\na 2 70000 at=0x7f0000000010\n"
	"note Why there?\na 3 20 at=0x5000a0\nf 1\nf 1\na 4 30 at=0x500100 thread=1\nf 2\n";

static const struct {
	const char *engine;
	const char *trace;
} played[] = {
	{CLASSIC, show_trace},
	{HEAP, show_trace},
	{"--engine pymalloc --arenas heap", show_trace},
	{"--engine pymalloc --python 3.13", lively_trace},
	{"--engine heap --heap-fit next --heap-order back --heap-size 2000", lively_trace},
	{"--engine glibc", lively_trace},
	{"--engine glibc --glibc 2.43 --tcache-count 1", show_trace},
	{"--engine pool --block 100", show_trace},
	{"--engine buddy --buddy-size 4K", lively_trace},
	{"--engine budget --limit 600", show_trace},
	{"--engine generational --eden 512 --survivor 256 --old 8K", lively_trace},
	{"--engine recorded", placed_trace},
};

#define PLAYED (sizeof(played) / sizeof(*played))

/* Whatever was done, the view becomes idle: no look-up runs forever. */
static void assert_survives(size_t what, const struct view_config *mode, unsigned seed,
	unsigned keys)
{
	struct view_config config = *mode;
	struct dice dice;
	struct show show;

	show_begin(&show, played[what].engine, played[what].trace, mode);
	look_ahead(&show);
	view_free(show.view);
	config.options = show.stage.options;
	show.view = view_new(show.stage.player, &config);
	dice_init(&dice, seed);
	for (unsigned i = 0; i < keys; i++) {
		play_at_random(&show, &dice);
		if (i % 10 == 0)
			pass(&show, 3);
	}
	for (unsigned i = 0; i < 100 && view_next_tick(show.view, show.now) == 0; i++)
		pass(&show, 1);
	assert_true(view_next_tick(show.view, show.now) > 0);
	show_finish(&show);
}

/* Over every engine and way of looking; with ARENASCOPE_LONG 50,400 keys for each way. */
static void whatever_is_pressed_the_view_goes_on_and_rests(void **state)
{
	static const struct view_config modes[] = {{0}, {.lecture = true},
		{.live = true, .following = true}, {.film = true}};
	bool is_long = getenv("ARENASCOPE_LONG");
	size_t nmodes = sizeof(modes) / sizeof(*modes);

	for (unsigned what = 0; what < PLAYED; what++)
		for (size_t mode = 0; mode < nmodes; mode++)
			if (is_long || mode == what % nmodes)
				assert_survives(what, &modes[mode], what, is_long ? 4200 : 300);
}

static void every_key_is_survived_at_the_start_and_at_the_end(void **state)
{
	static const char *const engines[] = {CLASSIC, HEAP};

	for (size_t e = 0; e < 2; e++)
		for (unsigned i = 1; i < ACTION_COUNT; i++) {
			struct show show;
			struct error err;
			if (i == ACTION_QUIT)
				continue;
			show_init(&show, engines[e], &(struct view_config){0});
			view_command(show.view, action_info((enum action)i)->name, &err);
			screen_of(&show);
			press(&show, "Esc Esc G");
			view_command(show.view, action_info((enum action)i)->name, &err);
			pass(&show, 40);
			screen_of(&show);
			show_finish(&show);
		}
}

/* Computes nothing, and counts its updates. */
struct counting_panel {
	struct panel panel;
	unsigned updates;
};

static void count_update(struct panel *panel, const struct scene *scene)
{
	((struct counting_panel *)panel)->updates++;
}

static const struct panel_ops counting_ops = {
	.name = "counting",
	.state_size = sizeof(struct counting_panel),
	.update = count_update,
};

/* Replaces a panel that no test here needs; the view frees it. */
static struct counting_panel *add_counting_panel(struct view *view)
{
	struct counting_panel *counting = xcalloc(1, sizeof(*counting));

	counting->panel.ops = &counting_ops;
	for (size_t i = 0; i < view->panels.count; i++)
		if (view->panels.items[i]->ops == panel_of(PANEL_OBJECTS)) {
			free(view->panels.items[i]);
			view->panels.items[i] = &counting->panel;
		}
	return counting;
}

static void a_key_refreshes_once(void **state)
{
	static const char *const places[] = {"seek start", "seek 5", "seek end"};
	unsigned refreshes = 0;
	struct error err;

	for (size_t place = 0; place < 3; place++)
		for (unsigned i = 1; i < ACTION_COUNT; i++) {
			const char *name = action_info((enum action)i)->name;
			struct show show;
			show_init(&show, CLASSIC, &(struct view_config){0});
			struct counting_panel *counting = add_counting_panel(show.view);
			view_command(show.view, places[place], &err);
			view_command(show.view, "break size > 90", &err);
			view_draw(show.view, &show.canvas);
			counting->updates = 0;
			view_command(show.view, name, &err);
			if (counting->updates > 1)
				fail_msg("%s refreshes %u times after %s", name, counting->updates,
					places[place]);
			refreshes += counting->updates;
			show_finish(&show);
		}
	assert_true(refreshes > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_pressed_the_view_goes_on_and_rests),
		cmocka_unit_test(every_key_is_survived_at_the_start_and_at_the_end),
		cmocka_unit_test(a_key_refreshes_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
