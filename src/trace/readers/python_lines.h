/* The line of an instruction of Python code, by the table that its code object has. */
#ifndef TRACE_READERS_PYTHON_LINES_H
#define TRACE_READERS_PYTHON_LINES_H

#include <stddef.h>
#include <stdint.h>

/*
 * version: of Python, as PY_VERSION_HEX. first: the line of the function. instruction: where it is
 * in the code, as frames of that version have it. Grows with the table; a table that makes no sense
 * gives the first line.
 */
int python_line(uint32_t version, const unsigned char *table, size_t length, int first,
	uint64_t instruction);

#endif
