/*
 * See sites.h.
 *
 *	bytes      requested by the site, in allocations and reallocations
 *	requests   the number of those
 *	live       bytes that are not freed when the trace ends: a reallocated block counts for the
 *	           last site
 */
#include "cmd/sites.h"

#include "base/xalloc.h"
#include "symbols/symbols.h"

#include <stdlib.h>
#include <string.h>

struct sum {
	uint32_t site;
	uint64_t bytes, requests, live;
};

struct block {
	uint64_t size;
	uint32_t object;
	uint32_t site; /* SITE_NONE: the block is freed, or its site is not known */
	bool is_used;  /* the cell is in use */
};

struct site_sums {
	struct sum *sums; /* by site; 0: site not known */
	uint32_t count;
	struct block *blocks; /* a hash by object */
	size_t room;          /* a power of two */
	size_t nblocks;
};

const char *const site_figures[] = {"bytes", "requests", "live", NULL};

struct site_sums *site_sums_new(const struct trace *trace)
{
	struct site_sums *sums = xcalloc(1, sizeof(*sums));

	sums->count = trace_site_count(trace) + 1;
	sums->sums = xcalloc(sums->count, sizeof(*sums->sums));
	for (uint32_t i = 0; i < sums->count; i++)
		sums->sums[i].site = i;
	sums->room = 1024;
	sums->blocks = xcalloc(sums->room, sizeof(*sums->blocks));
	return sums;
}

void site_sums_free(struct site_sums *sums)
{
	if (!sums)
		return;
	free(sums->sums);
	free(sums->blocks);
	free(sums);
}

static struct block *find_block(const struct site_sums *sums, uint32_t object)
{
	for (size_t at = (size_t)(object * UINT64_C(0x9E3779B97F4A7C15) >> 20);; at++) {
		struct block *block = &sums->blocks[at & (sums->room - 1)];
		if (!block->is_used || block->object == object)
			return block;
	}
}

static struct block *block_of(struct site_sums *sums, uint32_t object)
{
	if ((sums->nblocks + 1) * 2 > sums->room) {
		struct block *old = sums->blocks;
		size_t room = sums->room;
		sums->room *= 2;
		sums->blocks = xcalloc(sums->room, sizeof(*sums->blocks));
		for (size_t i = 0; i < room; i++)
			if (old[i].is_used)
				*find_block(sums, old[i].object) = old[i];
		free(old);
	}
	struct block *block = find_block(sums, object);
	if (!block->is_used) {
		*block = (struct block){.object = object, .is_used = true};
		sums->nblocks++;
	}
	return block;
}

void site_sums_add(struct site_sums *sums, const struct event *event)
{
	/* The trace does not have the end of these. */
	bool is_counted = event_makes_counted(event);
	bool asks = event_asks_for_memory(event), ends = event_ends_object(event);
	uint32_t site = event->site < sums->count ? event->site : SITE_NONE;

	if (asks) {
		sums->sums[site].bytes += event->size;
		sums->sums[site].requests++;
	}
	if (!(asks || ends) || is_counted || event->object == OBJECT_NONE ||
		(event->flags & EVENT_FAILED))
		return;
	struct block *block = block_of(sums, event->object);
	sums->sums[block->site].live -= block->size;
	if (event->kind != EVENT_REALLOCATE || site != SITE_NONE)
		block->site = ends ? SITE_NONE : site;
	block->size = ends ? 0 : event->size;
	sums->sums[block->site].live += block->size;
}

static int more_bytes(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return x->site > y->site ? 1 : -1;
}

static int more_requests(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;

	return x->requests == y->requests ? more_bytes(a, b) : x->requests < y->requests ? 1 : -1;
}

static int more_live(const void *a, const void *b)
{
	const struct sum *x = a, *y = b;

	return x->live == y->live ? more_bytes(a, b) : x->live < y->live ? 1 : -1;
}

static void emit_trouble(const struct symbols *symbols, struct emit *emit,
	const struct trace *trace)
{
	const struct trace_module *modules;
	size_t count = trace_modules(trace, &modules);
	bool has_trouble = false;

	for (size_t i = 0; i < count; i++)
		has_trouble |= symbols_trouble(symbols, i) != NULL;
	if (!has_trouble)
		return;
	emit_table(emit, "modules without names");
	emit_column(emit, "module", EMIT_LEFT);
	emit_column(emit, "why", EMIT_LEFT);
	for (size_t i = 0; i < count; i++) {
		if (!symbols_trouble(symbols, i))
			continue;
		emit_row(emit);
		emit_cell(emit, modules[i].path);
		emit_cell(emit, symbols_trouble(symbols, i));
	}
}

void site_sums_emit(struct site_sums *sums, struct emit *emit, const struct trace *trace,
	size_t rows, size_t by)
{
	static int (*const orders[])(const void *a, const void *b) = {more_bytes, more_requests,
		more_live};
	struct symbols *symbols = symbols_new(trace);

	qsort(sums->sums, sums->count, sizeof(*sums->sums), orders[by]);
	emit_table(emit, "call sites");
	emit_column(emit, "site", EMIT_RIGHT);
	emit_column(emit, "bytes", EMIT_RIGHT);
	emit_column(emit, "requests", EMIT_RIGHT);
	emit_column(emit, "live", EMIT_RIGHT);
	emit_column(emit, "from", EMIT_LEFT);
	for (size_t i = 0; i < sums->count && i < rows && sums->sums[i].requests > 0; i++) {
		const struct sum *sum = &sums->sums[i];
		emit_row(emit);
		emit_number(emit, sum->site);
		emit_number(emit, sum->bytes);
		emit_number(emit, sum->requests);
		emit_number(emit, sum->live);
		emit_cell(emit,
			sum->site == SITE_NONE ? "not recorded" : symbols_site(symbols, sum->site));
	}
	emit_trouble(symbols, emit, trace);
	symbols_free(symbols);
}
