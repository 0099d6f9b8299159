/* Events as lines; see docs/trace-format.md.  What text.c reads back is what was written. */
#include "trace/format.h"

#include "base/text.h"

#include <inttypes.h>
#include <string.h>

static void end_line(struct text *out, struct writer_text *state)
{
	if (state->line_open)
		text_add_bytes(out, "\n", 1);
	state->line_open = false;
}

/* A line has no newlines in it. */
static void put_words(struct text *out, const char *words)
{
	for (; *words; words++)
		text_add_bytes(out, *words == '\n' || *words == '\r' ? " " : words, 1);
}

/* -1: free(NULL), realloc(NULL) of nobody; ?: a pointer nobody knows. */
static void put_object(struct text *out, const struct event *event)
{
	text_add_bytes(out, " ", 1);
	if (event->object != OBJECT_NONE)
		text_add_number(out, event->object);
	else if (event->kind == EVENT_FREE && event->address == 0)
		text_add(out, "-1");
	else
		text_add(out, "?");
}

static void put_attributes(struct text *out, const struct event *event)
{
	if (event->alignment)
		text_add(out, " align=%" PRIu64, event->alignment);
	if (event->call != CALL_UNKNOWN)
		text_add(out, " call=%s", call_name(event->call));
	if (event->domain != DOMAIN_C)
		text_add(out, " domain=%s", domain_word(event->domain));
	if (event->address)
		text_add(out, " at=0x%" PRIx64, event->address);
	if (event->flags & EVENT_OLD_UNKNOWN)
		text_add(out, " old=0x%" PRIx64, event->old_address);
	if (event->thread)
		text_add(out, " thread=%" PRIu32, event->thread);
	if (event->flags & EVENT_HAS_TIME)
		text_add(out, " time=%" PRIu64, event->time);
	if (event->site != SITE_NONE)
		text_add(out, " site=%" PRIu32, event->site);
	if (event->flags & EVENT_FAILED)
		text_add(out, " failed");
}

void text_put_event(struct text *out, struct writer_text *state, const struct event *event, const char *text)
{
	const char *letter = event_kind_letter(event->kind);

	end_line(out, state);
	text_add_bytes(out, letter, strlen(letter));
	if (kind_has_text(event->kind)) {
		text_add_bytes(out, " ", 1);
		put_words(out, text ? text : "");
		text_add_bytes(out, "\n", 1);
		return;
	}
	put_object(out, event);
	if (kind_has_size(event->kind)) {
		text_add_bytes(out, " ", 1);
		text_add_number(out, event->size);
	}
	if (event->alignment | event->address | event->thread | event->domain | event->call | event->flags |
		event->site)
		put_attributes(out, event);
	state->line_open = true;
}

void text_put_comment(struct text *out, struct writer_text *state, const char *comment, bool trails)
{
	if (trails && state->line_open)
		text_add_bytes(out, " ", 1);
	else
		end_line(out, state);
	text_add_bytes(out, "#", 1);
	put_words(out, comment);
	text_add_bytes(out, "\n", 1);
	state->line_open = false;
}

void text_put_end(struct text *out, struct writer_text *state)
{
	end_line(out, state);
}

void text_put_info(struct text *out, const struct trace_info *info)
{
	struct trace_info rest = *info;
	struct text lines = {0};

	for (unsigned i = 0; i < info->header_count; i++)
		text_add(out, "%" PRIu64 "\n", info->header[i]);
	rest.header_count = 0;
	info_put(&rest, &lines);
	for (const char *line = text_of(&lines); *line; line += strcspn(line, "\n") + 1)
		text_add(out, "info %.*s\n", (int)strcspn(line, "\n"), line);
	text_finish(&lines);
}
