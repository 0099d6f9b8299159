#include "view/view_state.h"

#include "base/error.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "panels/comparison/comparison.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void side_by_side_finish(struct side_by_side *side_by_side)
{
	comparison_free(side_by_side->comparison);
}

/* Whether this view can have something beside; command: its name in messages. */
static int check_view(struct view *view, const char *command, struct error *err)
{
	if (!view->simulation.options)
		return error_set(err, "%s: nothing to compare with here", command);
	if (view_checks_trace(view))
		return error_set(err, "%s: works on complete traces only; this one may still grow",
			command);
	return 0;
}

static void show(struct view *view, struct comparison *compare)
{
	comparison_free(view->side_by_side.comparison);
	view->side_by_side.comparison = compare;
	view->side_by_side.is_shown = true;
	view_want_refresh(view);
}

int view_compare_with(struct view *view, const char *words, struct error *err)
{
	struct comparison *compare;

	if (check_view(view, "compare", err) < 0)
		return -1;
	if (comparison_new(&compare, view->player, view->simulation.options, words, err) < 0)
		return error_prefix(err, "compare");
	show(view, compare);
	return 0;
}

/* Cuts "by PACE", a word of its own, off the words; PACE_COUNT: they do not end so. */
static enum pace cut_pace(char *words)
{
	size_t length = strlen(words);

	for (enum pace pace = 0; pace < PACE_COUNT; pace++) {
		char end[24];
		size_t n = (size_t)snprintf(end, sizeof(end), "by %s", pace_names[pace]);
		if (n > length || strcmp(words + length - n, end) != 0)
			continue;
		char *by = words + length - n;
		if (by > words && by[-1] != ' ')
			continue;
		*(by > words ? by - 1 : by) = '\0';
		return pace;
	}
	return PACE_COUNT;
}

static int open_beside(struct view *view, const char *path, enum pace pace, struct error *err)
{
	struct trace *mine = player_trace(view->player), *other;
	struct comparison *compare;

	if (check_view(view, "beside", err) < 0)
		return -1;
	if (trace_open(&other, path, 0, err) < 0)
		return error_prefix(err, "beside");
	if (pace == PACE_COUNT)
		pace = pace_of(mine, other);
	if (comparison_new_beside(&compare, view->player, view->simulation.options, other, pace,
		    err) < 0)
		return error_prefix(err, "beside");
	show(view, compare);
	return 0;
}

int view_beside(struct view *view, const char *words, struct error *err)
{
	struct side_by_side *side = &view->side_by_side;
	char *path = xstrdup(words);
	enum pace pace = cut_pace(path);
	int result = 0;

	if (path[0])
		result = open_beside(view, path, pace, err);
	else if (pace == PACE_COUNT)
		result = error_set(err, "beside: name a trace, or by event, by time or by mark");
	else if (!side->comparison || !comparison_is_of_traces(side->comparison))
		result = error_set(err,
			"beside: there is no other trace yet; beside FILE opens one");
	else
		result = comparison_set_pace(side->comparison, pace, err) < 0
				 ? error_prefix(err, "beside")
				 : 0;
	view_want_refresh(view);
	free(path);
	return result;
}

bool view_is_beside(const struct view *view)
{
	return view->side_by_side.is_shown &&
	       comparison_is_of_traces(view->side_by_side.comparison);
}

/* The usual rival: for pymalloc the heap alone, for a heap one with another fit. */
static const char *usual_rival(const struct view *view)
{
	if (view_has_arenas(view) || !view->simulation.options)
		return "heap";
	return strcmp(options_text(view->simulation.options, "heap-fit"), "best") == 0
		       ? "heap:first"
		       : "heap:best";
}

void view_toggle_compare(struct view *view)
{
	struct error err;

	view->side_by_side.is_shown = !view->side_by_side.is_shown;
	if (view->side_by_side.is_shown && !view->side_by_side.comparison) {
		view->side_by_side.is_shown = false;
		if (view_compare_with(view, usual_rival(view), &err) < 0)
			view_say(view, "%s", err.text);
	}
	view_want_refresh(view);
}

void view_hide_comparison(struct view *view)
{
	view->side_by_side.is_shown = false;
	view_mark_stale(view);
}

static void say_whether_they_differ(struct view *view, int hit)
{
	if (hit < 0)
		view_say(view, "no further difference; stopped at the end");
}

static void say_whether_they_answer(struct view *view, int hit)
{
	if (hit < 0)
		view_say(view, "no further answer is different; stopped at the end");
}

/* From the end, where a lecture is when its last caption names a comparison. */
static bool go_to_first_difference(struct view *view, bool of_answers)
{
	uint64_t first = comparison_first(view->side_by_side.comparison,
		of_answers ? DIFFERENCE_ANSWER : DIFFERENCE_ANY);

	if (first == 0 || view_position(view) < player_length(view->player))
		return false;
	view_jump(view, first);
	view_say(view, "the first %s; ' goes back to the end",
		of_answers ? "different answer" : "difference");
	return true;
}

static void go_to_difference(struct view *view, bool of_answers)
{
	view_pause(view);
	if (!view->side_by_side.is_shown) {
		view_say(view, "press v to compare two engines; then d jumps to where they differ");
		return;
	}
	if (view_is_beside(view)) {
		view_say(view,
			"two traces: d compares the events of engines that play the same one");
		return;
	}
	if (!go_to_first_difference(view, of_answers))
		view_go_to(view, &(struct target){.comparison = view->side_by_side.comparison,
					 .is_about_answers = of_answers,
					 .is_jump = true,
					 .arrived = of_answers ? say_whether_they_answer
							       : say_whether_they_differ});
}

void view_to_difference(struct view *view)
{
	go_to_difference(view, false);
}

void view_to_different_answer(struct view *view)
{
	go_to_difference(view, true);
}
