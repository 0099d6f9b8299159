/*
 * See verifier.h. The trace is played once to count and to collect the differences, and once more
 * to report them.
 */
#include "player/verifier.h"

#include "base/error.h"
#include "base/options.h"
#include "base/progress.h"
#include "base/xalloc.h"
#include "engines/pymalloc/pymalloc.h"
#include "player/verifier_state.h"

#include <stdlib.h>
#include <string.h>

#define BATCH 256u

/* ---- programs that became others ----------------------------------------------------------- */

static bool is_of_no_call(const struct event *event)
{
	return event_ends_object(event) && event->call == CALL_UNKNOWN &&
	       !(event->flags & EVENT_HAS_TIME);
}

/* The first of the events right before `end` that no call made. Grows with them. */
static uint64_t start_of_ends(struct trace *trace, uint64_t end)
{
	struct event events[BATCH];

	while (end > 0) {
		uint64_t from = end > BATCH ? end - BATCH : 0;
		size_t n = trace_read(trace, from, events, (size_t)(end - from));
		if (n < end - from)
			return end;
		while (n > 0 && is_of_no_call(&events[n - 1]))
			n--;
		if (n > 0)
			return from + n;
		end = from;
	}
	return 0;
}

/* The Python that ended at this mark is another one than the trace's, whose rules are compared. */
static bool is_other_python(const struct verifier *verifier, const struct trace_mark *mark)
{
	size_t length = sizeof(TRACE_MARK_PYTHON_ENDS) - 1;

	return strncmp(mark->name, TRACE_MARK_PYTHON_ENDS, length) == 0 &&
	       strcmp(mark->name + length, trace_info(verifier->trace)->python) != 0;
}

/*
 * Each exec has a mark, right before its event, and one for the Python that ended, before the
 * events that no call made.
 */
static void find_execs(struct verifier *verifier)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(verifier->trace, &marks);
	uint64_t begin = 0; /* of the program that ends */
	struct event event;

	for (size_t i = 0; i < count; i++) {
		struct exec exec = {.at = marks[i].position + 1};
		if (trace_read(verifier->trace, exec.at, &event, 1) != 1 ||
			event.kind != EVENT_LIBC || event.other != LIBC_EXEC)
			continue;
		exec.first = start_of_ends(verifier->trace, marks[i].position);
		if (i > 0 && marks[i - 1].position + 1 == exec.first &&
			is_other_python(verifier, &marks[i - 1]))
			exec.first = begin;
		begin = exec.at + 1;
		*array_push(&verifier->execs) = exec;
	}
}

static void forget_state(struct verifier *verifier)
{
	for (size_t i = 0; i < verifier->allocators.count; i++)
		heap_free(verifier->allocators.items[i].heap);
	array_finish(&verifier->allocators);
	array_finish(&verifier->arenas);
	array_finish(&verifier->threads);
}

/* Another program has begun, with an allocator of its own, if it is a Python. */
static void begin_again(struct verifier *verifier)
{
	uint64_t allocators = verifier->figures.allocators;
	struct error ignored;

	forget_state(verifier);
	if (verifier_add_allocator(verifier, &ignored) == 0) /* the options are good: they were */
		verifier->figures.allocators = allocators;
}

/* ---- the comparison ------------------------------------------------------------------------ */

static void take(struct verifier *verifier, uint64_t at, const struct event *event)
{
	if (event->kind <= EVENT_FREE)
		verifier_compare_request(verifier, at, event);
	else if (event->domain == DOMAIN_ARENA && event->kind == EVENT_MAP)
		verifier_compare_map(verifier, at, event);
	else if (event->domain == DOMAIN_ARENA && event->kind == EVENT_UNMAP)
		verifier_compare_unmap(verifier, at, event);
}

/* Applies the events up to `end`, or all of them. */
static void play(struct verifier *verifier, uint64_t end)
{
	struct event events[BATCH];
	uint64_t at = 0;
	size_t next = 0, n; /* of the programs that follow each other in the process */

	while (at < end && (n = trace_read(verifier->trace, at, events, BATCH)) > 0) {
		progress_say("comparing", "events", at, trace_length(verifier->trace));
		for (size_t i = 0; i < n && at < end; i++, at++) {
			const struct exec *exec =
				next < verifier->execs.count ? &verifier->execs.items[next] : NULL;
			if (exec && at >= exec->first) {
				if (at == exec->at) {
					begin_again(verifier);
					next++;
				}
				continue;
			}
			heap_expect(verifier->allocators.items[0].heap, &events[i], n - i);
			take(verifier, at, &events[i]);
		}
	}
	verifier->figures.events = at;
}

static int compare_differences(const void *left, const void *right)
{
	const struct difference *one = left, *other = right;

	if (one->event != other->event)
		return one->event < other->event ? -1 : 1;
	return one->kind < other->kind ? -1 : one->kind > other->kind;
}

void verifier_run(struct verifier *verifier)
{
	play(verifier, UINT64_MAX);
	/*
	 * Arenas that only our engine has unmapped are not counted: the recording ended too early
	 * for them.
	 */
	for (size_t i = 0; i < verifier->threads.count; i++)
		verifier_finish_unmap(verifier, &verifier->threads.items[i]);
	if (verifier->differences.count > 0)
		qsort(verifier->differences.items, verifier->differences.count,
			sizeof(struct difference), compare_differences);
}

const struct verifier_figures *verifier_figures(const struct verifier *verifier)
{
	return &verifier->figures;
}

size_t verifier_differences(const struct verifier *verifier,
	const struct difference **ret_differences)
{
	*ret_differences = verifier->differences.items;
	return verifier->differences.count;
}

/* ---- life ---------------------------------------------------------------------------------- */

void verifier_report(struct verifier *verifier, const struct verifier_listener *listener)
{
	const struct verifier_figures figures = verifier->figures;
	struct error ignored;

	if (verifier->differences.count == 0)
		return;
	forget_state(verifier);
	if (verifier_add_allocator(verifier, &ignored) == 0) {
		verifier->listener = listener;
		verifier->reported = 0;
		play(verifier,
			verifier->differences.items[verifier->differences.count - 1].event + 1);
		verifier->listener = NULL;
	}
	verifier->figures = figures;
}

int verifier_new(struct verifier **ret_verifier, struct trace *trace,
	const struct verifier_config *config, struct error *err)
{
	struct verifier *verifier = xcalloc(1, sizeof(*verifier));

	verifier->trace = trace;
	verifier->options = options_clone(config->options);
	verifier->may_be_several = config->may_be_several;
	verifier->max = config->max;
	if (verifier_add_allocator(verifier, err) < 0) {
		verifier_free(verifier);
		return -1;
	}
	find_execs(verifier);
	verifier->figures.arena_size = verifier_pymalloc(verifier, 0)->geometry->arena_size;
	*ret_verifier = verifier;
	return 0;
}

void verifier_free(struct verifier *verifier)
{
	if (!verifier)
		return;
	forget_state(verifier);
	array_finish(&verifier->differences);
	array_finish(&verifier->execs);
	options_free(verifier->options);
	free(verifier);
}
