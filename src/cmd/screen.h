/*
 * The options shared by commands with a view on a screen, and running the view with a terminal or a
 * script.
 */
#ifndef CMD_SCREEN_H
#define CMD_SCREEN_H

#include "base/options.h"
#include "term/term.h"

extern const struct option_spec screen_options[];

struct screen_wishes {
	struct speed speed; /* 0: none was given */
	const char *script; /* NULL: none */
	const char *cast;   /* the file that records what is shown; NULL: none */
	size_t memory;      /* bytes for checkpoints */
	/* the index of a trace is kept; a script does so only if it was asked for */
	bool keeps_index, is_index_asked_for;
	bool is_film;         /* the script has times */
	bool on_screen;       /* the script plays on a terminal */
	bool unseen;          /* it would play on a terminal, but there is none */
	char config[512];     /* the file with a person's settings; "": none */
	int width, height;    /* with script, unless on_screen */
	enum charset charset; /* also with script, unless on_screen */
	struct term_config term;
	bool tells;      /* changes are told in words, and nothing is drawn */
	bool is_watched; /* by a person: the output is a terminal */
	/* a script plays without a terminal, or standard output is one that can move its cursor */
	bool can_draw;
};

/* Standard output is a terminal that can move its cursor. */
bool screen_is_terminal(void);

/* Reads the typed options and checks them. -1 and err: a value is wrong. */
int screen_wishes(struct screen_wishes *ret_wishes, const struct options *options,
	struct error *err);

/*
 * The value of --size, cells, and of --speed, events per second. -1 and err: it is wrong.
 */
int screen_size(const struct options *options, int *ret_width, int *ret_height, struct error *err);
int screen_speed(const struct options *options, double *ret_speed, struct error *err);

/* Runs the view until the person quits, or the script ends. */
int screen_run(const struct screen_wishes *wishes, struct view *view, struct error *err);

#endif
