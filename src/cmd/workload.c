/*
 * `arenascope workload`: runs a small program that can be watched, written as a trace, played, and
 * compared with others.
 *
 * It prints two tables.
 *
 *	what was asked for   by the workload itself, whatever the engine: the peak of bytes; the
 *	                     entries kept when it was fullest between two operations, the bytes in
 *	                     them, and the cost of each beyond those
 *	what it took         its trace, played with each of --engines: the peak of held bytes, the
 *	                     share of held bytes in use when the work was done, fragmentation then,
 *	                     and the bytes still held after everything had been freed
 */
#include "base/arrays.h"
#include "base/emitter.h"
#include "base/error.h"
#include "base/mapping.h"
#include "base/suggestion.h"
#include "base/temporary.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/engine_choice.h"
#include "cmd/output.h"
#include "cmd/screen.h"
#include "cmd/trace_name.h"
#include "cmd/workload_live.h"
#include "cmd/workload_tables.h"
#include "heap/heap.h"
#include "heap/metrics.h"
#include "player/player.h"
#include "player/rivals.h"
#include "trace/trace.h"
#include "workload/workload.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option_spec options[] = {
	{.name = "output",
		.letter = 'o',
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "write its trace; the name decides the format, - is text on standard output"},
	{.name = "play", .type = OPTION_FLAG, .help = "watch its trace"},
	{.name = "live", .type = OPTION_FLAG, .help = "watch it while it works"},
	{.name = "rate",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "10",
		.min = 1,
		.max = 1000000,
		.help = "with --live: operations per second"},
	{.name = "timeline",
		.type = OPTION_FLAG,
		.help = "also print how the figures of a run went from its start to its end"},
	{.name = "engines",
		.type = OPTION_TEXT,
		.value = "LIST",
		.fallback = "pymalloc,heap",
		.help = "allocators to compare: heap:best, pymalloc:3.8 …"},
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.fallback = "table",
		.choices = emit_forms,
		.help = "output format"},
	{0},
};

/* An engine to compare with. */
struct rival {
	char *words; /* as typed: "heap:best" */
	const char *engine;
	struct options *options;
};

/* A workload that was run. */
struct worked {
	const struct workload *workload;
	struct run_totals tally;
	struct trace *trace;
};

struct session {
	const struct cmd_call *call;
	struct error *err;
	ARRAY(const struct workload *) chosen;
	ARRAY(struct rival) rivals;
	ARRAY(struct worked) worked;
};

/* ---- choice ---------------------------------------------------------------------------------- */

/* Adds the defaults: "--keys zipf --zipf 0.9". An option and its value stay on one line. */
static void add_defaults(struct text *text, const struct workload *workload)
{
	char *words = xstrdup(workload->defaults);

	for (char *at = words; *at; at++)
		if (*at == ' ' && at[1] != '-')
			*at = *TEXT_GLUE;
	text_add(text, "    ");
	text_add_wrapped(text, 4, 4, words);
	free(words);
}

static int list_workloads(void)
{
	struct text text = {0};
	size_t count;
	const struct workload *const *list = workload_list(&count);

	for (size_t i = 0; i < count; i++) {
		text_add(&text, "%s%s\n    ", i ? "\n" : "", list[i]->name);
		text_add_wrapped(&text, 4, 4, list[i]->summary);
		add_defaults(&text, list[i]);
	}
	text_add(&text,
		"\n`arenascope workload NAME` runs one, with these values unless you give others, and\nprints its cost; --play shows it, -o FILE keeps it.  Several names are compared;\n`caches`, `frames`, `lists` and `all` stand for several.\n");
	return cmd_print_text(&text);
}

static int no_such_workload(const char *name, struct error *err)
{
	struct suggestion nearest = {.word = name, .length = strlen(name)};
	size_t count;
	const struct workload *const *list = workload_list(&count);

	for (size_t i = 0; i < count; i++)
		suggestion_offer(&nearest, list[i]->name);
	if (suggestion_name(&nearest))
		return error_set(err, "unknown workload '%s'; did you mean '%s'?", name,
			suggestion_name(&nearest));
	return error_set(err, "unknown workload '%s' (`arenascope workload` lists them)", name);
}

/* Whether the word names the workload, its group, or all. */
static bool is_meant(const struct workload *workload, const char *word)
{
	return strcmp(word, workload->name) == 0 || strcmp(word, "all") == 0 ||
	       (workload->group && strcmp(word, workload->group) == 0);
}

static int choose(struct session *session)
{
	size_t count;
	const struct workload *const *list = workload_list(&count);

	for (int i = 0; i < session->call->nwords; i++) {
		size_t before = session->chosen.count;
		for (size_t j = 0; j < count; j++)
			if (is_meant(list[j], session->call->words[i]))
				*array_push(&session->chosen) = list[j];
		if (session->chosen.count == before)
			return no_such_workload(session->call->words[i], session->err);
	}
	return 0;
}

/* Checks that each typed option is for at least one of the workloads. */
static int check_options(const struct session *session)
{
	assert(session->chosen.count > 0);
	for (const struct option_spec *spec = workload_options; spec->name; spec++) {
		bool is_taken = !options_given(session->call->options, spec->name);
		for (size_t i = 0; i < session->chosen.count; i++)
			is_taken = is_taken || workload_takes(session->chosen.items[i], spec->name);
		if (!is_taken)
			return error_set(session->err,
				"--%s: not an option of %s; it takes --seed, --memory, %s",
				spec->name, session->chosen.items[0]->name,
				session->chosen.items[0]->defaults);
	}
	return 0;
}

/* Checks the values that no table can check. */
static int check_values(const struct session *session)
{
	const struct options *given = session->call->options;
	struct sizes sizes = {0};
	double exponent;

	if (options_given(given, "sizes") &&
		sizes_parse(options_text(given, "sizes"), &sizes, session->err) < 0)
		return error_prefix(session->err, "--sizes");
	if (options_given(given, "zipf") &&
		exponent_parse(options_text(given, "zipf"), &exponent, session->err) < 0)
		return error_prefix(session->err, "--zipf");
	return 0;
}

static int choose_rivals(struct session *session)
{
	int result = 0;

	for (const char *at = options_text(session->call->options, "engines"); result == 0; at++) {
		size_t length = strcspn(at, ",");
		struct rival *rival = array_push(&session->rivals);
		struct heap *heap = NULL;
		rival->words = xstrndup(at, length);
		result = rival_parse(rival->words, session->call->options, &rival->engine,
			&rival->options, session->err);
		if (result == 0)
			result = heap_new(&heap, rival->engine, rival->options, session->err);
		heap_free(heap);
		at += length;
		if (*at == '\0')
			break;
	}
	return result < 0 ? error_prefix(session->err, "--engines") : 0;
}

static int check_use(const struct session *session)
{
	const struct options *given = session->call->options;
	static const char *const alone[] = {"play", "live", "output"};

	for (size_t i = 0; i < sizeof(alone) / sizeof(*alone); i++)
		if (options_given(given, alone[i]) && session->chosen.count > 1)
			return error_set(session->err, "--%s: works with one workload at a time",
				alone[i]);
	if (options_flag(given, "play") && options_flag(given, "live"))
		return error_set(session->err, "--play and --live cannot be combined");
	return check_options(session) < 0 ? -1 : check_values(session);
}

/* ---- running --------------------------------------------------------------------------------- */

/* Opens a file without a name for the trace. */
static int open_spool(struct error *err)
{
	int fd = temporary_open_or_memory("arenascope-workload");

	return fd < 0 ? error_set(err, "workload: cannot store its trace: %s", strerror(errno))
		      : fd;
}

static int open_spooled(struct worked *worked, int fd, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_set(err, "workload: %s", strerror(errno));
	const void *bytes = mapping_new(fd, (size_t)status.st_size);
	if (!bytes)
		return error_set(err, "workload: %s", strerror(errno));
	int result = trace_open_memory(&worked->trace, bytes, (size_t)status.st_size,
		worked->workload->name, 0, err);
	mapping_free(bytes, (size_t)status.st_size);
	return result;
}

/* Adds the typed engine; otherwise the one that shows the workload best. */
static void add_play(struct text *play, const struct workload *workload,
	const struct options *typed)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	text_add(play, "--engine %s",
		options_given(typed, "engine") ? options_text(typed, "engine") : workload->engine);
	for (size_t i = 0; i < count; i++)
		for (const struct option_spec *spec = engines[i]->options; spec && spec->name;
			spec++) {
			if (!options_given(typed, spec->name))
				continue;
			const char *value = options_text(typed, spec->name);
			text_add(play, " --%s%s%s", spec->name, value ? " " : "",
				value ? value : "");
		}
}

static int work(struct session *session, const struct workload *workload)
{
	struct worked worked = {.workload = workload};
	int fd = open_spool(session->err);

	if (fd < 0)
		return -1;
	struct options *settled = workload_settle(workload, session->call->options);
	struct text play = {0};
	add_play(&play, workload, session->call->options);
	int result = workload_run(workload, settled, text_of(&play), NULL, fd,
		"the trace of the workload", &worked.tally, session->err);
	if (result == 0)
		result = open_spooled(&worked, fd, session->err);
	if (result == 0)
		*array_push(&session->worked) = worked;
	options_free(settled);
	text_finish(&play);
	close(fd);
	return result;
}

static int write_trace(const struct session *session, const char *path)
{
	enum trace_form form = TRACE_BINARY;
	bool is_stdout = strcmp(path, "-") == 0;
	struct output_file file = {.fd = -1};

	if (!is_stdout && cmd_begin_output(&file, NULL, path, session->err) < 0)
		return -1;
	trace_name_form(path, &form);
	int result = trace_copy(session->worked.items[0].trace, is_stdout ? STDOUT_FILENO : file.fd,
		is_stdout ? "standard output" : path, form, session->err);
	return cmd_end_output(&file, path, result, session->err);
}

/* ---- watching -------------------------------------------------------------------------------- */

static int show(const struct cmd_call *call, const struct options *wished,
	const struct screen_wishes *wishes, struct error *err)
{
	const struct player_config how = {.engine = call->engine, .options = wished};
	struct player *player = NULL;
	struct text engine = {0};
	int result = player_new(&player, call->trace, &how, err);

	if (result == 0) {
		rival_name(player_heap(player), wished, &engine);
		const struct view_config config = {
			.speed = wishes->speed,
			.engine = text_of(&engine),
			.options = wished,
		};
		struct view *view = view_new(player, &config);
		result = screen_run(wishes, view, err);
		view_free(view);
	}
	text_finish(&engine);
	player_free(player);
	return result;
}

static int watch_live(const struct session *session, const struct screen_wishes *wishes)
{
	const struct workload *workload = session->chosen.items[0];
	struct options *settled = workload_settle(workload, session->call->options);
	struct text play = {0};

	add_play(&play, workload, session->call->options);
	int result = workload_live_show(session->call, workload, settled, text_of(&play),
		options_number(session->call->options, "rate"), wishes, session->err);
	text_finish(&play);
	options_free(settled);
	return result;
}

static int watch(const struct session *session, const struct screen_wishes *wishes)
{
	struct options *wished = options_clone(session->call->options);
	struct cmd_call call = *session->call;

	call.trace = session->worked.items[0].trace;
	int result = engine_choice_default(wished, call.trace, session->err);
	if (result == 0)
		result = engine_choice_find(wished, &call.engine, session->err);
	if (result == 0)
		result = show(&call, wished, wishes, session->err);
	options_free(wished);
	return result;
}

/* ---- comparing ------------------------------------------------------------------------------- */

static double share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0.0 / 0.0;
}

static void emit_work(struct emit *emit, const struct session *session)
{
	static const char *const titles[] = {"<workload", "operations", "hits", "misses", "events",
		"peak", "kept", "bytes", "overhead", NULL};

	emit_table(emit, "requests");
	emit_columns(emit, titles);
	for (size_t i = 0; i < session->worked.count; i++) {
		const struct worked *worked = &session->worked.items[i];
		const struct run_totals *tally = &worked->tally;
		emit_row(emit);
		emit_cell(emit, worked->workload->name);
		emit_number(emit, tally->operations);
		emit_real(emit, share(tally->hits, tally->lookups));
		if (tally->lookups)
			emit_number(emit, tally->lookups - tally->hits);
		else
			emit_real(emit, share(0, 0));
		emit_number(emit, trace_length(worked->trace));
		emit_number(emit, tally->peak_live);
		emit_number(emit, tally->full_entries);
		emit_number(emit, tally->full_bytes);
		emit_real(emit, ((double)tally->full_live - (double)tally->full_bytes) /
					(double)tally->full_entries);
	}
}

/* A run with walks through lists, as an engine has played it. */
struct walked {
	const struct worked *worked;
	const char *engine;
	uint64_t lines; /* of the cache that the walks touched */
};

struct walks {
	ARRAY(struct walked) runs;
};

static void emit_played(struct emit *emit, const struct worked *worked, struct heap *heap,
	const char *name, struct walks *walks)
{
	struct fragmentation fragmentation;
	struct metrics metrics = {0};

	metrics_play(&metrics, heap, worked->trace, 0, worked->tally.worked, NULL);
	fragmentation_of(heap, &metrics, &fragmentation);
	emit_row(emit);
	emit_cell(emit, worked->workload->name);
	emit_cell(emit, name);
	metrics_play(&metrics, heap, worked->trace, worked->tally.worked,
		trace_length(worked->trace), NULL);
	emit_number(emit, metrics.peak_reserved);
	emit_real(emit, fragmentation.figures[FIGURE_UTILISATION]);
	emit_real(emit, fragmentation.figures[FIGURE_INTERNAL]);
	emit_real(emit, fragmentation.figures[FIGURE_EXTERNAL]);
	emit_number(emit, metrics.reserved);
	if (worked->tally.walks > 0)
		*array_push(&walks->runs) = (struct walked){worked, name, metrics.lines};
}

static void emit_engines(struct emit *emit, const struct session *session, struct walks *walks)
{
	static const char *const titles[] = {"<workload", "<engine", "held", "utilised", "internal",
		"external", "after", NULL};

	emit_table(emit, "cost");
	emit_columns(emit, titles);
	for (size_t i = 0; i < session->worked.count; i++)
		for (size_t j = 0; j < session->rivals.count; j++) {
			const struct rival *rival = &session->rivals.items[j];
			struct heap *heap;
			if (heap_new(&heap, rival->engine, rival->options, NULL) < 0)
				continue; /* a chosen rival was made before */
			emit_played(emit, &session->worked.items[i], heap, rival->words, walks);
			heap_free(heap);
		}
}

/* Cache lines that a walk through a list touches, where each engine placed its elements. */
static void emit_locality(struct emit *emit, const struct walks *walks)
{
	static const char *const titles[] = {"<workload", "<engine", "walks", "lines a walk", NULL};

	if (walks->runs.count == 0)
		return;
	emit_table(emit, "locality");
	emit_columns(emit, titles);
	for (size_t i = 0; i < walks->runs.count; i++) {
		const struct walked *walked = &walks->runs.items[i];
		emit_row(emit);
		emit_cell(emit, walked->worked->workload->name);
		emit_cell(emit, walked->engine);
		emit_number(emit, walked->worked->tally.walks);
		emit_real(emit, share(walked->lines, walked->worked->tally.walks));
	}
}

static int compare(const struct session *session)
{
	ARRAY(struct workload_result) results = {0};
	struct walks walks = {{0}};
	struct text text = {0};
	struct emit emit;

	emit_begin(&emit, (enum emit_form)options_choice(session->call->options, "format"), &text);
	emit_work(&emit, session);
	emit_engines(&emit, session, &walks);
	emit_locality(&emit, &walks);
	for (size_t i = 0; i < session->worked.count; i++)
		*array_push(&results) = (struct workload_result){session->worked.items[i].workload,
			&session->worked.items[i].tally};
	workload_emit_compression(&emit, results.items, results.count);
	workload_emit_collector(&emit, results.items, results.count);
	if (options_flag(session->call->options, "timeline"))
		workload_emit_timeline(&emit, results.items, results.count);
	emit_end(&emit);
	array_finish(&walks.runs);
	array_finish(&results);
	int result = cmd_print(text_of(&text), text.length, session->err);
	text_finish(&text);
	return result;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int run_chosen(struct session *session, const struct screen_wishes *wishes)
{
	const char *output = options_text(session->call->options, "output");
	int result = options_flag(session->call->options, "live") ? watch_live(session, wishes) : 0;

	for (size_t i = 0; result == 0 && i < session->chosen.count; i++)
		result = work(session, session->chosen.items[i]);
	if (result == 0 && output)
		result = write_trace(session, output);
	if (result == 0 && options_flag(session->call->options, "play"))
		result = watch(session, wishes);
	if (result == 0 && !(output && strcmp(output, "-") == 0))
		result = compare(session);
	return result < 0 ? EXIT_TROUBLE : EXIT_FINE;
}

static int run_session(struct session *session)
{
	struct screen_wishes wishes;

	if (choose(session) < 0 || check_use(session) < 0 || choose_rivals(session) < 0 ||
		screen_wishes(&wishes, session->call->options, session->err) < 0)
		return EXIT_USAGE;
	bool is_live = options_flag(session->call->options, "live");
	if ((is_live || options_flag(session->call->options, "play")) && !wishes.can_draw) {
		error_set(session->err, "--%s: needs a terminal; use -o FILE to write the trace",
			is_live ? "live" : "play");
		return EXIT_USAGE;
	}
	return run_chosen(session, &wishes);
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct session session = {.call = call, .err = err};

	if (call->nwords == 0)
		return list_workloads();
	int status = run_session(&session);
	for (size_t i = 0; i < session.worked.count; i++)
		trace_close(session.worked.items[i].trace);
	for (size_t i = 0; i < session.rivals.count; i++) {
		free(session.rivals.items[i].words);
		options_free(session.rivals.items[i].options);
	}
	array_finish(&session.worked);
	array_finish(&session.rivals);
	array_finish(&session.chosen);
	return status;
}

const struct cmd cmd_workload = {
	.name = "workload",
	.summary = "run a cache, list, vector or threads, and compare what they cost",
	.usage = "[OPTIONS] [NAME...]",
	.words = 64,
	.details =
		"Without a name it lists the workloads and their options.  Workloads are real programs that\nallocate through arenascope; their own requests are written, shown and compared.  The same\noptions and seed give the same trace everywhere (for compression, with the same libraries).\nEngine options apply to all engines that are compared, and to how the trace is played later.\n"
		"\n"
		"  peak       most bytes asked for at any moment\n  kept       entries, when it was fullest between two operations\n"
		"  bytes      in those entries\n"
		"  overhead   extra bytes per entry at that moment\n"
		"  held       by the engine at its peak\n"
		"  utilised   bytes asked for as a share of bytes held, when the work was done\n"
		"  internal, external   fragmentation then, as in `arenascope stats`\n"
		"  after      bytes still held after everything was freed\n"
		"  lines a walk    cache lines of 64 bytes that reading a whole list touches\n"
		"  saved, pack ns  bytes that compression saved, and with --time the processor's\n"
		"                  nanoseconds for a page\n"
		"  longest pause   nodes that a collection looked at at once\n",
	.options = options,
	.flags = CMD_WORKS | CMD_HAS_SCREEN | CMD_TAKES_ENGINE,
	.run = run,
};
