/*
 * See leftover.h. Variables are words at [begin, end) of the file. The first of them are reset,
 * more or less of these, until it is known which is the last that matters; then up to that one, the
 * last of them.
 */
#include "plugin/leftover.h"

#include "plugin/cause.h"
#include "plugin/code_names.h"
#include "plugin/plugin_state.h"

#include <time.h>

#define WORD 4u /* bytes of a variable, at least */

struct leftover {
	struct plugin *plugin; /* borrowed */
	int steps;
	uint64_t count, blocks;
	uint64_t served;     /* where nothing is reset */
	uint64_t begin, end; /* of all variables */
	time_t limit;        /* when the search ends */
	bool is_late;
};

static time_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Whether it comes further where those of [begin, end) are reset. */
static bool helps(struct leftover *search, uint64_t begin, uint64_t end)
{
	const struct call call = {.kind = CALL_EXAMINE,
		.size = search->count,
		.address = search->blocks,
		.before = search->count,
		.reset = begin,
		.reset_end = end,
		.limit = cause_effort() * 1000};
	struct reply reply;

	search->is_late |= seconds() >= search->limit;
	if (search->is_late)
		return false;
	processes_run(&search->plugin->processes, &call, search->steps, &reply, NULL);
	search->begin = reply.variables;
	search->end = reply.variables_end;
	return reply.kind < REPLY_SPOILT && reply.step > search->served;
}

/* The last that has to be reset, with all before it; all together help. */
static uint64_t find_last(struct leftover *search)
{
	uint64_t too_few = search->begin, enough = search->end;

	while (enough - too_few > WORD) {
		uint64_t middle = too_few + (enough - too_few) / 2 / WORD * WORD;
		if (helps(search, search->begin, middle))
			enough = middle;
		else
			too_few = middle;
	}
	return too_few;
}

/* The first that has to be reset, with all up to the last. */
static uint64_t find_first(struct leftover *search, uint64_t last)
{
	uint64_t enough = search->begin, too_few = last + WORD;

	if (helps(search, last, last + WORD))
		return last;
	while (too_few - enough > WORD) {
		uint64_t middle = enough + (too_few - enough) / 2 / WORD * WORD;
		if (helps(search, middle, last + WORD))
			enough = middle;
		else
			too_few = middle;
	}
	return enough;
}

bool leftover_add_words(struct text *out, struct plugin *plugin, int steps, uint64_t count,
	uint64_t blocks, const struct plugin_grade *grade)
{
	struct leftover search = {.plugin = plugin,
		.steps = steps,
		.count = count,
		.blocks = blocks,
		.served = grade->served,
		.limit = seconds() + cause_effort()};
	struct lookup *names = plugin_names(plugin);
	struct text first = {0}, last = {0};

	if (!helps(&search, 0, UINT64_MAX))
		return false;
	uint64_t at = find_last(&search), from = find_first(&search, at);
	at = code_names_start_of(names, at);
	from = code_names_start_of(names, from);
	bool has_names = !search.is_late && code_names_add_variable(&last, names, at) &&
			 code_names_add_variable(&first, names, from);
	if (has_names) {
		text_add(out, "%s() does not reset %s", plugin->words->init, text_of(&first));
		if (from != at)
			text_add(out, " and %s", text_of(&last));
		text_add(out, "; with %s it does not fail there",
			from == at ? "its first value" : "their first values");
	}
	text_finish(&first);
	text_finish(&last);
	return has_names;
}
