/*
 * Where a view meets a person: keys and times in, canvases out.  Two of them: curses (a terminal)
 * and script (a file of keys and commands, no terminal at all).
 */
#ifndef TERM_TERM_H
#define TERM_TERM_H

#include "view/view.h"

#include <stdio.h>

struct error;

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct term_config {
	enum color_choice color;
	bool ascii;		/* no signs beyond ASCII, whatever the locale says */
	bool mouse;
	const char *theme;	/* NULL: chosen */
	int fps;		/* frames per second at most; 0: 60 */
};

/*
 * Runs the view in the terminal until the person quits.  -1 when the terminal cannot be used: TERM,
 * not a tty…
 */
int term_run_curses(struct view *view, const struct term_config *config, struct error *err);

/*
 * Runs a script against the view on a canvas of width x height.  A line is one of
 *
 *	key NAME...	keys by name, see action.h
 *	type WORDS	the keys of some text
 *	tick MS		time passes
 *	settle		until the view wants nothing more without a key
 *	click X Y
 *	wheel up|down X Y
 *	size WxH
 *	print WORDS	a heading to `out`
 *	dump [roles]	the canvas to `out`
 *	# comment
 *
 * or a command of view_command().
 */
int term_run_script(struct view *view, FILE *script, const char *name, int width, int height,
	enum charset charset, FILE *out, struct error *err);

/*
 * Gives the terminal back as it was; for exits from anywhere, async-signal-safe, nothing when none
 * is held.
 */
void term_restore(void);

#endif
