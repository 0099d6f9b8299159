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
		.listed_by = "arenascope engines",
		.help = "allocator to simulate (see `arenascope engines`); a recorded trace chooses what is not given here: of a Python its version, the places of its arenas and the malloc below; of any other program its own glibc, or recorded where that is not known"},
	{0},
};

static const struct option_spec demo_options[] = {
	{.name = "demo", .type = OPTION_FLAG, .help = "take the built-in demo trace"},
	{.name = "lesson",
		.type = OPTION_TEXT,
		.value = "NAME",
		.listed_by = "arenascope lessons",
		.help = "take this lesson instead of a trace (see `arenascope lessons`)"},
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

/* The table of the command and those that its flags add, in the order of the help. */
static void add_own(const struct cmd *cmd, struct option_group *group)
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

	static_assert(sizeof(shared) / sizeof(*shared) + 2 <= OPTION_TABLES_MAX, "room for each");
	group->tables[group->count++] = cmd->options;
	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
		if (cmd->flags & shared[i].flag)
			group->tables[group->count++] = shared[i].table;
	group->tables[group->count++] = help_options;
}

/* The options of the engines that the command can play a trace in. */
static void add_engines(struct option_group *group)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	group->tables[group->count++] = engine_options;
	group->tables[group->count++] = heap_options;
	for (size_t i = 0; i < count; i++) {
		assert(group->count < OPTION_TABLES_MAX);
		group->tables[group->count++] = engines[i]->options;
	}
}

size_t command_options_groups(const struct cmd *cmd,
	struct option_group ret_groups[OPTION_GROUPS_MAX])
{
	ret_groups[0] = (struct option_group){.title = "Options"};
	add_own(cmd, &ret_groups[0]);
	if (!(cmd->flags & CMD_TAKES_ENGINE))
		return 1;
	ret_groups[1] = (struct option_group){.title = "Engine"};
	add_engines(&ret_groups[1]);
	return 2;
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
	struct option_group groups[OPTION_GROUPS_MAX];
	size_t count = command_options_groups(cmd, groups);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < groups[i].count; j++)
			options_add_table(options, groups[i].tables[j]);
	return options;
}

void command_options_help(const struct cmd *cmd, struct text *text)
{
	struct option_group groups[OPTION_GROUPS_MAX];
	size_t count = command_options_groups(cmd, groups);

	for (size_t i = 0; i < count; i++) {
		text_add(text, "\n%s:\n", groups[i].title);
		for (size_t j = 0; j < groups[i].count; j++)
			options_help(groups[i].tables[j], text);
	}
}
