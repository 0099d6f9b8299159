/*
 * Every sign on a map of any lesson, at every event of it, has its meaning below the map: the sign
 * itself, a blank, and words. And every sign of every panel is on the page of signs, in its role.
 */
#include "../view/stage.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "support.h"
#include "view/signs.h"
#include "view/view.h"

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

/* ---- the page of signs --------------------------------------------------------------------- */

#define SHEET_WIDTH  100
#define SHEET_HEIGHT 150 /* all of the page */
#define SHEET_STEP   4   /* of the positions at which maps are drawn, one in so many */

/* What an event, or a person's choice, lends any sign for a while. */
static bool is_passing(enum role role)
{
	return role == ROLE_HOT_ALLOC || role == ROLE_HOT_FREE || role == ROLE_CHANGED ||
	       role == ROLE_BAD || role == ROLE_PLAYHEAD;
}

static bool is_prose(enum role role)
{
	return role == ROLE_TEXT || role == ROLE_TITLE || role == ROLE_CAPTION || role == ROLE_KEY;
}

/* Whether the cell is no letter of a word beside it. */
static bool stands_alone(const struct canvas *canvas, int x, int y)
{
	const struct cell *cell = canvas_at(canvas, x, y);

	for (int side = x - 1; side <= x + 1; side += 2) {
		const struct cell *beside =
			side >= 0 && side < canvas->width ? canvas_at(canvas, side, y) : NULL;
		if (beside && beside->role == cell->role && beside->glyph < 0x80 &&
			beside->glyph != ' ' && beside->glyph != cell->glyph)
			return false;
	}
	return true;
}

/* Lines are drawn from beginning to end, of which the beginning is explained. */
static uint32_t on_sheet(uint32_t sign)
{
	bool is_line = sign == glyph_of(CHARSET_UTF8, GLYPH_H_LINE, 0) ||
		       sign == glyph_of(CHARSET_UTF8, GLYPH_TRACK_END, 0);

	return is_line ? glyph_of(CHARSET_UTF8, GLYPH_TRACK_START, 0) : in_legend(sign);
}

/* Numbers count, with B for bytes, and words are read. */
static bool is_sign(const struct canvas *canvas, int x, int y)
{
	const struct cell *cell = canvas_at(canvas, x, y);

	if (cell->glyph >= 0x80)
		return cell->glyph != glyph_of(CHARSET_UTF8, GLYPH_ELLIPSIS, 0);
	return !is_prose((enum role)cell->role) && cell->role != ROLE_QUIET &&
	       cell->role != ROLE_MARK && cell->glyph != ' ' && cell->glyph != 'B' &&
	       !isdigit((int)cell->glyph) && stands_alone(canvas, x, y);
}

static bool is_on_sheet(const struct canvas *sheet, const struct cell *cell)
{
	enum role role = (enum role)cell->role;

	for (int y = 0; y < sheet->height; y++)
		for (int x = 0; x < sheet->width; x++) {
			const struct cell *sign = canvas_at(sheet, x, y);
			if (on_sheet(sign->glyph) == on_sheet(cell->glyph) &&
				(sign->role == role || is_passing(role) || is_prose(role)) &&
				stands_alone(sheet, x, y))
				return true;
		}
	return false;
}

static void assert_on_sheet(const struct stage *stage, const struct canvas *sheet,
	const struct panel_ops *ops, const char *lesson)
{
	struct panel *panel = panel_new(ops);
	struct canvas canvas;

	canvas_init(&canvas, 118, 14, CHARSET_UTF8);
	panel->shown = true;
	panel->area = (struct area){0, 0, canvas.width, canvas.height};
	ops->update(panel, &stage->scene);
	ops->draw(panel, &stage->scene, &canvas, panel->area);
	for (int y = 0; y < canvas.height; y++)
		for (int x = 0; x < canvas.width; x++) {
			const struct cell *cell = canvas_at(&canvas, x, y);
			if (is_sign(&canvas, x, y) && !is_on_sheet(sheet, cell))
				fail_msg(
					"%s, position %llu: the panel %s has U+%04X (%s) in column %d of row %d, and the page of signs has it not",
					lesson, (unsigned long long)player_position(stage->player),
					ops->name, cell->glyph, role_name((enum role)cell->role), x,
					y);
		}
	canvas_finish(&canvas);
	panel_free(panel);
}

static void assert_all_on_sheet(const struct stage *stage, const char *lesson)
{
	const struct view_config config = {.lecture = false};
	struct view *view = view_new(stage->player, &config);
	struct canvas sheet;
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);

	canvas_init(&sheet, SHEET_WIDTH, SHEET_HEIGHT, CHARSET_UTF8);
	signs_draw(view, &sheet, (struct area){0, 0, SHEET_WIDTH, SHEET_HEIGHT}, 0);
	for (size_t i = 0; i < count; i++)
		if (panel_is_useful(panels[i], &stage->scene))
			assert_on_sheet(stage, &sheet, panels[i], lesson);
	canvas_finish(&sheet);
	view_free(view);
}

static void walk(const char *path)
{
	char *lesson = read_text(path), *options = options_in(lesson);
	struct stage stage;

	stage_init(&stage, options, lesson);
	uint64_t length = player_length(stage.player), step = length / STEPS_MAX + 1;
	for (uint64_t position = 0; position <= length; position += step) {
		stage_seek(&stage, position);
		if (position / step % SHEET_STEP == 1)
			assert_all_on_sheet(&stage, path);
		stage.scene.lecture = true;
		for (size_t i = 0; i < sizeof(maps) / sizeof(*maps); i++)
			if (panel_is_useful(panel_find(maps[i].panel), &stage.scene))
				assert_explained(&stage, i, path);
	}
	stage_finish(&stage);
	free(options);
	free(lesson);
}

static void each_sign_has_its_meaning_below_the_map_and_on_the_page_of_signs(void **state)
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
		cmocka_unit_test(each_sign_has_its_meaning_below_the_map_and_on_the_page_of_signs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
