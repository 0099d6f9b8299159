/*
 * Finds files that belong to this program: beside it in a build folder, or where they were
 * installed.
 */
#ifndef BASE_INSTALL_DIR_H
#define BASE_INSTALL_DIR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Finds the first readable file among places (relative to the program's folder, ended by NULL);
 * false when none is. size: bytes of ret_path.
 */
bool install_dir_find(const char *const *places, char *ret_path, size_t size);

#endif
