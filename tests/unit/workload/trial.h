/* A run of a workload to its end, and the trace that it wrote. */
#ifndef TRIAL_H
#define TRIAL_H

#include "trace/trace.h"
#include "workload/workload.h"

struct trial {
	char *bytes; /* of the trace */
	size_t length;
	struct run_totals tally;
	struct trace *trace;
};

/* words: options and their values in turn, NULL after the last. The caller frees what it gets. */
struct options *trial_options(const char *const *words);

/* Asserts that the workload runs, and that its trace can be opened. */
void trial_init(struct trial *trial, const struct workload *workload, const char *const *words);
void trial_finish(struct trial *trial);

#endif
