#include "view/view_state.h"

#define COLORS 256 /* where no terminal has said how many it shows */

void appearance_init(struct appearance *appearance, bool is_lecture)
{
	const struct theme *neutral = theme_find("neutral");

	appearance->theme = is_lecture ? theme_for_lecture(neutral) : neutral;
	appearance->colors = COLORS;
}

const struct theme *view_theme(const struct view *view)
{
	return view->appearance.theme;
}

void view_set_theme(struct view *view, const struct theme *theme)
{
	view->appearance.theme = theme;
	view_mark_stale(view);
}

void view_set_colors(struct view *view, int colors)
{
	view->appearance.colors = colors;
}

void view_next_theme(struct view *view)
{
	const struct appearance *appearance = &view->appearance;
	const struct theme *next = theme_next(appearance->theme, appearance->colors);

	if (next == appearance->theme) {
		view_say(view, "without colours all themes look the same");
		return;
	}
	view_set_theme(view, next);
	view_say(view, "theme: %s", theme_name(next));
}

void view_change_colors(struct view *view)
{
	static const char *const names[COLOR_BY_COUNT] = {"state", "class", "fill"};

	view->appearance.color_by = (view->appearance.color_by + 1) % COLOR_BY_COUNT;
	view_say(view, "maps coloured by %s", names[view->appearance.color_by]);
}

void view_toggle_expert(struct view *view)
{
	view->appearance.is_expert = !view->appearance.is_expert;
	view_want_refresh(view);
	view_say(view, view->appearance.is_expert ? "expert wording" : "plain wording");
}

bool view_wants_mouse(const struct view *view)
{
	return !view->appearance.no_mouse;
}

void view_set_mouse(struct view *view, bool on)
{
	view->appearance.no_mouse = !on;
	view_mark_stale(view);
}

void view_toggle_mouse(struct view *view)
{
	view_set_mouse(view, view->appearance.no_mouse);
	view_say(view, view->appearance.no_mouse ? "mouse off: the terminal selects text"
						 : "mouse on: it selects and zooms");
}
