/*
 * The files of one recording.
 *
 *	trace   the file that the user named, or a new one. One that exists stays as it is until the
 *	        new trace is complete
 *	log     grows while the program runs, and is a trace by itself: in the place of the trace
 *	        when nothing was there, otherwise beside it, as FILE.log
 *	stream  the trace that grows for its readers, where that was asked for
 *	output  instead of a trace: what cannot be replaced by renaming (a device, a pipe, a file in
 *	        a folder that is read-only)
 */
#ifndef CMD_RECORDING_FILES_H
#define CMD_RECORDING_FILES_H

#include "base/replacement.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct error;

struct recording_files {
	char path[PATH_MAX];          /* of the trace, in messages */
	char target[PATH_MAX];        /* the same, behind a symbolic link */
	char log_path[PATH_MAX + 16]; /* "": the log has no name */
	int output;                   /* -1: there is a trace */
	int log;
	int stream;               /* -1: none */
	struct replacement draft; /* of events that are put into order meanwhile, or the stream */
	bool is_new;              /* there was no such trace */
};

/* Descriptors that are not open, and no names. */
void recording_files_init(struct recording_files *files);

/*
 * given: the name that the user gave, in which %p is the process; NULL: a new one for this program.
 * Nothing that exists is changed. -1 and err: they cannot be opened.
 */
int recording_files_open(struct recording_files *files, const char *given, const char *program,
	pid_t process, bool is_streamed, struct error *err);

/* The log is now the final trace: gives it its place. -1 and err: it stays where it is. */
int recording_files_place(struct recording_files *files, struct error *err);

/* Nothing was recorded: removes what was created. What was there before stays. */
void recording_files_remove(struct recording_files *files);

void recording_files_close(struct recording_files *files);

#endif
