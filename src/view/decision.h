/*
 * The next event, as far as its decisions are shown. An engine takes an event as a whole and leaves
 * a list of what it decided: so the event is applied and taken back, and the list is shown line by
 * line over memory as it was before.
 */
#ifndef VIEW_DECISION_H
#define VIEW_DECISION_H

#include "panels/decision_step.h"

#include <stdint.h>

struct view;

struct decisions {
	struct decision_step step;
	uint64_t revision; /* shown as long as the player has this one, and a line is shown */
};

void decision_finish(struct decisions *decision);
bool view_shows_decision(const struct view *view);
/* NULL: whole events are shown. */
const struct decision_step *view_decision_step(const struct view *view);
/* Where the last decision that is shown was made; 0: nowhere. */
uint64_t view_decision_place(const struct view *view);

/* Shows the next event up to its first decision, or its last; false: it has none. */
bool view_begin_decisions(struct view *view, bool to_last);
/* Shows one more, or one less; false: there is none. The last one less leaves none shown. */
bool view_show_decision(struct view *view, bool back);

#endif
