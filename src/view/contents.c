#include "view/contents.h"

#include "base/units.h"
#include "trace/captions.h"
#include "view/view_state.h"

#include <stdlib.h>
#include <string.h>

#define NUMBER_WIDTH 13
#define WORDS        17 /* column */

void contents_finish(struct contents *contents)
{
	array_finish(&contents->lines);
}

static int compare_lines(const void *one, const void *other)
{
	const struct contents_line *a = one, *b = other;

	return a->position != b->position ? (a->position < b->position ? -1 : 1)
					  : (int)b->is_mark - (int)a->is_mark;
}

/* Whether the nth caption answers a question to which a lecture has not come yet. */
static bool is_hidden_answer(const struct view *view, const struct trace_mark *notes, size_t n)
{
	return view->lecture.is_on && view->lecture.has_questions && n > 0 &&
	       caption_asks(notes[n - 1].name) && notes[n].position >= view_position(view);
}

static void collect(const struct view *view, struct contents *contents)
{
	const struct trace_mark *items;
	size_t count = trace_notes(player_trace(view->player), &items);

	contents->lines.count = 0;
	for (size_t i = 0; i < count; i++)
		*array_push(&contents->lines) = (struct contents_line){items[i].position + 1, false,
			is_hidden_answer(view, items, i) ? "(the answer)" : items[i].name};
	count = trace_marks(player_trace(view->player), &items);
	for (size_t i = 0; i < count; i++)
		*array_push(&contents->lines) =
			(struct contents_line){view_mark_shown_at(view, &items[i]), true,
				items[i].name};
	for (size_t i = 0; i < view->marks.positions.count; i++) {
		const char *name = view->marks.names.items[i];
		*array_push(&contents->lines) =
			(struct contents_line){view->marks.positions.items[i], true,
				*name ? name : "(your mark)"};
	}
	if (contents->lines.count > 0)
		qsort(contents->lines.items, contents->lines.count, sizeof(*contents->lines.items),
			compare_lines);
}

static void contents_key(struct view *view, const char *key)
{
	struct contents *contents = &view->contents;
	size_t last = contents->lines.count - 1;
	enum action action = action_for_key(key);
	int rows = action_rows(action, contents->rows > 1 ? contents->rows - 1 : 1);

	view_mark_stale(view);
	if (rows < 0)
		contents->chosen -=
			contents->chosen < (size_t)-rows ? contents->chosen : (size_t)-rows;
	else if (rows > 0)
		contents->chosen = last - contents->chosen < (size_t)rows
					   ? last
					   : contents->chosen + (size_t)rows;
	else if (action == ACTION_START || action == ACTION_END)
		contents->chosen = action == ACTION_START ? 0 : last;
	else
		view_close_mode(view);
	if (strcmp(key, "Enter") == 0)
		view_jump(view, contents->lines.items[contents->chosen].position);
}

static void draw_contents(struct view *view, struct canvas *canvas)
{
	struct contents *contents = &view->contents;
	struct area all = {0, 0, canvas->width, canvas->height};
	struct units units;

	area_fill(canvas, all, ' ', ROLE_TEXT);
	struct area area = area_frame(canvas, all, "Captions and marks",
		"Enter: go there  j k: choose  other keys: back", true);
	contents->rows = area.height;
	size_t first = contents->chosen < (size_t)area.height
			       ? 0
			       : contents->chosen - (size_t)area.height + 1;
	for (int y = 0; y < area.height && first + (size_t)y < contents->lines.count; y++) {
		const struct contents_line *line = &contents->lines.items[first + (size_t)y];
		bool is_chosen = first + (size_t)y == contents->chosen;
		if (is_chosen)
			area_put(canvas, area, 0, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
				ROLE_PLAYHEAD, 0);
		area_text_right(canvas, area, NUMBER_WIDTH, y, ROLE_QUIET, 0,
			units_count(&units, line->position - 1));
		area_put(canvas, area, NUMBER_WIDTH + 1, y,
			glyph_of(canvas->charset, line->is_mark ? GLYPH_MARK : GLYPH_V_LINE, 0),
			ROLE_MARK, 0);
		area_text(canvas, area, WORDS, y, line->is_mark ? ROLE_TITLE : ROLE_TEXT,
			is_chosen ? CELL_BOLD : 0, line->words);
	}
}

static const struct mode contents_mode = {contents_key, draw_contents};

/* The line of the current place is chosen. */
void view_open_contents(struct view *view)
{
	struct contents *contents = &view->contents;

	collect(view, contents);
	if (contents->lines.count == 0) {
		view_say(view, "no captions or marks in this trace; M sets a mark");
		return;
	}
	view_pause(view);
	contents->chosen = 0;
	while (contents->chosen + 1 < contents->lines.count &&
		contents->lines.items[contents->chosen + 1].position <= view_position(view))
		contents->chosen++;
	view_open_mode(view, &contents_mode);
}
