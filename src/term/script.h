/*
 * A list of keys, commands and times that is played on a view. It knows neither a terminal nor a
 * clock: its caller passes the time, and what its screen can do.
 *
 *	key NAME...	keys by name, see action.h
 *	type WORDS	the keys of some text
 *	wait TIME	waits 2s, 500ms, 1:30; a view that plays keeps playing
 *	wait paused	until playing has ended: at a caption in a lecture, or at the end
 *	at TIME LINE	runs the line that long after the start of the script, or at once if later
 *	tick MS		passes time
 *	settle		until the view changes no more without a key
 *	click X Y
 *	wheel up|down X Y
 *	size WxH
 *	print WORDS	prints a heading
 *	dump [roles] [marks] [PLACE]	prints the screen, or a panel, `status` or `footer`
 *	# comment
 *
 * or a command of view_command().
 */
#ifndef TERM_SCRIPT_H
#define TERM_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct area;
struct error;
struct script;
struct view;

/* The screen on which a script plays. */
struct script_stage {
	/*
	 * draws the view if it is stale, so that a key or a click acts on what a person would see
	 */
	void (*show)(void *user);
	/*
	 * The following are NULL where a person watches: then `tick` waits, and the other verbs are
	 * errors.
	 */
	/* moves a clock that only the script moves; returns the time */
	uint64_t (*pass)(void *user, uint64_t nanoseconds);
	void (*resize)(void *user, int width, int height);
	void (*print)(void *user, const char *words);
	/* planes: CANVAS_ bits; area: NULL for the whole canvas */
	void (*dump)(void *user, unsigned planes, const struct area *area);
};

/* file: borrowed, read as lines are due, so it may be a pipe. name: for messages, borrowed. */
struct script *script_new(struct view *view, FILE *file, const char *name);
void script_free(struct script *script);

/*
 * Whether any line has a time, and no line is only for scripts without a terminal. Rewinds the
 * file.
 */
bool script_is_timed(FILE *file);

/*
 * Runs all lines that are due. 1: there are more; 0: the script has ended, or has quit; -1 and err:
 * a line is wrong. now: nanoseconds of any steady clock.
 */
int script_run(struct script *script, const struct script_stage *stage, void *user, uint64_t now,
	struct error *err);

/*
 * Nanoseconds until script_run() must be called again; UINT64_MAX: not before the view has changed,
 * or the person has pressed a key.
 */
uint64_t script_next(const struct script *script, uint64_t now);

/*
 * Handles a key of the person. Space pauses the script, and resumes a paused one from its own
 * position. Any other key also pauses it, and is for the view, as are keys while it is paused.
 * true: the key is done with; false: it is for the view.
 */
bool script_take_key(struct script *script, const char *key, uint64_t now);
bool script_is_paused(const struct script *script);
void script_pause(struct script *script, uint64_t now);

/* "80x24", the size of a screen without a terminal: from 1 cell each way to 1000. */
int script_take_size(const char *words, int *ret_width, int *ret_height, struct error *err);

/* Call after the program was stopped: that time does not count for the script. */
void script_skip_to(struct script *script, uint64_t now);

#endif
