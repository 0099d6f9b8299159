/*
 * The next event as far as its decisions are told: memory is as it was before it, until all of them are.
 */
#ifndef VIEW_DECIDED_H
#define VIEW_DECIDED_H

#include "view/canvas.h"
#include "view/narrate.h"

struct decided {
	struct event event;
	struct effect effect;
	struct narration narration;
	struct decision_log log;
	unsigned told;	/* lines of why; at least one */
};

/* The call, the decisions so far, the last one marked; where there is not room for all, the last ones. */
void decided_draw(const struct decided *decided, struct canvas *canvas, struct area area);

#endif
