/* The table of workloads, their options, and what is common to their runs; see workload.h. */
#include "workload/workload.h"

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "trace/trace.h"
#include "workload/prose.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const struct workload workload_array_list;
extern const struct workload workload_clock_frames;
extern const struct workload workload_collecting_cache;
extern const struct workload workload_fifo_frames;
extern const struct workload workload_lfu_frames;
extern const struct workload workload_linked_list;
extern const struct workload workload_lru;
extern const struct workload workload_lru_frames;
extern const struct workload workload_lz4_cache;
extern const struct workload workload_optimal_frames;
extern const struct workload workload_producer_consumer;
extern const struct workload workload_uncollected_cache;
extern const struct workload workload_vector;
extern const struct workload workload_weak_cache;
extern const struct workload workload_zlib_cache;

static const struct workload *const workloads[] = {
	/* in the order of docs/workloads.md */
	&workload_lru,
	&workload_weak_cache,
	&workload_collecting_cache,
	&workload_uncollected_cache,
	&workload_zlib_cache,
	&workload_lz4_cache,
	&workload_fifo_frames,
	&workload_lru_frames,
	&workload_clock_frames,
	&workload_lfu_frames,
	&workload_optimal_frames,
	&workload_array_list,
	&workload_linked_list,
	&workload_vector,
	&workload_producer_consumer,
};

#define WORKLOADS (sizeof(workloads) / sizeof(*workloads))

static const char *const key_laws[] = {"uniform", "zipf", NULL};
static const char *const growths[] = {"2", "1.5", "fixed", NULL};
static const char *const write_as[] =
	{[WRITE_AS_BLOCKS] = "blocks", [WRITE_AS_OBJECTS] = "objects", NULL};
static const char *const throughs[] = {"copy", "resize", "region", NULL};

/*
 * A workload's own values are in its `defaults`: an option that is not named there it does not
 * take.
 */
const struct option_spec workload_options[] = {
	{.name = "operations",
		.letter = 'n',
		.type = OPTION_NUMBER,
		.value = "N",
		.min = 1,
		.max = 10000000,
		.help = "number of operations"},
	{.name = "seed",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1",
		.help = "seed of the random numbers"},
	{.name = "memory",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "1G",
		.min = 1,
		.help = "memory limit; the workload is stopped above it"},
	{.name = "keys",
		.type = OPTION_CHOICE,
		.value = "LAW",
		.choices = key_laws,
		.help = "how often each key is asked for"},
	{.name = "zipf",
		.type = OPTION_TEXT,
		.value = "S",
		.help = "exponent: key k is asked for in proportion to 1/k^S"},
	{.name = "universe",
		.type = OPTION_NUMBER,
		.value = "N",
		.min = 1,
		.max = 10000000,
		.help = "number of different keys"},
	{.name = "requests",
		.type = OPTION_TEXT,
		.value = "KEYS",
		.help = "the keys that are asked for, as 1,2,3,1; or random"},
	{.name = "capacity",
		.type = OPTION_NUMBER,
		.value = "N",
		.min = 1,
		.max = 1000000,
		.help = "most entries the cache keeps"},
	{.name = "sizes",
		.type = OPTION_TEXT,
		.value = "MIN-MAX",
		.help = "sizes of the values in bytes; one number: all the same"},
	{.name = "spread",
		.type = OPTION_CHOICE,
		.value = "HOW",
		.choices = spread_names,
		.help = "how sizes are spread between those"},
	{.name = "owners",
		.type = OPTION_NUMBER,
		.value = "N",
		.min = 1,
		.max = 1000000,
		.help = "number of owners that hold cached objects"},
	{.name = "collect-every",
		.type = OPTION_NUMBER,
		.value = "N",
		.max = 1000000,
		.help = "evictions between two collections; 0: it never collects"},
	{.name = "write-as",
		.type = OPTION_CHOICE,
		.value = "WHAT",
		.choices = write_as,
		.help = "what the trace records: allocations and frees, or references between objects"},
	{.name = "page",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.min = 16,
		.max = 65536,
		.help = "length of an entry before it is compressed"},
	{.name = "text",
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "text to compress (default: arenascope's documentation)"},
	{.name = "time",
		.type = OPTION_FLAG,
		.help = "measure the processor's time of compression, which differs each time"},
	{.name = "length",
		.type = OPTION_NUMBER,
		.value = "N",
		.min = 1,
		.max = 1000000,
		.help = "length of lists, and average length of vectors"},
	{.name = "element",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.min = 8,
		.max = 65536,
		.help = "length of an element"},
	{.name = "vectors",
		.type = OPTION_NUMBER,
		.value = "N",
		.min = 1,
		.max = 1000,
		.help = "number of vectors, growing in turn"},
	{.name = "growth",
		.type = OPTION_CHOICE,
		.value = "FACTOR",
		.choices = growths,
		.help = "growth of a full vector; fixed: 16 elements more"},
	{.name = "through",
		.type = OPTION_CHOICE,
		.value = "ALLOCATOR",
		.choices = throughs,
		.help = "how a vector gets a larger block: allocate and free, resize, or a region that frees nothing before its end"},
	{.name = "producers",
		.type = OPTION_NUMBER,
		.value = "N",
		.min = 1,
		.max = 64,
		.help = "threads that send"},
	{.name = "consumers",
		.type = OPTION_NUMBER,
		.value = "N",
		.min = 1,
		.max = 64,
		.help = "threads that receive and free"},
	{0},
};

const struct workload *const *workload_list(size_t *ret_count)
{
	*ret_count = WORKLOADS;
	return workloads;
}

const struct workload *workload_find(const char *name)
{
	for (size_t i = 0; i < WORKLOADS; i++)
		if (strcmp(workloads[i]->name, name) == 0)
			return workloads[i];
	return NULL;
}

/* ---- options --------------------------------------------------------------------------------- */

static struct options *defaults_of(const struct workload *workload)
{
	struct options *options = options_new();
	char *words = xstrdup(workload->defaults);
	char *argv[32];
	const char *rest[32];
	int argc = 0, nrest;

	options_add_table(options, workload_options);
	for (char *word = strtok(words, " "); word && argc < 32; word = strtok(NULL, " "))
		argv[argc++] = word;
	if (options_parse(options, argc, argv, false, rest, &nrest, NULL) < 0)
		abort(); /* a table of ours that makes no sense */
	free(words);
	return options;
}

static bool is_of_pages(const char *option)
{
	return strcmp(option, "text") == 0 || strcmp(option, "time") == 0;
}

/*
 * Every one takes a seed and a limit, and those that have pages a text and a clock; these are not
 * in the table.
 */
bool workload_takes(const struct workload *workload, const char *option)
{
	struct options *defaults = defaults_of(workload);
	bool result = strcmp(option, "seed") == 0 || strcmp(option, "memory") == 0 ||
		      options_given(defaults, is_of_pages(option) ? "page" : option);

	options_free(defaults);
	return result;
}

struct options *workload_settle(const struct workload *workload, const struct options *typed)
{
	struct options *options = defaults_of(workload);

	for (const struct option_spec *spec = workload_options; spec->name; spec++)
		if (options_given(typed, spec->name) && workload_takes(workload, spec->name))
			options_set(options, spec->name, options_text(typed, spec->name), NULL);
	return options;
}

/* ---- a run ----------------------------------------------------------------------------------- */

/* The run ended early at its limit; everything was released all the same. */
static int tell_limit(const struct run *run, const struct workload *workload, struct error *err)
{
	struct units limit, operations;

	return error_set(err,
		"%s had more than %s after %s operations; raise --memory, or use fewer or smaller entries",
		workload->name, units_bytes(&limit, run->limit),
		units_count(&operations, run->tally.operations));
}

static int read_text(struct run *run, const char *path, struct error *err)
{
	struct text text = {0};
	char piece[16384];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, "--text: %s: %s", path, strerror(errno));
	while ((n = read(fd, piece, sizeof(piece))) > 0 && text.length < TEXT_MAX)
		text_add_bytes(&text, piece, (size_t)n);
	int result = n < 0 ? error_set(err, "--text: %s: %s", path, strerror(errno)) : 0;
	if (result == 0 && text.length == 0)
		result = error_set(err, "--text: %s is empty", path);
	close(fd);
	run->text_length = text.length;
	run->text = text_detach(&text);
	return result;
}

static int prepare(struct run *run, struct error *err)
{
	const struct options *options = run->options;
	const char *file = options_text(options, "text");

	run->planned = options_number(options, "operations");
	run->limit = options_number(options, "memory");
	draws_init(&run->draws, options_number(options, "seed"));
	if (options_given(options, "sizes")) {
		if (options_given(options, "spread"))
			run->sizes.spread = (enum spread)options_choice(options, "spread");
		if (sizes_parse(options_text(options, "sizes"), &run->sizes, err) < 0)
			return error_prefix(err, "--sizes");
	}
	if (file && read_text(run, file, err) < 0)
		return -1;
	if (!file) {
		run->text = xstrndup((const char *)prose, prose_length);
		run->text_length = prose_length;
	}
	if (options_given(options, "keys")) {
		double exponent;
		if (exponent_parse(options_text(options, "zipf"), &exponent, err) < 0)
			return error_prefix(err, "--zipf");
		if (options_choice(options, "keys") == 0)
			keys_init_uniform(&run->keys, options_number(options, "universe"));
		else
			keys_init_zipf(&run->keys, options_number(options, "universe"), exponent);
	}
	return 0;
}

/* "arenascope workload lru --operations 100 …": what makes the same trace again. */
static void add_command(const struct workload *workload, const struct options *options,
	struct text *command)
{
	text_add(command, "arenascope workload %s", workload->name);
	for (const struct option_spec *spec = workload_options; spec->name; spec++)
		if (options_given(options, spec->name))
			text_add(command, " --%s %s", spec->name,
				options_text(options, spec->name));
}

static int begin_trace(struct run *run, const struct workload *workload, const char *play, int fd,
	const char *name, struct error *err)
{
	struct text command = {0};

	add_command(workload, run->options, &command);
	const struct trace_info info = {
		.program = text_of(&command),
		.python = "",
		.recorder = "arenascope " ARENASCOPE_VERSION,
		.play = play,
		.written = run->pace ? TRACE_GROWING : TRACE_WRITTEN_UNKNOWN,
	};
	int result = trace_writer_new(&run->writer, fd, name, TRACE_BINARY, &info, err);
	text_finish(&command);
	return result;
}

/* The first error is the one reported. */
static int finish_trace(struct trace_writer *writer, struct memory *memory, int result,
	struct error *err)
{
	struct error later;

	if (tracer_free(memory, &later) < 0 && result == 0)
		result = error_set(err, "%s", later.text);
	if (trace_writer_finish(writer, &later) < 0 && result == 0)
		result = error_set(err, "%s", later.text);
	return result;
}

int workload_run(const struct workload *workload, const struct options *options, const char *play,
	const struct workload_pace *pace, int fd, const char *name, struct run_totals *ret_tally,
	struct error *err)
{
	struct run run = {.options = options, .pace = pace};
	int result = prepare(&run, err);

	if (result == 0)
		result = begin_trace(&run, workload, play, fd, name, err);
	if (result == 0) {
		run.memory = tracer_new(run.writer);
		result = workload->run(&run, err);
		if (result == 0 && run.is_over_limit)
			result = tell_limit(&run, workload, err);
		run.tally.leaked = run.memory->live;
		run.tally.peak_live = run.memory->peak_bytes;
		result = finish_trace(run.writer, run.memory, result, err);
	}
	if (result == 0)
		*ret_tally = run.tally;
	keys_finish(&run.keys);
	free((void *)(uintptr_t)run.text);
	return result;
}

/* What cannot be written now is reported when the trace is finished. */
static void wait_between(const struct run *run)
{
	if (!run->pace || trace_writer_flush(run->writer, NULL) < 0)
		return;
	run->pace->wait(run->pace->user);
}

void run_notes(struct run *run, enum span_figure figure, uint64_t value)
{
	spans_note(&run->tally.spans, figure, run->tally.operations, run->planned, value);
}

void run_looked_up(struct run *run, bool is_hit)
{
	run->tally.lookups++;
	run->tally.hits += is_hit;
	run_notes(run, is_hit ? SPAN_HITS : SPAN_MISSES, 1);
}

bool run_is_timed(const struct run *run)
{
	return options_flag(run->options, "time");
}

bool run_goes_on(struct run *run)
{
	struct run_totals *tally = &run->tally;

	if (run->memory->live_bytes > tally->full_live) {
		tally->full_live = run->memory->live_bytes;
		tally->full_entries = tally->entries;
		tally->full_bytes = tally->bytes;
	}
	run->is_over_limit = run->memory->live_bytes > run->limit;
	run_notes(run, SPAN_LIVE, run->memory->live_bytes);
	if (tally->operations == run->planned || run->is_over_limit)
		return false;
	wait_between(run);
	tally->operations++;
	return true;
}

void run_ends(struct run *run)
{
	run->tally.worked = run->memory->events;
}
