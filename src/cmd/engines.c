/* `arenascope engines`: lists the allocators and their options. */
#include "base/error.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "engine/engine.h"

static int run(const struct cmd_call *call, struct error *err)
{
	struct text text = {0};
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++) {
		text_add(&text, "%s%s: %s\n", i ? "\n" : "", engines[i]->name, engines[i]->summary);
		options_help(engines[i]->options, &text);
	}
	return cmd_print_text(&text);
}

const struct cmd cmd_engines = {
	.name = "engines",
	.summary = "list the engines and their options",
	.usage = "",
	.run = run,
};
