/* See emitter_html.h. The page needs nothing from elsewhere, and follows the reader's colours. */
#include "base/emitter_html.h"

#include "base/emitter_fold.h"
#include "base/text.h"

#define ROOM 100u /* characters that a line of a table may have, about */

static const char head[] =
	"<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n<title>arenascope</title>\n"
	"<style>\n"
	":root { color-scheme: light dark; }\n"
	"body { font: 16px/1.45 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; "
	"padding: 0 1rem; }\n"
	"h2 { font-size: 1.15rem; margin: 2rem 0 .3rem; }\n"
	"p { margin: .2rem 0 .6rem; opacity: .8; }\n"
	"dl { display: grid; grid-template-columns: max-content auto; gap: .15rem 1.5rem; }\n"
	"dd { margin: 0; font-variant-numeric: tabular-nums; }\n"
	"table { border-collapse: collapse; font-variant-numeric: tabular-nums; }\n"
	"th { text-align: left; font-weight: 600; }\n"
	"th, td { padding: .15rem 1.2rem .15rem 0; border-bottom: 1px solid #8884; }\n"
	".f td { border-bottom: 0; }\n"
	".b { padding-left: 1.5rem; font-size: .9em; opacity: .85; }\n"
	".n { text-align: right; white-space: nowrap; }\n"
	"</style>\n";

void html_begin(struct text *text)
{
	text_add(text, "%s", head);
}

static void close_pairs(struct emit *emit)
{
	if (emit->has_pairs)
		text_add(emit->text, "</dl>\n");
	emit->has_pairs = false;
}

void html_pair(struct emit *emit, const char *name, const char *value)
{
	if (!emit->has_pairs)
		text_add(emit->text, "<dl>\n");
	emit->has_pairs = true;
	text_add(emit->text, "<dt>");
	text_add_markup(emit->text, name);
	text_add(emit->text, "<dd>");
	text_add_markup(emit->text, value);
	text_add(emit->text, "\n");
}

static void add_cell(struct emit *emit, const char *tag, size_t column, const char *words)
{
	bool is_number = emit->columns.items[column].align == EMIT_RIGHT;

	text_add(emit->text, "<%s%s>", tag, is_number ? " class=\"n\"" : "");
	text_add_markup(emit->text, words);
}

static void add_below(struct emit *emit, const char *line)
{
	text_add(emit->text, "<div>");
	text_add_markup(emit->text, line);
	text_add(emit->text, "</div>");
}

static void add_row(struct emit *emit, const struct emit_fold *fold, size_t row)
{
	size_t beside = 0;

	text_add(emit->text, fold->has_below ? "\n<tr class=\"f\">" : "\n<tr>");
	for (size_t c = 0; c < emit->columns.count; c++) {
		if (!fold->are_below[c])
			add_cell(emit, "td", c, emit_cell_at(emit, row, c)->words);
		beside += !fold->are_below[c];
	}
	if (fold->has_below)
		text_add(emit->text, "\n<tr><td class=\"b\" colspan=\"%zu\">", beside);
	emit_fold_write_below(fold, emit, row, add_below);
}

void html_table(struct emit *emit, size_t nrows)
{
	struct emit_fold fold;

	close_pairs(emit);
	if (nrows == 0 && !emit->remark)
		return;
	text_add(emit->text, "<h2>");
	text_add_markup(emit->text, emit->table);
	text_add(emit->text, "</h2>\n");
	if (emit->remark) {
		text_add(emit->text, "<p>");
		text_add_markup(emit->text, emit->remark);
		text_add(emit->text, "</p>\n");
	}
	if (nrows == 0)
		return;
	emit_fold_begin(&fold, emit, nrows, emit->folds ? ROOM : SIZE_MAX);
	text_add(emit->text, "<table>\n<tr>");
	for (size_t c = 0; c < emit->columns.count; c++)
		if (!fold.are_below[c])
			add_cell(emit, "th", c, emit->columns.items[c].title);
	for (size_t r = 0; r < nrows; r++)
		add_row(emit, &fold, r);
	text_add(emit->text, "\n</table>\n");
	emit_fold_end(&fold);
}

void html_end(struct emit *emit)
{
	close_pairs(emit);
	text_add(emit->text, "</html>\n");
}
