/* The table of call sites of `arenascope info`. */
#ifndef CMD_SITES_H
#define CMD_SITES_H

#include "base/emitter.h"
#include "symbols/site_sums.h"

/*
 * The figures by which the table can be sorted: "bytes", "requests", "live"; for the choices of an
 * option.
 */
extern const char *const site_figures[];

/*
 * Emits the first `rows` sites by that figure, with the variables of a Python that keep what is
 * live of them at the position, where that is known; and the modules whose functions could not be
 * named. Grows with the events, where it is.
 */
void sites_emit(const struct site_sums *sums, struct emit *emit, struct trace *trace,
	uint64_t live_at, size_t rows, size_t by);

#endif
