/*
 * Where a view meets a person: keys and times in, canvases out. Two of them: curses (a terminal)
 * and offscreen (a file of keys and commands, no terminal at all). A script with times can be
 * played on a terminal, too.
 */
#ifndef TERM_TERM_H
#define TERM_TERM_H

#include "view/view.h"

#include <stdio.h>

struct error;
struct script;

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct term_config {
	enum color_choice color;
	bool ascii; /* no signs beyond ASCII, whatever the locale says */
	bool mouse;
	const char *theme;     /* NULL: chosen */
	int fps;               /* frames per second at most; 0: 60 */
	struct script *script; /* is played on it, borrowed; NULL: none */
};

/*
 * Runs the view in the terminal until the person quits, or the script. -1 when the terminal cannot
 * be used (TERM, not a tty…), or a line of the script is wrong.
 */
int term_run_curses(struct view *view, const struct term_config *config, struct error *err);

/*
 * Runs a script (script.h) against the view on a canvas of width x height; what it prints goes to
 * `out`.
 */
int term_run_script(struct view *view, FILE *script, const char *name, int width, int height,
	enum charset charset, FILE *out, struct error *err);

/*
 * Gives the terminal back as it was; for exits from anywhere, async-signal-safe, nothing when none
 * is held.
 */
void term_restore(void);

#endif
