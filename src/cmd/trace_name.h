/* The name of a trace that the person has not named. */
#ifndef CMD_TRACE_NAME_H
#define CMD_TRACE_NAME_H

#include <stddef.h>

struct error;

/*
 * Creates "ls.trace" in the current folder, for the program "/bin/ls"; where that exists, the first
 * of "ls.2.trace" … that does not.  Gives the descriptor, for reading and writing, and the name in
 * path; -1 and err when there can be no such file.
 */
int trace_name_create(char *path, size_t size, const char *program, struct error *err);

#endif
