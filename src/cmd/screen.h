/*
 * What commands with a view on a screen have in common: its options, and running it by a terminal
 * or a script.
 */
#ifndef CMD_SCREEN_H
#define CMD_SCREEN_H

#include "base/options.h"
#include "term/term.h"

extern const struct option_spec screen_options[];

struct screen_wishes {
	double speed;         /* 0: none was given */
	const char *script;   /* NULL: none */
	bool on_screen;       /* the script plays in a terminal */
	bool unseen;          /* it would, but there is none */
	char config[512];     /* the file with a person's settings; "": none */
	int width, height;    /* with script, unless on_screen */
	enum charset charset; /* likewise */
	struct term_config term;
	/* a script needs none, or standard output is a terminal that can move its cursor */
	bool can_draw;
};

/* What was typed, checked. */
int screen_wishes(struct screen_wishes *ret_wishes, const struct options *options,
	struct error *err);

/* Until the person quits, or the script ends. */
int screen_run(const struct screen_wishes *wishes, struct view *view, struct error *err);

#endif
