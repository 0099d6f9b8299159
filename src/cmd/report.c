/*
 * `arenascope report`: one page to act on: what a program holds at a moment, why it does not go
 * back, whose blocks keep it, and what would help.
 */
#include "report/report.h"

#include "base/emitter.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/engine_status.h"
#include "cmd/plugin_notes.h"
#include "cmd/moment.h"
#include "cmd/output.h"
#include "cmd/remedies.h"
#include "cmd/report_form.h"
#include "cmd/report_owners.h"
#include "cmd/report_tables.h"
#include "cmd/spaces_table.h"
#include "cmd/variables.h"
#include "cmd/whatif_settings.h"
#include "player/mark_names.h"
#include "player/scope.h"
#include "player/where.h"
#include "trace/trace.h"

#include <inttypes.h>

enum when { WHEN_SHORT, WHEN_ALWAYS, WHEN_NEVER };
static const char *const whens[] = {"short", "always", "never", NULL};

/* Events up to which a trace is played again, where it is to be short. */
#define SHORT_FOR_SETTINGS 2000000u  /* some twenty plays */
#define SHORT_FOR_REMEDIES 25000000u /* two */

/* What the report was played with besides. */
struct plays {
	struct remedies remedies;
	struct tries tries;
};

static const struct option_spec options[] = {
	MOMENT_OPTION,
	REPORT_FORM_OPTION("output format; html is a page without anything from elsewhere"),
	{.name = "rows",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "10",
		.min = 1,
		.help = "at most N rows of each list"},
	{.name = "whatif",
		.type = OPTION_CHOICE,
		.value = "WHEN",
		.fallback = "short",
		.choices = whens,
		.help = "when to play the trace without some blocks, and with other settings: where it is short (up to 25 and 2 million events), always, or never"},
	{0},
};

static void emit_known(struct emit *emit, const char *name, const char *value)
{
	if (value && *value)
		emit_pair(emit, name, value);
}

/* How the figures of a recorded program are known; NULL: it was not recorded. */
static const char *source_of(const struct cmd_call *call, const struct report *report)
{
	const struct trace_info *info = trace_info(call->trace);

	if (engine_follows_spaces(heap_layer(report->heap, 0)))
		return "the virtual machine's log";
	if (!*info->libc && !*info->python)
		return NULL;
	if (engine_is_as_recorded(heap_layer(report->heap, 0)))
		return "recorded addresses; free memory at the end of the heap is not known";
	return report->is_partial
		       ? "simulation of an empty heap with these requests alone, which is not the "
			 "program's"
		       : "simulation; arenascope verify compares it with the recorded addresses";
}

/* The marks that a person may have meant, where the moment is not theirs. */
static void emit_marks(struct emit *emit, const struct report *report)
{
	struct text names = {0};

	mark_names_list(&names, report->trace);
	if (names.length > 0) {
		text_add(&names, "; --at MARK shows that moment");
		emit_pair(emit, "marks", text_of(&names));
	}
	text_finish(&names);
}

/* What the program is in the middle of, where that is not its work. */
static void emit_state(struct emit *emit, const struct report *report)
{
	struct text words = {0}, before = {0};
	struct units events, bytes;

	moment_add_state(&words, report->trace, report->position, "at");
	if (words.length > 0 && report->frees_from > 0 &&
		report->last_frees > report->holdings.held / 10)
		text_add(&before,
			"the last %s events %s freed %s: --at %" PRIu64 " shows what it held",
			units_count(&events, report->position - report->frees_from),
			report->last_requests ? "nearly only" : "only",
			units_bytes(&bytes, report->last_frees), report->frees_from - 1);
	emit_known(emit, "before this moment", text_of(&before));
	emit_known(emit, "at the moment", text_of(&words));
	text_finish(&before);
	text_finish(&words);
}

/* Where nothing says which variables of a Python keep what its lines have made. */
static void emit_variables(struct emit *emit, const struct report *report)
{
	const struct trace_info *info = trace_info(report->trace);
	bool has_lines = *info->python && trace_site_count(report->trace) > 0;
	struct text words = {0};

	if (say_variables(&words, &report->owners, report->trace))
		emit_pair(emit, "variables", text_of(&words));
	else if (report->owners.count == 0 && has_lines && !scope_lacks_objects(report->trace))
		emit_pair(emit, "variables",
			"not known: the recording has no census of them up to this moment");
	text_finish(&words);
}

static void emit_summary(struct emit *emit, const struct cmd_call *call,
	const struct report *report, const char *moment)
{
	const struct trace_info *info = trace_info(call->trace);
	const struct metrics *metrics = &report->metrics;

	emit_pair(emit, "trace", trace_name(call->trace));
	emit_known(emit, "scope", scope_words(scope_of(call->trace)));
	emit_known(emit, "cut off", scope_cut(call->trace));
	emit_known(emit, "program", info->program);
	emit_known(emit, "python", info->python);
	emit_known(emit, "objects", scope_objects(call->trace));
	emit_known(emit, "libc", info->libc);
	emit_pair(emit, "engine", call->engine);
	emit_known(emit, "known by", source_of(call, report));
	emit_pair(emit, "moment", moment);
	emit_state(emit, report);
	if (!options_given(call->options, "at"))
		emit_marks(emit, report);
	emit_pair_number(emit, "events", metrics->events);
	emit_pair_bytes(emit, "live bytes", metrics->live_bytes);
	emit_pair_bytes(emit, "held bytes", report->holdings.held);
	emit_pair_bytes(emit, "idle bytes", report_idle(report));
	if (report_mapped(report) > 0)
		emit_pair_bytes(emit, "mapped besides", report_mapped(report));
	emit_pair_number(emit, "live objects", metrics->live);
	emit_pair_bytes(emit, "peak live bytes", metrics->peak_bytes);
	emit_pair_number(emit, "peak at event", metrics->peak_at ? metrics->peak_at - 1 : 0);
	emit_pair_bytes(emit, "peak held bytes", metrics->peak_reserved);
	emit_variables(emit, report);
	if (report->given_up > 0)
		emit_pair_bytes(emit, "malloc_trim gave back", report->given_up);
	if (report->trimmable > 0)
		emit_pair_bytes(emit, "malloc_trim would return", report->trimmable);
	if (source_of(call, report) && !engine_has_spaces(heap_layer(report->heap, 0)) &&
		report->kernel.count == 0)
		emit_pair(emit, "kernel",
			"not asked up to here: held bytes have pages among them that were "
			"never written to; record --smaps asks at each mark");
	if (trace_site_count(call->trace) == 0)
		emit_pair(emit, "callers", "not recorded; record --sites has them");
}

static bool has_to_play(const struct cmd_call *call, uint64_t position, uint64_t most)
{
	enum when when = (enum when)options_choice(call->options, "whatif");

	return when == WHEN_ALWAYS || (when == WHEN_SHORT && position <= most);
}

/* Plays the trace again, in other ways. What --check asks for was checked by the first play. */
static int play_others(const struct cmd_call *call, const struct report *report,
	struct plays *plays, struct error *err)
{
	struct options *unchecked = options_clone(call->options);
	int result = options_set(unchecked, "check", "off", err);

	/* a partial one would be played in an empty heap, which the program did not have */
	if (result == 0 && !report->is_partial)
		result = remedies_try(&plays->remedies, call, unchecked, report,
			has_to_play(call, report->position, SHORT_FOR_REMEDIES), err);
	/* No setting of ours makes another heap of what a virtual machine wrote down. */
	bool is_log = engine_follows_spaces(heap_layer(report->heap, 0));
	tries_choose(&plays->tries, call);
	if (result == 0 && !report->is_partial && !is_log &&
		has_to_play(call, report->position, SHORT_FOR_SETTINGS))
		result = whatif_play(call->trace, report->position, call->engine, unchecked,
			plays->tries.runs, plays->tries.count, err);
	options_free(unchecked);
	return result;
}

static int make(const struct cmd_call *call, uint64_t position, struct report *report,
	struct plays *plays, struct error *err)
{
	if (report_make(report, call->trace, call->engine, call->options, position, err) < 0)
		return -1;
	print_plugin_notes();
	if (trace_check(call->trace, err) < 0)
		return -1;
	return play_others(call, report, plays, err);
}

static int print(const struct cmd_call *call, const struct report *report,
	const struct plays *plays, const char *moment)
{
	size_t rows = (size_t)options_number(call->options, "rows");
	struct text text = {0};
	struct emit emit;

	emit_begin(&emit, report_form(call->options), &text);
	emit_folds(&emit);
	emit_summary(&emit, call, report, moment);
	emit_spaces(&emit, report->heap);
	report_emit_holdings(&emit, report, &plays->remedies, rows);
	report_emit_help(&emit, report, &plays->remedies, &plays->tries, rows);
	report_emit_advice(&emit, report, &plays->remedies);
	report_emit_callers(&emit, report, rows);
	report_emit_shape(&emit, report, rows);
	emit_end(&emit);
	int status = cmd_print_text(&text);
	return status != EXIT_FINE ? status : engine_status(&report->metrics);
}

static int run(const struct cmd_call *call, struct error *err)
{
	bool is_given = options_given(call->options, "at");
	const char *moment =
		is_given ? options_text(call->options, "at") : where_by_default(call->trace);
	struct report report = {.position = 0};
	struct plays plays = {.tries.count = 0};
	uint64_t position;

	if (moment_find(&position, call, moment, err) < 0)
		return EXIT_USAGE;
	int status = make(call, position, &report, &plays, err) < 0
			     ? EXIT_TROUBLE
			     : print(call, &report, &plays, moment);
	remedies_finish(&plays.remedies);
	report_finish(&report);
	return status;
}

const struct cmd cmd_report = {
	.name = "report",
	.summary = "say what a program keeps, why, who made it, and what would help",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.details =
		"  arenascope record --sites -o my.trace -- python3 script.py\n"
		"  arenascope report my.trace\n"
		"  arenascope report --at peak --format html my.trace >peak.html\n"
		"\nWithout --at: when main() returned, before a recorded Python shuts down, or at the end.\n"
		"docs/report.md defines every figure, and the members of the JSON.\n",
	.options = options,
	.flags = CMD_TAKES_ENGINE | CMD_OPENS_TRACE,
	.run = run,
};
