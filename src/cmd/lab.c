/*
 * `arenascope lab`: grades an allocator of the malloc lab, or any plug-in, with many traces:
 * whether it is correct, its utilisation of memory, and its speed; and shows the command with which
 * to look at the first error.
 */
#include "base/arrays.h"
#include "base/emitter.h"
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/gaps_note.h"
#include "cmd/output.h"
#include "engines/plugin.h"
#include "heap/heap.h"
#include "heap/metrics.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 256u
#define RACES 3u /* the fastest one counts */

static const struct option_spec options[] = {
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.fallback = "table",
		.choices = emit_forms,
		.help = "output format"},
	{0},
};

/* The result for one trace. */
struct result {
	const char *trace;
	bool is_valid;
	uint64_t failed_at; /* number of the event at which it failed, if it did */
	char *failure;      /* what failed there; owned */
	double utilisation; /* peak of live bytes, divided by the size of the heap at the end */
	uint64_t calls;
	uint64_t nanoseconds;
};

struct results {
	ARRAY(struct result) all;
};

struct lab {
	const char *engine;
	struct options *options;
};

/* ---- playing ------------------------------------------------------------------------------- */

/* Whether a request failed and the trace is not the reason. */
static bool is_refused(const struct event *event, const struct effect *effect)
{
	return effect->fault == FAULT_NO_MEMORY && event->size > 0 && event->kind != EVENT_MAP;
}

/* Plays until the first failure. */
static void play(struct heap *heap, struct trace *trace, struct metrics *metrics,
	struct result *result)
{
	struct event events[BATCH];
	uint64_t at = 0;
	size_t n;

	result->is_valid = true;
	while (result->is_valid && (n = trace_read(trace, at, events, BATCH)) > 0) {
		for (size_t i = 0; i < n && result->is_valid; i++, at++) {
			struct effect effect;
			heap_apply(heap, at, &events[i], NULL, &effect);
			metrics_add(metrics, &events[i], &effect, heap);
			if (!heap_broken(heap) && !is_refused(&events[i], &effect))
				continue;
			result->is_valid = false;
			result->failed_at = at;
			result->failure =
				heap_broken(heap)
					? xstrdup(heap_broken(heap))
					: xasprintf("your %s(%" PRIu64 ") returned NULL",
						  events[i].kind == EVENT_REALLOCATE ? "mm_realloc"
										     : "mm_malloc",
						  events[i].size);
		}
	}
}

static int race(const struct engine *engine, struct result *result, struct error *err)
{
	struct plugin_race fastest = {0};

	for (unsigned i = 0; i < RACES; i++) {
		struct plugin_race race;
		if (plugin_engine_race(engine, &race, err) < 0)
			return -1;
		if (i == 0 || race.nanoseconds < fastest.nanoseconds)
			fastest = race;
	}
	result->calls = fastest.served;
	result->nanoseconds = fastest.nanoseconds;
	return 0;
}

static int run_trace(const struct lab *lab, const char *path, struct result *result,
	struct error *err)
{
	struct metrics metrics = {0};
	struct trace *trace = NULL;
	struct heap *heap = NULL;
	int status = -1;

	result->trace = path;
	if (trace_open(&trace, path, 0, err) < 0)
		return -1;
	if (heap_new(&heap, lab->engine, lab->options, err) < 0)
		goto out;
	play(heap, trace, &metrics, result);
	status = 0;
	if (result->is_valid) {
		result->utilisation =
			metrics.reserved ? (double)metrics.peak_bytes / (double)metrics.reserved
					 : 0;
		status = race(heap_layer(heap, 0), result, err);
	}
out:
	heap_free(heap);
	trace_close(trace);
	return status;
}

/* ---- report -------------------------------------------------------------------------------- */

static uint64_t per_second(uint64_t calls, uint64_t nanoseconds)
{
	return nanoseconds ? (uint64_t)((double)calls * 1e9 / (double)nanoseconds) : 0;
}

/* The figures, for people and for tools. */
static void emit_figures(struct emit *emit, const struct result *result)
{
	char utilisation[32], seconds[32];

	snprintf(utilisation, sizeof(utilisation), "%.1f%%", result->utilisation * 100);
	snprintf(seconds, sizeof(seconds), "%.6f", (double)result->nanoseconds / 1e9);
	if (emit->form == EMIT_TABLE)
		emit_cell(emit, utilisation);
	else
		emit_real(emit, result->utilisation);
	emit_number(emit, result->calls);
	if (emit->form == EMIT_TABLE)
		emit_cell(emit, seconds);
	else
		emit_number(emit, result->nanoseconds);
	emit_number(emit, per_second(result->calls, result->nanoseconds));
}

static void emit_result(struct emit *emit, const struct result *result)
{
	emit_row(emit);
	emit_cell(emit, result->trace);
	emit_cell(emit, result->is_valid ? "yes" : "no");
	if (result->is_valid)
		emit_figures(emit, result);
}

/* The sums for the valid traces, and the mean utilisation. */
static void emit_sums(struct emit *emit, const struct results *results)
{
	struct result sums = {.trace = "all", .is_valid = true};
	char valid[48];
	size_t n = 0;

	for (size_t i = 0; i < results->all.count; i++) {
		const struct result *result = &results->all.items[i];
		if (!result->is_valid)
			continue;
		sums.utilisation += result->utilisation;
		sums.calls += result->calls;
		sums.nanoseconds += result->nanoseconds;
		n++;
	}
	snprintf(valid, sizeof(valid), "%zu of %zu", n, results->all.count);
	emit_row(emit);
	emit_cell(emit, sums.trace);
	emit_cell(emit, valid);
	if (n == 0)
		return;
	sums.utilisation /= (double)n;
	emit_figures(emit, &sums);
}

static void emit_failures(struct emit *emit, const struct results *results)
{
	emit_table(emit, "first error in each trace");
	emit_column(emit, "trace", EMIT_LEFT);
	emit_column(emit, "event", EMIT_RIGHT);
	emit_column(emit, "what", EMIT_LEFT);
	for (size_t i = 0; i < results->all.count; i++) {
		const struct result *result = &results->all.items[i];
		if (result->is_valid)
			continue;
		emit_row(emit);
		emit_cell(emit, result->trace);
		emit_number(emit, result->failed_at);
		emit_cell(emit, result->failure);
	}
}

/* Quotes a word for the shell. */
static void add_word(struct text *out, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,+=@%";

	if (*word && word[strspn(word, plain)] == '\0') {
		text_add(out, "%s", word);
		return;
	}
	text_add(out, "'");
	for (; *word; word++)
		text_add(out, *word == '\'' ? "'\\''" : "%c", *word);
	text_add(out, "'");
}

static const struct result *first_failure(const struct results *results)
{
	for (size_t i = 0; i < results->all.count; i++)
		if (!results->all.items[i].is_valid)
			return &results->all.items[i];
	return NULL;
}

/* Adds the command that shows the failure. */
static void add_way_there(struct text *out, const struct lab *lab, const char *file,
	const struct result *failure)
{
	struct text engine = {0};

	text_add(&engine, "%s:%s", lab->engine, file);
	text_add(out, "\nTo see it:  arenascope play --engine ");
	add_word(out, text_of(&engine));
	text_add(out, " --at %" PRIu64 " ", failure->failed_at);
	add_word(out, failure->trace);
	text_add(out, "\n");
	text_finish(&engine);
}

static void tell(const struct cmd_call *call, const struct lab *lab, const struct results *results,
	struct text *out)
{
	enum emit_form form = (enum emit_form)options_choice(call->options, "format");
	const char *const titles[] = {"utilisation", "calls", form == EMIT_TABLE ? "seconds" : "ns",
		"calls/s"};
	const struct result *failure = first_failure(results);
	struct emit emit;

	emit_begin(&emit, form, out);
	emit_pair(&emit, "allocator", call->words[0]);
	emit_table(&emit, "traces");
	emit_column(&emit, "trace", EMIT_LEFT);
	emit_column(&emit, "valid", EMIT_LEFT);
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++)
		emit_column(&emit, titles[i], EMIT_RIGHT);
	for (size_t i = 0; i < results->all.count; i++)
		emit_result(&emit, &results->all.items[i]);
	if (form == EMIT_TABLE && results->all.count > 1)
		emit_sums(&emit, results);
	if (failure)
		emit_failures(&emit, results);
	emit_end(&emit);
	if (failure && form == EMIT_TABLE)
		add_way_there(out, lab, call->words[0], failure);
}

/* ---- life ---------------------------------------------------------------------------------- */

static bool is_source(const char *path)
{
	size_t length = strlen(path);

	return length > 2 && strcmp(path + length - 2, ".c") == 0;
}

static bool is_allocator(const char *path)
{
	size_t length = strlen(path);

	return is_source(path) || (length > 3 && strcmp(path + length - 3, ".so") == 0);
}

/* Whether the traces come before the allocator. */
static bool is_swapped(const struct cmd_call *call)
{
	return !is_allocator(call->words[0]) && is_allocator(call->words[call->nwords - 1]);
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct lab lab = {.options = options_clone(call->options)};
	struct results results = {0};
	struct text out = {0};
	struct heap *keeper = NULL; /* keeps the compiled plug-in, so that it is compiled once */
	int result = -1;

	if (call->nwords < 2) {
		options_free(lab.options);
		error_set(err, "lab: %s",
			call->nwords == 0 ? "no allocator given: lab MM.c TRACE..."
					  : "no trace given");
		return EXIT_USAGE;
	}
	if (is_swapped(call)) {
		options_free(lab.options);
		error_set(err, "lab: the allocator comes first: lab %s %s",
			call->words[call->nwords - 1], call->words[0]);
		return EXIT_USAGE;
	}
	lab.engine = is_source(call->words[0]) ? "lab" : "plugin";
	options_add_table(lab.options, engine_find(lab.engine)->options);
	options_set(lab.options, lab.engine, call->words[0], NULL);
	result = heap_new(&keeper, lab.engine, lab.options, err);
	if (result == 0)
		print_gaps_note();
	for (int i = 1; result == 0 && i < call->nwords; i++) {
		struct result *next = array_push(&results.all);
		result = run_trace(&lab, call->words[i], next, err);
	}
	if (result == 0) {
		tell(call, &lab, &results, &out);
		result = cmd_print(text_of(&out), out.length, err);
	}
	bool has_failed = first_failure(&results);
	for (size_t i = 0; i < results.all.count; i++)
		free(results.all.items[i].failure);
	array_finish(&results.all);
	text_finish(&out);
	heap_free(keeper);
	options_free(lab.options);
	return result < 0 || has_failed ? EXIT_TROUBLE : EXIT_FINE;
}

const struct cmd cmd_lab = {
	.name = "lab",
	.summary = "grade your own allocator: correctness, utilisation, speed",
	.usage = "[OPTIONS] MM.c TRACE...",
	.words = INT32_MAX,
	.details =
		"MM.c is a malloc-lab allocator or a plug-in's source; a shared object works too.\nEvery call is checked, as by `play --engine lab:MM.c`; then all calls of a trace are made once\nmore without checks, and timed.  Utilisation is the peak of live bytes divided by the size of\nthe heap at the end.  The exit status is 1 when a trace is not valid.\n",
	.options = options,
	.flags = CMD_TAKES_PLUGIN,
	.run = run,
};
