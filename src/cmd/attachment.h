/*
 * The recorder comes to a process that runs: which ones it can come to, and how the library gets
 * into one. It needs nothing but what the system allows a debugger.
 */
#ifndef CMD_ATTACHMENT_H
#define CMD_ATTACHMENT_H

#include <stdint.h>
#include <sys/types.h>

struct attachment;
struct error;

/* -1 and err: it is not there, or what the system says of it forbids it. */
int attachment_check(pid_t process, struct error *err);

/*
 * Stops a thread of a process that was checked, and makes the memory in it that it will share with
 * the recorder. -1 and err: it cannot be recorded. The process continues as it was.
 */
int attachment_new(struct attachment **ret_attachment, pid_t process, const char *shim,
	struct error *err);

/* A descriptor of that memory, which is empty. */
int attachment_area(const struct attachment *attachment);

/* The collector has laid the memory out: lets the process load the library and begin. */
int attachment_begin(struct attachment *attachment, struct error *err);

/* The process continues; it keeps the library, where it was loaded. */
void attachment_free(struct attachment *attachment);

/* The command line of a process, as its owner would type it; to be freed. */
char *attachment_command(pid_t process);

/*
 * The file of the program, by the path that it had when the process began, though it may be gone
 * or another one by now; to be freed. NULL: not known.
 */
char *attachment_file(pid_t process);

/* A number that is another one when the process has become another program; 0: not known. */
uint64_t attachment_program(pid_t process);

#endif
