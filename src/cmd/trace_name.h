/* Names of traces: the format that a name implies, and a name where none was given. */
#ifndef CMD_TRACE_NAME_H
#define CMD_TRACE_NAME_H

#include "trace/trace.h"

/*
 * .trace and .bin: binary; .rep, .txt, .text, and "-" for standard output: text; false: the name
 * implies no format.
 */
bool trace_name_form(const char *path, enum trace_form *ret_form);

/*
 * Creates "ls.trace" in the current folder, for the program "/bin/ls"; if that exists, the first of
 * "ls.2.trace" … that does not. Returns the descriptor, for reading and writing, and the name in
 * path; -1 and err when no such file can be created.
 */
int trace_name_create(char *path, size_t size, const char *program, struct error *err);

#endif
