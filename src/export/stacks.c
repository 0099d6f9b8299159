/* See stacks.h. */
#include "export/stacks.h"

#include "base/error.h"
#include "base/progress.h"
#include "base/xalloc.h"
#include "export/sheet.h"
#include "player/player.h"
#include "story/places.h"
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
		progress_say("reading", "events", at, position);
		size_t n = trace_read(trace, at, events,
			position - at < BATCH ? (size_t)(position - at) : BATCH);
		for (size_t i = 0; i < n; i++)
			site_sums_add(stacks->sums, &events[i]);
		at += n;
	}
	progress_end();
}

/* Debug information is read for that: of the first sites mostly, the others share their frames. */
static void name_frames(struct stacks *stacks)
{
	for (size_t i = 0; i < stacks->count; i++) {
		progress_say("naming", "call sites", i, stacks->count);
		for (size_t frame = 0; frame < stacks_depth(stacks, stacks->list[i].site); frame++)
			stacks_frame(stacks, stacks->list[i].site, frame);
	}
	progress_end();
}

void stacks_free(struct stacks *stacks)
{
	if (!stacks)
		return;
	site_sums_free(stacks->sums);
	symbols_free(stacks->symbols);
	free(stacks);
}

/* The arenas of a heap that are at most that full. */
struct pinned {
	const struct heap *heap;
	const struct engine *arenas;
	uint64_t percent;
};

static bool is_pinning(uint32_t object, void *user)
{
	const struct pinned *pinned = user;
	struct live live;
	struct region region;
	size_t at;

	return heap_find(pinned->heap, object, &live) &&
	       engine_region_at(pinned->arenas, live.address, &at, &region) &&
	       region.used * 100 <= region.size * pinned->percent;
}

/* Leaves the blocks that pin an arena. */
static int keep_pinning(struct stacks *stacks, const struct export_job *job, struct error *err)
{
	const struct heap *heap = player_heap(sheet_player(job->sheet));
	struct pinned pinned = {heap, arena_layer(heap), job->pinned};

	if (!pinned.arenas)
		return error_set(err, "--pinned: %s has no arenas", job->engine);
	site_sums_keep(stacks->sums, is_pinning, &pinned);
	return 0;
}

int stacks_new(struct stacks **ret_stacks, const struct export_job *job, struct error *err)
{
	struct stacks *stacks = xcalloc(1, sizeof(*stacks));
	struct site_sum *list;

	stacks->trace = job->trace;
	stacks->symbols = symbols_new(job->trace);
	stacks->sums = site_sums_new(job->trace);
	add_events(stacks, job->trace, job->position);
	if (job->pinned > 0 && keep_pinning(stacks, job, err) < 0) {
		stacks_free(stacks);
		return -1;
	}
	size_t count = site_sums_list(stacks->sums, &list);
	qsort(list, count, sizeof(*list), more_live);
	while (count > 0 && list[count - 1].requests == 0)
		count--;
	stacks->list = list;
	stacks->count = count;
	name_frames(stacks);
	*ret_stacks = stacks;
	return 0;
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
