/*
 * Sub-commands: one file each, ending in a `const struct cmd`, and one line in table.c. Only this
 * room prints, and only main() exits.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/options.h"

#include <stdbool.h>

struct error;
struct trace;

enum cmd_flag {
	CMD_TAKES_ENGINE = 1 << 0,  /* --engine and every engine's options are added */
	CMD_OPENS_TRACE = 1 << 1,   /* one word names a trace, opened before run() */
	CMD_STOPS_AT_WORD = 1 << 2, /* words after the first are not ours (record PROGRAM…) */
	CMD_MAY_DEMO = 1 << 3,      /* --demo opens the embedded trace instead of a named one */
	/* --follow opens a trace that is still being written, as soon as it exists */
	CMD_MAY_FOLLOW = 1 << 4,
	CMD_HAS_SCREEN = 1 << 5,   /* screen_options are added */
	CMD_RECORDS = 1 << 6,      /* recording_options are added */
	CMD_WORKS = 1 << 7,        /* workload_options are added */
	CMD_TAKES_PLUGIN = 1 << 8, /* the options of plug-ins are added */
	CMD_DRAWS = 1 << 9,        /* sheet_options are added */
};

struct cmd_call {
	const char *program; /* argv[0] */
	const struct options *options;
	const char *const *words; /* the words that are not options, including the trace */
	int nwords;
	struct trace *trace; /* with CMD_OPENS_TRACE */
	/*
	 * of a trace that grows, since it is followed or still read: the options as typed, without
	 * those of the trace; otherwise NULL
	 */
	const struct options *typed;
	const char *engine; /* with CMD_TAKES_ENGINE: checked to exist */
};

enum { EXIT_FINE = 0, EXIT_TROUBLE = 1, EXIT_USAGE = 2 };

struct cmd {
	const char *name;
	const char *summary; /* one line for the list of commands */
	const char *usage;   /* "[options] TRACE" */
	/* the most words it takes, including the trace; ignored with CMD_STOPS_AT_WORD */
	int words;
	int words_needed; /* the fewest, checked before a trace is opened; 0: the command checks */
	const char *details;               /* more help, or NULL */
	const struct option_spec *options; /* its own, or NULL */
	unsigned flags;                    /* CMD_ bits */
	/* Returns EXIT_FINE; or EXIT_TROUBLE or EXIT_USAGE, and err says why. */
	int (*run)(const struct cmd_call *call, struct error *err);
};

/* The options of every command that records. */
extern const struct option_spec recording_options[];

/* The table of commands (table.c), in the order of the help. */
const struct cmd *const *cmd_list(size_t *ret_count);

/* The command of that name, or NULL. */
const struct cmd *cmd_find(const char *name);

/* Runs the command that argv[1] names; returns the exit status. */
int cmd_main(int argc, char **argv);

#endif
