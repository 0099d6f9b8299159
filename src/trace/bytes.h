/* The bytes of a file that is read: a mapping, or memory of our own. */
#ifndef TRACE_BYTES_H
#define TRACE_BYTES_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* Zeroed: no bytes. */
struct bytes {
	const unsigned char *at; /* NULL when there are none */
	size_t length;
	bool is_mapped; /* `at` is a mapping of ours */
	char *copy;     /* or memory of ours, from malloc; NULL: borrowed or mapped */
};

/*
 * Maps a file as long as it is now, in place of nothing: what was there has to be released. name:
 * of the file, in messages. An empty file has no bytes, and is no error.
 */
int bytes_map(struct bytes *bytes, int fd, const char *name, struct error *err);

void bytes_release(struct bytes *bytes);

#endif
