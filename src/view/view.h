/*
 * What a person sees of a player, and what their keys do to it.  A view knows neither terminal nor
 * clock: a term hands it keys and times, and shows the canvas that view_draw() filled.  One thread,
 * no callbacks upward.
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
struct view;

/* Events per second. */
#define SPEED_MIN 0.125
#define SPEED_MAX 262144.0

struct view_config {
	bool lecture;
	double speed;       /* when playing, SPEED_MIN to SPEED_MAX; 0: a default */
	const char *engine; /* in words, for the status line, borrowed; NULL: the engines' names */
	/* that the player was made with, borrowed; NULL: nothing to compare with */
	const struct options *options;
	bool live;          /* the trace is followed: it may grow */
	bool following;     /* with live: begins at the end, and goes on with it */
	bool stops_program; /* with live: quitting ends what is recorded, so it asks */
	/*
	 * With live: how the trace is to be played, now that there is more of it; false: as before.
	 * The options are borrowed as long as the view lives. May be NULL.
	 */
	bool (*renew)(void *renewer, struct player_config *ret_config);
	void *renewer;
};

/* The player is borrowed; the view moves it. */
struct view *view_new(struct player *player, const struct view_config *config);
void view_free(struct view *view);

/* How roles look; a person changes it by key or command. */
struct theme;
const struct theme *view_theme(const struct view *view);
void view_set_theme(struct view *view, const struct theme *theme);

/* A key by name (action.h), or text typed into a prompt.  Gives false when the person has quit. */
bool view_key(struct view *view, const char *key);

enum mouse_kind { MOUSE_CLICK, MOUSE_DOUBLE, MOUSE_DRAG, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };
bool view_mouse(struct view *view, enum mouse_kind kind, int x, int y);

/* A person has said `quit`, by whatever way. */
bool view_has_quit(const struct view *view);

/* Something lies over the panels, and has the keys: a prompt, help, a question. */
bool view_has_overlay(const struct view *view);

/*
 * Whether clicks and the wheel are the view's, or the terminal's, which selects text by them; a
 * person switches.
 */
bool view_wants_mouse(const struct view *view);
void view_set_mouse(struct view *view, bool on);

/* Playing, to be gone on with later from where it was. */
struct view_moment {
	uint64_t position;
	bool playing;
};
bool view_is_playing(const struct view *view);
struct view_moment view_hold(struct view *view); /* pauses */
void view_go_on(struct view *view, struct view_moment moment);

/* What plays the view besides the person, for the footer. */
enum view_script { VIEW_SCRIPT_NONE, VIEW_SCRIPT_PLAYS, VIEW_SCRIPT_PAUSED };
void view_set_script(struct view *view, enum view_script script);

/*
 * One `:` command ("seek 1204", "break pool-full", "step"); the lecture files and scripts are lists
 * of these.
 */
int view_command(struct view *view, const char *command, struct error *err);

/*
 * Time has passed: plays on when playing, surveys ahead when idle.  now: nanoseconds of any steady
 * clock, injected so that tests need none.
 */
void view_tick(struct view *view, uint64_t now);

/* Nanoseconds until view_tick() wants to be called again; UINT64_MAX: only after a key. */
uint64_t view_next_tick(const struct view *view, uint64_t now);

/*
 * What a frame took of the processor, in nanoseconds: the ticks since the frame before, and drawing
 * and sending it. However fast it plays, no more events are applied to a frame than leave the
 * processor to others most of the time. Without it all that are due are applied.
 */
void view_tell_cost(struct view *view, uint64_t ticks, uint64_t frame);

/* Something changed since the last view_draw(). */
bool view_is_stale(const struct view *view);

/* Draws everything onto the canvas, whatever its size. */
void view_draw(struct view *view, struct canvas *canvas);

/*
 * Where a panel was drawn last: with the line of its title, without the sides of a frame. Or where
 * `status` or `footer` was. false: it is not on the screen.
 */
bool view_place(const struct view *view, const char *name, struct area *ret_area);

#endif
