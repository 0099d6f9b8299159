/*
 * Scenes as a real terminal shows them: at several sizes, in colour, without colours and in ASCII.
 *
 * A scene is a text that begins with what is played and done:
 *
 *	# play: OPTIONS TRACE		of `arenascope play`
 *	# do: KEY... or :COMMAND	keys by name, or as typed; any number of such lines
 *	# theme: NAME			whose colours they are; neutral where there is no such line
 *	# sizes: WxH...			40x12 80x24 120x40 200x60 where there is no such line
 *	# terminals: TERM...		on these, at the first size, every theme has its own colours
 *
 * Read on standard input, it is written anew to standard output, with its screens: the signs; below
 * them, for each row that has any, the colours, a letter a cell for the role that has this colour
 * (--legend); the signs in ASCII. What follows from that is not written but insisted on: without
 * colours the signs are the same, and bold, underlined and reversed as the legend says; in ASCII
 * the colours are the same.
 *
 * usage: matrix ARENASCOPE <SCENE; matrix --legend; matrix --panels (there is a scene for each)
 */
#include "base/text.h"
#include "base/utf8.h"
#include "canvas/theme.h"
#include "panels/panel.h"
#include "vt.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TERMINAL   "TERM=vt-256color" /* terminals.ti */
#define COLORS     256
#define THEME      "neutral"
#define WIDTH_MAX  300
#define WORDS_MAX  24u
#define DOINGS_MAX 16u

enum mode { IN_COLOR, MONO, ASCII, MODES };

struct scenario {
	struct text head;       /* as it was read */
	char *words[WORDS_MAX]; /* of the call, ended by NULL */
	char *doings[DOINGS_MAX];
	char *sizes, *terminals;
	const struct theme *theme;
};

static _Noreturn void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("matrix: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

/* ---- what is to be done -------------------------------------------------------------------- */

static const char *value_of(const char *line, const char *name)
{
	size_t length = strlen(name);

	return strncmp(line, name, length) == 0 ? line + length : NULL;
}

static void add_words(char **words, const char *program, const char *typed)
{
	size_t n = 0;

	words[n++] = strdup(program);
	words[n++] = strdup("play");
	char *copy = strdup(typed);
	for (char *word = strtok(copy, " \n"); word; word = strtok(NULL, " \n")) {
		if (n == WORDS_MAX - 1)
			fail("more than %u words to play", n);
		words[n++] = strdup(word);
	}
	free(copy);
}

static const struct theme *named_theme(const char *value)
{
	char name[40];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(value, "\n"), value);
	if (!theme_find(name))
		fail("there is no theme '%s'", name);
	return theme_find(name);
}

static void read_scene(struct scenario *scene, const char *program)
{
	char *line = NULL;
	size_t room = 0, doings = 0;

	*scene = (struct scenario){0};
	while (getline(&line, &room, stdin) > 0 && line[0] == '#') {
		const char *value;
		text_add(&scene->head, "%s", line);
		if ((value = value_of(line, "# play: ")))
			add_words(scene->words, program, value);
		else if ((value = value_of(line, "# do: ")) && doings < DOINGS_MAX)
			scene->doings[doings++] = strndup(value, strcspn(value, "\n"));
		else if ((value = value_of(line, "# sizes: ")))
			scene->sizes = strndup(value, strcspn(value, "\n"));
		else if ((value = value_of(line, "# terminals: ")))
			scene->terminals = strndup(value, strcspn(value, "\n"));
		else if ((value = value_of(line, "# theme: ")))
			scene->theme = named_theme(value);
	}
	free(line);
	if (!scene->theme)
		scene->theme = theme_find(THEME);
	if (!scene->sizes)
		scene->sizes = strdup("40x12 80x24 120x40 200x60");
	if (!scene->words[0])
		fail("the scene does not say what to play");
}

static void scene_finish(struct scenario *scene)
{
	text_finish(&scene->head);
	for (size_t i = 0; i < WORDS_MAX; i++)
		free(scene->words[i]);
	for (size_t i = 0; i < DOINGS_MAX; i++)
		free(scene->doings[i]);
	free(scene->sizes);
	free(scene->terminals);
}

/* Gives the number of keys pressed. */
static unsigned press(struct vt *vt, const char *name)
{
	static const struct {
		const char *name, *bytes;
	} named[] = {
		{"Enter", "\r"},
		{"Esc", "\033"},
		{"Space", " "},
		{"Tab", "\t"},
		{"PgDn", "\033[6~"},
	};

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if (strcmp(named[i].name, name) == 0) {
			vt_send(vt, named[i].bytes);
			return 1;
		}
	vt_send(vt, name);
	return (unsigned)strlen(name);
}

/* Each key is waited for: what is typed ahead of an Esc would belong to it. */
static unsigned long carry_out(struct vt *vt, const char *doing, unsigned long keys)
{
	char *copy = strdup(doing);

	if (doing[0] == ':' && doing[1] != ' ') {
		keys += press(vt, doing) + press(vt, "Enter");
	} else {
		for (char *key = strtok(copy, " "); key; key = strtok(NULL, " ")) {
			keys += press(vt, key);
			if (!vt_wait_rest(vt, keys))
				fail("'%s' does not come to rest", doing);
		}
	}
	free(copy);
	if (!vt_wait_rest(vt, keys))
		fail("'%s' does not come to rest", doing);
	return keys;
}

/* ---- what is seen -------------------------------------------------------------------------- */

struct shown {
	int width, height;
	struct vt_cell *cells;
};

static void look(struct shown *ret_shown, const struct scenario *scene, int width, int height,
	const char *const *environment)
{
	struct vt *vt = vt_start(width, height, (const char *const *)scene->words, environment);
	unsigned long keys = 0;

	if (!vt_wait_rest(vt, 0))
		fail("it does not come to rest");
	for (size_t i = 0; i < DOINGS_MAX && scene->doings[i]; i++)
		keys = carry_out(vt, scene->doings[i], keys);
	*ret_shown = (struct shown){width, height,
		calloc((size_t)width * (size_t)height, sizeof(struct vt_cell))};
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			ret_shown->cells[y * width + x] = vt_cell(vt, y, x);
	vt_free(vt);
}

static void look_in_mode(struct shown *ret_shown, const struct scenario *scene, int width,
	int height, enum mode mode)
{
	static const char *const environments[MODES][3] = {
		[IN_COLOR] = {TERMINAL},
		[MONO] = {TERMINAL, "NO_COLOR=1"},
		[ASCII] = {TERMINAL, "LC_ALL=C"},
	};

	look(ret_shown, scene, width, height, environments[mode]);
}

/* ---- as text ------------------------------------------------------------------------------- */

static bool looks_like(const struct vt_cell *cell, struct look look)
{
	bool is_blank = cell->glyph == ' ', shows = !is_blank || cell->underline || cell->reverse;

	return cell->background == look.background &&
	       cell->underline == !!(look.marks & CELL_UNDERLINE) &&
	       cell->reverse == !!(look.marks & CELL_REVERSE) &&
	       (!shows || cell->foreground == look.foreground) &&
	       (is_blank || cell->bold == !!(look.marks & CELL_BOLD));
}

/* A cell's own marks come on top of its role's. */
static struct look with_marks(struct look look, unsigned marks)
{
	look.marks |= marks & (CELL_BOLD | CELL_UNDERLINE);
	look.marks ^= marks & CELL_REVERSE;
	return look;
}

/* The first role that looks like the cell, with as few marks on top as it takes; 0: none does. */
static char letter_of(const struct vt_cell *cell, const struct theme *theme)
{
	for (unsigned marks = 0; marks < 8; marks++)
		for (int role = 0; role < ROLE_COUNT; role++) {
			struct look look = theme_look(theme, (enum role)role, COLORS);
			if (looks_like(cell, with_marks(look, marks)))
				return role_letter((enum role)role);
		}
	return '\0';
}

static char color_letter(const struct vt_cell *cell, const struct theme *theme)
{
	char letter = letter_of(cell, theme);

	if (!letter)
		fail("no role has the colours %d on %d%s", cell->foreground, cell->background,
			cell->bold ? ", bold" : "");
	return letter;
}

static void add_row_of_signs(struct text *row, const struct shown *shown, int y)
{
	const struct vt_cell *cells = &shown->cells[y * shown->width];
	int width = shown->width;

	while (width > 0 && cells[width - 1].glyph == ' ')
		width--;
	for (int x = 0; x < width; x++) {
		char bytes[5];
		text_add_bytes(row, bytes, utf8_put(bytes, cells[x].glyph));
	}
}

/* Rows that are the same again are counted, for their sake who reads it. */
static void add_signs(struct text *out, const struct shown *shown)
{
	struct text row = {0}, last = {0};
	int again = 0;

	for (int y = 0; y <= shown->height; y++) {
		text_clear(&row);
		if (y < shown->height)
			add_row_of_signs(&row, shown, y);
		if (y > 0 && y < shown->height && strcmp(text_of(&row), text_of(&last)) == 0) {
			again++;
			continue;
		}
		if (again > 2)
			text_add(out, "~ and %d more\n", again);
		for (; again > 0 && again <= 2; again--)
			text_add(out, "%s\n", text_of(&last));
		again = 0;
		if (y < shown->height)
			text_add(out, "%s\n", text_of(&row));
		text_clear(&last);
		text_add(&last, "%s", text_of(&row));
	}
	text_finish(&row);
	text_finish(&last);
}

static void add_letters(struct text *out, int first, int last, const char *letters)
{
	if (!*letters)
		return;
	if (first < last)
		text_add(out, "%d-", first);
	text_add(out, "%2d|%s\n", last, letters);
}

/* The rows that have any, each with its number, from 0; rows that are the same together. */
static void add_plane(struct text *out, const struct shown *shown, const struct theme *theme)
{
	char letters[WIDTH_MAX + 1] = "", before[WIDTH_MAX + 1] = "";
	int first = 0;

	for (int y = 0; y < shown->height; y++) {
		int width = 0;
		for (int x = 0; x < shown->width; x++) {
			letters[x] = color_letter(&shown->cells[y * shown->width + x], theme);
			if (letters[x] != ' ')
				width = x + 1;
		}
		letters[width] = '\0';
		if (strcmp(letters, before) == 0)
			continue;
		add_letters(out, first, y - 1, before);
		memcpy(before, letters, sizeof(before));
		first = y;
	}
	add_letters(out, first, shown->height - 1, before);
}

static void insist_on_same(const struct text *one, const struct text *other, const char *what)
{
	if (strcmp(text_of(one), text_of(other)) != 0)
		fail("%s:\n%s\nbut:\n%s", what, text_of(one), text_of(other));
}

/*
 * A cell that usually looks so, in another theme. Roles that share a colour there need not share it
 * here: any of them will do.
 */
static bool is_as_expected(const struct vt_cell *is, const struct vt_cell *usual,
	const struct scenario *scene, const struct theme *theme, int colors)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		for (unsigned marks = 0; marks < 8; marks++) {
			struct look there = theme_look(scene->theme, (enum role)role, COLORS);
			struct look here = theme_look(theme, (enum role)role, colors);
			if (looks_like(usual, with_marks(there, marks)) &&
				looks_like(is, with_marks(here, marks)))
				return true;
		}
	return false;
}

static void insist_on_ascii(const struct shown *shown)
{
	for (int i = 0; i < shown->width * shown->height; i++)
		if (shown->cells[i].glyph > 0x7E)
			fail("a sign beyond ASCII: U+%04X", shown->cells[i].glyph);
}

/* Without colours each cell has the marks of a role that it has in colour. */
static void insist_on_marks(const struct shown *colored, const struct shown *shown,
	const struct scenario *scene)
{
	for (int i = 0; i < shown->width * shown->height; i++) {
		const struct vt_cell *cell = &shown->cells[i];
		if (cell->foreground != -1 || cell->background != -1)
			fail("a colour where none was wanted: row %d, column %d", i / shown->width,
				i % shown->width);
		if (cell->glyph != colored->cells[i].glyph)
			fail("without colours another sign: row %d, column %d", i / shown->width,
				i % shown->width);
		if (!is_as_expected(cell, &colored->cells[i], scene, scene->theme, 0))
			fail("without colours other marks than the legend's: row %d, column %d",
				i / shown->width, i % shown->width);
	}
}

static void add_screens(struct text *out, const struct scenario *scene, int width, int height)
{
	struct shown shown[MODES];
	struct text signs = {0}, colors = {0}, plain = {0}, again = {0};

	for (enum mode mode = 0; mode < MODES; mode++)
		look_in_mode(&shown[mode], scene, width, height, mode);
	add_signs(&signs, &shown[IN_COLOR]);
	add_plane(&colors, &shown[IN_COLOR], scene->theme);
	insist_on_marks(&shown[IN_COLOR], &shown[MONO], scene);
	add_signs(&plain, &shown[ASCII]);
	insist_on_ascii(&shown[ASCII]);
	add_plane(&again, &shown[ASCII], scene->theme);
	insist_on_same(&colors, &again, "in ASCII the colours are others");
	text_add(out, "== %dx%d\n%s-- colours\n%s-- ASCII\n%s", width, height, text_of(&signs),
		text_of(&colors), text_of(&plain));
	for (enum mode mode = 0; mode < MODES; mode++)
		free(shown[mode].cells);
	text_finish(&signs);
	text_finish(&colors);
	text_finish(&plain);
	text_finish(&again);
}

/* ---- other terminals ----------------------------------------------------------------------- */

static int colors_of(const char *terminal)
{
	static const struct {
		const char *terminal;
		int colors;
	} known[] = {
		{"vt-8color", 8},
		{"linux", 8},
		{"vt-16color", 16},
		{"vt-256color", 256},
		{"vt-direct", 1 << 24},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(known[i].terminal, terminal) == 0)
			return known[i].colors;
	fail("the number of colours of TERM=%s is not known", terminal);
}

static void insist_on_theme(const struct shown *usual, const struct scenario *scene,
	const char *terminal, const char *theme)
{
	char term[60];
	const char *const environment[] = {term, NULL};
	bool cannot_underline = strcmp(terminal, "linux") == 0; /* what is coloured */
	struct scenario themed = *scene;
	struct shown shown;
	size_t n = 0;

	snprintf(term, sizeof(term), "TERM=%s", terminal);
	while (themed.words[n])
		n++;
	if (n + 2 >= WORDS_MAX)
		fail("more than %u words to play", WORDS_MAX);
	themed.words[n] = (char[]){"--theme"};
	themed.words[n + 1] = strdup(theme);
	look(&shown, &themed, usual->width, usual->height, environment);
	for (int i = 0; i < usual->width * usual->height; i++) {
		struct vt_cell is = shown.cells[i], underlined = is;
		underlined.underline = true;
		if (cannot_underline && is.glyph == ' ')
			continue;
		if (!is_as_expected(&is, &usual->cells[i], scene, theme_find(theme),
			    colors_of(terminal)) &&
			!(cannot_underline && is_as_expected(&underlined, &usual->cells[i], scene,
						      theme_find(theme), colors_of(terminal))))
			fail("TERM=%s, theme %s, row %d, column %d: %d on %d%s%s%s is not the theme's",
				terminal, theme, i / usual->width, i % usual->width, is.foreground,
				is.background, is.bold ? ", bold" : "",
				is.underline ? ", underlined" : "", is.reverse ? ", reversed" : "");
	}
	free(themed.words[n + 1]);
	free(shown.cells);
}

static void insist_on_themes(const struct scenario *scene)
{
	struct shown usual;
	int width, height;
	char *rest;

	if (sscanf(scene->sizes, "%dx%d", &width, &height) != 2)
		fail("'%s' is no size", scene->sizes);
	look_in_mode(&usual, scene, width, height, IN_COLOR);
	for (char *terminal = strtok_r(scene->terminals, " ", &rest); terminal;
		terminal = strtok_r(NULL, " ", &rest))
		for (size_t i = 0; theme_names[i]; i++)
			insist_on_theme(&usual, scene, terminal, theme_names[i]);
	free(usual.cells);
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void write_screens(const char *program)
{
	struct scenario scene;
	struct text out = {0};
	int width, height;
	char *rest;

	read_scene(&scene, program);
	if (scene.terminals)
		insist_on_themes(&scene);
	text_add(&out, "%s", text_of(&scene.head));
	for (char *size = strtok_r(scene.sizes, " ", &rest); size;
		size = strtok_r(NULL, " ", &rest)) {
		if (sscanf(size, "%dx%d", &width, &height) != 2 || width > WIDTH_MAX)
			fail("'%s' is no size", size);
		add_screens(&out, &scene, width, height);
	}
	fputs(text_of(&out), stdout);
	text_finish(&out);
	scene_finish(&scene);
}

/*
 * What the letters stand for: the roles that have this colour, how it is made, and how they look
 * without colours.
 */
static void write_legend(void)
{
	const struct theme *theme = theme_find(THEME);

	for (int role = 0; role < ROLE_COUNT; role++) {
		struct look look = theme_look(theme, (enum role)role, COLORS);
		struct vt_cell cell = {'x', look.foreground, look.background,
			look.marks & CELL_BOLD, look.marks & CELL_UNDERLINE,
			look.marks & CELL_REVERSE};
		printf("%c  %-10s %3d on %3d  %c\n", letter_of(&cell, theme),
			role_name((enum role)role), look.foreground, look.background,
			mark_letter(theme_look(theme, (enum role)role, 0).marks));
	}
}

static void write_panels(void)
{
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);

	for (size_t i = 0; i < count; i++)
		puts(panels[i]->name);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (strcmp(argv[1], "--panels") == 0) {
		write_panels();
		return 0;
	}
	if (strcmp(argv[1], "--legend") == 0)
		write_legend();
	else
		write_screens(argv[1]);
	return 0;
}
