/* A script that plays the view, and its caption. */
#ifndef VIEW_PRESENTATION_H
#define VIEW_PRESENTATION_H

#include "view/view.h"

struct presentation {
	enum view_script script;
	char *caption; /* in the footer; NULL: none */
};

void presentation_finish(struct presentation *presentation);
void view_show_caption(struct view *view, const char *words); /* "": removes it */

#endif
