/* See sites.h. */
#include "cmd/sites.h"

#include "base/xalloc.h"
#include "symbols/symbols.h"

#include <stdlib.h>
#include <string.h>

const char *const site_figures[] = {"bytes", "requests", "live", NULL};

static int more_bytes(const void *a, const void *b)
{
	const struct site_sum *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return x->site > y->site ? 1 : -1;
}

static int more_requests(const void *a, const void *b)
{
	const struct site_sum *x = a, *y = b;

	return x->requests == y->requests ? more_bytes(a, b) : x->requests < y->requests ? 1 : -1;
}

static int more_live(const void *a, const void *b)
{
	const struct site_sum *x = a, *y = b;

	return x->live == y->live ? more_bytes(a, b) : x->live < y->live ? 1 : -1;
}

/* A caller: its sites together, under the number of the first. */
struct caller {
	struct site_sum sum; /* first, so that the orders above hold */
	const char *name;    /* borrowed from the symbols */
};

static int by_name(const void *a, const void *b)
{
	const struct caller *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : x->sum.site > y->sum.site ? 1 : -1;
}

/* The callers of the sites, `count` of them in the end; to be freed. Grows with the sites. */
static struct caller *list_callers(const struct site_sums *sums, struct symbols *symbols,
	size_t *ret_count)
{
	struct site_sum *list;
	size_t nsites = site_sums_list(sums, &list), count = 0;
	struct caller *callers = xcalloc(nsites, sizeof(*callers));

	for (size_t i = 0; i < nsites; i++)
		callers[i] = (struct caller){list[i],
			list[i].site == SITE_NONE ? "not recorded"
						  : symbols_site(symbols, list[i].site)};
	qsort(callers, nsites, sizeof(*callers), by_name);
	for (size_t i = 0; i < nsites; i++) {
		if (count == 0 || strcmp(callers[count - 1].name, callers[i].name) != 0) {
			callers[count++] = callers[i];
			continue;
		}
		struct site_sum *sum = &callers[count - 1].sum;
		sum->bytes += callers[i].sum.bytes;
		sum->requests += callers[i].sum.requests;
		sum->live += callers[i].sum.live;
	}
	*ret_count = count;
	return callers;
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

void sites_emit(const struct site_sums *sums, struct emit *emit, const struct trace *trace,
	size_t rows, size_t by)
{
	static int (*const orders[])(const void *a, const void *b) = {more_bytes, more_requests,
		more_live};
	struct symbols *symbols = symbols_new(trace);
	size_t count;
	struct caller *callers = list_callers(sums, symbols, &count);

	qsort(callers, count, sizeof(*callers), orders[by]);
	emit_table(emit, "call sites");
	emit_column(emit, "site", EMIT_RIGHT);
	emit_column(emit, "bytes", EMIT_RIGHT);
	emit_column(emit, "requests", EMIT_RIGHT);
	emit_column(emit, "live", EMIT_RIGHT);
	emit_column(emit, "from", EMIT_LEFT);
	for (size_t i = 0; i < count && i < rows && callers[i].sum.requests > 0; i++) {
		const struct site_sum *sum = &callers[i].sum;
		emit_row(emit);
		emit_number(emit, sum->site);
		emit_number(emit, sum->bytes);
		emit_number(emit, sum->requests);
		emit_number(emit, sum->live);
		emit_cell(emit, callers[i].name);
	}
	emit_trouble(symbols, emit, trace);
	free(callers);
	symbols_free(symbols);
}
