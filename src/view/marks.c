#include "view/view_state.h"

#include "base/error.h"
#include "base/lines.h"
#include "base/output_file.h"
#include "base/text.h"
#include "base/xalloc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_mark(struct marks *marks, uint64_t position, const char *name)
{
	*array_push(&marks->positions) = position;
	*array_push(&marks->names) = xstrdup(name);
}

static int take_line(struct marks *marks, const char *line, struct error *err)
{
	uint64_t position;
	int name = 0;

	if (sscanf(line, "%" SCNu64 " %n", &position, &name) != 1)
		return error_set(err, "not a mark; write: POSITION NAME");
	add_mark(marks, position, line + name);
	return 0;
}

void marks_init(struct marks *marks, const struct view_config *config)
{
	struct lines lines = {.file = config->marks ? fopen(config->marks, "r") : NULL};
	int result = 0;

	marks->path = config->marks;
	if (!lines.file) {
		if (config->marks && errno != ENOENT)
			error_set(&marks->trouble, "%s: %s", config->marks, strerror(errno));
		return;
	}
	marks->is_kept = true;
	while (result == 0 && (result = lines_next(&lines, &marks->trouble)) == 1)
		result = take_line(marks, lines.text, &marks->trouble);
	if (result < 0)
		lines_refuse(&lines, config->marks, &marks->trouble);
	fclose(lines.file);
}

void marks_finish(struct marks *marks)
{
	for (size_t i = 0; i < marks->names.count; i++)
		free(marks->names.items[i]);
	array_finish(&marks->positions);
	array_finish(&marks->names);
}

uint64_t view_mark_shown_at(const struct view *view, const struct trace_mark *mark)
{
	uint64_t position = mark->position + 1;
	struct event event;

	if (trace_get(player_trace(view->player), position, &event) && event.kind == EVENT_NOTE)
		position++;
	return position;
}

/* The nearest mark in the direction, of the trace or of the person. */
static bool find_mark(const struct view *view, bool back, uint64_t *ret_position)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(player_trace(view->player), &marks);
	uint64_t here = view_position(view);
	bool found = false;

	for (size_t i = 0; i < count + view->marks.positions.count; i++) {
		uint64_t position = i < count ? view_mark_shown_at(view, &marks[i])
					      : view->marks.positions.items[i - count];
		bool is_ahead = back ? position < here : position > here;
		bool is_nearer =
			!found || (back ? position > *ret_position : position < *ret_position);
		if (is_ahead && is_nearer) {
			*ret_position = position;
			found = true;
		}
	}
	return found;
}

void view_to_mark(struct view *view, bool back)
{
	uint64_t position = 0;

	if (find_mark(view, back, &position))
		view_jump(view, position);
	else
		view_say(view, "no mark %s", back ? "before" : "ahead");
}

bool view_find_own_mark(const struct view *view, const char *name, uint64_t *ret_position)
{
	for (size_t i = 0; i < view->marks.names.count; i++)
		if (*name && strcmp(view->marks.names.items[i], name) == 0) {
			*ret_position = view->marks.positions.items[i];
			return true;
		}
	return false;
}

/* Its number; the number of marks when there is none. */
static size_t mark_at(const struct marks *marks, uint64_t position)
{
	size_t at = 0;

	while (at < marks->positions.count && marks->positions.items[at] != position)
		at++;
	return at;
}

void view_set_mark(struct view *view)
{
	struct marks *marks = &view->marks;
	uint64_t here = view_position(view);
	size_t at = mark_at(marks, here);

	if (at < marks->positions.count) {
		free(marks->names.items[at]);
		marks->positions.items[at] = marks->positions.items[--marks->positions.count];
		marks->names.items[at] = marks->names.items[--marks->names.count];
		view_say(view, "mark cleared");
		return;
	}
	add_mark(marks, here, "");
	view_say(view, "mark set; ] and [ jump to it, :mark NAME names it, :w keeps it");
}

int view_name_mark(struct view *view, const char *name, struct error *err)
{
	struct marks *marks = &view->marks;
	uint64_t here = view_position(view);
	size_t at = mark_at(marks, here);

	if (*name == '\0')
		return error_set(err, "mark needs a name: mark before the free");
	if (at < marks->positions.count) {
		free(marks->names.items[at]);
		marks->names.items[at] = xstrdup(name);
	} else {
		add_mark(marks, here, name);
	}
	view_say(view, "mark '%s' set; :seek %s jumps to it, :w keeps it", name, name);
	return 0;
}

/* -1 and errno: the file is as it was. */
static int write_marks(const struct marks *marks)
{
	struct text lines = {0};

	for (size_t i = 0; i < marks->positions.count; i++)
		text_add(&lines, "%" PRIu64 " %s\n", marks->positions.items[i],
			marks->names.items[i]);
	int result = output_file_write(marks->path, text_of(&lines), lines.length);
	text_finish(&lines);
	return result;
}

int view_keep_marks(struct view *view, const char *words, struct error *err)
{
	const struct marks *marks = &view->marks;

	if (*words)
		return error_set(err, "write: unexpected word '%s'", words);
	if (!marks->path)
		return error_set(err, "write: this trace has no file to keep marks beside");
	if (marks->trouble.text[0])
		return error_set(err, "write: the file stays as it is: %s", marks->trouble.text);
	if (marks->positions.count == 0 && !marks->is_kept) {
		view_say(view, "no mark of yours to write; M sets one, :mark NAME names it");
		return 0;
	}
	if (marks->positions.count == 0 ? unlink(marks->path) < 0 : write_marks(marks) < 0)
		return error_set(err, "write: %s: %s", marks->path, strerror(errno));
	view->marks.is_kept = marks->positions.count > 0;
	if (!view->marks.is_kept) {
		view_say(view, "no mark is left: %s was removed", marks->path);
		return 0;
	}
	view_say(view, "%zu mark%s written to %s", marks->positions.count,
		marks->positions.count == 1 ? "" : "s", marks->path);
	return 0;
}
