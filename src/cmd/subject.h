/*
 * The process that is recorded: one that was started here, or one that has been running and that
 * the recorder comes to.
 *
 *	signals  those that ask the recorder to end are passed on to a program that was started
 *	         here, which decides; a process that was attached to does not see them, and the
 *	         recording ends
 */
#ifndef CMD_SUBJECT_H
#define CMD_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct attachment;
struct error;
struct target;

struct subject {
	pid_t process;
	int ready; /* to a child that waits: the recorder has begun; -1 */
	/* of one that has been running */
	struct attachment *attachment; /* until it goes on; then NULL */
	int life;                      /* a descriptor that says when it has ended; -1: a child */
	uint64_t program;              /* which one it is: attachment_program() */
	uint64_t looked;               /* when it was, last: nanoseconds of wire_clock() */
	/* as waitpid() has it; of an attached process always 0 */
	int status;
};

/* From here on signals are caught. toggle, mark: numbers of signals for these, or 0. */
void subject_catch_signals(int toggle, int mark, bool is_child);

/* Whether such a signal has come since it was asked for, last. */
bool subject_was_toggled(void);
bool subject_was_marked(void);

/*
 * Forks the program; it waits until it is let run. shim: the library to preload; output: a file for
 * what it prints, or NULL. -1 and err: there is no process.
 */
int subject_start(struct subject *subject, const struct target *target, const char *const *words,
	const char *shim, const char *output, struct error *err);

/* Stops a process that runs, and prepares it. -1 and err: it continues as it was. */
int subject_attach(struct subject *subject, pid_t process, const char *shim, struct error *err);

/* The recorder is ready: lets it run, with this WIRE_VARIABLE. -1 and err: it is not recorded. */
int subject_release(struct subject *subject, const char *path, struct error *err);

/* Whether the process, or the program that was attached to, has ended. Passes signals on. */
bool subject_has_ended(struct subject *subject);

/* Somebody asks for the end of a recording that can end without the process's. */
bool subject_is_to_be_left(const struct subject *subject);

/* It stays a little longer: only who asks once more is heard. */
void subject_stay(void);

/* It was started here, and the recorder ends with it. */
bool subject_is_child(const struct subject *subject);

/* Without a release the process was not recorded: a child ends, another one continues. */
void subject_finish(struct subject *subject);

#endif
