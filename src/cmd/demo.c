/* `arenascope demo`: play --demo, in a word. */
#include "cmd/call.h"
#include "cmd/cmd.h"

static int run(const struct cmd_call *call, struct error *err)
{
	char demo[] = "--demo", *words[] = {demo, NULL};

	return call_run(cmd_find("play"), call->program, 1, words);
}

const struct cmd cmd_demo = {
	.name = "demo",
	.summary = "what an allocator does, in a minute: a tour",
	.usage = "",
	.details =
		"A small service loads a table, drops it, and does not become smaller. The same as\n"
		"`arenascope play --demo`, which takes the options of play, and as `arenascope` alone on\n"
		"a terminal.\n",
	.run = run,
};
