/* See remedies.h. */
#include "cmd/remedies.h"

#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/report_owners.h"
#include "report/lines.h"
#include "report/report.h"
#include "report/survivors.h"

#include <assert.h>
#include <stdlib.h>

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

/* No variable leads to most of what keeps memory. */
static bool are_keepers_unreached(const struct report *report)
{
	uint32_t callers[REMEDY_CALLERS_MAX];
	size_t n = remedies_choose(report, callers);
	uint64_t idle = 0;

	for (size_t i = 0; i < n; i++)
		idle += report->keepers.items[i].idle;
	return n > 0 && report_are_unreached(report, callers, n, idle);
}

static bool is_simulated(const struct report *report)
{
	return !engine_is_as_recorded(heap_layer(report->heap, 0));
}

static bool is_worth_it(const struct report *report)
{
	return is_simulated(report) && report->keepers.idle >= report->holdings.held / 10 &&
	       report->keepers.idle > 0;
}

static bool is_among(const uint32_t *callers, size_t n, uint32_t caller)
{
	for (size_t i = 0; i < n; i++)
		if (callers[i] == caller)
			return true;
	return false;
}

/*
 * The variable keeps three quarters of the caller's live blocks, or half where these are few: of
 * few blocks few are in the sample of the census, and some are in CPython's free lists.
 */
static bool is_kept_by(const struct report *report, uint32_t variable, uint32_t caller)
{
	uint64_t part = owners_part(&report->owners, variable, caller),
		 live = report->lives.items[caller].live_bytes;
	bool are_few = part < report->owners.bytes[variable] / 100;

	return part > 0 && part >= (are_few ? live / 2 : live / 4 * 3);
}

/*
 * The callers most of whose live blocks the variable keeps, however small, if it keeps little
 * besides: a small block that stayed would keep what the large ones leave. Those with most are
 * first. Grows with the callers.
 */
static size_t callers_of(const struct report *report, uint32_t variable, uint32_t *ret_callers)
{
	const struct owners *owners = &report->owners;
	size_t n = owners_callers(owners, variable, ret_callers, REMEDY_CALLERS_MAX), first = 0;
	uint64_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		if (is_kept_by(report, variable, ret_callers[i]))
			ret_callers[first++] = ret_callers[i];
	n = first;
	for (uint32_t i = 0; i < report->lives.count; i++)
		if (is_kept_by(report, variable, i) && !is_among(ret_callers, first, i))
			ret_callers[n++] = i;
	for (size_t i = 0; i < n; i++)
		bytes += owners_part(owners, variable, ret_callers[i]);
	return bytes >= owners->bytes[variable] / 4 * 3 ? n : 0;
}

/* What has most may be what variables keep, of which it is innocent, or handed on. */
static bool is_its_own(const struct report *report, const struct line *line)
{
	uint64_t kept = 0;

	if (report->owners.count > 0)
		owners_of_caller(&report->owners, line->caller, &kept);
	return line->caller && kept < line->live_bytes / 10 &&
	       !report_is_handed_on(report, line->caller);
}

/* The line of the caller with the most live bytes of those that only grew; false: none did. */
static bool find_suspect(const struct report *report, struct line *ret_line)
{
	const struct life *most = NULL;

	for (size_t i = 1; i < report->lives.count; i++) {
		const struct life *life = &report->lives.items[i];
		if (life_only_grew(life) && life->live_bytes > (most ? most->live_bytes : 0))
			most = life;
	}
	if (most)
		*ret_line = (struct line){most->caller, most->live, most->live_bytes};
	return most != NULL;
}

/*
 * The lines that have most. Where the first of them did not grow all the time it is full, as a
 * cache is: then what only grew, which may be a leak, comes before it.
 */
static size_t lines_to_try(const struct report *report, uint64_t worth,
	struct line ret_lines[LINES_NAMED])
{
	size_t n = lines_largest(&report->lives, report->callers, ret_lines);
	struct line suspect;

	if (n == 0 || life_only_grew(&report->lives.items[ret_lines[0].caller]) ||
		!find_suspect(report, &suspect) || suspect.live_bytes < worth ||
		!is_its_own(report, &suspect))
		return n;
	ret_lines[0] = suspect;
	return 1;
}

/* The lines without whose blocks a play is worth it: no variable leads there, or one, or most. */
static void choose_owner(struct remedies *remedies, const struct report *report)
{
	uint32_t variable = owners_largest(&report->owners);
	uint64_t worth = report->holdings.held / 10, bytes = 0;
	struct line lines[LINES_NAMED];

	if (!is_simulated(report) || !report_is_mostly_live(report))
		return;
	remedies->owners =
		xcalloc(report->lives.count + REMEDY_CALLERS_MAX, sizeof(*remedies->owners));
	remedies->nowners = report_unreached(report, remedies->owners, REMEDY_CALLERS_MAX);
	remedies->are_owners_collectable = remedies->nowners > 0;
	if (remedies->are_owners_collectable)
		return;
	if (variable && report->owners.bytes[variable] >= worth) {
		remedies->variable = variable;
		remedies->nowners = callers_of(report, variable, remedies->owners);
		return;
	}
	size_t n = lines_to_try(report, worth, lines);
	for (size_t i = 0; i < n && is_its_own(report, &lines[i]); i++) {
		bytes += lines[i].live_bytes;
		remedies->owners[remedies->nowners++] = lines[i].caller;
	}
	if (bytes < worth)
		remedies->nowners = 0;
}

static uint64_t blocks_of(const struct report *report, const uint32_t *callers, size_t n)
{
	uint64_t blocks = 0;

	for (size_t i = 0; i < n; i++)
		blocks += report->lives.items[callers[i]].live;
	return blocks;
}

/* Some callers' blocks, and the plays in which they are elsewhere. */
struct rehearsed {
	const uint32_t *callers;
	size_t ncallers;
	enum survivors_which which;
	struct whatif_run *runs; /* of the n */
	size_t nruns;
	struct aftermath *freed, *copied; /* NULL: that is not tried */
};

static int play(const struct rehearsed *rehearsed, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err)
{
	struct survivors survivors;
	int result = 0;

	if (blocks_of(report, rehearsed->callers, rehearsed->ncallers) > SURVIVORS_MAX)
		return 0;
	survivors_find(&survivors, call->trace, report->heap, &report->lives, report->position,
		rehearsed->callers, rehearsed->ncallers, rehearsed->which);
	if (survivors.items.count > 0)
		*rehearsed->freed = survivors_try(&survivors, report->heap, SURVIVORS_FREED);
	if (survivors.items.count > 0 && rehearsed->copied)
		*rehearsed->copied = survivors_try(&survivors, report->heap, SURVIVORS_COPIED);
	for (size_t i = 0; i < rehearsed->nruns; i++)
		rehearsed->runs[i].survivors = &survivors;
	if (survivors.items.count > 0 && rehearsed->nruns > 0)
		result = whatif_play(call->trace, report->position, call->engine, options,
			rehearsed->runs, rehearsed->nruns, err);
	survivors_finish(&survivors);
	for (size_t i = 0; i < rehearsed->nruns; i++)
		rehearsed->runs[i].survivors = NULL;
	return result;
}

/* Without a variable, all that their lines have made is elsewhere. */
static int play_owner(struct remedies *remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err)
{
	struct rehearsed rehearsed = {remedies->owners, remedies->nowners, SURVIVORS_ALL,
		&remedies->runs[REMEDY_OWNER], !remedies->is_skipped,
		&remedies->now[REMEDY_CLEARED], NULL};
	uint32_t *callers = NULL;

	if (!remedies->variable)
		rehearsed.callers = callers = lines_callers_new(report->callers, remedies->owners,
			remedies->nowners, &rehearsed.ncallers);
	int result = play(&rehearsed, call, options, report, err);
	free(callers);
	return result;
}

static int play_keepers(struct remedies *remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err)
{
	uint32_t callers[REMEDY_CALLERS_MAX];
	size_t n = remedies_choose(report, callers);
	const struct rehearsed rehearsed = {callers, n, SURVIVORS_AMONG_OTHERS, remedies->runs,
		remedies->is_skipped ? 0 : 2, &remedies->now[REMEDY_FREED],
		&remedies->now[REMEDY_COPIED]};
	bool is_one = remedies->nowners == 1 && n == 1 &&
		      callers_line(report->callers, callers[0]) ==
			      callers_line(report->callers, remedies->owners[0]);

	return n > 0 && !is_one ? play(&rehearsed, call, options, report, err) : 0;
}

int remedies_try(struct remedies *ret_remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, bool plays, struct error *err)
{
	struct remedies remedies = {.runs[REMEDY_TOGETHER].is_together = true};
	bool has_keepers = is_worth_it(report);
	int result = 0;

	*ret_remedies = (struct remedies){.is_skipped = false};
	choose_owner(&remedies, report);
	remedies.are_keepers_collectable = has_keepers && are_keepers_unreached(report);
	remedies.is_skipped = !plays && (has_keepers || remedies.nowners > 0);
	if (remedies.nowners > 0 && (plays || remedies.are_owners_collectable))
		result = play_owner(&remedies, call, options, report, err);
	if (result == 0 && has_keepers && (plays || remedies.are_keepers_collectable))
		result = play_keepers(&remedies, call, options, report, err);
	if (result == 0)
		*ret_remedies = remedies;
	else
		remedies_finish(&remedies);
	return result;
}

void remedies_finish(struct remedies *remedies)
{
	free(remedies->owners);
}

uint64_t remedies_saved(const struct remedies *remedies, enum remedy remedy,
	const struct report *report)
{
	const struct whatif_run *run = &remedies->runs[remedy];
	uint64_t held = report->holdings.held;

	return run->is_played && run->end_held < held ? held - run->end_held : 0;
}
