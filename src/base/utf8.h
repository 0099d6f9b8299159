/* UTF-8, to the extent that a grid of cells needs it. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD       0xFFFDu
#define UTF8_BAD_BYTES "\xef\xbf\xbd"

/*
 * Decodes the code point at *at, of length bytes left, and advances *at past it. A malformed byte
 * is UTF8_BAD, one byte long. With no bytes left: UTF8_BAD, and *at does not move.
 */
uint32_t utf8_next(const char **at, size_t length);

/*
 * Encodes into out, zero-terminated, and returns the number of bytes before the zero; a number that
 * is not a code point becomes UTF8_BAD.
 */
size_t utf8_put(char out[5], uint32_t code);

/*
 * The cells that a code point takes: 0 if it combines with the one before, 2 if it is wide,
 * otherwise 1 (also for controls, which are drawn as one character).
 */
int utf8_width(uint32_t code);

/* The cells that a text takes. */
size_t utf8_cells(const char *text);

#endif
