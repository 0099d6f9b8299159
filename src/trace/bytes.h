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
	bool is_mapped; /* `at` is a mapping of ours, and `fd` the file, open as long as it is */
	int fd;
	char *copy; /* or memory of ours, from malloc; NULL: borrowed or mapped */
};

/*
 * Maps a file as long as it is now, in place of nothing: what was there has to be released. name:
 * of the file, in messages. An empty file has no bytes, and is no error.
 */
int bytes_map(struct bytes *bytes, int fd, const char *name, struct error *err);

/*
 * Copies the `n` bytes from `at` on, all of which there are. Those of a file that the system has in
 * memory are read, not touched in its mapping: where a few bytes of many pages are wanted, a system
 * call costs a sixth of a page fault. Others come by the fault, which reads many pages at once.
 */
void bytes_copy(const struct bytes *bytes, size_t at, unsigned char *ret, size_t n);

/* The same of a mapping, by reading: for bytes that are wanted once, from start to end. */
void bytes_read(const struct bytes *bytes, size_t at, void *ret, size_t n);

void bytes_release(struct bytes *bytes);

#endif
