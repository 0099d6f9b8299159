/* Where the events of a log go: a trace, through a trace_writer. */
#ifndef CMD_LOG_OUTPUT_H
#define CMD_LOG_OUTPUT_H

#include "trace/trace.h"
#include "trace/wire_log.h"

struct log_output {
	struct trace_writer *writer;
	struct error *err;
	_Atomic uint64_t *events; /* how many were written; NULL: not counted */
};

/* Passes events, sites and modules to the writer; borrows the output. */
struct wire_sink log_output_sink(struct log_output *output);

/*
 * Begins the trace on fd, the file `name`, with what the header of the log says; head NULL: an
 * empty log. command: the command line of the program, NULL: as in the log. -1 and output->err: the
 * header could not be written. The caller finishes or abandons output->writer.
 */
int log_output_begin(struct log_output *output, const struct wire_head *head, int fd,
	const char *name, const char *command, enum trace_written written);

#endif
