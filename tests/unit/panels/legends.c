/*
 * Every sign on a map of any lesson, at every event of it, has its meaning below the map: the sign
 * itself, a blank, and words.
 */
#include "../view/stage.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "support.h"

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 40u /* events of a lesson at which it is drawn; longer ones are sampled */

static const struct {
	const char *panel;
	int width, height;
} maps[] = {
	{"arenas", 80, 6},
	{"arenas", 118, 9},
	{"pool", 80, 7},
	{"pool", 118, 12},
	{"heap", 118, 12},
};

static char *read_text(const char *path)
{
	struct text text = {0};
	char bytes[4096];
	FILE *file = fopen(path, "r");

	if (!file)
		fail_msg("cannot read %s", path);
	for (size_t n; (n = fread(bytes, 1, sizeof(bytes), file)) > 0;)
		text_add_bytes(&text, bytes, n);
	fclose(file);
	return text_detach(&text);
}

/* The options of the engine that a lesson names; a collector draws nothing. */
static char *options_in(const char *lesson)
{
	static const char *const before = "\ninfo play ", *const collector = " --collector";
	const char *line = strstr(lesson, before);
	char *options = xstrdup(line ? line + strlen(before) : "");

	options[strcspn(options, "\n")] = '\0';
	char *cut = strstr(options, collector);
	if (cut)
		*cut = '\0';
	return options;
}

/* The sign by which a legend explains this one: any amount of ink is one sign in its role. */
static uint32_t in_legend(uint32_t sign)
{
	bool is_ink = (sign >= 0x2580 && sign <= 0x259F && sign != 0x2591) ||
		      sign == glyph_of(CHARSET_UTF8, GLYPH_BLOCK, 0);

	if (is_ink)
		return FULL_BLOCK;
	return sign >= 'A' && sign <= 'Z' && sign != 'H' ? sign - 'A' + 'a' : sign;
}

static bool is_of_map(const struct cell *cell)
{
	bool is_free =
		cell->role == ROLE_VIRGIN || cell->role == ROLE_WASTE || (cell->marks & CELL_HELD);

	/* numbers are names of objects, places in a chain, or tenths */
	return is_free && cell->glyph != ' ' && !(cell->glyph >= '0' && cell->glyph <= '9');
}

static bool has_words(const struct canvas *canvas, const struct cell *cell)
{
	for (int y = 0; y < canvas->height; y++)
		for (int x = 0; x + 2 < canvas->width; x++) {
			const struct cell *sign = canvas_at(canvas, x, y), *words = sign + 2;
			if (in_legend(sign->glyph) == in_legend(cell->glyph) &&
				(sign->role == cell->role || sign->glyph < 0x80) &&
				canvas_at(canvas, x + 1, y)->glyph == ' ' &&
				words->role == ROLE_QUIET && words->glyph < 0x80 &&
				islower((int)words->glyph))
				return true;
		}
	return false;
}

static void assert_explained(const struct stage *stage, size_t map, const char *lesson)
{
	const struct panel_ops *ops = panel_find(maps[map].panel);
	struct panel *panel = panel_new(ops);
	struct canvas canvas;

	canvas_init(&canvas, maps[map].width, maps[map].height, CHARSET_UTF8);
	panel->shown = true;
	panel->area = (struct area){0, 0, canvas.width, canvas.height};
	ops->update(panel, &stage->scene);
	ops->draw(panel, &stage->scene, &canvas, panel->area);
	for (int y = 0; y < canvas.height; y++)
		for (int x = 0; x < canvas.width; x++) {
			const struct cell *cell = canvas_at(&canvas, x, y);
			if (is_of_map(cell) && !has_words(&canvas, cell))
				fail_msg(
					"%s, position %llu: the map %s of %dx%d has U+%04X (%s) in column %d of row %d, and no words for it",
					lesson, (unsigned long long)player_position(stage->player),
					maps[map].panel, canvas.width, canvas.height, cell->glyph,
					role_name((enum role)cell->role), x, y);
		}
	canvas_finish(&canvas);
	panel_free(panel);
}

static void walk(const char *path)
{
	char *lesson = read_text(path), *options = options_in(lesson);
	struct stage stage;

	stage_init(&stage, options, lesson);
	uint64_t length = player_length(stage.player), step = length / STEPS_MAX + 1;
	for (uint64_t position = 0; position <= length; position += step) {
		stage_seek(&stage, position);
		stage.scene.lecture = true;
		for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
			if (panel_is_useful(panel_find(maps[i].panel), &stage.scene))
				assert_explained(&stage, i, path);
	}
	stage_finish(&stage);
	free(options);
	free(lesson);
}

static void each_sign_on_a_map_has_its_meaning_below_it(void **state)
{
	const char *tests = getenv("ARENASCOPE_TESTS");
	char pattern[1024];
	glob_t lessons;

	snprintf(pattern, sizeof(pattern), "%s/../traces/lessons/*.rep", tests ? tests : "tests");
	assert_int_equal(glob(pattern, 0, NULL, &lessons), 0);
	for (size_t i = 0; i < lessons.gl_pathc; i++)
		walk(lessons.gl_pathv[i]);
	globfree(&lessons);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sign_on_a_map_has_its_meaning_below_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
