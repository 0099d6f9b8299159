#include "view/question.h"
#include "view/view_state.h"

#include "canvas/theme.h"

#include <string.h>

void lecture_init(struct lecture *lecture, const struct view_config *config)
{
	lecture->is_on = config->lecture || config->film;
	lecture->is_film = config->film;
	lecture->has_questions = !config->film;
	lecture->theme_before = theme_find("neutral");
	lecture->theme = theme_for_lecture(lecture->theme_before);
}

bool view_has_lecture_text(const struct view *view)
{
	return view->lecture.is_on && !view->focus.main && !view->side_by_side.is_shown;
}

/* The lecture brings a theme, and takes it away unless the person has chosen another one. */
static void bring_theme(struct view *view, const struct theme *theme)
{
	view->lecture.theme_before = theme;
	view->lecture.theme = theme_for_lecture(theme);
	view_set_theme(view, view->lecture.theme);
}

void view_suit_theme(struct view *view, const struct theme *theme)
{
	if (view->lecture.is_on)
		bring_theme(view, theme);
	else
		view_set_theme(view, theme);
}

void view_toggle_lecture(struct view *view)
{
	struct lecture *lecture = &view->lecture;

	lecture->is_on = !lecture->is_on;
	if (lecture->is_on)
		bring_theme(view, view->appearance.theme);
	else if (view->appearance.theme == lecture->theme)
		view_set_theme(view, lecture->theme_before);
	view_share_screen(view);
	view_hide_comparison(view);
	view_want_refresh(view);
}

void view_toggle_quiz(struct view *view)
{
	view->lecture.has_questions = !view->lecture.has_questions;
	view_say(view,
		view->lecture.has_questions ? "lecture: questions on" : "lecture: questions off");
}

bool view_hides_captions(const struct view *view)
{
	return view->focus.main && !view->side_by_side.is_shown &&
	       !view_panel(view, panel_of(PANEL_EVENT))->shown;
}

bool view_turn_text(struct view *view, bool back)
{
	struct panel *panel = view_panel(view, panel_of(PANEL_LECTURE));
	struct scene scene = view_scene(view);

	return panel->shown &&
	       panel->ops->act(panel, &scene, back ? ACTION_PAGE_UP : ACTION_PAGE_DOWN).is_handled;
}

/* The keys of a clicker go to the next caption; the answer to a question is shown first. */
void view_turn_page(struct view *view, bool back)
{
	uint64_t number;

	view_pause(view);
	if (view_turn_text(view, back))
		return;
	if (!back && view_is_asking(view) && view_next_request(view, &number))
		view_go_to(view, &(struct target){.position = number + 1});
	else
		view_run_to(view, (struct stop){STOP_NOTE, 0}, back, "caption");
}

enum action view_lecture_action(const struct view *view, const char *key)
{
	static const char *const next[] = {"Space", "Enter", "Right"}, *const back[] = {"Left",
									       "Backspace"};
	/* from a panel that the person opened, Enter goes closer */
	bool turns = view->lecture.is_on && !view->playback.is_on && !view->focus.main;

	for (size_t i = 0; turns && i < sizeof(next) / sizeof(*next); i++)
		if (strcmp(key, next[i]) == 0)
			return ACTION_PAGE_DOWN;
	for (size_t i = 0; turns && i < sizeof(back) / sizeof(*back); i++)
		if (strcmp(key, back[i]) == 0)
			return ACTION_PAGE_UP;
	return ACTION_NONE;
}
