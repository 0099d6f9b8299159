/* Files without a name: they are gone with their last descriptor, however the program ends. */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H

/* $TMPDIR, or /tmp; borrowed from the environment. */
const char *temporary_folder(void);

/* A file there, for reading and writing, closed by exec. -1 and errno where there can be none. */
int temporary_open(void);

/*
 * The same; memory where the folder can have no such file. name: what /proc calls that memory.
 * -1 and errno when there is no room at all.
 */
int temporary_open_or_memory(const char *name);

#endif
