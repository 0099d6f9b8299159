/*
 * A cache that the program has, in its order: from the newest, asked for last, to the oldest.
 * Whether that one goes next is up to the program's rule, which no event tells. Where each object
 * has a row, it also says how large the object is, where, and how often it was found; otherwise
 * they are a chain. The title has hits, evictions and the last victim of the cache since all that
 * it kept was dropped, and beside them the hits of all its lives.
 *
 *	*   found by this event
 *	+   kept by this event, or spared
 */
#include "panels/chain_pen.h"
#include "panels/panel.h"

#include "base/units.h"
#include "base/xalloc.h"
#include "story/names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX 256u /* from either end */
#define NAME_MAX  32u

struct cache_panel {
	struct panel panel;
	struct cache_figures figures;
	bool is_there; /* figures have something */
	struct cache_item newest[ITEMS_MAX];
	size_t count;             /* of them */
	struct cache_item oldest; /* with count > 0 */
	bool is_now;              /* the last event was about the cache */
};

static bool is_useful(const struct scene *scene)
{
	return trace_has_cache(player_trace(scene->player));
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct cache_panel *self = (struct cache_panel *)panel;
	const struct heap *heap = player_heap(scene->player);

	if (!panel->shown)
		return;
	self->is_there = heap_cache(heap, &self->figures);
	self->count = heap_cached(heap, false, self->newest, ITEMS_MAX);
	heap_cached(heap, true, &self->oldest, 1);
	self->is_now = scene->event && event_is_of_cache(scene->event);
}

/* "key 7", or "object 12" where no key is known */
static const char *name_item(uint64_t key, uint32_t object, char *name)
{
	if (key)
		snprintf(name, NAME_MAX, "key %" PRIu64, key);
	else
		snprintf(name, NAME_MAX, "object %" PRIu32, object);
	return name;
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct cache_panel *self = (const struct cache_panel *)panel;
	const struct cache_figures *figures = &self->figures;
	uint64_t all = figures->hits + figures->misses;
	uint64_t hits = figures->hits - figures->old_hits;
	uint64_t lookups = hits + figures->misses - figures->old_misses;
	uint64_t evictions = figures->evictions - figures->old_evictions;
	char name[NAME_MAX];
	int length = 0;

	if (!self->is_there)
		return;
	if (lookups > 0)
		length = snprintf(ret_remark, size, "%" PRIu64 " hit%s of %" PRIu64, hits,
			hits == 1 ? "" : "s", lookups);
	if (lookups > 0 && lookups < all)
		length += snprintf(ret_remark + length, size - (size_t)length,
			" (%" PRIu64 " of %" PRIu64 " in all)", figures->hits, all);
	if (lookups > 0)
		length += snprintf(ret_remark + length, size - (size_t)length, ", ");
	length += snprintf(ret_remark + length, size - (size_t)length, "%" PRIu32 " kept",
		figures->count);
	if (figures->left > 0)
		length += snprintf(ret_remark + length, size - (size_t)length,
			", %" PRIu64 " dropped", figures->left);
	if (evictions > 0)
		snprintf(ret_remark + length, size - (size_t)length,
			", %" PRIu64 " evicted, the last: %s", evictions,
			name_item(figures->victim_key, figures->victim, name));
}

/* How the event marks the object: hit, kept, or not at all. */
static char sign_of(const struct cache_panel *self, const struct cache_item *item)
{
	if (!self->is_now || item->object != self->figures.last)
		return ' ';
	switch (self->figures.word) {
	case USE_HIT:
	case USE_FOUND:
		return '*';
	case USE_KEEP:
	case USE_SPARE:
		return '+';
	}
	return ' ';
}

static enum role role_of(const struct cache_panel *self, const struct cache_item *item)
{
	switch (sign_of(self, item)) {
	case '*':
		return ROLE_CHANGED;
	case '+':
		return ROLE_HOT_ALLOC;
	}
	return ROLE_TEXT;
}

/* ---- a row each ----------------------------------------------------------------------------- */

static void draw_row(const struct cache_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area, size_t at)
{
	const struct cache_item *item = &self->newest[at];
	const struct heap *heap = player_heap(scene->player);
	const char sign[2] = {sign_of(self, item), '\0'};
	const char *end = at == 0 ? "newest" : at + 1 == self->figures.count ? "oldest" : "";
	char name[NAME_MAX], place[64];
	struct units size;
	struct live live;
	int y = (int)at;

	area_text(canvas, area, 1, y, role_of(self, item), 0, sign);
	area_text(canvas, area, 3, y, ROLE_QUIET, 0, end);
	area_text(canvas, area, 14, y, role_of(self, item), 0,
		name_item(item->key, item->object, name));
	if (heap_find(heap, item->object, &live))
		area_print(canvas, area, 26, y, ROLE_TEXT,
			"object %" PRIu32 ", %s B at %s, found %" PRIu64 " time%s", item->object,
			units_count(&size, live.size),
			name_address(heap, live.address, place, sizeof(place)), item->hits,
			item->hits == 1 ? "" : "s");
}

/* ---- a chain -------------------------------------------------------------------------------- */

/* Returns the rows that it has; the chain goes on in the next row as long as there are any. */
static int draw_chain(const struct cache_panel *self, struct canvas *canvas, struct area area,
	int rows)
{
	char name[NAME_MAX];
	size_t at = 0;
	int y = 0;

	for (; y < rows && at < self->count; y++) {
		struct chain_pen pen = {.canvas = canvas,
			.area = area,
			.x = 10,
			.y = y,
			.length = self->figures.count - at,
			.arrow = GLYPH_ARROW};
		size_t first = at;
		area_text(canvas, area, 1, y, ROLE_QUIET, 0, y == 0 ? "newest" : "");
		for (; at < self->count; at++) {
			const struct cache_item *item = &self->newest[at];
			name_item(item->key, item->object, name);
			/* the word before the number is in the first of a row alone */
			const char *words = at == first ? name : strchr(name, ' ') + 1;
			bool is_last_row = y + 1 == rows;
			int room = pen.area.width - pen.x - (int)strlen(words) - 8;
			if (at > first && room < 0 && !is_last_row)
				break;
			if (!chain_pen_link(&pen, 1, role_of(self, item), 0, words)) {
				at = self->count;
				break;
			}
		}
	}
	return y;
}

static void draw_oldest(const struct cache_panel *self, struct canvas *canvas, struct area area,
	int y)
{
	char name[NAME_MAX];

	area_text(canvas, area, 1, y, ROLE_QUIET, 0, "oldest");
	area_print(canvas, area, 10, y, ROLE_TEXT, "%s, found %" PRIu64 " time%s",
		name_item(self->oldest.key, self->oldest.object, name), self->oldest.hits,
		self->oldest.hits == 1 ? "" : "s");
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct cache_panel *self = (const struct cache_panel *)panel;

	if (self->count == 0) {
		area_text(canvas, area, 1, 0, ROLE_QUIET, 0,
			self->is_there ? "The cache is empty."
				       : "The cache has not been used yet.");
		return;
	}
	if (self->figures.count <= (uint64_t)area.height && area.width >= 60) {
		for (size_t i = 0; i < self->count; i++)
			draw_row(self, scene, canvas, area, i);
		return;
	}
	int rows = draw_chain(self, canvas, area, area.height > 1 ? area.height - 1 : 1);
	if (rows < area.height)
		draw_oldest(self, canvas, area, rows);
}

const struct panel_ops panel_cache = {
	.name = "cache",
	.title = "Cache",
	.state_size = sizeof(struct cache_panel),
	.is_read = true,
	.is_useful = is_useful,
	.update = update,
	.remark = remark,
	.draw = draw,
};
