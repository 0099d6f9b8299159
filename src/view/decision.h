/*
 * The next event, decision by decision. An engine applies an event as a whole and leaves a list of
 * its decisions: so the event is applied and undone, and the list is shown line by line over the
 * memory before it.
 */
#ifndef VIEW_DECISION_H
#define VIEW_DECISION_H

#include "panels/decision_step.h"

#include <stdint.h>

struct view;

struct decisions {
	struct decision_step step;
	/* revision of the player; the decisions are shown only while it has this one */
	uint64_t revision;
};

void decision_finish(struct decisions *decision);
bool view_shows_decision(const struct view *view);
/* NULL: whole events are shown. */
const struct decision_step *view_decision_step(const struct view *view);
/* The address that the last decision shown names; 0: none. */
uint64_t view_decision_place(const struct view *view);

/* Shows the next event up to its first decision, or all of them; false: it has none. */
bool view_begin_decisions(struct view *view, bool to_last);
/*
 * Shows one decision more, or one less; false: there is none. Going back from the first shows none.
 */
bool view_show_decision(struct view *view, bool back);

#endif
