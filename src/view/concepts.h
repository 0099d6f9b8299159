/* A page that covers the screen: where the concepts that words name are seen. */
#ifndef VIEW_CONCEPTS_H
#define VIEW_CONCEPTS_H

#include "view/help.h"

struct error;
struct view;

struct concept_page {
	char words[80]; /* that name them; none: all */
	struct help_scroll scroll;
};

/* No words: all of them. -1 and err: nothing is called so. */
int view_open_concepts(struct view *view, const char *words, struct error *err);

#endif
