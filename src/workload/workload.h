/*
 * Small programs that are watched: caches, lists, a vector, threads. Each is a real implementation
 * that allocates through a memory (memory.h), so that its trace is what it did. One file each,
 * ending in a `const struct workload`, and one line in the table of workload.c.
 *
 *	entry   what a workload keeps: of a cache an entry, of a list an element, of a queue a
 *	        message
 *	bytes   what was put into the entries, without anything around it
 */
#ifndef WORKLOAD_WORKLOAD_H
#define WORKLOAD_WORKLOAD_H

#include "base/options.h"
#include "workload/memory.h"
#include "workload/random_draws.h"
#include "workload/spans.h"

#include <stdbool.h>

/* What a run counts. */
struct run_totals {
	uint64_t operations;
	uint64_t lookups; /* in a cache; 0: there is nothing that is looked up */
	uint64_t hits;
	uint64_t entries; /* kept now */
	uint64_t bytes;   /* in them */
	/* Where the most bytes were live, of all moments between two operations: */
	uint64_t full_live; /* bytes asked for */
	uint64_t full_entries;
	uint64_t full_bytes;
	/* Of the whole run: */
	uint64_t peak_live; /* the most bytes asked for, at any moment */
	uint64_t worked;    /* events, when the work was done and nothing yet given back */
	uint64_t leaked;    /* blocks never released: 0 unless the workload is wrong */
	/* Of pages that were compressed: */
	uint64_t packed, unpacked;       /* how many, one by one */
	uint64_t packed_from, packed_to; /* bytes of all of them, before and after */
	uint64_t pack_time, unpack_time; /* nanoseconds of the processor, with --time */
	/* Of a collector: */
	uint64_t collections;
	uint64_t longest_pause; /* nodes that it looked at at once */
	uint64_t walks;         /* through all elements of a list */
	struct spans spans;
};

/* For a run that is watched live: its trace grows, and it waits between operations. */
struct workload_pace {
	void (*wait)(void *user); /* what was done so far can be read when it is called */
	void *user;
};

/* Values of --write-as: what is asked for and freed; or counted objects, and who refers to them. */
enum write_as { WRITE_AS_BLOCKS, WRITE_AS_OBJECTS };

/* A workload at work. */
struct run {
	struct memory *memory;
	const struct options *options; /* every one that the workload takes has a value */
	struct draws draws;
	struct keys keys;   /* with --keys */
	struct sizes sizes; /* with --sizes */
	const char *text;   /* with --text */
	size_t text_length;
	struct run_totals tally;
	uint64_t planned;                 /* operations */
	uint64_t limit;                   /* bytes that may live between two operations */
	bool is_over_limit;               /* they were more: it was ended */
	const struct workload_pace *pace; /* NULL: as fast as it can */
	struct trace_writer *writer;
};

struct workload {
	const char *name;
	const char *group;   /* of those that are held against each other: "caches"; NULL: none */
	const char *summary; /* one line: "a cache that …" */
	/* "--operations 2000 --capacity 40": the options it takes, and their values */
	const char *defaults;
	const char *engine; /* that shows it best: "heap" */
	/*
	 * Works until run_goes_on() says no (all is done, or too much is live), then says
	 * run_ends(), gives everything back, and returns. -1: something went wrong, and err says
	 * what; everything was given back all the same.
	 */
	int (*run)(struct run *run, struct error *err);
};

const struct workload *const *workload_list(size_t *ret_count);
const struct workload *workload_find(const char *name); /* or NULL */

/* The options of all workloads. */
extern const struct option_spec workload_options[];

bool workload_takes(const struct workload *workload, const char *option);

/* What was typed of the options that it takes, and its own values for the others; new. */
struct options *workload_settle(const struct workload *workload, const struct options *typed);

/*
 * Runs it, with settled options, and writes its trace, in the binary form, to the descriptor; name
 * stands for the file in messages. play: how the trace says that it is to be played. pace may be
 * NULL.
 */
int workload_run(const struct workload *workload, const struct options *options, const char *play,
	const struct workload_pace *pace, int fd, const char *name, struct run_totals *ret_tally,
	struct error *err);

/* ---- for workloads --------------------------------------------------------------------------- */

/* One more operation is to be done. */
bool run_goes_on(struct run *run);

/* The figure of this operation, or what it adds to it. */
void run_notes(struct run *run, enum span_figure figure, uint64_t value);

/* A cache was asked for something: it had it, or not. */
void run_looked_up(struct run *run, bool is_hit);

/* Whether the time of the processor is measured, which is another one each time. */
bool run_is_timed(const struct run *run);

/* The work is done: what follows is giving back. */
void run_ends(struct run *run);

#endif
