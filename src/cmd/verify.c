/*
 * `arenascope verify`: compares the addresses of a recorded program with those that our engines
 * predict, in the layers that it had:
 *
 *	pymalloc  the requests of a Python to its own allocators (verify_pymalloc.c)
 *	libc      requests that reached the C library (verify_libc.c)
 */
#include "base/emitter.h"
#include "base/error.h"
#include "cmd/cmd.h"
#include "cmd/libc_options.h"
#include "cmd/verify_report.h"
#include "engine/engine.h"
#include "engines/pymalloc/presets.h"
#include "player/scope.h"
#include "trace/beginning.h"
#include "trace/trace.h"

#include <stdio.h>
#include <string.h>

#define DIFFERENCES_MAX 10000u

static const char *const engines_below[] = {"heap", "glibc", NULL};

static const struct option_spec options[] = {
	{.name = "max",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1",
		.max = DIFFERENCES_MAX,
		.help = "number of differences to explain"},
	{.name = "python",
		.type = OPTION_TEXT,
		.value = "VERSION",
		.help = "recorded CPython version (default: from the trace)"},
	{.name = "glibc",
		.type = OPTION_TEXT,
		.value = "VERSION",
		.help = "release of the C library to compare with (default: from the trace)"},
	{.name = "below",
		.type = OPTION_CHOICE,
		.value = "ENGINE",
		.choices = engines_below,
		.help = "below Python: compare with glibc, or (heap) not at all (default: as recorded)"},
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.fallback = "table",
		.choices = emit_forms,
		.help = "output format"},
	{0},
};

/* ---- the command --------------------------------------------------------------------------- */

/* Chooses the preset for the recorded version. */
static int choose_preset(const struct trace *trace, struct options *engine, struct error *err)
{
	const char *version = trace_info(trace)->python;
	const char *preset = pymalloc_preset_for(version);
	unsigned major, minor;

	if (python_is_free_threaded(version))
		return error_set(err, "%s: Python %s does not use pymalloc", trace_name(trace),
			version);
	if (sscanf(version, "%u.%u", &major, &minor) != 2)
		return error_set(err, "%s: '%s' is not a Python version", trace_name(trace),
			version);
	if (!preset)
		return error_set(err,
			"%s: there is no preset for Python %s (see `arenascope engines`)",
			trace_name(trace), version);
	return options_set(engine, "python", preset, err);
}

/* The layers that the trace says enough of. */
struct layers {
	bool has_python;
	bool has_libc;
};

static int find_layers(const struct cmd_call *call, struct options *engine,
	struct layers *ret_layers, struct error *err)
{
	const struct trace_info *info = trace_info(call->trace);
	const char *below = options_text(call->options, "below");
	struct layers layers = {
		.has_python = options_given(call->options, "python") || *info->python};

	layers.has_libc = (libc_options_take(engine, info) || options_given(engine, "glibc")) &&
			  info->first_break;
	if (below && strcmp(below, "glibc") == 0 && !layers.has_libc)
		return error_set(err,
			"%s: the trace does not say which C library was recorded, or not where its heap began",
			trace_name(call->trace));
	if (layers.has_libc &&
		(python_is_free_threaded(info->python) || python_is_too_old(info->python)))
		layers.has_python = false;
	if (below && strcmp(below, "heap") == 0 && layers.has_python)
		layers.has_libc = false;
	if (!layers.has_python && libc_options_is_foreign(info))
		return error_set(err,
			"%s: nothing to compare: the recorded malloc is that of %s, of which there is no model",
			trace_name(call->trace), info->libc);
	if (!layers.has_python && !layers.has_libc)
		return error_set(err,
			"%s: nothing to compare: the trace says neither which Python was recorded nor where the heap of its C library began; if you know the Python, give --python VERSION",
			trace_name(call->trace));
	*ret_layers = layers;
	return 0;
}

static int verify(const struct cmd_call *call, const struct options *engine,
	const struct layers *layers, struct error *err)
{
	struct verify_report report;
	int status = EXIT_FINE;
	bool is_below = false;

	verify_report_begin(&report, call);
	if (layers->has_python) {
		status = verify_pymalloc(&report, engine, err);
		is_below = !err->text[0];
		if (layers->has_libc && !is_below) { /* its own allocators were not recorded */
			err->text[0] = '\0';
			status = EXIT_FINE;
		}
	}
	if (layers->has_libc && verify_libc(&report, engine, is_below, err) != EXIT_FINE)
		status = EXIT_TROUBLE;
	return verify_report_end(&report, err) < 0 ? EXIT_TROUBLE : status;
}

/* What was there when the recording began decides where blocks go. */
static int check_scope(const struct trace *trace, struct error *err)
{
	enum scope scope = scope_of(trace);
	const char *words = scope_words(scope);

	/* of memray's files only what needs no past is compared */
	return words && scope != SCOPE_SINCE_MEMRAY
		       ? error_set(err, "%s: nothing to compare: the trace has %s",
				 trace_name(trace), words)
		       : 0;
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct options *engine = options_new();
	const char *version = options_text(call->options, "python");
	const char *release = options_text(call->options, "glibc");
	struct layers layers = {0};
	size_t count;
	int status;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(engine, engines[i]->options);
	options_set(engine, "arenas", "recorded", NULL);
	options_set(engine, "malloc", "below", NULL);
	if (release && options_set(engine, "glibc", release, err) < 0)
		status = EXIT_USAGE;
	else if (check_scope(call->trace, err) < 0 || find_layers(call, engine, &layers, err) < 0)
		status = EXIT_TROUBLE;
	else if (version && options_set(engine, "python", version, err) < 0)
		status = EXIT_USAGE;
	else if (!version && layers.has_python && choose_preset(call->trace, engine, err) < 0)
		status = EXIT_TROUBLE;
	else
		status = verify(call, engine, &layers, err);
	options_free(engine);
	return status;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.summary = "check recorded addresses against our models of the allocators",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.details =
		"Replays a recorded trace (`arenascope record -- PROGRAM`) and compares every address with the\none that the model of the allocator predicts: glibc's malloc for a C program; for a Python,\npymalloc with the arenas where they were recorded, and glibc's malloc below it.  Explains the\nfirst difference, and goes on from what was recorded.\n"
		"\nExit status: 0 no difference, 1 a difference or a trace that cannot be compared, 2 wrong usage.\n",
	.options = options,
	.flags = CMD_OPENS_TRACE,
	.run = run,
};
