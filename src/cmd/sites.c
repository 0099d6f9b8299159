/* See sites.h. */
#include "cmd/sites.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/variables.h"
#include "report/lives.h"
#include "report/owners.h"

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

/*
 * The sums of callers: those of their sites together, under the number of the first one. As many as
 * there are callers; to be freed.
 */
static struct site_sum *list_callers(const struct site_sums *sums, const struct callers *callers)
{
	struct site_sum *list, *of_callers = xcalloc(callers_count(callers), sizeof(*of_callers));
	size_t nsites = site_sums_list(sums, &list);

	for (size_t i = nsites; i-- > 0;) {
		struct site_sum *sum = &of_callers[callers_of_site(callers, list[i].site)];
		sum->site = list[i].site;
		sum->bytes += list[i].bytes;
		sum->requests += list[i].requests;
		sum->live += list[i].live;
	}
	return of_callers;
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

/* Which variables keep what is live at the position, where a census of a Python is known then. */
static void find_owners(struct owners *ret_owners, struct trace *trace,
	const struct callers *callers, uint64_t position)
{
	struct census census;
	struct lives lives;
	bool has_census = census_read(&census, trace, position);

	census_finish(&census);
	*ret_owners = (struct owners){.count = 0};
	if (!has_census)
		return;
	lives_read(&lives, trace, callers, position, NULL);
	owners_find(ret_owners, trace, &lives, position);
	lives_finish(&lives);
}

static void say_owners(struct emit *emit, const struct owners *owners, struct trace *trace)
{
	struct text words = {0}, state = {0};

	text_add(&words, "Kept by: the variable that keeps most of the live bytes, and its share");
	if (say_variables(&state, owners, trace))
		text_add(&words, ", %s", text_of(&state));
	text_add(&words, ".");
	emit_remark(emit, text_of(&words));
	text_finish(&state);
	text_finish(&words);
}

static void begin_table(struct emit *emit, const struct owners *owners, struct trace *trace)
{
	static const char *const columns[] = {"site", "bytes", "requests", "live", NULL};
	static const char *const kept[] = {"<kept by", NULL}, *const from[] = {"<from", NULL};

	emit_table(emit, "call sites");
	if (owners->count > 0)
		say_owners(emit, owners, trace);
	emit_columns(emit, columns);
	if (owners->count > 0)
		emit_columns(emit, kept);
	emit_columns(emit, from);
}

void sites_emit(const struct site_sums *sums, struct emit *emit, struct trace *trace,
	uint64_t live_at, size_t rows, size_t by)
{
	static int (*const orders[])(const void *a, const void *b) = {more_bytes, more_requests,
		more_live};
	struct symbols *symbols = symbols_new(trace);
	struct callers *callers = callers_new(trace, symbols);
	struct site_sum *list = list_callers(sums, callers);
	size_t count = callers_count(callers);
	struct owners owners;

	find_owners(&owners, trace, callers, live_at);
	qsort(list, count, sizeof(*list), orders[by]);
	begin_table(emit, &owners, trace);
	for (size_t i = 0; i < count && i < rows && list[i].requests > 0; i++) {
		const struct site_sum *sum = &list[i];
		emit_row(emit);
		emit_number(emit, sum->site);
		emit_number(emit, sum->bytes);
		emit_number(emit, sum->requests);
		emit_number(emit, sum->live);
		if (owners.count > 0)
			emit_owner(emit, &owners, callers_of_site(callers, sum->site));
		emit_cell(emit,
			sum->site == SITE_NONE ? "not recorded" : symbols_site(symbols, sum->site));
	}
	emit_trouble(symbols, emit, trace);
	owners_finish(&owners);
	free(list);
	callers_free(callers);
	symbols_free(symbols);
}
