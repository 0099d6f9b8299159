/*
 * `arenascope diff`: what two traces, or two moments of one, have more and less of: what is held
 * and why, whose blocks are live, which size classes grew.
 */
#include "base/emitter.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/engine_status.h"
#include "cmd/plugin_notes.h"
#include "cmd/moment.h"
#include "cmd/output.h"
#include "cmd/report_form.h"
#include "player/scope.h"
#include "player/where.h"
#include "report/report.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec options[] = {
	MOMENT_OPTION,
	{.name = "to",
		.type = OPTION_TEXT,
		.value = "WHERE",
		.help = "the other moment, in the same words; of the second trace, or of the only one"},
	REPORT_FORM_OPTION("output format"),
	{.name = "rows",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "20",
		.min = 1,
		.help = "at most N rows of each list"},
	{0},
};

/* One of the two that are compared. */
struct side {
	struct trace *trace;
	const char *option; /* that names the moment: "at", "to" */
	const char *moment; /* in the words of --at */
	struct report report;
};

/* ---- figures ------------------------------------------------------------------------------- */

static void emit_row_of_bytes(struct emit *emit, const char *name, uint64_t before, uint64_t after)
{
	emit_row(emit);
	emit_cell(emit, name);
	emit_bytes(emit, before);
	emit_bytes(emit, after);
	emit_change_of_bytes(emit, before, after);
}

static void begin_table(struct emit *emit, const char *title, const char *first)
{
	static const char *const columns[] = {"before", "after", "change", NULL};

	emit_table(emit, title);
	emit_column(emit, first, EMIT_LEFT);
	emit_columns(emit, columns);
}

static void emit_figures(struct emit *emit, const struct report *a, const struct report *b)
{
	begin_table(emit, "figures", "figure");
	emit_row_of_bytes(emit, "live bytes", a->metrics.live_bytes, b->metrics.live_bytes);
	emit_row_of_bytes(emit, "held bytes", a->holdings.held, b->holdings.held);
	emit_row_of_bytes(emit, "idle bytes", report_idle(a), report_idle(b));
	emit_row_of_bytes(emit, "peak live bytes", a->metrics.peak_bytes, b->metrics.peak_bytes);
	emit_row_of_bytes(emit, "peak held bytes", a->metrics.peak_reserved,
		b->metrics.peak_reserved);
	emit_row_of_bytes(emit, "allocated bytes", a->metrics.allocated_bytes,
		b->metrics.allocated_bytes);
	emit_row(emit);
	emit_cell(emit, "live objects");
	emit_number(emit, a->metrics.live);
	emit_number(emit, b->metrics.live);
	emit_change(emit, a->metrics.live, b->metrics.live);
}

static void emit_causes(struct emit *emit, const struct report *a, const struct report *b)
{
	begin_table(emit, "why it is held", "cause");
	for (unsigned i = 0; i < CAUSE_COUNT; i++)
		if (a->holdings.causes[i] != b->holdings.causes[i])
			emit_row_of_bytes(emit, cause_name((enum cause)i), a->holdings.causes[i],
				b->holdings.causes[i]);
}

/* ---- callers ------------------------------------------------------------------------------- */

struct pair {
	const char *name;
	struct life before, after;
	bool was_there, is_there; /* it has asked for memory */
};

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

static int more_change(const void *one, const void *other)
{
	const struct pair *a = one, *b = other;
	uint64_t x = distance(a->before.live_bytes, a->after.live_bytes),
		 y = distance(b->before.live_bytes, b->after.live_bytes);

	if (x != y)
		return x < y ? 1 : -1;
	return a->before.caller != b->before.caller ? a->before.caller < b->before.caller ? -1 : 1
						    : 0;
}

/* The callers of both, by name; those that only the second one has are at the end. */
static struct pair *pair_callers(const struct report *a, const struct report *b, size_t *ret_count)
{
	struct pair *pairs = xcalloc(a->lives.count + b->lives.count, sizeof(*pairs));
	size_t count = a->lives.count;

	for (size_t i = 0; i < a->lives.count; i++) {
		pairs[i].name = callers_name(a->callers, (uint32_t)i);
		pairs[i].before = a->lives.items[i];
		pairs[i].was_there = a->lives.items[i].requests > 0;
	}
	for (size_t i = 0; i < b->lives.count; i++) {
		const char *name = callers_name(b->callers, (uint32_t)i);
		uint32_t at;
		struct pair *pair =
			callers_find(a->callers, name, &at) ? &pairs[at] : &pairs[count++];
		pair->name = name;
		pair->before.caller =
			pair->was_there ? pair->before.caller : (uint32_t)(pair - pairs);
		pair->after = b->lives.items[i];
		pair->is_there = b->lives.items[i].requests > 0;
	}
	*ret_count = count;
	return pairs;
}

static void emit_callers(struct emit *emit, const struct report *a, const struct report *b,
	size_t rows)
{
	size_t count;
	struct pair *pairs = pair_callers(a, b, &count);

	qsort(pairs, count, sizeof(*pairs), more_change);
	begin_table(emit, "live bytes by caller", "caller");
	emit_column(emit, "blocks before", EMIT_RIGHT);
	emit_column(emit, "blocks after", EMIT_RIGHT);
	emit_column(emit, "note", EMIT_LEFT);
	for (size_t i = 0; i < count && i < rows; i++) {
		const struct pair *pair = &pairs[i];
		if (pair->before.live_bytes == pair->after.live_bytes)
			break;
		emit_row_of_bytes(emit, pair->name, pair->before.live_bytes,
			pair->after.live_bytes);
		emit_number(emit, pair->before.live);
		emit_number(emit, pair->after.live);
		emit_cell(emit, !pair->was_there              ? "new"
				: pair->after.live_bytes == 0 ? "gone"
							      : "");
	}
	free(pairs);
}

/* ---- size classes -------------------------------------------------------------------------- */

static void emit_classes(struct emit *emit, const struct report *a, const struct report *b)
{
	begin_table(emit, "bytes held by size class", "block");
	for (size_t i = 0;; i++) {
		struct class_waste before = {.held = 0}, after = {.held = 0};
		char name[24];
		bool has_before = class_waste_of(a->heap, i, &before),
		     has_after = class_waste_of(b->heap, i, &after);
		if (!has_before && !has_after)
			return;
		if (before.held == after.held)
			continue;
		snprintf(name, sizeof(name), "%u B",
			has_after ? after.class.size : before.class.size);
		emit_row_of_bytes(emit, name, before.held, after.held);
	}
}

/* ---- the command --------------------------------------------------------------------------- */

/* The names of the figures of one side. */
struct side_names {
	const char *trace, *scope, *cut, *program, *moment, *state, *events;
};
static const struct side_names names[] = {
	{"before", "scope before", "cut off before", "program before", "moment before",
		"at the moment before", "events before"},
	{"after", "scope after", "cut off after", "program after", "moment after",
		"at the moment after", "events after"},
};

static const char *program_of(const struct side *side)
{
	return trace_info(side->trace)->program;
}

static void emit_side(struct emit *emit, const struct side *side, const struct side_names *name,
	bool has_other_program)
{
	const char *scope = scope_words(scope_of(side->trace));
	struct text state = {0};

	moment_add_state(&state, side->trace, side->report.position, side->option);
	emit_pair(emit, name->trace, trace_name(side->trace));
	if (scope)
		emit_pair(emit, name->scope, scope);
	if (scope_cut(side->trace))
		emit_pair(emit, name->cut, scope_cut(side->trace));
	if (has_other_program)
		emit_pair(emit, name->program, program_of(side));
	emit_pair(emit, name->moment, side->moment);
	if (state.length > 0)
		emit_pair(emit, name->state, text_of(&state));
	emit_pair_number(emit, name->events, side->report.metrics.events);
	text_finish(&state);
}

static void emit_all(struct emit *emit, const struct cmd_call *call, const struct side sides[2])
{
	const struct report *a = &sides[0].report, *b = &sides[1].report;
	size_t rows = (size_t)options_number(call->options, "rows");

	bool differ = strcmp(program_of(&sides[0]), program_of(&sides[1])) != 0;

	for (unsigned i = 0; i < 2; i++)
		emit_side(emit, &sides[i], &names[i], differ);
	emit_pair(emit, "engine", call->engine);
	emit_figures(emit, a, b);
	emit_causes(emit, a, b);
	emit_callers(emit, a, b, rows);
	emit_classes(emit, a, b);
}

static int make_side(const struct cmd_call *call, struct side *side, const char *option,
	struct error *err)
{
	uint64_t position;

	side->option = option;
	side->moment = options_given(call->options, option) ? options_text(call->options, option)
							    : where_by_default(side->trace);
	if (moment_find_in(&position, call, side->trace, option, side->moment, err) < 0)
		return -1;
	if (report_make(&side->report, side->trace, call->engine, call->options, position, err) < 0)
		return -1;
	return trace_check(side->trace, err);
}

static int print(const struct cmd_call *call, const struct side sides[2])
{
	struct text text = {0};
	struct emit emit;

	print_plugin_notes();
	emit_begin(&emit, report_form(call->options), &text);
	emit_folds(&emit);
	emit_all(&emit, call, sides);
	emit_end(&emit);
	int status = cmd_print_text(&text);
	for (int i = 0; i < 2 && status == EXIT_FINE; i++)
		status = engine_status(&sides[i].report.metrics);
	return status;
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct side sides[2] = {{.trace = call->trace}, {.trace = call->trace}};
	struct trace *other = NULL;
	bool has_to = options_given(call->options, "to");
	int status = EXIT_TROUBLE;

	if (call->nwords < 2 && !has_to) {
		error_set(err, "diff: needs another trace, or --to another moment of this one");
		return EXIT_USAGE;
	}
	if (call->nwords == 2 && trace_open(&other, call->words[1], 0, err) < 0)
		return EXIT_TROUBLE;
	sides[1].trace = other ? other : call->trace;
	progress_about("before");
	int result = make_side(call, &sides[0], "at", err);
	progress_about("after");
	if (result == 0)
		result = make_side(call, &sides[1], has_to ? "to" : "at", err);
	progress_about(NULL);
	if (result == 0)
		status = print(call, sides);
	report_finish(&sides[0].report);
	report_finish(&sides[1].report);
	trace_close(other);
	return status;
}

const struct cmd cmd_diff = {
	.name = "diff",
	.summary = "compare two traces, or two moments of one: what grew, what is gone",
	.usage = "[OPTIONS] TRACE [OTHER]",
	.words = 2,
	.details =
		"  arenascope diff before.trace after.trace\n"
		"  arenascope diff --at loaded --to peak my.trace\n"
		"\nBoth are played with the same engine and options: those of the first trace.\n",
	.options = options,
	.flags = CMD_TAKES_ENGINE | CMD_OPENS_TRACE,
	.run = run,
};
