/* What is said of a recording when it has ended. */
#ifndef CMD_RECORDING_SUMMARY_H
#define CMD_RECORDING_SUMMARY_H

#include "cmd/recording_files.h"
#include "cmd/target.h"
#include "recorder/collector.h"
#include "trace/wire_log.h"

#include <stdbool.h>
#include <stdint.h>

struct recording_summary {
	const struct recording_files *files;
	const struct collector *collector;
	const struct target *target; /* NULL: the process has been running */
	struct wire_log_summary events;
	uint64_t nanoseconds; /* that the recording took */
	bool is_raw;          /* the log could not be turned into the trace */
	bool wants_python;    /* a program without Python is a disappointment */
	pid_t continues;      /* the process that was attached to and lives; 0: none */
	unsigned children;    /* that were recorded ... */
	unsigned running;     /* ... of which these have not ended */
	const char *children_files;
};

/*
 * There is something to keep. Without the recorder in the program there is nothing that could take
 * an old trace's place.
 */
bool recording_summary_has_trace(const struct recording_files *files,
	const struct collector *collector);

/* Prints it on standard error. */
void recording_summary_print(const struct recording_summary *summary);

#endif
