/*
 * The bytes of a trace in another form than the binary one, from start to end as they come: of a
 * mapped file or a pipe, unpacked if they are packed.
 *
 *	window   whole lines, of which only the last may end without a newline; or bytes, of forms
 *	         without lines
 *
 * A reader takes the window's bytes from `at` to `end`, and then asks for the next one.
 */
#ifndef TRACE_SOURCE_H
#define TRACE_SOURCE_H

#include "base/error.h"
#include "trace/bytes.h"

#include <stdint.h>

struct decompression;

struct source {
	const char *at, *end; /* of the window; the reader moves `at` */
	/* called when a window was taken, before more is waited for; or NULL */
	void (*took_window)(void *user);
	void *user;
	_Atomic uint64_t taken; /* bytes of the file */
	uint64_t total;         /* of the file; 0: not known */
	int stop;               /* a descriptor: readable when nothing more is wanted; -1: none */
	enum windows {
		WINDOWS_OF_LINES,
		WINDOWS_OF_BYTES, /* what the reader leaves of one begins the next */
		WINDOW_OF_ALL,    /* of a mapping: one, however long it is */
	} windows;

	/* source.c's own */
	const char *name;                    /* for messages; borrowed */
	struct bytes bytes;                  /* of a file that is not a pipe */
	int fd;                              /* of a pipe; -1: none */
	unsigned char *piece;                /* of the pipe, as it came */
	const unsigned char *raw, *raw_end;  /* not taken yet, of the piece or of the bytes */
	const char *packing;                 /* "gzip"; NULL: not packed */
	struct decompression *decompression; /* NULL: not packed */
	char *room;                          /* for the window and a line that has begun */
	size_t size, length, window;         /* bytes: of the room, in it, in the window */
	bool has_begun, has_lines, is_over, has_failed;
	struct error error;
};

/* The bytes of a file, which the source takes over. */
struct source *source_of_bytes(struct bytes bytes, const char *name);

/* The source takes over the descriptor. */
struct source *source_of_pipe(int fd, const char *name);
void source_free(struct source *source);

/*
 * The first bytes, unpacked, before any window: SNIFF_BYTES at least where there are as many.
 * Borrowed until the first source_more().
 */
void source_begin(struct source *source, const char **ret_bytes, size_t *ret_length);

/*
 * The next window, when this one was taken; false: that was all, or it cannot be read. Where
 * windows are bytes, the window stays and grows while the reader takes nothing.
 */
bool source_more(struct source *source);

/*
 * After a line that makes no sense: goes through the rest of a packed file, since damage shows only
 * at its end, and is then what is wrong.
 */
void source_skip(struct source *source);

/* -1 and err: the source ended early, because it cannot be read or is damaged. */
int source_check(const struct source *source, struct error *err);

/* Packed bytes were cut off: the last line, which was cut as well, is left out. */
bool source_is_cut(const struct source *source);

/*
 * Everything as the bytes of a file, in place of windows: for forms that are not read from start to
 * end. They are the caller's. -1 and err: they cannot be kept; source_check() says whether all
 * could be read.
 */
int source_take_all(struct source *source, struct bytes *ret_bytes, struct error *err);

#endif
