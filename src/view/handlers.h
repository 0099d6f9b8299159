/* The handlers of actions. */
#ifndef VIEW_HANDLERS_H
#define VIEW_HANDLERS_H

#include "panels/action.h"

struct view;

void view_act(struct view *view, enum action action);

#endif
