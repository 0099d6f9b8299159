/*
 * See comparison.h. Each rival has a pane, and as many panes as fit are side by side. Below them is
 * the event at which they differ, and where there is room, a bar for the memory that each holds.
 */
#include "panels/comparison/comparison.h"

#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "canvas/legend.h"
#include "panels/comparison/difference.h"
#include "panels/comparison/pane.h"
#include "panels/comparison/trace_pair.h"
#include "player/rival_runs.h"
#include "story/question.h"
#include "trace/captions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEARCH_SLICE  10u /* milliseconds */
#define SCOUT_EVENTS  6000u
#define FOLLOW_EVENTS 24000u /* by which each rival follows at once */
#define NARROW        60     /* columns; with fewer, differences are described briefly */
#define ROOMY         30     /* rows needed for bars */
#define BAR_AT        28
#define TITLE_TRIM    8  /* columns of a pane beside its name: its frame, and "A  " */
#define LEGEND_ROWS   2  /* at most; the second is one of the words */
#define LEGEND_LEAST  16 /* rows needed for a legend */
#define SCALES_MAX    8u /* maps of scales that differ by no more have one */
#define BADGE_END     9  /* the column after " NEXT " */

struct comparison {
	struct rivals *rivals;
	struct pane panes[RIVALS_MAX];
	struct difference here;
	struct text first;  /* their first difference, in words; empty: not known yet */
	struct text answer; /* the first in what the program gets, if that is a later event */
	/* positions just after them; 0: there is none, or it is not known */
	uint64_t first_at, answer_at;
	bool has_scouted; /* nothing is left to be found */
	bool is_behind;   /* the others have not arrived at the position of the first */
	bool has_found;   /* a cause that the panes do not say yet */
	bool is_lecture;  /* what comes is not said before it comes */
	char asked[100];  /* the request that the caption asks about; "": it asks nothing */
};

/* The rivals are the comparison's from here on. */
static struct comparison *comparison_of(struct rivals *rivals)
{
	struct comparison *compare = xcalloc(1, sizeof(*compare));

	compare->rivals = rivals;
	for (size_t i = 0; i < rivals_count(rivals); i++)
		pane_init(&compare->panes[i], rivals_player(rivals, i));
	return compare;
}

int comparison_new(struct comparison **ret_compare, struct player *first,
	const struct options *options, const char *words, struct error *err)
{
	struct rivals *rivals;

	if (rivals_new(&rivals, first, options, words, err) < 0)
		return -1;
	*ret_compare = comparison_of(rivals);
	return 0;
}

int comparison_new_beside(struct comparison **ret_compare, struct player *first,
	const struct options *options, struct trace *other, enum pace pace, struct error *err)
{
	struct rivals *rivals;

	if (rivals_new_beside(&rivals, first, options, other, pace, err) < 0)
		return -1;
	*ret_compare = comparison_of(rivals);
	return 0;
}

bool comparison_is_of_traces(const struct comparison *compare)
{
	return rivals_beside(compare->rivals, NULL) != PACE_COUNT;
}

int comparison_set_pace(struct comparison *compare, enum pace pace, struct error *err)
{
	return rivals_set_pace(compare->rivals, pace, err);
}

void comparison_free(struct comparison *compare)
{
	if (!compare)
		return;
	for (size_t i = 0; i < rivals_count(compare->rivals); i++)
		pane_finish(&compare->panes[i]);
	text_finish(&compare->first);
	text_finish(&compare->answer);
	rivals_free(compare->rivals);
	free(compare);
}

/* The bytes of the first reasons, line by line, that are the same in all panes; 0: all are. */
static size_t shared_reasons(const struct comparison *compare)
{
	const char *first = text_of(&compare->panes[0].narration.why);
	size_t shared = 0;

	for (const char *end; (end = strchr(first + shared, '\n'));
		shared = (size_t)(end + 1 - first))
		for (size_t i = 1; i < rivals_count(compare->rivals); i++) {
			const char *other = text_of(&compare->panes[i].narration.why);
			if (strncmp(first, other, (size_t)(end + 1 - first)) != 0)
				return shared;
		}
	return 0;
}

/* The figures that are not the same in all panes; of two traces, nearly all differ. */
static unsigned differing_figures(const struct comparison *compare)
{
	const struct pane *panes = compare->panes;
	unsigned differing = 0;

	for (size_t i = 1; i < rivals_count(compare->rivals); i++)
		for (unsigned figure = 0; figure < PANE_FIGURES; figure++)
			if (panes[i].figures[figure] != panes[0].figures[figure])
				differing |= 1u << figure;
	return comparison_is_of_traces(compare) ? 0 : differing;
}

/* Names the request that the caption asks about; the answer stays hidden. */
static void note_question(struct comparison *compare, const struct scene *scene)
{
	struct trace *trace = player_trace(scene->player);
	struct event next;
	uint64_t number;

	compare->is_lecture = scene->lecture;
	compare->asked[0] = '\0';
	if (scene->asking && caption_next(trace, player_position(scene->player), &number, &next))
		name_question(trace, player_heap(scene->player), number, &next, compare->asked,
			sizeof(compare->asked));
}

void comparison_update(struct comparison *compare, const struct scene *scene)
{
	const struct player *first = rivals_player(compare->rivals, 0);

	note_question(compare, scene);
	compare->is_behind = !rivals_follow(compare->rivals, FOLLOW_EVENTS);
	compare->has_found = false;
	for (size_t i = 0; i < rivals_count(compare->rivals); i++)
		pane_update(&compare->panes[i], rivals_player(compare->rivals, i),
			comparison_is_of_traces(compare) ? NULL : first, scene);
	size_t shared = shared_reasons(compare);
	unsigned differing = differing_figures(compare);
	for (size_t i = 0; i < rivals_count(compare->rivals); i++) {
		compare->panes[i].shared = shared;
		compare->panes[i].differing = differing;
	}
	rivals_difference(compare->rivals, &compare->here);
}

bool comparison_is_searching(const struct comparison *compare)
{
	return compare->is_behind || rivals_have_to_search(compare->rivals) ||
	       (!compare->has_scouted && !comparison_is_of_traces(compare));
}

bool comparison_is_behind(const struct comparison *compare)
{
	return compare->is_behind || compare->has_found;
}

uint64_t comparison_first(const struct comparison *compare, enum difference_kind weakest)
{
	return weakest == DIFFERENCE_ANSWER ? compare->answer_at : compare->first_at;
}

/* Words name places, so they are made while the heaps of the scouts are at that event. */
static void note_firsts(struct comparison *compare)
{
	const struct firsts *firsts = rivals_firsts(compare->rivals);

	if (compare->first_at == 0 && firsts->any.kind != DIFFERENCE_NONE) {
		difference_add_first(compare->rivals, &firsts->any, "First difference",
			&compare->first);
		compare->first_at = firsts->any.number + 1;
	}
	if (compare->answer_at > 0 || firsts->answer.kind == DIFFERENCE_NONE)
		return;
	compare->answer_at = firsts->answer.number + 1;
	if (compare->answer_at != compare->first_at)
		difference_add_first(compare->rivals, &firsts->answer, "First different answer",
			&compare->answer);
}

static void end_scouting(struct comparison *compare)
{
	if (compare->first.length == 0)
		difference_add_none(compare->rivals, &compare->first);
	rivals_dismiss(compare->rivals);
	compare->has_scouted = true;
}

bool comparison_tick(struct comparison *compare)
{
	if (compare->is_behind)
		return true;
	if (rivals_have_to_search(compare->rivals)) {
		compare->has_found = rivals_search(compare->rivals, SEARCH_SLICE);
		return true;
	}
	if (compare->has_scouted || comparison_is_of_traces(compare))
		return false;
	uint64_t before = rivals_firsts(compare->rivals)->scouted;
	bool goes_on = rivals_scout(compare->rivals, SCOUT_EVENTS);
	uint64_t scouted = rivals_firsts(compare->rivals)->scouted;
	/* whose memory it was may be a difference that was not known before */
	compare->has_found |= before <= compare->here.number && compare->here.number < scouted;
	note_firsts(compare);
	if (!goes_on)
		end_scouting(compare);
	return goes_on;
}

bool comparison_run(struct comparison *compare, enum difference_kind weakest, uint64_t n,
	bool *ret_done)
{
	bool is_found = rivals_run(compare->rivals, weakest, n, ret_done);

	if (!compare->has_scouted)
		note_firsts(compare);
	return is_found;
}

void comparison_begin_run(const struct comparison *compare, struct rival_run *ret_run,
	const struct stop *stops, size_t nstops, bool is_back)
{
	rival_run_begin(ret_run, compare->rivals, stops, nstops, is_back);
}

void comparison_add_names(const struct comparison *compare, unsigned engines, struct text *out)
{
	size_t count = rivals_count(compare->rivals);

	if (engines == (1u << count) - 1)
		return;
	for (size_t i = 0; i < count; i++)
		if (engines & 1u << i)
			text_add(out, "%s%c", out->length ? " " : "", (char)('A' + (int)i));
}

/* " A pymalloc                 ███████░░░ 1.50 MiB": what is live, and the rest of what is held. */
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

/* How much is said of the first differences, where there is little room. */
enum brevity { BREVITY_WHOLE, BREVITY_ANSWER_SHORT, BREVITY_SHORT, BREVITY_ONE, BREVITY_NOTHING };

/* key: the one that goes there is named; 0: it is not. */
static void add_words(const struct text *words, char key, enum brevity brevity, struct text *out)
{
	const char *whole = text_of(words);
	int beginning = (int)difference_first_in_short(whole);

	if (words->length == 0 || brevity == BREVITY_NOTHING)
		return;
	text_add(out, "%s%.*s", out->length ? " " : "", beginning, whole);
	if (key)
		text_add(out, " (%c)", key);
	text_add(out, "%s", brevity == BREVITY_SHORT ? "." : whole + beginning);
}

/*
 * At a question, what comes is not said. Before it, a lecture says where the engines will differ,
 * but not how.
 */
static enum brevity brevity_of(const struct comparison *compare, uint64_t at, bool is_short)
{
	bool is_ahead = at > player_position(rivals_player(compare->rivals, 0));

	if (is_ahead && compare->asked[0])
		return BREVITY_NOTHING;
	return is_short || (is_ahead && compare->is_lecture) ? BREVITY_SHORT : BREVITY_WHOLE;
}

/* Their first differences, as far as they are known. */
static void add_first(const struct comparison *compare, enum brevity brevity, bool names_keys,
	struct text *out)
{
	const struct player *player = rivals_player(compare->rivals, 0);
	uint64_t length = player_length(player);
	bool is_there = names_keys && compare->first_at && player_position(player) == length;
	struct units percent;

	if (compare->first.length == 0) {
		text_add(out, "No difference found yet; %s of the trace checked.",
			units_percent(&percent, rivals_firsts(compare->rivals)->scouted, length));
		return;
	}
	add_words(&compare->first, is_there ? 'd' : 0,
		brevity_of(compare, compare->first_at,
			brevity >= BREVITY_SHORT && compare->first_at),
		out);
	if (brevity < BREVITY_ONE)
		add_words(&compare->answer, is_there ? 'D' : 0,
			brevity_of(compare, compare->answer_at, brevity != BREVITY_WHOLE), out);
}

/* Says how far the rival is that is furthest from the first. */
static void add_way(const struct comparison *compare, struct text *out)
{
	uint64_t position = player_position(rivals_player(compare->rivals, 0));
	uint64_t reached = UINT64_MAX;
	struct units percent;

	if (comparison_is_of_traces(compare)) {
		text_add(out, "B is on its way there.");
		return;
	}
	for (size_t i = 1; i < rivals_count(compare->rivals); i++) {
		uint64_t here = player_position(rivals_player(compare->rivals, i));
		reached = here < reached ? here : reached;
	}
	text_add(out, "The other engines are on their way to this event: %s.",
		units_percent(&percent, reached, position));
}

/* Their first differences, or where two traces are. */
static void add_before(const struct comparison *compare, enum brevity brevity, bool names_keys,
	struct text *out)
{
	if (comparison_is_of_traces(compare))
		trace_pair_add_place(compare->rivals, out);
	else
		add_first(compare, brevity, names_keys, out);
}

/* The same, as much of it as fits into so many rows, or the least. */
static void add_before_in(const struct comparison *compare, bool names_keys, struct canvas *canvas,
	struct area area, int rows, struct text *out)
{
	for (enum brevity brevity = BREVITY_WHOLE; brevity <= BREVITY_ONE; brevity++) {
		text_clear(out);
		add_before(compare, brevity, names_keys, out);
		if (area_wrap_rows(canvas, area, 1, 3, text_of(out)) <= rows)
			return;
	}
}

static void add_here(const struct comparison *compare, bool in_short, struct text *out)
{
	if (compare->is_behind)
		add_way(compare, out);
	else if (comparison_is_of_traces(compare))
		trace_pair_add_figures(compare->rivals, in_short, out);
	else if (compare->panes[0].has_event && event_is_note_or_mark(&compare->panes[0].event))
		text_add(out, "A %s: nothing is placed or freed. Above is the request before it.",
			compare->panes[0].event.kind == EVENT_MARK ? "mark" : "caption");
	else if (compare->panes[0].has_event)
		difference_add_here(&compare->here, in_short, out);
	else
		text_add(out, "Nothing has happened yet.");
}

void comparison_add_words(const struct comparison *compare, struct text *out)
{
	const struct text *firsts[] = {&compare->first, &compare->answer};
	const struct pane *pane = &compare->panes[0];

	if (compare->is_behind)
		return;
	for (size_t i = 0; i < 2; i++)
		if (firsts[i]->length > 0)
			text_add(out, "%s\n", text_of(firsts[i]));
	if (comparison_is_of_traces(compare) ||
		(pane->has_event && !event_is_note_or_mark(&pane->event))) {
		add_here(compare, false, out);
		text_add(out, "\n");
	}
}

/* Returns the row after it. */
static int draw_asked(const struct comparison *compare, struct canvas *canvas, struct area area,
	int y)
{
	if (!compare->asked[0] || y >= area.height)
		return y;
	area_text(canvas, area, 1, y, ROLE_CURSOR, CELL_BOLD, " NEXT ");
	area_text(canvas, area, BADGE_END, y, ROLE_TITLE, 0, compare->asked);
	return y + 1;
}

/* A caption, what it asks about, and below it the first difference, as much of it as fits. */
static void draw_caption(const struct comparison *compare, bool names_keys, struct canvas *canvas,
	struct area area)
{
	struct trace *trace = player_trace(rivals_player(compare->rivals, 0));
	int y = area_caption(canvas, area, trace_text(trace, compare->panes[0].event.text));
	struct text first = {0};

	y = draw_asked(compare, canvas, area, y);
	add_before_in(compare, names_keys, canvas, area, area.height - y, &first);
	if (y < area.height)
		area_wrap(canvas, area, 1, y, 3, ROLE_QUIET, text_of(&first));
	text_finish(&first);
}

/* Draws the first difference, and the one at this event; where there is one row, the latter. */
static void draw_words(const struct comparison *compare, bool names_keys, struct canvas *canvas,
	struct area area)
{
	struct text first = {0}, here = {0};
	struct area upper = {area.x, area.y, area.width, area.height > 1 ? area.height - 1 : 1};
	bool in_short = area.width < NARROW && area.height <= 2;
	bool differs = compare->here.kind != DIFFERENCE_NONE;

	add_here(compare, in_short, &here);
	if (area.height == 1 && differs)
		text_add(&first, "%s", text_of(&here));
	else
		add_before_in(compare, names_keys, canvas, area,
			area.height - area_wrap_rows(canvas, area, 1, 3, text_of(&here)), &first);
	int y = area_wrap(canvas, upper, 1, 0, 3, ROLE_TITLE, text_of(&first));
	y = y < upper.height ? y : upper.height;
	if (y < area.height)
		area_wrap(canvas, area, 1, y, 3, differs ? ROLE_CHANGED : ROLE_QUIET,
			text_of(&here));
	text_finish(&first);
	text_finish(&here);
}

static bool has_caption(const struct comparison *compare)
{
	return compare->panes[0].has_event && compare->panes[0].event.kind == EVENT_NOTE;
}

/* The rows that the caption needs, and what it asks about. */
static int rows_of_caption(const struct comparison *compare, struct canvas *canvas,
	struct area area)
{
	struct trace *trace = player_trace(rivals_player(compare->rivals, 0));

	return area_caption_rows(canvas, area, trace_text(trace, compare->panes[0].event.text)) +
	       (compare->asked[0] != '\0');
}

/* The rows with which no word below the panes is cut, the legend and bars aside. */
static int rows_of_words(const struct comparison *compare, bool names_keys, struct canvas *canvas,
	struct area area)
{
	struct text first = {0}, here = {0};

	add_before(compare, BREVITY_WHOLE, names_keys, &first);
	if (!has_caption(compare))
		add_here(compare, false, &here);
	int rows = area_wrap_rows(canvas, area, 1, 3, text_of(&first)) +
		   (has_caption(compare) ? rows_of_caption(compare, canvas, area)
					 : area_wrap_rows(canvas, area, 1, 3, text_of(&here)));
	text_finish(&first);
	text_finish(&here);
	return rows;
}

/*
 * The rows that the legend may have: at the end, where a caption names the comparison, and the
 * difference its key, both come before the second; and so does what a caption asks about.
 */
static int legend_rows(const struct comparison *compare, struct canvas *canvas, struct area area)
{
	const struct player *player = rivals_player(compare->rivals, 0);

	if (!has_caption(compare) ||
		(player_position(player) < player_length(player) && !compare->asked[0]))
		return LEGEND_ROWS;
	int caption = rows_of_caption(compare, canvas, area);
	return caption + 1 > area.height - LEGEND_ROWS ? 1 : LEGEND_ROWS;
}

static void draw_verdict(const struct comparison *compare, bool names_keys, struct canvas *canvas,
	struct area area, bool with_bars)
{
	int count = (int)rivals_count(compare->rivals);
	struct area words = area;

	words.height -= with_bars ? count + 1 : 0;
	if (has_caption(compare))
		draw_caption(compare, names_keys, canvas, words);
	else
		draw_words(compare, names_keys, canvas, words);
	if (with_bars)
		draw_bars(compare, canvas, area, area.height - count);
}

/* The number of panes side by side; fewer where the height does not allow whole rows of panes. */
static int columns_for(size_t count, int width)
{
	int columns = width / PANE_WIDTH;

	columns = columns < 1 ? 1 : columns > (int)count ? (int)count : columns;
	int rows = ((int)count + columns - 1) / columns;
	return ((int)count + rows - 1) / rows;
}

/* How the panes are placed above the differences. */
struct grid {
	struct area area; /* of all panes */
	int count, columns, rows;
	int lent; /* rows of one row of panes that it does not usually have */
};

static struct area pane_area(const struct grid *grid, int i)
{
	const struct area *all = &grid->area;
	int column = i % grid->columns, row = i / grid->columns;
	int x = all->width * column / grid->columns,
	    end = all->width * (column + 1) / grid->columns;
	int y = all->height * row / grid->rows, bottom = all->height * (row + 1) / grid->rows;

	return (struct area){all->x + x, all->y + y, end - x, bottom - y};
}

/*
 * The bytes of a cell in all maps of heaps, so that their sizes can be compared by sight; 0: each
 * has its own, since at one scale the smallest would vanish.
 */
static uint64_t common_cell(const struct comparison *compare, const struct scene *scene,
	const struct grid *grid)
{
	uint64_t least = UINT64_MAX, most = 0;

	for (int i = 0; i < grid->count; i++) {
		uint64_t cell =
			pane_cell(&compare->panes[i], rivals_player(compare->rivals, (size_t)i),
				scene, pane_area(grid, i), grid->lent);
		most = cell > most ? cell : most;
		least = cell > 0 && cell < least ? cell : least;
	}
	return most / SCALES_MAX <= least ? most : 0;
}

/* legend: where all signs go. Returns the panes whose reasons are cut: a bit of each. */
static unsigned draw_panes(const struct comparison *compare, const struct scene *scene,
	struct canvas *canvas, const struct grid *grid, struct legend *legend)
{
	struct scene scaled = *scene;
	unsigned cut = 0;
	struct text title = {0};

	scaled.legend = legend;
	scaled.least_cell = common_cell(compare, &scaled, grid);
	for (int i = 0; i < grid->count; i++) {
		legend->map = (size_t)i;
		text_clear(&title);
		text_add(&title, "%c  ", (char)('A' + i));
		rivals_add_title(compare->rivals, (size_t)i, pane_area(grid, i).width - TITLE_TRIM,
			&title);
		if (pane_draw(&compare->panes[i], rivals_player(compare->rivals, (size_t)i),
			    text_of(&title), &scaled, canvas, pane_area(grid, i), grid->lent))
			cut |= 1u << i;
	}
	text_finish(&title);
	return cut;
}

/* The part of the grid in which there is no pane; height 0: every part has one. */
static struct area free_part(const struct grid *grid)
{
	struct area area = {0};

	if (grid->columns * grid->rows > grid->count)
		area = pane_area(grid, grid->count);
	return area;
}

/* The panes whose reasons are cut and the same as those of that one: a bit of each. */
static unsigned same_reasons(const struct comparison *compare, unsigned cut, size_t at)
{
	const char *reasons = pane_own_reasons(&compare->panes[at]);
	unsigned same = 0;

	for (size_t i = 0; i < rivals_count(compare->rivals); i++)
		if (cut & 1u << i && strcmp(pane_own_reasons(&compare->panes[i]), reasons) == 0)
			same |= 1u << i;
	return same;
}

/*
 * In the free part beside the last pane: the legend, then the reasons that are cut in the panes,
 * those of faults first, and the same of several panes once.
 */
static void draw_free_part(const struct comparison *compare, const struct legend *legend,
	unsigned cut, struct canvas *canvas, struct area area)
{
	size_t count = rivals_count(compare->rivals);
	int y = legend_draw_common(legend, count, canvas, area, area.height) + 1;

	for (size_t n = 0; n < 2 * count && y < area.height; n++) {
		size_t i = n % count;
		const struct pane *pane = &compare->panes[i];
		struct text words = {0};
		bool is_turn = (pane->effect.fault != FAULT_NONE) == (n < count);
		unsigned same = same_reasons(compare, cut, i);
		if (!(cut & 1u << i) || !is_turn || (same & ((1u << i) - 1)))
			continue;
		for (size_t j = i; j < count; j++)
			if (same & 1u << j)
				text_add(&words, j == i ? "%c" : " %c", (char)('A' + (int)j));
		text_add(&words, ": %s", pane_own_reasons(pane));
		y = area_wrap(canvas, area, 1, y, 4, ROLE_TEXT, text_of(&words));
		text_finish(&words);
	}
}

/* The rows that nothing below the panes needs: for reasons that are cut in them. */
static int spare_rows(const struct comparison *compare, const struct legend *legend,
	bool has_legend, bool with_bars, bool names_keys, struct canvas *canvas, struct area below)
{
	size_t count = rivals_count(compare->rivals);
	struct canvas none = {.charset = canvas->charset};
	int legend_rows =
		has_legend ? legend_draw_common(legend, count, &none, below, LEGEND_ROWS) : 0;
	int spare = below.height - legend_rows - (with_bars ? (int)count + 1 : 0) -
		    rows_of_words(compare, names_keys, canvas, below);

	return spare > 0 ? spare : 0;
}

void comparison_draw(const struct comparison *compare, const struct scene *scene,
	struct canvas *canvas, struct area area)
{
	size_t count = rivals_count(compare->rivals);
	bool with_bars = area.height >= ROOMY && area.width > BAR_AT + 30;
	int columns = columns_for(count, area.width);
	int rows = ((int)count + columns - 1) / columns;
	bool has_free_part = columns * rows > (int)count;
	bool has_legend = !has_free_part && area.height >= LEGEND_LEAST;
	int verdict = (area.height < 12 ? 2 : 3) + has_legend + (with_bars ? (int)count + 1 : 0);
	/* A name and a map for each are more important than the differences. */
	if (!with_bars && area.height - verdict < 2 * rows && area.height > 2 * rows)
		verdict = area.height - 2 * rows;
	int height = area.height - verdict;
	struct grid grid = {{area.x, area.y, area.width, height}, (int)count, columns, rows, 0};
	struct area below = {area.x, area.y + height, area.width, verdict};
	struct legend legend = {.count = 0};

	unsigned cut = draw_panes(compare, scene, canvas, &grid, &legend);
	int spare = cut && rows == 1 ? spare_rows(compare, &legend, has_legend, with_bars,
					       !scene->is_picture, canvas, below)
				     : 0;
	if (spare > 0) {
		area_fill(canvas, area, ' ', ROLE_TEXT);
		legend = (struct legend){.count = 0};
		grid.area.height += spare;
		grid.lent = spare;
		below.y += spare;
		below.height -= spare;
		cut = draw_panes(compare, scene, canvas, &grid, &legend);
	}
	if (has_free_part)
		draw_free_part(compare, &legend, cut, canvas, free_part(&grid));
	if (has_legend) {
		int used = legend_draw_common(&legend, count, canvas, below,
			legend_rows(compare, canvas, below));
		below.y += used;
		below.height -= used;
	}
	draw_verdict(compare, !scene->is_picture, canvas, below, with_bars);
}
