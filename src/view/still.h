/*
 * Sixty sentences a second only flicker. While playing fast, the followed selection and the panels
 * that are read stay for a moment and then move on together, so that they describe the same event;
 * maps and the timeline change with every frame.
 */
#ifndef VIEW_STILL_H
#define VIEW_STILL_H

#include "canvas/canvas.h"
#include "view/layout.h"

#include <stdbool.h>
#include <stdint.h>

struct view;

struct still {
	bool is_on;     /* panels that are read stay as they are on the canvas */
	uint64_t since; /* when the canvas was drawn */
	/* the last frame that had all panels drawn while playing fast, and its layout */
	struct canvas canvas;
	struct layout layout;
};

void still_finish(struct still *still);
bool view_plays_fast(const struct view *view, uint64_t now);
void view_hold_still(struct view *view, uint64_t now); /* if it plays fast, for a moment */
void view_end_still(struct view *view);                /* shows the current state in every panel */
/* Whether a canvas has the size and layout of the still. */
bool view_still_fits(const struct view *view, const struct canvas *canvas);
void view_draw_still(const struct view *view, struct canvas *canvas, const struct area *area);
void view_keep_still(struct view *view, const struct canvas *canvas, uint64_t now);

#endif
