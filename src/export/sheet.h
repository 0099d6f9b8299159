/*
 * A view that no person watches: a trace is played in it, and what it shows is drawn on a canvas of
 * any size, the whole screen or one panel. Pictures and pages are made of it.
 */
#ifndef EXPORT_SHEET_H
#define EXPORT_SHEET_H

#include "canvas/canvas.h"
#include "view/view.h"

struct error;
struct options;
struct player;
struct theme;
struct trace;

struct sheet_config {
	const char *engine;            /* borrowed */
	const struct options *options; /* values for the engine; borrowed */
	bool lecture;                  /* the layout of a lecture */
	const char *panel;             /* the name of the only panel; NULL: the whole screen */
	int width, height;             /* cells of what is shown */
	const struct theme *theme;     /* borrowed */
};

struct sheet;

/*
 * The trace is borrowed. -1 and err: the engine cannot play the trace, or there is no such panel,
 * or the panel has nothing to show of this engine.
 */
int sheet_new(struct sheet **ret_sheet, struct trace *trace, const struct sheet_config *config,
	struct error *err);
void sheet_free(struct sheet *sheet);

/* The player and the view; the view moves the player. */
struct player *sheet_player(const struct sheet *sheet);
struct view *sheet_view(const struct sheet *sheet);

/*
 * Runs a command of the viewer, and waits until everything that it began is done. -1 and err: it is
 * wrong.
 */
int sheet_command(struct sheet *sheet, const char *command, struct error *err);

/* Goes to a place; err is prefixed by the name of the option that said it. */
int sheet_seek(struct sheet *sheet, const char *where, const char *option, struct error *err);

/*
 * Turns to a page, from 1 on, of the text of a lecture that does not fit. -1 and err: there are not
 * as many.
 */
int sheet_turn(struct sheet *sheet, uint64_t page, const char *option, struct error *err);

/*
 * Draws what is shown now; it is in *ret_area of the canvas, which is borrowed until the next call.
 */
const struct canvas *sheet_draw(struct sheet *sheet, struct area *ret_area);

#endif
