/*
 * See engine_choice.h. Typed options come first, then `info play` of the trace, then what its
 * events and header imply, then the default of the option.
 */
#include "cmd/engine_choice.h"

#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/command_options.h"
#include "cmd/libc_options.h"
#include "engine/engine.h"
#include "engines/pymalloc/presets.h"
#include "player/origin.h"
#include "player/rivals.h"
#include "player/scope.h"
#include "trace/beginning.h"
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

/* The engine of "heap" or "heap:best"; NULL: there is none. */
static const struct engine_ops *engine_of(const char *words)
{
	size_t count, length = strcspn(words, ":");
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		if (strlen(engines[i]->name) == length &&
			strncmp(words, engines[i]->name, length) == 0)
			return engines[i];
	return NULL;
}

/* A trace may come from anywhere, so it must not start a program. */
static int check_wished_engine(const char *words, const struct trace *trace, struct error *err)
{
	const struct engine_ops *engine = engine_of(words);

	if (!engine || !engine->runs_code)
		return 0;
	return error_set(err,
		"%s: info play: a trace may not choose --engine %s, because that runs a program; give it on the command line",
		trace_name(trace), engine->name);
}

/* What the person has not typed is a fault of the trace. */
static int find_wished_engine(const struct options *wishes, const struct trace *trace,
	struct error *err)
{
	struct options *options = options_clone(wishes);
	const char *engine;
	int result = engine_choice_find(options, &engine, err);

	options_free(options);
	return result < 0 ? error_prefix(err, "%s: info play", trace_name(trace)) : 0;
}

/* Sets the options of `info play` that the person has not typed. */
static int take_wishes(struct options *options, const struct trace *trace, struct error *err)
{
	struct options *wishes = options_new();
	char *words = xstrdup(trace_info(trace)->play);
	const char *rest[32];
	char *argv[32];
	int argc = 0, nrest, result = 0;

	command_options_add_engines(wishes, false);
	for (char *word = strtok(words, " \t"); word && argc < 32; word = strtok(NULL, " \t"))
		argv[argc++] = word;
	if (options_parse(wishes, argc, argv, false, rest, &nrest, err) < 0)
		result = error_prefix(err, "%s: info play", trace_name(trace));
	if (result == 0 && nrest > 0)
		result = error_set(err, "%s: info play: unexpected '%s'; write --%s%s",
			trace_name(trace), rest[0], engine_of(rest[0]) ? "engine " : "", rest[0]);
	if (result == 0)
		result = check_wished_engine(options_text(wishes, "engine"), trace, err);
	if (result == 0 && !options_given(options, "engine"))
		result = find_wished_engine(wishes, trace, err);
	if (result == 0)
		options_default_from(options, wishes);
	options_free(wishes);
	free(words);
	return result;
}

#define LATE_EVENTS 4000000u /* in which a Python that ran before is looked at for new arenas */

/* Whether arenas were mapped since a recording began that began late. */
static bool maps_arenas(struct trace *trace)
{
	const struct event *events;
	uint64_t at = 0;
	size_t n;

	if (trace_beginning(trace).has_arenas)
		return true;
	while (at < LATE_EVENTS && (events = trace_borrow(trace, at, &n))) {
		for (size_t i = 0; i < n; i++)
			if (event_maps_arena(&events[i]))
				return true;
		at += n;
	}
	return false;
}

/*
 * A recorded Python is shown with its arenas; requests of C code to malloc are not Python's. What
 * is below is glibc, where the trace says so and where its heap began.
 */
static void take_arenas(struct options *options, struct trace *trace, bool has_libc, bool is_late)
{
	struct trace_beginning beginning = trace_beginning(trace);
	bool has_arenas = is_late ? maps_arenas(trace) : beginning.has_arenas;

	if (!beginning.has_objects || !has_arenas)
		return;
	if (has_libc && trace_info(trace)->first_break && !options_given(options, "below"))
		options_set(options, "below", "glibc", NULL);
	if (!options_given(options, "arenas"))
		options_set(options, "arenas", "recorded", NULL);
	if (!options_given(options, "malloc"))
		options_set(options, "malloc", "below", NULL);
}

/* The version of a recorded Python selects the preset. */
static void take_python(struct options *options, const struct trace *trace)
{
	const char *preset = pymalloc_preset_for(trace_info(trace)->python);

	/* without a preset for the version, the default stays */
	if (preset && !options_given(options, "python"))
		options_set(options, "python", preset, NULL);
}

/* The first engine of which an option was given; NULL: none. */
static const char *find_engine_of_options(const struct options *options)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		for (const struct option_spec *spec = engines[i]->options; spec && spec->name;
			spec++)
			if (options_given(options, spec->name))
				return engines[i]->name;
	return NULL;
}

/*
 * A recorded program that is not a Python is played in its own C library's allocator, where the
 * trace has what that needs, and otherwise as recorded: any other heap never was. is_late: nor was
 * one that has only what the trace has.
 */
static const char *allocator_of(const struct trace_info *info, bool has_libc, bool is_late)
{
	bool is_known = has_libc && info->first_break && !libc_options_is_foreign(info) && !is_late;

	return is_known ? "glibc" : "recorded";
}

int engine_choice_default(struct options *options, struct trace *trace, struct error *err)
{
	if (take_wishes(options, trace, err) < 0)
		return -1;
	const char *asked = find_engine_of_options(options);
	enum origin origin = origin_of(trace);
	bool is_late = origin != ORIGIN_WRITTEN && scope_of(trace) != SCOPE_ALL;
	bool is_open =
		!options_given(options, "engine") && (origin == ORIGIN_C || (is_late && !asked));
	take_python(options, trace);
	bool has_libc = libc_options_take(options, trace_info(trace));
	take_arenas(options, trace, has_libc, is_late);
	if (is_open)
		options_set(options, "engine",
			asked ? asked : allocator_of(trace_info(trace), has_libc, is_late), NULL);
	return 0;
}

int engine_choice_find(struct options *options, const char **ret_engine, struct error *err)
{
	const char *name = options_text(options, "engine");

	if (strchr(name, ':') && rival_set_options(name, options, &name, err) < 0)
		return error_prefix(err, "--engine");
	if (engine_find(name)) {
		*ret_engine = name;
		return 0;
	}

	const char *suffix = strrchr(name, '.');
	if (suffix && (strcmp(suffix, ".c") == 0 || strcmp(suffix, ".so") == 0))
		return error_set(err,
			"--engine: '%s' is a file, not an engine; for an allocator of your own write --engine %s:%s",
			name, strcmp(suffix, ".c") == 0 ? "lab" : "plugin", name);

	struct suggestion nearest = {.word = name, .length = strlen(name)};
	struct text all = {0};
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);
	for (size_t i = 0; i < count; i++) {
		text_join(&all, ", ", engines[i]->name);
		suggestion_offer(&nearest, engines[i]->name);
	}
	suggestion_add(&all, suggestion_name(&nearest));
	error_set(err, "--engine: unknown engine '%s'; choose one of %s", name, text_of(&all));
	text_finish(&all);
	return -1;
}
