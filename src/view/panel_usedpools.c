/*
 * The array usedpools as what it is: list heads, one a class, each with its chain of pools in
 * order; the first pool serves the next request.  Below them usable_arenas in its order, and the
 * free slots of arenas[].
 */
#include "view/look.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define POOLS_SHOWN  16u
#define ARENAS_SHOWN 32u
#define COMPACT	     4	/* rows; with fewer, one sign a class */

struct usedpools_panel {
	struct panel panel;
	unsigned in_use;	/* classes with a pool in their list */
	unsigned classes;
	int touched;	/* class whose list or pool the event concerned; -1: none */
};

static bool is_useful(const struct scene *scene)
{
	const struct engine *engine = look_arenas(player_heap(scene->player));

	/* The lists of a recorded Python are not known. */
	return engine && engine->ops->class_count && engine->ops->list_count;
}

/* The class whose list this event read or changed, or whose block it freed; -1: none. */
static int touched_class(const struct scene *scene, const struct engine *engine)
{
	uint32_t number;
	struct page page;
	size_t at;

	for (size_t i = 0; scene->log && i < scene->log->count; i++) {
		const struct decision *decision = &scene->log->items[i];
		if (decision->kind == DECISION_USEDPOOLS_HIT || decision->kind == DECISION_USEDPOOLS_EMPTY)
			return (int)decision->a;
		if (decision->kind == DECISION_POOL_UNFULL)
			return (int)decision->b;
	}
	if (scene->effect && scene->effect->old_address &&
		look_page(engine, scene->effect->old_address, &at, &number, &page) && page.blocks > 0)
		return (int)page.size_class;
	return -1;
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct usedpools_panel *self = (struct usedpools_panel *)panel;
	const struct engine *engine = look_arenas(player_heap(scene->player));

	self->classes = (unsigned)engine->ops->class_count(engine);
	self->touched = touched_class(scene, engine);
	self->in_use = 0;
	for (unsigned i = 0; i < self->classes; i++) {
		struct list list;
		engine->ops->list(engine, i, &list);
		self->in_use += list.length > 0;
	}
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct usedpools_panel *self = (const struct usedpools_panel *)panel;

	snprintf(ret_remark, size, "%u of %u classes have room", self->in_use, self->classes);
}

/* "  5   96 B  A01.p23 31/42 → A02.p07 3/42  +1" */
static void draw_class(const struct engine *engine, unsigned class, bool is_hot,
	struct canvas *canvas, struct area area, int y)
{
	struct size_class info;
	struct list list;
	struct list_entry entries[POOLS_SHOWN];

	engine->ops->class_info(engine, class, &info);
	engine->ops->list(engine, class, &list);
	size_t n = engine->ops->list_entries(engine, class, 0, entries, POOLS_SHOWN);
	if (is_hot)
		area_put(canvas, area, 0, y, glyph_of(canvas->charset, GLYPH_POINTER, 0), ROLE_PLAYHEAD, 0);
	int x = area_print(canvas, area, 1, y, is_hot ? ROLE_CHANGED : ROLE_TEXT,
			"%2u %4" PRIu32 " B", class, info.size) +
		2;
	for (size_t i = 0; i < n; i++) {
		char name[32], entry[64];
		look_page_name(engine, entries[i].address, name, sizeof(name));
		snprintf(entry, sizeof(entry), "%s %" PRIu32 "/%" PRIu32, name, entries[i].used, entries[i].total);
		if (i > 0 && x + 3 + (int)strlen(entry) + 5 > area.width) {
			area_print(canvas, area, x + 1, y, ROLE_QUIET, "+%" PRIu64, list.length - i);
			return;
		}
		if (i > 0)
			area_put(canvas, area, x + 1, y, glyph_of(canvas->charset, GLYPH_ARROW, 0), ROLE_QUIET, 0);
		x = area_text(canvas, area, i ? x + 3 : x, y, i == 0 ? ROLE_LIVE : ROLE_TEXT, 0, entry);
	}
	if (n == 0)
		area_text(canvas, area, x, y, ROLE_QUIET, 0, "no pool with room");
	else if (list.length > n)
		area_print(canvas, area, x + 1, y, ROLE_QUIET, "+%" PRIu64, list.length - n);
}

/* One sign a class: how many pools its list has; below it the list that the event was about. */
static void draw_compact(const struct usedpools_panel *self, const struct engine *engine, struct canvas *canvas,
	struct area area)
{
	int x = area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "pools ");
	bool spaced = area.width >= 8 + (int)self->classes + (int)self->classes / 8;

	for (unsigned i = 0; i < self->classes; i++) {
		struct list list;
		engine->ops->list(engine, i, &list);
		uint32_t sign = list.length == 0 ? '.' : list.length <= 9 ? '0' + (uint32_t)list.length : '+';
		if (spaced && i > 0 && i % 8 == 0)
			x++;
		area_put(canvas, area, x++, 0, sign, list.length ? ROLE_LIVE : ROLE_VIRGIN,
			(int)i == self->touched ? CELL_REVERSE : 0);
	}
	if (x > area.width)
		area_put(canvas, area, area.width - 1, 0, glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0), ROLE_QUIET, 0);
	if (x + 34 < area.width)
		area_text(canvas, area, x + 2, 0, ROLE_QUIET, 0, "in each list, class 0 first");
	if (area.height > 1 && self->touched >= 0)
		draw_class(engine, (unsigned)self->touched, true, canvas, area, 1);
}

/* "usable_arenas A03 (10 free) → A00 (25 free)" */
static void draw_usable(const struct engine *engine, struct canvas *canvas, struct area area, int y)
{
	struct list list;
	struct list_entry entries[ARENAS_SHOWN];
	size_t at;

	if (!look_list(engine, "usable_arenas", &at, &list))
		return;
	size_t n = engine->ops->list_entries(engine, at, 0, entries, ARENAS_SHOWN);
	int x = area_text(canvas, area, 1, y, ROLE_QUIET, 0, "usable_arenas ");
	if (n == 0)
		area_text(canvas, area, x, y, ROLE_QUIET, 0, "empty");
	for (size_t i = 0; i < n; i++) {
		struct region region;
		size_t place;
		char entry[48];
		if (!engine_region_at(engine, entries[i].address, &place, &region))
			continue;
		snprintf(entry, sizeof(entry), "%s%s (%" PRIu32 " free)", i ? " → " : "", region.name,
			entries[i].total - entries[i].used);
		if (x + (int)strlen(entry) + 4 > area.width) {
			area_print(canvas, area, x + 1, y, ROLE_QUIET, "+%" PRIu64, list.length - i);
			return;
		}
		x = area_text(canvas, area, x, y, i == 0 ? ROLE_LIVE : ROLE_TEXT, 0, entry);
	}
}

/* The free slots of arenas[], in the order in which they will be used. */
static void draw_unused(const struct engine *engine, struct canvas *canvas, struct area area, int y)
{
	struct list list;
	struct list_entry entries[ARENAS_SHOWN];
	size_t at;

	if (!look_list(engine, "unused_arena_objects", &at, &list))
		return;
	size_t n = engine->ops->list_entries(engine, at, 0, entries, ARENAS_SHOWN);
	int x = area_text(canvas, area, 1, y, ROLE_QUIET, 0, "unused_arena_objects ");
	for (size_t i = 0; i < n && x + 6 < area.width; i++)
		x = area_print(canvas, area, x, y, ROLE_TEXT, "%s[%" PRIu32 "]", i ? " " : "", entries[i].used);
	if (n == 0)
		area_text(canvas, area, x, y, ROLE_QUIET, 0, "empty");
}

/*
 * The classes that have pools with room, and the one the event was about; what does not fit is
 * counted.
 */
static void draw_lists(const struct usedpools_panel *self, const struct engine *engine, struct canvas *canvas,
	struct area area, int rows)
{
	bool touched_is_empty = false;
	unsigned wanted = self->in_use, drawn = 0;
	struct list list;

	if (self->touched >= 0) {
		engine->ops->list(engine, (size_t)self->touched, &list);
		touched_is_empty = list.length == 0;
		wanted += touched_is_empty;
	}
	if (wanted == 0)
		area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "All lists are empty.");
	unsigned room = wanted <= (unsigned)rows ? wanted : rows > 1 ? (unsigned)rows - 1 : (unsigned)rows;
	for (unsigned i = 0; i < self->classes && drawn < room; i++) {
		bool is_touched = (int)i == self->touched;
		bool must_wait = self->touched > (int)i && drawn + 1 == room;	/* the last row is the touched one's */
		engine->ops->list(engine, i, &list);
		if (is_touched || (list.length > 0 && !must_wait))
			draw_class(engine, i, is_touched, canvas, area, (int)drawn++);
	}
	if (drawn < wanted && rows > (int)drawn)
		area_print(canvas, area, 1, (int)drawn, ROLE_QUIET,
			"%u more classes have pools with room", wanted - drawn);
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct usedpools_panel *self = (const struct usedpools_panel *)panel;
	const struct engine *engine = look_arenas(player_heap(scene->player));

	if (area.height < COMPACT) {
		draw_compact(self, engine, canvas, area);
		return;
	}
	int rows = area.height - 1;
	bool has_unused = (unsigned)rows > self->in_use + 1;
	rows -= has_unused;
	draw_lists(self, engine, canvas, area, rows);
	if (has_unused)
		draw_unused(engine, canvas, area, rows);
	draw_usable(engine, canvas, area, area.height - 1);
}

const struct panel_ops panel_usedpools = {
	.name = "usedpools",
	.title = "usedpools",
	.letter = 'u',
	.state_size = sizeof(struct usedpools_panel),
	.is_read = true,
	.is_useful = is_useful,
	.update = update,
	.remark = remark,
	.draw = draw,
};
