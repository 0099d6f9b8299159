/*
 * What a process that works on somebody else's code may do. Each layer is taken where the system
 * offers it, and none can be taken back:
 *
 *	spaces   namespaces of its own: no other process can be seen or signalled, no network
 *	         reached, no shared memory; all in it end with its first process
 *	files    landlock: nothing can be opened but what is listed
 *	calls    seccomp: system calls that an allocator has no use for are refused
 *	limits   of memory, output and processor time
 *
 * It links nothing of ours: the runner includes it, in which no other code of ours should be.
 */
#ifndef PLUGIN_CONFINEMENT_H
#define PLUGIN_CONFINEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum confined { CONFINED_SPACES = 1, CONFINED_FILES = 2, CONFINED_CALLS = 4, CONFINED_ALL = 7 };

/* The children of this process begin in their own namespaces; false: that is not allowed here. */
bool confine_spaces(void);

enum file_use { FILE_READ, FILE_WRITE };

/* A file, or all below a folder. What is not there is left out. */
struct allowed_file {
	const char *path; /* NULL: `fd` */
	int fd;
	enum file_use use;
};

/* From here on only those can be opened, by this process and its children. */
bool confine_files(const struct allowed_file *files, size_t count);

/* The folders in which compilers, their headers and libraries are installed; ended by NULL. */
extern const char *const system_folders[];

enum call_set {
	CALLS_COMPILE, /* a compiler: no network, and no access to other processes */
	CALLS_LOAD,    /* an allocator and the loader: files can be opened for reading */
	CALLS_RUN,     /* an allocator: nothing but its memory, and output to what is open */
};

/*
 * From here on other system calls end in SIGSYS, or fail with EPERM where that is what programs
 * expect, in this process and its children.
 */
bool confine_calls(enum call_set set);

/* A limit of setrlimit(2), soft and hard; where a lower one is set, that stays. */
void set_limit(int what, uint64_t most);

/* Gives up every right of root, for good; must come before confine_files() and confine_calls(). */
void drop_rights(void);

/*
 * A system call that the runner needs, and an allocator must not make: clone, recvmsg and setitimer
 * are allowed from this one place. The result is the kernel's: an error is negative.
 */
long gate_call(long number, long a, long b, long c, long d, long e);

#endif
