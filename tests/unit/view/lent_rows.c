/*
 * Rows that places lend, in drawings: a letter is a place, and a line a row of it. x is the place
 * that needs rows, m the map, e the list of events, t the timeline, l a lecture's text; all but t
 * have a title.
 */
#include "view/lent_rows.h"

#include "base/text.h"
#include "panels/panel.h"
#include "support.h"

#include <string.h>

static const struct panel_ops *panel_for(char letter)
{
	return letter == 'm'   ? panel_of(PANEL_HEAP)
	       : letter == 'e' ? panel_of(PANEL_EVENTS)
	       : letter == 't' ? panel_of(PANEL_TIMELINE)
	       : letter == 'l' ? panel_of(PANEL_LECTURE)
			       : panel_of(PANEL_EVENT);
}

/* The places in the order of their letters' first appearance, which go into `letters`. */
static void layout_of(const char *drawing, struct layout *ret_layout, char letters[LAYOUT_MAX + 1])
{
	struct layout layout = {.count = 0};
	int x = 0, y = 0;

	memset(letters, 0, LAYOUT_MAX + 1);
	for (const char *at = drawing; *at; at++) {
		if (*at == '\n') {
			x = 0;
			y++;
			continue;
		}
		size_t i = 0;
		while (i < layout.count && letters[i] != *at)
			i++;
		struct layout_place *place = &layout.places[i];
		if (i == layout.count) {
			letters[layout.count++] = *at;
			*place = (struct layout_place){panel_for(*at), {x, y, 0, 0}, *at != 't'};
		}
		place->area.width = x + 1 - place->area.x;
		place->area.height = y + 1 - place->area.y;
		x++;
	}
	*ret_layout = layout;
}

static void draw(const struct layout *layout, const char *letters, struct text *out)
{
	char rows[40][8] = {{0}};

	for (size_t i = 0; i < layout->count; i++) {
		const struct area *area = &layout->places[i].area;
		for (int y = area->y; y < area->y + area->height; y++)
			for (int x = area->x; x < area->x + area->width; x++)
				rows[y][x] = letters[i];
	}
	for (size_t y = 0; rows[y][0]; y++)
		text_add(out, "%s\n", rows[y]);
}

static void assert_lent(const char *before, int needed, int of_text, const char *after)
{
	char letters[LAYOUT_MAX + 1];
	struct text drawn = {0};
	struct layout layout;

	layout_of(before, &layout, letters);
	size_t at = (size_t)(strchr(letters, 'x') - letters);
	if (of_text)
		lend_rows_of(&layout, PANEL_LECTURE, at, needed, of_text);
	else
		lend_rows(&layout, at, needed);
	draw(&layout, letters, &drawn);
	assert_text_equal(text_of(&drawn), after);
	text_finish(&drawn);
}

#define NOTHING 0

static void events_lend_first_then_the_highest_then_the_timeline(void **state)
{
	/* the list of events keeps two rows below its title, the map three, the timeline one */
	assert_lent("m\nm\nm\nm\nm\nm\ne\ne\ne\ne\ne\nx\nx\nt\nt\nt\n", 1, NOTHING,
		"m\nm\nm\nm\nm\nm\ne\ne\ne\ne\ne\nx\nx\nt\nt\nt\n");
	assert_lent("m\nm\nm\nm\nm\nm\ne\ne\ne\ne\ne\nx\nx\nt\nt\nt\n", 2, NOTHING,
		"m\nm\nm\nm\nm\nm\ne\ne\ne\ne\nx\nx\nx\nt\nt\nt\n");
	assert_lent("m\nm\nm\nm\nm\nm\ne\ne\ne\ne\ne\nx\nx\nt\nt\nt\n", 4, NOTHING,
		"m\nm\nm\nm\nm\ne\ne\ne\nx\nx\nx\nx\nx\nt\nt\nt\n");
	assert_lent("m\nm\nm\nm\nm\nm\ne\ne\ne\ne\ne\nx\nx\nt\nt\nt\n", 6, NOTHING,
		"m\nm\nm\nm\ne\ne\ne\nx\nx\nx\nx\nx\nx\nx\nt\nt\n");
	assert_lent("m\nm\nm\nm\nm\nm\ne\ne\ne\ne\ne\nx\nx\nt\nt\nt\n", 20, NOTHING,
		"m\nm\nm\nm\ne\ne\ne\nx\nx\nx\nx\nx\nx\nx\nx\nt\n");
}

static void places_beside_each_other_lend_and_grow_together(void **state)
{
	assert_lent("mn\nmn\nmn\nmn\nmn\nmn\nxy\nxy\n", 3, NOTHING,
		"mn\nmn\nmn\nmn\nxy\nxy\nxy\nxy\n");
	assert_lent("xy\nxy\ntt\nmn\nmn\nmn\nmn\nmn\n", 2, NOTHING,
		"xy\nxy\nxy\ntt\nmn\nmn\nmn\nmn\n");
}

static void a_row_that_does_not_run_from_edge_to_edge_stays_as_it_is(void **state)
{
	assert_lent("mn\nmn\nmn\nmx\nmx\nmx\n", 5, NOTHING, "mn\nmn\nmn\nmx\nmx\nmx\n");
	assert_lent("mm\nmm\nmm\nmm\nmm\nxy\nzy\nzy\n", 1, NOTHING,
		"mm\nmm\nmm\nmm\nmm\nxy\nzy\nzy\n");
	assert_lent("mm\nmm\nmm\nmm\nmm\nzy\nzy\nxy\n", 1, NOTHING,
		"mm\nmm\nmm\nmm\nmm\nzy\nzy\nxy\n");
}

static void a_text_keeps_the_rows_that_it_is_said_to(void **state)
{
	assert_lent("m\nm\nl\nl\nl\nl\nx\nx\n", 4, 2, "m\nm\nl\nl\nl\nx\nx\nx\n");
	assert_lent("m\nm\nl\nl\nl\nl\nx\nx\n", 4, 1, "m\nm\nl\nl\nx\nx\nx\nx\n");
	assert_lent("m\nm\nm\nm\nm\nm\nx\nx\n", 4, 1, "m\nm\nm\nm\nm\nm\nx\nx\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_lend_first_then_the_highest_then_the_timeline),
		cmocka_unit_test(places_beside_each_other_lend_and_grow_together),
		cmocka_unit_test(a_row_that_does_not_run_from_edge_to_edge_stays_as_it_is),
		cmocka_unit_test(a_text_keeps_the_rows_that_it_is_said_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
