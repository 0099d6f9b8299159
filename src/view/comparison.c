/* See view_state.h.  What is drawn, and who is compared, is compare.h's matter. */
#include "view/view_state.h"

#include "base/error.h"
#include "base/options.h"
#include "panels/comparison/comparison.h"

#include <string.h>

int view_compare_with(struct view *view, const char *words, struct error *err)
{
	struct comparison *compare;

	if (!view->options)
		return error_set(err, "compare: there is nothing to compare with here");
	if (view_looks_at_trace(view))
		return error_set(err, "compare: only a complete trace; this one may still grow");
	if (comparison_new(&compare, view->player, view->options, words, err) < 0)
		return error_prefix(err, "compare");
	comparison_free(view->compare);
	view->compare = compare;
	view->comparing = true;
	view_want_refresh(view);
	return 0;
}

/* Whom one would set beside it: pymalloc the heap alone, a heap one that fits otherwise. */
static const char *usual_rival(const struct view *view)
{
	if (view_has_arenas(view) || !view->options)
		return "heap";
	return strcmp(options_text(view->options, "heap-fit"), "best") == 0 ? "heap:first"
									    : "heap:best";
}

void view_toggle_compare(struct view *view)
{
	struct error err;

	view->comparing = !view->comparing;
	if (view->comparing && !view->compare) {
		view->comparing = false;
		if (view_compare_with(view, usual_rival(view), &err) < 0)
			view_say(view, "%s", err.text);
	}
	view_want_refresh(view);
}

void view_to_difference(struct view *view)
{
	view_pause(view);
	if (!view->comparing) {
		view_say(view,
			"v shows two engines side by side; d then goes to where they differ");
		return;
	}
	uint64_t here = player_position(view->player);
	bool found = comparison_next(view->compare);
	view_arrive(view, here, true);
	if (!found)
		view_say(view, "no event ahead is answered differently: this is the end");
}
