/* The lessons that were installed with the program, or stand beside its sources. */
#ifndef CMD_LESSONS_H
#define CMD_LESSONS_H

#include <stddef.h>

struct error;

/*
 * The path of the lesson of that name ("first-fit"). -1 and err: there is none, and which one may
 * have been meant.
 */
int lesson_find(const char *name, char *ret_path, size_t size, struct error *err);

#endif
