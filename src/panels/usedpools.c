/*
 * The array usedpools: list heads, one per class, each with its chain of pools in order; the first
 * pool serves the next request. Where there is room the table of classes is beside them, and empty
 * heads are shown as well. Below them are usable_arenas in its order, the freepools of the selected
 * arena, and the free slots of arenas[].
 */
#include "base/units.h"
#include "engines/pymalloc/decisions.h"
#include "heap/metrics.h"
#include "panels/chain_pen.h"
#include "panels/decision_step.h"
#include "panels/panel.h"
#include "story/names.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define POOLS_SHOWN  16u
#define ARENAS_SHOWN 32u
#define COMPACT      4  /* rows; with fewer, one sign per class */
#define TABLE        76 /* columns from which the table of classes is beside the lists */
#define TABLE_WIDTH  32
#define RANGES       56 /* columns from which a class has the range of its requests */
#define RELIEF       10 /* rows from which each list below gets one more row */

struct usedpools_panel {
	struct panel panel;
	unsigned in_use; /* classes with a pool in their list */
	unsigned classes;
	int touched;      /* class whose list or pool the event changed; -1: none */
	bool has_changed; /* the event changed the head of its list */
};

/* A pool joins or leaves the list of its class. */
#define LIST_CHANGES \
	(HAPPENED_POOL_NEW | HAPPENED_POOL_FULL | HAPPENED_POOL_UNFULL | HAPPENED_POOL_EMPTY)

static bool is_useful(const struct scene *scene)
{
	const struct engine *engine = arena_layer(player_heap(scene->player));

	/* The lists of a recorded Python are not known. */
	return engine && engine_has_classes(engine) && engine_has_lists(engine);
}

/*
 * The class whose list this event reads or changes, or whose block it frees; -1: none. While
 * decisions are shown one by one, the class of the next event.
 */
static int touched_class(const struct scene *scene, const struct engine *engine)
{
	const struct decision_log *log =
		scene->decision_step ? &scene->decision_step->log : scene->log;
	const struct effect *effect =
		scene->decision_step ? &scene->decision_step->effect : scene->effect;
	uint32_t number;
	struct page page;
	size_t at;

	for (size_t i = 0; log && i < log->count; i++) {
		const struct decision *decision = &log->items[i];
		if (decision->kind == &decision_usedpools_hit ||
			decision->kind == &decision_usedpools_empty)
			return (int)decision->a;
		if (decision->kind == &decision_pool_unfull)
			return (int)decision->b;
	}
	if (effect && effect->old_address &&
		page_find(engine, effect->old_address, &at, &number, &page) && page.blocks > 0)
		return (int)page.size_class;
	return -1;
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct usedpools_panel *self = (struct usedpools_panel *)panel;
	const struct engine *engine = arena_layer(player_heap(scene->player));

	self->classes = (unsigned)engine_class_count(engine);
	self->touched = touched_class(scene, engine);
	self->has_changed =
		!scene->decision_step && scene->effect && (scene->effect->happened & LIST_CHANGES);
	self->in_use = 0;
	for (unsigned i = 0; i < self->classes; i++) {
		struct list list;
		engine_list_at(engine, i, &list);
		self->in_use += list.length > 0;
	}
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct usedpools_panel *self = (const struct usedpools_panel *)panel;

	snprintf(ret_remark, size, "%u of %u classes have room", self->in_use, self->classes);
}

/* ---- lists --------------------------------------------------------------------------------- */

/* "A01.p23 31/42 → A02.p07 3/42 +1" */
static void draw_pools(const struct engine *engine, unsigned class, enum role head,
	struct canvas *canvas, struct area area, int x, int y)
{
	struct list list;
	struct list_entry entries[POOLS_SHOWN];

	engine_list_at(engine, class, &list);
	size_t n = engine_list_entries(engine, class, 0, entries, POOLS_SHOWN);
	struct chain_pen pen = {canvas, area, x, y, 0, list.length, GLYPH_ARROW};
	for (size_t i = 0; i < n; i++) {
		char name[32], entry[64];
		page_name(engine, entries[i].address, name, sizeof(name));
		snprintf(entry, sizeof(entry), "%s %" PRIu32 "/%" PRIu32, name, entries[i].used,
			entries[i].total);
		if (!chain_pen_link(&pen, 1, i == 0 ? head : ROLE_TEXT, 0, entry))
			return;
	}
	if (n == 0 && head == ROLE_CHANGED)
		area_text(canvas, area, x, y, head, 0, "empty");
	else
		chain_pen_end(&pen);
}

/*
 * Draws the pools of the class, blocks in use, blocks available, and the share of its bytes that
 * was not requested.
 */
static void draw_row_of_table(const struct heap *heap, unsigned class, struct canvas *canvas,
	struct area area, int x, int y)
{
	struct class_waste waste;
	struct units pools, used, available, percent;

	if (class_waste_of(heap, class, &waste) && waste.held > 0)
		area_print(canvas, area, x, y, ROLE_TEXT, "%5s %8s %7s %6s",
			units_count(&pools, waste.class.pages),
			units_count(&used, waste.class.used),
			units_count(&available, waste.class.available),
			units_percent(&percent, waste.waste, waste.held));
}

static void draw_head_of_table(struct canvas *canvas, struct area area)
{
	area_print(canvas, area, 1, 0, ROLE_QUIET,
		"class   requests  %5s %8s %7s %6s  with room: the first is next", "pools", "used",
		"avail", "waste");
}

/* " 5   96 B", or, where there is room, " 5   81 to 96 B": the requests that it serves. */
static int draw_class_name(const struct engine *engine, unsigned class, enum role role,
	struct canvas *canvas, struct area area, int y)
{
	struct size_class info, smaller = {.size = 0};
	char range[24];

	engine_class_info(engine, class, &info);
	if (class > 0)
		engine_class_info(engine, class - 1, &smaller);
	if (area.width < RANGES)
		return area_print(canvas, area, 1, y, role, "%2u %4" PRIu32 " B", class, info.size);
	snprintf(range, sizeof(range), "%" PRIu32 " to %" PRIu32 " B", smaller.size + 1, info.size);
	return area_print(canvas, area, 1, y, role, "%2u %12s", class, range);
}

/* "  5  81 to 96 B  A01.p23 31/42 → A02.p07 3/42  +1", or with its row of the table. */
static void draw_class(const struct usedpools_panel *self, const struct scene *scene,
	unsigned class, bool with_table, struct canvas *canvas, struct area area, int y)
{
	const struct engine *engine = arena_layer(player_heap(scene->player));
	bool is_hot = (int)class == self->touched;
	struct size_class info;

	engine_class_info(engine, class, &info);
	if (is_hot)
		area_put(canvas, area, 0, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
			ROLE_PLAYHEAD, 0);
	enum role role = is_hot ? ROLE_CHANGED : info.pages ? ROLE_TEXT : ROLE_QUIET;
	int x = draw_class_name(engine, class, role, canvas, area, y) + 2;
	if (with_table) {
		draw_row_of_table(player_heap(scene->player), class, canvas, area, x + 1, y);
		x += TABLE_WIDTH;
	}
	draw_pools(engine, class, is_hot && self->has_changed ? ROLE_CHANGED : ROLE_LIVE, canvas,
		area, x, y);
}

/* Draws one sign per class, for the number of pools in its list; below it the list of the event. */
static void draw_compact(const struct usedpools_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	const struct engine *engine = arena_layer(player_heap(scene->player));
	int x = area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "pools ");
	bool spaced = area.width >= 8 + (int)self->classes + (int)self->classes / 8;

	for (unsigned i = 0; i < self->classes; i++) {
		struct list list;
		engine_list_at(engine, i, &list);
		uint32_t sign = list.length == 0   ? '.'
				: list.length <= 9 ? '0' + (uint32_t)list.length
						   : '+';
		if (spaced && i > 0 && i % 8 == 0)
			x++;
		area_put(canvas, area, x++, 0, sign,
			(int)i == self->touched ? ROLE_CHANGED
			: list.length           ? ROLE_LIVE
						: ROLE_VIRGIN,
			0);
	}
	if (x > area.width)
		area_put(canvas, area, area.width - 1, 0,
			glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0), ROLE_QUIET, 0);
	if (x + 34 < area.width)
		area_text(canvas, area, x + 2, 0, ROLE_QUIET, 0, "in each list, class 0 first");
	if (area.height > 1 && self->touched >= 0)
		draw_class(self, scene, (unsigned)self->touched, false, canvas, area, 1);
}

/* "usable_arenas  A03 (10 free) → A00 (25 free)" */
static void draw_usable(const struct engine *engine, struct canvas *canvas, struct area area, int y)
{
	struct list list;
	struct list_entry entries[ARENAS_SHOWN];
	size_t at;

	if (!list_find(engine, "usable_arenas", &at, &list))
		return;
	size_t n = engine_list_entries(engine, at, 0, entries, ARENAS_SHOWN);
	struct chain_pen pen = {canvas, area, 0, y, 0, list.length, GLYPH_ARROW};
	pen.x = area_text(canvas, area, 1, y, ROLE_QUIET, 0, "usable_arenas ");
	for (size_t i = 0; i < n; i++) {
		struct region region;
		size_t place;
		char entry[48];
		if (!engine_region_at(engine, entries[i].address, &place, &region))
			continue;
		snprintf(entry, sizeof(entry), "%s (%" PRIu32 " free)", region.name,
			entries[i].total - entries[i].used);
		if (!chain_pen_link(&pen, 1, i == 0 ? ROLE_LIVE : ROLE_TEXT, 0, entry))
			return;
	}
	chain_pen_end(&pen);
}

/* Draws "A03 freepools p12 → p40, 9 never carved", for the selected arena. */
static void draw_freepools(const struct scene *scene, const struct engine *engine,
	struct canvas *canvas, struct area area, int y)
{
	struct list list;
	struct list_entry entries[ARENAS_SHOWN];
	struct region region;
	char words[48];
	size_t at, place;

	if (!engine_region_at(engine, scene->selection->region, &place, &region))
		return;
	snprintf(words, sizeof(words), "%s freepools", region.name);
	if (!list_find(engine, words, &at, &list))
		return;
	size_t n = engine_list_entries(engine, at, 0, entries, ARENAS_SHOWN);
	uint32_t uncarved = pages_never_carved(engine, place, region.pages);
	int right = snprintf(words, sizeof(words), "%" PRIu32 " never carved", uncarved);
	struct area left = {area.x, area.y, area.width - right - 2, area.height};
	struct chain_pen pen = {canvas, left, 0, y, 0, list.length, GLYPH_ARROW};
	pen.x = area_text(canvas, left,
		area_print(canvas, left, 1, y, ROLE_TEXT, "%s", region.name), y, ROLE_QUIET, 0,
		" freepools ");
	for (size_t i = 0; i < n; i++) {
		char name[32];
		page_name(engine, entries[i].address, name, sizeof(name));
		if (!chain_pen_link(&pen, 1, i == 0 ? ROLE_LIVE : ROLE_TEXT, 0,
			    strchr(name, '.') ? strchr(name, '.') + 1 : name))
			break;
	}
	if (pen.drawn == n)
		chain_pen_end(&pen);
	area_text(canvas, area, area.width - 1 - right, y, ROLE_QUIET, 0, words);
}

/* Draws the free slots of arenas[], in the order in which they will be used. */
static void draw_unused(const struct engine *engine, struct canvas *canvas, struct area area, int y)
{
	struct list list;
	struct list_entry entries[ARENAS_SHOWN];
	size_t at;

	if (!list_find(engine, "unused_arena_objects", &at, &list))
		return;
	size_t n = engine_list_entries(engine, at, 0, entries, ARENAS_SHOWN);
	struct chain_pen pen = {canvas, area, 0, y, 0, list.length, GLYPH_ARROW};
	pen.x = area_text(canvas, area, 1, y, ROLE_QUIET, 0, "unused_arena_objects ");
	for (size_t i = 0; i < n; i++) {
		char slot[16];
		snprintf(slot, sizeof(slot), "[%" PRIu32 "]", entries[i].used);
		if (!chain_pen_link(&pen, 1, ROLE_TEXT, 0, slot))
			return;
	}
	chain_pen_end(&pen);
}

/* ---- the panel ----------------------------------------------------------------------------- */

/*
 * Draws the classes that have pools with room, and the class of the event; those that do not fit
 * are counted.
 */
static void draw_lists(const struct usedpools_panel *self, const struct scene *scene,
	bool with_table, struct canvas *canvas, struct area area)
{
	const struct engine *engine = arena_layer(player_heap(scene->player));
	int rows = area.height;
	bool all = (unsigned)rows >= self->classes;
	unsigned wanted = self->in_use, drawn = 0;
	struct list list;

	if (self->touched >= 0) {
		engine_list_at(engine, (size_t)self->touched, &list);
		wanted += list.length == 0;
	}
	if (all)
		wanted = self->classes;
	if (wanted == 0)
		area_text(canvas, area, 1, 0, ROLE_QUIET, 0,
			"All lists are empty: no pool has a free block.");
	unsigned room = wanted <= (unsigned)rows ? wanted
			: rows > 1               ? (unsigned)rows - 1
						 : (unsigned)rows;
	for (unsigned i = 0; i < self->classes && drawn < room; i++) {
		bool is_touched = (int)i == self->touched;
		/* the last row is kept for the class of the event */
		bool must_wait = self->touched > (int)i && drawn + 1 == room;
		engine_list_at(engine, i, &list);
		if (all || is_touched || (list.length > 0 && !must_wait))
			draw_class(self, scene, i, with_table, canvas, area, (int)drawn++);
	}
	if (drawn < wanted && rows > (int)drawn)
		area_print(canvas, area, 1, (int)drawn, ROLE_QUIET, "%u more classes with room",
			wanted - drawn);
}

/* The rows below the classes with room: that of the event, and the three lists. */
#define ROWS_BELOW 4

static int rows(const struct panel *panel, const struct scene *scene, int width)
{
	const struct usedpools_panel *self = (const struct usedpools_panel *)panel;
	int lists = (int)self->in_use + ROWS_BELOW, table = lists + 1;

	return width < TABLE ? lists : table > RELIEF ? table : RELIEF;
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct usedpools_panel *self = (const struct usedpools_panel *)panel;
	const struct engine *engine = arena_layer(player_heap(scene->player));

	if (area.height < COMPACT) {
		draw_compact(self, scene, canvas, area);
		return;
	}
	bool has_table = area.width >= TABLE && area.height >= RELIEF;
	/* the class of the event, and usable_arenas */
	int spare = area.height - has_table - (int)self->in_use - 2;
	bool has_free = spare > 0 || area.height >= RELIEF, has_unused = spare > has_free;
	int below = 1 + has_free + has_unused;
	struct area lists = {area.x, area.y + has_table, area.width,
		area.height - has_table - below};

	if (has_table)
		draw_head_of_table(canvas, area);
	draw_lists(self, scene, has_table, canvas, lists);
	int y = area.height - below;
	if (has_unused)
		draw_unused(engine, canvas, area, y++);
	if (has_free)
		draw_freepools(scene, engine, canvas, area, y++);
	draw_usable(engine, canvas, area, y);
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
	.rows = rows,
};
