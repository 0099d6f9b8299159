/* See shorthand.h. */
#include "shorthand.h"

#include "base/error.h"
#include "base/text.h"
#include "trace/trace.h"

#include <stdio.h>

struct trace *trace_of(const char *shorthand)
{
	struct text lines = {0};
	struct trace *trace = NULL;
	struct error err;

	for (const char *at = shorthand; *at; at++) {
		bool begins = at == shorthand || at[-1] == ' ';
		text_add(&lines, *at == ' ' ? "\n" : *at == ':' ? " " : "%c", *at);
		if (begins && *at != ' ')
			text_add(&lines, " ");
	}
	text_add(&lines, "\n");
	if (trace_open_memory(&trace, lines.bytes, lines.length, "shorthand", 0, &err) < 0)
		fprintf(stderr, "%s\n", err.text);
	text_finish(&lines);
	return trace;
}
