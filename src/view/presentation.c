#include "view/view_state.h"

#include "base/xalloc.h"

#include <stdlib.h>

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

void view_show_caption(struct view *view, const char *words)
{
	free(view->presentation.caption);
	view->presentation.caption = *words ? xstrdup(words) : NULL;
	view_want_refresh(view);
}
