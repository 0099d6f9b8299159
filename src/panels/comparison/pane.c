/* See pane.h. */
#include "panels/comparison/pane.h"

#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "canvas/legend.h"
#include "panels/heap/scale.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TALL       12 /* rows of a pane needed for the reasons */
#define VERBOSE    20 /* rows needed for all reasons of most events */
#define WITH_POOL  29 /* rows needed for the pool */
#define ROOMY      24 /* the same where there are few arenas, whose map is short */
#define POOL_ROWS  10 /* its title, its blocks, a blank row */
#define POOL_WORDS 2  /* rows of a pool panel that has no blocks to show */
#define POOL_LENT  4  /* more rows that it may have */
#define FEW        2u

static struct scene scene_of(const struct pane *pane, const struct player *player,
	const struct scene *scene)
{
	struct scene own = *scene;

	own.player = player;
	own.selection = &pane->selection;
	own.event = pane->has_event ? &pane->event : NULL;
	own.effect = pane->has_event ? &pane->effect : NULL;
	own.log = pane->has_event ? pane->log : NULL;
	return own;
}

/*
 * At a caption, which is the same for all and below them, describes the effect of the request
 * before it.
 */
static void describe_request(struct pane *pane, const struct player *player, bool expert)
{
	const struct decision_log *log = pane->log;
	struct event event = pane->event;
	struct effect effect = pane->effect;

	pane->has_story = pane->has_event && (player_last_request(player, &event, &effect, &log) ||
						     event.kind != EVENT_NOTE);
	if (pane->has_story)
		narrate(&pane->narration, player_heap(player), player_trace(player), &event,
			&effect, log, expert);
}

void pane_init(struct pane *pane, const struct player *player)
{
	bool has_arenas = arena_layer(player_heap(player));

	pane->map = panel_new(panel_of(has_arenas ? PANEL_ARENAS : PANEL_HEAP));
	pane->pool = has_arenas ? panel_new(panel_of(PANEL_POOL)) : NULL;
	pane->selection.follow = true;
}

void pane_finish(struct pane *pane)
{
	panel_free(pane->map);
	panel_free(pane->pool);
	narration_finish(&pane->narration);
}

/* Pools that size classes have. */
static uint64_t count_pools(const struct heap *heap)
{
	const struct engine *engine = arena_layer(heap);
	size_t count = engine && engine_has_classes(engine) ? engine_class_count(engine) : 0;
	uint64_t pools = 0;

	for (size_t i = 0; i < count; i++) {
		struct size_class class;
		engine_class_info(engine, i, &class);
		pools += class.pages;
	}
	return pools;
}

static void count_figures(struct pane *pane, const struct player *player)
{
	const struct metrics *metrics = player_metrics(player);
	const struct heap *heap = player_heap(player);
	struct fragmentation fragmentation;
	struct whereabouts layer;
	uint64_t *figures = pane->figures;

	fragmentation_of(heap, metrics, &fragmentation);
	figures[PANE_HELD] = metrics->reserved;
	figures[PANE_WASTE] = metrics->reserved > metrics->live_bytes
				      ? metrics->reserved - metrics->live_bytes
				      : 0;
	figures[PANE_HOLES] = fragmentation.holes;
	figures[PANE_LARGEST] = fragmentation.largest_hole;
	figures[PANE_ROUNDING] = figures[PANE_HEADERS] = 0;
	figures[PANE_POOLS] = count_pools(heap);
	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		whereabouts_of(heap, i, &layer);
		figures[PANE_ROUNDING] += layer.parts[PART_ROUNDING];
		figures[PANE_HEADERS] += layer.parts[PART_HEADERS];
	}
}

void pane_update(struct pane *pane, const struct player *player, const struct player *first,
	const struct scene *scene)
{
	uint64_t live = player_metrics(player)->live,
		 others = first ? player_metrics(first)->live : live;

	pane->others = live > others ? live - others : 0;
	count_figures(pane, player);
	pane->has_event = last_shown(player, &pane->event, &pane->effect, &pane->log);
	struct scene own = scene_of(pane, player, scene);
	selection_follow(&pane->selection, &own);
	if (panel_is_useful(pane->map->ops, &own))
		pane->map->ops->update(pane->map, &own);
	if (pane->pool)
		pane->pool->ops->update(pane->pool, &own);
	describe_request(pane, player, scene->expert);
}

static struct area draw_trim(const struct player *player, const char *title, struct canvas *canvas,
	struct area area)
{
	const struct metrics *metrics = player_metrics(player);
	char held[60];
	struct units units;

	snprintf(held, sizeof(held), "%s held", units_bytes(&units, metrics->reserved));
	if (area.height >= 8 && area.width >= PANE_WIDTH)
		return area_frame(canvas, area, title, held, false);
	area_text(canvas, area, 1, 0, ROLE_TITLE, CELL_BOLD, title);
	int x = area.width - 1 - (int)strlen(held);
	if (x > (int)utf8_cells(title) + 2)
		area_text(canvas, area, x, 0, ROLE_QUIET, 0, held);
	return (struct area){area.x, area.y + 1, area.width - 1, area.height - 1};
}

/* Leaves out the last of the parts that two blanks separate, until the others fit. */
static void drop_parts(char *words, int width)
{
	while ((int)utf8_cells(words) > width) {
		char *last = NULL;
		for (char *at = words; (at = strstr(at, "  ")); at += 2)
			last = at;
		if (!last)
			return;
		*last = '\0';
	}
}

static int put_figure(const struct pane *pane, enum pane_figure figure, struct canvas *canvas,
	struct area area, int x, int y, const char *words)
{
	bool is_bold = pane->differing & 1u << figure;

	return area_text(canvas, area, x, y, is_bold ? ROLE_TEXT : ROLE_QUIET,
		is_bold ? CELL_BOLD : 0, words);
}

/* "live 1.06 MiB of 1.5 MiB  waste 29%  12 holes, largest 3 KiB" */
static void draw_figures(const struct pane *pane, const struct player *player,
	struct canvas *canvas, struct area area, int y)
{
	const uint64_t *figures = pane->figures;
	bool is_heap = !arena_layer(player_heap(player));
	struct units units;
	char words[60];

	int x = area_print(canvas, area, 1, y, ROLE_QUIET, "live %s of ",
		units_bytes(&units, player_metrics(player)->live_bytes));
	x = put_figure(pane, PANE_HELD, canvas, area, x, y,
		units_bytes(&units, figures[PANE_HELD]));
	if (!is_heap || area.width >= 46) {
		snprintf(words, sizeof(words), "  waste %s",
			units_percent(&units, figures[PANE_WASTE], figures[PANE_HELD]));
		x = put_figure(pane, PANE_WASTE, canvas, area, x, y, words);
	}
	if (!is_heap)
		return;
	snprintf(words, sizeof(words), "  %" PRIu64 " hole%s", figures[PANE_HOLES],
		figures[PANE_HOLES] == 1 ? "" : "s");
	x = put_figure(pane, PANE_HOLES, canvas, area, x, y, words);
	snprintf(words, sizeof(words), ", largest %s", units_bytes(&units, figures[PANE_LARGEST]));
	if (figures[PANE_LARGEST] > 0 && x + (int)strlen(words) <= area.width)
		put_figure(pane, PANE_LARGEST, canvas, area, x, y, words);
}

/* A figure of the second line, two blanks before it; what does not fit is an ellipsis. */
static int put_loss(const struct pane *pane, enum pane_figure figure, struct canvas *canvas,
	struct area area, int x, int y, const char *words)
{
	if (x >= area.width)
		return x;
	if (x + 2 + (int)strlen(words) <= area.width)
		return put_figure(pane, figure, canvas, area, x + 2, y, words);
	area_put(canvas, area, x + 2, y, glyph_of(canvas->charset, GLYPH_ELLIPSIS, 0), ROLE_QUIET,
		0);
	return area.width;
}

/* "1 object that A lacks  rounding 118 B  7 pools  headers 480 B" */
static void draw_losses(const struct pane *pane, struct canvas *canvas, struct area area, int y)
{
	struct units units;
	char words[60];
	int x = -1;

	if (pane->others > 0)
		x = area_print(canvas, area, 1, y, ROLE_QUIET, "%s object%s that A lacks",
			units_count(&units, pane->others), pane->others == 1 ? "" : "s");
	snprintf(words, sizeof(words), "rounding %s",
		units_bytes(&units, pane->figures[PANE_ROUNDING]));
	x = put_loss(pane, PANE_ROUNDING, canvas, area, x, y, words);
	snprintf(words, sizeof(words), "%s pool%s", units_count(&units, pane->figures[PANE_POOLS]),
		pane->figures[PANE_POOLS] == 1 ? "" : "s");
	if (pane->figures[PANE_POOLS] > 0)
		x = put_loss(pane, PANE_POOLS, canvas, area, x, y, words);
	snprintf(words, sizeof(words), "headers %s",
		units_bytes(&units, pane->figures[PANE_HEADERS]));
	if (pane->figures[PANE_HEADERS] > 0)
		put_loss(pane, PANE_HEADERS, canvas, area, x, y, words);
}

static void draw_map(const struct pane *pane, const struct scene *own, struct canvas *canvas,
	struct area area)
{
	if (area.height <= 0)
		return;
	if (panel_is_useful(pane->map->ops, own))
		pane->map->ops->draw(pane->map, own, canvas, area);
	else
		area_wrap(canvas, area, 1, 0, area.height, ROLE_QUIET,
			"This engine shows no map: it describes neither arenas nor a heap.");
}

/* Draws the pool of the last event, below the arenas. */
static void draw_pool(const struct pane *pane, const struct scene *own, struct canvas *canvas,
	struct area area)
{
	char remark[120] = "";

	pane->pool->ops->remark(pane->pool, remark, sizeof(remark));
	drop_parts(remark, area.width - 1);
	area_text(canvas, area, 1, 0, ROLE_QUIET, 0, remark);
	pane->pool->ops->draw(pane->pool, own, canvas,
		(struct area){area.x, area.y + 1, area.width, area.height - 2});
}

/* The owner of a block is the same in every pane, and left out. */
static void name_deed(const struct pane *pane, char *what, size_t size)
{
	const char *words = text_of(&pane->narration.what);
	const char *object = strstr(words, " (object");

	snprintf(what, size, "%.*s", (int)(object ? object - words : (int)strlen(words)), words);
}

/* Where not all reasons fit, those that every pane has are left out. */
const char *pane_own_reasons(const struct pane *pane)
{
	return text_of(&pane->narration.why) + pane->shared;
}

/* The rows of what the engine did, with all its reasons. */
static int story_rows(const struct pane *pane, struct canvas *canvas, struct area area)
{
	char what[160];

	name_deed(pane, what, sizeof(what));
	return area_wrap_rows(canvas, area, 1, 3, what) +
	       area_wrap_rows(canvas, area, 3, 3, text_of(&pane->narration.why));
}

/* Draws what the engine did, and as many reasons as fit. */
static void draw_story(const struct pane *pane, struct canvas *canvas, struct area area)
{
	char what[160];

	name_deed(pane, what, sizeof(what));
	if (area.height == 1) {
		char *result = strstr(what, "→ "), *colon = result ? strstr(result, ": ") : NULL;
		if (colon && (int)utf8_cells(what) >= area.width)
			*colon = '\0'; /* "OUT OF MEMORY: the program gets NULL" */
		area_text(canvas, area, 1, 0, ROLE_TITLE, 0, what);
		return;
	}
	bool is_cut = story_rows(pane, canvas, area) > area.height;
	int y = area_wrap(canvas, area, 1, 0, 3, ROLE_TITLE, what);
	area_wrap(canvas, area, 3, y, 3, ROLE_TEXT,
		is_cut ? pane_own_reasons(pane) : text_of(&pane->narration.why));
}

/* The rows of what is below the map. */
struct rows {
	int story, figures, pool;
};

static struct rows rows_for(const struct pane *pane, const struct player *player, int height)
{
	const struct engine *engine = arena_layer(player_heap(player));
	bool is_few = engine && engine_region_count(engine) <= FEW;

	return (struct rows){
		.story = height >= VERBOSE ? 9
			 : height >= TALL  ? 5
			 : height >= 5     ? 1
					   : 0,
		.figures = (height >= 4) + (height >= (engine ? TALL : VERBOSE)),
		.pool = pane->pool && height >= (is_few ? ROOMY : WITH_POOL) ? POOL_ROWS : 0,
	};
}

static struct area map_area(struct area inside, struct rows rows)
{
	inside.height -= rows.story + rows.figures + rows.pool;
	return inside;
}

typedef void draw_part(const struct pane *pane, const struct scene *own, struct canvas *canvas,
	struct area area);

/* Draws a part of the pane elsewhere, and counts the rows that it leaves blank. */
static int blank_rows(draw_part *draw, const struct pane *pane, const struct scene *own,
	enum charset charset, struct area area, bool *ret_is_cut)
{
	struct legend legend = {.count = 0};
	struct scene scene = *own;
	struct canvas canvas;
	int blank = 0;

	*ret_is_cut = false;
	if (area.height <= 0)
		return 0;
	scene.legend = &legend;
	canvas_init(&canvas, area.width, area.height, charset);
	draw(pane, &scene, &canvas, (struct area){0, 0, area.width, area.height});
	for (int y = 0; y < area.height; y++) {
		bool is_blank = true;
		for (int x = 0; x < area.width; x++) {
			uint32_t glyph = canvas_at(&canvas, x, y)->glyph;
			is_blank &= glyph == ' ';
			*ret_is_cut |= glyph == glyph_of(charset, GLYPH_ELLIPSIS, 0);
		}
		blank += is_blank;
	}
	canvas_finish(&canvas);
	return blank;
}

/* A pool panel that has but a sentence to say gives its blank rows up. */
static void share_pool_rows(struct rows *rows, int need, const struct pane *pane,
	const struct scene *own, enum charset charset, struct area inside)
{
	bool is_cut;

	inside.height = rows->pool;
	int blank = blank_rows(draw_pool, pane, own, charset, inside, &is_cut);
	if (rows->pool - blank > POOL_WORDS)
		return;
	int given = need - rows->story < blank ? need - rows->story : blank;
	rows->pool -= given;
	rows->story += given;
}

/* A pool panel that cuts a line takes the rows with which it does not, of the story and the map. */
static void lend_pool_rows(struct rows *rows, int need, const struct pane *pane,
	const struct scene *own, enum charset charset, struct area inside)
{
	bool is_cut;
	int of_story = rows->story > need ? rows->story - need : 0;
	int of_map = blank_rows(draw_map, pane, own, charset, map_area(inside, *rows), &is_cut);

	for (int more = 0; more <= of_story + of_map && more <= POOL_LENT; more++) {
		struct area pool = {0, 0, inside.width, rows->pool + more};
		blank_rows(draw_pool, pane, own, charset, pool, &is_cut);
		if (is_cut)
			continue;
		rows->pool += more;
		rows->story -= more < of_story ? more : of_story;
		return;
	}
}

/* A long story takes rows that the map leaves blank, and a short one leaves its own to the map. */
static void share_rows(struct rows *rows, const struct pane *pane, const struct scene *own,
	struct canvas *canvas, struct area inside)
{
	bool is_cut;

	if (rows->story == 0 || !pane->has_story)
		return;
	int need = story_rows(pane, canvas, inside);
	int blank =
		blank_rows(draw_map, pane, own, canvas->charset, map_area(inside, *rows), &is_cut);
	if (need > rows->story) {
		/* a lower map may be another one, with blank rows of its own */
		while (need > rows->story && blank > 0) {
			rows->story += need - rows->story < blank ? need - rows->story : blank;
			blank = blank_rows(draw_map, pane, own, canvas->charset,
				map_area(inside, *rows), &is_cut);
		}
		if (need > rows->story && rows->pool > 0)
			share_pool_rows(rows, need, pane, own, canvas->charset, inside);
	} else if (is_cut && own->least_cell > 0 && need < rows->story) {
		struct rows fewer = *rows;
		fewer.story = need;
		blank_rows(draw_map, pane, own, canvas->charset, map_area(inside, fewer), &is_cut);
		*rows = is_cut ? *rows : fewer; /* more rows do not help a title */
	}
	if (rows->pool > 0)
		lend_pool_rows(rows, need, pane, own, canvas->charset, inside);
}

uint64_t pane_cell(const struct pane *pane, const struct player *player, const struct scene *scene,
	struct area area, int lent)
{
	struct scene own = scene_of(pane, player, scene);
	struct canvas none = {0};
	struct area usual = {area.x, area.y, area.width, area.height - lent};
	struct area inside = draw_trim(player, "", &none, usual);

	if (pane->map->ops != panel_of(PANEL_HEAP))
		return 0;
	return heap_map_cell(pane->map, &own,
		map_area(inside, rows_for(pane, player, inside.height)));
}

bool pane_draw(const struct pane *pane, const struct player *player, const char *title,
	const struct scene *scene, struct canvas *canvas, struct area area, int lent)
{
	struct scene own = scene_of(pane, player, scene);
	struct area inside = draw_trim(player, title, canvas, area);
	struct rows rows = rows_for(pane, player, inside.height);
	uint64_t cell = pane_cell(pane, player, scene, area, lent);

	own.least_cell = cell > scene->least_cell ? cell : scene->least_cell;
	share_rows(&rows, pane, &own, canvas, inside);
	struct area map = map_area(inside, rows);
	draw_map(pane, &own, canvas, map);
	if (rows.pool)
		draw_pool(pane, &own, canvas,
			(struct area){map.x, map.y + map.height, map.width, rows.pool});
	if (rows.figures)
		draw_figures(pane, player, canvas, inside,
			inside.height - rows.story - rows.figures);
	if (rows.figures > 1)
		draw_losses(pane, canvas, inside, inside.height - rows.story - 1);
	if (!pane->has_story)
		return false;
	struct area below = {inside.x, inside.y + inside.height - rows.story, inside.width,
		rows.story};
	if (rows.story > 0)
		draw_story(pane, canvas, below);
	return story_rows(pane, canvas, inside) > rows.story;
}
