#include "view/tour.h"

#include "view/view_state.h"

#include <string.h>

void tour_init(struct tour *tour, const struct view_config *config)
{
	tour->stops = config->tour;
	while (tour->stops && tour->stops[tour->count].words)
		tour->count++;
}

/* Shows what the stops before have changed as it was. */
static void tidy(struct view *view)
{
	if (view_is_focused(view, PANEL_INSPECT))
		view_zoom_out(view);
	view_share_screen(view);
	view_hide_comparison(view);
	view_follow_event(view, true);
}

/* Shows which blocks keep the arena that the fewest bytes keep. */
static void inspect_emptiest_arena(struct view *view)
{
	if (view_has_arenas(view))
		view_focus(view, panel_of(PANEL_ARENAS));
	view_inspect(view);
}

/* The position of `start`, `end` or a mark; the start where the trace has no such mark. */
static uint64_t find_place(const struct view *view, const char *name)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(player_trace(view->player), &marks);

	if (strcmp(name, "end") == 0)
		return player_length(view->player);
	for (size_t i = 0; i < count; i++)
		if (strcmp(marks[i].name, name) == 0)
			return view_mark_shown_at(view, &marks[i]);
	return 0;
}

/* Arrives at a stop at once, or begins to play there. */
static void go_to_stop(struct view *view, size_t at, bool plays)
{
	const struct view_stop *stop = &view->tour.stops[at];
	uint64_t to = find_place(view, stop->to);
	bool is_played = plays && stop->from;

	view->tour.at = at;
	view->tour.leave_at = 0;
	view_pause(view);
	tidy(view);
	view_go_to(view,
		&(struct target){.position = is_played ? find_place(view, stop->from) : to});
	view_finish_work(view);
	if (is_played)
		view_play_to(view, to, stop->seconds);
	if (stop->inspects && !view->playback.is_on)
		inspect_emptiest_arena(view);
	view_clear_message(view);
	view_want_refresh(view);
}

static void end_tour(struct view *view)
{
	view->tour.is_on = false;
	view_pause(view);
}

void view_start_tour(struct view *view)
{
	if (view->tour.count == 0) {
		view_say(view, "the tour is of the demo: arenascope demo");
		return;
	}
	view->tour.is_on = true;
	go_to_stop(view, 0, true);
}

bool view_take_tour_key(struct view *view, const char *key)
{
	struct tour *tour = &view->tour;
	bool is_next = strcmp(key, "Space") == 0 || strcmp(key, "PgDn") == 0,
	     is_back = strcmp(key, "Backspace") == 0 || strcmp(key, "PgUp") == 0;

	if (!tour->is_on)
		return false;
	if (is_next && view->playback.is_on) {
		go_to_stop(view, tour->at, false); /* it is on the way: arrives */
	} else if (is_next && tour->at + 1 < tour->count) {
		go_to_stop(view, tour->at + 1, true);
	} else if (is_next) {
		view_say(view, "this was the last stop; Esc ends the tour, g goes to the start");
	} else if (is_back) {
		go_to_stop(view, tour->at > 0 ? tour->at - 1 : 0, false);
	} else {
		end_tour(view);
		return strcmp(key, "Esc") == 0;
	}
	return true;
}

void view_continue_tour(struct view *view, uint64_t now)
{
	struct tour *tour = &view->tour;

	if (!tour->is_on || view->playback.is_on || tour->at + 1 == tour->count)
		return;
	if (tour->leave_at == 0)
		tour->leave_at = now + reading_time(tour->stops[tour->at].words);
	else if (now >= tour->leave_at)
		go_to_stop(view, tour->at + 1, true);
}

uint64_t view_until_next_stop(const struct view *view, uint64_t now)
{
	const struct tour *tour = &view->tour;

	if (!tour->is_on || view->playback.is_on || tour->at + 1 == tour->count)
		return UINT64_MAX;
	return tour->leave_at > now ? tour->leave_at - now : 0;
}
