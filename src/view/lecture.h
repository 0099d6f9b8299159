/* A lecture goes from caption to caption, and asks before it shows. */
#ifndef VIEW_LECTURE_H
#define VIEW_LECTURE_H

#include "panels/action.h"
#include "view/view.h"

struct lecture {
	bool is_on;
	bool has_questions;
	bool is_film; /* a script goes on by itself: no question, and playing passes captions */
	const struct theme *theme;        /* that it brought */
	const struct theme *theme_before; /* it returns to it when it ends */
};

void lecture_init(struct lecture *lecture, const struct view_config *config);
/* Whether the text of a lecture is on the screen. */
bool view_has_lecture_text(const struct view *view);
void view_toggle_lecture(struct view *view);
void view_toggle_quiz(struct view *view);
void view_turn_page(struct view *view, bool back);

/* Whether a panel that the person opened covers them, so that they would pass unseen. */
bool view_hides_captions(const struct view *view);

/* the keys of a clicker, and those that people try, turn the pages of a lecture; or ACTION_NONE */
enum action view_lecture_action(const struct view *view, const char *key);

#endif
