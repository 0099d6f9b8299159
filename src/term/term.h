/*
 * Where a view meets a person: keys and times in, canvases out. There are three: curses (a
 * terminal), offscreen (a file of keys and commands without a terminal), and a transcript (lines of
 * words on a terminal, or anywhere). A script with times can also be played on a terminal.
 */
#ifndef TERM_TERM_H
#define TERM_TERM_H

#include "view/view.h"

#include <stdio.h>

struct error;
struct script;

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Sees every frame that is shown, when it is. nanoseconds: since the view was opened. */
struct term_audience {
	void (*see)(void *user, const struct canvas *canvas, uint64_t nanoseconds);
	void *user;
};

struct term_config {
	enum color_choice color;
	bool ascii; /* only ASCII signs, whatever the locale says */
	bool mouse;
	const char *theme;                    /* NULL: chosen by the background of the terminal */
	int fps;                              /* most frames per second; 0: 60 */
	const struct term_audience *audience; /* borrowed; NULL: none */
	struct script *script; /* a script to be played on it, borrowed; NULL: none */
};

/*
 * Runs the view in the terminal until the person or the script quits. -1 and err: the terminal
 * cannot be used (TERM, not a tty…), or a line of the script is wrong.
 */
int term_run_curses(struct view *view, const struct term_config *config, struct error *err);

/*
 * Tells each change of the view in a line of words, without moving the cursor or drawing. On a
 * terminal it takes keys until the person quits; elsewhere it steps to the end of the trace. -1 and
 * err: the output cannot be written.
 */
int term_run_transcript(struct view *view, FILE *out, struct error *err);

/* Sees the frames of a script and tells them to a file. user: a struct term_teller. */
struct term_teller {
	struct view *view;
	FILE *out;
};
void term_tell(void *user, const struct canvas *canvas, uint64_t nanoseconds);

/*
 * Runs a script (script.h) on the view, on a canvas of width x height cells; its output goes to
 * `out`. audience: NULL, or it sees the frames by the script's own clock. -1 and err: a line is
 * wrong.
 */
int term_run_script(struct view *view, FILE *script, const char *name, int width, int height,
	enum charset charset, FILE *out, const struct term_audience *audience, struct error *err);

/*
 * Restores the terminal, from any exit; async-signal-safe. Does nothing when no terminal is held.
 */
void term_restore(void);

#endif
