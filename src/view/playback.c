#include "view/speed.h"
#include "view/view_state.h"

#include <string.h>

bool view_is_playing(const struct view *view)
{
	return view->playback.is_on;
}

void view_pause(struct view *view)
{
	view->playback.is_on = false;
	view->playback.goal = 0;
	view_end_still(view);
	view_consider_lookahead(view);
	view_mark_stale(view);
}

void view_toggle_play(struct view *view)
{
	uint64_t position = view_position(view);
	bool followed = view->growth.is_followed;

	view_mark_stale(view);
	view_stop_following(view);
	if (followed) { /* following counts as playing, so this pauses */
		if (!view_is_growing(view))
			view_say(view, "the program has ended; Space plays its trace");
		return;
	}
	view->playback.is_on = !view->playback.is_on;
	view->playback.last_tick = 0;
	view->playback.due = 0;
	view->playback.hold_until = 0;
	if (view->playback.is_on && !view->playback.is_backwards &&
		position == player_length(view->player) && !view_is_growing(view))
		view_go_to(view, &(struct target){.position = 0});
}

void view_play_to(struct view *view, uint64_t position, unsigned seconds)
{
	struct playback *playback = &view->playback;
	uint64_t here = player_position(view->player);

	view_stop_following(view);
	*playback = (struct playback){.is_on = position > here,
		.goal = position,
		.goal_speed = (double)(position - here) / (seconds ? seconds : 1)};
	view_mark_stale(view);
}

void view_resume(struct view *view, bool is_playing)
{
	view->playback.is_on = is_playing;
	view->playback.last_tick = 0;
	view_mark_stale(view);
}

void view_turn_round(struct view *view)
{
	view->playback.is_backwards = !view->playback.is_backwards;
	view_say(view, "playing %s", view->playback.is_backwards ? "backwards" : "forwards");
}

/* A second, and some for each word. */
uint64_t reading_time(const char *words)
{
	return SECOND + (uint64_t)strlen(words) * SECOND / 18;
}

/* The number of events up to and including the next note, at most n. */
static uint64_t until_note(const struct view *view, uint64_t n)
{
	const struct trace_mark *notes;
	size_t low = 0, high = trace_notes(player_trace(view->player), &notes), count = high;
	uint64_t here = player_position(view->player);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (notes[middle].position < here)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && notes[low].position + 1 - here < n ? notes[low].position + 1 - here
								 : n;
}

static void advance(struct view *view, uint64_t n, uint64_t now)
{
	uint64_t here = player_position(view->player);

	if (view->playback.is_backwards) {
		player_seek(view->player, here > n ? here - n : 0);
		if (here <= n)
			view_pause(view);
		return;
	}
	if (view->playback.goal) {
		player_advance(view->player,
			n < view->playback.goal - here ? n : view->playback.goal - here);
		if (player_position(view->player) == view->playback.goal)
			view_pause(view);
		return;
	}
	if (player_advance(view->player, until_note(view, n)) == 0 && view_is_growing(view))
		return; /* the trace may still grow */
	struct event event;
	if (trace_get(player_trace(view->player), player_position(view->player) - 1, &event) &&
		event.kind == EVENT_NOTE) {
		view->playback.hold_until =
			now + reading_time(trace_text(player_trace(view->player), event.text));
		view->playback.due = 0;
		if (view->lecture.is_on && !view->lecture.is_film)
			view_pause(view);
	}
	if (player_position(view->player) == player_length(view->player) &&
		!view_is_growing(view)) {
		view_pause(view);
		view_say(view, "the end");
	}
}

void view_play(struct view *view, uint64_t now)
{
	double most = view_affordable_events(view);

	if (view->playback.last_tick == 0 || now < view->playback.hold_until) {
		view->playback.last_tick = now;
		return;
	}
	uint64_t elapsed = now - view->playback.last_tick;
	if (elapsed > SECOND / 4) /* the program was stopped or busy, and does not catch up */
		elapsed = SECOND / 4;
	view->playback.due += view_speed(view) * (double)elapsed / (double)SECOND;
	view->playback.last_tick = now;
	if (view->playback.due > most)
		view->playback.due = most;
	uint64_t n = (uint64_t)view->playback.due;
	if (n > 0) {
		view->playback.due -= (double)n;
		view_count_events(view, n);
		advance(view, n, now);
		view_hold_still(view, now);
	}
}

void view_stop_clock(struct view *view)
{
	view->playback.last_tick = 0;
}

uint64_t view_until_due(const struct view *view, uint64_t now)
{
	if (!view->playback.is_on)
		return UINT64_MAX;
	double wait = (1 - view->playback.due) / view_speed(view) * (double)SECOND;
	if (view->playback.hold_until > now)
		wait = (double)(view->playback.hold_until - now);
	return wait < (double)TICK ? TICK : wait > (double)SECOND / 5 ? SECOND / 5 : (uint64_t)wait;
}

uint64_t view_time_left(const struct view *view)
{
	uint64_t position = player_position(view->player);
	uint64_t left =
		view->playback.is_backwards ? position : player_length(view->player) - position;
	double fastest = view_affordable_events(view) / (double)TICK * (double)SECOND;
	double speed = view_speed(view) < fastest ? view_speed(view) : fastest;

	return (uint64_t)((double)left / speed * (double)SECOND);
}
