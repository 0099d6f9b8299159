/*
 * A page of its own, without anything beside it: every event of a range as the viewer shows it, to
 * be stepped, scrubbed and played in a browser. The screen is SVG, in the colours that the reader's
 * system asks for; everything it says is also said in words, for those who do not see it.
 *
 *	state   what is shown after one event, or before the first
 *	row     of the screen: elements of SVG. Rows and elements are kept once, since most come
 *	        back
 */
#include "base/error.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "canvas/theme.h"
#include "export/exporter.h"
#include "export/page.h"
#include "export/sheet.h"
#include "export/sink.h"
#include "pictures/row_set.h"
#include "pictures/svg.h"
#include "player/player.h"
#include "story/narration.h"
#include "trace/captions.h"
#include "view/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATES_MAX 320u /* of a longer range, not every event has a state */

struct html {
	const struct export_job *job;
	struct row_set elements; /* of rows, as SVG */
	struct row_set rows;     /* each a list of the numbers of its elements */
	uint32_t *shown;         /* the rows of the state before */
	int height;              /* rows: all but the keys of the viewer */
	bool has_states;
	struct narration narration;
	struct text states; /* JSON: the rows that differ from the state before */
	struct text words;  /* what each says, as items of a list */
	struct text part;   /* "has ...": the screens of a long range that there are; "": all */
	struct sink *sink;
};

/* A JSON string that may stand within <script>: what could end or open that has no sign of it. */
static void add_string(struct text *out, const char *words)
{
	struct text string = {0};

	text_add_json(&string, words);
	for (const char *at = text_of(&string); *at; at++) {
		bool is_harmless = *at != '<' || !strchr("/!sS", at[1]);
		text_add_bytes(out, is_harmless ? at : "\\u003c", is_harmless ? 1 : 6);
	}
	text_finish(&string);
}

/* ---- states -------------------------------------------------------------------------------- */

/* The length of the first element of a row: up to the next tag that opens one. */
static size_t element_length(const char *row)
{
	const char *at = row + 1;

	while (*at && !(at[0] == '<' && at[1] != '/'))
		at++;
	return (size_t)(at - row);
}

/* The row as the numbers of its elements: many rows differ in one of them only. */
static void add_elements(struct html *html, const char *row, struct text *ret_numbers)
{
	struct text element = {0};

	text_clear(ret_numbers);
	while (*row) {
		size_t length = element_length(row);
		text_clear(&element);
		text_add_bytes(&element, row, length);
		text_add(ret_numbers, "%s%" PRIu32, ret_numbers->length > 0 ? "," : "",
			row_set_add(&html->elements, text_of(&element)));
		row += length;
	}
	text_finish(&element);
}

static void add_rows(struct html *html)
{
	struct area area;
	const struct canvas *canvas = sheet_draw(html->job->sheet, &area);
	struct text row = {0}, numbers = {0};
	const char *separator = "";

	for (int y = 0; y < html->height; y++) {
		text_clear(&row);
		svg_add_row(&row, canvas, area, y, html->job->theme);
		add_elements(html, text_of(&row), &numbers);
		uint32_t number = row_set_add(&html->rows, text_of(&numbers));
		if (html->has_states && html->shown[y] == number)
			continue;
		html->shown[y] = number;
		text_add(&html->states, "%s[%d,%" PRIu32 "]", separator, y, number);
		separator = ",";
	}
	text_finish(&row);
	text_finish(&numbers);
}

/* The words of the viewer's question, from the screen, which asks it without giving it away. */
static void add_question(struct text *out, struct html *html)
{
	struct area area, place;
	const struct canvas *canvas = sheet_draw(html->job->sheet, &area);
	struct text lines = {0};

	if (view_place(sheet_view(html->job->sheet), "lecture", &place))
		canvas_dump_area(canvas, place, 0, &lines);
	const char *next = strstr(text_of(&lines), " NEXT ");
	if (next)
		text_add(out, "%s", next + 1);
	text_finish(&lines);
}

/* A paragraph for each line. */
static void add_said(struct html *html, const char *kind, const char *words)
{
	struct text line = {0};

	while (*words) {
		size_t length = strcspn(words, "\n");
		text_clear(&line);
		text_add_bytes(&line, words, length);
		text_add(&html->words, "<p class=\"%s\">", kind);
		text_add_markup(&html->words, text_of(&line));
		text_add(&html->words, "</p>");
		words += length + (words[length] == '\n');
	}
	text_finish(&line);
}

static void add_event(struct html *html, struct player *player)
{
	const struct trace *trace = player_trace(player);
	const struct decision_log *log;
	struct narration *narration = &html->narration;
	struct event event;
	struct effect effect;

	if (!player_last(player, &event, &effect, &log))
		return;
	if (event.kind == EVENT_NOTE) {
		struct text question = {0};
		if (caption_asks(trace_text(trace, event.text)))
			add_question(&question, html);
		add_said(html, "caption", trace_text(trace, event.text));
		add_said(html, "ask", text_of(&question));
		text_finish(&question);
		return;
	}
	if (event.kind == EVENT_MARK) {
		add_said(html, "mark", trace_text(trace, event.text));
		return;
	}
	player_explain(player);
	narrate(narration, player_heap(player), trace, &event, &effect, log, false);
	add_said(html, "what", text_of(&narration->what));
	add_said(html, "why", text_of(&narration->why));
	add_said(html, "so", text_of(&narration->so));
}

static void add_state(struct html *html)
{
	uint64_t position = player_position(sheet_player(html->job->sheet));

	text_add(&html->states, "%s{\"event\":%" PRId64 ",\"rows\":[",
		html->has_states ? ",\n" : "", (int64_t)position - 1);
	add_rows(html);
	text_add(&html->states, "]}");
	text_add(&html->words, "<li value=\"%" PRIu64 "\">", position > 0 ? position - 1 : 0);
	add_event(html, sheet_player(html->job->sheet));
	text_add(&html->words, "</li>\n");
	html->has_states = true;
}

static bool is_said(struct trace *trace, uint64_t number)
{
	struct event event;

	return trace_get(trace, number, &event) && event_is_note_or_mark(&event);
}

/*
 * Whether the position has a state of its own. Of a long range, those have that have words, those
 * just before and after them, and one in every stride.
 */
static bool has_state(const struct export_job *job, uint64_t at, uint64_t stride)
{
	return at == job->position || at == job->end || (at - job->position) % stride == 0 ||
	       is_said(job->trace, at) || is_said(job->trace, at - 1) ||
	       (at > 1 && is_said(job->trace, at - 2));
}

/* Which screens of a long range there are, for the page and for who makes it. */
static void say_selection(struct html *html, uint64_t count, uint64_t stride)
{
	struct units here, all, each;

	text_add(&html->part,
		"has the screens of %s of %s events: at captions and marks, and one in every %s",
		units_count(&here, count - 1),
		units_count(&all, html->job->end - html->job->position),
		units_count(&each, stride));
	text_add(&html->sink->remark, "it %s; --at and --to choose a part", text_of(&html->part));
}

static int add_states(struct html *html, struct error *err)
{
	const struct export_job *job = html->job;
	uint64_t stride = (job->end - job->position) / STATES_MAX + 1, count = 0;
	int result = 0;

	for (uint64_t at = job->position; at <= job->end && result == 0; at++) {
		char words[32] = "seek start";
		if (!has_state(job, at, stride))
			continue;
		if (at > 0)
			snprintf(words, sizeof(words), "seek %" PRIu64, at - 1);
		result = sheet_command(job->sheet, words, err);
		add_state(html);
		count++;
	}
	if (stride > 1)
		say_selection(html, count, stride);
	return result;
}

/* ---- the page ------------------------------------------------------------------------------ */

static void add_style(struct text *out, const struct export_job *job)
{
	text_add(out, "<style>\n");
	if (job->has_theme) {
		svg_add_rules(out, job->theme, NULL);
	} else {
		svg_add_rules(out, theme_find("dark"), NULL);
		text_add(out, "@media (prefers-color-scheme:light),print{\n");
		svg_add_rules(out, theme_find("light"), NULL);
		text_add(out, "}\n");
	}
	text_add_bytes(out, page_style, page_style_length);
	text_add(out, "</style>\n");
}

static void add_screen(struct text *out, int width, int height)
{
	text_add(out,
		"<svg id=\"screen\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-describedby=\"said\"><title></title>"
		"<rect class=\"text-b\" width=\"%d\" height=\"%d\"/>\n",
		width * SVG_CELL_WIDTH, height * SVG_CELL_HEIGHT, width * SVG_CELL_WIDTH,
		height * SVG_CELL_HEIGHT);
	for (int y = 0; y < height; y++)
		text_add(out, "<g transform=\"translate(0 %d)\"></g>\n", y * SVG_CELL_HEIGHT);
	text_add(out, "</svg>\n");
}

static void add_controls(struct text *out)
{
	static const struct {
		const char *id, *sign, *words;
	} buttons[] = {
		{"start", "|<", "to the start"},
		{"caption-back", "<<", "previous caption"},
		{"back", "<", "previous event"},
		{"play", "play", "play or pause"},
		{"next", ">", "next event"},
		{"caption-next", ">>", "next caption"},
		{"end", ">|", "to the end"},
		{"mark-back", "[", "previous mark"},
		{"mark-next", "]", "next mark"},
	};

	text_add(out, "<div id=\"controls\" role=\"toolbar\" aria-label=\"player\">\n");
	for (size_t i = 0; i < sizeof(buttons) / sizeof(*buttons); i++) {
		text_add(out, "<button type=\"button\" id=\"%s\" aria-label=\"%s\" title=\"%s\">",
			buttons[i].id, buttons[i].words, buttons[i].words);
		text_add_markup(out, buttons[i].sign);
		text_add(out, "</button>\n");
	}
	text_add(out,
		"<input type=\"range\" id=\"scrub\" min=\"0\" value=\"0\" aria-label=\"event\">\n"
		"<select id=\"marks\" aria-label=\"marks\"><option value=\"0\">go to a mark</option></select>\n"
		"<output id=\"where\" for=\"scrub\"></output>\n</div>\n");
}

static void add_head(struct text *out, const struct export_job *job, const char *name)
{
	text_add(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"generator\" content=\"arenascope " ARENASCOPE_VERSION "\">\n<title>");
	text_add_markup(out, name);
	text_add(out, "</title>\n");
	add_style(out, job);
	text_add(out, "</head>\n<body>\n<h1>");
	text_add_markup(out, name);
	text_add(out, "</h1>\n");
}

static void add_body(struct text *out, const struct html *html, int width)
{
	text_add(out, "<main>\n");
	if (html->part.length > 0)
		text_add(out, "<p class=\"part\">This page %s.</p>\n", text_of(&html->part));
	text_add(out, "<div id=\"player\">\n");
	add_screen(out, width, html->height);
	text_add(out, "<div id=\"said\" role=\"status\" aria-live=\"polite\"></div>\n");
	add_controls(out);
	text_add(out,
		"<p class=\"help\"><kbd>.</kbd> <kbd>,</kbd> step, <kbd>PgDn</kbd> <kbd>PgUp</kbd> next and previous caption, "
		"<kbd>Space</kbd> plays, <kbd>0</kbd>–<kbd>9</kbd> go to 0%% … 90%%, <kbd>[</kbd> <kbd>]</kbd> marks.</p>\n</div>\n"
		"<div id=\"handout\"></div>\n"
		"<details id=\"words\"><summary>In words, event by event</summary>\n<ol>\n%s</ol>\n</details>\n</main>\n",
		text_of(&html->words));
}

static void add_data(const struct html *html)
{
	struct text *out = &html->sink->text;

	text_add(out,
		"<script type=\"application/json\" id=\"data\">\n{\"pace\":%d,\"elements\":[\n",
		(int)(1000 / html->job->speed));
	for (size_t i = 0; i < html->elements.rows.count; i++) {
		text_add(out, i > 0 ? ",\n" : "");
		add_string(out, html->elements.rows.items[i]);
	}
	text_add(out, "\n],\"rows\":[\n");
	for (size_t i = 0; i < html->rows.rows.count; i++)
		text_add(out, "%s[%s]", i > 0 ? "," : "", html->rows.rows.items[i]);
	text_add(out, "\n],\"states\":[\n%s\n]}\n</script>\n<script>\n", text_of(&html->states));
	text_add_bytes(out, page_script, page_script_length);
	text_add(out, "</script>\n</body>\n</html>\n");
}

static const char *name_of(const struct trace *trace)
{
	const char *slash = strrchr(trace_name(trace), '/');

	return slash ? slash + 1 : trace_name(trace);
}

/* What the trace says it is about: its first comment, before all events; without one its name. */
static const char *title_of(const struct trace *trace)
{
	const struct trace_comment *comments;
	bool has_title = trace_comments(trace, &comments) > 0 && comments[0].position == 0 &&
			 !comments[0].trails;
	const char *title = has_title ? comments[0].text + strspn(comments[0].text, " ") : "";

	return *title ? title : name_of(trace);
}

static int write_html(const struct export_job *job, struct sink *sink, struct error *err)
{
	struct html html = {.job = job, .sink = sink};
	struct area area, footer;

	sheet_draw(job->sheet, &area);
	html.height =
		view_place(sheet_view(job->sheet), "footer", &footer) ? footer.y : area.height;
	html.shown = xcalloc((size_t)html.height, sizeof(*html.shown));
	int result = add_states(&html, err);
	if (result == 0) {
		add_head(&sink->text, job, title_of(job->trace));
		add_body(&sink->text, &html, area.width);
		add_data(&html);
	}
	free(html.shown);
	row_set_finish(&html.rows);
	row_set_finish(&html.elements);
	narration_finish(&html.narration);
	text_finish(&html.states);
	text_finish(&html.words);
	text_finish(&html.part);
	return result;
}

const struct exporter exporter_html = {.name = "html",
	.write = write_html,
	.moment = EXPORT_RANGE,
	.teaches = true};
