#include "view/view_state.h"

#include "base/xalloc.h"

#include <stdlib.h>

void presentation_init(struct presentation *presentation, const struct view_config *config)
{
	presentation->is_picture = config->is_picture;
}

void presentation_finish(struct presentation *presentation)
{
	free(presentation->caption);
}

void view_set_script(struct view *view, enum view_script script)
{
	if (view->presentation.script != script)
		view_mark_stale(view);
	view->presentation.script = script;
}

void view_name_keys(struct view *view, bool on)
{
	view->presentation.is_picture = !on;
	view_mark_stale(view);
}

void view_show_caption(struct view *view, const char *words)
{
	free(view->presentation.caption);
	view->presentation.caption = *words ? xstrdup(words) : NULL;
	view_want_refresh(view);
}
