#include "view/view_state.h"

#include "base/error.h"
#include "base/options.h"
#include "panels/comparison/comparison.h"

#include <string.h>

void side_by_side_finish(struct side_by_side *side_by_side)
{
	comparison_free(side_by_side->comparison);
}

int view_compare_with(struct view *view, const char *words, struct error *err)
{
	struct comparison *compare;

	if (!view->simulation.options)
		return error_set(err, "compare: nothing to compare with here");
	if (view_checks_trace(view))
		return error_set(err,
			"compare: works on complete traces only; this one may still grow");
	if (comparison_new(&compare, view->player, view->simulation.options, words, err) < 0)
		return error_prefix(err, "compare");
	comparison_free(view->side_by_side.comparison);
	view->side_by_side.comparison = compare;
	view->side_by_side.is_shown = true;
	view_want_refresh(view);
	return 0;
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

void view_to_difference(struct view *view)
{
	view_pause(view);
	if (!view->side_by_side.is_shown) {
		view_say(view, "press v to compare two engines; then d jumps to where they differ");
		return;
	}
	view_go_to(view, &(struct target){.comparison = view->side_by_side.comparison,
				 .is_jump = true,
				 .arrived = say_whether_they_differ});
}
