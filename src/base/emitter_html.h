/* The page of HTML that an emit writes. */
#ifndef BASE_EMITTER_HTML_H
#define BASE_EMITTER_HTML_H

#include "base/emitter.h"

void html_begin(struct text *text);
void html_pair(struct emit *emit, const char *name, const char *value);
/* Writes the table that was filled; one without rows only where it has a remark. */
void html_table(struct emit *emit, size_t nrows);
void html_end(struct emit *emit);

#endif
