/*
 * See whatif_runs.h. Each run but the first is played by one of a few processes, which take the
 * next run that nobody has taken. What they find is in memory that they share with the parent, as
 * is the place of every block of the first run, unless that has blocks elsewhere.
 */
#include "cmd/whatif_runs.h"

#include "base/cores.h"
#include "base/error.h"
#include "base/parent.h"
#include "base/progress.h"
#include "heap/heap.h"
#include "heap/malloc_trim.h"
#include "heap/metrics.h"
#include "player/rival_words.h"
#include "report/survivors.h"
#include "trace/trace.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH       256u
#define WORKERS_MAX 64u
#define WORK_MAX    48u

/* What the processes share. */
struct shared {
	atomic_size_t next;             /* run that is taken next */
	atomic_uint_least64_t progress; /* events that all runs have played */
	size_t count;
	struct whatif_run runs[];
};

struct whatif {
	struct trace *trace;
	uint64_t length; /* events */
	const char *engine;
	const struct options *options;
	struct shared *shared;
	uint32_t *places; /* by event: of the first run */
	char *work;       /* "playing 3 of 20", of WORK_MAX bytes */
};

/* Where a block was placed, as far as a comparison needs it; no place is 0 but none. */
static uint32_t place_of(const struct effect *effect)
{
	if (effect->outcome != OUTCOME_PLACED)
		return 0;
	uint64_t mixed = effect->address * UINT64_C(0x9E3779B97F4A7C15);
	return (uint32_t)(mixed >> 32) | 1u;
}

static int open_heap(const struct whatif *whatif, const char *words, struct heap **ret_heap,
	struct error *err)
{
	const char *engine = whatif->engine;
	struct options *options = NULL;

	if (words && rival_parse(words, whatif->options, &engine, &options, err) < 0)
		return -1;
	int result = heap_new(ret_heap, engine, options ? options : whatif->options, err);
	options_free(options);
	return result;
}

static void sum_up(struct whatif_run *run, const struct heap *heap, const struct metrics *metrics)
{
	struct heap_sums sums;

	heap_sums(heap, &sums);
	run->is_played = true;
	run->peak_held = metrics->peak_reserved;
	run->end_held = sums.reserved;
	run->trimmable = malloc_trim_left(heap, NULL);
	run->end_live = sums.live_bytes;
	run->refused = metrics->faults[FAULT_NO_MEMORY];
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		struct totals totals;
		engine_totals(heap_layer(heap, i), &totals);
		run->regions += totals.regions_total;
	}
}

/* Looks where a run parts from the first one, which notes its places. */
static void compare_places(const struct whatif *whatif, size_t number, uint64_t at,
	const struct effect *effect)
{
	struct whatif_run *run = &whatif->shared->runs[number];

	if (number == 0)
		whatif->places[at] = place_of(effect);
	else if (run->parts == NEVER_PARTS && whatif->places[at] != place_of(effect))
		run->parts = at;
}

/* How many runs are begun, and how far all are. */
static void say_progress(const struct whatif *whatif)
{
	size_t count = whatif->shared->count, begun = atomic_load(&whatif->shared->next);

	begun = begun < 1 ? 1 : begun < count ? begun : count;
	snprintf(whatif->work, WORK_MAX, "playing %zu of %zu", begun, count);
	progress_say(whatif->work, "events", atomic_load(&whatif->shared->progress),
		whatif->length * count);
}

static void play_events(const struct whatif *whatif, size_t number, struct heap *heap,
	struct metrics *metrics)
{
	struct whatif_run *run = &whatif->shared->runs[number];
	bool is_rehearsed = run->survivors != NULL;
	struct rehearsal rehearsal = {.survivors = run->survivors};
	struct event events[BATCH];
	uint64_t at = 0;
	size_t n;

	if (is_rehearsed)
		rehearsal_begin(&rehearsal, run->survivors, run->is_together);
	while (at < whatif->length && (n = trace_read(whatif->trace, at, events, BATCH)) > 0) {
		for (size_t i = 0; i < n && at < whatif->length; i++, at++) {
			struct effect effect;
			if (is_rehearsed && rehearsal_apply(&rehearsal, heap, at, &events[i]))
				continue;
			heap_expect(heap, &events[i], n - i);
			heap_apply(heap, at, &events[i], NULL, &effect);
			metrics_add(metrics, &events[i], &effect, heap);
			if (!run->survivors)
				compare_places(whatif, number, at, &effect);
		}
		atomic_fetch_add(&whatif->shared->progress, n);
		if (number == 0)
			say_progress(whatif);
	}
	rehearsal_end(&rehearsal);
}

static int play(const struct whatif *whatif, size_t number, struct error *err)
{
	struct whatif_run *run = &whatif->shared->runs[number];
	struct metrics metrics = {0};
	struct heap *heap;

	if (open_heap(whatif, run->words, &heap, err) < 0)
		return -1;
	run->parts = NEVER_PARTS;
	play_events(whatif, number, heap, &metrics);
	sum_up(run, heap, &metrics);
	heap_free(heap);
	return 0;
}

/* ---- processes ----------------------------------------------------------------------------- */

/* Plays runs until none is left. */
static _Noreturn void work(const struct whatif *whatif, pid_t parent)
{
	struct shared *shared = whatif->shared;
	size_t number;

	follow_parent(parent, SIGKILL); /* nobody reads its answer any more */
	progress_listen(NULL, NULL);    /* the parent speaks of all */
	while ((number = atomic_fetch_add(&shared->next, 1)) < shared->count) {
		struct error failure;
		if (play(whatif, number, &failure) < 0)
			snprintf(shared->runs[number].failure, sizeof(shared->runs[number].failure),
				"%s", failure.text);
	}
	_exit(0);
}

/* Waits for a process, and says meanwhile how far all are. */
static bool await(const struct whatif *whatif, pid_t child)
{
	static const struct timespec pause = {.tv_nsec = 20000000};
	int status;
	pid_t ended;

	while ((ended = waitpid(child, &status, WNOHANG)) == 0) {
		say_progress(whatif);
		nanosleep(&pause, NULL);
	}
	return ended == child && status == 0;
}

/* Plays the runs from the next one on. Every process that was begun is waited for. */
static int play_others(const struct whatif *whatif, struct error *err)
{
	size_t workers = cores_for(whatif->shared->count - whatif->shared->next, WORKERS_MAX);
	pid_t parent = getpid(), children[WORKERS_MAX];
	int result = 0;

	for (size_t i = 0; i < workers; i++) {
		children[i] = fork();
		if (children[i] == 0)
			work(whatif, parent);
		if (children[i] < 0)
			result = error_set(err, "cannot begin a process: %s", strerror(errno));
	}
	for (size_t i = 0; i < workers; i++)
		if (children[i] > 0 && !await(whatif, children[i]))
			result = error_set(err, "a process that played the trace ended early");
	return result;
}

static void *share(size_t bytes)
{
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

int whatif_play(struct trace *trace, uint64_t end, const char *engine,
	const struct options *options, struct whatif_run *runs, size_t n, struct error *err)
{
	char work[WORK_MAX];
	size_t shared_bytes = sizeof(struct shared) + n * sizeof(*runs);
	struct whatif whatif = {.trace = trace,
		.length = end,
		.engine = engine,
		.options = options,
		.work = work};
	size_t places_bytes = (whatif.length + 1) * sizeof(*whatif.places);
	int result = -1;

	whatif.shared = share(shared_bytes);
	whatif.places = share(places_bytes);
	if (whatif.shared == MAP_FAILED || whatif.places == MAP_FAILED) {
		error_set(err, "no memory that processes can share: %s", strerror(errno));
		goto out;
	}
	bool has_first = !runs[0].survivors;
	whatif.shared->count = n;
	whatif.shared->next = has_first;
	memcpy(whatif.shared->runs, runs, n * sizeof(*runs));
	if ((has_first && play(&whatif, 0, err) < 0) || play_others(&whatif, err) < 0)
		goto out;
	memcpy(runs, whatif.shared->runs, n * sizeof(*runs));
	result = 0;
out:
	progress_end(); /* its words go */
	if (whatif.shared != MAP_FAILED)
		munmap(whatif.shared, shared_bytes);
	if (whatif.places != MAP_FAILED)
		munmap(whatif.places, places_bytes);
	return result;
}
