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
 * Emits the first `rows` sites by that figure, and the modules whose functions could not be named.
 */
void sites_emit(const struct site_sums *sums, struct emit *emit, const struct trace *trace,
	size_t rows, size_t by);

#endif
