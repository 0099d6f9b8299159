/* The tables of a report (report/report.h), in any form. docs/report.md has what is in them. */
#ifndef CMD_REPORT_TABLES_H
#define CMD_REPORT_TABLES_H

#include <stddef.h>

struct emit;
struct report;
struct trace;
struct tries;

/* Emits the tables about what is held and what keeps it; rows: the most of each list. */
void report_emit_holdings(struct emit *emit, const struct report *report, size_t rows);

/* Emits the tables about size classes and fragmentation. */
void report_emit_shape(struct emit *emit, const struct report *report, size_t rows);

/* Emits the tables about callers: what only grew, who has most, what is short-lived. */
void report_emit_callers(struct emit *emit, const struct report *report, size_t rows);

/*
 * Emits what would have helped: malloc_trim(), and settings; tries may be NULL: they were not
 * played.
 */
void report_emit_settings(struct emit *emit, const struct report *report, const struct tries *tries,
	size_t rows);

#endif
