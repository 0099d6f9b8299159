/*
 * The program's table of engines, with three more at its end: `cells`, which docs/engines.md shows;
 * `mapless`, the same without any region that a panel could draw; and `retired`, in which a cell
 * that is not in use is waste. A test that links this file takes engine_list() and engine_find()
 * from it.
 */
#define engine_list program_engine_list
#define engine_find program_engine_find
#include "../../../src/engines/table.c"
#undef engine_list
#undef engine_find

#define MORE 3u

extern const struct engine_ops engine_cells;
const struct engine_ops *const *engine_list(size_t *ret_count);
const struct engine_ops *engine_find(const char *name);

static size_t no_region(const struct engine *engine)
{
	return 0;
}

static void no_totals(const struct engine *engine, struct totals *ret_totals)
{
	*ret_totals = (struct totals){0};
}

struct retired_visit {
	span_visit *visit;
	void *user;
};

static bool visit_retired(const struct span *span, void *user)
{
	const struct retired_visit *outer = user;
	struct span shown = *span;

	if (shown.state == SPAN_FREE)
		shown.state = SPAN_WASTE;
	return outer->visit(&shown, outer->user);
}

static void retired_spans(const struct engine *engine, uint64_t from, uint64_t to,
	span_visit *visit, void *user)
{
	struct retired_visit outer = {visit, user};

	engine_cells.spans(engine, from, to, visit_retired, &outer);
}

const struct engine_ops *const *engine_list(size_t *ret_count)
{
	static const struct engine_ops *all[sizeof(engines) / sizeof(*engines) + MORE];
	static struct engine_ops mapless, retired;
	size_t count;
	const struct engine_ops *const *program = program_engine_list(&count);

	mapless = engine_cells;
	mapless.name = "mapless";
	mapless.region_count = no_region;
	mapless.totals = no_totals;
	retired = engine_cells;
	retired.name = "retired";
	retired.spans = retired_spans;
	memcpy(all, program, count * sizeof(*all));
	all[count] = &engine_cells;
	all[count + 1] = &mapless;
	all[count + 2] = &retired;
	*ret_count = count + MORE;
	return all;
}

const struct engine_ops *engine_find(const char *name)
{
	size_t count;
	const struct engine_ops *const *all = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}
