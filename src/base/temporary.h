/* Files without a name, which vanish with their last descriptor, however the program ends. */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H

/* $TMPDIR, or /tmp; borrowed from the environment. */
const char *temporary_folder(void);

/* Opens a file in that folder, for reading and writing, closed on exec. -1 and errno on failure. */
int temporary_open(void);

/*
 * The same, but falls back to memory where the folder allows no such file. name: what /proc calls
 * that memory. -1 and errno when that fails too.
 */
int temporary_open_or_memory(const char *name);

#endif
