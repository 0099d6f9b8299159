/* The tables of a report (report/report.h), in any form. docs/report.md has what is in them. */
#ifndef CMD_REPORT_TABLES_H
#define CMD_REPORT_TABLES_H

#include <stddef.h>

struct emit;
struct remedies;
struct report;
struct trace;
struct tries;

/* Emits the tables about who keeps memory, and why it is held; rows: the most of each list. */
void report_emit_holdings(struct emit *emit, const struct report *report,
	const struct remedies *remedies, size_t rows);

/* Emits the tables about the heap's end, the kernel, size classes and fragmentation. */
void report_emit_shape(struct emit *emit, const struct report *report, size_t rows);

/* Emits the tables about callers: what only grew, who has most, what is short-lived. */
void report_emit_callers(struct emit *emit, const struct report *report, size_t rows);

/* Emits what would help: what a play has shown, and settings; tries: those played, or NULL. */
void report_emit_help(struct emit *emit, const struct report *report,
	const struct remedies *remedies, const struct tries *tries, size_t rows);

/* Emits what a play has shown as a list, for programs. */
void report_emit_advice(struct emit *emit, const struct report *report,
	const struct remedies *remedies);

#endif
