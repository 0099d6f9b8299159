/*
 * A list of keys, commands and times that is played against a view. It knows neither a terminal nor
 * a clock: who plays it says what time it is, and what its screen can do.
 *
 *	key NAME...	keys by name, see action.h
 *	type WORDS	the keys of some text
 *	wait TIME	goes on after 2s, 500ms, 1:30; meanwhile playing goes on
 *	wait paused	goes on when playing has ended: at a caption in a lecture, at the end
 *	at TIME LINE	the line, that long after the script's beginning; at once when that is over
 *	tick MS		time passes
 *	settle		until the view wants nothing more without a key
 *	click X Y
 *	wheel up|down X Y
 *	size WxH
 *	print WORDS	a heading to the output
 *	dump [roles] [marks] [PLACE]	the screen to the output, or a panel, `status` or `footer`
 *	# comment
 *
 * or a command of view_command().
 */
#ifndef TERM_SCRIPT_H
#define TERM_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SCRIPT_SIZE_MAX 1000 /* cells each way, of a screen without a terminal */

struct area;
struct error;
struct script;
struct view;

/* What the screen is that a script plays on. */
struct script_stage {
	/* draws what is stale: a person has seen what a key or a click is about */
	void (*show)(void *user);
	/* NULL, all of them, where a person watches: `tick` waits then, the others are wrong. */
	/* of a clock that only the script moves; gives now */
	uint64_t (*pass)(void *user, uint64_t nanoseconds);
	void (*resize)(void *user, int width, int height);
	void (*print)(void *user, const char *words);
	/* planes: CANVAS_ bits; area: NULL for all of it. */
	void (*dump)(void *user, unsigned planes, const struct area *area);
};

/*
 * file: borrowed, read as lines are due, so that it may be a pipe. name: of it, for messages,
 * borrowed.
 */
struct script *script_new(struct view *view, FILE *file, const char *name);
void script_free(struct script *script);

/* Whether any line says when, and none is only for where nobody watches.  Rewinds the file. */
bool script_is_timed(FILE *file);

/*
 * Does all that is due. 1: more is to come; 0: it has ended, or quit; -1: a line is wrong. now:
 * nanoseconds of any steady clock.
 */
int script_run(struct script *script, const struct script_stage *stage, void *user, uint64_t now,
	struct error *err);

/*
 * Nanoseconds until script_run() has something to do; UINT64_MAX: not before the view has changed,
 * or the person.
 */
uint64_t script_next(const struct script *script, uint64_t now);

/*
 * A person's key. Space pauses a script that plays, and lets a paused one go on from where it was;
 * any other key pauses it, too, and is for the view, as it is while the script is paused. true:
 * nothing is left to do.
 */
bool script_take_key(struct script *script, const char *key, uint64_t now);
bool script_is_paused(const struct script *script);
void script_pause(struct script *script, uint64_t now);

/* The program was stopped: that time has not passed for the script. */
void script_skip_to(struct script *script, uint64_t now);

#endif
