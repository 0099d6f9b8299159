/* A lecture goes from caption to caption, and asks before it shows. */
#ifndef VIEW_LECTURE_H
#define VIEW_LECTURE_H

#include "view/view.h"

struct lecture {
	bool is_on;
	bool has_questions;
	const struct theme *theme_before; /* the theme before the lecture */
};

void lecture_init(struct lecture *lecture, const struct view_config *config);
void view_toggle_lecture(struct view *view);
void view_toggle_quiz(struct view *view);
/* asks, or shows the answer; false: there is nothing to ask */
bool view_ask_or_show(struct view *view);
void view_turn_page(struct view *view, bool back);

#endif
