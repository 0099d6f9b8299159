/* See sites.h. */
#include "cmd/sites.h"

#include "symbols/symbols.h"

#include <stdlib.h>

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
	struct site_sum *list;
	size_t count = site_sums_list(sums, &list);

	qsort(list, count, sizeof(*list), orders[by]);
	emit_table(emit, "call sites");
	emit_column(emit, "site", EMIT_RIGHT);
	emit_column(emit, "bytes", EMIT_RIGHT);
	emit_column(emit, "requests", EMIT_RIGHT);
	emit_column(emit, "live", EMIT_RIGHT);
	emit_column(emit, "from", EMIT_LEFT);
	for (size_t i = 0; i < count && i < rows && list[i].requests > 0; i++) {
		const struct site_sum *sum = &list[i];
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
