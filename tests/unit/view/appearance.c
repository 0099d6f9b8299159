/* The colours of maps. */
#include "show.h"

#include "base/text.h"
#include "canvas/theme.h"

#include <string.h>

static void o_colours_maps_by_state_class_and_fill(void **state)
{
	struct show show;

	show_init(&show, CLASSIC, &(struct view_config){0});
	canvas_resize(&show.canvas, 120, 40);
	press(&show, "G a");
	assert_shows(&show, "part used");
	press(&show, "o");
	assert_shows(&show, "maps coloured by class");
	assert_shows(&show, "size class, 0 to v");
	press(&show, "o");
	assert_shows(&show, "maps coloured by fill");
	assert_shows(&show, "tenths used");
	press(&show, "o");
	assert_shows(&show, "maps coloured by state");
	assert_shows(&show, "part used");
	show_finish(&show);
}

/* The themes that T comes to, from neutral until it is there again, or the message. */
static void assert_themes(int colors, const char *expected)
{
	struct show show;
	struct text names = {0};

	show_init(&show, CLASSIC, &(struct view_config){0});
	view_set_colors(show.view, colors);
	do {
		press(&show, "T");
		text_join(&names, " ", theme_name(view_theme(show.view)));
	} while (strcmp(theme_name(view_theme(show.view)), "neutral") != 0);
	assert_string_equal(text_of(&names), expected);
	text_finish(&names);
	show_finish(&show);
}

static void t_goes_to_the_next_theme_that_looks_different_on_this_terminal(void **state)
{
	assert_themes(256, "dark light high-contrast colour-blind projector-dark projector-light "
			   "mono neutral");
	assert_themes(8, "dark light high-contrast projector-light mono neutral");
	assert_themes(0, "neutral");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(o_colours_maps_by_state_class_and_fill),
		cmocka_unit_test(t_goes_to_the_next_theme_that_looks_different_on_this_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
