/*
 * The lines of a file that a person writes: a configuration, a script. A file that is something
 * different (a device, a directory, a program) is refused in words, in bounded memory and time.
 */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include "base/error.h"

#include <stdio.h>

enum { LINE_BYTES_MAX = 4096 };

struct lines {
	FILE *file;      /* borrowed */
	unsigned number; /* of the line in text, or that is no text, from 1 on; 0: none */
	char text[LINE_BYTES_MAX + 1];
};

/*
 * Takes the next line into lines->text, without its end or a byte order mark. 1: there is one; 0:
 * there is none; -1: it is too long, is no text, or cannot be read (*err says so, without the name
 * of the file).
 */
int lines_next(struct lines *lines, struct error *err);

/* -1; puts before what is wrong where it is: the name of the file, and the line if it is in one. */
int lines_refuse(const struct lines *lines, const char *name, struct error *err);

#endif
