/* The list of captions and marks, from which the person jumps to one. It covers the screen. */
#ifndef VIEW_CONTENTS_H
#define VIEW_CONTENTS_H

#include "base/arrays.h"

#include <stdbool.h>
#include <stdint.h>

struct view;

struct contents_line {
	uint64_t position; /* where it is shown */
	bool is_mark;
	const char *words; /* borrowed from the trace, or from the person's marks */
};

struct contents {
	ARRAY(struct contents_line) lines;
	size_t chosen;
	int rows; /* as last drawn */
};

void contents_finish(struct contents *contents);
void view_open_contents(struct view *view);

#endif
