/* The engines there are; see engine.h. */
#include "engine/engine.h"

#include <string.h>

extern const struct engine_ops engine_pymalloc;
extern const struct engine_ops engine_heap;
extern const struct engine_ops engine_pool;
extern const struct engine_ops engine_budget;
extern const struct engine_ops engine_buddy;
extern const struct engine_ops engine_recorded;
extern const struct engine_ops engine_recorded_arenas;
extern const struct engine_ops engine_plugin;
extern const struct engine_ops engine_lab;

static const struct engine_ops *const engines[] = {
	&engine_pymalloc,
	&engine_heap,
	&engine_pool,
	&engine_budget,
	&engine_buddy,
	&engine_recorded,
	&engine_recorded_arenas,
	&engine_plugin,
	&engine_lab,
};

const struct engine_ops *const *engine_list(size_t *ret_count)
{
	*ret_count = sizeof(engines) / sizeof(*engines);
	return engines;
}

const struct engine_ops *engine_find(const char *name)
{
	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++)
		if (strcmp(engines[i]->name, name) == 0)
			return engines[i];
	return NULL;
}
