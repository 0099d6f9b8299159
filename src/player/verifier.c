/*
 * See verifier.h. The trace is played once to count and to collect the differences, and once more
 * to report them.
 */
#include "player/verifier.h"

#include "base/error.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "base/progress.h"
#include "engines/pymalloc/pymalloc.h"
#include "player/verifier_state.h"

#include <stdlib.h>

#define BATCH 256u

/* Applies the events up to `end`, or all of them. */
static void play(struct verifier *verifier, uint64_t end)
{
	struct event events[BATCH];
	uint64_t at = 0;
	size_t n;

	while (at < end && (n = trace_read(verifier->trace, at, events, BATCH)) > 0) {
		progress_say("comparing", "events", at, trace_length(verifier->trace));
		for (size_t i = 0; i < n && at < end; i++, at++) {
			const struct event *event = &events[i];
			heap_expect(verifier->allocators.items[0].heap, event, n - i);
			if (event->kind <= EVENT_FREE)
				verifier_compare_request(verifier, at, event);
			else if (event->domain == DOMAIN_ARENA && event->kind == EVENT_MAP)
				verifier_compare_map(verifier, at, event);
			else if (event->domain == DOMAIN_ARENA && event->kind == EVENT_UNMAP)
				verifier_compare_unmap(verifier, at, event);
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

static void forget_state(struct verifier *verifier)
{
	for (size_t i = 0; i < verifier->allocators.count; i++)
		heap_free(verifier->allocators.items[i].heap);
	array_finish(&verifier->allocators);
	array_finish(&verifier->arenas);
	array_finish(&verifier->threads);
}

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
	options_free(verifier->options);
	free(verifier);
}
