#include "view/view_state.h"

#include "base/suggestion.h"
#include "base/error.h"
#include "story/places.h"

#include <string.h>

/*
 * least height of the largest place for the inspector beside others; below it, it fills the screen
 */
#define INSPECTOR_ROWS 11

void focus_init(struct focus *focus, bool has_arenas)
{
	focus->panel = panel_of(has_arenas ? PANEL_ARENAS : PANEL_HEAP);
	focus->inspected_from = focus->panel;
}

static void focus(struct view *view, const struct panel_ops *panel)
{
	struct scene scene = view_scene(view);

	if (!panel_is_useful(panel, &scene)) {
		view_say(view, "this engine has no %s panel", panel->title);
		return;
	}
	view->focus.panel = panel;
	view->focus.main = panel;
	view_hide_comparison(view);
}

void view_cycle_focus(struct view *view, bool back)
{
	size_t count = view->layout.count, at = 0;

	while (at < count && view->layout.places[at].panel != view->focus.panel)
		at++;
	if (count == 0)
		return;
	if (count == 1 || view->side_by_side.is_shown) {
		view_say(view, "no other panel is shown; Esc shows more");
		return;
	}
	view->focus.panel = view->layout.places[(back ? at + count - 1 : at + 1) % count].panel;
	if (view->focus.is_alone)
		view->focus.main = view->focus.panel;
	view_mark_stale(view);
}

/* Where engines are compared, no panel is there to be zoomed; says so. */
static bool is_compared(struct view *view)
{
	if (view->side_by_side.is_shown)
		view_say(view, "engines are compared; Esc shows the panels again");
	return view->side_by_side.is_shown;
}

void view_toggle_alone(struct view *view)
{
	if (is_compared(view))
		return;
	view->focus.is_alone = !view->focus.is_alone;
	view->focus.main = view->focus.is_alone ? view->focus.panel : NULL;
	view_mark_stale(view);
}

void view_focus(struct view *view, const struct panel_ops *panel)
{
	view->focus.panel = panel;
}

void view_share_screen(struct view *view)
{
	view->focus.main = NULL;
	view->focus.is_alone = false;
}

bool view_is_focused(const struct view *view, enum panel_id id)
{
	return view->focus.panel == panel_of(id);
}

/*
 * From the map of arenas, unless the person has selected one: the question is which blocks keep the
 * arena that is nearly empty.
 */
static void choose_pinned_arena(struct view *view)
{
	struct region region;
	struct page page;

	if (!view_is_focused(view, PANEL_ARENAS) || !view->selection.follow ||
		!arena_emptiest(player_heap(view->player), &region, &page) ||
		region.base == view->selection.region)
		return;
	struct selection selection = view->selection;
	selection.follow = false;
	selection.region = region.base;
	selection.page = page.base;
	selection.address = page.base + page.first_block;
	view_select(view, selection);
}

/* Where the last event has no place, as free(NULL): what keeps the heap from shrinking. */
static void choose_block(struct view *view)
{
	struct selection selection = view->selection;
	struct span block;

	if (selection.address != 0 || selection.page != 0 ||
		!block_at_heap_end(player_heap(view->player), &block))
		return;
	selection.address = block.payload;
	view_select(view, selection);
}

/* Nothing is selected, and nothing can be chosen. */
static void say_why_not(struct view *view)
{
	struct heap_sums sums;

	if (view->focus.inspects_there) {
		view_say(view, "the inspector opens where this arrives");
		return;
	}
	heap_sums(player_heap(view->player), &sums);
	view_say(view, sums.live > 0 ? "nothing is selected: choose a place in a map with arrows"
				     : "nothing to inspect: no block is live");
}

void view_leave_inspector(struct view *view)
{
	view->focus.panel = view->focus.inspected_from;
	view->focus.is_alone = view->focus.inspected_alone;
	view->focus.main = view->focus.inspected_main;
	view_want_refresh(view);
}

/* The inspector takes the place of the panel with the selection, and gives it back. */
void view_inspect(struct view *view)
{
	if (view_is_focused(view, PANEL_INSPECT)) {
		view_leave_inspector(view);
		return;
	}
	choose_pinned_arena(view);
	choose_block(view);
	if (view->selection.address == 0 && view->selection.page == 0) {
		view->focus.inspects_there = view_is_busy(view);
		say_why_not(view);
		return;
	}
	view_select_level(view,
		view_is_focused(view, PANEL_ARENAS) ? INSPECT_ARENA : INSPECT_BLOCK);
	view->focus.inspected_from = view->focus.panel;
	view->focus.inspected_alone = view->focus.is_alone;
	view->focus.inspected_main = view->focus.main;
	focus(view, panel_of(PANEL_INSPECT));
	if (view->layout.count > 0 && view->layout.places[0].area.height < INSPECTOR_ROWS)
		view->focus.is_alone = true;
	view_want_refresh(view);
}

void view_inspect_there(struct view *view)
{
	if (view->focus.inspects_there && !view_is_focused(view, PANEL_INSPECT))
		view_inspect(view);
	view->focus.inspects_there = false;
}

void view_inspect_nowhere(struct view *view)
{
	view->focus.inspects_there = false;
}

bool view_is_inspecting(const struct view *view)
{
	return view_is_focused(view, PANEL_INSPECT) && !view->tour.is_on &&
	       !view_shows_decision(view) && view->presentation.script == VIEW_SCRIPT_NONE &&
	       !view->side_by_side.is_shown;
}

/* From the whole space into the selection: its arenas, or the heap. */
static void enter_region(struct view *view)
{
	const struct engine *engine = arena_layer(player_heap(view->player));
	struct region region;
	size_t at;
	bool is_arena = engine && engine_region_at(engine, view->selection.address, &at, &region);

	focus(view, panel_of(is_arena || !span_layer(player_heap(view->player)) ? PANEL_ARENAS
										: PANEL_HEAP));
	view_want_refresh(view);
}

/* The whole space is the end of zooming out. */
void view_zoom_farther(struct view *view)
{
	if (view->side_by_side.is_shown || view_is_focused(view, PANEL_POOL) ||
		view_is_focused(view, PANEL_INSPECT))
		view_zoom_out(view);
	else if (view_is_focused(view, PANEL_SPACE))
		view_say(view, "cannot zoom out any further");
	else
		focus(view, panel_of(PANEL_SPACE));
}

/*
 * All arenas → all arenas alone → one pool alone → one block; the heap → the heap alone → one
 * block.
 */
void view_zoom_in(struct view *view)
{
	if (is_compared(view))
		return;
	if (view_is_focused(view, PANEL_SPACE)) {
		enter_region(view);
		return;
	}
	if (view->focus.is_alone && view_is_focused(view, PANEL_ARENAS)) {
		view->focus.panel = panel_of(PANEL_POOL);
	} else if (view->focus.is_alone &&
		   (view_is_focused(view, PANEL_POOL) || view_is_focused(view, PANEL_HEAP))) {
		view_inspect(view);
		return;
	} else if (view->focus.is_alone) {
		view_say(view, "cannot zoom in any further");
	}
	view->focus.is_alone = true;
	view->focus.main = view->focus.panel;
	view_mark_stale(view);
}

void view_zoom_out(struct view *view)
{
	if (view->side_by_side.is_shown) {
		view_toggle_compare(view);
		return;
	}
	bool from_pool = view->focus.is_alone && view_is_focused(view, PANEL_POOL);

	if (view_is_focused(view, PANEL_INSPECT)) {
		view_leave_inspector(view);
		return;
	}
	const struct panel_ops *map = panel_of(view_has_arenas(view) ? PANEL_ARENAS : PANEL_HEAP);
	if (!view->focus.is_alone && !view->focus.main && view->selection.follow &&
		view->focus.panel == map)
		view_say(view, "already zoomed out; - shows the whole address space");
	if (from_pool || !view->focus.is_alone)
		view->focus.panel = map;
	view->focus.is_alone = from_pool;
	view->focus.main = from_pool ? view->focus.panel : NULL;
	view_follow_event(view, true);
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
	struct suggestion nearest = {.word = words, .length = strlen(words)};
	for (size_t i = 0; i < count; i++) {
		text_join(&all, ", ", panels[i]->name);
		suggestion_offer(&nearest, panels[i]->name);
	}
	suggestion_refuse(&nearest, "panel", text_of(&all), err);
	text_finish(&all);
	return -1;
}
