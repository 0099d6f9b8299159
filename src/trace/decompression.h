/*
 * Traces that were compressed by gzip or zstd: they are unpacked into a spool before anything reads
 * them.
 */
#ifndef TRACE_DECOMPRESSION_H
#define TRACE_DECOMPRESSION_H

#include <stdbool.h>
#include <stddef.h>

struct error;

enum unpacked { UNPACKED_WHOLE, UNPACKED_CUT, UNPACKED_DAMAGED };

bool is_packed(const unsigned char *bytes, size_t length);

/*
 * Writes to fd as much as can be unpacked of packed bytes; *ret_how says whether that is all.  -1
 * and err only when it cannot be written, or the library does not work.
 */
int unpack_file(const unsigned char *bytes, size_t length, int fd, enum unpacked *ret_how,
	struct error *err);

#endif
