/* See stacks.h. */
#include "export/stacks.h"

#include "base/xalloc.h"
#include "symbols/symbols.h"

#include <stdlib.h>

#define BATCH 256u

struct stacks {
	const struct trace *trace; /* borrowed */
	struct symbols *symbols;
	struct site_sums *sums;
	const struct site_sum *list;
	size_t count;
};

static int more_live(const void *a, const void *b)
{
	const struct site_sum *x = a, *y = b;

	if (x->live != y->live)
		return x->live < y->live ? 1 : -1;
	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return x->site > y->site ? 1 : -1;
}

static void add_events(struct stacks *stacks, struct trace *trace, uint64_t position)
{
	struct event events[BATCH];
	uint64_t at = 0;

	while (at < position) {
		size_t n = trace_read(trace, at, events,
			position - at < BATCH ? (size_t)(position - at) : BATCH);
		for (size_t i = 0; i < n; i++)
			if (events[i].domain != DOMAIN_ARENA)
				site_sums_add(stacks->sums, &events[i]);
		at += n;
	}
}

struct stacks *stacks_new(const struct export_job *job)
{
	struct stacks *stacks = xcalloc(1, sizeof(*stacks));
	struct site_sum *list;

	stacks->trace = job->trace;
	stacks->symbols = symbols_new(job->trace);
	stacks->sums = site_sums_new(job->trace);
	add_events(stacks, job->trace, job->position);
	size_t count = site_sums_list(stacks->sums, &list);
	qsort(list, count, sizeof(*list), more_live);
	while (count > 0 && list[count - 1].requests == 0)
		count--;
	stacks->list = list;
	stacks->count = count;
	return stacks;
}

void stacks_free(struct stacks *stacks)
{
	if (!stacks)
		return;
	site_sums_free(stacks->sums);
	symbols_free(stacks->symbols);
	free(stacks);
}

size_t stacks_list(const struct stacks *stacks, const struct site_sum **ret_sums)
{
	*ret_sums = stacks->list;
	return stacks->count;
}

size_t stacks_depth(const struct stacks *stacks, uint32_t site)
{
	const uint64_t *frames;
	size_t depth = trace_site(stacks->trace, site, &frames);

	return depth > 0 ? depth : 1;
}

const char *stacks_frame(const struct stacks *stacks, uint32_t site, size_t frame)
{
	const char *name = symbols_frame(stacks->symbols, site, frame);

	return *name ? name : "caller not recorded";
}
