/*
 * The one way a failure is told: a buffer for one line of text, owned by the caller.
 *
 * A function that can fail and whose user must be told takes a `struct error *` as its last
 * parameter and returns 0, or `return error_set(err, "...")`, which is -1.  The text has no
 * trailing newline and names the file, the line or byte, the thing, and what to do.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct error {
	char text[512]; /* empty: no error */
};

/*
 * Formats into *err, cutting what does not fit, between signs of UTF-8; err may be NULL. Always
 * returns -1.
 */
int error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "PREFIX: " in front of what *err says already.  Always returns -1. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
