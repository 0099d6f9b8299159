/*
 * Which modules of code are the C and C++ libraries: a function of theirs that allocates does so
 * for the one that called it.
 */
#ifndef TRACE_RUNTIME_H
#define TRACE_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool runtime_has_module(const char *path)
{
	static const char *const names[] = {"libc.so.", "libc-2.", "libstdc++.so.", "libc++.so.",
		"libc++abi.so.", "libpthread.so.", "libpthread-2.", "ld-linux", "ld-2.", "ld-musl-",
		"libc.musl-"};
	const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strncmp(file, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

#endif
