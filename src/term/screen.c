/*
 * See screen.h. Measurements behind the code:
 *
 *	- ncurses finds the differences between two screens by itself, but passing it every cell
 *	  costs twice as much as everything after that: only cells that have changed are passed;
 *	  clear() is only for Ctrl-L
 *	- a change of colour takes up to eleven bytes, and one blank between two blocks is two
 *	  changes: a single blank is passed in the colour of its neighbours
 *	- a frame is bracketed by DEC mode 2026, so that a terminal that knows it never shows half
 *	  of one
 */
#include "term/screen.h"

#include "term/terminal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FRAME_BEGIN "\033[?2026h"
#define FRAME_END   "\033[?2026l"

/* Makes the next frame pass every cell. */
static void forget_cells(struct screen *screen)
{
	canvas_finish(&screen->given);
	screen->given = (struct canvas){0};
}

/* With 8 colours there are only 64 pairs, so looks share them: alloc_pair() finds them again. */
static struct pen pen_of(const struct screen *screen, struct cell cell)
{
	struct look look = theme_cell_look(screen->theme, &cell, screen->colors);
	struct pen pen = {.attributes = A_NORMAL};

	if (look.marks & CELL_BOLD)
		pen.attributes |= A_BOLD;
	if (look.marks & CELL_UNDERLINE)
		pen.attributes |= A_UNDERLINE;
	if (look.marks & LOOK_REVERSE)
		pen.attributes |= A_REVERSE;
	if (screen->colors)
		pen.pair = (short)alloc_pair(look.foreground, look.background);
	return pen;
}

static bool is_like_text(const struct screen *screen, struct cell blank)
{
	struct look look = theme_cell_look(screen->theme, &blank, screen->colors);
	struct look text = theme_look(screen->theme, ROLE_TEXT, screen->colors);

	return look.background == text.background &&
	       !(look.marks & (CELL_UNDERLINE | LOOK_REVERSE));
}

/* Signs that a theme tells apart, and one of each. */
static const uint32_t pen_signs[PEN_SIGNS] = {'x', ' ', FULL_BLOCK};

static size_t pen_sign(uint32_t glyph)
{
	return glyph == ' ' ? 1 : glyph == FULL_BLOCK ? 2 : 0;
}

void screen_set_looks(struct screen *screen)
{
	forget_cells(screen);
	screen->theme = view_theme(screen->view);
	if (screen->colors)
		reset_color_pairs();
	for (int role = 0; role < ROLE_COUNT; role++)
		for (int marks = 0; marks < CELL_MARKS; marks++) {
			struct cell blank = {' ', (uint8_t)role, (uint8_t)marks};
			for (size_t i = 0; i < PEN_SIGNS; i++) {
				struct cell cell = {pen_signs[i], (uint8_t)role, (uint8_t)marks};
				screen->pens[role][marks][i] = pen_of(screen, cell);
			}
			screen->blank_as_text[role][marks] = is_like_text(screen, blank);
		}
	if (screen->colors)
		bkgdset(' ' | COLOR_PAIR(screen->pens[ROLE_TEXT][0][0].pair));
}

void screen_suit_background(struct screen *screen, int32_t background)
{
	const struct theme *before = view_theme(screen->view);
	const struct theme *theme = theme_for_background(background, screen->colors);

	if (!screen->colors || screen->suited != before)
		return;
	view_suit_theme(screen->view, theme);
	screen->suited = view_theme(screen->view);
}

static void put_cell(struct screen *screen, int x, int y, const struct cell *cell)
{
	const struct pen *pen = &screen->pens[cell->role][cell->marks][pen_sign(cell->glyph)];
	wchar_t text[2] = {(wchar_t)cell->glyph, L'\0'};
	cchar_t character;

	setcchar(&character, text, pen->attributes, pen->pair, NULL);
	mvadd_wch(y, x, &character);
}

static bool is_blank(const struct cell *cell)
{
	return cell->glyph == ' ' && cell->role == ROLE_TEXT && cell->marks == 0;
}

/*
 * The cell as it is passed to ncurses: one blank between two signs of one colour takes their
 * colour, which does not show.
 */
static struct cell cell_to_give(const struct screen *screen, int x, const struct cell *cell)
{
	struct cell given = *cell;

	if (is_blank(cell) && x > 0 && x + 1 < screen->canvas.width &&
		cell[-1].role == cell[1].role && cell[-1].marks == cell[1].marks &&
		cell[-1].glyph != ' ' && cell[1].glyph != ' ' &&
		screen->blank_as_text[cell[1].role][cell[1].marks]) {
		given.role = cell[1].role;
		given.marks = cell[1].marks;
	}
	return given;
}

static bool is_same(const struct cell *one, const struct cell *other)
{
	return one->glyph == other->glyph && one->role == other->role && one->marks == other->marks;
}

/*
 * Passes the cells that differ from the last frame; all of them if there is none of this size and
 * theme.
 */
static void give_cells(struct screen *screen)
{
	const struct canvas *canvas = &screen->canvas;
	struct canvas *given = &screen->given;
	bool is_new = given->width != canvas->width || given->height != canvas->height;

	if (is_new) {
		canvas_finish(given);
		canvas_init(given, canvas->width, canvas->height, canvas->charset);
		erase();
	}
	for (int y = 0; y < canvas->height; y++)
		for (int x = 0; x < canvas->width; x++) {
			struct cell cell = cell_to_give(screen, x, canvas_at(canvas, x, y));
			struct cell *before =
				&given->cells[(size_t)y * (size_t)canvas->width + (size_t)x];
			if (!is_new && is_same(&cell, before))
				continue;
			*before = cell;
			put_cell(screen, x, y, &cell);
		}
}

static uint64_t now_of(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

uint64_t screen_now(void)
{
	return now_of(CLOCK_MONOTONIC);
}

uint64_t screen_spent(void)
{
	return now_of(CLOCK_PROCESS_CPUTIME_ID);
}

/* Reports the cost to the view, which limits the events of a frame by it, and to benchmarks. */
static void report_cost(struct screen *screen, uint64_t began)
{
	uint64_t cost = screen_spent() - began;
	char title[60];

	view_report_cost(screen->view, screen->ticked, cost);
	screen->ticked = 0;
	if (!screen->tells_cost)
		return;
	snprintf(title, sizeof(title), "\033]2;drawn %" PRIu64 "\007", cost / 1000);
	terminal_put(title);
}

void screen_draw(struct screen *screen)
{
	bool asks = pace_draw(&screen->pace, screen_now());
	uint64_t began = screen_spent();

	if (screen->theme != view_theme(screen->view))
		screen_set_looks(screen);
	view_draw(screen->view, &screen->canvas);
	if (screen->config->audience)
		screen->config->audience->see(screen->config->audience->user, &screen->canvas,
			screen_now() - screen->opened);
	give_cells(screen);
	move(screen->canvas.height - 1, screen->canvas.width - 1);
	terminal_put(FRAME_BEGIN);
	refresh();
	terminal_put(asks ? FRAME_END QUESTION : FRAME_END);
	screen->laid_out = false;
	screen->frames++;
	report_cost(screen, began);
}

uint64_t screen_show(struct screen *screen)
{
	uint64_t wait = pace_wait(&screen->pace, screen_now());

	if (!view_is_stale(screen->view) && !screen->laid_out)
		return UINT64_MAX;
	if (wait > 0)
		return wait;
	screen_draw(screen);
	return UINT64_MAX;
}

void screen_acknowledge(struct screen *screen, bool rests)
{
	char title[sizeof(screen->title)];

	if (!screen->acks)
		return;
	snprintf(title, sizeof(title), "\033]2;frame %lu keys %lu %dx%d%s\007", screen->frames,
		screen->keys, screen->canvas.width, screen->canvas.height, rests ? " rests" : "");
	if (strcmp(title, screen->title) == 0)
		return;
	strcpy(screen->title, title);
	terminal_put(title);
}

void screen_resize(struct screen *screen)
{
	forget_cells(screen);
	canvas_resize(&screen->canvas, COLS, LINES);
}

void screen_finish(struct screen *screen)
{
	canvas_finish(&screen->canvas);
	canvas_finish(&screen->given);
}
