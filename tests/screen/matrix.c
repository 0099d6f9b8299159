/*
 * Scenes in a real terminal: it shows what a script dumps, cell by cell, each sign in the colours
 * and with the marks of its role. In colour, without colours and in ASCII, at several sizes.
 *
 * A scene is a text that begins with what is played and done:
 *
 *	# play: OPTIONS TRACE		of `arenascope play`
 *	# do: KEY... or :COMMAND	keys by name, or as typed; any number of such lines
 *	# theme: NAME			whose colours they are; neutral without such a line
 *	# sizes: WxH...			40x12 80x24 120x40 200x60 without such a line
 *	# kept: WxH...			the golden has pictures of these sizes, and sums of the
 *					others; `none`: nothing. All without such a line
 *	# panels: NAME...		the pictures are of these; of the whole screen without
 *					such a line
 *	# terminals: TERM...		on these, at the first size, every theme has its colours
 *
 * It is read on standard input. Into the folder go `kept`, the head and the dumps for the golden;
 * `summed`, the dumps that it has sums of; and `utf8` and `ascii`, the whole screens at all sizes,
 * which are to be compared.
 *
 * usage: matrix ARENASCOPE FOLDER <SCENE
 *	matrix --legend; matrix --panels (there is a scene for each)
 */
#include "base/text.h"
#include "base/utf8.h"
#include "canvas/theme.h"
#include "panels/panel.h"
#include "vt.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TERMINAL   "TERM=vt-256color" /* terminals.ti */
#define COLORS     256
#define THEME      "neutral"
#define WORDS_MAX  24u
#define DOINGS_MAX 16u

struct scenario {
	struct text head;       /* as read */
	char *words[WORDS_MAX]; /* words of the call, ended by NULL */
	char *doings[DOINGS_MAX];
	char *sizes, *kept, *panels, *terminals; /* kept, panels, terminals: may be NULL */
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

/* ---- scenes -------------------------------------------------------------------------------- */

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
		else if ((value = value_of(line, "# kept: ")))
			scene->kept = strndup(value, strcspn(value, "\n"));
		else if ((value = value_of(line, "# panels: ")))
			scene->panels = strndup(value, strcspn(value, "\n"));
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
	free(scene->kept);
	free(scene->panels);
	free(scene->terminals);
}

/* Returns the number of keys pressed. */
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

/* Waits for each key: keys typed after an Esc would belong to it. */
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

/* ---- expectations -------------------------------------------------------------------------- */

struct expected {
	int width, height;
	struct cell *cells;
};

static void add_keys(struct text *script, const char *doing)
{
	if (doing[0] == ':' && doing[1] != ' ')
		text_add(script, "key :\ntype %s\nkey Enter\n", doing + 1);
	else
		text_add(script, "key %s\n", doing);
	text_add(script, "settle\n");
}

/* The whole screen, then the panels that are kept. */
static void write_script(FILE *file, const struct scenario *scene, int width, int height)
{
	struct text script = {0};
	char *panels = scene->panels ? strdup(scene->panels) : NULL, *rest = NULL;

	text_add(&script, "settle\n");
	for (size_t i = 0; i < DOINGS_MAX && scene->doings[i]; i++)
		add_keys(&script, scene->doings[i]);
	text_add(&script, "print %dx%d\ndump roles marks\n", width, height);
	for (char *panel = panels ? strtok_r(panels, " ", &rest) : NULL; panel;
		panel = strtok_r(NULL, " ", &rest))
		text_add(&script, "print %dx%d (%s)\ndump roles marks %s\n", width, height, panel,
			panel);
	fputs(text_of(&script), file);
	fflush(file);
	text_finish(&script);
	free(panels);
}

/* The output of the same keys without a terminal, as text. */
static char *dumps_of(const struct scenario *scene, int width, int height, enum charset charset)
{
	static const char *const charsets[] = {"utf8", "cp437", "ascii"};
	struct text command = {0}, dumps = {0};
	FILE *script = tmpfile();
	char bytes[4096];
	size_t count;

	if (!script)
		fail("no file for a script");
	write_script(script, scene, width, height);
	for (size_t i = 0; scene->words[i]; i++)
		text_add(&command, "'%s' ", scene->words[i]);
	text_add(&command, "--charset %s --size %dx%d --script /dev/fd/%d", charsets[charset],
		width, height, fileno(script));
	FILE *pipe = popen(text_of(&command), "r");
	while (pipe && (count = fread(bytes, 1, sizeof(bytes), pipe)) > 0)
		text_add_bytes(&dumps, bytes, count);
	if (!pipe || pclose(pipe) != 0)
		fail("'%s' does not run to its end", text_of(&command));
	fclose(script);
	text_finish(&command);
	return text_detach(&dumps);
}

static enum role role_of(char letter)
{
	for (int role = 0; role < ROLE_COUNT; role++)
		if (role_letter((enum role)role) == letter)
			return (enum role)role;
	fail("no role has the letter '%c'", letter);
}

static unsigned marks_of(char letter)
{
	for (unsigned marks = 0; marks < CELL_MARKS; marks++)
		if (mark_letter(marks) == letter)
			return marks;
	fail("no marks have the letter '%c'", letter);
}

/* Reads one row of a plane; returns the next one. */
static const char *read_row(struct cell *cells, int width, int plane, const char *at)
{
	for (int x = 0; x < width; x++) {
		uint32_t sign = *at == '\n' ? ' ' : utf8_next(&at, strlen(at));
		if (plane == 0)
			cells[x].glyph = sign;
		else if (plane == 1)
			cells[x].role = role_of((char)sign);
		else
			cells[x].marks = (uint8_t)marks_of((char)sign);
	}
	return at + 1;
}

/* Reads the whole screen, which is the first picture. */
static void read_dump(struct expected *ret_expected, const char *dumps, int width, int height)
{
	*ret_expected = (struct expected){width, height,
		calloc((size_t)width * (size_t)height, sizeof(struct cell))};
	for (int plane = 0; plane < 3; plane++) {
		dumps += strcspn(dumps, "\n") + 1; /* its heading */
		for (int y = 0; y < height; y++)
			dumps = read_row(&ret_expected->cells[y * width], width, plane, dumps);
	}
}

/* ---- terminals ----------------------------------------------------------------------------- */

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

static bool looks_like(const struct vt_cell *cell, struct look look)
{
	bool is_blank = cell->glyph == ' ', shows = !is_blank || cell->underline || cell->reverse;

	return cell->background == look.background &&
	       cell->underline == !!(look.marks & CELL_UNDERLINE) &&
	       cell->reverse == !!(look.marks & LOOK_REVERSE) &&
	       (!shows || cell->foreground == look.foreground) &&
	       (is_blank || cell->bold == !!(look.marks & CELL_BOLD));
}

struct manner {
	const char *name; /* for messages */
	const struct theme *theme;
	int colors;
	bool underlines; /* it underlines what is coloured */
};

static bool is_as_expected(const struct vt_cell *is, const struct cell *cell,
	const struct manner *manner)
{
	struct look look = theme_cell_look(manner->theme, cell, manner->colors);
	struct vt_cell underlined = *is;

	underlined.underline = true;
	if (is->glyph != cell->glyph)
		return false;
	return looks_like(is, look) ||
	       (!manner->underlines && (is->glyph == ' ' || looks_like(&underlined, look)));
}

static void insist_on(const struct shown *shown, const struct expected *expected,
	const struct manner *manner)
{
	for (int i = 0; i < shown->width * shown->height; i++) {
		const struct vt_cell *is = &shown->cells[i];
		const struct cell *cell = &expected->cells[i];
		char sign[5], wanted[5];
		if (is_as_expected(is, cell, manner))
			continue;
		utf8_put(sign, is->glyph);
		utf8_put(wanted, cell->glyph);
		fail("%dx%d, %s, theme %s, row %d, column %d: '%s', %d on %d%s%s%s; wanted is '%s' as %s, marks '%c'",
			shown->width, shown->height, manner->name, theme_name(manner->theme),
			i / shown->width, i % shown->width, sign, is->foreground, is->background,
			is->bold ? ", bold" : "", is->underline ? ", underlined" : "",
			is->reverse ? ", reversed" : "", wanted, role_name((enum role)cell->role),
			mark_letter(cell->marks));
	}
}

static void check_terminal(const struct scenario *scene, const struct expected *expected,
	const char *const *environment, const struct manner *manner)
{
	struct shown shown;

	look(&shown, scene, expected->width, expected->height, environment);
	insist_on(&shown, expected, manner);
	free(shown.cells);
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

static void insist_on_theme(const struct expected *expected, const struct scenario *scene,
	const char *terminal, const char *theme)
{
	char term[60];
	const char *const environment[] = {term, NULL};
	struct manner manner = {term, theme_find(theme), colors_of(terminal),
		strcmp(terminal, "linux") != 0};
	struct scenario themed = *scene;
	size_t n = 0;

	snprintf(term, sizeof(term), "TERM=%s", terminal);
	while (themed.words[n])
		n++;
	if (n + 2 >= WORDS_MAX)
		fail("more than %u words to play", WORDS_MAX);
	themed.words[n] = (char[]){"--theme"};
	themed.words[n + 1] = strdup(theme);
	check_terminal(&themed, expected, environment, &manner);
	free(themed.words[n + 1]);
}

static void insist_on_themes(const struct scenario *scene)
{
	int width, height;
	char *rest;

	if (sscanf(scene->sizes, "%dx%d", &width, &height) != 2)
		fail("'%s' is no size", scene->sizes);
	for (char *terminal = strtok_r(scene->terminals, " ", &rest); terminal;
		terminal = strtok_r(NULL, " ", &rest)) {
		enum charset charset =
			strcmp(terminal, "linux") == 0 ? CHARSET_CP437 : CHARSET_UTF8;
		char *dumps = dumps_of(scene, width, height, charset);
		struct expected expected;
		read_dump(&expected, dumps, width, height);
		for (size_t i = 0; theme_names[i]; i++)
			insist_on_theme(&expected, scene, terminal, theme_names[i]);
		free(expected.cells);
		free(dumps);
	}
}

/* ---- files --------------------------------------------------------------------------------- */

struct files {
	FILE *kept, *summed, *utf8, *ascii;
};

/* The length of the picture that begins here. */
static size_t picture_length(const char *dumps)
{
	const char *next = strstr(dumps, "\n== ");

	return next ? (size_t)(next + 1 - dumps) : strlen(dumps);
}

static bool has_word(const char *words, const char *word)
{
	const char *at = strstr(words, word);

	return at && (at == words || at[-1] == ' ') &&
	       (at[strlen(word)] == ' ' || at[strlen(word)] == '\0');
}

/* FNV-1a */
static uint64_t sum_of(const char *bytes, size_t length)
{
	uint64_t sum = 0xCBF29CE484222325;

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (unsigned char)bytes[i]) * 0x100000001B3;
	return sum;
}

static void add_sums(const struct files *files, const char *dumps)
{
	while (*dumps) {
		size_t length = picture_length(dumps);
		fprintf(files->kept, "%.*s, sum %016" PRIx64 "\n", (int)strcspn(dumps, "\n"), dumps,
			sum_of(dumps, length));
		fprintf(files->summed, "%.*s", (int)length, dumps);
		dumps += length;
	}
}

static void check_size(const struct files *files, const struct scenario *scene, int width,
	int height, bool is_kept)
{
	static const char *const in_color[] = {TERMINAL, NULL},
				 *const mono[] = {TERMINAL, "NO_COLOR=1", NULL},
				 *const ascii[] = {TERMINAL, "LC_ALL=C", NULL};
	char *dumps = dumps_of(scene, width, height, CHARSET_UTF8);
	char *plain = dumps_of(scene, width, height, CHARSET_ASCII);
	size_t whole = picture_length(dumps);
	struct expected expected, in_ascii;

	read_dump(&expected, dumps, width, height);
	read_dump(&in_ascii, plain, width, height);
	check_terminal(scene, &expected, in_color,
		&(struct manner){"in colour", scene->theme, COLORS, true});
	check_terminal(scene, &expected, mono,
		&(struct manner){"without colours", scene->theme, 0, true});
	check_terminal(scene, &in_ascii, ascii,
		&(struct manner){"in ASCII", scene->theme, COLORS, true});
	fprintf(files->utf8, "%.*s", (int)whole, dumps);
	fprintf(files->ascii, "%.*s", (int)picture_length(plain), plain);
	const char *pictures = scene->panels ? dumps + whole : dumps;
	if (is_kept)
		fputs(pictures, files->kept);
	else if (!has_word(scene->kept, "none"))
		add_sums(files, pictures);
	free(expected.cells);
	free(in_ascii.cells);
	free(dumps);
	free(plain);
}

static void write_screens(const char *program, const struct files *files)
{
	struct scenario scene;
	int width, height;
	char *rest;

	read_scene(&scene, program);
	fputs(text_of(&scene.head), files->kept);
	if (scene.terminals)
		insist_on_themes(&scene);
	for (char *size = strtok_r(scene.sizes, " ", &rest); size;
		size = strtok_r(NULL, " ", &rest)) {
		if (sscanf(size, "%dx%d", &width, &height) != 2)
			fail("'%s' is no size", size);
		check_size(files, &scene, width, height, !scene.kept || has_word(scene.kept, size));
	}
	scene_finish(&scene);
}

/*
 * Writes the roles with their letters, the sources of their colours, and their looks without
 * colours.
 */
static void write_legend(void)
{
	const struct theme *theme = theme_find(THEME);

	for (int role = 0; role < ROLE_COUNT; role++) {
		struct look look = theme_look(theme, (enum role)role, COLORS);
		unsigned marks = theme_look(theme, (enum role)role, 0).marks;
		printf("%c  %-10s %3d on %3d  %c%s\n", role_letter((enum role)role),
			role_name((enum role)role), look.foreground, look.background,
			mark_letter(marks & (CELL_BOLD | CELL_UNDERLINE)),
			marks & LOOK_REVERSE ? " reversed" : "");
	}
}

static void write_panels(void)
{
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);

	for (size_t i = 0; i < count; i++)
		puts(panels[i]->name);
}

static FILE *create(const char *folder, const char *name)
{
	struct text path = {0};

	text_add(&path, "%s/%s", folder, name);
	FILE *file = fopen(text_of(&path), "w");
	if (!file)
		fail("%s: cannot be written", text_of(&path));
	text_finish(&path);
	return file;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--panels") == 0) {
		write_panels();
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--legend") == 0) {
		write_legend();
		return 0;
	}
	if (argc != 3)
		return 2;
	struct files files = {
		.kept = create(argv[2], "kept"),
		.summed = create(argv[2], "summed"),
		.utf8 = create(argv[2], "utf8"),
		.ascii = create(argv[2], "ascii"),
	};
	write_screens(argv[1], &files);
	fclose(files.kept);
	fclose(files.summed);
	fclose(files.utf8);
	fclose(files.ascii);
	return 0;
}
