/* What the name of a trace says of its form. */
#ifndef CMD_TRACE_SUFFIX_H
#define CMD_TRACE_SUFFIX_H

#include "trace/trace.h"

#include <stdbool.h>

/*
 * .trace and .bin: binary; .rep, .txt, .text, and "-" for standard output: text; false: it says
 * nothing.
 */
bool form_of_name(const char *path, enum trace_form *ret_form);

#endif
