/* The panels there are; see panel.h. */
#include "panels/panel.h"

#include <assert.h>
#include <string.h>

extern const struct panel_ops panel_arenas;
extern const struct panel_ops panel_event;
extern const struct panel_ops panel_events;
extern const struct panel_ops panel_heap;
extern const struct panel_ops panel_info;
extern const struct panel_ops panel_inspect;
extern const struct panel_ops panel_lecture;
extern const struct panel_ops panel_objects;
extern const struct panel_ops panel_pool;
extern const struct panel_ops panel_space;
extern const struct panel_ops panel_timeline;
extern const struct panel_ops panel_usedpools;

static const struct panel_ops *const panels[] = {
	&panel_arenas,
	&panel_pool,
	&panel_usedpools,
	&panel_heap,
	&panel_objects,
	&panel_event,
	&panel_events,
	&panel_info,
	&panel_inspect,
	&panel_lecture,
	&panel_space,
	&panel_timeline,
};

static_assert(sizeof(panels) / sizeof(*panels) <= PANELS_MAX, "the view has room for every panel");

const struct panel_ops *const *panel_list(size_t *ret_count)
{
	*ret_count = sizeof(panels) / sizeof(*panels);
	return panels;
}

const struct panel_ops *panel_find(const char *name)
{
	for (size_t i = 0; i < sizeof(panels) / sizeof(*panels); i++)
		if (strcmp(panels[i]->name, name) == 0)
			return panels[i];
	return NULL;
}
