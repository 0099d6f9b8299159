/*
 * Compares the glibc engine with the library of this machine: the same random calls, every address,
 * every usable size, the figures of mallinfo2(), and at the end malloc_info(). Maps and heaps are
 * where the real ones were. ARENASCOPE_LONG=1: a hundred times as many calls. usage: glibc-model
 * GLIBC-REAL CALLS [MIX SEED SETTING THREADS]
 */
#include "glibc-calls.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engines/glibc/describe.h"

#include <gnu/libc-version.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVERY 16u   /* calls between two comparisons of the figures */
#define CHECK 4999u /* calls between two checks of the engine itself */

struct setting {
	const char *tunables;
	const char *options[4][2];
};

static const struct setting settings[] = {
	{"", {{NULL}}},
	{"glibc.malloc.tcache_count=0", {{"tcache-count", "0"}}},
	{"glibc.malloc.tcache_count=3:glibc.malloc.tcache_max=200",
		{{"tcache-count", "3"}, {"tcache-max", "200"}}},
	{"glibc.malloc.tcache_count=200:glibc.malloc.mxfast=0",
		{{"tcache-count", "200"}, {"mxfast", "0"}}},
	{"glibc.malloc.mmap_threshold=1000000:glibc.malloc.arena_max=2",
		{{"mmap-threshold", "1000000"}, {"arena-max", "2"}}},
	{"glibc.malloc.mxfast=160:glibc.malloc.top_pad=0", {{"mxfast", "160"}, {"top-pad", "0"}}},
	{"glibc.malloc.mmap_threshold=5000:glibc.malloc.mmap_max=20",
		{{"mmap-threshold", "5000"}, {"mmap-max", "20"}}},
	{"glibc.malloc.trim_threshold=0:glibc.malloc.top_pad=5000:glibc.malloc.tcache_count=1",
		{{"trim-threshold", "0"}, {"top-pad", "5000"}, {"tcache-count", "1"}}},
};

/*
 * The mix and the setting in which the heap of an arena becomes too small: many large blocks that
 * are not mapped.
 */
#define HEAPS_MIX     9
#define HEAPS_SETTING 4

#define SETTINGS (sizeof(settings) / sizeof(*settings))
#define MIXES    (sizeof(mixes) / sizeof(*mixes))

/* The address space for the engine: each region is where the real library had it. */
struct source {
	struct page_source pages;
	uint64_t base, size; /* of the break */
	uint64_t next_map;
	uint64_t next_heap;
};

static uint64_t map(struct page_source *pages, uint64_t bytes, uint64_t alignment)
{
	struct source *source = (struct source *)pages;
	uint64_t *next = alignment > 4096 ? &source->next_heap : &source->next_map;
	uint64_t base = *next ? *next : UINT64_C(0x100000000000);

	*next = 0;
	return base;
}

static bool take(struct page_source *pages, uint64_t base, uint64_t bytes, bool open)
{
	struct source *source = (struct source *)pages;

	return base == source->next_map;
}

static void unmap(struct page_source *pages, uint64_t base, uint64_t bytes)
{
}

static bool grow(struct page_source *pages, uint64_t bytes, uint64_t *ret_base)
{
	struct source *source = (struct source *)pages;

	source->size += bytes;
	*ret_base = source->base;
	return true;
}

static bool shrink(struct page_source *pages, uint64_t bytes)
{
	((struct source *)pages)->size -= bytes;
	return true;
}

struct run {
	uint32_t mix;
	uint64_t seed;
	uint32_t threads;
	const struct setting *setting;
	struct engine *engine;
	struct source source;
	FILE *real;
	struct calls calls;
	uint64_t blocks[SLOTS_MAX];
	uint64_t differences;
};

static struct engine *new_engine(struct run *run)
{
	const struct engine_ops *ops = engine_find("glibc");
	struct options *options = options_new();
	struct engine *engine = NULL;
	struct error err;

	options_add_table(options, ops->options);
	for (size_t i = 0; i < 4 && run->setting->options[i][0]; i++)
		if (options_set(options, run->setting->options[i][0], run->setting->options[i][1],
			    &err) < 0)
			fprintf(stderr, "%s\n", err.text);
	run->source.pages = (struct page_source){.map = map,
		.take = take,
		.unmap = unmap,
		.grow = grow,
		.shrink = shrink};
	if (engine_new(&engine, ops, NULL, &run->source.pages, options, &err) < 0)
		fprintf(stderr, "%s\n", err.text);
	options_free(options);
	return engine;
}

static FILE *start_real(const struct run *run, const char *real, uint64_t calls, pid_t *ret_child)
{
	char words[5][24];
	int ends[2];

	snprintf(words[0], sizeof(words[0]), "%" PRIu32, run->mix);
	snprintf(words[1], sizeof(words[1]), "%" PRIu64, run->seed);
	snprintf(words[2], sizeof(words[2]), "%" PRIu64, calls);
	snprintf(words[3], sizeof(words[3]), "%u", EVERY);
	snprintf(words[4], sizeof(words[4]), "%" PRIu32, run->threads);
	if (pipe(ends) < 0 || (*ret_child = fork()) < 0)
		return NULL;
	if (*ret_child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		setenv("GLIBC_TUNABLES", run->setting->tunables, 1);
		execl(real, real, words[0], words[1], words[2], words[3], words[4], (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	return fdopen(ends[0], "rb");
}

static const char *const kinds[] = {"malloc", "calloc", "realloc", "memalign", "free"};

static void differs(struct run *run, uint64_t at, const struct step *step, const char *what,
	uint64_t real, uint64_t ours)
{
	if (run->differences++ > 0)
		return;
	printf("mix %s (%" PRIu32 "), seed %" PRIu64 ", %" PRIu32 " threads, '%s': call %" PRIu64
	       ", %s of slot %" PRIu32 ", size %" PRIu64 ", alignment %" PRIu64 ": %s is 0x%" PRIx64
	       ", ours 0x%" PRIx64 " (break 0x%" PRIx64 ")\n",
		mixes[run->mix].name, run->mix, run->seed, run->threads, run->setting->tunables, at,
		kinds[step->kind], step->slot, step->size, step->alignment, what, real, ours,
		run->source.base);
}

static enum outcome apply(struct run *run, const struct step *step, struct placement *ret_placement)
{
	const struct request request = {.size = step->size, .alignment = step->alignment};
	struct engine *engine = run->engine;

	engine->call = step->kind == STEP_CALLOC ? CALL_CALLOC : CALL_MALLOC;
	if (step->kind == STEP_FREE)
		return engine_release(engine, run->blocks[step->slot]);
	if (step->kind == STEP_REALLOC)
		return engine_reallocate(engine, run->blocks[step->slot], &request, ret_placement);
	return engine_allocate(engine, &request, ret_placement);
}

static bool compare_figures(struct run *run, uint64_t at, const struct step *step)
{
	static const char *const names[] = {"arena", "ordblks", "smblks", "hblks", "hblkhd",
		"usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"};
	struct glibc_figures figures;
	uint64_t real[10], ours[10];

	if (fread(real, sizeof(real), 1, run->real) != 1)
		return false;
	glibc_figures(run->engine, &figures);
	memcpy(ours, &figures, sizeof(ours));
	for (int i = 0; i < 10; i++)
		if (real[i] != ours[i])
			differs(run, at, step, names[i], real[i], ours[i]);
	return true;
}

/*
 * Sets the address of the next map or heap, from the record; a heap that exists already is not
 * requested.
 */
static void expect(struct run *run, const struct record *record)
{
	bool is_map = record->lead != NOT_MAPPED;

	run->source.next_map = is_map ? record->address - 16 - record->lead : 0;
	run->source.next_heap = is_map ? 0 : record->address & ~((UINT64_C(64) << 20) - 1);
}

static bool step(struct run *run, uint64_t at)
{
	struct step step = calls_next(&run->calls);
	bool has_block = run->calls.live[step.slot];
	struct record record = {.lead = NOT_MAPPED};
	struct placement placement = {0};
	struct error err;

	if (has_block && fread(&record, sizeof(record), 1, run->real) != 1)
		return false;
	expect(run, &record);
	run->engine->thread = run->calls.thread;
	enum outcome outcome = apply(run, &step, &placement);
	if (outcome != (has_block ? OUTCOME_PLACED : OUTCOME_RELEASED))
		differs(run, at, &step, "the outcome", has_block, outcome);
	if (placement.address != record.address)
		differs(run, at, &step, "the address", record.address, placement.address);
	if (placement.given != record.usable)
		differs(run, at, &step, "the usable size", record.usable, placement.given);
	run->blocks[step.slot] = placement.address;
	if (at % CHECK == 0 && engine_check(run->engine, &err) < 0) {
		printf("call %" PRIu64 ": %s\n", at, err.text);
		run->differences++;
	}
	return at % EVERY != 0 || compare_figures(run, at, &step);
}

/* The requests made by creating the threads, and their greetings. */
static bool begin(struct run *run)
{
	struct request request = {.size = DTV_BYTES};
	struct placement placement;
	struct record record;

	if (fread(&run->source.base, sizeof(uint64_t), 1, run->real) != 1)
		return false;
	run->engine->call = CALL_CALLOC;
	for (uint32_t i = 1; i < run->threads; i++)
		engine_allocate(run->engine, &request, &placement);
	run->engine->call = CALL_MALLOC;
	request.size = GREETING;
	for (uint32_t i = 0; run->threads > 1 && i < run->threads; i++) {
		const struct step greeting = {STEP_MALLOC, 0, GREETING, 0};
		if (fread(&record, sizeof(record), 1, run->real) != 1)
			return false;
		expect(run, &record);
		run->engine->thread = i;
		engine_allocate(run->engine, &request, &placement);
		if (placement.address != record.address)
			differs(run, 0, &greeting, "the address", record.address,
				placement.address);
	}
	return true;
}

/* Compares malloc_info(), which is the rest of the input. */
static void compare_info(struct run *run)
{
	static char real[1 << 16];
	struct text ours = {0};
	size_t n = fread(real, 1, sizeof(real) - 1, run->real);

	real[n] = '\0';
	engine_report(run->engine, 0, &ours);
	if (strcmp(real, text_of(&ours)) != 0) {
		printf("malloc_info() printed:\n%s\nours:\n%s\n", real, text_of(&ours));
		run->differences++;
	}
	text_finish(&ours);
}

static uint64_t play(struct run *run, const char *real, uint64_t calls)
{
	pid_t child = -1;
	uint64_t at = 0;
	int status;

	run->real = start_real(run, real, calls, &child);
	run->engine = new_engine(run);
	calls_init(&run->calls, run->mix, run->seed, run->threads);
	if (!run->real || !run->engine || !begin(run)) {
		printf("%s cannot be played into\n", real);
		exit(1);
	}
	while (at < calls && run->differences == 0 && step(run, at))
		at++;
	if (at == calls && run->differences == 0)
		compare_info(run);
	fclose(run->real);
	waitpid(child, &status, 0);
	engine_free(run->engine);
	if (at < calls && run->differences == 0) {
		printf("%s ended after %" PRIu64 " calls\n", real, at);
		run->differences++;
	}
	return at;
}

static uint64_t play_one(const struct run *like, const char *real, uint64_t calls, uint64_t *failed)
{
	struct run *run = calloc(1, sizeof(*run));

	*run = *like;
	uint64_t played = play(run, real, calls);
	*failed += run->differences > 0;
	free(run);
	return played;
}

/*
 * Plays every mix with every setting; then each mix with threads, whose turns cost more than their
 * calls.
 */
static uint64_t play_all(const char *real, uint64_t calls, uint64_t *failed)
{
	struct run like = {.threads = 1};
	uint64_t total = 0;

	for (uint32_t i = 0; i < MIXES * SETTINGS; i++) {
		like.mix = i / SETTINGS;
		like.seed = i + 1;
		like.setting = &settings[i % SETTINGS];
		total += play_one(&like, real, calls, failed);
	}
	for (uint32_t i = 0; i < MIXES * 2; i++) {
		like.threads = 2 + i % 4;
		like.mix = i % MIXES;
		like.setting = &settings[i % SETTINGS];
		total += play_one(&like, real, calls / 2, failed);
	}
	/* Enough calls that an arena needs a second heap, and returns it. */
	like = (struct run){.mix = HEAPS_MIX,
		.seed = 5,
		.setting = &settings[HEAPS_SETTING],
		.threads = 2};
	return total + play_one(&like, real, calls < 90000 ? 90000 : calls, failed);
}

int main(int argc, char **argv)
{
	uint64_t calls = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, total, failed = 0;

	if (argc != 3 && argc != 7)
		return 2;
	if (strcmp(gnu_get_libc_version(), "2.36") != 0) {
		printf("no preset was compared with glibc %s\n", gnu_get_libc_version());
		return 77;
	}
	if (getenv("ARENASCOPE_LONG"))
		calls *= 100;
	if (argc == 7) {
		const struct run like = {.mix = (uint32_t)strtoul(argv[3], NULL, 10),
			.seed = strtoull(argv[4], NULL, 10),
			.setting = &settings[strtoul(argv[5], NULL, 10)],
			.threads = (uint32_t)strtoul(argv[6], NULL, 10)};
		total = play_one(&like, argv[1], calls, &failed);
	} else {
		total = play_all(argv[1], calls, &failed);
	}
	printf("glibc %s: %" PRIu64 " calls, %zu mixes, %zu settings, %" PRIu64
	       " of the runs differ\n",
		gnu_get_libc_version(), total, MIXES, SETTINGS, failed);
	return failed > 0;
}
