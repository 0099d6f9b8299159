/* See remedies.h. */
#include "cmd/remedies.h"

#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/report_owners.h"
#include "cmd/variables.h"
#include "report/lines.h"
#include "report/report.h"
#include "report/survivors.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

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

/* Whose the blocks are that keep memory, where they are no variable's. */
static void look_at_keepers(struct remedies *remedies, const struct report *report)
{
	uint32_t callers[REMEDY_CALLERS_MAX];
	size_t n = remedies_choose(report, callers);
	uint64_t idle = 0, most;

	for (size_t i = 0; i < n; i++)
		idle += report->keepers.items[i].idle;
	if (n == 0)
		return;
	remedies->root = report_root_of(report, callers, n, idle, &most);
	remedies->is_all_root = remedies->root && most >= idle / 10 * 9;
	remedies->are_keepers_collectable = report_are_unreached(report, callers, n, idle);
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

/* Of what these callers' blocks are, not more than a quarter was made after the census. */
static bool are_known(const struct report *report, const struct selection *selection,
	const uint32_t *callers, size_t n)
{
	uint64_t newer = 0;

	for (size_t i = 0; i < n; i++)
		newer +=
			report->lives.items[callers[i]].live_bytes - report->owners.old[callers[i]];
	return newer <= selection->bytes / 4;
}

/*
 * What the variable keeps, and the callers that have made most of it. 0: the census does not say of
 * nearly all of it which blocks it is. The selection is to be finished.
 */
static size_t select_variable(struct selection *ret_selection, const struct report *report,
	uint32_t variable, uint32_t ret_callers[REMEDY_CALLERS_MAX])
{
	const struct owners *owners = &report->owners;
	size_t n = owners_callers(owners, variable, ret_callers, REMEDY_CALLERS_MAX);

	selection_of_owner(ret_selection, &report->lives, owners, variable);
	return ret_selection->bytes < owners->bytes[variable] / 4 * 3 ||
			       !are_known(report, ret_selection, ret_callers, n)
		       ? 0
		       : n;
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
	remedies->nowners = report_unreached(report, remedies->owners, REMEDY_CALLERS_MAX);
	remedies->are_owners_collectable = remedies->nowners > 0;
	if (remedies->are_owners_collectable)
		return;
	if (variable && report->owners.bytes[variable] >= worth) {
		remedies->variable = variable;
		remedies->nowners =
			select_variable(&remedies->selection, report, variable, remedies->owners);
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

/* Blocks, and the plays in which they are elsewhere. */
struct rehearsed {
	const struct selection *selection;
	enum survivors_which which;
	struct whatif_run *runs; /* of the n */
	size_t nruns;
	struct aftermath *freed, *copied; /* NULL: that is not tried */
	bool is_backwards;                /* the order in which they are freed */
};

static int play(const struct rehearsed *rehearsed, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err)
{
	struct survivors survivors;
	int result = 0;

	if (rehearsed->selection->blocks > SURVIVORS_MAX)
		return 0;
	survivors_find(&survivors, call->trace, report->heap, &report->lives, report->position,
		rehearsed->selection, rehearsed->which);
	survivors.is_backwards = rehearsed->is_backwards;
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

/* A list drops its last item first, a dictionary the first one. */
static bool is_list(const struct report *report, uint32_t variable)
{
	return variable && strcmp(variable_facts(&report->owners, variable)->type, "list") == 0;
}

/*
 * Without a variable, all that their lines have made is elsewhere; of what is collectable also
 * what lines beside them have made, a small block of which would keep the rest.
 */
static uint32_t *owner_callers_new(const struct remedies *remedies, const struct report *report,
	size_t *ret_count)
{
	uint32_t *callers;

	if (!remedies->are_owners_collectable)
		return lines_callers_new(report->callers, remedies->owners, remedies->nowners,
			ret_count);
	callers = xcalloc(report->lives.count, sizeof(*callers));
	*ret_count = report_unreached_beside(report, remedies->owners, remedies->nowners, callers);
	return callers;
}

/* Frees what the variable keeps, and what it may keep as well. Needs no play. */
static int free_widely(struct remedies *remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err)
{
	struct selection selection;
	const struct rehearsed rehearsed = {&selection, SURVIVORS_ALL, NULL, 0,
		&remedies->now[REMEDY_WIDELY], NULL, is_list(report, remedies->variable)};

	int result = 0;

	selection_copy(&selection, &remedies->selection);
	selection_add_unsampled(&selection, &report->lives, &report->owners);
	if (selection.blocks > remedies->selection.blocks)
		result = play(&rehearsed, call, options, report, err);
	selection_finish(&selection);
	return result;
}

/* Frees what the next variables keep that have a tenth of what is held. Needs no play. */
static int free_further(struct remedies *remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err)
{
	uint32_t variable = remedies->variable, callers[REMEDY_CALLERS_MAX];
	int result = 0;

	while (result == 0 && remedies->nfurther < REMEDY_VARIABLES &&
		(variable = owners_next(&report->owners, variable)) != 0 &&
		report->owners.bytes[variable] >= report->holdings.held / 10) {
		struct further *further = &remedies->further[remedies->nfurther];
		struct selection selection;
		const struct rehearsed rehearsed = {&selection, SURVIVORS_ALL, NULL, 0,
			&further->freed, NULL, is_list(report, variable)};
		if (variable_facts(&report->owners, variable)->kind == CENSUS_VARIABLE) {
			further->variable = variable;
			if (select_variable(&selection, report, variable, callers) > 0)
				result = play(&rehearsed, call, options, report, err);
			selection_finish(&selection);
			remedies->nfurther += further->freed.held > 0;
		}
	}
	return result;
}

static int play_owner(struct remedies *remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err)
{
	const struct rehearsed rehearsed = {&remedies->selection, SURVIVORS_ALL,
		&remedies->runs[REMEDY_OWNER], !remedies->is_skipped,
		&remedies->now[REMEDY_CLEARED], NULL, is_list(report, remedies->variable)};
	uint32_t *callers;
	size_t n;

	if (!remedies->variable) {
		callers = owner_callers_new(remedies, report, &n);
		selection_of_callers(&remedies->selection, &report->lives, callers, n);
		free(callers);
	} else if (free_widely(remedies, call, options, report, err) < 0 ||
		   free_further(remedies, call, options, report, err) < 0) {
		return -1;
	}
	return play(&rehearsed, call, options, report, err);
}

static int play_keepers(struct remedies *remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, struct error *err)
{
	uint32_t callers[REMEDY_CALLERS_MAX];
	size_t n = remedies_choose(report, callers);
	struct selection selection;
	const struct rehearsed rehearsed = {&selection, SURVIVORS_AMONG_OTHERS, remedies->runs,
		remedies->is_skipped ? 0 : 2, &remedies->now[REMEDY_FREED],
		&remedies->now[REMEDY_COPIED], false};
	bool is_one = remedies->nowners == 1 && n == 1 &&
		      callers_line(report->callers, callers[0]) ==
			      callers_line(report->callers, remedies->owners[0]);

	if (n == 0 || is_one)
		return 0;
	selection_of_callers(&selection, &report->lives, callers, n);
	int result = play(&rehearsed, call, options, report, err);
	selection_finish(&selection);
	return result;
}

int remedies_try(struct remedies *ret_remedies, const struct cmd_call *call,
	const struct options *options, const struct report *report, bool plays, struct error *err)
{
	struct remedies remedies = {.runs[REMEDY_TOGETHER].is_together = true};
	bool has_keepers = is_worth_it(report);
	int result = 0;

	*ret_remedies = (struct remedies){.is_skipped = false};
	choose_owner(&remedies, report);
	if (has_keepers)
		look_at_keepers(&remedies, report);
	remedies.is_skipped = !plays && (has_keepers || remedies.nowners > 0);
	if (remedies.nowners > 0 && (plays || remedies.are_owners_collectable))
		result = play_owner(&remedies, call, options, report, err);
	if (result == 0 && has_keepers &&
		(plays || remedies.are_keepers_collectable || remedies.is_all_root))
		result = play_keepers(&remedies, call, options, report, err);
	if (result == 0)
		*ret_remedies = remedies;
	else
		remedies_finish(&remedies);
	return result;
}

void remedies_finish(struct remedies *remedies)
{
	selection_finish(&remedies->selection);
}

uint64_t remedies_saved(const struct remedies *remedies, enum remedy remedy,
	const struct report *report)
{
	const struct whatif_run *run = &remedies->runs[remedy];
	uint64_t held = report->holdings.held;

	return run->is_played && run->end_held < held ? held - run->end_held : 0;
}
