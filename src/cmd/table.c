/* The table of commands. */
#include "cmd/cmd.h"

#include <string.h>

extern const struct cmd cmd_convert;
extern const struct cmd cmd_course;
extern const struct cmd cmd_demo;
extern const struct cmd cmd_diff;
extern const struct cmd cmd_draw;
extern const struct cmd cmd_dump;
extern const struct cmd cmd_engines;
extern const struct cmd cmd_export;
extern const struct cmd cmd_info;
extern const struct cmd cmd_lab;
extern const struct cmd cmd_lessons;
extern const struct cmd cmd_live;
extern const struct cmd cmd_ostep;
extern const struct cmd cmd_placements;
extern const struct cmd cmd_play;
extern const struct cmd cmd_record;
extern const struct cmd cmd_repair;
extern const struct cmd cmd_report;
extern const struct cmd cmd_stats;
extern const struct cmd cmd_verify;
extern const struct cmd cmd_whatif;
extern const struct cmd cmd_workload;

/* In the order of the help: what people type most comes first. */
static const struct cmd *const commands[] = {
	&cmd_demo,
	&cmd_play,
	&cmd_record,
	&cmd_live,
	&cmd_repair,
	&cmd_lessons,
	&cmd_course,
	&cmd_lab,
	&cmd_report,
	&cmd_diff,
	&cmd_stats,
	&cmd_info,
	&cmd_dump,
	&cmd_verify,
	&cmd_whatif,
	&cmd_draw,
	&cmd_export,
	&cmd_convert,
	&cmd_placements,
	&cmd_engines,
	&cmd_workload,
	&cmd_ostep,
};

const struct cmd *const *cmd_list(size_t *ret_count)
{
	*ret_count = sizeof(commands) / sizeof(*commands);
	return commands;
}

const struct cmd *cmd_find(const char *name)
{
	size_t count;
	const struct cmd *const *all = cmd_list(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}
