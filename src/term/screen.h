/* The view on the screen: a canvas that becomes cells of curses, frame by frame. */
#ifndef TERM_SCREEN_H
#define TERM_SCREEN_H

#include "canvas/theme.h"
#include "term/pace.h"
#include "term/script.h"
#include "term/term.h"

#include <curses.h>

#define SECOND UINT64_C(1000000000)

struct screen {
	struct view *view;
	const struct term_config *config;
	struct canvas canvas;
	struct canvas given;       /* what ncurses was given last; no cells: nothing */
	const struct theme *theme; /* whose pairs are set */
	int colors;                /* 0: none are used */
	attr_t attributes[ROLE_COUNT];
	bool blank_as_text[ROLE_COUNT]; /* a blank of this role looks like one of ROLE_TEXT */
	bool mouse;
	bool acks;       /* tests: the title counts frames and keys */
	char title[80];  /* the one that was set last */
	bool tells_cost; /* benchmarks: the title says what a frame took to draw */
	/* nanoseconds of the processor since the last frame, for events and looking ahead */
	uint64_t ticked;
	unsigned long frames, keys;
	struct pace pace;
	int in; /* descriptor keys come from */
	/* of the last click, and where: a second one soon after is a double click */
	uint64_t click_time;
	int click_x, click_y;
	bool pasting;
	struct script *script; /* borrowed; NULL: none, or it has ended */
	bool laid_out;         /* for the script, since the last frame */
};

uint64_t screen_now(void);   /* nanoseconds of a steady clock */
uint64_t screen_spent(void); /* nanoseconds of the processor, by all of the program */

void screen_resize(struct screen *screen);    /* to that of the terminal */
void screen_set_looks(struct screen *screen); /* of the view's theme */
void screen_draw(struct screen *screen);
/*
 * Draws what is stale, but not more often than frames are wanted; gives how long to wait for the
 * next, or UINT64_MAX.
 */
uint64_t screen_show(struct screen *screen);
/*
 * Before it waits: what it has shown and taken, and whether it will do anything more by itself;
 * once.
 */
void screen_acknowledge(struct screen *screen, bool rests);
void screen_finish(struct screen *screen);

#endif
