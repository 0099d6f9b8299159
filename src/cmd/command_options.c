/* See command_options.h. */
#include "cmd/command_options.h"

#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/screen.h"
#include "cmd/sheet_options.h"
#include "heap/heap.h"
#include "trace/trace.h"
#include "workload/workload.h"

#include <assert.h>

static const struct option_spec help_options[] = {
	{.name = "help", .letter = 'h', .type = OPTION_FLAG, .help = "show this help"},
	{0},
};

static const struct option_spec trace_options[] = {
	{.name = "salvage",
		.type = OPTION_FLAG,
		.help = "open a damaged trace, keeping the events before the damage"},
	{.name = "from",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.choices = trace_forms,
		.help = "read the trace as this format, whatever it looks like"},
	{.name = "pid",
		.type = OPTION_NUMBER,
		.value = "PID",
		.help = "process to read from a log of several (in logs of ltrace, strace and uftrace: thread); "
			"default: the first"},
	{0},
};

static const struct option_spec engine_options[] = {
	{.name = "engine",
		.letter = 'e',
		.type = OPTION_TEXT,
		.value = "NAME",
		.fallback = "pymalloc",
		.help = "allocator to simulate (see `arenascope engines`); a recorded non-Python program uses heap"},
	{0},
};

static const struct option_spec demo_options[] = {
	{.name = "demo", .type = OPTION_FLAG, .help = "play the built-in demo trace"},
	{0},
};

static const struct option_spec follow_options[] = {
	{.name = "follow",
		.type = OPTION_FLAG,
		.help = "follow a trace that is still being written"},
	{0},
};

/* The options of plug-ins without the first, which names the file. */
static const struct option_spec *plugin_settings(void)
{
	return engine_find("plugin")->options + 1;
}

#define TABLES_MAX 9

/* The table of the command and those that its flags add, in the order of the help. */
static size_t tables_of(const struct cmd *cmd, const struct option_spec *ret_tables[TABLES_MAX])
{
	const struct {
		unsigned flag;
		const struct option_spec *table;
	} shared[] = {
		{CMD_RECORDS, recording_options},
		{CMD_WORKS, workload_options},
		{CMD_HAS_SCREEN, screen_options},
		{CMD_DRAWS, sheet_options},
		{CMD_MAY_DEMO, demo_options},
		{CMD_MAY_FOLLOW, follow_options},
		{CMD_OPENS_TRACE, trace_options},
		{CMD_TAKES_PLUGIN, plugin_settings()},
	};
	size_t count = 0;

	static_assert(sizeof(shared) / sizeof(*shared) + 1 == TABLES_MAX, "room for each");
	ret_tables[count++] = cmd->options;
	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
		if (cmd->flags & shared[i].flag)
			ret_tables[count++] = shared[i].table;
	return count;
}

void command_options_add_engines(struct options *options, bool with_code)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	options_add_table(options, engine_options);
	options_add_table(options, heap_options);
	for (size_t i = 0; i < count; i++)
		if (with_code || !engines[i]->runs_code)
			options_add_table(options, engines[i]->options);
}

struct options *command_options_new(const struct cmd *cmd)
{
	struct options *options = options_new();
	const struct option_spec *tables[TABLES_MAX];
	size_t count = tables_of(cmd, tables);

	options_add_table(options, help_options);
	for (size_t i = 0; i < count; i++)
		options_add_table(options, tables[i]);
	if (cmd->flags & CMD_TAKES_ENGINE)
		command_options_add_engines(options, true);
	return options;
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

void command_options_help(const struct cmd *cmd, struct text *text)
{
	const struct option_spec *tables[TABLES_MAX];
	size_t count = tables_of(cmd, tables);

	for (size_t i = 0; i < count; i++)
		options_help(tables[i], text);
	options_help(help_options, text);
	if (cmd->flags & CMD_TAKES_ENGINE)
		add_engine_help(text);
}
