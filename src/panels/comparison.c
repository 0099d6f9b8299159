/*
 * See compare.h. A pane for each rival, as many side by side as there is room for; below them where
 * they part, and where there is room, what each holds as a bar.
 */
#include "panels/comparison.h"

#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "player/rivals.h"
#include "story/names.h"
#include "story/narration.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCOUT_EVENTS 6000u
#define PANE_WIDTH   38 /* at least, for one more beside it */
#define TALL         12 /* rows of a pane from which it tells the reasons too */
#define WITH_POOL    30 /* from which the pool is seen too */
#define VERBOSE      20 /* from which there is room for all reasons of most events */
#define NARROW       60 /* columns; with fewer, where they part is told in short */
#define ROOMY        30 /* rows from which there are bars */
#define BAR_AT       28

struct pane {
	struct panel *map;
	struct panel *pool; /* NULL: an engine without */
	struct selection selection;
	struct event event;
	struct effect effect;
	const struct decision_log *log;
	bool has_event;
	struct narration narration;
};

struct comparison {
	struct rivals *rivals;
	struct pane panes[RIVALS_MAX];
	struct parting here;
	struct text first; /* where they first part, in words; empty: not known yet */
	uint64_t scouted;
};

static struct panel *new_panel(enum panel_id id)
{
	const struct panel_ops *ops = panel_of(id);
	struct panel *panel = xcalloc(1, ops->state_size);

	panel->ops = ops;
	return panel;
}

static void free_panel(struct panel *panel)
{
	if (panel && panel->ops->finish)
		engine_finish(panel);
	free(panel);
}

static struct scene scene_of_pane(const struct comparison *compare, size_t at,
	const struct scene *scene)
{
	const struct pane *pane = &compare->panes[at];
	struct scene own = *scene;

	own.player = rivals_player(compare->rivals, at);
	own.selection = &pane->selection;
	own.event = pane->has_event ? &pane->event : NULL;
	own.effect = pane->has_event ? &pane->effect : NULL;
	own.log = pane->has_event ? pane->log : NULL;
	return own;
}

int comparison_new(struct comparison **ret_compare, struct player *first,
	const struct options *options, const char *words, struct error *err)
{
	struct rivals *rivals;

	if (rivals_new(&rivals, first, options, words, err) < 0)
		return -1;
	struct comparison *compare = xcalloc(1, sizeof(*compare));
	compare->rivals = rivals;
	for (size_t i = 0; i < rivals_count(rivals); i++) {
		bool has_arenas = arena_layer(player_heap(rivals_player(rivals, i)));
		compare->panes[i].map = new_panel(has_arenas ? PANEL_ARENAS : PANEL_HEAP);
		compare->panes[i].pool = has_arenas ? new_panel(PANEL_POOL) : NULL;
		compare->panes[i].selection.follow = true;
	}
	*ret_compare = compare;
	return 0;
}

void comparison_free(struct comparison *compare)
{
	if (!compare)
		return;
	for (size_t i = 0; i < rivals_count(compare->rivals); i++) {
		free_panel(compare->panes[i].map);
		free_panel(compare->panes[i].pool);
		narration_finish(&compare->panes[i].narration);
	}
	text_finish(&compare->first);
	rivals_free(compare->rivals);
	free(compare);
}

/* Of a caption, which is the same for all, what the request before it did. */
static void tell_request(struct pane *pane, const struct player *player, bool expert)
{
	const struct decision_log *log = pane->log;
	struct event event = pane->event;
	struct effect effect = pane->effect;

	player_last_request(player, &event, &effect, &log);
	if (pane->has_event)
		narrate(&pane->narration, player_heap(player), player_trace(player), &event,
			&effect, log, expert);
}

void comparison_update(struct comparison *compare, const struct scene *scene)
{
	rivals_follow(compare->rivals);
	for (size_t i = 0; i < rivals_count(compare->rivals); i++) {
		struct pane *pane = &compare->panes[i];
		const struct player *player = rivals_player(compare->rivals, i);
		pane->has_event = last_shown(player, &pane->event, &pane->effect, &pane->log);
		struct scene own = scene_of_pane(compare, i, scene);
		selection_follow(&pane->selection, &own);
		engine_update(pane->map, &own);
		if (pane->pool)
			engine_update(pane->pool, &own);
		tell_request(pane, player, scene->expert);
	}
	rivals_parting(compare->rivals, &compare->here);
}

/* ---- where they part ----------------------------------------------------------------------- */

static void add_space(int64_t took, struct text *out)
{
	struct units units;

	if (took == 0)
		text_add(out, "takes nothing");
	else
		text_add(out, took > 0 ? "takes %s" : "gives %s back",
			units_bytes(&units, (uint64_t)(took > 0 ? took : -took)));
}

/* "moves it to heap +0x60" */
static void add_answer(const struct heap *heap, const struct parting *parting, size_t at,
	struct text *out)
{
	const struct effect *effect = &parting->effects[at];
	char place[64];

	if (parting->kind == PARTING_SPACE) {
		add_space(parting->took[at], out);
	} else if (effect->outcome == OUTCOME_PLACED) {
		name_address(heap, effect->address, place, sizeof(place));
		text_add(out, "%s%s",
			!effect->old_address                     ? ""
			: effect->old_address == effect->address ? "leaves it at "
								 : "moves it to ",
			place);
	} else {
		text_add(out, "%s",
			effect->outcome == OUTCOME_NO_MEMORY ? "has no memory"
							     : outcome_name(effect->outcome));
	}
}

/* "A: heap +0, B C: has no memory": those that answer alike are told together. */
static void add_answers(const struct rivals *rivals, const struct parting *parting, bool of_scouts,
	struct text *out)
{
	struct text answers[RIVALS_MAX] = {0};
	size_t count = rivals_count(rivals);

	for (size_t i = 0; i < count; i++)
		add_answer(of_scouts ? rivals_scout_heap(rivals, i)
				     : player_heap(rivals_player(rivals, i)),
			parting, i, &answers[i]);
	for (size_t i = 0; i < count; i++) {
		size_t first = 0;
		while (strcmp(text_of(&answers[first]), text_of(&answers[i])) != 0)
			first++;
		if (first < i)
			continue; /* told with that one */
		text_add(out, "%s%c", i ? ", " : "", (char)('A' + (int)i));
		for (size_t j = i + 1; j < count; j++)
			if (strcmp(text_of(&answers[j]), text_of(&answers[i])) == 0)
				text_add(out, " %c", (char)('A' + (int)j));
		text_add(out, ": %s", text_of(&answers[i]));
	}
	for (size_t i = 0; i < count; i++)
		text_finish(&answers[i]);
}

/* Engines of different kinds place everything differently. */
static bool are_of_a_kind(const struct comparison *compare)
{
	const struct engine_ops *first =
		heap_layer(player_heap(rivals_player(compare->rivals, 0)), 0)->ops;

	for (size_t i = 1; i < rivals_count(compare->rivals); i++)
		if (heap_layer(player_heap(rivals_player(compare->rivals, i)), 0)->ops != first)
			return false;
	return true;
}

static void tell_first(struct comparison *compare, const struct parting *parting)
{
	struct trace *trace = player_trace(rivals_player(compare->rivals, 0));
	struct units number;
	struct event event;
	char call[100];

	if (parting->kind == PARTING_NONE) {
		text_add(&compare->first, "They never part: ");
		text_add(&compare->first,
			are_of_a_kind(compare)
				? "every block lies in the same place."
				: "they take memory at the same events, and no request fails in one alone.");
		return;
	}
	trace_get(trace, parting->number, &event);
	text_add(&compare->first,
		"They first part at event %s, %s: ", units_count(&number, parting->number),
		name_call(&event, call, sizeof(call)));
	add_answers(compare->rivals, parting, true, &compare->first);
	text_add(&compare->first, ".");
}

bool comparison_looks(const struct comparison *compare)
{
	return compare->first.length == 0;
}

bool comparison_tick(struct comparison *compare)
{
	struct parting parting;

	if (compare->first.length > 0)
		return false;
	bool goes_on = rivals_scout(compare->rivals, SCOUT_EVENTS);
	rivals_first(compare->rivals, &parting, &compare->scouted);
	if (goes_on)
		return true;
	tell_first(compare, &parting);
	rivals_dismiss(compare->rivals);
	return false;
}

bool comparison_next(struct comparison *compare)
{
	return rivals_run(compare->rivals);
}

/* Engines of different kinds have their blocks in other places all the same. */
static const char *words_of_no_parting(const struct comparison *compare, bool in_short)
{
	int64_t took = compare->here.took[0];

	if (are_of_a_kind(compare))
		return "alike";
	if (in_short)
		return took == 0  ? "none takes memory"
		       : took > 0 ? "all take memory"
				  : "all give it back";
	return took == 0  ? "none takes memory from the system"
	       : took > 0 ? "all take memory from the system"
			  : "all give memory back to the system";
}

static void add_here(const struct comparison *compare, bool in_short, struct text *out)
{
	if (!compare->panes[0].has_event)
		text_add(out, "Nothing has happened yet.");
	else if (compare->here.kind == PARTING_NONE)
		text_add(out, "This event: %s.", words_of_no_parting(compare, in_short));
	else
		text_add(out, "%s", in_short ? "" : "This event: ");
	if (compare->here.kind != PARTING_NONE) {
		add_answers(compare->rivals, &compare->here, false, out);
		text_add(out, "%s", in_short ? "" : ".");
	}
}

/* ---- drawing ------------------------------------------------------------------------------- */

static struct area draw_trim(const struct comparison *compare, size_t at, struct canvas *canvas,
	struct area area)
{
	const struct metrics *metrics = player_metrics(rivals_player(compare->rivals, at));
	char title[80], held[60];
	struct units units;

	snprintf(title, sizeof(title), "%c  %s", (char)('A' + (int)at),
		rivals_name(compare->rivals, at));
	snprintf(held, sizeof(held), "%s held", units_bytes(&units, metrics->reserved));
	if (area.height >= 8 && area.width >= PANE_WIDTH)
		return area_frame(canvas, area, title, held, false);
	area_text(canvas, area, 1, 0, ROLE_TITLE, CELL_BOLD, title);
	int x = area.width - 1 - (int)strlen(held);
	if (x > (int)utf8_cells(title) + 2)
		area_text(canvas, area, x, 0, ROLE_QUIET, 0, held);
	return (struct area){area.x, area.y + 1, area.width - 1, area.height - 1};
}

/* "live 1.06 MiB  waste 29%  12 holes, largest 3 KiB" */
static void draw_figures(const struct comparison *compare, size_t at, struct canvas *canvas,
	struct area area, int y)
{
	const struct player *player = rivals_player(compare->rivals, at);
	const struct metrics *metrics = player_metrics(player);
	struct fragmentation fragmentation;
	struct units live, waste, largest;
	uint64_t wasted = metrics->reserved > metrics->live_bytes
				  ? metrics->reserved - metrics->live_bytes
				  : 0;
	struct text text = {0};

	fragmentation_of(player_heap(player), player_metrics(player), &fragmentation);
	text_add(&text, "live %s  waste %s", units_bytes(&live, metrics->live_bytes),
		units_percent(&waste, wasted, metrics->reserved));
	if (!arena_layer(player_heap(player)))
		text_add(&text, "  %" PRIu64 " hole%s", fragmentation.holes,
			fragmentation.holes == 1 ? "" : "s");
	if (!arena_layer(player_heap(player)) && area.width >= 46)
		text_add(&text, ", largest %s", units_bytes(&largest, fragmentation.largest_hole));
	area_text(canvas, area, 1, y, ROLE_QUIET, 0, text_of(&text));
	text_finish(&text);
}

/* The pool that the last event was in, below the arenas. */
static void draw_pool(const struct pane *pane, const struct scene *own, struct canvas *canvas,
	struct area area)
{
	char remark[120] = "";

	engine_remark(pane->pool, remark, sizeof(remark));
	area_text(canvas, area, 1, 0, ROLE_QUIET, 0, remark);
	engine_draw(pane->pool, own, canvas,
		(struct area){area.x, area.y + 1, area.width, area.height - 2});
}

/*
 * What it did, and as many of the reasons as there is room for. Whose block it is, is the same in
 * every pane.
 */
static void draw_story(const struct pane *pane, struct canvas *canvas, struct area area)
{
	const char *words = text_of(&pane->narration.what);
	const char *object = strstr(words, " (object");
	char what[160];

	snprintf(what, sizeof(what), "%.*s", (int)(object ? object - words : (int)strlen(words)),
		words);
	if (area.height == 1) {
		area_text(canvas, area, 1, 0, ROLE_TITLE, 0, what);
		return;
	}
	int y = area_wrap(canvas, area, 1, 0, 3, ROLE_TITLE, what);
	area_wrap(canvas, area, 3, y, 3, ROLE_TEXT, text_of(&pane->narration.why));
}

static void draw_pane(const struct comparison *compare, size_t at, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	const struct pane *pane = &compare->panes[at];
	struct scene own = scene_of_pane(compare, at, scene);
	struct area inside = draw_trim(compare, at, canvas, area);
	int story = inside.height >= VERBOSE ? 9
		    : inside.height >= TALL  ? 5
		    : inside.height >= 5     ? 1
					     : 0;
	int figures = inside.height >= 4;
	int pool = pane->pool && inside.height >= WITH_POOL ? 11 : 0;
	struct area map = inside;

	map.height -= story + figures + pool;
	if (map.height > 0)
		engine_draw(pane->map, &own, canvas, map);
	if (pool)
		draw_pool(pane, &own, canvas,
			(struct area){map.x, map.y + map.height, map.width, pool});
	if (figures)
		draw_figures(compare, at, canvas, inside, inside.height - story - 1);
	struct area told = {inside.x, inside.y + inside.height - story, inside.width, story};
	if (story > 0 && pane->has_event)
		draw_story(pane, canvas, told);
}

/* "A held ███████ 1.50 MiB   waste ████ 29%" */
static void draw_bars(const struct comparison *compare, struct canvas *canvas, struct area area,
	int y)
{
	uint64_t most = 1;
	int room = area.width - BAR_AT - 14;

	for (size_t i = 0; i < rivals_count(compare->rivals); i++) {
		uint64_t held = player_metrics(rivals_player(compare->rivals, i))->reserved;
		most = held > most ? held : most;
	}
	for (size_t i = 0; i < rivals_count(compare->rivals); i++, y++) {
		const struct metrics *metrics = player_metrics(rivals_player(compare->rivals, i));
		struct area name = {area.x, area.y, BAR_AT - 1, area.height};
		int held = (int)(metrics->reserved * (uint64_t)room / most);
		int live = (int)(metrics->live_bytes * (uint64_t)room / most);
		struct units units;
		area_print(canvas, name, 1, y, ROLE_TEXT, "%c %s", (char)('A' + (int)i),
			rivals_name(compare->rivals, i));
		for (int x = 0; x < held; x++)
			area_put(canvas, area, BAR_AT + x, y,
				glyph_of(canvas->charset, x < live ? GLYPH_BAR : GLYPH_FREE, 0),
				x < live ? ROLE_CURVE : ROLE_CURVE_2, 0);
		area_text(canvas, area, BAR_AT + held + 1, y, ROLE_TEXT, 0,
			units_bytes(&units, metrics->reserved));
	}
}

/* Bytes of "They first part at event 1,257" of all that is said. */
static size_t short_of(const char *words)
{
	const char *comma = strstr(words, ", "), *colon = strstr(words, ": ");
	const char *end = !comma || (colon && colon < comma) ? colon : comma;

	return end ? (size_t)(end - words) : strlen(words);
}

static void add_first(const struct comparison *compare, bool in_short, struct text *out)
{
	const char *words = text_of(&compare->first);
	struct units percent;
	uint64_t length = player_length(rivals_player(compare->rivals, 0));

	if (compare->first.length > 0 && in_short)
		text_add(out, "%.*s.", (int)short_of(words), words);
	else if (compare->first.length > 0)
		text_add(out, "%s", words);
	else
		text_add(out, "Not parted so far: looked ahead %s.",
			units_percent(&percent, compare->scouted, length));
}

/* With a bar in front, as elsewhere; gives the row behind it. */
static int draw_caption(const char *caption, struct canvas *canvas, struct area area)
{
	int end = area_wrap(canvas, area, 3, 0, 3, ROLE_TITLE, caption);

	for (int y = 0; y < end && y < area.height; y++)
		area_put(canvas, area, 1, y, glyph_of(canvas->charset, GLYPH_V_LINE, 0), ROLE_MARK,
			0);
	return end;
}

/* Where they part, here and first; at a caption that comes before. */
static void draw_words(const struct comparison *compare, struct canvas *canvas, struct area area)
{
	const struct pane *pane = &compare->panes[0];
	bool is_caption = pane->has_event && pane->event.kind == EVENT_NOTE;
	struct trace *trace = player_trace(rivals_player(compare->rivals, 0));
	struct text first = {0}, here = {0};
	struct area upper = {area.x, area.y, area.width, area.height > 1 ? area.height - 1 : 1};
	bool in_short = area.width < NARROW && area.height <= 2;

	add_first(compare, in_short, &first);
	add_here(compare, in_short, &here);
	if (area.height == 1 && compare->here.kind != PARTING_NONE) { /* room for one of them */
		text_clear(&first);
		text_add(&first, "%s", text_of(&here));
	}
	int y = is_caption ? draw_caption(trace_text(trace, pane->event.text), canvas, area)
			   : area_wrap(canvas, upper, 1, 0, 3, ROLE_TITLE, text_of(&first));
	y = y < upper.height || is_caption ? y : upper.height;
	if (y < area.height && is_caption)
		area_wrap(canvas, area, 1, y, 3, ROLE_QUIET, text_of(&first));
	else if (y < area.height)
		area_wrap(canvas, area, 1, y, 3,
			compare->here.kind == PARTING_NONE ? ROLE_QUIET : ROLE_CHANGED,
			text_of(&here));
	text_finish(&first);
	text_finish(&here);
}

static void draw_verdict(const struct comparison *compare, struct canvas *canvas, struct area area,
	bool with_bars)
{
	int count = (int)rivals_count(compare->rivals);
	struct area words = area;

	words.height -= with_bars ? count + 1 : 0;
	draw_words(compare, canvas, words);
	if (with_bars)
		draw_bars(compare, canvas, area, area.height - count);
}

/* Where there is not the height for whole rows of panes, fewer stand side by side. */
static int columns_for(size_t count, int width)
{
	int columns = width / PANE_WIDTH;

	columns = columns < 1 ? 1 : columns > (int)count ? (int)count : columns;
	int rows = ((int)count + columns - 1) / columns;
	return ((int)count + rows - 1) / rows;
}

void comparison_draw(const struct comparison *compare, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	size_t count = rivals_count(compare->rivals);
	bool with_bars = area.height >= ROOMY && area.width > BAR_AT + 30;
	int verdict =
		(area.height < 12 || area.width >= 118 ? 2 : 3) + (with_bars ? (int)count + 1 : 0);
	int columns = columns_for(count, area.width);
	int rows = ((int)count + columns - 1) / columns;
	/* A name and a map each come before where they part. */
	if (!with_bars && area.height - verdict < 2 * rows && area.height > 2 * rows)
		verdict = area.height - 2 * rows;
	int height = area.height - verdict;

	for (int i = 0; i < (int)count; i++) {
		int x = area.width * (i % columns) / columns,
		    end = area.width * (i % columns + 1) / columns;
		int y = height * (i / columns) / rows, bottom = height * (i / columns + 1) / rows;
		struct area pane = {area.x + x, area.y + y, end - x, bottom - y};
		draw_pane(compare, (size_t)i, scene, canvas, pane);
	}
	struct area below = {area.x, area.y + height, area.width, verdict};
	draw_verdict(compare, canvas, below, with_bars);
}
