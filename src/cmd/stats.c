/* `arenascope stats`: figures of a whole trace, played with an engine. */
#include "base/emitter.h"
#include "base/error.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/engine_status.h"
#include "cmd/plugin_notes.h"
#include "cmd/moment.h"
#include "cmd/output.h"
#include "cmd/spaces_table.h"
#include "heap/heap.h"
#include "heap/metrics.h"
#include "player/scope.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_spec options[] = {
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.fallback = "table",
		.choices = emit_forms,
		.help = "output format"},
	MOMENT_OPTION,
	{.name = "debugmallocstats",
		.type = OPTION_FLAG,
		.help = "only the table of Python's sys._debugmallocstats()"},
	{.name = "malloc-info",
		.type = OPTION_FLAG,
		.help = "only what malloc_info() of the GNU C library prints"},
	{.name = "mallinfo",
		.type = OPTION_FLAG,
		.help = "only the members of mallinfo2() of the GNU C library"},
	{0},
};

/* The reports of engines, each an option of that name, and the engine that has it. */
static const struct {
	const char *name, *engine;
} reports[] = {
	{"debugmallocstats", "pymalloc"},
	{"malloc-info", "glibc"},
	{"mallinfo", "glibc"},
};

static void emit_events(struct emit *emit, const struct metrics *metrics)
{
	emit_table(emit, "events by kind");
	emit_column(emit, "kind", EMIT_LEFT);
	emit_column(emit, "count", EMIT_RIGHT);
	for (unsigned kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		if (metrics->kinds[kind] == 0)
			continue;
		emit_row(emit);
		emit_cell(emit, event_kind_name((enum event_kind)kind));
		emit_number(emit, metrics->kinds[kind]);
	}
}

static void emit_faults(struct emit *emit, const struct metrics *metrics)
{
	emit_table(emit, "faults");
	emit_column(emit, "fault", EMIT_LEFT);
	emit_column(emit, "count", EMIT_RIGHT);
	emit_column(emit, "description", EMIT_LEFT);
	for (unsigned fault = 1; fault < FAULT_COUNT; fault++) {
		if (metrics->faults[fault] == 0 || fault_is_idiom((enum fault)fault))
			continue;
		emit_row(emit);
		emit_cell(emit, fault_name((enum fault)fault));
		emit_number(emit, metrics->faults[fault]);
		emit_cell(emit, fault_words((enum fault)fault));
	}
}

static void emit_idioms(struct emit *emit, const struct metrics *metrics)
{
	for (unsigned fault = 1; fault < FAULT_COUNT; fault++) {
		if (metrics->faults[fault] == 0 || !fault_is_idiom((enum fault)fault))
			continue;
		emit_row(emit);
		emit_cell(emit, fault_name((enum fault)fault));
		emit_number(emit, metrics->faults[fault]);
	}
}

static void emit_happenings(struct emit *emit, const struct metrics *metrics)
{
	emit_table(emit, "what happened");
	emit_column(emit, "what", EMIT_LEFT);
	emit_column(emit, "count", EMIT_RIGHT);
	for (unsigned bit = 0; bit < HAPPENING_COUNT; bit++) {
		if (metrics->happenings[bit] == 0)
			continue;
		emit_row(emit);
		emit_cell(emit, happening_name((enum happening_bit)bit));
		emit_number(emit, metrics->happenings[bit]);
	}
	emit_idioms(emit, metrics);
}

/* Emits where every byte that an engine holds went. */
static void emit_layers(struct emit *emit, const struct heap *heap)
{
	emit_table(emit, "where the bytes went");
	emit_column(emit, "engine", EMIT_LEFT);
	emit_column(emit, "reserved", EMIT_RIGHT);
	for (unsigned part = 0; part < PART_COUNT; part++)
		emit_column(emit, part_name((enum part)part), EMIT_RIGHT);
	emit_column(emit, "blocks", EMIT_RIGHT);
	emit_column(emit, "regions", EMIT_RIGHT);
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		struct whereabouts whereabouts;
		struct totals totals;
		whereabouts_of(heap, i, &whereabouts);
		engine_totals(engine, &totals);
		emit_row(emit);
		emit_cell(emit, engine_name(engine));
		emit_number(emit, whereabouts.held);
		for (unsigned part = 0; part < PART_COUNT; part++)
			emit_number(emit, whereabouts.parts[part]);
		emit_number(emit, totals.blocks_live);
		emit_number(emit, totals.regions);
	}
}

static void emit_classes(struct emit *emit, const struct heap *heap)
{
	static const char *const titles[] = {"class", "block", "pools", "blocks", "free blocks",
		"reserved", "asked for", "rounding", "free", "headers", "tails"};
	struct class_waste waste;

	emit_table(emit, "size classes");
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++)
		emit_column(emit, titles[i], EMIT_RIGHT);
	for (size_t class = 0; class_waste_of(heap, class, &waste); class ++) {
		if (waste.class.pages == 0)
			continue;
		const uint64_t figures[] = {class, waste.class.size, waste.class.pages,
			waste.class.used, waste.class.available, waste.held, waste.asked,
			waste.rounding, waste.free, waste.class.headers, waste.class.tails};
		emit_row(emit);
		for (size_t i = 0; i < sizeof(figures) / sizeof(*figures); i++)
			emit_number(emit, figures[i]);
	}
}

/* Of what the engines have, what is not held: only where the program has called malloc_trim(). */
static void emit_given_up(struct emit *emit, const struct heap *heap)
{
	struct heap_sums sums;

	heap_sums(heap, &sums);
	if (sums.given_up > 0)
		emit_pair_number(emit, "malloc_trim gave back", sums.given_up);
}

/* Which moment the figures are of, and what the program is in the middle of then. */
static void emit_moment(struct emit *emit, const struct cmd_call *call, uint64_t position)
{
	struct text state = {0};

	emit_pair(emit, "moment",
		options_given(call->options, "at") ? options_text(call->options, "at") : "end");
	moment_add_state(&state, call->trace, position, "at");
	if (state.length > 0)
		emit_pair(emit, "at the moment", text_of(&state));
	text_finish(&state);
}

static void emit_known(struct emit *emit, const char *name, const char *words)
{
	if (words)
		emit_pair(emit, name, words);
}

static void emit_all(struct emit *emit, const struct cmd_call *call, const struct heap *heap,
	const struct metrics *metrics)
{
	struct fragmentation fragmentation;

	fragmentation_of(heap, metrics, &fragmentation);
	emit_pair(emit, "trace", trace_name(call->trace));
	emit_known(emit, "scope", scope_words(scope_of(call->trace)));
	emit_known(emit, "cut off", scope_cut(call->trace));
	emit_pair(emit, "engine", call->engine);
	emit_known(emit, "objects", scope_objects(call->trace));
	emit_moment(emit, call, metrics->events);
	emit_pair_number(emit, "events", metrics->events);
	emit_pair_number(emit, "live objects", metrics->live);
	emit_pair_number(emit, "live bytes", metrics->live_bytes);
	emit_pair_number(emit, "bytes in blocks", metrics->given_bytes);
	emit_pair_number(emit, "held bytes", metrics->reserved);
	emit_given_up(emit, heap);
	emit_pair_number(emit, "peak live bytes", metrics->peak_bytes);
	emit_pair_number(emit, "peak at event", metrics->peak_at ? metrics->peak_at - 1 : 0);
	emit_pair_number(emit, "peak live objects", metrics->peak_live);
	emit_pair_number(emit, "peak held bytes", metrics->peak_reserved);
	emit_pair_number(emit, "allocated bytes", metrics->allocated_bytes);
	emit_pair_number(emit, "reallocs that moved", metrics->moves);
	for (unsigned i = 0; i < FIGURE_COUNT; i++)
		emit_pair_real(emit, figure_info((enum figure)i)->name, fragmentation.figures[i]);
	emit_events(emit, metrics);
	emit_happenings(emit, metrics);
	emit_layers(emit, heap);
	emit_spaces(emit, heap);
	emit_classes(emit, heap);
	emit_faults(emit, metrics);
}

/* Adds a report of the topmost engine that has it. */
static int add_report(struct text *text, const struct heap *heap, const char *name,
	const char *owner, struct error *err)
{
	size_t at;

	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		if (engine_has_report(engine, name, &at)) {
			engine_report(engine, at, text);
			return 0;
		}
	}
	return error_set(err, "--%s: only %s has this report, not %s", name, owner,
		engine_name(heap_layer(heap, 0)));
}

/* Adds the reports that were asked for; *ret_count is their number. */
static int add_reports(struct text *text, const struct cmd_call *call, const struct heap *heap,
	unsigned *ret_count, struct error *err)
{
	*ret_count = 0;
	for (size_t i = 0; i < sizeof(reports) / sizeof(*reports); i++) {
		if (!options_flag(call->options, reports[i].name))
			continue;
		++*ret_count;
		if (add_report(text, heap, reports[i].name, reports[i].engine, err) < 0)
			return -1;
	}
	return 0;
}

/* The reports that were asked for, or all figures. */
static int add_all(struct text *text, const struct cmd_call *call, const struct heap *heap,
	const struct metrics *metrics, struct error *err)
{
	struct emit emit;
	unsigned count;

	if (add_reports(text, call, heap, &count, err) < 0)
		return -1;
	if (count > 0)
		return 0;
	emit_begin(&emit, (enum emit_form)options_choice(call->options, "format"), text);
	emit_all(&emit, call, heap, metrics);
	emit_end(&emit);
	return 0;
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct metrics metrics = {0};
	struct text text = {0};
	struct heap *heap;
	uint64_t end;
	int result;

	if (moment_find(&end, call, "end", err) < 0)
		return EXIT_USAGE;
	if (heap_new(&heap, call->engine, call->options, err) < 0)
		return EXIT_TROUBLE;
	print_plugin_notes();
	trace_read_ahead(call->trace);
	metrics_play(&metrics, heap, call->trace, 0, end, err);
	result = trace_check(call->trace, err);
	if (result == 0)
		result = add_all(&text, call, heap, &metrics, err);
	if (result == 0)
		result = cmd_print(text_of(&text), text.length, err);
	text_finish(&text);
	heap_free(heap);
	return result < 0 ? EXIT_TROUBLE : engine_status(&metrics);
}

const struct cmd cmd_stats = {
	.name = "stats",
	.summary = "play a trace and print statistics, at its end or anywhere",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.options = options,
	.flags = CMD_TAKES_ENGINE | CMD_OPENS_TRACE,
	.run = run,
};
