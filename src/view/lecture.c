#include "view/view_state.h"

#include "canvas/theme.h"

#include <string.h>

void lecture_init(struct lecture *lecture, const struct view_config *config)
{
	lecture->is_on = config->lecture;
	lecture->has_questions = true;
	lecture->theme_before = theme_find("neutral");
}

static const struct theme *projector_theme(const struct view *view)
{
	const char *name = theme_name(view->appearance.theme);

	return theme_find(strcmp(name, "light") == 0  ? "projector-light"
			  : strcmp(name, "mono") == 0 ? "mono"
						      : "projector-dark");
}

void view_toggle_lecture(struct view *view)
{
	view->lecture.is_on = !view->lecture.is_on;
	view_drop_question(view);
	if (view->lecture.is_on) {
		view->lecture.theme_before = view->appearance.theme;
		view_set_theme(view, projector_theme(view));
	} else {
		view_set_theme(view, view->lecture.theme_before);
	}
	view_share_screen(view);
	view_hide_comparison(view);
	view_want_refresh(view);
}

void view_toggle_quiz(struct view *view)
{
	view->lecture.has_questions = !view->lecture.has_questions;
	view_drop_question(view);
	view_say(view,
		view->lecture.has_questions ? "lecture: questions on" : "lecture: questions off");
}

bool view_ask_or_show(struct view *view)
{
	bool asked = view_is_asking(view);
	uint64_t number;

	if (!view_next_request(view, &number) || (!asked && !view->lecture.has_questions))
		return false;
	view_go_to(view, &(struct target){.position = asked ? number + 1 : number});
	if (asked)
		view_drop_question(view);
	else
		view_ask(view, number);
	return true;
}

/* The keys of a clicker go to the next caption; the answer to a question is shown first. */
void view_turn_page(struct view *view, bool back)
{
	view_pause(view);
	if (back && view->question.is_asked && view_is_asking(view)) {
		view_drop_question(view);
		return;
	}
	if (!view_is_asking(view))
		view_drop_question(view);
	if (!back && view_is_asking(view) && view_ask_or_show(view))
		return;
	view_run_to(view, (struct stop){STOP_NOTE, 0}, back, "caption");
}
