/*
 * What arenascope whatif tries: tunables of the C library, its releases, geometries of pymalloc,
 * and other fits. Those that suit the engine that plays the trace.
 */
#ifndef CMD_WHATIF_SETTINGS_H
#define CMD_WHATIF_SETTINGS_H

#include "cmd/whatif_runs.h"

#define RUNS_MAX 64u

struct cmd_call;

/* A setting to try. */
struct setting {
	const char *words; /* as `--compare` takes them */
	/* tried only where it serves first; NULL: with any but pymalloc: no Python has that heap */
	const char *engine;
	const char *how;       /* how a real program gets it; "" : there is no such way */
	bool fixes_thresholds; /* of glibc: they do not rise with what is freed */
	const char
		*reserve; /* why what a play comes to may be far off; NULL: it is as good as any */
};

/* The settings that are tried; the first is the one given. */
struct tries {
	struct whatif_run runs[RUNS_MAX];
	const struct setting *settings[RUNS_MAX]; /* of each run but the first */
	char words[RUNS_MAX][48];                 /* where they are not those of the setting */
	size_t count;
};

/* Of *tries, which is zeroed, every run but what playing it comes to. */
void tries_choose(struct tries *tries, const struct cmd_call *call);

/* Bytes that a run held at its end and the program had not asked for; the most that it held. */
uint64_t tries_kept(const struct whatif_run *run);
uint64_t tries_peak(const struct whatif_run *run);

/* Whether the run serves as many requests as the one with the setting given. */
bool tries_serves(const struct tries *tries, size_t at);

/* Whether a run holds less at its peak or keeps less than the first by at least a hundredth. */
bool tries_helps(const struct tries *tries, size_t at);

/*
 * Whether a real program can have the setting, and it keeps less than the one given: at least a
 * hundredth of what is held.
 */
bool tries_saves(const struct tries *tries, size_t at);

/*
 * Whether two runs keep about as much, and for the same reason: glibc's thresholds do not rise in
 * them, whatever else is set.
 */
bool tries_is_alike(const struct tries *tries, size_t at, size_t before);

/* Two runs that save are alike. */
bool tries_save_alike(const struct tries *tries);

/* The reserve about the first run that saves and has one; NULL: there is none. */
const char *tries_reserve(const struct tries *tries);

/* Whether a run differs from the first in either figure by at least a hundredth. */
bool tries_differs(const struct tries *tries, size_t at);

/*
 * The setting with the smallest figure, the first of several, of those that serve as many requests
 * as the setting given; 0: that one.
 */
size_t tries_smallest(const struct tries *tries, uint64_t (*figure)(const struct whatif_run *));

#endif
