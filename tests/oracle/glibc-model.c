/*
 * Compares the glibc engine with the library of this machine, and with those of other releases: the
 * same random calls, every address, every usable size, the figures of mallinfo2(), and at the end
 * malloc_info(). Maps and heaps are where the real ones were. ARENASCOPE_GLIBCS names folders,
 * separated by colons, each with a libc and its loader (and libpthread before 2.34);
 * ARENASCOPE_LONG plays a hundred times as many calls. usage: glibc-model GLIBC-REAL CALLS [MIX
 * SEED SETTING THREADS]
 */
#include "glibc-calls.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "engine/engine.h"
#include "engines/glibc/describe.h"

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
	bool maps_caches; /* a tcache in the main arena is a map, up to 2.41 the first one */
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
	{"glibc.malloc.mmap_threshold=500", {{"mmap-threshold", "500"}}, true},
	{"glibc.malloc.mmap_threshold=0:glibc.malloc.mmap_max=30",
		{{"mmap-threshold", "0"}, {"mmap-max", "30"}}, true},
};

/*
 * The mix and the setting in which the heap of an arena becomes too small: many large blocks that
 * are not mapped.
 */
#define HEAPS_MIX     9
#define HEAPS_SETTING 4

#define SETTINGS (sizeof(settings) / sizeof(*settings))
#define MIXES    (sizeof(mixes) / sizeof(*mixes))

#define SPARE UINT64_C(0x100000000000) /* where maps are whose address is not known */

/* The address space for the engine: each region is where the real library had it. */
struct source {
	struct page_source pages;
	uint64_t base, size; /* of the break */
	uint64_t next_map;
	uint64_t next_heap;
	uint64_t spare;     /* bytes given out from SPARE on */
	bool is_for_itself; /* the next map is the library's own, before that of the block */
};

static uint64_t map(struct page_source *pages, uint64_t bytes, uint64_t alignment)
{
	struct source *source = (struct source *)pages;
	uint64_t *next = alignment > 4096 ? &source->next_heap : &source->next_map;
	uint64_t base = *next;

	if (!base || (source->is_for_itself && alignment <= 4096)) {
		source->is_for_itself = false;
		base = (SPARE + source->spare + alignment - 1) & ~(alignment - 1);
		source->spare = base + bytes - SPARE;
		return base;
	}
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

/* A library to compare with, and the release that it says it is. */
struct library {
	const char *folder; /* NULL: that of this machine */
	char release[16];
};

struct run {
	const struct library *library;
	uint32_t mix;
	uint64_t seed;
	uint32_t threads;
	const struct setting *setting;
	struct engine *engine;
	struct source source;
	FILE *real;
	struct calls calls;
	uint64_t blocks[SLOTS_MAX];
	bool has_called[THREADS_MAX]; /* a function that makes a tcache first */
	uint64_t differences;
};

static struct engine *new_engine(struct run *run)
{
	const struct engine_ops *ops = engine_find("glibc");
	struct options *options = options_new();
	struct engine *engine = NULL;
	struct error err;

	options_add_table(options, ops->options);
	if (options_set(options, "glibc", run->library->release, &err) < 0)
		fprintf(stderr, "%s\n", err.text);
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

/* Becomes the program, with the loader of the library, as `words`, ended by NULL, say. */
static void become(const struct library *library, const char *real, const char *const *words)
{
	const char *folder = library->folder, *line[16];
	char loader[512], threads[512];
	size_t n = 0;

	snprintf(loader, sizeof(loader), "%s/ld-linux-x86-64.so.2", folder ? folder : "");
	snprintf(threads, sizeof(threads), "%s/libpthread.so.0", folder ? folder : "");
	if (folder) {
		line[n++] = loader;
		line[n++] = "--library-path";
		line[n++] = folder;
	}
	if (folder &&
		strcmp(library->release, "2.34") < 0) { /* threads are a library of their own */
		line[n++] = "--preload";
		line[n++] = threads;
	}
	line[n++] = real;
	while (*words)
		line[n++] = *words++;
	line[n] = NULL;
	execv(line[0], (char *const *)(uintptr_t)line);
	_exit(127);
}

static FILE *start(const struct library *library, const char *tunables, const char *real,
	const char *const *words, pid_t *ret_child)
{
	int ends[2];

	if (pipe(ends) < 0 || (*ret_child = fork()) < 0)
		return NULL;
	if (*ret_child == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		setenv("GLIBC_TUNABLES", tunables, 1);
		become(library, real, words);
	}
	close(ends[1]);
	return fdopen(ends[0], "rb");
}

static FILE *start_real(const struct run *run, const char *real, uint64_t calls, pid_t *ret_child)
{
	char numbers[5][24];
	const char *words[6] = {numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], NULL};

	snprintf(numbers[0], sizeof(numbers[0]), "%" PRIu32, run->mix);
	snprintf(numbers[1], sizeof(numbers[1]), "%" PRIu64, run->seed);
	snprintf(numbers[2], sizeof(numbers[2]), "%" PRIu64, calls);
	snprintf(numbers[3], sizeof(numbers[3]), "%u", EVERY);
	snprintf(numbers[4], sizeof(numbers[4]), "%" PRIu32, run->threads);
	return start(run->library, run->setting->tunables, real, words, ret_child);
}

static const char *const kinds[] = {"malloc", "calloc", "realloc", "memalign", "free"};

static void differs(struct run *run, uint64_t at, const struct step *step, const char *what,
	uint64_t real, uint64_t ours)
{
	if (run->differences++ > 0)
		return;
	printf("glibc %s, mix %s (%" PRIu32 "), seed %" PRIu64 ", %" PRIu32
	       " threads, '%s': call %" PRIu64 ", %s of slot %" PRIu32 ", size %" PRIu64
	       ", alignment %" PRIu64 ": %s is 0x%" PRIx64 ", ours 0x%" PRIx64 " (break 0x%" PRIx64
	       ")\n",
		run->library->release, mixes[run->mix].name, run->mix, run->seed, run->threads,
		run->setting->tunables, at, kinds[step->kind], step->slot, step->size,
		step->alignment, what, real, ours, run->source.base);
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
static void expect(struct run *run, uint32_t thread, const struct step *step,
	const struct record *record)
{
	bool is_map = record->lead != NOT_MAPPED, *has_called = &run->has_called[thread];

	run->source.is_for_itself = run->setting->maps_caches &&
				    strcmp(run->library->release, "2.42") < 0 && !*has_called &&
				    step->kind != STEP_ALIGNED;
	*has_called |= step->kind != STEP_ALIGNED;

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
	expect(run, run->calls.thread, &step, &record);
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
	run->has_called[0] = run->threads > 1;
	run->engine->call = CALL_MALLOC;
	request.size = GREETING;
	for (uint32_t i = 0; run->threads > 1 && i < run->threads; i++) {
		const struct step greeting = {STEP_MALLOC, 0, GREETING, 0};
		if (fread(&record, sizeof(record), 1, run->real) != 1)
			return false;
		expect(run, i, &greeting, &record);
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
static uint64_t play_all(const struct library *library, const char *real, uint64_t calls,
	uint64_t *failed)
{
	struct run like = {.library = library, .threads = 1};
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
	like = (struct run){.library = library,
		.mix = HEAPS_MIX,
		.seed = 5,
		.setting = &settings[HEAPS_SETTING],
		.threads = 2};
	return total + play_one(&like, real, calls < 90000 ? 90000 : calls, failed);
}

/* ---- libraries ------------------------------------------------------------------------------ */

static bool has_preset(const char *release)
{
	struct options *options = options_new();
	struct error err;

	options_add_table(options, engine_find("glibc")->options);
	bool has = options_set(options, "glibc", release, &err) == 0;
	options_free(options);
	return has;
}

/* What the library says it is; false: it does not run here. */
static bool find_release(struct library *library, const char *real)
{
	const char *words[] = {NULL};
	pid_t child = -1;
	int status;

	/* Not known yet: an older one may want its threads preloaded, and does not mind. */
	strcpy(library->release, "2.0");
	FILE *said = start(library, "", real, words, &child);
	bool has_said = said && fscanf(said, "%15[0-9.]", library->release) == 1;
	if (said)
		fclose(said);
	waitpid(child, &status, 0);
	return has_said;
}

/* Plays all calls into one library; the exit status: 77 where it is not compared. */
static int compare(struct library *library, const char *real, uint64_t calls)
{
	const char *where = library->folder ? library->folder : "this machine";
	uint64_t failed = 0;

	if (!find_release(library, real)) {
		printf("%s: its library does not run here\n", where);
		return 77;
	}
	if (!has_preset(library->release)) {
		printf("glibc %s: not compared, there is no preset for it\n", library->release);
		return 77;
	}
	uint64_t total = play_all(library, real, calls, &failed);
	printf("glibc %s: %" PRIu64 " calls, %zu mixes, %zu settings, %" PRIu64
	       " of the runs differ\n",
		library->release, total, MIXES, SETTINGS, failed);
	return failed > 0;
}

static int compare_all(const char *real, uint64_t calls)
{
	char *folders = strdup(getenv("ARENASCOPE_GLIBCS") ? getenv("ARENASCOPE_GLIBCS") : "");
	char *rest = folders, *folder;
	struct library own = {.folder = NULL};
	int status = compare(&own, real, calls);

	while ((folder = strsep(&rest, ":")) != NULL) {
		struct library library = {.folder = folder};
		int other = *folder ? compare(&library, real, calls) : 77;
		if (other != 77)
			status = status == 77 ? other : status | other;
	}
	if (!getenv("ARENASCOPE_GLIBCS"))
		printf("other releases: not compared, ARENASCOPE_GLIBCS names no folders\n");
	free(folders);
	return status;
}

int main(int argc, char **argv)
{
	uint64_t calls = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, failed = 0;
	struct library library = {.folder = getenv("ARENASCOPE_GLIBCS")};

	if (argc != 3 && argc != 7)
		return 2;
	if (getenv("ARENASCOPE_LONG"))
		calls *= 100;
	if (argc == 3)
		return compare_all(argv[1], calls);
	if (!find_release(&library, argv[1]))
		return 1;
	const struct run like = {.library = &library,
		.mix = (uint32_t)strtoul(argv[3], NULL, 10),
		.seed = strtoull(argv[4], NULL, 10),
		.setting = &settings[strtoul(argv[5], NULL, 10)],
		.threads = (uint32_t)strtoul(argv[6], NULL, 10)};
	play_one(&like, argv[1], calls, &failed);
	return failed > 0;
}
