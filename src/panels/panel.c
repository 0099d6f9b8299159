/* See panel.h. */
#include "panels/panel.h"

#include "base/xalloc.h"

#include <stdlib.h>

struct panel *panel_new(const struct panel_ops *ops)
{
	struct panel *panel = xcalloc(1, ops->state_size);

	panel->ops = ops;
	return panel;
}

void panel_free(struct panel *panel)
{
	if (panel && panel->ops->finish)
		panel->ops->finish(panel);
	free(panel);
}

bool panel_is_useful(const struct panel_ops *ops, const struct scene *scene)
{
	return !ops->is_useful || ops->is_useful(scene);
}

struct panel_answer answer_select(struct selection selection)
{
	return (struct panel_answer){.is_handled = true, .selects = true, .selection = selection};
}

struct panel_answer answer_select_address(const struct scene *scene, uint64_t address)
{
	struct selection selection = *scene->selection;

	selection.follow = false;
	selection.address = address;
	return answer_select(selection);
}

struct panel_answer answer_go(uint64_t position)
{
	return (struct panel_answer){.is_handled = true, .goes = true, .position = position};
}
