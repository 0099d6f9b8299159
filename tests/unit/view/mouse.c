/* Clicks and the wheel. */
#include "base/utf8.h"
#include "panels/panel.h"
#include "show.h"

#include <stdio.h>
#include <string.h>

static void the_mouse_is_given_to_the_terminal_and_back(void **state)
{
	struct show show;
	struct error err;

	show_init(&show, CLASSIC, &(struct view_config){0});
	assert_true(view_wants_mouse(show.view));
	press(&show, "\\");
	assert_false(view_wants_mouse(show.view));
	assert_shows(&show, "mouse off: the terminal selects");
	assert_int_equal(view_command(show.view, "mouse on", &err), 0);
	assert_true(view_wants_mouse(show.view));
	assert_int_equal(view_command(show.view, "mouse off", &err), 0);
	assert_false(view_wants_mouse(show.view));
	assert_int_equal(view_command(show.view, "mouse", &err), 0);
	assert_true(view_wants_mouse(show.view));
	show_finish(&show);
}

static void every_place_can_be_clicked(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "G");
	canvas_resize(&show.canvas, 120, 40);
	screen_of(&show);
	for (int kind = MOUSE_CLICK; kind <= MOUSE_WHEEL_DOWN; kind++)
		for (int y = -1; y < 41; y++)
			for (int x = -1; x < 121; x += 3)
				view_mouse(show.view, (enum mouse_kind)kind, x, y);
	screen_of(&show);
	show_finish(&show);
}

static void a_click_on_the_timeline_goes_there_and_a_drag_stays_with_it(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	screen_of(&show);
	view_mouse(show.view, MOUSE_CLICK, 79, 22);
	assert_int_equal(position_of(&show), 11);
	view_mouse(show.view, MOUSE_DRAG, 0, 22);
	assert_int_equal(position_of(&show), 0);
	view_mouse(show.view, MOUSE_DRAG, 40, 3); /* over the arenas */
	assert_int_equal(position_of(&show), 0);
	view_mouse(show.view, MOUSE_CLICK, 79, 22);
	press(&show, "'");
	assert_int_equal(position_of(&show), 0);
	show_finish(&show);
}

static void a_click_on_a_pool_shows_it(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, "G");
	assert_shows(&show, "A00");
	view_mouse(show.view, MOUSE_CLICK, 10, 5);
	assert_shows(&show, "Pool A00.p01");
	view_mouse(show.view, MOUSE_CLICK, 9, 5);
	assert_shows(&show, "Pool A00.p00");
	show_finish(&show);
}

static void under_the_help_clicks_do_nothing_and_the_wheel_scrolls(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	press(&show, ". ? ?");
	screen_of(&show);
	view_mouse(show.view, MOUSE_CLICK, 79, 22);
	assert_int_equal(position_of(&show), 1);
	assert_shows(&show, " time ");
	view_mouse(show.view, MOUSE_WHEEL_DOWN, 5, 5);
	screen_of(&show);
	assert_null(strstr(text_of(&show.screen), " time "));
	show_finish(&show);
}

#define BINS    "--engine glibc"
#define OBJECTS HEAP

/* The panel has no key. */
#define SHOW_LAYERS_OVER_TIME ": s h o w Space l a y e r s - o v e r - t i m e Enter"

static const char bins_trace[] = "a 0 40\na 1 40\na 2 2000\na 3 20\nf 0\nf 1\nf 2\n";
static const char unsorted_trace[] = "a 0 40\na 1 40\na 2 2000\na 3 20\nf 2\nf 0\nf 1\n";
static const char objects_trace[] = "new 1 40 gc\nnew 2 30 gc\nref 1 2\nnew 3 20 gc\n";

/*
 * A click on words of a panel, and what is then seen after some keys; without the click it would be
 * the place of the last event.
 */
static const struct click_row {
	const char *panel, *engine, *trace;
	const char *before;
	const char *on;
	int right; /* of the first of those words, in columns */
	const char *after;
	const char *words;
} clicks[] = {
	{"arenas", CLASSIC, show_trace, "G", "A00", 8, "", "Pool A00.p00"},
	{"arenas", CLASSIC, show_trace, "G", "A00", 9, "", "Pool A00.p01"},
	{"pool", CLASSIC, show_trace, "g . . . .", "0│", 2, "I", "object     0"},
	{"pool", CLASSIC, show_trace, "g . . . .", "0│", 4, "I", "object     1"},
	{"usedpools", CLASSIC, show_trace, "G u", "usedpools", 0, "z", "usedpools"},
	{"heap", HEAP, show_trace, "g . . . .", "    0 ", 8, "I", "object     0"},
	{"heap", HEAP, show_trace, "g . . . .", "  100 ", 8, "I", "object     1"},
	{"events", CLASSIC, show_trace, "G e", "free(object 0)", 0, "", "event 9 of"},
	{"inspect", CLASSIC, show_trace, "g . . . . . . I z", "event 1", 0, "Enter", "event 1 of"},
	{"bins", BINS, bins_trace, "G t z", "→ +290", 2, "I", "heap +0x2c8"},
	{"bins", BINS, unsorted_trace, "G t z", "7e0 +2f0", 0, "I", "heap +0x2f8"},
	{"objects", OBJECTS, objects_trace, "G O z", "1 ", 0, "I", "object     1"},
	{"objects", OBJECTS, objects_trace, "G O z", "2 ", 0, "I", "object     2"},
	{"space", CLASSIC, show_trace, "G -", "A00", 0, "I", "arena A00"},
	{"timeline", CLASSIC, show_trace, "G", "├", 0, "", "start of"},
	{"layers-over-time", CLASSIC, show_trace, "G " SHOW_LAYERS_OVER_TIME " z", "├", 0, "",
		"start of"},
	{"event", CLASSIC, show_trace, "G", "What happened", 0, "z", "What happened"},
	{"info", CLASSIC, show_trace, "G i", "Figures", 0, "z", "Figures"},
};

#define CLICKS (sizeof(clicks) / sizeof(*clicks))

/* Where the words are on the screen, at or below a row; false: nowhere. */
static bool find_on_screen(struct show *show, const char *words, int from, int *ret_x, int *ret_y)
{
	const char *line = screen_of(show);

	for (int y = 0; line; y++, line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *found = strstr(line, words), *end = strchr(line, '\n');
		if (y < from || !found || (end && found > end))
			continue;
		char before[800];
		snprintf(before, sizeof(before), "%.*s", (int)(found - line), line);
		*ret_x = (int)utf8_cells(before);
		*ret_y = y;
		return true;
	}
	return false;
}

static void a_click_in_any_panel_selects_what_is_drawn_there(void **state)
{
	for (size_t i = 0; i < CLICKS; i++) {
		const struct click_row *row = &clicks[i];
		struct area area;
		struct show show;
		int x = 0, y = 0;
		show_begin(&show, row->engine, row->trace, &(struct view_config){0});
		look_ahead(&show);
		press(&show, row->before);
		screen_of(&show);
		if (!view_place(show.view, row->panel, &area))
			fail_msg("%s is not on the screen:\n%s", row->panel, screen_of(&show));
		if (!find_on_screen(&show, row->on, area.y, &x, &y))
			fail_msg("%s: no '%s':\n%s", row->panel, row->on, screen_of(&show));
		view_mouse(show.view, MOUSE_CLICK, x + row->right, y);
		if (*row->after)
			press(&show, row->after);
		assert_shows(&show, row->words);
		show_finish(&show);
	}
}

static void every_panel_with_clicks_is_clicked_here(void **state)
{
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);

	for (size_t i = 0; i < count; i++) {
		bool is_clicked = false;
		for (size_t j = 0; j < CLICKS; j++)
			is_clicked |= strcmp(clicks[j].panel, panels[i]->name) == 0;
		if (!is_clicked && panels[i]->click)
			fail_msg("no click is tried in the panel %s", panels[i]->name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mouse_is_given_to_the_terminal_and_back),
		cmocka_unit_test(every_place_can_be_clicked),
		cmocka_unit_test(a_click_on_the_timeline_goes_there_and_a_drag_stays_with_it),
		cmocka_unit_test(a_click_on_a_pool_shows_it),
		cmocka_unit_test(a_click_in_any_panel_selects_what_is_drawn_there),
		cmocka_unit_test(every_panel_with_clicks_is_clicked_here),
		cmocka_unit_test(under_the_help_clicks_do_nothing_and_the_wheel_scrolls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
