/*
 * See view_state.h.
 *
 *	focused   the panel that has the keys
 *	main      the panel in the largest place
 *	alone     it has the screen
 */
#include "view/view_state.h"

#include "base/error.h"
#include "story/places.h"

/* of the largest place; where there are fewer, the inspector has the screen */
#define INSPECTOR_ROWS 14

static void focus(struct view *view, const struct panel_ops *panel)
{
	struct scene scene = view_scene(view);

	if (!panel_is_useful(panel, &scene)) {
		view_say(view, "this allocator has no %s", panel->title);
		return;
	}
	view->focused = panel;
	view->main = panel;
	view->comparing = false;
	view->stale = true;
}

void view_cycle_focus(struct view *view, bool back)
{
	size_t count = view->layout.count, at = 0;

	while (at < count && view->layout.places[at].panel != view->focused)
		at++;
	if (count == 0)
		return;
	view->focused = view->layout.places[(back ? at + count - 1 : at + 1) % count].panel;
	if (view->alone)
		view->main = view->focused;
	view->stale = true;
}

void view_toggle_alone(struct view *view)
{
	view->alone = !view->alone;
	view->main = view->alone ? view->focused : NULL;
	view->stale = true;
}

bool view_is_focused(const struct view *view, enum panel_id id)
{
	return view->focused == panel_of(id);
}

/* The inspector takes the place of the panel in which something was chosen. */
void view_inspect(struct view *view)
{
	if (view_is_focused(view, PANEL_INSPECT))
		return;
	view->selection.level = view_is_focused(view, PANEL_ARENAS) ? INSPECT_ARENA : INSPECT_BLOCK;
	view->inspected_from = view->focused;
	view->inspected_alone = view->alone;
	focus(view, panel_of(PANEL_INSPECT));
	if (view->layout.count > 0 && view->layout.places[0].area.height < INSPECTOR_ROWS)
		view->alone = true;
	view_want_refresh(view);
}

/* From the whole space into what is chosen there: its arenas, or the heap. */
static void enter_region(struct view *view)
{
	const struct engine *engine = arena_layer(player_heap(view->player));
	struct region region;
	size_t at;
	bool is_arena = engine && engine_region_at(engine, view->selection.address, &at, &region);

	focus(view, panel_of(is_arena || !free_list_layer(player_heap(view->player)) ? PANEL_ARENAS
										     : PANEL_HEAP));
	view_want_refresh(view);
}

/* The whole space is the farthest. */
void view_zoom_farther(struct view *view)
{
	if (view->comparing || view_is_focused(view, PANEL_POOL) ||
		view_is_focused(view, PANEL_INSPECT))
		view_act(view, ACTION_ZOOM_OUT);
	else if (view_is_focused(view, PANEL_SPACE))
		view_say(view, "this is all there is");
	else
		focus(view, panel_of(PANEL_SPACE));
}

/*
 * All arenas → all arenas alone → one pool alone → one block; the heap → the heap alone → one
 * block.
 */
void view_zoom_in(struct view *view)
{
	if (view->comparing)
		return;
	if (view_is_focused(view, PANEL_SPACE)) {
		enter_region(view);
		return;
	}
	if (view->alone && view_is_focused(view, PANEL_ARENAS)) {
		view->focused = panel_of(PANEL_POOL);
	} else if (view->alone &&
		   (view_is_focused(view, PANEL_POOL) || view_is_focused(view, PANEL_HEAP))) {
		view_inspect(view);
		return;
	}
	view->alone = true;
	view->main = view->focused;
	view->stale = true;
}

void view_zoom_out(struct view *view)
{
	if (view->comparing) {
		view_toggle_compare(view);
		return;
	}
	bool from_pool = view->alone && view_is_focused(view, PANEL_POOL);
	bool from_inspector = view_is_focused(view, PANEL_INSPECT);

	if (from_inspector) {
		view->focused = view->inspected_from;
		view->alone = view->inspected_alone;
		view->main = view->alone ? view->focused : NULL;
		view_want_refresh(view);
		return;
	}
	if (from_pool || view_is_focused(view, PANEL_SPACE))
		view->focused = panel_of(view_has_arenas(view) ? PANEL_ARENAS : PANEL_HEAP);
	view->alone = from_pool;
	view->main = from_pool ? view->focused : NULL;
	view->selection.follow = true;
	view_want_refresh(view);
}

int view_show(struct view *view, const char *words, struct error *err)
{
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);
	struct text all = {0};

	const struct panel_ops *panel = panel_find(words);

	if (panel) {
		focus(view, panel);
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		text_join(&all, ", ", panels[i]->name);
	error_set(err, "show: there is no panel '%s'; there are %s", words, text_of(&all));
	text_finish(&all);
	return -1;
}
