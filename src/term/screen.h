/* The view on the screen: a canvas is turned into cells of curses, frame by frame. */
#ifndef TERM_SCREEN_H
#define TERM_SCREEN_H

#include "canvas/theme.h"
#include "term/background.h"
#include "term/pace.h"
#include "term/script.h"
#include "term/term.h"

#include <curses.h>

#define SECOND   UINT64_C(1000000000)
#define QUESTION "\033[5n" /* "how are you?", answered when everything before it was taken */

/* What ncurses needs to know of a cell. */
struct pen {
	attr_t attributes;
	short pair;
};

#define PEN_SIGNS 3 /* any other sign, a blank, a full block */

struct screen {
	struct view *view;
	const struct term_config *config;
	struct canvas canvas;
	struct canvas given;       /* the cells passed to ncurses last; no cells: none */
	const struct theme *theme; /* the theme whose colour pairs are set */
	int colors;                /* 0: none */
	/* the theme that suits the background of the terminal; NULL: a person has chosen one */
	const struct theme *suited;
	struct background_answer background;
	bool background_asked; /* and it may still answer */
	/* by role, marks and kind of sign */
	struct pen pens[ROLE_COUNT][CELL_MARKS][PEN_SIGNS];
	/* a blank of this role, with these marks, looks like one of ROLE_TEXT */
	bool blank_as_text[ROLE_COUNT][CELL_MARKS];
	bool mouse;
	bool acks;       /* for tests: the title counts frames and keys */
	char title[80];  /* the title that was set last */
	bool tells_cost; /* for benchmarks: the title has the cost of drawing a frame */
	uint64_t opened; /* the time at which it was */
	/* processor time in nanoseconds since the last frame, for events and looking ahead */
	uint64_t ticked;
	unsigned long frames, keys;
	struct pace pace;
	int in; /* descriptor from which keys come */
	/* time and place of the last click: a second one soon after is a double click */
	uint64_t click_time;
	int click_x, click_y;
	bool pasting;
	struct script *script; /* borrowed; NULL: none, or it has ended */
	/* for the script: the screen has been laid out since the last frame */
	bool laid_out;
};

uint64_t screen_now(void);   /* nanoseconds of a steady clock */
uint64_t screen_spent(void); /* processor time in nanoseconds, of the whole program */

void screen_resize(struct screen *screen);    /* to the size of the terminal */
void screen_set_looks(struct screen *screen); /* sets the colours of the theme of the view */
/*
 * Gives the view a theme for this background, 0xRRGGBB or BACKGROUND_UNKNOWN, unless a person has
 * chosen one.
 */
void screen_suit_background(struct screen *screen, int32_t background);
void screen_draw(struct screen *screen);
/*
 * Draws the view if it is stale, but not more often than the pace allows; returns the nanoseconds
 * until the next frame, or UINT64_MAX.
 */
uint64_t screen_show(struct screen *screen);
/*
 * For tests, before waiting: reports once which frames and keys are done, and whether anything more
 * will happen without a key.
 */
void screen_acknowledge(struct screen *screen, bool rests);
void screen_finish(struct screen *screen);

#endif
