/* The table of commands, help, and what is common to them; see cmd.h. */
#include "cmd/cmd.h"

#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/config.h"
#include "cmd/demo.h"
#include "cmd/screen.h"
#include "heap/heap.h"
#include "panels/action.h"
#include "player/player.h"
#include "player/rivals.h"
#include "trace/trace.h"
#include "workload/workload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern const struct cmd cmd_convert;
extern const struct cmd cmd_engines;
extern const struct cmd cmd_info;
extern const struct cmd cmd_lab;
extern const struct cmd cmd_live;
extern const struct cmd cmd_ostep;
extern const struct cmd cmd_placements;
extern const struct cmd cmd_play;
extern const struct cmd cmd_record;
extern const struct cmd cmd_stats;
extern const struct cmd cmd_verify;
extern const struct cmd cmd_workload;

static const struct cmd *const commands[] = {
	/* keep alphabetised */
	&cmd_convert,
	&cmd_engines,
	&cmd_info,
	&cmd_lab,
	&cmd_live,
	&cmd_ostep,
	&cmd_placements,
	&cmd_play,
	&cmd_record,
	&cmd_stats,
	&cmd_verify,
	&cmd_workload,
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

static const struct option_spec help_options[] = {
	{.name = "help", .letter = 'h', .type = OPTION_FLAG, .help = "show this help"},
	{0},
};

static const struct option_spec trace_options[] = {
	{.name = "salvage",
		.type = OPTION_FLAG,
		.help = "open a damaged trace with every event before the damage"},
	{0},
};

static const struct option_spec engine_options[] = {
	{.name = "engine",
		.letter = 'e',
		.type = OPTION_TEXT,
		.value = "NAME",
		.fallback = "pymalloc",
		.help = "the allocator to play into (see `arenascope engines`); heap for a recorded program that "
			"is no Python"},
	{0},
};

static const struct option_spec demo_options[] = {
	{.name = "demo", .type = OPTION_FLAG, .help = "play the embedded trace"},
	{0},
};

static const struct option_spec follow_options[] = {
	{.name = "follow",
		.type = OPTION_FLAG,
		.help = "go on with a trace that is still being written"},
	{0},
};

const struct cmd *const *cmd_list(size_t *ret_count)
{
	*ret_count = COMMANDS;
	return commands;
}

static const struct cmd *find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

int cmd_print(const char *bytes, size_t length, struct error *err)
{
	while (length > 0) {
		ssize_t n = write(STDOUT_FILENO, bytes, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(err, "standard output: %s", strerror(errno));
		bytes += n;
		length -= (size_t)n;
	}
	return 0;
}

/* Names and words of files are in it, and never command the terminal. */
static int complain(int status, const struct error *err)
{
	struct text text = {0};

	text_add_visible(&text, err->text);
	fprintf(stderr, "arenascope: %s\n", text_of(&text));
	text_finish(&text);
	return status;
}

static int print_text(struct text *text)
{
	struct error err;
	int result = cmd_print(text_of(text), text->length, &err);

	text_finish(text);
	return result < 0 ? complain(EXIT_TROUBLE, &err) : EXIT_FINE;
}

/* ---- help ---------------------------------------------------------------------------------- */

static void add_overview(struct text *text)
{
	text_add(text, "arenascope " ARENASCOPE_VERSION ": see a memory allocator work\n\n"
		       "usage: arenascope COMMAND [OPTIONS] ...\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		text_add(text, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
	text_add(text,
		"\n`arenascope COMMAND --help` tells more, `arenascope help keys` lists the viewer's keys,\n"
		"`arenascope play --demo` shows what this is.\n");
}

static void add_engine_help(struct text *text)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	text_add(text, "\nEngine:\n");
	options_help(engine_options, text);
	options_help(heap_options, text);
	for (size_t i = 0; i < count; i++)
		options_help(engines[i]->options, text);
}

/* Those of plug-ins but for the first, which names the file. */
static const struct option_spec *plugin_settings(void)
{
	return engine_find("plugin")->options + 1;
}

/* Paragraphs are wrapped; lines that begin with a blank are kept. */
static void add_details(struct text *text, const char *details)
{
	struct text paragraph = {0};

	while (*details) {
		const char *line = details;
		size_t length = strcspn(line, "\n");
		bool is_kept = line[0] == ' ' || length == 0;
		if (!is_kept)
			text_add(&paragraph, "%.*s ", (int)length, line);
		details += length + (details[length] == '\n');
		if (paragraph.length > 0 &&
			(is_kept || *details == '\0' || *details == '\n' || *details == ' ')) {
			text_add_wrapped(text, 0, 0, text_of(&paragraph));
			text_clear(&paragraph);
		}
		if (is_kept)
			text_add(text, "%.*s\n", (int)length, line);
	}
	text_finish(&paragraph);
}

static void add_command_help(const struct cmd *cmd, struct text *text)
{
	text_add(text, "usage: arenascope %s%s%s\n\n%s.\n", cmd->name, *cmd->usage ? " " : "",
		cmd->usage, cmd->summary);
	if (cmd->details) {
		text_add(text, "\n");
		add_details(text, cmd->details);
	}
	text_add(text, "\nOptions:\n");
	options_help(cmd->options, text);
	if (cmd->flags & CMD_RECORDS)
		options_help(recording_options, text);
	if (cmd->flags & CMD_WORKS)
		options_help(workload_options, text);
	if (cmd->flags & CMD_HAS_SCREEN)
		options_help(screen_options, text);
	if (cmd->flags & CMD_MAY_DEMO)
		options_help(demo_options, text);
	if (cmd->flags & CMD_MAY_FOLLOW)
		options_help(follow_options, text);
	if (cmd->flags & CMD_OPENS_TRACE)
		options_help(trace_options, text);
	if (cmd->flags & CMD_TAKES_PLUGIN)
		options_help(plugin_settings(), text);
	options_help(help_options, text);
	if (cmd->flags & CMD_TAKES_ENGINE)
		add_engine_help(text);
}

static int print_help(const struct cmd *cmd)
{
	struct text text = {0};

	if (cmd)
		add_command_help(cmd, &text);
	else
		add_overview(&text);
	return print_text(&text);
}

static int print_version(void)
{
	struct text text = {0};

	text_add(&text, "arenascope " ARENASCOPE_VERSION "\n");
	return print_text(&text);
}

/* `help keys`: the viewer's keys, a line each; README's table is made from it. */
static int print_keys(void)
{
	struct text text = {0};

	for (unsigned i = 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		char keys[80];
		action_keys((enum action)i, keys, sizeof(keys));
		if (*info->help)
			text_add(&text, "%-20s %s\n", keys, info->help);
	}
	return print_text(&text);
}

/* ---- common preparation -------------------------------------------------------------------- */

static struct options *options_of(const struct cmd *cmd)
{
	struct options *options = options_new();

	options_add_table(options, help_options);
	options_add_table(options, cmd->options);
	if (cmd->flags & CMD_RECORDS)
		options_add_table(options, recording_options);
	if (cmd->flags & CMD_WORKS)
		options_add_table(options, workload_options);
	if (cmd->flags & CMD_HAS_SCREEN)
		options_add_table(options, screen_options);
	if (cmd->flags & CMD_MAY_DEMO)
		options_add_table(options, demo_options);
	if (cmd->flags & CMD_MAY_FOLLOW)
		options_add_table(options, follow_options);
	if (cmd->flags & CMD_OPENS_TRACE)
		options_add_table(options, trace_options);
	if (cmd->flags & CMD_TAKES_PLUGIN)
		options_add_table(options, plugin_settings());
	if (cmd->flags & CMD_TAKES_ENGINE) {
		size_t count;
		const struct engine_ops *const *engines = engine_list(&count);
		options_add_table(options, engine_options);
		options_add_table(options, heap_options);
		for (size_t i = 0; i < count; i++)
			options_add_table(options, engines[i]->options);
	}
	return options;
}

/* A file that somebody sent must not start a program. */
static int check_wished_engine(const char *words, const struct trace *trace, struct error *err)
{
	size_t count, length = strcspn(words, ":");
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		if (engines[i]->runs_code && strlen(engines[i]->name) == length &&
			strncmp(words, engines[i]->name, length) == 0)
			return error_set(err,
				"%s: info play: a trace cannot choose --engine %s, which runs a program: only you can",
				trace_name(trace), engines[i]->name);
	return 0;
}

/*
 * How the trace wants to be played goes below what the person has typed: sets what was not given.
 */
static int take_wishes(struct options *options, const struct trace *trace, struct error *err)
{
	struct options *wishes = options_new();
	char *words = xstrdup(trace_info(trace)->play);
	const char *rest[32];
	char *argv[32];
	int argc = 0, nrest, result = 0;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	options_add_table(wishes, engine_options);
	options_add_table(wishes, heap_options);
	for (size_t i = 0; i < count; i++)
		if (!engines[i]->runs_code)
			options_add_table(wishes, engines[i]->options);
	for (char *word = strtok(words, " \t"); word && argc < 32; word = strtok(NULL, " \t"))
		argv[argc++] = word;
	if (options_parse(wishes, argc, argv, false, rest, &nrest, err) < 0)
		result = error_prefix(err, "%s: info play", trace_name(trace));
	if (result == 0)
		result = check_wished_engine(options_text(wishes, "engine"), trace, err);
	if (result == 0)
		options_default_from(options, wishes);
	options_free(wishes);
	free(words);
	return result;
}

#define FIRST_REQUEST 64u /* it is among these: captions and maps may stand before it */
/* before the first arena; an interpreter maps it within its first thousands */
#define EVENTS_LOOKED_AT 65536u

/* The trace tells where Python's own arenas lay. */
static bool has_arenas(struct trace *trace)
{
	struct event events[256];
	uint64_t at = 0;
	size_t n;

	while (at < EVENTS_LOOKED_AT && (n = trace_read(trace, at, events, 256)) > 0) {
		for (size_t i = 0; i < n; i++)
			if (events[i].kind == EVENT_MAP && events[i].domain == DOMAIN_ARENA &&
				events[i].address)
				return true;
		at += n;
	}
	return false;
}

/*
 * A Python recorded with its arenas is shown with them, and what C code asked malloc for is not
 * Python's.
 */
static void take_arenas(struct options *options, struct trace *trace)
{
	if (!has_arenas(trace))
		return;
	if (!options_given(options, "arenas"))
		options_set(options, "arenas", "recorded", NULL);
	if (!options_given(options, "malloc"))
		options_set(options, "malloc", "below", NULL);
}

/* A recorded Python picks its own preset. */
static void take_python(struct options *options, const struct trace *trace)
{
	const char *version = trace_info(trace)->python;
	unsigned major, minor;
	char preset[24];

	if (options_given(options, "python") || sscanf(version, "%u.%u", &major, &minor) != 2)
		return;
	snprintf(preset, sizeof(preset), "%u.%u", major, minor);
	/* a version without a preset leaves the default */
	options_set(options, "python", preset, NULL);
}

/* The first request has its address, and went to the C heap. */
static bool is_recorded_from_c(struct trace *trace)
{
	struct event event;

	for (uint64_t at = 0; at < FIRST_REQUEST && trace_get(trace, at, &event); at++)
		if (event.kind == EVENT_ALLOCATE)
			return event.address && event.domain == DOMAIN_C &&
			       !*trace_info(trace)->python;
	return false;
}

/*
 * A recorded program that is no Python never had a pymalloc: it is played into a heap, if nobody
 * wishes otherwise.
 */
static void take_heap(struct options *options, struct trace *trace)
{
	if (options_given(options, "engine") || !is_recorded_from_c(trace))
		return;
	for (const struct option_spec *spec = engine_find(options_text(options, "engine"))->options;
		spec->name; spec++)
		if (options_given(options, spec->name))
			return;
	options_set(options, "engine", "heap", NULL);
}

/* The call's engine is what the options name; values that stand behind its name are set. */
static int take_engine(struct cmd_call *call, struct options *options, struct error *err)
{
	call->engine = options_text(options, "engine");
	if (strchr(call->engine, ':') &&
		rival_settle(call->engine, options, &call->engine, err) < 0)
		return error_prefix(err, "--engine");
	if (engine_find(call->engine))
		return 0;

	struct text all = {0};
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);
	for (size_t i = 0; i < count; i++)
		text_add(&all, "%s%s", i ? ", " : "", engines[i]->name);
	error_set(err, "--engine: there is no engine '%s'; there are %s", call->engine,
		text_of(&all));
	text_finish(&all);
	return -1;
}

/* Waits until there is a trace to follow. */
static int follow_trace(struct cmd_call *call, const char *path, struct error *err)
{
	const struct timespec pause = {0, 50000000};
	bool told = false;
	int result;

	if (strcmp(path, "-") == 0)
		return error_set(err, "--follow: standard input cannot be followed, only a file");
	while ((result = trace_follow(&call->trace, path, err)) > 0) {
		if (!told)
			fprintf(stderr, "arenascope: waiting for %s\n", path);
		told = true;
		nanosleep(&pause, NULL);
	}
	return result;
}

static void tell_what_is_missing(const struct trace *trace)
{
	unsigned long long kept = trace_length(trace);

	if (trace_damage(trace))
		fprintf(stderr, "arenascope: %s; events before it that are kept: %llu\n",
			trace_damage(trace), kept);
	if (trace_is_truncated(trace))
		fprintf(stderr,
			"arenascope: %s: its end was cut off; events before it that are kept: %llu\n",
			trace_name(trace), kept);
}

static int take_all_wishes(const struct cmd_call *call, struct options *options, struct error *err)
{
	if (take_wishes(options, call->trace, err) < 0)
		return -1;
	take_heap(options, call->trace);
	take_python(options, call->trace);
	take_arenas(options, call->trace);
	return 0;
}

int cmd_take_wishes(struct cmd_call *call, struct options *options, struct error *err)
{
	return take_all_wishes(call, options, err) < 0 ? -1 : take_engine(call, options, err);
}

static int open_trace(struct cmd_call *call, const struct cmd *cmd, struct options *options,
	struct error *err)
{
	unsigned flags = options_flag(options, "salvage") ? TRACE_SALVAGE : 0;
	bool demo = (cmd->flags & CMD_MAY_DEMO) && options_flag(options, "demo");
	int result;

	if (demo)
		result = trace_open_memory(&call->trace, demo_trace, demo_trace_length, "demo", 0,
			err);
	else if (call->typed)
		result = follow_trace(call, call->words[0], err);
	else
		result = trace_open(&call->trace, call->words[0], flags, err);
	if (result < 0)
		return -1;
	tell_what_is_missing(call->trace);
	return cmd->flags & CMD_TAKES_ENGINE ? take_all_wishes(call, options, err) : 0;
}

int cmd_new_player(struct player **ret_player, const struct cmd_call *call, struct error *err)
{
	const struct player_config config = {.engine = call->engine, .options = call->options};

	return player_new(ret_player, call->trace, &config, err);
}

static int usage_error(const struct cmd *cmd, const struct error *err)
{
	complain(EXIT_USAGE, err);
	fprintf(stderr, "usage: arenascope %s%s%s\n", cmd->name, *cmd->usage ? " " : "",
		cmd->usage);
	return EXIT_USAGE;
}

/* A word too many is a mistake: an option without its dashes, a second trace. */
static int check_words(const struct cmd *cmd, const struct cmd_call *call, bool demo,
	struct error *err)
{
	int most = cmd->words - demo;

	if (cmd->flags & CMD_STOPS_AT_WORD || call->nwords <= most)
		return 0;
	return error_set(err, "%s: '%s' is one word too many%s", cmd->name, call->words[most],
		demo ? " with --demo" : "");
}

static int run_command(const struct cmd *cmd, const char *program, int argc, char **argv)
{
	struct options *options = options_of(cmd);
	const char **words = xcalloc((size_t)argc + 1, sizeof(*words));
	struct cmd_call call = {.program = program, .options = options, .words = words};
	struct options *typed = NULL;
	struct error err = {0};
	int status;

	if (options_parse(options, argc, argv, cmd->flags & CMD_STOPS_AT_WORD, words, &call.nwords,
		    &err) < 0) {
		status = usage_error(cmd, &err);
		goto out;
	}
	if (options_flag(options, "help")) {
		status = print_help(cmd);
		goto out;
	}
	bool demo = (cmd->flags & CMD_MAY_DEMO) && options_flag(options, "demo");
	if (check_words(cmd, &call, demo, &err) < 0) {
		status = usage_error(cmd, &err);
		goto out;
	}
	if (cmd->flags & CMD_OPENS_TRACE) {
		if (!demo && (call.nwords == 0 || *call.words[0] == '\0')) {
			error_set(&err, "%s: which trace?%s", cmd->name,
				call.nwords                 ? " The name is empty"
				: cmd->flags & CMD_MAY_DEMO ? " (--demo plays one that is built in)"
							    : "");
			status = usage_error(cmd, &err);
			goto out;
		}
		if (!demo && (cmd->flags & CMD_MAY_FOLLOW) && options_flag(options, "follow"))
			call.typed = typed = options_clone(options);
		if (open_trace(&call, cmd, options, &err) < 0) {
			status = complain(EXIT_TROUBLE, &err);
			goto out;
		}
	}
	if (cmd->flags & CMD_TAKES_ENGINE) {
		if (take_engine(&call, options, &err) < 0) {
			status = usage_error(cmd, &err);
			goto out;
		}
	}
	if ((cmd->flags & CMD_TAKES_ENGINE) && call.trace &&
		player_accepts(call.engine, call.trace, &err) < 0) {
		status = complain(EXIT_TROUBLE, &err);
		goto out;
	}
	status = cmd->run(&call, &err);
	if (err.text[0] &&
		status == EXIT_USAGE) /* the status of a recorded program may be the same */
		usage_error(cmd, &err);
	else if (err.text[0] && status == EXIT_TROUBLE)
		complain(status, &err);
out:
	trace_close(call.trace);
	options_free(typed);
	options_free(options);
	free(words);
	return status;
}

/* ---- which command --------------------------------------------------------------------------- */

static int no_such_command(const char *name)
{
	struct suggestion nearest = {.word = name, .length = strlen(name)};
	struct error err;

	for (size_t i = 0; i < COMMANDS; i++)
		suggestion_offer(&nearest, commands[i]->name);
	suggestion_offer(&nearest, "help");
	if (suggestion_name(&nearest))
		error_set(&err, "there is no command '%s'; did you mean '%s'?", name,
			suggestion_name(&nearest));
	else if (access(name, F_OK) == 0)
		error_set(&err, "there is no command '%s'; to watch that file: arenascope play %s",
			name, name);
	else
		error_set(&err, "there is no command '%s' (see arenascope --help)", name);
	return complain(EXIT_USAGE, &err);
}

/* Options of commands follow the command; of our own there are two. */
static int no_such_option(const char *name)
{
	struct suggestion nearest = {.word = name, .length = strlen(name)};
	struct error err;

	suggestion_offer(&nearest, "--help");
	suggestion_offer(&nearest, "--version");
	if (suggestion_name(&nearest))
		error_set(&err, "%s: did you mean %s?", name, suggestion_name(&nearest));
	else
		error_set(&err,
			"%s: a command comes first, then its options (see arenascope --help)",
			name);
	return complain(EXIT_USAGE, &err);
}

static int too_many(const char *after, const char *word)
{
	struct error err;

	error_set(&err, "%s: '%s' is one word too many", after, word);
	return complain(EXIT_USAGE, &err);
}

static int run_help(int argc, char **argv)
{
	const char *name = argc > 2 ? argv[2] : NULL;

	if (argc > 3)
		return too_many("help", argv[3]);
	if (!name || strcmp(name, "help") == 0)
		return print_help(NULL);
	if (strcmp(name, "keys") == 0)
		return print_keys();
	if (strcmp(name, "config") == 0) {
		struct text text = {0};
		config_help(&text);
		return print_text(&text);
	}
	return find_command(name) ? print_help(find_command(name)) : no_such_command(name);
}

int cmd_main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";

	if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		return run_help(argc, argv);
	if (strcmp(name, "--version") == 0)
		return argc > 2 ? too_many(name, argv[2]) : print_version();
	const struct cmd *cmd = find_command(name);
	if (cmd)
		return run_command(cmd, argv[0], argc - 2, argv + 2);
	return name[0] == '-' ? no_such_option(name) : no_such_command(name);
}
