/* See moment.h. */
#include "cmd/moment.h"

#include "base/error.h"
#include "base/options.h"
#include "cmd/cmd.h"
#include "player/where.h"
#include "report/kernel.h"
#include "trace/trace.h"

int moment_find_in(uint64_t *ret_position, const struct cmd_call *call, struct trace *trace,
	const char *option, const char *otherwise, struct error *err)
{
	bool is_given = options_given(call->options, option);
	const char *words = is_given ? options_text(call->options, option) : otherwise;
	const char *engine = call->engine ? call->engine : "heap";

	if (where_find(ret_position, trace, engine, call->engine ? call->options : NULL, words,
		    err) < 0)
		return error_prefix(err, "--%s", option);
	return 0;
}

int moment_find(uint64_t *ret_position, const struct cmd_call *call, const char *otherwise,
	struct error *err)
{
	return moment_find_in(ret_position, call, call->trace, "at", otherwise, err);
}

/* The last event before it is a mark of the program, but for what the kernel said there. */
static bool is_at_mark(const struct trace *trace, uint64_t position)
{
	const struct trace_mark *marks;
	struct kernel_figures figures;

	for (size_t i = trace_marks(trace, &marks); i-- > 0; position--) {
		if (marks[i].position + 1 != position)
			return false;
		if (!kernel_read(marks[i].name, &figures))
			return true;
	}
	return false;
}

const char *moment_state(const struct trace *trace, uint64_t position)
{
	bool is_end = *trace_info(trace)->libc && position == trace_length(trace) &&
		      !trace_is_growing(trace) && !is_at_mark(trace, position);
	uint64_t shutdown;

	if (where_shutdown(trace, &shutdown) && position >= shutdown)
		return "Python shuts down: main() has returned; a mark in the program, or --at "
		       "TIME, shows it at work";
	return is_end ? "the recording ends: a program that has ended by itself has left main() and "
			"destroyed its global objects; a mark in it, or --at TIME, shows it at work"
		      : NULL;
}
