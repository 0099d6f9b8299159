/*
 * Pictures of screens: the dumps of a script, in the short form of goldens.
 *
 * A dump is `== ` and what was done, the rows of signs, `-- roles` and the rows of letters, `--
 * marks` and those. The short form leaves out repetitions. Nothing is lost: --unpack restores the
 * dump, byte for byte.
 *
 *	~ 3		three rows as they are in the last picture of the same panel; of the whole
 *			screen, where this picture is
 *	~ 3 from 7	the same, but from its row 7 on
 *	~ 3 again	the row above three times more
 *	\~		a row that begins with ~, \, == or --
 *
 * A row of letters is a list of runs, separated by blanks; after the last one comes text:
 *
 *	q3, t		three quiet cells, a title's
 *	.12		twelve of text
 *	t20"		words: all but the blanks between them
 *	*64		each as usual for its sign (usual_letter())
 *
 * usage: pictures --pack <DUMPS
 *	pictures --unpack <GOLDEN
 *	pictures --counterparts cp437|ascii DUMPS OTHER-DUMPS: the second ones must be the first
 *		ones with each sign replaced by its counterpart, everything else the same
 */
#include "base/text.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORTH_IT 9u /* fewest bytes worth leaving out: `~ 1` does not replace a short row */
#define ROWS_MAX 4096u

enum plane { SIGNS, ROLES, MARKS, PLANES };

static const char *const plane_heads[PLANES] = {[ROLES] = "-- roles", [MARKS] = "-- marks"};

struct picture {
	char *heading; /* including "== " */
	char **rows[PLANES];
	size_t counts[PLANES];
	bool has[PLANES];
};

static _Noreturn void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("pictures: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

/* ---- pictures ------------------------------------------------------------------------------ */

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static char *read_line(FILE *file)
{
	char *line = NULL;
	size_t room = 0;

	if (getline(&line, &room, file) < 0) {
		free(line);
		return NULL;
	}
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static void add_row(struct picture *picture, enum plane plane, char *row)
{
	if (picture->counts[plane] == ROWS_MAX)
		fail("%s: more than %u rows", picture->heading, ROWS_MAX);
	if (!picture->rows[plane])
		picture->rows[plane] = calloc(ROWS_MAX, sizeof(char *));
	picture->rows[plane][picture->counts[plane]++] = row;
}

static void picture_finish(struct picture *picture)
{
	free(picture->heading);
	for (enum plane plane = 0; plane < PLANES; plane++) {
		for (size_t i = 0; i < picture->counts[plane]; i++)
			free(picture->rows[plane][i]);
		free(picture->rows[plane]);
	}
	*picture = (struct picture){0};
}

/* Prints or skips the text before the first picture; returns the first heading. */
static char *skip_head(FILE *file, bool is_printed)
{
	char *line;

	while ((line = read_line(file)) && !begins(line, "== ")) {
		if (is_printed)
			puts(line);
		free(line);
	}
	return line;
}

/* *next: the heading, from read_line(); set to that of the next picture, or NULL. */
static bool read_picture(struct picture *ret_picture, FILE *file, char **next)
{
	enum plane plane = SIGNS;
	char *line;

	if (!*next)
		return false;
	*ret_picture = (struct picture){.heading = *next};
	ret_picture->has[SIGNS] = true;
	while ((line = read_line(file)) && !begins(line, "== ")) {
		enum plane named = strcmp(line, plane_heads[ROLES]) == 0   ? ROLES
				   : strcmp(line, plane_heads[MARKS]) == 0 ? MARKS
									   : PLANES;
		if (named == PLANES) {
			add_row(ret_picture, plane, line);
			continue;
		}
		plane = named;
		ret_picture->has[plane] = true;
		free(line);
	}
	*next = line;
	return true;
}

static const char *row_of(const struct picture *picture, enum plane plane, size_t row)
{
	return row < picture->counts[plane] ? picture->rows[plane][row] : NULL;
}

/* The pictures so far. */
struct album {
	struct picture *pictures;
	size_t count;
};

static void album_finish(struct album *album)
{
	for (size_t i = 0; i < album->count; i++)
		picture_finish(&album->pictures[i]);
	free(album->pictures);
}

static void album_add(struct album *album, struct picture picture)
{
	album->pictures = realloc(album->pictures, (album->count + 1) * sizeof(picture));
	album->pictures[album->count++] = picture;
}

/* "(event)" at the end of a heading; "" for the whole screen. */
static const char *panel_in(const char *heading)
{
	const char *panel = strrchr(heading, '(');

	return panel && heading[strlen(heading) - 1] == ')' ? panel : "";
}

/* The last picture of the same panel; without rows where there is none. */
static const struct picture *picture_before(const struct album *album, const char *heading)
{
	static const struct picture none = {0};

	for (size_t i = album->count; i-- > 0;)
		if (album->pictures[i].counts[SIGNS] > 0 &&
			strcmp(panel_in(album->pictures[i].heading), panel_in(heading)) == 0)
			return &album->pictures[i];
	return &none;
}

/* ---- letters as runs ----------------------------------------------------------------------- */

/* The usual letter for a sign; such cells need no letter. ' ': text. */
static char usual_letter(uint32_t sign)
{
	static const struct {
		uint32_t first, last;
		char letter;
	} usual[] = {
		{0x2581, 0x2587, 'l'},
		{0x2588, 0x2588, 'f'},
		{0x00B7, 0x00B7, 'v'},
		{0x2591, 0x2591, 'r'},
		{0x25A0, 0x25A0, 'l'},
		{0x2500, 0x2524, 'q'},
		{0x25BA, 0x25BA, 'p'},
		{0x25BC, 0x25BC, 'p'},
		{0x25CF, 0x25CF, 'p'},
		{'+', '+', '+'},
	};

	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (sign >= usual[i].first && sign <= usual[i].last)
			return usual[i].letter;
	return ' ';
}

struct row {
	const char *signs; /* NULL: there are no signs */
	const char *letters;
};

static uint32_t next_sign(const char **at)
{
	return **at ? utf8_next(at, strlen(*at)) : ' ';
}

/*
 * The length of a run of the letter, which ends with a letter; with_words: blanks in it are text.
 */
static size_t run_of(const char *letters, const char *signs, char letter, bool with_words)
{
	size_t length = 0;

	for (size_t i = 0; letters[i]; i++) {
		bool is_blank = next_sign(&signs) == ' ';
		if (letters[i] != (with_words && is_blank ? ' ' : letter))
			break;
		if (letters[i] == letter)
			length = i + 1;
	}
	return length;
}

static size_t usual_run(const char *letters, const char *signs)
{
	size_t length = 0;

	for (size_t i = 0; letters[i]; i++) {
		if (letters[i] != usual_letter(next_sign(&signs)))
			break;
		if (letters[i] != ' ')
			length = i + 1;
	}
	return length;
}

static void add_run(struct text *out, const char *what, size_t length, const char *end)
{
	text_add(out, "%s%s", out->length > 0 ? " " : "", what);
	if (length > 1)
		text_add(out, "%zu", length);
	text_add(out, "%s", end);
}

static void pack_letters(struct text *out, const char *letters, const char *signs)
{
	text_clear(out);
	while (*letters) {
		char name[2] = {*letters, '\0'};
		size_t blanks = strspn(letters, " ");
		size_t plain = run_of(letters, signs, *letters, false);
		size_t words = run_of(letters, signs, *letters, true),
		       usual = usual_run(letters, signs);
		size_t length = plain >= words && plain >= usual ? plain
				: words >= usual                 ? words
								 : usual;
		if (blanks > 0 && usual <= blanks) {
			length = blanks;
			add_run(out, ".", length, "");
		} else if (blanks == 0 && length == plain) {
			add_run(out, name, length, "");
		} else if (blanks == 0 && length == words) {
			add_run(out, name, length, "\"");
		} else {
			length = usual;
			add_run(out, "*", length, "");
		}
		letters += length;
		for (size_t i = 0; i < length; i++)
			next_sign(&signs);
	}
}

static void unpack_letters(struct text *out, const char *packed, const char *signs)
{
	text_clear(out);
	while (*packed) {
		char kind = *packed == '.' ? ' ' : *packed;
		size_t digits = strspn(++packed, "0123456789"),
		       length = digits ? strtoul(packed, NULL, 10) : 1;
		bool is_words = packed[digits] == '"';
		for (size_t i = 0; i < length; i++) {
			uint32_t sign = next_sign(&signs);
			char letter = kind == '*'               ? usual_letter(sign)
				      : is_words && sign == ' ' ? ' '
								: kind;
			text_add_bytes(out, &letter, 1);
		}
		packed += digits + is_words;
		packed += strspn(packed, " ");
	}
}

/* ---- repeated rows ------------------------------------------------------------------------- */

static bool are_same(const struct picture *one, size_t row, const struct picture *other,
	size_t other_row, enum plane plane)
{
	const char *a = row_of(one, plane, row), *b = row_of(other, plane, other_row);

	return a && b && strcmp(a, b) == 0;
}

struct stretch {
	size_t from, rows, bytes;
};

static struct stretch same_rows(const struct picture *one, size_t row, const struct picture *other,
	size_t from, enum plane plane)
{
	struct stretch stretch = {.from = from};

	while (are_same(one, row + stretch.rows, other, from + stretch.rows, plane)) {
		stretch.bytes += strlen(one->rows[plane][row + stretch.rows]) + 1;
		stretch.rows++;
	}
	return stretch;
}

/* The longest run of rows that the picture before also has, preferably in the same place. */
static struct stretch longest(const struct picture *picture, size_t row,
	const struct picture *before, enum plane plane)
{
	struct stretch best = same_rows(picture, row, before, row, plane);

	for (size_t from = 0; from < before->counts[plane]; from++) {
		struct stretch stretch = same_rows(picture, row, before, from, plane);
		if (stretch.bytes > best.bytes)
			best = stretch;
	}
	return best;
}

static size_t times_again(const struct picture *picture, size_t row, enum plane plane)
{
	size_t times = 0;

	while (row > 0 && are_same(picture, row + times, picture, row - 1, plane))
		times++;
	return times;
}

static void write_row(const struct picture *picture, enum plane plane, size_t row)
{
	const char *text = picture->rows[plane][row], *signs = row_of(picture, SIGNS, row);
	struct text packed = {0};

	if (plane != SIGNS) {
		pack_letters(&packed, text, signs ? signs : "");
		text = text_of(&packed);
	}
	bool is_escaped =
		begins(text, "~") || begins(text, "\\") || begins(text, "==") || begins(text, "--");
	printf("%s%s\n", is_escaped ? "\\" : "", text);
	text_finish(&packed);
}

static void pack_plane(const struct picture *picture, const struct picture *before,
	enum plane plane)
{
	for (size_t row = 0; row < picture->counts[plane];) {
		struct stretch best = longest(picture, row, before, plane);
		size_t again = times_again(picture, row, plane);
		if (again >= best.rows &&
			(again > 2 ||
				again * (strlen(picture->rows[plane][row]) + 1) >= WORTH_IT)) {
			printf("~ %zu again\n", again);
			row += again;
		} else if (best.bytes >= WORTH_IT) {
			printf(best.from == row ? "~ %zu\n" : "~ %zu from %zu\n", best.rows,
				best.from + 1);
			row += best.rows;
		} else {
			write_row(picture, plane, row++);
		}
	}
}

static void pack(FILE *file)
{
	struct album album = {0};
	struct picture picture;
	char *next = skip_head(file, true);

	while (read_picture(&picture, file, &next)) {
		const struct picture *before = picture_before(&album, picture.heading);
		puts(picture.heading);
		for (enum plane plane = 0; plane < PLANES; plane++) {
			if (picture.has[plane] && plane_heads[plane])
				puts(plane_heads[plane]);
			pack_plane(&picture, before, plane);
		}
		album_add(&album, picture);
	}
	album_finish(&album);
}

/* ---- unpacking ----------------------------------------------------------------------------- */

static void unpack_row(struct picture *whole, const struct picture *before, enum plane plane,
	const char *row)
{
	size_t rows, from = whole->counts[plane] + 1;
	struct text letters = {0};

	if (sscanf(row, "~ %zu from %zu", &rows, &from) >= 1) {
		bool is_again = strstr(row, " again") != NULL;
		for (size_t i = 0; i < rows; i++) {
			const char *same = is_again ? row_of(whole, plane, whole->counts[plane] - 1)
						    : row_of(before, plane, from - 1 + i);
			if (!same)
				fail("%s: '%s': there is no such row", whole->heading, row);
			add_row(whole, plane, strdup(same));
		}
		return;
	}
	row += row[0] == '\\';
	if (plane == SIGNS) {
		add_row(whole, plane, strdup(row));
		return;
	}
	const char *signs = row_of(whole, SIGNS, whole->counts[plane]);
	unpack_letters(&letters, row, signs ? signs : "");
	add_row(whole, plane, strdup(text_of(&letters)));
	text_finish(&letters);
}

static void write_picture(const struct picture *picture)
{
	puts(picture->heading);
	for (enum plane plane = 0; plane < PLANES; plane++) {
		if (picture->has[plane] && plane_heads[plane])
			puts(plane_heads[plane]);
		for (size_t row = 0; row < picture->counts[plane]; row++)
			puts(picture->rows[plane][row]);
	}
}

static void unpack(FILE *file)
{
	struct album album = {0};
	struct picture packed;
	char *next = skip_head(file, true);

	while (read_picture(&packed, file, &next)) {
		const struct picture *before = picture_before(&album, packed.heading);
		struct picture whole = {.heading = strdup(packed.heading)};
		for (enum plane plane = 0; plane < PLANES; plane++) {
			whole.has[plane] = packed.has[plane];
			for (size_t row = 0; row < packed.counts[plane]; row++)
				unpack_row(&whole, before, plane, packed.rows[plane][row]);
		}
		write_picture(&whole);
		picture_finish(&packed);
		album_add(&album, whole);
	}
	album_finish(&album);
}

/* ---- other character sets ------------------------------------------------------------------ */

/* The counterpart of each sign beyond ASCII that a screen may have. letter: in this role only. */
static const struct counterpart {
	uint32_t sign, cp437, ascii;
	char letter;
} counterparts[] = {
	/* ▁ to ▇ of the timeline */
	{0x2581, 0x2584, '.', 'g'},
	{0x2582, 0x2584, '.', 'g'},
	{0x2583, 0x2584, '.', 'g'},
	{0x2584, 0x2584, '.', 'g'},
	{0x2585, 0x2593, ':', 'g'},
	{0x2586, 0x2593, ':', 'g'},
	{0x2587, 0x2593, ':', 'g'},
	/* ▁ to ▇ of a map, █ */
	{0x2581, 0x2584, '1', 0},
	{0x2582, 0x2584, '2', 0},
	{0x2583, 0x2584, '3', 0},
	{0x2584, 0x2584, '4', 0},
	{0x2585, 0x2593, '5', 0},
	{0x2586, 0x2593, '6', 0},
	{0x2587, 0x2593, '7', 0},
	{0x2588, 0x2588, '#', 0},
	/* ▊ ▒ ░ ■ ▌ */
	{0x258A, 0x2261, '&', 0},
	{0x2592, 0x2592, '%', 0},
	{0x2591, 0x2591, ':', 0},
	{0x25A0, 0x25A0, '#', 0},
	{0x258C, 0x258C, '|', 0},
	/* ─ │ ┌ ┐ └ ┘ ├ ┤ */
	{0x2500, 0x2500, '-', 0},
	{0x2502, 0x2502, '|', 0},
	{0x250C, 0x250C, '+', 0},
	{0x2510, 0x2510, '+', 0},
	{0x2514, 0x2514, '+', 0},
	{0x2518, 0x2518, '+', 0},
	{0x251C, 0x251C, '|', 0},
	{0x2524, 0x2524, '|', 0},
	/* ▘ ▝ ▀ ▖ ▞ ▛ ▗ ▚ ▐ ▜ ▄ ▙ ▟: the console has halves only */
	{0x2598, 0x2580, '#', 0},
	{0x259D, 0x2580, '#', 0},
	{0x2580, 0x2580, '#', 0},
	{0x2596, 0x2584, '#', 0},
	{0x259E, 0x2588, '#', 0},
	{0x259B, 0x2588, '#', 0},
	{0x2597, 0x2584, '#', 0},
	{0x259A, 0x2588, '#', 0},
	{0x2590, 0x2590, '#', 0},
	{0x259C, 0x2588, '#', 0},
	{0x2599, 0x2588, '#', 0},
	{0x259F, 0x2588, '#', 0},
	/* ► ▼ ▲ ● · × */
	{0x25BA, 0x25BA, '>', 0},
	{0x25BC, 0x25BC, 'v', 0},
	{0x25B2, 0x25B2, '^', 0},
	{0x25CF, '*', '@', 0},
	{0x00B7, 0x00B7, '.', 0},
	{0x00D7, 'x', 'x', 0},
	/* → ← ↑ … */
	{0x2192, '>', '>', 0},
	{0x21C4, '=', '=', 0},
	{0x21C5, '^', '^', 0},
	{0x2190, '<', '<', 0},
	{0x2191, '^', '^', 0},
	{0x2026, '~', '~', 0},
};

static uint32_t counterpart_of(uint32_t sign, char letter, bool is_ascii)
{
	if (sign < 0x7F)
		return sign;
	for (size_t i = 0; i < sizeof(counterparts) / sizeof(*counterparts); i++) {
		const struct counterpart *one = &counterparts[i];
		if (one->sign == sign && (!one->letter || one->letter == letter))
			return is_ascii ? one->ascii : one->cp437;
	}
	return 0;
}

/* In ASCII the ─ of a split block is _, others are -; golden/buddy-signs.ascii.txt has both. */
static bool may_be_split(uint32_t sign, uint32_t there, bool is_ascii)
{
	return is_ascii && sign == 0x2500 && there == '_';
}

static void insist_on_counterparts(const char *row, const char *letters, const char *other,
	bool is_ascii, const char *heading, size_t y)
{
	for (size_t x = 0; *row || *other; x++) {
		const char *was = row, *is = other;
		uint32_t sign = next_sign(&row), there = next_sign(&other);
		char letter = *letters ? *letters++ : ' ';
		if (counterpart_of(sign, letter, is_ascii) != there &&
			!may_be_split(sign, there, is_ascii))
			fail("%s\nrow %zu, column %zu, role '%c': instead of %.*s there is %.*s, another than its "
			     "counterpart, in\n%s",
				heading, y, x, letter, (int)(row - was), was, (int)(other - is), is,
				is);
	}
}

static void insist_on_same(const struct picture *one, const struct picture *other, enum plane plane)
{
	for (size_t row = 0; row < one->counts[plane] || row < other->counts[plane]; row++) {
		const char *a = row_of(one, plane, row), *b = row_of(other, plane, row);
		if (!a || !b || strcmp(a, b) != 0)
			fail("%s\nrow %zu of %s differs between character sets:\n%s\n%s",
				one->heading, row, plane_heads[plane], a ? a : "(none)",
				b ? b : "(none)");
	}
}

static void compare(FILE *file, FILE *other_file, bool is_ascii)
{
	char *next = skip_head(file, false), *other_next = skip_head(other_file, false);
	struct picture one = {0}, other = {0};

	if (!next)
		fail("no picture");
	while (read_picture(&one, file, &next)) {
		if (!read_picture(&other, other_file, &other_next) ||
			strcmp(one.heading, other.heading) != 0)
			fail("%s: missing in the other character set", one.heading);
		if (one.counts[SIGNS] != other.counts[SIGNS] || !one.has[ROLES])
			fail("%s: as many rows, and roles, are wanted in both", one.heading);
		for (size_t y = 0; y < one.counts[SIGNS]; y++)
			insist_on_counterparts(one.rows[SIGNS][y], one.rows[ROLES][y],
				other.rows[SIGNS][y], is_ascii, one.heading, y);
		insist_on_same(&one, &other, ROLES);
		insist_on_same(&one, &other, MARKS);
		picture_finish(&one);
		picture_finish(&other);
	}
	if (other_next)
		fail("%s: only in the other character set", other_next);
}

static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file)
		fail("%s: cannot be read", path);
	return file;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--pack") == 0)
		pack(stdin);
	else if (argc == 2 && strcmp(argv[1], "--unpack") == 0)
		unpack(stdin);
	else if (argc == 5 && strcmp(argv[1], "--counterparts") == 0)
		compare(open_file(argv[3]), open_file(argv[4]), strcmp(argv[2], "ascii") == 0);
	else
		return 2;
	return 0;
}
