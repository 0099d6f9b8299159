/*
 * The program that is to be recorded: which file it is, and whether it can be preloaded into.
 */
#ifndef CMD_TARGET_H
#define CMD_TARGET_H

#include <limits.h>
#include <stddef.h>

struct error;

struct target {
	char path[PATH_MAX];
	char interpreter[PATH_MAX]; /* of a script; else the same file */
};

/*
 * -1 and err when there is no such program, or it cannot be recorded (static, set-user-ID, of
 * another kind).
 */
int target_find(struct target *target, const char *name, struct error *err);

/* The shim, beside this program in a build folder or where it was installed. */
int target_find_shim(char *ret_path, size_t size, struct error *err);

#endif
