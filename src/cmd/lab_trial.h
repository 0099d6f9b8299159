/* How an allocator of the malloc lab fares with one trace. */
#ifndef CMD_LAB_TRIAL_H
#define CMD_LAB_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#define TRIAL_WORDS_MAX 1200

struct engine;
struct options;

struct trial {
	bool is_read; /* the trace; otherwise words say why not */
	bool is_valid;
	uint64_t failed_at; /* number of the event at which it failed, if it did */
	/* it fails only where nothing is written into its blocks, or when it begins again */
	bool is_unseen;
	bool is_late;                /* it was not graded to its end, and has not failed */
	uint64_t failed_line;        /* of the file; 0: not known, as of all lines here */
	char words[TRIAL_WORDS_MAX]; /* what failed there */
	double utilisation;          /* peak of live bytes, divided by what the heap had at most */
	/* what is wrong with the trace itself: lines that are no events, frees of dead blocks */
	struct {
		uint64_t lines, first_line;
	} left_out;
	struct {
		uint64_t count, first, line;
		const char *words; /* of the first; borrowed, for good */
	} mistakes;
	/* requests that the header does not count, of all; they are left out */
	struct {
		uint64_t requests, of, first, line;
	} rest;
	uint64_t missing, counted; /* requests that the header counts and that are not there; all */
	/* how often its heap grew though memory had room (engines/spare_memory.h) */
	struct {
		uint64_t count, first, line; /* the first: its event */
		uint64_t size;               /* that was asked for */
		uint64_t bytes, blocks;      /* of struct spare */
		bool is_one_enough;
	} spare;
	uint64_t calls;
	uint64_t nanoseconds; /* the fastest of a few times, without checks */
};

/* engine: "lab" or "plugin", with its options. */
struct trial_setting {
	const char *engine;
	struct options *options;
	int turn; /* a file: who has locked it may measure time, alone; -1: nobody else does */
};

/*
 * Grows with the trace: its calls are made once with checks, and a few times without. Those of a
 * trace that is not valid are made again one by one.
 */
void trial_run(const struct trial_setting *setting, const char *path, struct trial *ret_trial);

#endif
