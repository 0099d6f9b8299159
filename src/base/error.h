/*
 * How failures are reported: a buffer for one line of text, owned by the caller.
 *
 * A function whose failure the user must learn of takes a `struct error *` as its last parameter
 * and returns 0, or `return error_set(err, "...")`, which is -1. The text has no trailing newline;
 * it names the file, the line or byte, what is wrong there, and what the user can do.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct error {
	char text[512]; /* empty: no error */
};

/*
 * Formats into *err; a text that is too long is cut between two characters. err may be NULL.
 * Always returns -1.
 */
int error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "PREFIX: " before the text in *err; err may be NULL. Always returns -1. */
int error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
