/*
 * A file that the user named for what a command writes. One that exists stays as it is until the
 * new one is complete: a full disk, a signal or a mistake in the input costs nothing. What cannot
 * be replaced by renaming (a device, a pipe, a file with several names or of another owner, one in
 * a folder that is read-only) is written in place.
 */
#ifndef BASE_OUTPUT_FILE_H
#define BASE_OUTPUT_FILE_H

#include "base/replacement.h"

#include <stddef.h>

struct output_file {
	int fd; /* to be written; -1: none */
	bool is_in_place;
	struct replacement replacement;
};

/* -1 and errno: it cannot be written, and nothing has changed. */
int output_file_open(struct output_file *file, const char *path);

/* The same, for a writer that opens it by output_file_name(), and needs no fd. */
int output_file_open_named(struct output_file *file, const char *path);

/* The name by which it can be opened now: the path's own, where it is written in place. */
const char *output_file_name(const struct output_file *file, const char *path);

/*
 * Ends it. is_complete: it takes its place; otherwise what was there stays. -1 and errno: it could
 * not take its place. errno stays as it is otherwise.
 */
int output_file_close(struct output_file *file, bool is_complete);

/* The three at once, for a writer that has all bytes. -1 and errno: one of them has failed. */
int output_file_write(const char *path, const void *bytes, size_t length);

#endif
