/* Events as lines of the text form (docs/trace-format.md); what trace/text/reader.c reads back. */
#ifndef TRACE_TEXT_LINES_H
#define TRACE_TEXT_LINES_H

#include "trace/trace.h"

struct text;

struct text_state {
	bool line_open; /* the last event's line has no newline yet: a comment may trail */
};

/* Appends an event's line; text: of a note or mark. */
void text_put_event(struct text *out, struct text_state *state, const struct event *event,
	const char *text);

/* trails: on the line of the event before, where that is still open. */
void text_put_comment(struct text *out, struct text_state *state, const char *comment, bool trails);

/* Ends the last event's line. */
void text_put_end(struct text *out, struct text_state *state);

/* The header: bare integers, then lines "info KEY VALUE". */
void text_put_info(struct text *out, const struct trace_info *info);

/* Definitions, each a line; the last event's line has ended. */
void text_put_module(struct text *out, const struct trace_module *module);
void text_put_name(struct text *out, uint64_t address, const char *words);
void text_put_site(struct text *out, uint32_t site, const uint64_t *frames, size_t count);

#endif
