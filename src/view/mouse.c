/* See view_state.h. */
#include "view/handlers.h"
#include "view/refresh.h"
#include "view/view_state.h"

static bool is_inside(struct area area, int x, int y)
{
	return x >= area.x && y >= area.y && x < area.x + area.width && y < area.y + area.height;
}

/* A drag stays with the panel in which it began. */
static void click_panel(struct view *view, const struct panel_ops *ops, enum mouse_kind kind, int x,
	int y)
{
	struct panel *panel = view_panel(view, ops);
	struct scene scene = view_scene(view);
	struct panel_answer answer = ANSWER_IGNORED;

	if (kind == MOUSE_DRAG && ops != view->focus.panel)
		return;
	view_focus(view, ops);
	if (ops->click && is_inside(panel->area, x, y) && panel_is_useful(ops, &scene))
		answer = ops->click(panel, &scene, x - panel->area.x, y - panel->area.y);
	if (answer.selects)
		view_select(view, answer.selection);
	if (answer.goes)
		view_go_to(view, &(struct target){.position = answer.position,
					 .is_jump = kind != MOUSE_DRAG});
	if (kind == MOUSE_DOUBLE && !answer.goes)
		view_act(view, ACTION_ZOOM_IN);
}

/* Over a map the wheel zooms around the pointer; over a list it scrolls; elsewhere it steps. */
static void turn_wheel(struct view *view, enum mouse_kind kind, int x, int y)
{
	bool up = kind == MOUSE_WHEEL_UP;

	for (size_t i = 0; i < view->layout.count; i++) {
		const struct layout_place *place = &view->layout.places[i];
		if (!is_inside(place->area, x, y))
			continue;
		if (place->panel->is_map) {
			if (up)
				click_panel(view, place->panel, MOUSE_CLICK, x, y);
			view_focus(view, place->panel);
			view_act(view, up ? ACTION_CLOSER : ACTION_FARTHER);
			return;
		}
		if (place->panel == panel_of(PANEL_INSPECT)) {
			view_act(view, up ? ACTION_UP : ACTION_DOWN);
			return;
		}
	}
	view_act(view, up ? ACTION_STEP_BACK : ACTION_STEP);
}

bool view_mouse(struct view *view, enum mouse_kind kind, int x, int y)
{
	bool is_wheel = kind == MOUSE_WHEEL_UP || kind == MOUSE_WHEEL_DOWN;

	view_end_still(view);
	if (view->overlay.mode) {
		if (is_wheel)
			view->overlay.mode->key(view, kind == MOUSE_WHEEL_UP ? "Up" : "Down");
		return !view->quit.is_said;
	}
	view_finish_return(view);
	if (is_wheel) {
		turn_wheel(view, kind, x, y);
		return true;
	}
	view_clear_message(view);
	view_end_opening(view);
	for (size_t i = 0; i < view->layout.count; i++)
		if (is_inside(view->layout.places[i].area, x, y)) {
			click_panel(view, view->layout.places[i].panel, kind, x, y);
			break; /* a double click may have changed the layout */
		}
	view_mark_stale(view);
	view_settle(view);
	return !view->quit.is_said;
}
