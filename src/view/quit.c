#include "view/view_state.h"

bool view_has_quit(const struct view *view)
{
	return view->quit.is_said;
}

static void quit_key(struct view *view, const char *key)
{
	view_close_mode(view);
	view->quit.is_said = action_for_key(key) == ACTION_QUIT;
}

static void draw_quit(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);

	area_fill(canvas, line, ' ', ROLE_TEXT);
	area_text(canvas, line, 1, 0, ROLE_BAD, 0,
		canvas->width < 66
			? "press q again to stop the program"
			: "The program is still running. q stops it; any other key continues.");
}

static const struct mode quit_mode = {quit_key, draw_quit};

void view_quit(struct view *view)
{
	if (view_is_inspecting(view))
		view_leave_inspector(view);
	else if (view->growth.stops_program && view_is_growing(view) && !view_is_complete(view))
		view_open_mode(view, &quit_mode);
	else
		view->quit.is_said = true;
}
