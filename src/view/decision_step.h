/* Moves by one decision of the next event. */
#ifndef VIEW_DECISION_STEP_H
#define VIEW_DECISION_STEP_H

#include <stdbool.h>

struct view;

void view_step_into(struct view *view, bool back);

#endif
