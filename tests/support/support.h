/*
 * Included by every cmocka test: the headers that cmocka needs, and readable comparisons of texts.
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dice.h"

/*
 * Like assert_string_equal, but prints both texts whole, line by line, with the first difference
 * marked.
 */
#define assert_text_equal(actual, expected) assert_text_at(actual, expected, __FILE__, __LINE__)
void assert_text_at(const char *actual, const char *expected, const char *file, int line);

/*
 * The text must be that of a file, named below tests/. With ARENASCOPE_UPDATE set the file is
 * written instead: read `git diff` afterwards.
 */
void assert_golden(const char *actual, const char *name);

/* How many files the process has open; the same number, one too many, each time. */
size_t open_files(void);

#endif
