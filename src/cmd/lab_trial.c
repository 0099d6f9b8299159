/* See lab_trial.h. */
#include "cmd/lab_trial.h"

#include "base/error.h"
#include "base/progress.h"
#include "base/write_all.h"
#include "base/xalloc.h"
#include "cmd/lab_course.h"
#include "cmd/lab_spare.h"
#include "engines/plugin.h"
#include "heap/heap.h"
#include "heap/metrics.h"
#include "plugin/cause.h"
#include "plugin/leftover.h"
#include "trace/trace.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BATCH       256u
#define RACES       3u                    /* the fastest one counts */
#define RACE_LONG   UINT64_C(60000000000) /* nanoseconds: then there is one only */
#define SLICE       1000u                 /* milliseconds */
#define AGAIN_STEPS 500u                  /* of a trace, after which it begins again first */

/* ---- one by one ------------------------------------------------------------------------------ */

/* Whether a request failed and the trace is not the reason. */
static bool is_refused(const struct event *event, const struct effect *effect)
{
	return effect->fault == FAULT_NO_MEMORY && event->kind != EVENT_MAP;
}

/* words: NULL: it got nothing. */
static void fail(struct trial *trial, uint64_t at, const struct event *event, const char *words,
	bool was_refused)
{
	trial->is_valid = false;
	trial->failed_at = at;
	if (words)
		snprintf(trial->words, sizeof(trial->words), "%s", words);
	else
		snprintf(trial->words, sizeof(trial->words), "your %s(%" PRIu64 ") returned NULL%s",
			event->kind == EVENT_REALLOCATE ? "mm_realloc" : "mm_malloc", event->size,
			was_refused ? ": its heap may not grow further (--plugin-heap)" : "");
}

/* The program that made the trace would have been wrong, whatever the allocator did. */
static void note_mistake(struct trial *trial, uint64_t at, enum fault fault)
{
	if (fault != FAULT_FREE_UNKNOWN && fault != FAULT_REALLOC_UNKNOWN &&
		fault != FAULT_DOUBLE_FREE && fault != FAULT_STILL_LIVE)
		return;
	if (trial->mistakes.count++ > 0)
		return;
	trial->mistakes.first = at;
	trial->mistakes.words = fault_words(fault);
}

static void fail_slowly(struct heap *heap, uint64_t at, const struct event *event,
	struct trial *trial)
{
	struct text words = {0};

	heap_explain(heap, &words);
	fail(trial, at, event, words.length > 0 ? text_of(&words) : NULL,
		plugin_engine_was_refused(heap_layer(heap, 0)));
	text_finish(&words);
}

/* Plays until the first failure. */
static void play(struct heap *heap, struct trace *trace, struct metrics *metrics,
	struct trial *trial)
{
	struct event events[BATCH];
	uint64_t at = 0, length = course_length(trace);
	size_t n;

	trial->is_valid = true;
	while (trial->is_valid && at < length && (n = trace_read(trace, at, events, BATCH)) > 0) {
		progress_say("calling the allocator", "events", at, length);
		for (size_t i = 0; i < n && at < length && trial->is_valid; i++, at++) {
			struct effect effect;
			heap_apply(heap, at, &events[i], NULL, &effect);
			metrics_add(metrics, &events[i], &effect, heap);
			note_mistake(trial, at, effect.fault);
			struct spare spare;
			if (plugin_engine_spare(heap_layer(heap, 0), at, &spare))
				note_spare(trial, at, events[i].size, &spare);
			if (heap_broken(heap) || is_refused(&events[i], &effect))
				fail_slowly(heap, at, &events[i], trial);
		}
	}
	progress_end();
}

static int race(const struct engine *engine, struct trial *trial, struct error *err)
{
	struct plugin_race fastest = {0};

	for (unsigned i = 0; i < RACES; i++) {
		struct plugin_race race;
		if (plugin_engine_race(engine, &race, err) < 0)
			return -1;
		if (i == 0 || race.nanoseconds < fastest.nanoseconds)
			fastest = race;
	}
	trial->calls = fastest.served;
	trial->nanoseconds = fastest.nanoseconds;
	return 0;
}

/* Of the whole trace: no request of it is at fault. */
static void fail_unseen(struct trial *trial, struct trace *trace, const char *words)
{
	trial->is_valid = false;
	trial->is_unseen = true;
	trial->failed_at = course_length(trace);
	snprintf(trial->words, sizeof(trial->words), "%s", words);
}

static void run_slowly(struct heap *heap, struct trace *trace, struct trial *trial)
{
	const char *start = plugin_start_failure(plugin_engine_plugin(heap_layer(heap, 0)));
	struct metrics metrics = {0};
	struct error err;

	play(heap, trace, &metrics, trial);
	if (trial->is_valid && start) /* and the trace has no request that it fails */
		fail_unseen(trial, trace, start);
	if (!trial->is_valid)
		return;
	uint64_t held = plugin_engine_held(heap_layer(heap, 0));
	trial->utilisation = held ? (double)metrics.peak_bytes / (double)held : 0;
	if (race(heap_layer(heap, 0), trial, &err) < 0)
		fail_unseen(trial, trace, err.text);
}

/* ---- all at once ----------------------------------------------------------------------------- */

/* Nobody else measures time meanwhile. */
static void take_turn(int turn, short type)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET};

	if (turn >= 0)
		fcntl(turn, F_SETLKW, &lock);
}

/* false: it cannot be told; ret_grade: of the one run that failed, or of the last. */
static bool measure(struct plugin *plugin, int steps, const struct course *course, int turn,
	struct plugin_grade *ret_grade, uint64_t *ret_nanoseconds)
{
	uint64_t fastest = UINT64_MAX, nanoseconds;
	bool is_known = true, is_served = true, is_short = true;

	take_turn(turn, F_WRLCK);
	for (unsigned i = 0; i < RACES && is_known && is_served && is_short; i++) {
		is_known = plugin_time(plugin, steps, course->steps.count, course->blocks,
			ret_grade, &nanoseconds);
		is_served = ret_grade->served == course->steps.count;
		is_short = nanoseconds < RACE_LONG;
		if (nanoseconds < fastest)
			fastest = nanoseconds;
	}
	take_turn(turn, F_UNLCK);
	*ret_nanoseconds = fastest;
	return is_known;
}

static uint64_t event_of(const void *context, uint64_t step)
{
	const struct course *course = context;

	return course->numbers.items[step];
}

/* Appends why it failed, where that can be found out; before: as of cause_new_again(). */
static void add_cause(struct plugin *plugin, int steps, const struct course *course,
	const struct plugin_grade *grade, uint64_t before, struct trial *trial)
{
	struct cause *cause = cause_new_again(plugin, steps, before, grade->served + 1,
		course->blocks, grade->failure);
	size_t length = strlen(trial->words);
	struct text words = {0};

	for (uint64_t passed = 0; !cause_search(cause, SLICE); passed += SLICE)
		progress_say("looking for the cause", "seconds", passed / 1000, 0);
	progress_end();
	cause_add_words(cause, event_of, course, &words);
	if (words.length > 0)
		snprintf(trial->words + length, sizeof(trial->words) - length, "; %s",
			text_of(&words));
	text_finish(&words);
	cause_free(cause);
}

/* The step after those that were served. */
static void tell_step(struct course *course, struct trace *trace, const struct plugin_grade *grade,
	struct trial *trial)
{
	uint64_t at = course->numbers.items[grade->served];
	struct event event;

	if (trace_read(trace, at, &event, 1) == 1)
		fail(trial, at, &event, grade->words, grade->was_refused);
}

/* So many calls were served well, in so long. */
static void give_up(struct trial *trial, const struct plugin *plugin, const struct course *course,
	uint64_t served)
{
	uint64_t limit = plugin_limit(plugin), seconds = limit / 1000;

	trial->is_valid = false;
	trial->is_unseen = true;
	trial->is_late = true;
	trial->failed_at = course->numbers.items[served];
	snprintf(trial->words, sizeof(trial->words),
		"given up after %" PRIu64 " %s of processor time, in which %" PRIu64
		" of %zu calls were made; none of these failed (--plugin-time %" PRIu64
		" gives it ten times as long)",
		seconds >= 120 ? seconds / 60 : seconds, seconds >= 120 ? "minutes" : "seconds",
		served, course->steps.count, plugin_time_of_call(plugin) * 10);
}

/* Of an allocator that otherwise does well; when: where it does not. */
static void tell_unseen_step(struct course *course, struct trace *trace,
	const struct plugin_grade *grade, const char *when, struct trial *trial)
{
	tell_step(course, trace, grade, trial);
	size_t length = strlen(trial->words);
	snprintf(trial->words + length, sizeof(trial->words) - length, "; only %s", when);
	trial->is_unseen = true;
}

/* Whether the first `count` steps are served twice in the same process; if not, ret_grade. */
static bool is_served_again(struct plugin *plugin, int steps, uint64_t count,
	const struct course *course, struct plugin_grade *ret_grade)
{
	return !plugin_grade_again(plugin, steps, count, course->blocks, ret_grade) ||
	       ret_grade->served == count || ret_grade->is_late;
}

/*
 * Drivers of the lab have one process for all traces. They never begin in the midst of one: what
 * an allocator leaves as it was may be right wherever all has been freed.
 */
static void begin_again(struct plugin *plugin, struct trace *trace, int steps,
	struct course *course, struct trial *trial)
{
	uint64_t all = course->steps.count, some = all < AGAIN_STEPS ? all : AGAIN_STEPS;
	struct plugin_grade grade;
	struct text when = {0};

	bool fails = !is_served_again(plugin, steps, some, course, &grade);
	if (fails && some < all)
		fails = !is_served_again(plugin, steps, some = all, course, &grade);
	if (!fails)
		return;
	text_add(&when,
		"after another trace, in the same process, and another mm_init(), as by the lab's driver: ");
	if (!leftover_add_words(&when, plugin, steps, some, course->blocks, &grade))
		text_add(&when,
			"does mm_init() set every variable, and has each block the bytes that were asked for?");
	tell_unseen_step(course, trace, &grade, text_of(&when), trial);
	add_cause(plugin, steps, course, &grade, some, trial);
	text_finish(&when);
}

/*
 * false: only calls one by one can tell, since the trace has more than requests of the lab, or
 * since the allocator does not fail in the same way twice.
 */
static bool run_at_once(struct plugin *plugin, struct trace *trace, int turn, struct trial *trial)
{
	struct plugin_grade grade;
	struct course course;
	int steps = -1;

	bool is_known = course_of(&course, trace, plugin_is_of_lab(plugin));
	if (is_known)
		steps = course_file(&course);
	is_known = steps >= 0 &&
		   plugin_grade(plugin, steps, course.steps.count, course.blocks, &grade);
	if (is_known && grade.is_late) {
		give_up(trial, plugin, &course, grade.served);
	} else if (is_known && grade.served < course.steps.count) {
		tell_step(&course, trace, &grade, trial);
		add_cause(plugin, steps, &course, &grade, 0, trial);
	} else if (is_known) {
		trial->calls = course.steps.count;
		uint64_t held = grade.held;
		trial->utilisation = (double)course.peak / (double)held;
		is_known = grade.held > 0 &&
			   measure(plugin, steps, &course, turn, &grade, &trial->nanoseconds);
		trial->is_valid = is_known && grade.served == course.steps.count;
		if (trial->is_valid)
			find_spare(trial, plugin, &course, steps, held);
		if (is_known && grade.is_late)
			give_up(trial, plugin, &course, grade.served);
		else if (is_known && !trial->is_valid)
			tell_unseen_step(&course, trace, &grade,
				"at full speed, where nothing is written into its blocks: it reads what they have in them",
				trial);
		else if (is_known)
			begin_again(plugin, trace, steps, &course, trial);
	}
	if (steps >= 0)
		close(steps);
	course_finish(&course);
	return is_known;
}

/* The message without the path that it begins with: that stands beside it. */
static const char *without(const char *message, const char *path)
{
	size_t length = strlen(path);

	if (strncmp(message, path, length) != 0 || message[length] != ':')
		return message;
	return message + length + 1 + strspn(message + length + 1, " ");
}

static void find_lines(struct trial *trial, const struct trace *trace)
{
	if (!trial->is_valid)
		trial->failed_line = trace_line(trace, trial->failed_at);
	if (trial->left_out.lines > 0)
		trial->left_out.first_line = trace_skipped_line(trace);
	if (trial->spare.count > 0)
		trial->spare.line = trace_line(trace, trial->spare.first);
	if (trial->mistakes.count > 0)
		trial->mistakes.line = trace_line(trace, trial->mistakes.first);
}

/* What stands behind the requests that the header counts, or is missing of them. */
static void find_rest(struct trial *trial, struct trace *trace)
{
	trial->missing = course_missing(trace);
	trial->counted = trace_info(trace)->header[2];
	trial->rest.requests = course_rest(trace, &trial->rest.first);
	if (trial->rest.requests == 0)
		return;
	trial->rest.of = trace_info(trace)->header[2] + trial->rest.requests;
	trial->rest.line = trace_line(trace, trial->rest.first);
}

/* ---- life ------------------------------------------------------------------------------------ */

void trial_run(const struct trial_setting *setting, const char *path, struct trial *ret_trial)
{
	struct trial trial = {0};
	struct trace *trace = NULL;
	struct heap *heap = NULL;
	struct error err;

	if (trace_open(&trace, path, 0, &err) < 0 ||
		heap_new(&heap, setting->engine, setting->options, &err) < 0) {
		snprintf(trial.words, sizeof(trial.words), "%s", without(err.text, path));
	} else {
		trial.is_read = true;
		if (!run_at_once(plugin_engine_plugin(heap_layer(heap, 0)), trace, setting->turn,
			    &trial))
			run_slowly(heap, trace, &trial);
		trial.left_out.lines = trace_skipped(trace);
		find_lines(&trial, trace);
		find_rest(&trial, trace);
	}
	heap_free(heap);
	trace_close(trace);
	*ret_trial = trial;
}
