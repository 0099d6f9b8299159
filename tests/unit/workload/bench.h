/* A memory for tests, and the trace of its requests. */
#ifndef BENCH_H
#define BENCH_H

#include "workload/memory.h"

struct bench {
	struct memory *memory;
	struct trace_writer *writer;
	int fd;
};

void bench_begin(struct bench *bench);

/* Asserts that nothing is live. */
void bench_end(struct bench *bench);

/* The same; returns the trace as text, which the caller frees. */
char *bench_end_text(struct bench *bench);

#endif
