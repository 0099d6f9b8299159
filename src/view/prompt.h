/* A line of input: a command after `:`, a search after `/`. */
#ifndef VIEW_PROMPT_H
#define VIEW_PROMPT_H

#include "base/arrays.h"

#include <stdbool.h>
#include <stddef.h>

struct view;

#define PROMPT_MAX 200u

struct prompt {
	char sign;
	char text[PROMPT_MAX];
	bool is_entered; /* the line has been entered and must still be run */
	ARRAY(char *) history;
	size_t history_at;
};

void prompt_finish(struct prompt *prompt);
void view_open_command(struct view *view);
void view_open_search(struct view *view);
/* The entered line, once; borrowed. NULL: none. */
const char *view_take_line(struct view *view);

#endif
