/* The name of a trace for which none was given. */
#ifndef CMD_TRACE_NAME_H
#define CMD_TRACE_NAME_H

#include <stddef.h>

struct error;

/*
 * Creates "ls.trace" in the current folder, for the program "/bin/ls"; if that exists, the first of
 * "ls.2.trace" … that does not. Returns the descriptor, for reading and writing, and the name in
 * path; -1 and err when no such file can be created.
 */
int trace_name_create(char *path, size_t size, const char *program, struct error *err);

#endif
