/* The table of panels; see panel.h. */
#include "panels/panel.h"

#include <assert.h>
#include <string.h>

#define PANEL(id, ops) extern const struct panel_ops ops;
PANELS(PANEL)
#undef PANEL

static const struct panel_ops *const panels[PANEL_COUNT] = {
#define PANEL(id, ops) [id] = &ops,
	PANELS(PANEL)
#undef PANEL
};

const struct panel_ops *panel_of(enum panel_id id)
{
	assert(id > PANEL_NONE && id < PANEL_COUNT);
	return panels[id];
}

const struct panel_ops *const *panel_list(size_t *ret_count)
{
	*ret_count = PANELS_MAX;
	return panels + 1;
}

const struct panel_ops *panel_find(const char *name)
{
	for (size_t i = PANEL_NONE + 1; i < PANEL_COUNT; i++)
		if (strcmp(panels[i]->name, name) == 0)
			return panels[i];
	return NULL;
}
