/*
 * The callers of what is live as folded stacks, for flame graphs: a line for each stack, outermost
 * function first, and its bytes.
 */
#include "export/sink.h"
#include "export/stacks.h"

#include <string.h>

/* A semicolon would part two frames. */
static void add_frame(struct text *out, const char *name)
{
	for (; *name; name++)
		text_add_bytes(out, *name == ';' || *name == '\n' ? ":" : name, 1);
}

static int write_folded(const struct export_job *job, struct sink *sink, struct error *err)
{
	struct stacks *stacks;
	const struct site_sum *sums;
	int result = 0;

	if (stacks_new(&stacks, job, err) < 0)
		return -1;
	size_t count = stacks_list(stacks, &sums);
	for (size_t i = 0; i < count && result == 0; i++) {
		if (sums[i].live == 0)
			continue;
		for (size_t depth = stacks_depth(stacks, sums[i].site); depth > 0; depth--) {
			add_frame(&sink->text, stacks_frame(stacks, sums[i].site, depth - 1));
			text_add_bytes(&sink->text, depth > 1 ? ";" : " ", 1);
		}
		text_add_number(&sink->text, sums[i].live);
		text_add_bytes(&sink->text, "\n", 1);
		result = sink_pass(sink, err);
	}
	stacks_free(stacks);
	return result;
}

const struct exporter exporter_folded = {.name = "folded",
	.write = write_folded,
	.moment = EXPORT_MOMENT};
