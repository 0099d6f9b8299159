/* See emitter_fold.h. */
#include "base/emitter_fold.h"

#include "base/text.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define GAP         2u
#define WORDS_LEAST 40u /* cells in which words can be continued */
#define FIRST_MOST  36u /* longer words of the first column have a line of their own */

/* The widest cell of a column, its title included; most: wider cells do not count. */
static size_t width_of(const struct emit *emit, size_t nrows, size_t column, size_t most)
{
	size_t width = utf8_cells(emit->columns.items[column].title);

	for (size_t row = 0; row < nrows; row++) {
		size_t cells = utf8_cells(emit_cell_at(emit, row, column)->words);
		width = cells > width && cells <= most ? cells : width;
	}
	return width;
}

void emit_fold_begin(struct emit_fold *fold, const struct emit *emit, size_t nrows, size_t room)
{
	size_t n = emit->columns.count, all = 0;

	*fold = (struct emit_fold){
		.widths = xcalloc(n + 1, sizeof(*fold->widths)),
		.are_below = xcalloc(n + 1, sizeof(*fold->are_below)),
	};
	for (size_t c = 0; c < n; c++) {
		fold->widths[c] = width_of(emit, nrows, c, SIZE_MAX);
		all += GAP + fold->widths[c];
	}
	if (all <= room || n < 2)
		return;
	size_t before = all - fold->widths[n - 1];
	if (emit->columns.items[n - 1].align == EMIT_LEFT && before + WORDS_LEAST <= room) {
		fold->continued_at = before;
		return;
	}
	fold->widths[0] = width_of(emit, nrows, 0, FIRST_MOST);
	all = GAP + fold->widths[0];
	for (size_t c = 1; c < n; c++) {
		fold->are_below[c] = all + GAP + fold->widths[c] > room;
		fold->has_below |= fold->are_below[c];
		all += fold->are_below[c] ? 0 : GAP + fold->widths[c];
	}
}

void emit_fold_end(struct emit_fold *fold)
{
	free(fold->widths);
	free(fold->are_below);
}

/* What the row has in a column that is below it, aligned so; NULL: nothing. */
static const char *words_below(const struct emit_fold *fold, const struct emit *emit, size_t row,
	size_t column, enum emit_align align)
{
	const char *words = emit_cell_at(emit, row, column)->words;
	bool is_below = fold->are_below[column] && emit->columns.items[column].align == align;

	return is_below && *words ? words : NULL;
}

static void write_words(const struct emit_fold *fold, struct emit *emit, size_t row,
	emit_below_f *write)
{
	for (size_t c = 0; c < emit->columns.count; c++) {
		const char *words = words_below(fold, emit, row, c, EMIT_LEFT);
		if (!words)
			continue;
		char *line = xasprintf("%s: %s", emit->columns.items[c].title, words);
		write(emit, line);
		free(line);
	}
}

static void write_numbers(const struct emit_fold *fold, struct emit *emit, size_t row,
	emit_below_f *write)
{
	struct text line = {0};

	for (size_t c = 0; c < emit->columns.count; c++) {
		const char *words = words_below(fold, emit, row, c, EMIT_RIGHT);
		if (!words)
			continue;
		char *figure = xasprintf("%s: %s", emit->columns.items[c].title, words);
		for (char *blank = figure; (blank = strchr(blank, ' ')) != NULL;)
			*blank = *TEXT_GLUE;
		text_join(&line, "; ", figure);
		free(figure);
	}
	if (line.length > 0)
		write(emit, text_of(&line));
	text_finish(&line);
}

void emit_fold_write_below(const struct emit_fold *fold, struct emit *emit, size_t row,
	emit_below_f *write)
{
	write_words(fold, emit, row, write);
	write_numbers(fold, emit, row, write);
}
