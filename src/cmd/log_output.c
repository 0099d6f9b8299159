/* See log_output.h. */
#include "cmd/log_output.h"

#include "base/xalloc.h"

#include <stdatomic.h>
#include <stdlib.h>

static void count_written(const struct log_output *output, size_t count)
{
	if (output->events)
		atomic_store_explicit(output->events,
			atomic_load_explicit(output->events, memory_order_relaxed) + count,
			memory_order_relaxed);
}

static int write_events(void *context, struct event *events, size_t count)
{
	struct log_output *output = context;

	count_written(output, count);
	return trace_writer_add_all(output->writer, events, count, output->err);
}

static int write_text(void *context, struct event *event, const char *text, size_t length)
{
	struct log_output *output = context;
	char *copy = xasprintf("%.*s", (int)length, text);
	int result = trace_writer_add(output->writer, event, copy, output->err);

	free(copy);
	count_written(output, 1);
	return result;
}

static int write_site(void *context, const uint64_t *frames, size_t count, uint32_t *ret_site)
{
	struct log_output *output = context;

	return trace_writer_site(output->writer, frames, count, ret_site, output->err);
}

static int write_module(void *context, const struct trace_module *module)
{
	struct log_output *output = context;

	return trace_writer_module(output->writer, module, output->err);
}

static int write_name(void *context, uint64_t frame, const char *words)
{
	struct log_output *output = context;

	return trace_writer_name(output->writer, frame, words, output->err);
}

static int write_remark(void *context, const char *text, size_t length)
{
	struct log_output *output = context;
	char *copy = xasprintf("%.*s", (int)length, text);
	int result = trace_writer_comment(output->writer, copy, false, output->err);

	free(copy);
	return result;
}

int log_output_begin(struct log_output *output, const struct wire_head *head, int fd,
	const char *name, const char *command, enum trace_written written)
{
	char libc[80];
	const struct trace_info info = {
		.program = command ? command
			   : head  ? head->program
				   : "",
		.python = wire_log_python(head),
		.recorder = "arenascope " ARENASCOPE_VERSION,
		.libc = wire_log_libc(head, libc, sizeof(libc)),
		.tunables = head ? head->tunables : "",
		.first_break = head ? head->first_break : 0,
		.dropped = head ? head->dropped : 0,
		.written = written,
	};

	if (trace_writer_new(&output->writer, fd, name, TRACE_BINARY, &info, output->err) < 0)
		return -1;
	trace_writer_hurry(output->writer);
	return 0;
}

struct wire_sink log_output_sink(struct log_output *output)
{
	return (struct wire_sink){output, write_events, write_text, write_site, write_module,
		write_name, write_remark};
}
