/*
 * See flat_rows.h. A legend has entries "█ object", two blanks apart; a sign of a drawing that has
 * none is left out. Of a column that is filled in part the legend names one height.
 */
#include "view/flat_rows.h"

#include "base/text.h"
#include "base/utf8.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SIGNS_MAX  24u
#define DOT        0xB7u   /* · */
#define PART       0x2581u /* ▁ to ▇ */
#define PART_LAST  0x2587u
#define FULL       0x2588u
#define EDGE       0x258Cu /* ▌ */
#define BLOCK_LAST 0x259Fu /* of the signs that fill a cell or a part of it */
#define SQUARE     0x25A0u /* ■ */

struct signs {
	struct {
		uint32_t code;
		const char *words;
		int length;
	} all[SIGNS_MAX];
	unsigned count;
};

/*
 * The same for all heights of a column, and for the last cell of a block as for the others of it;
 * 0: it is no sign of a drawing.
 */
static uint32_t sign_of(uint32_t code)
{
	if (code >= PART && code <= PART_LAST)
		return PART;
	if (code == EDGE)
		return FULL;
	return (code > PART_LAST && code <= BLOCK_LAST) || code == DOT || code == SQUARE ? code : 0;
}

/* "█ object" at the beginning of a line or after two blanks; the words end where two follow. */
static void read_legend(const char *line, const char *end, struct signs *signs)
{
	for (const char *at = line; at < end;) {
		const char *begin = at;
		uint32_t sign = sign_of(utf8_next(&at, (size_t)(end - at)));
		bool is_apart =
			begin == line || (begin - line > 1 && begin[-1] == ' ' && begin[-2] == ' ');
		if (!sign || !is_apart || end - at < 2 || *at != ' ' ||
			!isalpha((unsigned char)at[1]) || signs->count == SIGNS_MAX)
			continue;
		const char *words = at + 1, *gap = memmem(words, (size_t)(end - words), "  ", 2);
		int length = (int)((gap ? gap : end) - words);
		signs->all[signs->count].code = sign;
		signs->all[signs->count].words = words;
		signs->all[signs->count++].length = length;
	}
}

/* false: the legend does not name it, and it is left out. */
static bool add_run(const struct signs *signs, uint32_t sign, unsigned count, const char *before,
	struct text *out)
{
	for (unsigned i = 0; i < signs->count; i++)
		if (signs->all[i].code == sign) {
			text_add(out, "%s%u cell%s %.*s", before, count, count == 1 ? "" : "s",
				signs->all[i].length, signs->all[i].words);
			return true;
		}
	return false;
}

/*
 * The next sign of the drawing may be one blank away, as in a row of squares. A run ends where a
 * block does.
 */
static unsigned take_run(const char **at, const char *end, uint32_t first)
{
	unsigned count = 1;

	while (*at < end && first != EDGE) {
		const char *next = *at + (**at == ' ');
		uint32_t code = next < end ? utf8_next(&next, (size_t)(end - next)) : 0;
		if (sign_of(code) != sign_of(first))
			break;
		*at = next;
		count++;
		if (code == EDGE)
			break;
	}
	return count;
}

static void add_line(const struct signs *signs, const char *line, const char *end, struct text *out)
{
	bool was_run = false;
	size_t begun = out->length;

	for (const char *at = line; at < end;) {
		const char *begin = at;
		uint32_t code = utf8_next(&at, (size_t)(end - at)), sign = sign_of(code);
		bool is_apart = out->length == begun || out->bytes[out->length - 1] == ' ';
		if (sign) {
			unsigned count = take_run(&at, end, code);
			was_run |= add_run(signs, sign, count,
				was_run    ? ", "
				: is_apart ? ""
					   : " ",
				out);
			continue;
		}
		text_add(out, "%s", was_run && *begin != ' ' ? " " : "");
		text_add_bytes(out, begin, (size_t)(at - begin));
		was_run = false;
	}
	while (out->length > begun && out->bytes[out->length - 1] == ' ')
		out->bytes[--out->length] = '\0';
	text_add(out, "%s", out->length > begun ? "\n" : "");
}

void flat_rows_add(const char *rows, struct text *out)
{
	struct signs signs = {.count = 0};

	for (const char *line = rows; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *from = line + strspn(line, " ");
		read_legend(from, line + strcspn(line, "\n"), &signs);
	}
	for (const char *line = rows; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *from = line + strspn(line, " "), *end = line + strcspn(line, "\n");
		struct signs legend = {.count = 0};
		if (from > end)
			continue;
		read_legend(from, end, &legend);
		if (signs.count == 0 || legend.count > 0)
			text_add(out, *from && from < end ? "%.*s\n" : "%.*s", (int)(end - from),
				from);
		else
			add_line(&signs, from, end, out);
	}
}
