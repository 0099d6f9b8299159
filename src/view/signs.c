/*
 * See signs.h. A section is a name and its signs, which flow into as many columns as fit. A section
 * that the engine or the trace has nothing of is left out, and one whose panel is not on the screen
 * comes after the others. Above all are the formulas of the figures, while these are on the screen.
 */
#include "view/signs.h"

#include "base/utf8.h"
#include "heap/metrics.h"
#include "panels/heap/buddy_tree.h"
#include "panels/kinds.h"
#include "story/places.h"
#include "view/scene.h"
#include "view/view_state.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define NAME_WIDTH 9  /* of a section; where the area is narrow it has a line of its own */
#define COLUMN     27 /* a sign and its words */
#define SIGN_WIDTH 3
#define NARROW     60
#define FIGURE     16 /* the name of a figure */
#define SIGNS_MAX  16
#define TILE       9u /* two opposite quarters of a cell */

struct sign {
	const char *text; /* NULL: the code; 0 as well: the glyph */
	uint32_t code;
	int glyph, level;
	enum role role;
	unsigned marks;
	const char *words;
};

struct section {
	const char *name;
	enum panel_id panel; /* whose signs they are; PANEL_NONE: of several */
	bool (*is_useful)(const struct scene *scene);
	struct sign signs[SIGNS_MAX];
};

#define GLYPH(id, role, words) \
	{ \
		NULL, 0, id, 0, role, 0, words \
	}
#define FILL(level, role, words) \
	{ \
		NULL, 0, GLYPH_FILL, level, role, 0, words \
	}
#define TEXT(text, role, words) \
	{ \
		text, 0, 0, 0, role, CELL_BOLD, words \
	}

static bool has_arenas(const struct scene *scene)
{
	return arena_layer(player_heap(scene->player));
}

static bool has_tree(const struct scene *scene)
{
	const struct engine *engine = span_layer(player_heap(scene->player));

	return engine && engine_region_count(engine) > 0 && buddy_tree_fits(engine);
}

static bool has_chunks(const struct scene *scene)
{
	const struct engine *engine = span_layer(player_heap(scene->player));

	return engine && engine_begins_empty(engine);
}

static bool has_map(const struct scene *scene)
{
	return span_layer(player_heap(scene->player)) && !has_tree(scene);
}

static bool has_kinds(const struct scene *scene)
{
	return kinds_layer(player_heap(scene->player));
}

static bool has_landmarks(const struct scene *scene)
{
	const struct engine *engine = span_layer(player_heap(scene->player));
	struct landmark landmark;

	return engine && engine_landmarks(engine, &landmark, 1) > 0;
}

static bool has_cache(const struct scene *scene)
{
	return trace_has_cache(player_trace(scene->player));
}

static bool has_budget(const struct scene *scene)
{
	const struct heap *heap = player_heap(scene->player);

	for (size_t i = 0; i < heap_layer_count(heap); i++)
		if (engine_has_gauge(heap_layer(heap, i)))
			return true;
	return false;
}

static bool is_tracing(const struct scene *scene)
{
	return engine_is_tracing(heap_layer(player_heap(scene->player), 0));
}

static bool always(const struct scene *scene)
{
	return true;
}

static const struct section sections[] = {
	{"Pools", PANEL_ARENAS, has_arenas,
		{GLYPH(GLYPH_FULL, ROLE_FULL, "full"), FILL(4, ROLE_LIVE, "part used, by height"),
			FILL(1, ROLE_PINNED, "pins its arena"),
			GLYPH(GLYPH_FREE, ROLE_FREE, "empty, still held"),
			GLYPH(GLYPH_VIRGIN, ROLE_VIRGIN, "never carved"),
			GLYPH(GLYPH_LOST, ROLE_WASTE, "lost to alignment"),
			{"A", 0, 0, 0, ROLE_TEXT, CELL_BOLD | CELL_UNDERLINE,
				"serves its class next"},
			{NULL, 0, GLYPH_COUNT, 0, ROLE_LIVE, CELL_HELD,
				"a large one: its blocks"}}},
	{"Arenas", PANEL_ARENAS, has_arenas,
		{TEXT("F", ROLE_TEXT, "full: no free pool"),
			TEXT("U1", ROLE_TEXT, "gives the next pool"),
			TEXT("U2", ROLE_TEXT, "2nd of usable_arenas"),
			TEXT("p", ROLE_PINNED, "pinned by few objects"),
			TEXT("K", ROLE_TEXT, "empty, kept for later")}},
	{"Blocks", PANEL_POOL, has_arenas,
		{GLYPH(GLYPH_BLOCK, ROLE_LIVE, "in use"),
			TEXT("1", ROLE_FREE, "free, handed out next"),
			TEXT("o", ROLE_FREE, "free, in the chain"),
			GLYPH(GLYPH_VIRGIN, ROLE_VIRGIN, "never used"),
			GLYPH(GLYPH_HEADER, ROLE_HEADER, "header of the pool"),
			GLYPH(GLYPH_V_LINE, ROLE_QUIET, "first and last block"),
			GLYPH(GLYPH_WASTE, ROLE_WASTE, "too short for a block")}},
	{"Heap", PANEL_HEAP, has_map,
		{GLYPH(GLYPH_FULL, ROLE_LIVE, "in use"), FILL(4, ROLE_LIVE, "part of it in use"),
			GLYPH(GLYPH_EDGE, ROLE_LIVE, "a block ends"),
			GLYPH(GLYPH_SEVERAL, ROLE_LIVE, "several blocks end"),
			GLYPH(GLYPH_HOLE, ROLE_FREE, "free: a hole"),
			TEXT("?", ROLE_CHANGED, "a hole that was checked"),
			GLYPH(GLYPH_BOOK, ROLE_HEADER, "header of a block"),
			GLYPH(GLYPH_WASTE, ROLE_WASTE, "padding")}},
	{"Chunks", PANEL_HEAP, has_chunks, {GLYPH(GLYPH_WAITING, ROLE_WASTE, "waits for others")}},
	{"Pointers", PANEL_HEAP, has_landmarks,
		{GLYPH(GLYPH_THIS, ROLE_MARK, "a place with a name"),
			{"x", 0, 0, 0, ROLE_TEXT, CELL_UNDERLINE, "the same: underlined"}}},
	{"Budget", PANEL_HEAP, has_budget,
		{GLYPH(GLYPH_FULL, ROLE_LIVE, "spent"),
			GLYPH(GLYPH_HOLE, ROLE_FREE, "left to spend"),
			GLYPH(GLYPH_V_LINE, ROLE_QUIET, "the limit"),
			GLYPH(GLYPH_BAD, ROLE_BAD, "asked for, too much")}},
	{"Spaces", PANEL_HEAP, is_tracing,
		{GLYPH(GLYPH_FREE, ROLE_FREE, "empty, serves nothing"),
			TEXT("c", ROLE_CURVE, "in the track: collected")}},
	{"Halves", PANEL_HEAP, has_tree,
		{GLYPH(GLYPH_FULL, ROLE_LIVE, "in use"),
			GLYPH(GLYPH_EDGE, ROLE_LIVE, "a block ends"),
			GLYPH(GLYPH_HOLE, ROLE_FREE, "free"),
			GLYPH(GLYPH_V_LINE, ROLE_FREE, "a free block begins"),
			GLYPH(GLYPH_WASTE, ROLE_WASTE, "padding"),
			GLYPH(GLYPH_TRACK_START, ROLE_QUIET, "a block that was split"),
			GLYPH(GLYPH_MERGED, ROLE_CHANGED, "halves that merged")}},
	{"Free", PANEL_HEAP, has_kinds, {{NULL}}}, /* made of the engine's kinds */
	{"Cache", PANEL_CACHE, has_cache,
		{TEXT("*", ROLE_CHANGED, "found by the event"),
			TEXT("+", ROLE_HOT_ALLOC, "kept by the event")}},
	{"Bytes", PANEL_LAYERS, always,
		{GLYPH(GLYPH_BAR, ROLE_LIVE, "asked for"),
			GLYPH(GLYPH_HEADER, ROLE_HEADER, "headers and rounding"),
			GLYPH(GLYPH_DENSE, ROLE_WASTE, "overhead of all kinds"),
			GLYPH(GLYPH_HOLE, ROLE_FREE, "held, and free"),
			GLYPH(GLYPH_FREE, ROLE_FREE, "held, and unused")}},
	{"Space", PANEL_SPACE, always,
		{FILL(4, ROLE_LIVE, "part of it in use"),
			GLYPH(GLYPH_FULL, ROLE_FULL, "all of it in use"),
			GLYPH(GLYPH_FREE, ROLE_FREE, "held, none of it in use"),
			GLYPH(GLYPH_VIRGIN, ROLE_VIRGIN, "not held, left out")}},
	{"Event", PANEL_NONE, always,
		{GLYPH(GLYPH_ALLOCATED, ROLE_HOT_ALLOC, "handed out by it"),
			GLYPH(GLYPH_FREED, ROLE_HOT_FREE, "freed by it"),
			TEXT("W", ROLE_CHANGED, "written by the program"),
			TEXT("R", ROLE_CHANGED, "read by the program"),
			GLYPH(GLYPH_BAD, ROLE_BAD, "a mistake, or refused"),
			GLYPH(GLYPH_POINTER, ROLE_PLAYHEAD, "its place, or selected"),
			{" ", 0, 0, 0, ROLE_TEXT, CELL_CHOSEN | CELL_UNDERLINE, "tinted: the same"},
			GLYPH(GLYPH_HERE, ROLE_PLAYHEAD, "the same, below it")}},
	{"Time", PANEL_NONE, always,
		{GLYPH(GLYPH_BAR, ROLE_CURVE, "live bytes"),
			GLYPH(GLYPH_FREE, ROLE_CURVE_2, "held bytes"),
			FILL(4, ROLE_WASTE, "unused share of them"),
			GLYPH(GLYPH_TRACK_START, ROLE_QUIET, "the trace, to its end"),
			GLYPH(GLYPH_PLAYHEAD, ROLE_PLAYHEAD, "you are here"),
			GLYPH(GLYPH_MARK, ROLE_MARK, "a mark"),
			TEXT("^", ROLE_CURVE, "the peak of live bytes"),
			GLYPH(GLYPH_BAD, ROLE_BAD, "a fault")}},
	{"Chains", PANEL_NONE, always,
		{GLYPH(GLYPH_ARROW, ROLE_QUIET, "the next, or refers to"),
			{"←", 0, 0, 0, ROLE_QUIET, 0, "is referred to by"},
			GLYPH(GLYPH_POINTER, ROLE_QUIET, "in it is"),
			GLYPH(GLYPH_V_LINE, ROLE_MARK, "said about the program")}},
};

#define SECTIONS (sizeof(sections) / sizeof(*sections))

/* The area, scrolled. */
struct sheet {
	struct canvas *canvas;
	struct area area;
	int first_line;
};

static void put_text(const struct sheet *sheet, int x, int line, enum role role, unsigned marks,
	const char *text)
{
	int y = line - sheet->first_line;

	if (y >= 0 && y < sheet->area.height)
		area_text(sheet->canvas, sheet->area, x, y, role, marks, text);
}

static uint32_t code_of(enum charset charset, const struct sign *sign)
{
	if (sign->code)
		return sign->code;
	return sign->glyph == GLYPH_COUNT ? glyph_quadrants(charset, TILE)
					  : glyph_of(charset, (enum glyph)sign->glyph, sign->level);
}

static void put_sign(const struct sheet *sheet, int x, int line, const struct sign *sign)
{
	assert(utf8_cells(sign->words) < COLUMN - SIGN_WIDTH); /* or the next sign cuts them */
	if (sign->text)
		put_text(sheet, x, line, sign->role, sign->marks, sign->text);
	else
		area_put(sheet->canvas, sheet->area, x, line - sheet->first_line,
			code_of(sheet->canvas->charset, sign), sign->role, sign->marks);
	put_text(sheet, x + SIGN_WIDTH, line, ROLE_TEXT, 0, sign->words);
}

/* Returns the line after the section. */
static int put_section(const struct sheet *sheet, int line, const struct section *section)
{
	bool is_narrow = sheet->area.width < NARROW;
	int left = is_narrow ? 3 : 1 + NAME_WIDTH;
	int columns = (sheet->area.width - left) / COLUMN, n = 0;

	columns = columns < 1 ? 1 : columns;
	put_text(sheet, 1, line, ROLE_TITLE, CELL_BOLD, section->name);
	line += is_narrow;
	for (const struct sign *sign = section->signs; sign->words; sign++, n++)
		put_sign(sheet, left + n % columns * COLUMN, line + n / columns, sign);
	return line + (n + columns - 1) / columns;
}

/* The kinds of free memory by their letters, and what else is special about them. */
static void list_kinds(const struct scene *scene, enum charset charset, struct section *ret_section)
{
	static const struct sign others[] = {TEXT("T", ROLE_KIND_0, "a capital: one begins"),
		GLYPH(GLYPH_BOTH_WAYS, ROLE_QUIET, "next and previous"),
		GLYPH(GLYPH_SKIP, ROLE_QUIET, "the next size"),
		GLYPH(GLYPH_VIRGIN, ROLE_VIRGIN, "room for one more")};
	const size_t nothers = sizeof(others) / sizeof(*others);
	const struct engine *engine = kinds_layer(player_heap(scene->player));
	const struct free_kind *kinds = engine_kinds(engine);
	size_t n = 0;

	for (; kinds[n].name && n + nothers + 1 < SIGNS_MAX; n++) {
		struct cell cell = kind_cell(engine, (unsigned)n + 1, charset);
		ret_section->signs[n] = (struct sign){.code = cell.glyph,
			.role = (enum role)cell.role,
			.words = kinds[n].name};
	}
	memcpy(&ret_section->signs[n], others, sizeof(others));
}

static bool is_shown(const struct view *view, enum panel_id panel)
{
	for (size_t i = 0; i < view->layout.count; i++)
		if (view->layout.places[i].panel == panel_of(panel))
			return true;
	return false;
}

static bool is_on_screen(const struct view *view, const struct section *section)
{
	return section->panel == PANEL_NONE || view->side_by_side.is_shown ||
	       is_shown(view, section->panel);
}

static int put_figure(const struct sheet *sheet, int line, const char *name, const char *words)
{
	int left = 1 + FIGURE;

	put_text(sheet, 1, line, ROLE_KEY, 0, name);
	return area_wrap(sheet->canvas, sheet->area, left, line - sheet->first_line, left,
		       ROLE_TEXT, words) +
	       sheet->first_line;
}

static int put_figures(const struct sheet *sheet, int line)
{
	char words[200];

	put_text(sheet, 1, line++, ROLE_TITLE, CELL_BOLD, "Figures");
	line = put_figure(sheet, line, "idle", "bytes held - bytes live");
	for (unsigned i = 0; i < FIGURE_COUNT; i++) {
		const struct figure_info *info = figure_info((enum figure)i);
		snprintf(words, sizeof(words), "%s; %s", info->formula, info->words);
		line = put_figure(sheet, line, info->brief, words);
	}
	line = put_figure(sheet, line, "overhead", "rounding, headers, tails and alignment:");
	for (unsigned i = 0; i < PART_COUNT; i++)
		line = put_figure(sheet, line, part_name((enum part)i), part_words((enum part)i));
	return line;
}

/* Returns the line after them. */
static int put_first_words(const struct sheet *sheet, int line)
{
	static const char *const wide[] =
		{"The more ink, the more is in use. Grey and dots are free, but held.",
			"An object is one allocation, from malloc to free; a block is its place.",
			NULL};
	static const char *const narrow[] = {"The more ink, the more is in use.",
		"Grey and dots are free, but held.", "An object is one allocation, from",
		"malloc to free; a block is its place.", NULL};

	for (const char *const *words = sheet->area.width > 72 ? wide : narrow; *words; words++)
		put_text(sheet, 1, line++, ROLE_TEXT, 0, *words);
	return line;
}

int signs_draw(struct view *view, struct canvas *canvas, struct area area, int first_line)
{
	const struct sheet sheet = {canvas, area, first_line};
	const struct scene scene = view_scene(view);
	bool is_airy = area.height >= 30;
	int line = 0;

	line = put_first_words(&sheet, line);
	if (is_shown(view, PANEL_INFO))
		line = put_figures(&sheet, line + is_airy);
	for (size_t i = 0; i < 2 * SECTIONS; i++) {
		struct section section = sections[i % SECTIONS];
		bool is_turn = is_on_screen(view, &section) == (i < SECTIONS);
		if (!is_turn || !section.is_useful(&scene))
			continue;
		if (!section.signs[0].words)
			list_kinds(&scene, canvas->charset, &section);
		line = put_section(&sheet, line + is_airy, &section);
	}
	return line;
}
