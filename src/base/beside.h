/* Files that belong to this program: beside it in a build folder, or where they were installed. */
#ifndef BASE_BESIDE_H
#define BASE_BESIDE_H

#include <stdbool.h>
#include <stddef.h>

/* The first of the places, ended by NULL and each relative to the program's own folder, that can be read. */
bool beside_find(const char *const *places, char *ret_path, size_t size);

#endif
