/*
 * `arenascope lab`: grades an allocator of the malloc lab, or any plug-in, with many traces:
 * whether it is correct, its utilisation of memory, and its speed; and shows the command with which
 * to look at the first error.
 */
#include "base/emitter.h"
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/plugin_notes.h"
#include "cmd/lab_trials.h"
#include "cmd/output.h"
#include "engines/plugin.h"
#include "heap/heap.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAYS_SHOWN 3u /* of the ways to a failure */

static const struct option_spec options[] = {
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.fallback = "table",
		.choices = emit_forms,
		.help = "output format"},
	{0},
};

struct lab {
	const char *engine;
	struct options *options;
	struct text files;         /* more sources, with commas between them */
	const char *const *traces; /* the words after the allocator; borrowed */
	size_t ntraces;
};

/* ---- report -------------------------------------------------------------------------------- */

static uint64_t per_second(uint64_t calls, uint64_t nanoseconds)
{
	return nanoseconds ? (uint64_t)((double)calls * 1e9 / (double)nanoseconds) : 0;
}

/* The figures, for people and for tools. */
static void emit_figures(struct emit *emit, const struct trial *trial)
{
	char utilisation[32], seconds[32];

	snprintf(utilisation, sizeof(utilisation), "%.1f%%", trial->utilisation * 100);
	snprintf(seconds, sizeof(seconds), "%.6f", (double)trial->nanoseconds / 1e9);
	if (emit->form == EMIT_TABLE)
		emit_cell(emit, utilisation);
	else
		emit_real(emit, trial->utilisation);
	emit_number(emit, trial->calls);
	if (emit->form == EMIT_TABLE)
		emit_cell(emit, seconds);
	else
		emit_number(emit, trial->nanoseconds);
	emit_number(emit, per_second(trial->calls, trial->nanoseconds));
}

static void emit_trial(struct emit *emit, const char *path, const struct trial *trial)
{
	emit_row(emit);
	emit_cell(emit, path);
	emit_cell(emit, !trial->is_read   ? "unreadable"
			: trial->is_valid ? "yes"
			: trial->is_late  ? "given up"
					  : "no");
	if (trial->is_valid)
		emit_figures(emit, trial);
}

/* The sums for the valid traces, and the mean utilisation. */
static void emit_sums(struct emit *emit, const struct trials *trials)
{
	struct trial sums = {.is_valid = true};
	char valid[48];
	size_t n = 0;

	for (size_t i = 0; i < trials->count; i++) {
		const struct trial *trial = &trials->all[i];
		if (!trial->is_valid)
			continue;
		sums.utilisation += trial->utilisation;
		sums.calls += trial->calls;
		sums.nanoseconds += trial->nanoseconds;
		n++;
	}
	snprintf(valid, sizeof(valid), "%zu of %zu", n, trials->count);
	emit_row(emit);
	emit_cell(emit, "all");
	emit_cell(emit, valid);
	if (n == 0)
		return;
	sums.utilisation /= (double)n;
	emit_figures(emit, &sums);
}

/* 0: it is not known. */
static void emit_line(struct emit *emit, uint64_t line)
{
	if (line > 0)
		emit_number(emit, line);
	else
		emit_cell(emit, "");
}

static void emit_failures(struct emit *emit, const struct trials *trials)
{
	emit_table(emit, "first error in each trace");
	emit_column(emit, "trace", EMIT_LEFT);
	emit_column(emit, "event", EMIT_RIGHT);
	emit_column(emit, "line", EMIT_RIGHT);
	emit_column(emit, "what", EMIT_LEFT);
	for (size_t i = 0; i < trials->count; i++) {
		const struct trial *trial = &trials->all[i];
		if (trial->is_valid)
			continue;
		emit_row(emit);
		emit_cell(emit, trials->paths[i]);
		if (trial->is_read)
			emit_number(emit, trial->failed_at);
		else
			emit_cell(emit, "");
		emit_line(emit, trial->failed_line);
		emit_cell(emit, trial->words);
	}
}

static void add_spare(struct text *out, const struct trial *trial)
{
	text_add(out, "for %" PRIu64 " B, while ", trial->spare.size);
	if (trial->spare.is_one_enough) {
		text_add(out,
			"a freed block of %" PRIu64
			" B was large enough: is it still in a free list, and does the search come to it?",
			trial->spare.bytes);
		return;
	}
	text_add(out, "no block was in %" PRIu64 " B in one piece", trial->spare.bytes);
	if (trial->spare.blocks > 1)
		text_add(out, ", where %" PRIu64 " had been freed", trial->spare.blocks);
	text_add(out,
		trial->spare.blocks == 0
			? ": were they split off the block before them, and are they in a free list?"
			: ": were they joined, are they in a free list, or does the block before keep them?");
}

/* What may be right, of allocators with lists by size, and costs utilisation. */
static void emit_spares(struct emit *emit, const struct trials *trials)
{
	struct text words = {0};

	emit_table(emit, "where the heap grew and may not have had to");
	emit_column(emit, "trace", EMIT_LEFT);
	emit_column(emit, "times", EMIT_RIGHT);
	emit_column(emit, "event", EMIT_RIGHT);
	emit_column(emit, "line", EMIT_RIGHT);
	emit_column(emit, "the first time", EMIT_LEFT);
	for (size_t i = 0; i < trials->count; i++) {
		const struct trial *trial = &trials->all[i];
		if (trial->spare.count == 0)
			continue;
		emit_row(emit);
		emit_cell(emit, trials->paths[i]);
		emit_number(emit, trial->spare.count);
		emit_number(emit, trial->spare.first);
		emit_line(emit, trial->spare.line);
		text_clear(&words);
		add_spare(&words, trial);
		emit_cell(emit, text_of(&words));
	}
	text_finish(&words);
}

static void emit_trace_fault(struct emit *emit, const char *path, uint64_t line, const char *words)
{
	emit_row(emit);
	emit_cell(emit, path);
	emit_line(emit, line);
	emit_cell(emit, words);
}

/* Lines that are no requests are said themselves. */
static bool is_cut_off(const struct trial *trial)
{
	return trial->missing > trial->left_out.lines;
}

/* Of one trace. */
static void emit_faults_of(struct emit *emit, const char *path, const struct trial *trial)
{
	char words[200];

	if (trial->left_out.lines > 0) {
		snprintf(words, sizeof(words),
			trial->left_out.lines == 1 ? "no request: left out"
						   : "no request: left out, the first of %" PRIu64
						     " lines",
			trial->left_out.lines);
		emit_trace_fault(emit, path, trial->left_out.first_line, words);
	}
	if (trial->rest.requests > 0) {
		snprintf(words, sizeof(words),
			"the header counts %" PRIu64 " of %" PRIu64
			" requests: the rest, from here on, is left out, as by the lab's driver; with %" PRIu64
			" in the header it is played",
			trial->rest.of - trial->rest.requests, trial->rest.of, trial->rest.of);
		emit_trace_fault(emit, path, trial->rest.line, words);
	}
	if (is_cut_off(trial)) {
		snprintf(words, sizeof(words),
			"the header counts %" PRIu64 " requests, and %" PRIu64
			" are there: was it cut off?",
			trial->counted, trial->counted - trial->missing);
		emit_trace_fault(emit, path, 0, words);
	}
	if (trial->mistakes.count > 0) {
		snprintf(words, sizeof(words),
			trial->mistakes.count == 1 ? "event %" PRIu64 ": %s"
						   : "event %" PRIu64 ": %s, the first of %" PRIu64
						     " mistakes",
			trial->mistakes.first, trial->mistakes.words, trial->mistakes.count);
		emit_trace_fault(emit, path, trial->mistakes.line, words);
	}
}

/* What was not graded, or could not be right, because of the traces. */
static void emit_trace_faults(struct emit *emit, const struct trials *trials)
{
	emit_table(emit, "wrong in the traces themselves");
	emit_column(emit, "trace", EMIT_LEFT);
	emit_column(emit, "line", EMIT_RIGHT);
	emit_column(emit, "what", EMIT_LEFT);
	for (size_t i = 0; i < trials->count; i++)
		emit_faults_of(emit, trials->paths[i], &trials->all[i]);
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

static bool has_failures(const struct trials *trials)
{
	for (size_t i = 0; i < trials->count; i++)
		if (!trials->all[i].is_valid)
			return true;
	return false;
}

static bool has_spares(const struct trials *trials)
{
	for (size_t i = 0; i < trials->count; i++)
		if (trials->all[i].spare.count > 0)
			return true;
	return false;
}

static bool has_trace_faults(const struct trials *trials)
{
	for (size_t i = 0; i < trials->count; i++)
		if (trials->all[i].left_out.lines > 0 || trials->all[i].mistakes.count > 0 ||
			trials->all[i].rest.requests > 0 || is_cut_off(&trials->all[i]))
			return true;
	return false;
}

/* Adds the command that shows an event of a trial. */
static void add_command(struct text *out, const struct lab *lab, const char *file, uint64_t event,
	const char *trace)
{
	struct text engine = {0};

	text_add(&engine, "%s:%s", lab->engine, file);
	text_add(out, "arenascope play --engine ");
	add_word(out, text_of(&engine));
	if (lab->files.length > 0) {
		text_add(out, " --plugin-files ");
		add_word(out, text_of(&lab->files));
	}
	text_add(out, " --at %" PRIu64 " ", event);
	add_word(out, trace);
	text_add(out, "\n");
	text_finish(&engine);
}

/* Players write into blocks, and begin once: what fails elsewhere only is not seen there. */
static bool can_be_seen(const struct trial *trial)
{
	return trial->is_read && !trial->is_valid && !trial->is_unseen;
}

/* Adds the commands that show the first failures of traces that could be read. */
static void add_ways_there(struct text *out, const struct lab *lab, const char *file,
	const struct trials *trials)
{
	unsigned shown = 0, others = 0;

	for (size_t i = 0; i < trials->count; i++) {
		if (!can_be_seen(&trials->all[i]))
			continue;
		if (shown == WAYS_SHOWN) {
			others++;
			continue;
		}
		text_add(out, "%s", shown == 0 ? "\nTo see it:  " : "            ");
		add_command(out, lab, file, trials->all[i].failed_at, trials->paths[i]);
		shown++;
	}
	if (others > 0)
		text_add(out, "            and %u more in the same way\n", others);
}

/* Adds the command that shows the first growth that may have been needless. */
static void add_way_to_spare(struct text *out, const struct lab *lab, const char *file,
	const struct trials *trials)
{
	size_t i = 0;

	while (trials->all[i].spare.count == 0)
		i++;
	text_add(out, "\nTo see it:  ");
	add_command(out, lab, file, trials->all[i].spare.first, trials->paths[i]);
}

static void tell(const struct cmd_call *call, const struct lab *lab, const struct trials *trials,
	struct text *out)
{
	enum emit_form form = (enum emit_form)options_choice(call->options, "format");
	const char *const titles[] = {"utilisation", "calls", form == EMIT_TABLE ? "seconds" : "ns",
		"calls/s"};
	bool has_failed = has_failures(trials);
	struct emit emit;

	emit_begin(&emit, form, out);
	emit_pair(&emit, "allocator", call->words[0]);
	emit_table(&emit, "traces");
	emit_column(&emit, "trace", EMIT_LEFT);
	emit_column(&emit, "valid", EMIT_LEFT);
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++)
		emit_column(&emit, titles[i], EMIT_RIGHT);
	for (size_t i = 0; i < trials->count; i++)
		emit_trial(&emit, trials->paths[i], &trials->all[i]);
	if (form == EMIT_TABLE && trials->count > 1)
		emit_sums(&emit, trials);
	if (has_failed)
		emit_failures(&emit, trials);
	if (has_spares(trials))
		emit_spares(&emit, trials);
	if (has_trace_faults(trials))
		emit_trace_faults(&emit, trials);
	emit_end(&emit);
	if (has_failed && form == EMIT_TABLE)
		add_ways_there(out, lab, call->words[0], trials);
	else if (has_spares(trials) && form == EMIT_TABLE)
		add_way_to_spare(out, lab, call->words[0], trials);
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

static bool is_cxx(const char *path)
{
	static const char *const ends[] = {".cc", ".cpp", ".cxx", ".C"};
	const char *dot = strrchr(path, '.');

	for (size_t i = 0; dot && i < sizeof(ends) / sizeof(*ends); i++)
		if (strcmp(dot, ends[i]) == 0)
			return true;
	return false;
}

/* Sources after the first belong to the allocator; the rest are traces. */
static void take_words(struct lab *lab, const struct cmd_call *call)
{
	int i = 1;

	lab->engine = is_source(call->words[0]) ? "lab" : "plugin";
	for (; i < call->nwords && is_source(call->words[0]) && is_source(call->words[i]); i++)
		text_add(&lab->files, "%s%s", lab->files.length > 0 ? "," : "", call->words[i]);
	lab->traces = (const char *const *)call->words + i;
	lab->ntraces = (size_t)(call->nwords - i);
}

static int refuse_words(const struct cmd_call *call, struct error *err)
{
	if (call->nwords == 0)
		error_set(err, "lab: no allocator given: lab MM.c TRACE...");
	else if (is_cxx(call->words[0]))
		error_set(err,
			"lab: %s is C++, and only C is compiled here: c++ -g -shared -fPIC -o mm.so %s, then lab mm.so (its mm_ functions extern \"C\")",
			call->words[0], call->words[0]);
	else if (is_swapped(call))
		error_set(err, "lab: the allocator comes first: lab %s %s",
			call->words[call->nwords - 1], call->words[0]);
	else if (!is_allocator(call->words[0]))
		error_set(err, "lab: no allocator given: lab MM.c %s", call->words[0]);
	else
		error_set(err, "lab: no trace given: lab %s TRACE...", call->words[0]);
	return EXIT_USAGE;
}

static int grade(const struct cmd_call *call, struct lab *lab, struct error *err)
{
	const struct trial_setting setting = {lab->engine, lab->options, -1};
	struct heap *keeper = NULL; /* keeps the compiled plug-in, so that it is compiled once */
	struct trials trials = {0};
	struct text out = {0};

	options_add_table(lab->options, engine_find(lab->engine)->options);
	options_set(lab->options, lab->engine, call->words[0], NULL);
	if (lab->files.length > 0)
		options_set(lab->options, "plugin-files", text_of(&lab->files), NULL);
	int result = heap_new(&keeper, lab->engine, lab->options, err);
	if (result == 0)
		print_plugin_notes();
	if (result == 0)
		result = trials_run(&trials, &setting, plugin_engine_plugin(heap_layer(keeper, 0)),
			lab->traces, lab->ntraces, err);
	if (result == 0) {
		tell(call, lab, &trials, &out);
		result = cmd_print(text_of(&out), out.length, err);
	}
	bool has_failed = has_failures(&trials);
	trials_finish(&trials);
	text_finish(&out);
	heap_free(keeper);
	return result < 0 || has_failed ? EXIT_TROUBLE : EXIT_FINE;
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct lab lab = {0};
	int status;

	if (call->nwords > 0)
		take_words(&lab, call);
	if (lab.ntraces == 0 || is_swapped(call) || is_cxx(call->words[0])) {
		status = refuse_words(call, err);
	} else {
		lab.options = options_clone(call->options);
		status = grade(call, &lab, err);
		options_free(lab.options);
	}
	text_finish(&lab.files);
	return status;
}

const struct cmd cmd_lab = {
	.name = "lab",
	.summary = "grade your own allocator: correctness, utilisation, speed",
	.usage = "[OPTIONS] MM.c [MORE.c...] TRACE...",
	.words = INT32_MAX,
	.details =
		"MM.c is a malloc-lab allocator or a plug-in's source; a shared object works too.  It is\ncompiled with flags of the Makefile beside it, as 32 bits where that has -m32 and the compiler\ncan.  Every call is checked, as by `play --engine lab:MM.c`; then all calls of a trace are made\na few times more without checks, and timed.  Utilisation is the peak of live bytes divided by\nwhat the heap had at most; where the heap grew though freed memory had room, that is said.  The\nexit status is 1 when a trace is not valid, or cannot be read.\n",
	.options = options,
	.flags = CMD_TAKES_PLUGIN,
	.run = run,
};
