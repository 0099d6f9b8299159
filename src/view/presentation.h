/* A script that plays the view, and its caption. */
#ifndef VIEW_PRESENTATION_H
#define VIEW_PRESENTATION_H

#include "view/view.h"

struct presentation {
	bool is_picture; /* nobody presses keys */
	enum view_script script;
	char *caption; /* in the footer; NULL: none */
};

void presentation_init(struct presentation *presentation, const struct view_config *config);
void presentation_finish(struct presentation *presentation);
void view_name_keys(struct view *view, bool on);              /* off: as in a picture */
void view_show_caption(struct view *view, const char *words); /* "": removes it */

#endif
