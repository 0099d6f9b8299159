/* The engines there are, the one taken by default first; see engine.h. */
#include "engine/engine.h"

#include <string.h>

/* The name of each engine_…; one line an engine. */
#define ENGINES(E) \
	E(pymalloc) \
	E(heap) \
	E(glibc) \
	E(pool) \
	E(budget) \
	E(buddy) \
	E(generational) \
	E(regions) \
	E(ring) \
	E(spaces) \
	E(recorded) \
	E(recorded_arenas) \
	E(plugin) \
	E(lab)

#define E(name) extern const struct engine_ops engine_##name;
ENGINES(E)
#undef E

static const struct engine_ops *const engines[] = {
#define E(name) &engine_##name,
	ENGINES(E)
#undef E
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
