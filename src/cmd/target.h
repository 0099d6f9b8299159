/* The program to be recorded: its file, and whether the library can be preloaded into it. */
#ifndef CMD_TARGET_H
#define CMD_TARGET_H

#include <limits.h>
#include <stddef.h>

struct error;

/* With which a shell would exit instead of the program. */
enum { TARGET_NOT_RUNNABLE = 126, TARGET_NOT_FOUND = 127 };

struct target {
	char path[PATH_MAX];
	char interpreter[PATH_MAX]; /* of a script; otherwise the file itself */
};

/* Finds the program of that name. Otherwise one of the two statuses, and err. */
int target_find(struct target *target, const char *name, struct error *err);

/*
 * Why nothing can be preloaded into it (it is static, set-user-ID, of another kind), or not to any
 * use (a sanitizer has its allocator): words that follow the name of its interpreter. NULL: it can,
 * or nothing is known of it.
 */
const char *target_obstacle(const struct target *target);

/*
 * The path of the preloaded library, beside this program in a build folder or where it was
 * installed. -1 and err: it is in neither.
 */
int target_find_shim(char *ret_path, size_t size, struct error *err);

#endif
