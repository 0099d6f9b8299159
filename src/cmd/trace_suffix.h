/* The format that the name of a trace implies. */
#ifndef CMD_TRACE_SUFFIX_H
#define CMD_TRACE_SUFFIX_H

#include "trace/trace.h"

#include <stdbool.h>

/*
 * .trace and .bin: binary; .rep, .txt, .text, and "-" for standard output: text; false: the name
 * implies no format.
 */
bool form_of_name(const char *path, enum trace_form *ret_form);

#endif
