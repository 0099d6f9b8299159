/* Creation and release of engines, and queries that work on any engine; see engine.h. */
#include "engine/engine.h"

#include "base/error.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

static bool is_complete(const struct engine_ops *ops)
{
	return ops->name && ops->summary && ops->state_size >= sizeof(struct engine) && ops->init &&
	       ops->allocate && ops->release && ops->reallocate && ops->region_count &&
	       ops->region && ops->spans && ops->used_between && ops->totals && ops->check &&
	       (!ops->mapped == !ops->unmapped) && (!ops->stored == !ops->collect) &&
	       (!ops->list_count || (ops->list && ops->list_entries)) &&
	       (!ops->halves || ops->list_count) && (!ops->kinds == !ops->lists_of) &&
	       (!ops->kinds || ops->list_count) && (!ops->reports == !ops->report) &&
	       (!ops->class_count || ops->class_info);
}

int engine_new(struct engine **ret_engine, const struct engine_ops *ops, struct engine *below,
	struct page_source *pages, const struct options *options, struct error *err)
{
	if (!is_complete(ops))
		return error_set(err, "engine %s lacks a callback that every engine must have",
			ops->name ? ops->name : "without a name");

	struct engine *engine = xcalloc(1, ops->state_size);
	engine->ops = ops;
	engine->below = below;
	engine->pages = pages;
	if (ops->init(engine, options, err) < 0) {
		flat_finish(&engine->flat);
		free(engine);
		return -1;
	}
	*ret_engine = engine;
	return 0;
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	if (engine->ops->finish)
		engine->ops->finish(engine);
	flat_finish(&engine->flat);
	free(engine);
}

bool engine_has_report(const struct engine *engine, const char *name, size_t *ret_at)
{
	const char *const *names = engine->ops->reports;

	for (size_t i = 0; names && names[i]; i++)
		if (strcmp(names[i], name) == 0) {
			*ret_at = i;
			return true;
		}
	return false;
}

bool engine_region_at(const struct engine *engine, uint64_t address, size_t *ret_at,
	struct region *ret_region)
{
	size_t low = 0, high = engine_region_count(engine);

	if (high == 0)
		return false;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		engine_region(engine, middle, ret_region);
		if (ret_region->base <= address)
			low = middle;
		else
			high = middle;
	}
	engine_region(engine, low, ret_region);
	*ret_at = low;
	return address - ret_region->base < ret_region->size;
}

bool engine_region_of(const struct engine *engine, uint64_t address, struct region *ret_region)
{
	size_t at;

	return engine->ops->region_of ? engine->ops->region_of(engine, address, ret_region)
				      : engine_region_at(engine, address, &at, ret_region);
}
