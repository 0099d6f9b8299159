/*
 * A viewer of a small trace, off the screen, for targets that talk to one. What a person can type
 * may write files: from the first viewer on, this process can only write below its folder, where
 * the system has landlock.
 */
#ifndef VIEWER_H
#define VIEWER_H

#include "canvas/canvas.h"
#include "player/player.h"
#include "view/view.h"

struct options;

struct viewer {
	struct options *options;
	struct trace *trace;
	struct player *player;
	struct view *view;
	struct canvas canvas;
	uint64_t now;
};

/* choice: of the engine. */
void viewer_init(struct viewer *viewer, unsigned choice);
void viewer_finish(struct viewer *viewer);
void viewer_draw(struct viewer *viewer);
/* Passes time, and lets the view work. */
void viewer_pass(struct viewer *viewer, uint64_t nanoseconds);

#endif
