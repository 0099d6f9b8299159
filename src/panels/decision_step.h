/*
 * The next event as far as its decisions are told: memory is as it was before it, until all of them
 * are.
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
	unsigned told; /* lines of why; at least one */
};

/*
 * The call, the decisions so far, the last one marked; where there is not room for all, the last
 * ones.
 */
void decision_step_draw(const struct decision_step *decided, struct canvas *canvas,
	struct area area);

#endif
