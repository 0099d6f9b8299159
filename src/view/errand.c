#include "view/view_state.h"

#include <assert.h>
#include <stdio.h>

#define FIRST_EVENTS 1024u /* in each of the slices that come with the key */
#define FIRST_SLICES 8u
#define MOST_EVENTS  (1u << 20)

#define MILLISECOND UINT64_C(1000000)
#define PATIENCE    (150 * MILLISECOND) /* until the footer shows it */
#define PICTURE     (80 * MILLISECOND)  /* from one picture of its progress to the next */

void view_begin_errand(struct view *view, const struct errand_kind *kind, const char *what,
	uint64_t origin, uint64_t heading)
{
	struct errand *errand = &view->errand;
	unsigned slices = player_runs_code(view->player) ? 1 : FIRST_SLICES;

	*errand = (struct errand){.kind = kind,
		.origin = origin,
		.heading = heading,
		.slice = slice_of(view, FIRST_EVENTS)};
	snprintf(errand->what, sizeof(errand->what), "%s", what);
	if (origin == player_position(view->player))
		player_remember(view->player);
	errand->shows_first = view_awaits_first_frame(view);
	for (unsigned i = 0; i < slices && errand->kind == kind && !errand->shows_first; i++)
		kind->work(view, errand->slice);
	view_mark_stale(view);
}

void view_turn_errand(struct view *view, const struct errand_kind *kind)
{
	view->errand.kind = kind;
}

void view_end_errand(struct view *view)
{
	view->errand.kind = NULL;
	view_mark_stale(view);
}

bool view_is_busy(const struct view *view)
{
	return view->errand.kind;
}

bool view_does(const struct view *view, const struct errand_kind *kind)
{
	return view->errand.kind == kind;
}

void view_work(struct view *view, uint64_t now)
{
	struct errand *errand = &view->errand;
	const struct errand_kind *kind = errand->kind;
	uint64_t all;

	assert(kind);
	if (errand->last == 0) {
		errand->began = errand->drawn = now;
		kind->measure(view, &errand->done_before, &all);
	} else { /* ticks follow each other, so the time between two is what a slice takes */
		errand->slice = slice_after(errand->slice, now - errand->last, MOST_EVENTS);
	}
	errand->last = now;
	kind->work(view, errand->slice); /* which may end it */
	if (errand->kind && now - errand->drawn >= PICTURE) {
		errand->drawn = now;
		view_mark_stale(view);
	}
}

void view_cancel(struct view *view)
{
	if (!view_is_busy(view))
		return;
	view_end_errand(view);
	player_seek(view->player, view->errand.origin);
}

uint64_t view_heading(const struct view *view)
{
	return view_is_busy(view) ? view->errand.heading : player_position(view->player);
}

uint64_t view_abandon(struct view *view)
{
	uint64_t heading = view_heading(view);

	view_end_errand(view);
	return heading;
}

void view_finish_work(struct view *view)
{
	while (view_is_busy(view))
		view->errand.kind->work(view, MOST_EVENTS);
}

bool view_shows_errand(const struct view *view)
{
	const struct errand *errand = &view->errand;

	return errand->kind && (errand->shows_first || errand->last - errand->began >= PATIENCE);
}

void view_report_errand(const struct view *view, struct errand_report *ret_report)
{
	const struct errand *errand = &view->errand;
	struct errand_report report = {0};

	errand->kind->measure(view, &report.done, &report.all);
	double elapsed = (double)(errand->last - errand->began);
	if (elapsed > 0 && report.done > errand->done_before) {
		double of_one = elapsed / (double)(report.done - errand->done_before);
		report.rate = (uint64_t)(1e9 / of_one);
		report.left = (uint64_t)(of_one * (double)(report.all - report.done));
	}
	*ret_report = report;
}
