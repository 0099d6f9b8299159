/*
 * A file that takes the place of another, or of none, when it is complete: until then, and if the
 * process is killed, the other one is as it was.
 */
#ifndef BASE_REPLACEMENT_H
#define BASE_REPLACEMENT_H

#include <stdbool.h>

/* Zeroed with fd -1: none. */
struct replacement {
	int fd;        /* to be written; -1: it could not be created */
	char *path;    /* of the file to be replaced */
	char *name;    /* of this one, while it has one: in messages */
	bool has_name; /* it was opened so, or the file system has no files without a name */
	struct replacement *next; /* of those with a name that are not finished */
};

/*
 * It stays where it is until it is closed.
 *
 * Creates a file without a name in the folder of `path`, so that nothing remains of it if this
 * process is killed; where the file system has none, one with another name. -1 and errno: it cannot
 * be created; it must still be closed.
 */
int replacement_open(struct replacement *replacement, const char *path);

/* The same, but it has its name from the start, for others who open it by that. */
int replacement_open_named(struct replacement *replacement, const char *path);

/* Puts it in its place. -1 and errno: it is not there. */
int replacement_finish(struct replacement *replacement);

/* Closes it; without replacement_finish() nothing remains. */
void replacement_close(struct replacement *replacement);

#endif
