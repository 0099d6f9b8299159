/* See texts.h; the questions about texts in trace.h. */
#include "trace/texts.h"

#include "base/xalloc.h"
#include "trace/trace_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *owned_text(const char *text, size_t length)
{
	char *copy = xmalloc(length + 1);

	for (size_t i = 0; i < length; i++)
		copy[i] = text[i] == '\0' ? ' ' : text[i];
	copy[length] = '\0';
	return copy;
}

void texts_add(struct texts *texts, enum event_kind kind, uint64_t position, const char *text,
	size_t length)
{
	char number[32];

	if (kind == EVENT_MARK && length == 0) {
		length = (size_t)snprintf(number, sizeof(number), "mark %zu",
			texts->marks.count + 1);
		text = number;
	}
	char *owned = owned_text(text, length);
	struct trace_mark mark = {position, owned};

	*array_push(&texts->all) = owned;
	if (kind == EVENT_MARK)
		*array_push(&texts->marks) = mark;
	else if (kind == EVENT_ENTER)
		*array_push(&texts->methods) = mark;
	else
		*array_push(&texts->notes) = mark;
}

void texts_add_comment(struct texts *texts, uint64_t position, bool trails, const char *text,
	size_t length)
{
	*array_push(&texts->comments) =
		(struct trace_comment){position, trails, owned_text(text, length)};
}

struct texts_count texts_count(const struct texts *texts)
{
	return (struct texts_count){texts->all.count, texts->marks.count, texts->notes.count,
		texts->methods.count, texts->comments.count};
}

void texts_shrink(struct texts *texts, struct texts_count count)
{
	while (texts->all.count > count.all)
		free(texts->all.items[--texts->all.count]);
	while (texts->comments.count > count.comments)
		free((void *)(uintptr_t)texts->comments.items[--texts->comments.count].text);
	texts->marks.count = count.marks;
	texts->notes.count = count.notes;
	texts->methods.count = count.methods;
}

void texts_cut(struct texts *texts, uint64_t position)
{
	struct texts_count left = texts_count(texts);

	while (left.marks > 0 && texts->marks.items[left.marks - 1].position >= position)
		left.marks--;
	while (left.notes > 0 && texts->notes.items[left.notes - 1].position >= position)
		left.notes--;
	while (left.methods > 0 && texts->methods.items[left.methods - 1].position >= position)
		left.methods--;
	while (left.comments > 0 && texts->comments.items[left.comments - 1].position >= position)
		left.comments--;
	left.all = left.marks + left.notes + left.methods;
	texts_shrink(texts, left);
}

void texts_finish(struct texts *texts)
{
	texts_shrink(texts, (struct texts_count){0});
	array_finish(&texts->all);
	array_finish(&texts->comments);
	array_finish(&texts->marks);
	array_finish(&texts->notes);
	array_finish(&texts->methods);
}

/* ---- asking --------------------------------------------------------------------------------- */

const char *trace_text(const struct trace *trace, uint32_t text)
{
	return text < trace->texts.all.count ? trace->texts.all.items[text] : "";
}

size_t trace_marks(const struct trace *trace, const struct trace_mark **ret_marks)
{
	*ret_marks = trace->texts.marks.items;
	return trace->texts.marks.count;
}

size_t trace_notes(const struct trace *trace, const struct trace_mark **ret_notes)
{
	*ret_notes = trace->texts.notes.items;
	return trace->texts.notes.count;
}

size_t trace_comments(const struct trace *trace, const struct trace_comment **ret_comments)
{
	*ret_comments = trace->texts.comments.items;
	return trace->texts.comments.count;
}

/* Grows with the marks: they are few, and asked for by people. */
bool trace_find_mark(const struct trace *trace, const char *name, uint64_t *ret_position)
{
	const struct texts *texts = &trace->texts;

	for (size_t i = 0; i < texts->marks.count; i++)
		if (strcmp(texts->marks.items[i].name, name) == 0) {
			*ret_position = texts->marks.items[i].position;
			return true;
		}
	return false;
}
