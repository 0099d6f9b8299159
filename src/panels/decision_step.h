/*
 * The next event, up to the decision that is shown last. Until all decisions are shown, memory is
 * as it was before the event.
 */
#ifndef PANELS_DECISION_STEP_H
#define PANELS_DECISION_STEP_H

#include "canvas/canvas.h"
#include "story/narration.h"

struct decision_step {
	struct event event;
	struct effect effect;
	struct narration narration;
	struct decision_log log;
	unsigned shown; /* lines of why that are shown; at least one */
};

/*
 * Draws the call and the decisions so far, with the last one marked; where they do not all fit, the
 * last ones.
 */
void decision_step_draw(const struct decision_step *step, struct canvas *canvas, struct area area);

#endif
