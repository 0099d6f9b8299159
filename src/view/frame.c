/*
 * See view_state.h. The layout places the panels, which draw; an open overlay is drawn over them.
 */
#include "panels/comparison/comparison.h"
#include "story/places.h"
#include "view/footer.h"
#include "view/headline.h"
#include "view/lent_rows.h"
#include "view/named_panel.h"
#include "view/question.h"
#include "view/refresh.h"
#include "view/status.h"
#include "view/view_state.h"

#include <string.h>

static void draw_place(struct view *view, struct canvas *canvas, const struct layout_place *place)
{
	struct panel *panel = view_panel(view, place->panel);
	struct scene scene = view_scene(view);
	bool focused = place->panel == view->focus.panel;
	struct area area = place->area;
	char remark[120] = "";

	if (!panel_is_useful(panel->ops, &scene))
		return;
	panel->area = area; /* the remark may depend on its width */
	if (panel->ops->remark)
		panel->ops->remark(panel, remark, sizeof(remark));
	if (place->title_rows > 0)
		area = area_title(canvas, area, panel->ops->title, remark, focused);
	panel->area = area;
	panel->ops->draw(panel, &scene, canvas, area);
}

/* While the player returns into a replaced trace, the last picture of the old one stays. */
static void draw_places(struct view *view, struct canvas *canvas)
{
	bool holds_all = view->growth.is_returning && view_still_fits(view, canvas);

	if (!view_still_fits(view, canvas)) {
		view_end_still(view);
		view_settle(view);
	}
	for (size_t i = 0; i < view->layout.count; i++) {
		const struct layout_place *place = &view->layout.places[i];
		if (holds_all || (view->still.is_on && place->panel->is_read))
			view_draw_still(view, canvas, &place->area);
		else
			draw_place(view, canvas, place);
	}
	view_note_drawn(view);
	if (!view->still.is_on && !view->growth.is_returning &&
		(view_checks_trace(view) || view_plays_fast(view, view->playback.last_tick)))
		view_keep_still(view, canvas, view->playback.last_tick);
}

/* Draws the comparison; of the panels only the timeline stays. */
static void draw_compare(struct view *view, struct canvas *canvas, struct area area)
{
	struct scene scene = view_scene(view);
	int rows = area.height >= 32 ? 5 : area.height >= 14 ? 2 : 1;
	struct area timeline = {area.x, area.y + area.height - rows, area.width, rows};

	view->layout.count = 1;
	view->layout.places[0] =
		(struct layout_place){panel_of(PANEL_TIMELINE), timeline, rows > 2 ? 1 : 0};
	area.height -= rows;
	comparison_draw(view->side_by_side.comparison, &scene, canvas, area);
}

/* NULL: the panel has no place. */
static const struct layout_place *find_place(const struct layout *layout,
	const struct panel_ops *panel)
{
	for (size_t i = 0; i < layout->count; i++)
		if (layout->places[i].panel == panel)
			return &layout->places[i];
	return NULL;
}

static bool is_placed(const struct view *view, const struct panel_ops *panel)
{
	return find_place(&view->layout, panel) != NULL;
}

/* Gives its place to a panel beside it; false: there is none. */
static bool give_to_neighbour(struct layout *layout, size_t at)
{
	const struct area area = layout->places[at].area;

	for (size_t i = 0; i < layout->count; i++) {
		struct area *other = &layout->places[i].area;
		bool is_left = other->x + other->width + LAYOUT_GAP == area.x,
		     is_right = area.x + area.width + LAYOUT_GAP == other->x;
		if (other->y != area.y || other->height != area.height || (!is_left && !is_right))
			continue;
		other->x = is_right ? area.x : other->x;
		other->width += area.width + LAYOUT_GAP;
		layout->count--;
		memmove(&layout->places[at], &layout->places[at + 1],
			(layout->count - at) * sizeof(*layout->places));
		return true;
	}
	return false;
}

/* The first panel that has something to show and is not on the screen; NULL: there is none. */
static const struct panel_ops *stand_in(const struct view *view, const struct scene *scene)
{
	static const enum panel_id others[] = {PANEL_HEAP, PANEL_ROOTS, PANEL_INFO, PANEL_SPACE};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct panel_ops *other = panel_of(others[i]);
		if (!is_placed(view, other) && panel_is_useful(other, scene))
			return other;
	}
	return NULL;
}

/*
 * A panel that has nothing to show of this engine is replaced by one that has, or its neighbour
 * gets its place.
 */
static void fill_empty_places(struct view *view)
{
	struct scene scene = view_scene(view);

	for (size_t i = 0; i < view->layout.count; i++) {
		struct layout_place *place = &view->layout.places[i];
		if (panel_is_useful(place->panel, &scene))
			continue;
		const struct panel_ops *other = stand_in(view, &scene);
		if (other)
			place->panel = other;
		else if (give_to_neighbour(&view->layout, i))
			i--;
	}
}

#define MAP_ROWS_MIN 9 /* of a map that gives a third of them up */

/*
 * The order of a cache takes the place of the list of events; where there is none, the last rows of
 * the map.
 */
static void place_cache(struct view *view)
{
	const struct panel_ops *cache = panel_of(PANEL_CACHE);
	struct layout *layout = &view->layout;
	struct scene scene = view_scene(view);

	if (!panel_is_useful(cache, &scene) || is_placed(view, cache) || view->focus.is_alone)
		return;
	for (size_t i = 0; i < layout->count; i++)
		if (layout->places[i].panel == panel_of(PANEL_EVENTS) &&
			view->focus.main != layout->places[i].panel) {
			layout->places[i].panel = cache;
			return;
		}
	struct layout_place *map = &layout->places[0];
	if (map->area.height < MAP_ROWS_MIN || layout->count == LAYOUT_MAX || !map->title_rows)
		return;
	int rows = map->area.height / 3;
	map->area.height -= rows;
	layout->places[layout->count++] = (struct layout_place){cache,
		{map->area.x, map->area.y + map->area.height, map->area.width, rows},
		map->title_rows};
}

/* A panel that appears on the screen updates, since it may have left its work. */
static void show(struct view *view, struct panel *panel)
{
	struct scene scene = view_scene(view);

	if (panel->shown)
		return;
	panel->shown = true;
	if (panel_is_useful(panel->ops, &scene))
		panel->ops->update(panel, &scene);
	if (panel->ops->tick)
		view_want_lookahead(view);
}

static void note_shown(struct view *view)
{
	for (size_t i = 0; i < view->panels.count; i++) {
		struct panel *panel = view->panels.items[i];
		if (is_placed(view, panel->ops))
			show(view, panel);
		else
			panel->shown = false;
	}
}

static enum layout_kind kind_of_layout(const struct view *view)
{
	if (trace_has_counted(player_trace(view->player)))
		return LAYOUT_OBJECTS;
	if (view_has_arenas(view))
		return LAYOUT_POOLS;
	return kinds_layer(player_heap(view->player)) ? LAYOUT_BINS : LAYOUT_HEAP;
}

/* A heap of several spaces (Eden, survivors) is seen whole, and beside it what refers into it. */
static enum layout_kind kind_of_lecture(const struct view *view)
{
	const struct engine *engine = span_layer(player_heap(view->player));
	enum layout_kind kind = kind_of_layout(view);
	bool has_spaces = engine && engine_region_count(engine) > 2 && !view_has_arenas(view);

	return kind == LAYOUT_OBJECTS && has_spaces ? LAYOUT_SPACES : kind;
}

/*
 * The rows that a panel needs in a place of that width; 0: any number, or it has nothing to show.
 * It is about to be shown: what it says now is known.
 */
static int rows_needed(struct view *view, enum panel_id id, int width)
{
	struct panel *panel = view_panel(view, panel_of(id));
	struct scene scene = view_scene(view);

	if (!panel_is_useful(panel->ops, &scene))
		return 0;
	show(view, panel);
	return panel->ops->rows(panel, &scene, width);
}

/* Where its reasons would be cut, the panel of the event borrows rows; not while they fly by. */
static void lend_rows_to_event(struct view *view)
{
	struct layout *layout = &view->layout;
	const struct layout_place *event = find_place(layout, panel_of(PANEL_EVENT));

	if (event && !view->playback.is_on)
		lend_rows(layout, (size_t)(event - layout->places),
			rows_needed(view, PANEL_EVENT, event->area.width));
}

#define STORY_ROWS 8 /* an event, its reasons, and the next one */
#define NEXT_ROWS  5 /* below a caption: the last request, and the next event or caption */
#define AIR_ROWS   1 /* between a question and what it asks about: left out where it does not fit */

/*
 * The lists of pools and what happened are beside each other: rows that neither needs go to the
 * pool and the map beside it. Only the lists change their height while the trace plays, so that the
 * map keeps its scale.
 */
static void lend_rows_to_pool(struct view *view)
{
	struct layout *layout = &view->layout;
	const struct layout_place *pool = find_place(layout, panel_of(PANEL_POOL)),
				  *event = find_place(layout, panel_of(PANEL_EVENT)),
				  *lists = find_place(layout, panel_of(PANEL_USEDPOOLS));

	if (!pool || !event || !lists || event->area.y != lists->area.y)
		return;
	int keeps = view_caption_rows(view, event->area.width) + NEXT_ROWS,
	    needed = rows_needed(view, PANEL_USEDPOOLS, lists->area.width);
	if (needed == 0) /* another panel takes their place */
		return;
	int all = pool->area.height + event->area.height;
	keeps = keeps > STORY_ROWS ? keeps : STORY_ROWS;
	lend_rows_of(layout, PANEL_EVENT, (size_t)(pool - layout->places), all,
		keeps > needed ? keeps : needed);
}

static bool has_pages(const struct layout *layout, int text)
{
	for (size_t i = 0; i < layout->count; i++)
		if (layout->places[i].panel == panel_of(PANEL_LECTURE))
			return layout->places[i].area.height < text;
	return false;
}

/*
 * In a lecture the table of objects has the rows that the text leaves: a caption may name any of
 * them. Where the text has several pages anyway, they may be lower, so that all objects are seen,
 * without the last line. A question gives a blank row for the last object. The map above it stays
 * where it is.
 */
static void lend_rows_to_objects(struct view *view)
{
	struct layout *layout = &view->layout;

	for (size_t i = 0; i < layout->count; i++) {
		int width = layout->places[i].area.width, text, table;
		if (layout->places[i].panel != panel_of(PANEL_OBJECTS))
			continue;
		text = rows_needed(view, PANEL_LECTURE, width);
		table = rows_needed(view, PANEL_OBJECTS, width);
		if (has_pages(layout, text))
			lend_rows_of(layout, PANEL_LECTURE, i, table - 1, LAYOUT_TEXT_MIN);
		else if (text > 0)
			lend_rows_of(layout, PANEL_LECTURE, i, table, text);
		if (view_is_asking(view)) {
			view_panel(view, panel_of(PANEL_LECTURE))->area.height = 0; /* all rows */
			text = rows_needed(view, PANEL_LECTURE, width);
			lend_rows_of(layout, PANEL_LECTURE, i, table - 1, text - AIR_ROWS);
		}
	}
}

/* A panel that captions name takes the largest place where there is no room for both. */
static void place_named(struct view *view)
{
	struct trace *trace = player_trace(view->player);
	const struct panel_ops *named = named_panel(trace, player_position(view->player));
	struct scene scene = view_scene(view);
	struct layout_place *map = &view->layout.places[0];

	if (!named || is_placed(view, named) || !panel_is_useful(named, &scene) ||
		map->panel == panel_of(PANEL_LECTURE))
		return;
	map->panel = named;
	map->title_rows = map->area.height > 2;
}

static void make_lecture(struct view *view, struct area body)
{
	layout_make_lecture(&view->layout, body, kind_of_lecture(view),
		view_rehearsed_rows(view, body.width));
	lend_rows_to_objects(view);
}

/* What happened has the rows of the longest caption from the start, so that no caption is cut. */
static void make_layout(struct view *view, struct area body)
{
	enum layout_kind kind = kind_of_layout(view);
	const struct focus *focus = &view->focus;

	layout_make(&view->layout, body, kind, focus->main, focus->is_alone, 0);
	for (size_t i = 0; i < view->layout.count; i++) {
		const struct layout_place *place = &view->layout.places[i];
		if (place->panel != panel_of(PANEL_EVENT))
			continue;
		int rows = view_caption_rows(view, place->area.width) + place->title_rows;
		if (rows > place->area.height)
			layout_make(&view->layout, body, kind, focus->main, focus->is_alone, rows);
		break;
	}
	if (focus->is_alone)
		return;
	lend_rows_to_pool(view);
	lend_rows_to_event(view);
}

/* The number of the event is that which the panels speak of. */
static void draw_status(struct view *view, struct canvas *canvas)
{
	const struct area row = {0, 0, canvas->width, 1};

	if (view->still.is_on && view_still_fits(view, canvas))
		view_draw_still(view, canvas, &row);
	else
		view_draw_status(view, canvas);
}

void view_draw(struct view *view, struct canvas *canvas)
{
	int top = view_status_rows(view, canvas) + view_headline_rows(view, canvas);
	struct area body = {0, top, canvas->width,
		canvas->height - top - footer_rows(view, canvas)};

	if (view_is_busy(view))
		view_settle(view);
	if (view->lecture.is_on)
		view_rehearse(view);
	canvas_clear(canvas);
	view_note_drawn(view);
	view->footer = (struct area){0, body.y + body.height, canvas->width,
		canvas->height - body.y - body.height};
	if (canvas->width < 20 || canvas->height < 5) {
		area_wrap(canvas, (struct area){0, 0, canvas->width, canvas->height}, 0, 0, 0,
			ROLE_TEXT, "arenascope needs 20x5");
		return;
	}
	if (view->side_by_side.is_shown)
		draw_compare(view, canvas, body);
	else if (view->lecture.is_on && !view->focus.main)
		make_lecture(view, body);
	else
		make_layout(view, body);
	if (!view->side_by_side.is_shown)
		place_cache(view);
	if (view_has_lecture_text(view))
		place_named(view);
	fill_empty_places(view);
	if (view_status_rows(view, canvas) > 0)
		draw_status(view, canvas);
	view_draw_headline(view, canvas);
	note_shown(view);
	draw_places(view, canvas);
	view_draw_footer(view, canvas);
	if (view->overlay.mode)
		view->overlay.mode->draw(view, canvas);
}

bool view_place(const struct view *view, const char *name, struct area *ret_area)
{
	if (strcmp(name, "status") == 0) {
		*ret_area = (struct area){0, 0, view->footer.width, 1};
		return true;
	}
	if (strcmp(name, "footer") == 0) {
		*ret_area = view->footer;
		return true;
	}
	for (size_t i = 0; i < view->layout.count; i++)
		if (strcmp(view->layout.places[i].panel->name, name) == 0) {
			*ret_area = view->layout.places[i].area;
			return true;
		}
	return false;
}
