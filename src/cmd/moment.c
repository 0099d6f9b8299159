/* See moment.h. */
#include "cmd/moment.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "player/mark_names.h"
#include "player/scope.h"
#include "player/where.h"
#include "report/kernel.h"
#include "trace/exits.h"
#include "trace/trace.h"

#include <assert.h>
#include <stdio.h>

void moment_say_beyond(const struct cmd_call *call, struct trace *trace, const char *option)
{
	uint64_t length = trace_length(trace);
	struct where where;
	struct units units;
	struct error err;

	if (options_given(call->options, option) &&
		where_parse(&where, trace, 0, options_text(call->options, option), &err) == 0 &&
		where.is_beyond)
		fprintf(stderr, "arenascope: --%s: %s ends earlier: its last event is %s\n", option,
			trace_name(trace), units_count(&units, length ? length - 1 : 0));
}

int moment_find_in(uint64_t *ret_position, const struct cmd_call *call, struct trace *trace,
	const char *option, const char *otherwise, struct error *err)
{
	bool is_given = options_given(call->options, option);
	const char *words = is_given ? options_text(call->options, option) : otherwise;
	const char *engine = call->engine ? call->engine : "heap";

	if (where_find(ret_position, trace, engine, call->engine ? call->options : NULL, words,
		    err) < 0)
		return error_prefix(err, "--%s", option);
	moment_say_beyond(call, trace, option);
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

/* Whether more would have come, and is not in the trace. */
static bool is_cut_here(const struct trace *trace, uint64_t position)
{
	return position == trace_length(trace) && !trace_is_growing(trace) && scope_cut(trace);
}

/* Whether a recording of a program of the C library ends here. */
static bool is_end_of_recording(const struct trace *trace, uint64_t position)
{
	return *trace_info(trace)->libc && position == trace_length(trace) &&
	       !trace_is_growing(trace) && !is_at_mark(trace, position);
}

/* What a program is in the middle of, just where its work ends and after that. */
static const struct {
	const char *now, *later;
} exits[] = {
	[EXIT_SHUTDOWN] = {"Python shuts down: its program has ended",
		"Python has begun to shut down, and frees what it can"},
	[EXIT_RETURN] = {"main() has returned",
		"main() has returned: handlers of atexit() and destructors of global objects run"},
	[EXIT_CALL] = {"the program has called exit()",
		"the program has called exit(): handlers of atexit() and destructors of global "
		"objects run"},
};
static_assert(sizeof(exits) / sizeof(*exits) == EXIT_KIND_COUNT, "an exit has its words");

void moment_add_state(struct text *words, const struct trace *trace, uint64_t position,
	const char *option)
{
	struct trace_exit exit;
	struct units before, all;

	mark_names_add_place(words, trace, position);

	if (is_cut_here(trace, position))
		text_add(words,
			"the trace was cut off here: %s; what the program held later is "
			"not known",
			scope_cut(trace));
	else if (trace_find_exit(trace, &exit) && position >= exit.position) {
		if (position > exit.position)
			text_add(words, "%s; what lasts is seen before that, at --%s exit",
				exits[exit.kind].later, option);
		else
			text_add(words,
				"%s, after %s of %s events; a mark in the program, or --%s TIME, "
				"shows it at work",
				exits[exit.kind].now, units_count(&before, position),
				units_count(&all, trace_length(trace)), option);
	} else if (is_end_of_recording(trace, position)) {
		text_add(words,
			"the recording ends, and no mark says where main() returned: a program "
			"that was killed, or has called _exit(), had all of this; one that has "
			"ended by itself has destroyed its global objects by now; a mark in it, or "
			"--%s TIME, shows it at work",
			option);
	}
}
