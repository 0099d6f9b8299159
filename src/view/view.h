/*
 * The interface for one person: what they see of a player, and the effects of their keys. A view
 * knows neither a terminal nor a clock: a term passes keys and times to it, and shows the canvas
 * that view_draw() has filled. One thread, no callbacks upward.
 */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "canvas/canvas.h"
#include "panels/action.h"

#include <stdbool.h>
#include <stdint.h>

struct error;
struct options;
struct player;
struct player_config;
struct text;
struct view;

/* Events per second. */
#define SPEED_MIN 0.125
#define SPEED_MAX 1e9

/*
 * How fast a trace plays. Neither: the whole trace in a minute, a short one as slowly as a person
 * can follow.
 */
struct speed {
	double events;  /* per second, SPEED_MIN to SPEED_MAX; 0: by the time for all of it */
	uint64_t whole; /* nanoseconds for the whole trace */
};

/*
 * Reads "20", events per second, or "30s" or "1:30", the time for the whole trace. -1 and err: it
 * is neither.
 */
int speed_parse(const char *words, struct speed *ret_speed, struct error *err);

/* A place of a tour, and what is said there. */
struct view_stop {
	const char *words; /* NULL: this is after the last stop */
	const char *from;  /* plays from there, a mark, `start` or `end`; NULL: jumps */
	const char *to;    /* the place */
	unsigned seconds;  /* that playing there takes */
	bool inspects;     /* the inspector shows what keeps the emptiest arena */
};

struct view_config {
	bool lecture;
	bool is_picture; /* nobody presses keys: it names none, and has no speed */
	bool film; /* played by a script with times: laid out as a lecture, but nothing stops it */
	struct speed speed;
	/* in words, for the status line, borrowed; NULL: the names of the engines */
	const char *engine;
	/* those of the player, borrowed; NULL: engines cannot be compared */
	const struct options *options;
	bool opens_by_itself;         /* where there is most to tell, as opening.h says */
	const struct view_stop *tour; /* that a person can take, borrowed; NULL: none */
	const char *marks;            /* the file of a person's marks, borrowed; NULL: none */
	bool live;                    /* the trace may grow */
	bool following;               /* with live: begins at the end, and follows it */
	bool stops_program; /* with live: quitting ends the recorded program, so the view asks */
	/*
	 * With live, chooses again how the longer trace is played; false: as before. The options
	 * are borrowed as long as the view exists. May be NULL.
	 */
	bool (*renew)(void *renewer, struct player_config *ret_config);
	void *renewer;
};

/* The player is borrowed; the view moves it. */
struct view *view_new(struct player *player, const struct view_config *config);
void view_free(struct view *view);

/* The look of roles; a person changes it by key or command. */
struct theme;
const struct theme *view_theme(const struct view *view);
void view_set_theme(struct view *view, const struct theme *theme);
/* A theme for the terminal's background; a lecture shows the one for a hall of that kind. */
void view_suit_theme(struct view *view, const struct theme *theme);
void view_set_colors(struct view *view, int colors); /* that the terminal shows; 0: none */

/*
 * Handles a key, by name (action.h), or text typed into a prompt. Returns false when the person has
 * quit.
 */
bool view_key(struct view *view, const char *key);

enum mouse_kind { MOUSE_CLICK, MOUSE_DOUBLE, MOUSE_DRAG, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };
bool view_mouse(struct view *view, enum mouse_kind kind, int x, int y);

/*
 * Whether a jump, a run or a search is under way: view_tick() continues it, and the position may be
 * another until it has ended. Esc and Ctrl-C cancel it.
 */
bool view_is_busy(const struct view *view);

/* Works until nothing is under way, however long that takes. */
void view_finish_work(struct view *view);

/* Starts the tour. */
void view_start_tour(struct view *view);

/* The message in the footer, "" when there is none; borrowed until the next key or command. */
const char *view_message(const struct view *view);

/* Whether the person has quit, in any way. */
bool view_has_quit(const struct view *view);

bool view_is_at_end(const struct view *view); /* of the trace as far as it is known */

/* Whether a prompt, help, or a question covers the panels and has the keys. */
bool view_has_overlay(const struct view *view);

/*
 * Whether clicks and the wheel belong to the view; otherwise they are the terminal's, which selects
 * text by them. A person can switch.
 */
bool view_wants_mouse(const struct view *view);
void view_set_mouse(struct view *view, bool on);

/* A position and whether it plays, to be resumed later. */
struct view_moment {
	uint64_t position;
	bool playing;
};
bool view_is_playing(const struct view *view);
struct view_moment view_hold(struct view *view); /* pauses */
/* Goes back to the moment, and plays on if it did; the person may have moved meanwhile. */
void view_release(struct view *view, struct view_moment moment);

/* The script that plays the view besides the person, for the footer. */
enum view_script { VIEW_SCRIPT_NONE, VIEW_SCRIPT_PLAYS, VIEW_SCRIPT_PAUSED };
void view_set_script(struct view *view, enum view_script script);

/*
 * Runs one `:` command ("seek 1204", "break pool-full", "step"); lecture files and scripts are
 * lists of these. -1 and err: it is wrong.
 */
int view_command(struct view *view, const char *command, struct error *err);

/* Turns a page of a lecture's text that does not fit. false: there is none in this direction. */
bool view_turn_text(struct view *view, bool back);

/* The same as `:seek WHERE`, but err says only what is wrong. */
int view_go(struct view *view, const char *where, struct error *err);

/*
 * The first view_tick() may take seconds, since code of others is played with, which may not
 * return: what there is should be shown before.
 */
bool view_begins_slowly(const struct view *view);

/*
 * Call when time has passed: plays events that are due, surveys ahead when idle. now: nanoseconds
 * of any steady clock, passed in so that tests need none.
 */
void view_tick(struct view *view, uint64_t now);

/* Nanoseconds until view_tick() must be called again; UINT64_MAX: only after a key. */
uint64_t view_next_tick(const struct view *view, uint64_t now);

/*
 * Reports the processor time of a frame in nanoseconds: the ticks since the frame before, and
 * drawing and sending it. However fast the trace plays, a frame then applies no more events than
 * leave most of the processor to other programs. Without this call all events that are due are
 * applied.
 */
void view_report_cost(struct view *view, uint64_t ticks, uint64_t frame);

/* Whether something changed since the last view_draw(). */
bool view_is_stale(const struct view *view);

/* Draws everything onto the canvas, whatever its size. */
void view_draw(struct view *view, struct canvas *canvas);

/*
 * Appends a line of words for each change since the last call: for screen readers and logs. canvas:
 * the view has just been drawn on it.
 */
void view_tell_changes(struct view *view, const struct canvas *canvas, struct text *out);

/*
 * The line that a person types after `:` or `/`, which is the sign; NULL: none. Borrowed until the
 * next key.
 */
const char *view_typed(const struct view *view, char *ret_sign);

/* Appends where the view is, for a title: "demo, event 1204 of 19228". */
void view_describe(const struct view *view, struct text *words);

/*
 * The place where a panel was drawn last, with the line of its title. Names are those of panels,
 * `status` and `footer`. false: it is not on the screen.
 */
bool view_place(const struct view *view, const char *name, struct area *ret_area);

#endif
