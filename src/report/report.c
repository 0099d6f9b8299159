/* See report.h. */
#include "report/report.h"

#include "heap/malloc_trim.h"
#include "player/scope.h"
#include "report/handed_on.h"
#include "report/transients.h"
#include "trace/exits.h"

#include <stdlib.h>

static bool is_over(const struct trace *trace, uint64_t position)
{
	struct trace_exit exit;

	return trace_find_exit(trace, &exit) && position >= exit.position;
}

/* The first of the even steps after `at`, or the moment where no more are wanted. */
static uint64_t next_step(const struct report *report, uint64_t at)
{
	uint64_t step = report->position / TRIM_STEPS;
	bool has_steps = report->is_over && !report->is_partial && step > 0;

	return has_steps && at / step + 1 < TRIM_STEPS ? (at / step + 1) * step : report->position;
}

static uint64_t live_bytes(const struct report *report)
{
	struct heap_sums sums;

	heap_sums(report->heap, &sums);
	return sums.live_bytes;
}

/*
 * From one position to the other; notes what is live before the last frees, and at each step what
 * malloc_trim() would return.
 */
static void play_between(struct report *report, struct trace *trace, uint64_t from, uint64_t to,
	struct error *err)
{
	while (from < to) {
		uint64_t step = next_step(report, from), next = step < to ? step : to;
		if (from < report->frees_from && report->frees_from < next)
			next = report->frees_from;
		metrics_play_part(&report->metrics, report->heap, trace, from, next,
			report->position, err);
		uint64_t bytes = next == step && next < report->position
					 ? malloc_trim_left(report->heap, NULL)
					 : 0;
		if (bytes > report->best.bytes)
			report->best = (struct trim){bytes, next};
		from = next;
		if (from == report->frees_from)
			report->last_frees = live_bytes(report);
	}
}

#define REQUEST_WEIGHT 16 /* a request among frees counts as so many of them do */
#define REQUESTS_MOST  64 /* so many more than the frees weigh, and the run of frees is over */

/*
 * Where the events begin that nearly only free, up to the position: what a local variable kept dies
 * when its function returns, and while that is freed an arena may go back, a handler may run. Grows
 * with them.
 */
static uint64_t last_frees_begin(struct trace *trace, uint64_t position, uint64_t *ret_requests)
{
	uint64_t from = position, requests = 0;
	int64_t more = 0, most = 0; /* frees than requests */
	struct event event;

	*ret_requests = 0;
	for (uint64_t at = position; at > 0 && trace_get(trace, at - 1, &event) &&
				     more + REQUEST_WEIGHT * REQUESTS_MOST > most;
		at--) {
		more += event.kind == EVENT_FREE;
		if (event_asks_for_memory(&event)) {
			more -= REQUEST_WEIGHT;
			requests++;
		}
		if (more > most) {
			most = more;
			from = at - 1;
			*ret_requests = requests;
		}
	}
	return from;
}

/* Plays up to the position, and stops where the kernel's figures are. */
static void play(struct report *report, struct trace *trace, struct error *err)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks);
	struct kernel_figures figures;
	struct heap_sums sums;
	uint64_t at = 0;

	report->frees_from = last_frees_begin(trace, report->position, &report->last_requests);
	for (size_t i = 0; i < count && marks[i].position <= report->position; i++) {
		if (!kernel_read(marks[i].name, &figures))
			continue;
		play_between(report, trace, at, marks[i].position, err);
		at = marks[i].position;
		heap_sums(report->heap, &sums);
		/* Other threads may have called since the mark. */
		struct kernel_figures others;
		bool follows = i > 0 && !kernel_read(marks[i - 1].name, &others);
		*array_push(&report->kernel) = (struct kernel_mark){
			.name = follows ? marks[i - 1].name : "",
			.position = at,
			.live = sums.live_bytes,
			.held = sums.reserved,
			.figures = figures,
		};
	}
	play_between(report, trace, at, report->position, err);
	uint64_t live = live_bytes(report);
	report->last_frees = report->last_frees > live ? report->last_frees - live : 0;
}

/*
 * Free memory that merges with nothing matters: it is a hundredth of what is held, or no block
 * keeps most of what is idle.
 */
static bool has_leftovers(const struct report *report)
{
	const struct holdings *holdings = &report->holdings;
	uint64_t unmerged = holdings->causes[CAUSE_FAST] + holdings->causes[CAUSE_CACHED];

	return unmerged > holdings->held / 100 ||
	       (unmerged > 0 && !report_is_mostly_live(report) &&
		       report->keepers.idle < report_known_idle(report) / 2);
}

static void find_keepers(struct report *report, struct trace *trace)
{
	struct transients transients;

	transients_find(&transients, trace, &report->lives, report->position);
	keepers_find(&report->keepers, report->heap, &report->lives, report->callers, &transients,
		&report->owners, !report->is_partial);
	transients_finish(&transients);
}

int report_make(struct report *ret_report, struct trace *trace, const char *engine,
	const struct options *options, uint64_t position, struct error *err)
{
	struct report *report = ret_report;
	struct heap_sums sums;

	if (heap_new(&report->heap, engine, options, err) < 0)
		return -1;
	report->trace = trace;
	report->is_partial = scope_of(trace) != SCOPE_ALL;
	report->position = position;
	report->is_over = is_over(trace, position);
	play(report, trace, err);
	fragmentation_of(report->heap, &report->metrics, &report->fragmentation);
	holdings_of(report->heap, &report->holdings);
	heap_sums(report->heap, &sums);
	report->given_up = sums.given_up;
	if (report->is_partial)
		holdings_hide_holes(&report->holdings);
	else
		report->trimmable = malloc_trim_left(report->heap, &report->stays);
	keeping_of(report->heap, &report->keeping);
	report->symbols = symbols_new(trace);
	report->callers = callers_new(trace, report->symbols);
	lives_read(&report->lives, trace, report->callers, position, report->heap);
	owners_find(&report->owners, trace, &report->lives, position);
	find_keepers(report, trace);
	if (report->owners.count == 0)
		report->handed_on = handed_on_new(trace, report->heap, &report->lives);
	if (has_leftovers(report))
		leftovers_find(&report->leftovers, trace, report->callers, report->heap, position);
	return 0;
}

void report_finish(struct report *report)
{
	array_finish(&report->kernel);
	keepers_finish(&report->keepers);
	leftovers_finish(&report->leftovers);
	owners_finish(&report->owners);
	free(report->handed_on);
	lives_finish(&report->lives);
	callers_free(report->callers);
	symbols_free(report->symbols);
	heap_free(report->heap);
}

bool report_is_handed_on(const struct report *report, uint32_t caller)
{
	return report->handed_on && report->handed_on[caller];
}

uint64_t report_mapped(const struct report *report)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < report->lives.count; i++)
		bytes += report->lives.items[i].mapped_bytes;
	return bytes;
}

uint64_t report_idle(const struct report *report)
{
	const struct holdings *holdings = &report->holdings;

	return holdings->held > holdings->live ? holdings->held - holdings->live : 0;
}

uint64_t report_known_idle(const struct report *report)
{
	uint64_t idle = report_idle(report), unknown = report->holdings.causes[CAUSE_UNKNOWN];

	return idle > unknown ? idle - unknown : 0;
}

bool report_is_mostly_live(const struct report *report)
{
	return report->holdings.live >= report_known_idle(report);
}
