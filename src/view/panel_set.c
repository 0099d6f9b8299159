#include "view/view_state.h"

#include <string.h>

void panel_set_init(struct panel_set *panels)
{
	size_t count;
	const struct panel_ops *const *list = panel_list(&count);

	for (size_t i = 0; i < count; i++)
		panels->items[panels->count++] = panel_new(list[i]);
}

void panel_set_finish(struct panel_set *panels)
{
	for (size_t i = 0; i < panels->count; i++)
		panel_free(panels->items[i]);
}

struct panel *view_panel(const struct view *view, const struct panel_ops *ops)
{
	for (size_t i = 0; i < view->panels.count; i++)
		if (view->panels.items[i]->ops == ops)
			return view->panels.items[i];
	return NULL;
}

void view_forget_in_panels(struct view *view)
{
	for (size_t i = 0; i < view->panels.count; i++) {
		struct panel *panel = view->panels.items[i];
		const struct panel before = *panel;
		if (before.ops->finish)
			before.ops->finish(panel);
		memset(panel, 0, before.ops->state_size);
		*panel = before;
	}
}
