/*
 * The array usedpools as what it is: list heads, one a class, each with its chain of pools in order; the first pool serves the next
 * request.  Behind them usable_arenas in its order.
 */
#include "view/look.h"


#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct usedpools_panel {
	struct panel panel;
	unsigned in_use;	/* classes with a pool in their list */
	unsigned classes;
};

static bool is_useful(const struct scene *scene)
{
	return look_arenas(player_heap(scene->player));
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct usedpools_panel *self = (struct usedpools_panel *)panel;
	const struct engine *engine = look_arenas(player_heap(scene->player));

	self->classes = (unsigned)engine->ops->class_count(engine);
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

	snprintf(ret_remark, size, "%u of %u classes have a pool with room", self->in_use, self->classes);
}

/* The class whose list this event read or changed; -1: none. */
static int touched_class(const struct scene *scene)
{
	for (size_t i = 0; scene->log && i < scene->log->count; i++) {
		const struct decision *decision = &scene->log->items[i];
		if (decision->kind == DECISION_USEDPOOLS_HIT || decision->kind == DECISION_USEDPOOLS_EMPTY)
			return (int)decision->a;
		if (decision->kind == DECISION_POOL_UNFULL)
			return (int)decision->b;
	}
	return -1;
}

static void draw_class(const struct engine *engine, unsigned class, bool is_hot, struct canvas *canvas,
	struct area area, int y)
{
	struct size_class info;
	struct list list;
	struct list_entry entries[8];

	engine->ops->class_info(engine, class, &info);
	engine->ops->list(engine, class, &list);
	size_t n = engine->ops->list_entries(engine, class, 0, entries, 8);
	int x = area_print(canvas, area, 0, y, is_hot ? ROLE_CHANGED : ROLE_TEXT, "%3u %4" PRIu32 " B", class, info.size);
	x += 2;
	for (size_t i = 0; i < n; i++) {
		char name[32], entry[64];
		look_page_name(engine, entries[i].address, name, sizeof(name));
		snprintf(entry, sizeof(entry), "%s %" PRIu32 "/%" PRIu32, name, entries[i].used, entries[i].total);
		if (x + (int)strlen(entry) + 6 > area.width) {
			area_print(canvas, area, x, y, ROLE_QUIET, "+%" PRIu64, list.length - i);
			return;
		}
		if (i > 0)
			area_put(canvas, area, x - 2, y, glyph_of(canvas->charset, GLYPH_ARROW, 0), ROLE_QUIET, 0);
		x = area_text(canvas, area, x, y, i == 0 ? ROLE_LIVE : ROLE_TEXT, 0, entry) + 3;
	}
	if (list.length > n)
		area_print(canvas, area, x, y, ROLE_QUIET, "+%" PRIu64, list.length - n);
}

/* One sign a class: how many pools its list has. */
static void draw_compact(const struct scene *scene, const struct engine *engine, unsigned classes,
	struct canvas *canvas, struct area area)
{
	int hot = touched_class(scene);
	int x = area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "pools ");

	for (unsigned i = 0; i < classes; i++) {
		struct list list;
		engine->ops->list(engine, i, &list);
		uint32_t sign = list.length == 0 ? '.' : list.length <= 9 ? '0' + (uint32_t)list.length : '+';
		if (i > 0 && i % 8 == 0 && classes <= 32)
			x++;
		area_put(canvas, area, x++, 0, sign, list.length ? ROLE_LIVE : ROLE_VIRGIN,
			(int)i == hot ? CELL_REVERSE : 0);
	}
	x = area_text(canvas, area, x + 1, 0, ROLE_QUIET, 0, "pools with room, class by class");
	if (area.height > 1 && hot >= 0)
		draw_class(engine, (unsigned)hot, true, canvas, area, 1);
}

static int draw_usable(const struct engine *engine, struct canvas *canvas, struct area area, int y)
{
	struct list list;
	struct list_entry entries[16];
	size_t at;

	if (!look_list(engine, "usable_arenas", &at, &list))
		return y;
	size_t n = engine->ops->list_entries(engine, at, 0, entries, 16);
	int x = area_text(canvas, area, 0, y, ROLE_QUIET, 0, "usable_arenas ");
	for (size_t i = 0; i < n && x + 14 < area.width; i++) {
		struct region region;
		size_t place;
		if (!look_region(engine, entries[i].address, &place, &region))
			continue;
		x = area_print(canvas, area, x, y, i == 0 ? ROLE_LIVE : ROLE_TEXT, "%s%s (%" PRIu32 " free)",
			i ? " → " : "", region.name, entries[i].total - entries[i].used);
	}
	if (n == 0)
		area_text(canvas, area, x, y, ROLE_TEXT, 0, "empty");
	return y + 1;
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct usedpools_panel *self = (const struct usedpools_panel *)panel;
	const struct engine *engine = look_arenas(player_heap(scene->player));
	int hot = touched_class(scene);
	int y = 0;

	if (area.height < 5) {
		draw_compact(scene, engine, self->classes, canvas, area);
		return;
	}
	int rows = area.height - 1;
	unsigned left = self->in_use;
	bool hot_done = hot < 0;
	for (unsigned i = 0; i < self->classes && y < rows; i++) {
		struct list list;
		engine->ops->list(engine, i, &list);
		if (list.length == 0 && (int)i != hot)
			continue;
		bool last_row = y == rows - 1 && left > 1;
		if (last_row && (hot_done || (int)i != hot)) {
			if (hot_done || hot < (int)i) {
				area_print(canvas, area, 1, y, ROLE_QUIET, "%u classes more", left);
				y++;
				break;
			}
			left--;
			continue;
		}
		draw_class(engine, i, (int)i == hot, canvas, area, y++);
		hot_done = hot_done || (int)i == hot;
		left -= list.length > 0;
	}
	if (self->in_use == 0 && y == 0)
		area_text(canvas, area, 1, y++, ROLE_QUIET, 0, "All lists are empty.");
	draw_usable(engine, canvas, area, area.height - 1);
}

const struct panel_ops panel_usedpools = {
	.name = "usedpools",
	.title = "usedpools",
	.letter = 'u',
	.priority = 5,
	.state_size = sizeof(struct usedpools_panel),
	.is_useful = is_useful,
	.update = update,
	.remark = remark,
	.draw = draw,
};
