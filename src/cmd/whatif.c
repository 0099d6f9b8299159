/*
 * `arenascope whatif`: what a trace would have cost with other settings: tunables of the C library,
 * its releases, geometries of pymalloc, and other fits; and which of them would have helped most.
 */
#include "base/emitter.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/moment.h"
#include "cmd/output.h"
#include "cmd/whatif_settings.h"
#include "engine/engine.h"
#include "player/rival_words.h"
#include "player/scope.h"
#include "player/where.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct option_spec options[] = {
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.fallback = "table",
		.choices = emit_forms,
		.help = "output format"},
	MOMENT_OPTION,
	{0},
};

/* ---- which helps most ---------------------------------------------------------------------- */

/* "glibc:top-pad=0: 1.2 MiB, 9% less (GLIBC_TUNABLES=glibc.malloc.top_pad=0)" */
static void emit_best(struct emit *emit, const struct tries *tries, const char *name,
	uint64_t (*figure)(const struct whatif_run *))
{
	size_t best = tries_smallest(tries, figure);
	uint64_t before = figure(&tries->runs[0]), after = figure(&tries->runs[best]);
	struct units bytes, less;
	struct text words = {0};

	if (best == 0 || before - after < before / 100) {
		emit_pair(emit, name, "none of these settings");
		return;
	}
	text_add(&words, "%s: %s, %s less", tries->runs[best].words, units_bytes(&bytes, after),
		units_percent(&less, before - after, before));
	if (tries->settings[best]->how[0])
		text_add(&words, " (%s)", tries->settings[best]->how);
	emit_pair(emit, name, text_of(&words));
	text_finish(&words);
}

/* ---- report -------------------------------------------------------------------------------- */

static void emit_run(struct emit *emit, const struct tries *tries, size_t at)
{
	const struct whatif_run *run = &tries->runs[at];

	emit_row(emit);
	emit_cell(emit, at ? run->words : "as given");
	if (!run->is_played)
		return;
	emit_number(emit, run->peak_held);
	emit_number(emit, run->end_held);
	emit_number(emit, tries_kept(run));
	emit_number(emit, run->regions);
	emit_number(emit, run->refused);
	if (at == 0 || run->parts == NEVER_PARTS)
		emit_cell(emit, at ? "never" : "");
	else
		emit_number(emit, run->parts);
}

/* Of a Python, tunables of the library below are left out where they change nothing. */
static bool is_shown(const struct tries *tries, size_t at)
{
	if (at == 0 || !tries->runs[at].is_played)
		return true;
	bool is_below = tries->runs[at].words == tries->words[at];

	return tries_serves(tries, at) && (!is_below || tries_differs(tries, at));
}

static void emit_runs(struct emit *emit, const struct tries *tries)
{
	static const char *const titles[] = {"peak held", "held", "kept", "regions", "refused",
		"parts at"};

	emit_table(emit, "settings");
	emit_remark(emit,
		"Kept: held at the moment, and not asked for by the program. Regions: how "
		"often one was taken from the system. Refused: requests without memory. "
		"Parts at: the first event at which a block is elsewhere than as given.");
	emit_column(emit, "setting", EMIT_LEFT);
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++)
		emit_column(emit, titles[i], EMIT_RIGHT);
	for (size_t i = 0; i < tries->count; i++)
		if (is_shown(tries, i))
			emit_run(emit, tries, i);
}

static void emit_reason(struct emit *emit, const struct tries *tries, size_t at)
{
	const struct whatif_run *run = &tries->runs[at];
	struct units count;
	char words[80];

	emit_row(emit);
	emit_cell(emit, run->words);
	if (!run->is_played) {
		emit_cell(emit, run->failure);
		return;
	}
	if (tries_serves(tries, at))
		snprintf(words, sizeof(words), "changes less than 1%%");
	else
		snprintf(words, sizeof(words), "has no memory for %s request%s",
			units_count(&count, run->refused), run->refused == 1 ? "" : "s");
	emit_cell(emit, words);
}

/* Emits those that cannot be played with the options given, or say nothing, and why. */
static void emit_left_out(struct emit *emit, const struct tries *tries)
{
	size_t count = 0;

	for (size_t i = 1; i < tries->count; i++)
		count += !tries->runs[i].is_played || !is_shown(tries, i);
	if (count == 0)
		return;
	emit_table(emit, "left out");
	emit_column(emit, "setting", EMIT_LEFT);
	emit_column(emit, "why", EMIT_LEFT);
	for (size_t i = 1; i < tries->count; i++)
		if (!tries->runs[i].is_played || !is_shown(tries, i))
			emit_reason(emit, tries, i);
}

static bool is_any_help(const struct tries *tries)
{
	for (size_t i = 1; i < tries->count; i++)
		if (tries_helps(tries, i))
			return true;
	return false;
}

/* "returns 1 MiB at the moment, 9% less": what the program can do itself. */
static void emit_trimmable(struct emit *emit, const struct whatif_run *given)
{
	struct units bytes, less;
	char words[80];

	snprintf(words, sizeof(words), "returns %s at the moment, %s less",
		units_bytes(&bytes, given->trimmable),
		units_percent(&less, given->trimmable, given->end_held));
	emit_pair(emit, "malloc_trim(0)", words);
}

static void emit_all(struct emit *emit, const struct cmd_call *call, const struct tries *tries,
	const char *moment, uint64_t position)
{
	emit_pair(emit, "trace", trace_name(call->trace));
	if (scope_words(scope_of(call->trace)))
		emit_pair(emit, "scope", scope_words(scope_of(call->trace)));
	if (scope_cut(call->trace))
		emit_pair(emit, "cut off", scope_cut(call->trace));
	emit_pair(emit, "as given", call->engine);
	emit_pair(emit, "moment", moment);
	emit_pair_number(emit, "events", position);
	emit_pair_number(emit, "live bytes", tries->runs[0].end_live);
	if (tries->runs[0].trimmable > 0)
		emit_trimmable(emit, &tries->runs[0]);
	emit_best(emit, tries, "lowest peak", tries_peak);
	emit_best(emit, tries, "least kept", tries_kept);
	if (tries_reserve(tries))
		emit_pair(emit, "reserve", tries_reserve(tries));
	if (!is_any_help(tries))
		emit_pair(emit, "verdict",
			tries->runs[0].trimmable >= tries->runs[0].end_held / 100 + 1
				? "no setting helps, a call of malloc_trim(0) does; arenascope "
				  "report names the blocks that keep the memory"
				: "no setting helps; arenascope report names the blocks that keep "
				  "the memory");
	emit_runs(emit, tries);
	emit_left_out(emit, tries);
}

/* Other settings would be played in an empty heap, which the program did not have. */
static int check_scope(const struct cmd_call *call, struct error *err)
{
	const char *words = scope_words(scope_of(call->trace));

	if (!words || !engine_find(call->engine)->as_recorded)
		return 0;
	return error_set(err,
		"%s: nothing to try: the trace has %s; --engine glibc or pymalloc plays it in an empty heap",
		trace_name(call->trace), words);
}

static int run(const struct cmd_call *call, struct error *err)
{
	const char *moment = options_given(call->options, "at") ? options_text(call->options, "at")
								: where_by_default(call->trace);
	struct tries tries = {0};
	struct text text = {0};
	struct emit emit;
	uint64_t position;

	if (check_scope(call, err) < 0)
		return EXIT_TROUBLE;
	if (moment_find(&position, call, moment, err) < 0)
		return EXIT_USAGE;
	tries_choose(&tries, call);
	if (whatif_play(call->trace, position, call->engine, call->options, tries.runs, tries.count,
		    err) < 0 ||
		trace_check(call->trace, err) < 0)
		return EXIT_TROUBLE;
	emit_begin(&emit, (enum emit_form)options_choice(call->options, "format"), &text);
	emit_all(&emit, call, &tries, moment, position);
	emit_end(&emit);
	return cmd_print_text(&text);
}

const struct cmd cmd_whatif = {
	.name = "whatif",
	.summary = "play a trace with other settings, and name the one that helps most",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.details =
		"Without --at, the moment is when main() returned, before a Python shuts down, or\n"
		"the end.\n\n"
		"  peak held  the most bytes taken from the system at once\n"
		"  held       at the moment, and kept: those of them that the program had not\n"
		"             asked for\n"
		"  regions    how often a region was taken from the system\n"
		"  refused    requests without memory\n"
		"  parts at   the first event at which a block is in another place than with\n"
		"             the engine and the options given\n"
		"\nTunables of glibc are tried with --engine glibc or --below glibc, geometries with\npymalloc.\n",
	.options = options,
	.flags = CMD_TAKES_ENGINE | CMD_OPENS_TRACE,
	.run = run,
};
