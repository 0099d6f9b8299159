/* See remedies.h. */
#include "cmd/remedies.h"

#include "cmd/cmd.h"
#include "report/report.h"
#include "report/survivors.h"

#include <assert.h>

#define SURVIVORS_MAX 2000000u /* blocks: beyond, they are no few that something else is kept by */

size_t remedies_callers(const struct report *report)
{
	size_t enough = keepers_enough(&report->keepers, REMEDY_CALLERS_MAX);

	return enough ? enough : report->keepers.idle > 0;
}

size_t remedies_choose(const struct report *report, uint32_t ret_callers[REMEDY_CALLERS_MAX])
{
	size_t first = remedies_callers(report), n = 0;

	assert(first <= REMEDY_CALLERS_MAX);
	for (size_t i = 0; i < first; i++)
		if (report->keepers.items[i].caller != CALLER_ARENA_TABLE)
			ret_callers[n++] = report->keepers.items[i].caller;
	return n;
}

static bool is_worth_it(const struct report *report)
{
	return !engine_is_as_recorded(heap_layer(report->heap, 0)) &&
	       report->keepers.idle >= report->holdings.held / 10 && report->keepers.idle > 0;
}

static uint64_t blocks_of(const struct report *report, const uint32_t *callers, size_t n)
{
	uint64_t blocks = 0;

	for (size_t i = 0; i < n; i++)
		blocks += report->lives.items[callers[i]].live;
	return blocks;
}

int remedies_play(struct remedies *ret_remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err)
{
	struct remedies remedies = {.is_skipped = false};
	struct survivors survivors;
	uint32_t callers[REMEDY_CALLERS_MAX];
	size_t n = remedies_choose(report, callers);
	int result = 0;

	*ret_remedies = remedies;
	if (!is_worth_it(report) || blocks_of(report, callers, n) > SURVIVORS_MAX)
		return 0;
	survivors_find(&survivors, call->trace, report->heap, &report->lives, callers, n);
	for (unsigned i = 0; i < REMEDY_COUNT; i++)
		remedies.runs[i] = (struct whatif_run){.survivors = &survivors,
			.is_together = i == REMEDY_TOGETHER};
	if (survivors.items.count > 0)
		result = whatif_play(call->trace, report->position, call->engine, options,
			remedies.runs, REMEDY_COUNT, err);
	survivors_finish(&survivors);
	for (unsigned i = 0; i < REMEDY_COUNT; i++)
		remedies.runs[i].survivors = NULL;
	if (result == 0)
		*ret_remedies = remedies;
	return result;
}

void remedies_skip(struct remedies *ret_remedies, const struct report *report)
{
	*ret_remedies = (struct remedies){.is_skipped = is_worth_it(report)};
}

uint64_t remedies_saved(const struct remedies *remedies, enum remedy remedy,
	const struct report *report)
{
	const struct whatif_run *run = &remedies->runs[remedy];
	uint64_t held = report->holdings.held;

	return run->is_played && run->end_held < held ? held - run->end_held : 0;
}
