/*
 * What the modules of a view share, and nobody else includes. A view owns the panels and all that a
 * person has set: what plays, what is chosen, breakpoints, marks, what is typed.
 *
 *	view        its life; what is on the screen is computed anew when the position has moved
 *	playing     time passes: play, pace, what is looked up while idle
 *	following   a trace that grows
 *	going       jumps, marks, `seek`
 *	stopping    breakpoints, runs
 *	deciding    the next event, one decision at a time
 *	finding     searches
 *	zooming     which panel is in front, and how close
 *	lecturing   captions and questions
 *	comparing   engines side by side
 *	acting      actions → those above, a table
 *	commands    typed lines → those above, a table
 *	overlay     what lies over the panels and has the keys: prompt, help, a question; each a
 *	            `const struct mode`
 *	mouse       clicks and the wheel
 *	status      the first line and the last
 *	frame       all of the screen
 */
#ifndef VIEW_VIEW_STATE_H
#define VIEW_VIEW_STATE_H

#include "base/arrays.h"
#include "base/text.h"
#include "panels/decision_step.h"
#include "panels/panel.h"
#include "player/player.h"
#include "view/layout.h"
#include "view/view.h"

struct comparison;
struct view;

#define SPEED_NORMAL  8.0
#define SURVEY_EVENTS 12000u             /* in one slice of looking ahead */
#define TICK          UINT64_C(16700000) /* nanoseconds between frames while playing */
#define SECOND        UINT64_C(1000000000)
#define PROMPT_MAX    200u

struct mode {
	bool (*key)(struct view *view, const char *key); /* false: quit the program */
	void (*draw)(struct view *view, struct canvas *canvas);
};

struct breakpoint {
	struct stop stop;
	char *words;
};

struct binding {
	char key[16];
	enum action action;
};

/* What was searched for last. */
struct search {
	char *words;                                                   /* NULL: nothing yet */
	bool (*matches)(struct view *view, const struct event *event); /* NULL: the stop does */
	uint64_t number;
	struct stop stop;
	/* of the view, when the sites were looked up */
	unsigned life;
	/* by their number: whether they have the words, as far as that is known */
	ARRAY(unsigned char) sites;
};

struct view {
	struct player *player; /* borrowed */
	struct panel *panels[PANELS_MAX];
	size_t npanels;
	struct layout layout;
	struct area footer; /* where it was drawn last */
	struct selection selection;
	const struct panel_ops *focused;
	const struct panel_ops *inspected_from; /* focused before the inspector */
	bool inspected_alone;
	/* shown in the largest place; NULL: the usual one */
	const struct panel_ops *main;
	bool alone;
	const struct theme *theme;
	const char *engine;            /* in words; NULL: the engines' names */
	const struct options *options; /* borrowed; NULL: engines cannot be compared */
	struct comparison *compare;    /* NULL: nothing was compared yet */
	bool comparing;                /* it has the screen */
	bool looks_ahead;              /* something on the screen is still looked up */
	bool lecture;
	unsigned life; /* see struct scene */
	bool quiz;     /* a lecture asks before it shows */
	bool asking;   /* it does, at this position */
	uint64_t asked_at;
	const struct theme *theme_before; /* the lecture */
	bool expert;
	enum color_by color_by;
	/* holds at its revision, and when something is told of it */
	struct decision_step decided;
	uint64_t decided_revision;

	bool playing;
	bool backwards;
	double speed;        /* events per second */
	double due;          /* part of an event that is due */
	uint64_t last_tick;  /* 0: none since playing began */
	uint64_t hold_until; /* a caption is being read */
	uint64_t applied;    /* events since the last frame, while playing */
	/* of one event and of a frame without events, in nanoseconds; 0: nobody has told */
	double event_cost;
	double frame_cost;
	bool words_stand; /* playing fast: panels that are read stay as they are in `stood` */
	uint64_t stands_since;
	struct canvas stood; /* the last frame that had all panels drawn, while playing fast */
	struct layout stood_layout;

	bool live; /* the trace may grow */
	/* the position goes on with its end */
	bool following;
	/* another trace has taken its place: on the way to `goal` in it */
	bool returning;
	uint64_t goal;
	uint64_t next_look;
	bool stops_program;
	bool (*renew)(void *renewer, struct player_config *ret_config); /* or NULL */
	void *renewer;
	/* the engine in words, since it is another than at the start */
	struct text renewed;

	uint64_t seen_revision;
	bool wants_refresh;
	bool stale;
	bool quit;
	struct event event;
	struct effect effect;
	const struct decision_log *log;
	bool has_event;

	uint64_t before_jump;
	ARRAY(struct breakpoint) breakpoints;
	ARRAY(uint64_t) marks;
	ARRAY(struct binding) bindings; /* of the person */
	struct search search;
	struct symbols *symbols;
	char *caption; /* of `say`, in the footer; NULL: none */
	enum view_script script;
	char message[200];
	bool message_is_bad;

	const struct mode *mode; /* NULL: the panels have the keys */
	bool no_mouse;           /* it is the terminal's */
	char prompt_sign;
	char prompt[PROMPT_MAX];
	ARRAY(char *) history;
	size_t history_at;
	int help_line;             /* the first that is shown */
	int help_rows, help_lines; /* as last drawn: shown, in all */
};

/* ---- view.c -------------------------------------------------------------------------------- */

/* In the footer. */
void view_say(struct view *view, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool view_has_arenas(const struct view *view);
struct panel *view_panel(const struct view *view, const struct panel_ops *ops);
struct scene view_scene(struct view *view);
/* panels compute what they show, at the end of the key, the command, the click or the tick */
void view_want_refresh(struct view *view);
/* computes it now, where that is wanted or the position has moved; once */
void view_settle(struct view *view);
/* something on the screen is looked up while idle */
bool view_wants_to_look(const struct view *view);

/* ---- playing.c ----------------------------------------------------------------------------- */

void view_pause(struct view *view);
void view_toggle_play(struct view *view);
void view_change_speed(struct view *view, double factor);
bool view_plays_fast(const struct view *view, uint64_t now);
void view_let_words_go(struct view *view); /* from now on every panel shows what is */

/* ---- following.c --------------------------------------------------------------------------- */

bool view_is_growing(const struct view *view); /* more may come */
/* all that the program did is there, if perhaps not taken yet */
bool view_is_complete(const struct view *view);
/* again and again: a complete one never changes */
bool view_looks_at_trace(const struct view *view);
void view_look_at_trace(struct view *view, uint64_t now);
/* on the way to the end that is followed, or back to where it was */
bool view_is_behind(const struct view *view);
void view_catch_up(struct view *view); /* a slice of that way */
void view_end_return(struct view *view);
const char *view_the_end(const struct view *view); /* in words */
void view_follow(struct view *view);

/* ---- move.c -------------------------------------------------------------------------------- */

/* Where to go, and how. */
struct target {
	uint64_t position;        /* past the end means the end */
	const struct stop *stops; /* not NULL: runs to the nearest of them instead; borrowed */
	size_t nstops;
	bool is_back; /* runs backwards */
	bool or_stay; /* where no stop matches, the position stays; otherwise it is start or end */
	bool is_jump; /* the key that returns from a jump comes back here */
};

/*
 * Moves, and leaves the trace's end if that was followed. Gives the index of the stop that matched,
 * or -1.
 */
int view_go_to(struct view *view, const struct target *target);
void view_jump(struct view *view, uint64_t position);
void view_step(struct view *view, bool back);
void view_return_from_jump(struct view *view);
void view_keep_origin(struct view *view); /* a jump begins that this module does not make */
/* The same for whoever had to move the player: side by side, all engines move in lock step. */
void view_arrive(struct view *view, uint64_t from, bool is_jump);

/* ---- going.c ------------------------------------------------------------------------------- */

void view_to_fault(struct view *view, bool back);
void view_to_peak(struct view *view);
void view_to_mark(struct view *view, bool back);
void view_set_mark(struct view *view);
void view_page(struct view *view, bool back);
int view_seek(struct view *view, const char *where, struct error *err);

/* ---- stopping.c ---------------------------------------------------------------------------- */

void view_run_to(struct view *view, struct stop stop, bool back, const char *what);
/* stays where there is none */
void view_find_stop(struct view *view, struct stop stop, bool back, const char *what);
void view_run_breakpoints(struct view *view, bool back);
void view_break_here(struct view *view);
void view_list_breakpoints(struct view *view);
int view_break(struct view *view, const char *condition, struct error *err);
int view_until(struct view *view, const char *condition, struct error *err);
int view_until_back(struct view *view, const char *condition, struct error *err);

/* ---- deciding.c ---------------------------------------------------------------------------- */

bool view_is_deciding(const struct view *view);
void view_look_at_decision(struct view *view);
void view_step_into(struct view *view, bool back);

/* ---- finding.c ----------------------------------------------------------------------------- */

void search_finish(struct search *search);
void view_find_again(struct view *view, bool back);
void view_find_same(struct view *view, bool back);
int view_search(struct view *view, const char *words, struct error *err);

/* ---- zooming.c ----------------------------------------------------------------------------- */

bool view_is_focused(const struct view *view, enum panel_id id);
void view_cycle_focus(struct view *view, bool back);
void view_toggle_alone(struct view *view);
void view_inspect(struct view *view);
void view_zoom_in(struct view *view);
void view_zoom_out(struct view *view);
void view_zoom_farther(struct view *view); /* out to the whole space */
int view_show(struct view *view, const char *panel, struct error *err);

/* ---- lecturing.c --------------------------------------------------------------------------- */

void view_toggle_lecture(struct view *view);
void view_toggle_quiz(struct view *view);
/* it ends in a question mark, and the answer comes next */
bool view_caption_asks(const struct view *view);
bool view_is_asking(const struct view *view);
bool view_ask_or_show(struct view *view); /* false: there is nothing to ask */
void view_turn_page(struct view *view, bool back);

/* ---- comparing.c --------------------------------------------------------------------------- */

int view_compare_with(struct view *view, const char *engines, struct error *err);
void view_toggle_compare(struct view *view);
void view_to_difference(struct view *view);

/* ---- acting.c, commands.c ------------------------------------------------------------------ */

void view_act(struct view *view, enum action action);

/* A command of the table by its line; -1 when it is wrong. */
int command_run(struct view *view, const char *line, struct error *err);
const char *command_name(size_t n); /* of the nth command or action; NULL behind the last */
void command_add_help(struct text *page);

/* ---- overlay.c ----------------------------------------------------------------------------- */

void view_open_prompt(struct view *view, char sign);
void view_open_help(struct view *view);
void view_quit(struct view *view); /* or asks, when that would end more */

/* ---- status.c ------------------------------------------------------------------------------ */

struct area footer_of(const struct canvas *canvas);
void view_draw_status(struct view *view, struct canvas *canvas);
void view_draw_footer(struct view *view, struct canvas *canvas);
int footer_rows(const struct view *view, struct canvas *canvas); /* more than one: a long caption */

#endif
