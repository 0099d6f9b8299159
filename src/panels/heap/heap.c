/*
 * The heap as a map scaled to the window, with the scale written below; its free list in order; the
 * mappings of the program. A small heap is drawn unit by unit, so that blocks, their borders and
 * their objects are visible; a large one by the share of each cell that is in use. Holes that the
 * last search checked have a question mark.
 *
 * A heap may have several regions (a recorded one does). Each is then a strip of the map, below a
 * line that gives its address and the size of the gap before it. Where there is no room for all,
 * the strips around the selection are shown. Regions of a single block are listed in a line
 * instead.
 *
 * Where a layer above has a limit, its gauge is above the map. A heap that is split in halves is
 * drawn as a tree (buddy_tree.h).
 */
#include "panels/heap/scale.h"

#include "base/units.h"
#include "panels/heap/buddy_tree.h"
#include "panels/heap/details.h"
#include "panels/heap/gauge.h"
#include "panels/heap/strips.h"
#include "player/scope.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct heap_panel {
	struct panel panel;
	char remark[128];
	struct heap_window window;
};

static bool is_useful(const struct scene *scene)
{
	return span_layer(player_heap(scene->player));
}

/* The metaspace is no part of a Java heap: the room is without it. Grows with the spaces. */
static void describe_spaces(struct heap_panel *self, const struct engine *engine,
	const struct totals *totals)
{
	uint64_t held = totals->reserved, room = totals->available + totals->unused;
	struct region region;
	struct units size, free;
	struct span above;

	for (size_t i = 0; i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		if (strcmp(region.name, "metaspace") != 0 || region.size == 0)
			continue;
		held -= region.size;
		if (span_find(engine, region.base + region.size - 1, &above) &&
			(above.state == SPAN_FREE || above.state == SPAN_VIRGIN))
			room -= above.size;
	}
	snprintf(self->remark, sizeof(self->remark), "%s, %s free above the tops",
		units_bytes(&size, held), units_bytes(&free, room));
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct heap_panel *self = (struct heap_panel *)panel;
	const struct engine *engine = span_layer(player_heap(scene->player));
	struct totals totals;
	/* what was there before the recording may be in its holes */
	bool is_partial = scope_of(player_trace(scene->player)) != SCOPE_ALL;
	const char *free_words = is_partial ? "not known" : "free";
	struct units size, free, largest;

	engine_totals(engine, &totals);
	window_place(&self->window, scene, engine);
	if (totals.reserved == 0)
		snprintf(self->remark, sizeof(self->remark), "nothing yet");
	else if (engine_has_spaces(engine))
		describe_spaces(self, engine, &totals);
	else if (totals.free_spans == 0 && totals.unused > 0)
		snprintf(self->remark, sizeof(self->remark), "%s, no holes; %s free at the top",
			units_bytes(&size, totals.reserved), units_bytes(&free, totals.unused));
	else if (totals.free_spans == 0)
		snprintf(self->remark, sizeof(self->remark), "%s, no holes",
			units_bytes(&size, totals.reserved));
	else if (totals.free_spans == 1)
		snprintf(self->remark, sizeof(self->remark), "%s, %s %s in one hole",
			units_bytes(&size, totals.reserved), units_bytes(&free, totals.available),
			free_words);
	else if (totals.largest_free == 0) /* the engine does not keep it */
		snprintf(self->remark, sizeof(self->remark), "%s, %s %s in %" PRIu64 " holes",
			units_bytes(&size, totals.reserved), units_bytes(&free, totals.available),
			free_words, totals.free_spans);
	else
		snprintf(self->remark, sizeof(self->remark),
			"%s, %s %s in %" PRIu64 " holes, largest %s",
			units_bytes(&size, totals.reserved), units_bytes(&free, totals.available),
			free_words, totals.free_spans, units_bytes(&largest, totals.largest_free));
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct heap_panel *)panel)->remark);
}

/* The window begins at an address where a block of its size could begin. */
static struct buddy_drawing tree_of(const struct heap_panel *self, const struct scene *scene,
	const struct engine *engine)
{
	struct buddy_drawing tree = {.scene = scene, .engine = engine};

	engine_region(engine, 0, &tree.region);
	tree.base = tree.region.base;
	tree.size = tree.region.size;
	if (self->window.zoom > 0 && self->window.from >= tree.region.base) {
		tree.size = window_size(&self->window, &tree.region);
		tree.base += (self->window.from - tree.region.base) / tree.size * tree.size;
	}
	if (!selected_span(scene, engine, &tree.chosen))
		tree.chosen.size = 0;
	return tree;
}

static void draw_tree(const struct heap_panel *self, const struct scene *scene,
	const struct engine *engine, struct canvas *canvas, struct area area)
{
	const struct buddy_drawing tree = tree_of(self, scene, engine);
	const struct heap_details details = heap_details_for_tree(scene, engine, area);
	const struct heap_map map = {.scene = scene,
		.heap = player_heap(scene->player),
		.engine = engine,
		.canvas = canvas,
		.region = tree.region,
		.chosen = tree.chosen};
	struct area room = area;

	room.height -= heap_details_rows(&details);
	int y = buddy_tree_draw(&tree, canvas, room);
	heap_details_draw(&details, &map, engine, area, y);
}

static void lay_out_maps(struct strips *ret_strips, const struct heap_panel *self,
	const struct scene *scene, const struct engine *engine, const struct heap_details *details,
	struct area area)
{
	area.height -= heap_details_rows(details);
	strips_lay_out(ret_strips, &self->window, scene, engine, &details->chosen, area);
}

/*
 * Lays out the maps and the details below them. The free list and the legend give their second rows
 * up where the map comes closer with them, or shows more regions; in a low area the legend its only
 * one.
 */
static struct heap_details lay_out(struct strips *ret_strips, const struct heap_panel *self,
	const struct scene *scene, const struct engine *engine, struct area area)
{
	struct heap_details details = heap_details_for(scene, engine, area), brief = details;
	struct strips closer;

	lay_out_maps(ret_strips, self, scene, engine, &details, area);
	brief.list = details.list > 1 ? 1 : details.list;
	brief.scale = details.scale_yields ? 0 : details.scale > 1 ? 1 : details.scale;
	if (brief.list == details.list && brief.scale == details.scale)
		return details;
	lay_out_maps(&closer, self, scene, engine, &brief, area);
	if (closer.maps[0].cell >= ret_strips->maps[0].cell && closer.count <= ret_strips->count)
		return details;
	*ret_strips = closer;
	return brief;
}

uint64_t heap_map_cell(const struct panel *panel, const struct scene *scene, struct area area)
{
	const struct engine *engine = span_layer(player_heap(scene->player));
	struct strips strips;

	if (!engine || engine_region_count(engine) == 0 || buddy_tree_fits(engine))
		return 0;
	lay_out(&strips, (const struct heap_panel *)panel, scene, engine,
		gauge_area_below(scene, area));
	return strips.maps[0].cell;
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct heap_panel *self = (const struct heap_panel *)panel;
	const struct engine *engine = span_layer(player_heap(scene->player));
	struct strips strips;

	gauge_draw(scene, canvas, area);
	area = gauge_area_below(scene, area);
	if (engine_region_count(engine) == 0) {
		area_wrap(canvas, area, 1, 0, 1, ROLE_QUIET,
			"The heap is empty: nothing has been allocated yet.");
		return;
	}
	if (buddy_tree_fits(engine)) {
		draw_tree(self, scene, engine, canvas, area);
		return;
	}
	const struct heap_details details = lay_out(&strips, self, scene, engine, area);
	strips_draw(&strips, canvas);
	heap_details_draw(&details, &strips.maps[0], engine, area, strips.lines);
}

/*
 * Shows half as much of the heap around the selection, or twice as much, or all; ignored where that
 * changes nothing: at both ends other maps take over.
 */
static struct panel_answer zoom(struct heap_panel *self, const struct scene *scene,
	const struct engine *engine, int by)
{
	struct strips strips;

	lay_out(&strips, self, scene, engine, gauge_area_below(scene, self->panel.area));
	const struct heap_map *map = &strips.maps[0];
	if ((by <= 0 && self->window.zoom == 0) ||
		(by > 0 && (map->cell == 1 || map->size <= WINDOW_LEAST)))
		return ANSWER_IGNORED;
	self->window.zoom = by == 0 ? 0 : self->window.zoom + (unsigned)by;
	window_center(&self->window, scene, engine);
	return ANSWER_HANDLED;
}

/* The address one step away, or at the near end of the next region in that direction. */
static uint64_t step_from(const struct engine *engine, const struct heap_map *map, uint64_t address,
	const struct span *span, enum action action)
{
	uint64_t row = (uint64_t)map->columns * map->cell;
	bool is_back = action == ACTION_LEFT || action == ACTION_UP;
	uint64_t to = action == ACTION_LEFT    ? span->base - 1
		      : action == ACTION_RIGHT ? span->base + span->size
		      : action == ACTION_UP    ? address - row
					       : address + row;
	struct region region;
	size_t at, count = engine_region_count(engine);

	if (to - map->region.base < map->region.size ||
		!engine_region_at(engine, address, &at, &region))
		return to;
	if (is_back ? at == 0 : at + 1 == count)
		return to;
	engine_region(engine, is_back ? at - 1 : at + 1, &region);
	return is_back ? region.base + region.size - 1 : region.base;
}

/* Selects a neighbouring block or hole, or one a row further. */
static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	const struct engine *engine = span_layer(player_heap(scene->player));
	uint64_t chosen = scene->selection->address;
	struct strips strips;
	struct span span;

	if (engine_region_count(engine) == 0)
		return ANSWER_IGNORED;
	if (action == ACTION_CLOSER || action == ACTION_FARTHER || action == ACTION_FIT)
		return zoom((struct heap_panel *)panel, scene, engine,
			action == ACTION_CLOSER    ? 1
			: action == ACTION_FARTHER ? -1
						   : 0);
	if (action != ACTION_LEFT && action != ACTION_RIGHT && action != ACTION_UP &&
		action != ACTION_DOWN)
		return ANSWER_IGNORED;
	lay_out(&strips, (const struct heap_panel *)panel, scene, engine,
		gauge_area_below(scene, panel->area));
	const struct heap_map *map = strips_with(&strips, chosen);
	uint64_t to = strips.maps[0].region.base;
	if (map && span_find(engine, chosen, &span))
		to = step_from(engine, map, chosen, &span, action);
	if (!span_find(engine, to, &span))
		return ANSWER_IGNORED;
	return answer_select_address(scene,
		action == ACTION_UP || action == ACTION_DOWN ? to : span.base);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	const struct engine *engine = span_layer(player_heap(scene->player));
	struct strips strips;
	struct span span;
	uint64_t address;

	if (engine_region_count(engine) == 0)
		return ANSWER_IGNORED;
	if (buddy_tree_fits(engine)) {
		const struct buddy_drawing tree =
			tree_of((const struct heap_panel *)panel, scene, engine);
		if (!buddy_tree_address(&tree, panel->area, x, &address) || y < 0)
			return ANSWER_IGNORED;
		return answer_select_address(scene, address);
	}
	lay_out(&strips, (const struct heap_panel *)panel, scene, engine,
		gauge_area_below(scene, panel->area));
	if (!strips_address(&strips, panel->area.x + x, panel->area.y + y, &address) ||
		!span_find(engine, address, &span))
		return ANSWER_IGNORED;
	return answer_select_address(scene, address);
}

const struct panel_ops panel_heap = {
	.name = "heap",
	.title = "Heap",
	.letter = 'm',
	.state_size = sizeof(struct heap_panel),
	.is_map = true,
	.is_useful = is_useful,
	.update = update,
	.remark = remark,
	.draw = draw,
	.act = act,
	.click = click,
};
