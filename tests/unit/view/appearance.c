/* The colours of maps. */
#include "show.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(o_colours_maps_by_state_class_and_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
