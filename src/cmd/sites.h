/* The requests of each call site of a trace: a table of `arenascope info`. */
#ifndef CMD_SITES_H
#define CMD_SITES_H

#include "base/emitter.h"
#include "trace/trace.h"

struct site_sums;

/*
 * The figures by which the table can be sorted: "bytes", "requests", "live"; for the choices of an
 * option.
 */
extern const char *const site_figures[];

struct site_sums *site_sums_new(const struct trace *trace);
void site_sums_free(struct site_sums *sums);

/* Call for every event of the trace, in order. */
void site_sums_add(struct site_sums *sums, const struct event *event);

/*
 * Emits the first `rows` sites by that figure, and the modules whose functions could not be named.
 */
void site_sums_emit(struct site_sums *sums, struct emit *emit, const struct trace *trace,
	size_t rows, size_t by);

#endif
