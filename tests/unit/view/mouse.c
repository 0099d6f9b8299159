/* Clicks and the wheel. */
#include "show.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_mouse_is_given_to_the_terminal_and_back),
		cmocka_unit_test(every_place_can_be_clicked),
		cmocka_unit_test(a_click_on_the_timeline_goes_there_and_a_drag_stays_with_it),
		cmocka_unit_test(a_click_on_a_pool_shows_it),
		cmocka_unit_test(under_the_help_clicks_do_nothing_and_the_wheel_scrolls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
