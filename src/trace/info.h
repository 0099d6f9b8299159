/*
 * The header of a trace as lines of a key and a value, the same in both forms
 * (docs/trace-format.md; the text form has them after the word info).
 */
#ifndef TRACE_INFO_H
#define TRACE_INFO_H

#include "trace/trace.h"

struct text;

/* Texts are "", numbers 0. */
void info_init(struct trace_info *info);
void info_finish(struct trace_info *info);

/* Appends "KEY VALUE\n" for each value that is known. */
void info_put(const struct trace_info *info, struct text *text);

/*
 * Takes one key and value, which are copied. false: the key is not known, or the value does not fit
 * it.  info must come from info_init().
 */
bool info_take(struct trace_info *info, const char *key, size_t key_length, const char *value,
	size_t length);

/* Takes lines as info_put() writes them; those that are not known are left out. */
void info_take_lines(struct trace_info *info, const char *line, size_t length);

#endif
