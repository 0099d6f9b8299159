/* Files that belong to this program: beside it in a build folder, or where they were installed. */
#ifndef BASE_INSTALL_DIR_H
#define BASE_INSTALL_DIR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The first of the places, ended by NULL and each relative to the program's own folder, that can be
 * read.
 */
bool install_dir_find(const char *const *places, char *ret_path, size_t size);

#endif
