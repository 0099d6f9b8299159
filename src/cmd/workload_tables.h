/* Tables of `arenascope workload` that some of the workloads have, and how runs went over time. */
#ifndef CMD_WORKLOAD_TABLES_H
#define CMD_WORKLOAD_TABLES_H

#include "base/emitter.h"
#include "workload/workload.h"

/* A workload that was run. */
struct workload_result {
	const struct workload *workload;
	const struct run_totals *totals;
};

/* "compression", if any of them compresses; "collector", if any has one. */
void workload_emit_compression(struct emit *emit, const struct workload_result *results, size_t n);
void workload_emit_collector(struct emit *emit, const struct workload_result *results, size_t n);

/*
 * "timeline": a row for each figure that a run has, with its most in a span, and all its spans: for
 * people as a curve, otherwise as numbers.
 */
void workload_emit_timeline(struct emit *emit, const struct workload_result *results, size_t n);

#endif
