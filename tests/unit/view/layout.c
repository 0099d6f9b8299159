/*
 * Which panels a screen of each size has, and where: for every kind of layout the sizes at which
 * another arrangement begins, the panels that a person opens, and heights of the text.
 */
#include "base/text.h"
#include "view/layout.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

#define WIDTH_MAX  205
#define HEIGHT_MAX 60

static const char *const kinds[] = {
	[LAYOUT_POOLS] = "pools",
	[LAYOUT_HEAP] = "heap",
	[LAYOUT_BINS] = "bins",
	[LAYOUT_OBJECTS] = "objects",
	[LAYOUT_SPACES] = "spaces",
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

static void make(struct layout *layout, int width, int height, enum layout_kind kind,
	bool is_lecture)
{
	struct area area = {0, 1, width, height};

	if (is_lecture)
		layout_make_lecture(layout, area, kind, 0);
	else
		layout_make(layout, area, kind, NULL, false, 0);
}

/* Panels in order with their titles, and the heights of all but the highest. */
static void describe(const struct layout *layout, char *ret_words, size_t size)
{
	size_t length = 0;
	int highest = 0;

	for (size_t i = 0; i < layout->count; i++)
		if (layout->places[i].area.height > highest)
			highest = layout->places[i].area.height;
	for (size_t i = 0; i < layout->count; i++) {
		const struct layout_place *place = &layout->places[i];
		int height = place->area.height < highest ? place->area.height : 0;
		length += (size_t)snprintf(ret_words + length, size - length, "%s %d %d, ",
			place->panel->name, height, place->title_rows);
		assert_true(length < size);
	}
}

/* "arenas 78×21 at 0,1 (titled)", a panel a line. */
static void write_layout(struct text *page, const struct layout *layout)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct layout_place *place = &layout->places[i];
		text_add(page, "  %s %dx%d at %d,%d%s\n", place->panel->name, place->area.width,
			place->area.height, place->area.x, place->area.y,
			place->title_rows ? "" : " (no title)");
	}
}

/* The sizes whose arrangement neither one column nor one row less has. */
static void write_corners(struct text *page, enum layout_kind kind, bool is_lecture)
{
	static char above[WIDTH_MAX + 1][240];
	struct layout layout;

	memset(above, 0, sizeof(above));
	for (int height = 1; height <= HEIGHT_MAX; height++) {
		char left[240] = "", here[240];
		for (int width = 1; width <= WIDTH_MAX; width++) {
			make(&layout, width, height, kind, is_lecture);
			describe(&layout, here, sizeof(here));
			if (strcmp(here, left) != 0 && strcmp(here, above[width]) != 0) {
				text_add(page, "%s%s, from %dx%d\n", kinds[kind],
					is_lecture ? ", lecture" : "", width, height);
				write_layout(page, &layout);
			}
			strcpy(left, here);
			strcpy(above[width], here);
		}
	}
}

static void each_size_has_its_panels(void **state)
{
	struct text page = {0};

	for (size_t kind = 0; kind < KINDS; kind++) {
		write_corners(&page, (enum layout_kind)kind, false);
		write_corners(&page, (enum layout_kind)kind, true);
	}
	assert_golden(text_of(&page), "unit/view/layouts.txt");
	text_finish(&page);
}

static const int sizes[][2] = {{40, 10}, {80, 22}, {118, 34}, {200, 58}};
#define SIZES (sizeof(sizes) / sizeof(*sizes))

/* An opened panel takes the largest place, with others beside it or alone. */
static void an_opened_panel_has_the_largest_place(void **state)
{
	struct text page = {0};
	struct layout layout;

	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < 2 * SIZES; i++) {
			struct area area = {0, 1, sizes[i / 2][0], sizes[i / 2][1]};
			layout_make(&layout, area, (enum layout_kind)kind, panel_of(PANEL_ROOTS),
				i % 2, 0);
			text_add(&page, "%s, %dx%d, roots%s\n", kinds[kind], area.width,
				area.height, i % 2 ? " alone" : "");
			write_layout(&page, &layout);
		}
	assert_golden(text_of(&page), "unit/view/layouts-opened.txt");
	text_finish(&page);
}

/* A panel that is opened by name is not left as a row without a title. */
static void an_opened_timeline_is_more_than_a_strip(void **state)
{
	struct layout layout;

	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < SIZES; i++) {
			struct area area = {0, 1, sizes[i][0], sizes[i][1]};
			size_t times = 0;
			layout_make(&layout, area, (enum layout_kind)kind, panel_of(PANEL_TIMELINE),
				false, 0);
			for (size_t at = 0; at < layout.count; at++)
				if (layout.places[at].panel == panel_of(PANEL_TIMELINE)) {
					times++;
					assert_true(layout.places[at].area.height >= 3);
				}
			assert_int_equal(times, 1);
		}
}

/* No panel overlaps another or leaves the area; every row that the area has is of a panel. */
static void check_places(const struct layout *layout, struct area area)
{
	static unsigned char taken[HEIGHT_MAX + 1][WIDTH_MAX + 1];

	memset(taken, 0, sizeof(taken));
	for (size_t i = 0; i < layout->count; i++) {
		const struct area *place = &layout->places[i].area;
		assert_true(place->x >= area.x && place->y >= area.y);
		assert_true(place->x + place->width <= area.x + area.width);
		assert_true(place->y + place->height <= area.y + area.height);
		for (int y = place->y; y < place->y + place->height; y++)
			for (int x = place->x; x < place->x + place->width; x++)
				assert_int_equal(taken[y][x]++, 0);
	}
	for (int y = area.y; y < area.y + area.height; y++)
		assert_true(taken[y][area.x]);
}

static void panels_part_the_screen(void **state)
{
	struct layout layout;

	for (size_t kind = 0; kind < KINDS; kind++)
		for (int height = 6; height < HEIGHT_MAX; height += 3)
			for (int width = 20; width <= WIDTH_MAX; width += 7)
				for (int text = 0; text < 30; text += 7) {
					struct area area = {0, 1, width, height};
					layout_make(&layout, area, (enum layout_kind)kind, NULL,
						false, text);
					check_places(&layout, area);
					layout_make_lecture(&layout, area, (enum layout_kind)kind,
						text);
					check_places(&layout, area);
				}
}

/* The text has the rows it needs, as long as the map keeps its own. */
static void a_long_text_takes_rows_from_the_map(void **state)
{
	struct text page = {0};
	struct layout layout;

	for (size_t kind = 0; kind < KINDS; kind++)
		for (size_t i = 0; i < SIZES; i++) {
			struct area area = {0, 1, sizes[i][0], sizes[i][1]};
			text_add(&page, "%s, %dx%d:", kinds[kind], area.width, area.height);
			for (int rows = 0; rows < 40; rows++) {
				int text = 0, lecture = 0;
				layout_make(&layout, area, (enum layout_kind)kind, NULL, false,
					rows);
				for (size_t j = 0; j < layout.count; j++)
					if (layout.places[j].panel == panel_of(PANEL_EVENT))
						text = layout.places[j].area.height;
				layout_make_lecture(&layout, area, (enum layout_kind)kind, rows);
				for (size_t j = 0; j < layout.count; j++)
					if (layout.places[j].panel == panel_of(PANEL_LECTURE))
						lecture = layout.places[j].area.height;
				text_add(&page, " %d/%d", text, lecture);
			}
			text_add(&page, "\n");
		}
	assert_golden(text_of(&page), "unit/view/layouts-text.txt");
	text_finish(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_size_has_its_panels),
		cmocka_unit_test(an_opened_panel_has_the_largest_place),
		cmocka_unit_test(an_opened_timeline_is_more_than_a_strip),
		cmocka_unit_test(panels_part_the_screen),
		cmocka_unit_test(a_long_text_takes_rows_from_the_map),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
