/* UTF-8, as far as a grid of cells needs it. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD       0xFFFDu
#define UTF8_BAD_BYTES "\xef\xbf\xbd"

/*
 * Decodes one code point at *at (length bytes left) and advances; a malformed byte gives UTF8_BAD
 * and is one long.  Of nothing: UTF8_BAD, and *at stays.
 */
uint32_t utf8_next(const char **at, size_t length);

/*
 * Encodes into out (room for 5), zero-terminated; gives the bytes used. What is no code point:
 * UTF8_BAD.
 */
size_t utf8_put(char out[5], uint32_t code);

/*
 * Cells a code point takes: 0 combining, 1, or 2 wide; controls count as 1 (they are drawn as one
 * sign).
 */
int utf8_width(uint32_t code);

/* Cells a text takes. */
size_t utf8_cells(const char *text);

#endif
