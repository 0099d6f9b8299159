/* See call.h. */
#include "cmd/call.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/command_options.h"
#include "cmd/demo.h"
#include "cmd/engine_choice.h"
#include "cmd/help.h"
#include "cmd/lessons.h"
#include "cmd/output.h"
#include "cmd/screen.h"
#include "player/player.h"
#include "player/scope.h"
#include "trace/trace.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Waits until there is a trace that can be followed. */
static int follow_trace(struct cmd_call *call, const char *path, struct error *err)
{
	const struct timespec pause = {0, 50000000};
	bool has_warned = false;
	int result;

	if (strcmp(path, "-") == 0)
		return error_set(err, "--follow: needs a file, not standard input");
	while ((result = trace_follow(&call->trace, path, err)) > 0) {
		if (!has_warned)
			fprintf(stderr, "arenascope: waiting for %s\n", path);
		has_warned = true;
		nanosleep(&pause, NULL);
	}
	return result;
}

static void warn_of_losses(const struct trace *trace)
{
	unsigned long long kept = trace_length(trace);

	if (trace_damage(trace))
		fprintf(stderr, "arenascope: %s; kept the %llu events before it\n",
			trace_damage(trace), kept);
	if (scope_cut(trace))
		fprintf(stderr, "arenascope: %s: %s; kept the first %llu events\n",
			trace_name(trace), scope_cut(trace), kept);
}

/* The lines of another program's log that are no events here. */
static void report_left_out(const struct trace *trace)
{
	unsigned long long skipped = trace_skipped(trace);
	const uint64_t *processes;
	unsigned long long others = trace_others(trace, &processes);

	if (skipped == 0 && others == 0)
		return;
	fprintf(stderr, "arenascope: %s: lines left out:", trace_name(trace));
	if (skipped > 0)
		fprintf(stderr, " %llu that are not events%s", skipped, others > 0 ? "," : "");
	if (others > 0)
		fprintf(stderr, " %llu of other processes (--pid reads another:", others);
	for (unsigned i = 0; others > 0 && i < TRACE_OTHERS_MAX && processes[i]; i++)
		fprintf(stderr, "%s %llu", i ? "," : "", (unsigned long long)processes[i]);
	fprintf(stderr, "%s\n", others > 0 ? ")" : "");
}

static void report_losses(const struct trace *trace)
{
	warn_of_losses(trace);
	report_left_out(trace);
}

/*
 * A person who watches a trace from its start need not wait until all of it was read. Everything
 * else needs the whole trace.
 */
static bool can_open_early(const struct cmd *cmd, const struct options *options)
{
	static const char *const needs_all[] = {"print", "script", "compare", "beside", "at",
		"until"};

	if (!(cmd->flags & CMD_MAY_FOLLOW) || !screen_is_terminal())
		return false;
	for (size_t i = 0; i < sizeof(needs_all) / sizeof(*needs_all); i++)
		if (options_given(options, needs_all[i]))
			return false;
	return true;
}

static int open_trace(struct cmd_call *call, const struct cmd *cmd, struct options *options,
	struct options **ret_typed, bool demo, struct error *err)
{
	unsigned flags = (options_flag(options, "salvage") ? TRACE_SALVAGE : 0u) |
			 (can_open_early(cmd, options) ? TRACE_OPEN_EARLY : 0u);
	const struct trace_hint hint = {
		.form = options_given(options, "from")
				? trace_forms[options_choice(options, "from")]
				: NULL,
		.process = options_number(options, "pid"),
	};
	int result;

	if (demo)
		result = trace_open_memory(&call->trace, demo_trace, demo_trace_length, "demo", 0,
			err);
	else if (call->typed)
		result = follow_trace(call, call->words[0], err);
	else
		result = trace_open_as(&call->trace, call->words[0], &hint, flags, err);
	if (result < 0)
		return -1;
	if (!call->typed && trace_is_growing(call->trace))
		call->typed = *ret_typed = options_clone(options);
	else
		report_losses(call->trace);
	return cmd->flags & CMD_TAKES_ENGINE ? engine_choice_default(options, call->trace, err) : 0;
}

/* A word too many is an error: an option without its dashes, or a second trace. */
static int check_words(const struct cmd *cmd, const struct cmd_call *call, bool demo,
	struct error *err)
{
	int most = cmd->words - demo;

	if (call->nwords > 0 && call->nwords < cmd->words_needed)
		return error_set(err, "%s: more arguments are needed: %s", cmd->name, cmd->usage);
	if (cmd->flags & CMD_STOPS_AT_WORD || call->nwords <= most)
		return 0;
	return error_set(err, "%s: unexpected argument '%s'%s", cmd->name, call->words[most],
		demo ? " with --demo" : "");
}

/* Checks that the call names a trace, unless it needs none since it plays the demo. */
static int check_trace_named(const struct cmd *cmd, const struct cmd_call *call, bool demo,
	struct error *err)
{
	if (demo || (call->nwords > 0 && *call->words[0] != '\0'))
		return 0;
	return error_set(err, "%s: no trace given%s", cmd->name,
		call->nwords                ? ": its name is empty"
		: cmd->flags & CMD_MAY_DEMO ? " (try --demo for the built-in one)"
					    : "");
}

/*
 * Prepares what the flags promise to run(): the trace is open, and the engine exists and can play
 * it. Returns EXIT_FINE; otherwise prints the complaint and returns the exit status.
 */
static int prepare(struct cmd_call *call, const struct cmd *cmd, struct options *options,
	struct options **ret_typed)
{
	bool demo = (cmd->flags & CMD_MAY_DEMO) && options_flag(options, "demo");
	struct error err = {0};

	if (check_words(cmd, call, demo, &err) < 0)
		return cmd_usage_error(cmd, &err);
	if (cmd->flags & CMD_OPENS_TRACE) {
		if (check_trace_named(cmd, call, demo, &err) < 0)
			return cmd_usage_error(cmd, &err);
		if (!demo && (cmd->flags & CMD_MAY_FOLLOW) && options_flag(options, "follow"))
			call->typed = *ret_typed = options_clone(options);
		if (open_trace(call, cmd, options, ret_typed, demo, &err) < 0)
			return cmd_complain(EXIT_TROUBLE, &err);
	}
	if (!(cmd->flags & CMD_TAKES_ENGINE))
		return EXIT_FINE;
	if (engine_choice_find(options, &call->engine, &err) < 0)
		return cmd_usage_error(cmd, &err);
	if (call->trace && player_accepts(call->engine, call->trace, &err) < 0)
		return cmd_complain(EXIT_TROUBLE, &err);
	return EXIT_FINE;
}

/* --lesson NAME: its file is the first of the words, which have room for one more. */
static int take_lesson(struct cmd_call *call, const struct cmd *cmd, const char **words, char *path,
	size_t size, struct error *err)
{
	if (!(cmd->flags & CMD_MAY_DEMO) || !options_given(call->options, "lesson"))
		return 0;
	if (options_given(call->options, "demo"))
		return error_set(err, "--lesson: cannot be combined with --demo");
	if (lesson_find(options_text(call->options, "lesson"), path, size, err) < 0)
		return error_prefix(err, "--lesson");
	memmove(words + 1, words, (size_t)call->nwords * sizeof(*words));
	words[0] = path;
	call->nwords++;
	return 0;
}

int call_run(const struct cmd *cmd, const char *program, int argc, char **argv)
{
	struct options *options = command_options_new(cmd);
	const char **words = xcalloc((size_t)argc + 2, sizeof(*words));
	struct cmd_call call = {.program = program, .options = options, .words = words};
	struct options *typed = NULL;
	struct error err = {0};
	char lesson[PATH_MAX];
	int status;

	if (options_parse(options, argc, argv, cmd->flags & CMD_STOPS_AT_WORD, words, &call.nwords,
		    &err) < 0) {
		status = cmd_usage_error(cmd, &err);
		goto out;
	}
	if (options_flag(options, "help")) {
		status = help_print(cmd);
		goto out;
	}
	if (take_lesson(&call, cmd, words, lesson, sizeof(lesson), &err) < 0) {
		status = cmd_usage_error(cmd, &err);
		goto out;
	}
	status = prepare(&call, cmd, options, &typed);
	if (status != EXIT_FINE)
		goto out;
	status = cmd->run(&call, &err);
	if (call.typed && !options_flag(options, "follow") && !trace_is_growing(call.trace))
		report_losses(call.trace); /* of a trace that was read meanwhile */
	if (status == EXIT_FINE && call.trace && trace_check(call.trace, &err) < 0)
		status = EXIT_TROUBLE;
	/* the status alone is not enough: a recorded program may end with the same one */
	if (err.text[0] && status == EXIT_USAGE)
		cmd_usage_error(cmd, &err);
	else if (err.text[0] && status == EXIT_TROUBLE)
		cmd_complain(status, &err);
out:
	trace_close(call.trace);
	options_free(typed);
	options_free(options);
	free(words);
	return status;
}
