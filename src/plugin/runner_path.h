/* Where the program is in which somebody else's code runs, or is compiled. */
#ifndef PLUGIN_RUNNER_PATH_H
#define PLUGIN_RUNNER_PATH_H

#include <stdbool.h>
#include <stddef.h>

struct error;

#define RUNNER_NAME    "arenascope-runner"
#define RUNNER_32_NAME "arenascope-runner32"
#define RUNNER_REFUSES 2 /* its exit status where it is given nothing to run */

/* -1 and err: it was not installed. size: bytes of ret_path. */
int runner_find(char *ret_path, size_t size, struct error *err);

/* That for plug-ins of 32 bits; false: there is none, or the system cannot run it. */
bool runner_find_32(char *ret_path, size_t size);

#endif
