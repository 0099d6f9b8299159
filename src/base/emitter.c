/*
 * See emitter.h.  A table's cells are collected until it ends, because a column is as wide as its
 * widest cell, and a table that is too wide is folded.
 */
#include "base/emitter.h"

#include "base/emitter_fold.h"
#include "base/emitter_html.h"
#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xalloc.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const emit_forms[] = {"table", "csv", "json", NULL};

void emit_begin(struct emit *emit, enum emit_form form, struct text *text)
{
	*emit = (struct emit){.form = form, .text = text};
	if (form == EMIT_JSON)
		text_add(text, "{");
	if (form == EMIT_HTML)
		html_begin(text);
}

void emit_folds(struct emit *emit)
{
	emit->folds = true;
}

/* Grows with the members before it, a few dozen at most. */
static void begin_member(struct emit *emit, const char *name)
{
	for (size_t i = 0; i < emit->members.count; i++)
		assert(strcmp(emit->members.items[i], name) != 0);
	text_add(emit->text, emit->members.count ? ",\n " : "\n ");
	*array_push(&emit->members) = xstrdup(name);
	text_add_json(emit->text, name);
	text_add(emit->text, ": ");
}

static void add_line(struct emit *emit, struct text *line)
{
	while (line->length > 0 && line->bytes[line->length - 1] == ' ')
		line->length--;
	if (line->length > 0)
		text_add(emit->text, "%.*s\n", (int)line->length, line->bytes);
	line->length = 0;
}

/* row: 0 is that of the titles. */
static const char *words_at(const struct emit *emit, size_t row, size_t column)
{
	return row == 0 ? emit->columns.items[column].title
			: emit_cell_at(emit, row - 1, column)->words;
}

/* Words too long for the first column have a line of their own. */
static void write_row(struct emit *emit, const struct emit_fold *fold, size_t row)
{
	size_t beside = emit->columns.count - (fold->continued_at > 0);
	struct text line = {0};

	for (size_t c = 0; c < beside; c++) {
		const struct emit_column *column = &emit->columns.items[c];
		const char *words = words_at(emit, row, c);
		size_t cells = utf8_cells(words), width = fold->widths[c];
		if (fold->are_below[c])
			continue;
		int blanks = cells < width ? (int)(width - cells) : 0;
		text_add(&line, "  ");
		if (column->align == EMIT_RIGHT)
			text_add(&line, "%*s%s", blanks, "", words);
		else
			text_add(&line, "%s%*s", words, blanks, "");
		if (c == 0 && cells > width) {
			add_line(emit, &line);
			text_add(&line, "  %*s", (int)width, "");
		}
	}
	const char *last = beside < emit->columns.count ? words_at(emit, row, beside) : "";
	if (*last) {
		text_add(emit->text, "%s  ", text_of(&line));
		text_add_wrapped(emit->text, fold->continued_at, fold->continued_at, last);
	} else {
		add_line(emit, &line);
	}
	text_finish(&line);
}

/* What is below a row is so far from the margin, and lines that continue it. */
#define BELOW  6u
#define WITHIN 10u

static void write_below(struct emit *emit, const char *line)
{
	text_add(emit->text, "%*s", (int)BELOW, "");
	text_add_wrapped(emit->text, BELOW, WITHIN, line);
}

static void write_table(struct emit *emit, size_t nrows)
{
	struct emit_fold fold;

	if (nrows == 0 && !emit->remark)
		return; /* people do not need empty tables; programs do */
	text_add(emit->text, "\n%s\n", emit->table);
	if (emit->remark) {
		text_add(emit->text, "  ");
		text_add_wrapped(emit->text, 2, 2, emit->remark);
	}
	emit_fold_begin(&fold, emit, nrows, emit->folds ? TEXT_COLUMNS : SIZE_MAX);
	for (size_t row = 0; nrows > 0 && row <= nrows; row++) {
		write_row(emit, &fold, row);
		if (row > 0)
			emit_fold_write_below(&fold, emit, row - 1, write_below);
	}
	emit_fold_end(&fold);
}

static void write_csv(struct emit *emit, size_t nrows)
{
	for (size_t r = 0; r <= nrows; r++)
		for (size_t c = 0; c < emit->columns.count; c++) {
			text_add_csv(emit->text, r == 0 ? emit->columns.items[c].title
							: emit_cell_at(emit, r - 1, c)->words);
			text_add(emit->text, c + 1 < emit->columns.count ? "," : "\n");
		}
}

static void write_json(struct emit *emit, size_t nrows)
{
	begin_member(emit, emit->table);
	text_add(emit->text, "[");
	for (size_t r = 0; r < nrows; r++) {
		text_add(emit->text, r ? ",\n  {" : "\n  {");
		for (size_t c = 0; c < emit->columns.count; c++) {
			const struct emit_cell *cell = emit_cell_at(emit, r, c);
			text_add(emit->text, c ? ", " : "");
			text_add_json(emit->text, emit->columns.items[c].title);
			text_add(emit->text, ": ");
			if (!*cell->words && emit->columns.items[c].align == EMIT_RIGHT)
				text_add(emit->text, "null");
			else if (cell->is_number)
				text_add(emit->text, "%s", cell->words);
			else
				text_add_json(emit->text, cell->words);
		}
		text_add(emit->text, "}");
	}
	text_add(emit->text, "]");
}

static void end_table(struct emit *emit)
{
	static void (*const writers[])(struct emit * emit, size_t nrows) = {
		[EMIT_TABLE] = write_table,
		[EMIT_CSV] = write_csv,
		[EMIT_JSON] = write_json,
		[EMIT_HTML] = html_table,
	};

	if (!emit->table)
		return;
	emit_row(emit);
	size_t ncolumns = emit->columns.count;
	writers[emit->form](emit, ncolumns ? emit->cells.count / ncolumns : 0);
	for (size_t i = 0; i < emit->columns.count; i++)
		free(emit->columns.items[i].title);
	for (size_t i = 0; i < emit->cells.count; i++)
		free(emit->cells.items[i].words);
	array_finish(&emit->columns);
	array_finish(&emit->cells);
	free(emit->table);
	free(emit->remark);
	emit->table = emit->remark = NULL;
}

void emit_end(struct emit *emit)
{
	end_table(emit);
	if (emit->form == EMIT_JSON)
		text_add(emit->text, "\n}\n");
	if (emit->form == EMIT_HTML)
		html_end(emit);
	for (size_t i = 0; i < emit->members.count; i++)
		free(emit->members.items[i]);
	array_finish(&emit->members);
}

static void pair(struct emit *emit, const char *name, const char *value, bool is_number)
{
	end_table(emit);
	switch (emit->form) {
	case EMIT_TABLE:
		text_add(emit->text, "%-24s ", name);
		text_add_visible(emit->text, value);
		text_add(emit->text, "\n");
		break;
	case EMIT_CSV:
		text_add_csv(emit->text, name);
		text_add(emit->text, ",");
		text_add_csv(emit->text, value);
		text_add(emit->text, "\n");
		break;
	case EMIT_JSON:
		begin_member(emit, name);
		if (is_number)
			text_add(emit->text, "%s", value);
		else
			text_add_json(emit->text, value);
		break;
	case EMIT_HTML:
		html_pair(emit, name, value);
		break;
	}
}

#define REAL_MAX 400 /* the largest double has 309 digits before the point */

/* Four decimals, or each form's word for a missing value when it is not finite. */
static const char *real_words(const struct emit *emit, char words[REAL_MAX], double value)
{
	static const char *const none[] =
		{[EMIT_TABLE] = "-", [EMIT_CSV] = "", [EMIT_JSON] = "null", [EMIT_HTML] = "-"};

	if (!isfinite(value))
		return none[emit->form];
	snprintf(words, REAL_MAX, "%.4f", value);
	return words;
}

void emit_pair(struct emit *emit, const char *name, const char *value)
{
	pair(emit, name, value, false);
}

void emit_pair_number(struct emit *emit, const char *name, uint64_t value)
{
	char words[24];
	snprintf(words, sizeof(words), "%" PRIu64, value);
	pair(emit, name, words, true);
}

void emit_pair_real(struct emit *emit, const char *name, double value)
{
	char words[REAL_MAX];
	pair(emit, name, real_words(emit, words, value), true);
}

static bool is_for_people(const struct emit *emit)
{
	return emit->form == EMIT_TABLE || emit->form == EMIT_HTML;
}

void emit_pair_bytes(struct emit *emit, const char *name, uint64_t bytes)
{
	struct units units;

	if (is_for_people(emit))
		pair(emit, name, units_bytes(&units, bytes), false);
	else
		emit_pair_number(emit, name, bytes);
}

void emit_table(struct emit *emit, const char *title)
{
	end_table(emit);
	emit->table = xstrdup(title);
}

void emit_remark(struct emit *emit, const char *words)
{
	assert(emit->table && !emit->remark);
	emit->remark = xstrdup(words);
}

void emit_column(struct emit *emit, const char *title, enum emit_align align)
{
	*array_push(&emit->columns) = (struct emit_column){xstrdup(title), align};
}

void emit_columns(struct emit *emit, const char *const *titles)
{
	for (; *titles; titles++)
		emit_column(emit, **titles == '<' ? *titles + 1 : *titles,
			**titles == '<' ? EMIT_LEFT : EMIT_RIGHT);
}

void emit_row(struct emit *emit)
{
	while (emit->columns.count && emit->cells.count % emit->columns.count != 0)
		emit_cell(emit, "");
}

void emit_cell(struct emit *emit, const char *value)
{
	struct text text = {0};

	if (emit->form == EMIT_TABLE)
		text_add_visible(&text, value);
	else
		text_add(&text, "%s", value);
	*array_push(&emit->cells) = (struct emit_cell){text_detach(&text), false};
}

void emit_number(struct emit *emit, uint64_t value)
{
	*array_push(&emit->cells) = (struct emit_cell){xasprintf("%" PRIu64, value), true};
}

void emit_bytes(struct emit *emit, uint64_t bytes)
{
	struct units units;

	if (is_for_people(emit))
		emit_cell(emit, units_bytes(&units, bytes));
	else
		emit_number(emit, bytes);
}

void emit_time(struct emit *emit, uint64_t nanoseconds)
{
	struct units units;

	if (is_for_people(emit))
		emit_cell(emit, units_time(&units, nanoseconds));
	else
		emit_number(emit, nanoseconds);
}

static uint64_t between(uint64_t before, uint64_t after)
{
	return before > after ? before - after : after - before;
}

static void put_change(struct emit *emit, uint64_t before, uint64_t after, const char *size)
{
	const char *sign = after > before ? "+" : before > after ? "-" : "";
	char words[UNITS_MAX + 2];

	if (is_for_people(emit)) {
		snprintf(words, sizeof(words), "%s%s", sign, before == after ? "0" : size);
		emit_cell(emit, words);
		return;
	}
	snprintf(words, sizeof(words), "%s%" PRIu64, before > after ? "-" : "",
		between(before, after));
	*array_push(&emit->cells) = (struct emit_cell){xstrdup(words), true};
}

void emit_change_of_bytes(struct emit *emit, uint64_t before, uint64_t after)
{
	struct units units;

	put_change(emit, before, after, units_bytes(&units, between(before, after)));
}

void emit_change(struct emit *emit, uint64_t before, uint64_t after)
{
	struct units units;

	put_change(emit, before, after, units_count(&units, between(before, after)));
}

void emit_share(struct emit *emit, uint64_t part, uint64_t whole)
{
	struct units units;

	if (is_for_people(emit))
		emit_cell(emit, units_percent(&units, part, whole));
	else
		emit_real(emit, whole ? (double)part / (double)whole : 0);
}

void emit_real(struct emit *emit, double value)
{
	char words[REAL_MAX];
	*array_push(&emit->cells) =
		(struct emit_cell){xstrdup(real_words(emit, words, value)), true};
}
