/* Keys to which the person has bound other actions. */
#ifndef VIEW_BINDINGS_H
#define VIEW_BINDINGS_H

#include "base/arrays.h"
#include "panels/action.h"

struct error;
struct view;

struct binding {
	char key[16];
	enum action action;
};

struct bindings {
	ARRAY(struct binding) list;
};

void bindings_finish(struct bindings *bindings);
int view_bind(struct view *view, const char *words, struct error *err); /* "K step-back" */
enum action view_action_of(const struct view *view, const char *key);

#endif
