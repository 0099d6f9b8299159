/* `arenascope info`: describes a trace without playing it. */
#include "base/emitter.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/moment.h"
#include "cmd/output.h"
#include "cmd/sites.h"
#include "flat/numbering.h"
#include "player/scope.h"
#include "player/where.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>

#define BATCH 256u

static const struct option_spec options[] = {
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.fallback = "table",
		.choices = emit_forms,
		.help = "output format"},
	{.name = "sites",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "10",
		.help = "list at most N call sites, if the trace has any"},
	{.name = "by",
		.type = OPTION_CHOICE,
		.value = "FIGURE",
		.fallback = "bytes",
		.choices = site_figures,
		.help = "sort call sites by"},
	MOMENT_OPTION,
	{0},
};

struct counts {
	uint64_t kinds[EVENT_KIND_COUNT];
	uint64_t calls[CALL_COUNT];
	uint64_t domains[DOMAIN_COUNT];
	struct numbering threads;
	uint64_t objects; /* allocated */
	uint64_t last_time;
	struct site_sums *sites; /* NULL: the trace has none */
	uint64_t end;            /* events that are counted */
	uint64_t live_at;        /* events after which what is live is summed up */
};

static bool brings_to_life(const struct event *event)
{
	bool is_new = event->kind == EVENT_ALLOCATE || event_makes_counted(event);

	return is_new && event->object != OBJECT_NONE;
}

static void count_event(struct counts *counts, const struct event *event)
{
	counts->kinds[event->kind]++;
	counts->calls[event->call]++;
	if (event->kind <= EVENT_FREE)
		counts->domains[event->domain]++;
	numbering_of(&counts->threads, event->thread);
	counts->objects += brings_to_life(event);
	if (event->time > counts->last_time)
		counts->last_time = event->time;
}

static void count(struct trace *trace, struct counts *counts)
{
	const struct event *events;
	size_t n = 0;

	trace_read_ahead(trace);
	for (uint64_t at = 0; at < counts->end; at += n) {
		events = trace_borrow(trace, at, &n);
		if (!events)
			break;
		n = n < BATCH ? n : BATCH;
		n = n < counts->end - at ? n : (size_t)(counts->end - at);
		for (size_t i = 0; i < n; i++) {
			count_event(counts, &events[i]);
			if (counts->sites && at + i == counts->live_at)
				site_sums_settle(counts->sites);
			if (counts->sites)
				site_sums_add(counts->sites, &events[i]);
		}
		progress_say("counting", "events", at + n, counts->end);
	}
}

static void emit_known(struct emit *emit, const char *name, const char *value)
{
	if (value && *value)
		emit_pair(emit, name, value);
}

static void emit_calls(struct emit *emit, const struct counts *counts)
{
	emit_table(emit, "calls");
	emit_column(emit, "function", EMIT_LEFT);
	emit_column(emit, "count", EMIT_RIGHT);
	for (unsigned call = 1; call < CALL_COUNT; call++) {
		if (counts->calls[call] == 0)
			continue;
		emit_row(emit);
		emit_cell(emit, call_name((enum call)call));
		emit_number(emit, counts->calls[call]);
	}
}

static void emit_all(struct emit *emit, struct trace *trace, const struct counts *counts,
	const struct options *given)
{
	const struct trace_info *info = trace_info(trace);
	const struct trace_mark *marks;
	char first_break[24];
	size_t nmarks = trace_marks(trace, &marks);

	emit_pair(emit, "trace", trace_name(trace));
	emit_pair(emit, "form", trace_format(trace));
	emit_known(emit, "scope", scope_words(scope_of(trace)));
	emit_known(emit, "program", info->program);
	emit_known(emit, "python", info->python);
	emit_known(emit, "objects", scope_objects(trace));
	emit_known(emit, "recorder", info->recorder);
	emit_known(emit, "libc", info->libc);
	emit_known(emit, "tunables", info->tunables);
	if (info->first_break) {
		snprintf(first_break, sizeof(first_break), "0x%" PRIx64, info->first_break);
		emit_pair(emit, "break", first_break);
	}
	emit_known(emit, "played with", info->play);
	if (info->dropped)
		emit_pair_number(emit, "dropped events", info->dropped);
	emit_known(emit, "cut off", scope_cut(trace));
	if (trace_damage(trace))
		emit_pair(emit, "damaged", trace_damage(trace));
	emit_pair_number(emit, "events", trace_length(trace));
	if (counts->end < trace_length(trace))
		emit_pair_number(emit, "counted events", counts->end);
	if (counts->sites && counts->live_at < counts->end)
		emit_pair_number(emit, "live at event", counts->live_at);
	emit_pair_number(emit, "allocations", counts->objects);
	emit_pair_number(emit, "threads", counts->threads.ids.count);
	if (counts->last_time)
		emit_pair_number(emit, "nanoseconds", counts->last_time);
	emit_table(emit, "events by kind");
	emit_column(emit, "kind", EMIT_LEFT);
	emit_column(emit, "count", EMIT_RIGHT);
	for (unsigned kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		if (counts->kinds[kind] == 0)
			continue;
		emit_row(emit);
		emit_cell(emit, event_kind_name((enum event_kind)kind));
		emit_number(emit, counts->kinds[kind]);
	}
	emit_calls(emit, counts);
	if (counts->sites)
		sites_emit(counts->sites, emit, trace, counts->live_at,
			(size_t)options_number(given, "sites"), options_choice(given, "by"));
	emit_table(emit, "marks");
	emit_column(emit, "event", EMIT_RIGHT);
	emit_column(emit, "name", EMIT_LEFT);
	for (size_t i = 0; i < nmarks; i++) {
		emit_row(emit);
		emit_number(emit, marks[i].position);
		emit_cell(emit, marks[i].name);
	}
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct counts counts = {0};
	struct text text = {0};
	struct emit emit;

	if (moment_find(&counts.live_at, call, where_by_default(call->trace), err) < 0)
		return EXIT_USAGE;
	counts.end =
		options_given(call->options, "at") ? counts.live_at : trace_length(call->trace);
	if (trace_site_count(call->trace) > 0)
		counts.sites = site_sums_new(call->trace);
	numbering_init(&counts.threads);
	count(call->trace, &counts);
	int result = trace_check(call->trace, err);
	emit_begin(&emit, (enum emit_form)options_choice(call->options, "format"), &text);
	emit_folds(&emit);
	emit_all(&emit, call->trace, &counts, call->options);
	emit_end(&emit);
	if (result == 0)
		result = cmd_print(text_of(&text), text.length, err);
	text_finish(&text);
	numbering_finish(&counts.threads);
	site_sums_free(counts.sites);
	return result < 0 ? EXIT_TROUBLE : EXIT_FINE;
}

const struct cmd cmd_info = {
	.name = "info",
	.summary = "summarise a trace: program, events, callers",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.options = options,
	.flags = CMD_OPENS_TRACE,
	.run = run,
};
