/*
 * The last line of a terminal says how far long work is (base/progress.h), on standard error:
 * "arenascope: playing: 31%, 3,200,000 events/s, 21.5 s left". It appears when the work lasts, and
 * goes when anything else is printed. Nothing is shown where standard error is not a terminal.
 */
#ifndef CMD_PROGRESS_LINE_H
#define CMD_PROGRESS_LINE_H

#include "base/progress.h"

#include <stdbool.h>

struct text;

struct progress_line {
	const char *what;     /* the work; NULL: none */
	uint64_t began, last; /* nanoseconds: of the work, and when the line was written last */
	uint64_t done_before; /* what was done when it began */
	bool is_shown;
};

/* Shows progress from now on, if standard error is a terminal. The line is borrowed. */
void progress_line_begin(struct progress_line *line);
void progress_line_end(struct progress_line *line);

/*
 * Before the first of such lines: what another program has written before, without an end of line,
 * is left alone. Spaces up to the last column but one take that place: from within a line they go
 * on in the next one, otherwise they stay in this one.
 */
void progress_line_start(void);

/* Adds the words for work that has lasted that many nanoseconds since `done_before`. */
void progress_line_add(struct text *out, const struct progress_report *progress,
	uint64_t done_before, uint64_t elapsed);

#endif
