/*
 * See view_state.h. Time comes from outside, as nanoseconds of some steady clock. While playing,
 * events that are due are applied; while idle, the survey and the panels look ahead, a slice at a
 * time, so that keys never wait.
 */
#include "view/view_state.h"

#include "panels/comparison/comparison.h"

#include <string.h>

#define TICK_EVENTS 60000u /* applied at most before the screen is shown again */
/* nanoseconds of the processor that a frame with its events may take */
#define FRAME_COST   750000.0
#define FRAME_EVENTS 500.0 /* applied however long a frame takes */
#define STEADY       8.0   /* frames over which costs are averaged */
/* events per second from which on there are several to a frame */
#define FAST    200.0
#define READING UINT64_C(125000000) /* nanoseconds that words stand then */

/* From now on every panel shows what is. */
void view_let_words_go(struct view *view)
{
	if (!view->words_stand)
		return;
	view->words_stand = false;
	view_want_refresh(view);
}

void view_pause(struct view *view)
{
	view->playing = false;
	view_let_words_go(view);
	view->looks_ahead = view_wants_to_look(view);
	view->stale = true;
}

void view_toggle_play(struct view *view)
{
	uint64_t position = player_position(view->player);
	bool followed = view->following && view_is_growing(view);

	view->stale = true;
	view->following = false;
	view->returning = false;
	if (followed) /* that was playing, too: now it pauses */
		return;
	view->playing = !view->playing;
	view->last_tick = 0;
	view->due = 0;
	view->hold_until = 0;
	if (view->playing && !view->backwards && position == player_length(view->player) &&
		!view_is_growing(view))
		view_go_to(view, &(struct target){.position = 0});
}

bool view_is_playing(const struct view *view)
{
	return view->playing;
}

struct view_moment view_hold(struct view *view)
{
	struct view_moment moment = {player_position(view->player), view->playing};

	view_pause(view);
	view_settle(view);
	return moment;
}

/* A script goes on where it was: the person has moved, and what they followed stays followed. */
void view_go_on(struct view *view, struct view_moment moment)
{
	if (player_position(view->player) != moment.position) {
		player_seek(view->player, moment.position);
		view_want_refresh(view);
	}
	view_settle(view);
	view->message[0] = '\0';
	view->playing = moment.playing;
	view->last_tick = 0;
	view->stale = true;
}

void view_change_speed(struct view *view, double factor)
{
	view->speed *= factor;
	if (view->speed < SPEED_MIN)
		view->speed = SPEED_MIN;
	if (view->speed > SPEED_MAX)
		view->speed = SPEED_MAX;
	view_say(view, "%g events per second", view->speed);
}

/* How long a caption stays: a second, and some for each word. */
static uint64_t reading_time(const char *words)
{
	return SECOND + (uint64_t)strlen(words) * SECOND / 18;
}

/* The number of events up to and with the next note, at most n. */
static uint64_t until_note(const struct view *view, uint64_t n)
{
	const struct trace_mark *notes;
	size_t count = trace_notes(player_trace(view->player), &notes);
	uint64_t here = player_position(view->player);

	for (size_t i = 0; i < count; i++)
		if (notes[i].position >= here)
			return notes[i].position + 1 - here < n ? notes[i].position + 1 - here : n;
	return n;
}

static void advance(struct view *view, uint64_t n, uint64_t now)
{
	uint64_t here = player_position(view->player);

	if (view->backwards) {
		player_seek(view->player, here > n ? here - n : 0);
		if (here <= n)
			view_pause(view);
		return;
	}
	if (player_advance(view->player, until_note(view, n)) == 0 && view_is_growing(view))
		return; /* it waits for what comes */
	struct event event;
	if (trace_get(player_trace(view->player), player_position(view->player) - 1, &event) &&
		event.kind == EVENT_NOTE) {
		view->hold_until =
			now + reading_time(trace_text(player_trace(view->player), event.text));
		view->due = 0;
		if (view->lecture)
			view_pause(view);
	}
	if (player_position(view->player) == player_length(view->player) &&
		!view_is_growing(view)) {
		view_pause(view);
		view_say(view, "the end");
	}
}

bool view_plays_fast(const struct view *view, uint64_t now)
{
	return view->playing && view->speed >= FAST && now >= view->hold_until &&
	       !view->comparing && !view->lecture;
}

/*
 * Sixty stories a second can only flicker. While playing fast, what is followed and the panels that
 * are read stand for a moment and then move on together, so that they speak of the same event; maps
 * and the timeline move with every frame.
 */
static void let_words_stand(struct view *view, uint64_t now)
{
	view->words_stand = view_plays_fast(view, now) && view->stood.cells &&
			    now - view->stands_since < READING;
}

static double averaged(double before, double cost)
{
	return before > 0 ? before + (cost - before) / STEADY : cost;
}

void view_tell_cost(struct view *view, uint64_t ticks, uint64_t frame)
{
	if (view->applied >= (uint64_t)FRAME_EVENTS)
		view->event_cost =
			averaged(view->event_cost, (double)ticks / (double)view->applied);
	view->frame_cost = averaged(view->frame_cost, (double)frame);
	view->applied = 0;
}

/* Events that a frame has time for. */
static double most_of_a_frame(const struct view *view)
{
	double room = FRAME_COST - view->frame_cost;

	if (view->event_cost == 0 || room > TICK_EVENTS * view->event_cost)
		return TICK_EVENTS;
	return room > FRAME_EVENTS * view->event_cost ? room / view->event_cost : FRAME_EVENTS;
}

static void play_on(struct view *view, uint64_t now)
{
	double most = most_of_a_frame(view);

	if (view->last_tick == 0 || now < view->hold_until) {
		view->last_tick = now;
		return;
	}
	uint64_t elapsed = now - view->last_tick;
	if (elapsed > SECOND / 4) /* it was stopped, or busy: that time is not caught up */
		elapsed = SECOND / 4;
	view->due += view->speed * (double)elapsed / (double)SECOND;
	view->last_tick = now;
	if (view->due > most)
		view->due = most;
	uint64_t n = (uint64_t)view->due;
	if (n > 0) {
		view->due -= (double)n;
		view->applied += n;
		advance(view, n, now);
		let_words_stand(view, now);
	}
}

/* What is on the screen is looked up further, a slice each; false: all of it is known. */
static bool look_ahead(struct view *view)
{
	struct scene scene = view_scene(view);
	bool goes_on = false;

	if (view->comparing) {
		goes_on = comparison_tick(view->compare);
		view->stale = true;
	}
	for (size_t i = 0; i < view->npanels && !view->comparing; i++) {
		struct panel *panel = view->panels[i];
		if (panel->shown && panel->ops->tick) {
			goes_on |= panel->ops->tick(panel, &scene);
			view->stale = true;
		}
	}
	return goes_on;
}

/* There is more of the trace to survey, and time for it: playing fast has all there is. */
static bool has_to_survey(const struct view *view, uint64_t now)
{
	return player_surveyed(view->player) < player_length(view->player) &&
	       !view_plays_fast(view, now);
}

void view_tick(struct view *view, uint64_t now)
{
	view_look_at_trace(view, now);
	view_settle(view);
	bool was_behind = view_is_behind(view);
	if (was_behind)
		view_catch_up(view);
	else if (view->playing && !view->returning)
		play_on(view, now);
	view_end_return(view);
	if (!view->playing)
		view->last_tick = 0;
	if (has_to_survey(view, now)) {
		if (!was_behind)
			player_survey(view->player, SURVEY_EVENTS);
		view_want_refresh(view);
	} else if (view->looks_ahead) {
		if (view->wants_refresh)
			view_settle(view);
		view->looks_ahead = look_ahead(view);
	}
	view_settle(view);
}

/* Until something has to be played; UINT64_MAX: never. */
static uint64_t until_due(const struct view *view, uint64_t now)
{
	if (!view->playing)
		return UINT64_MAX;
	double wait = (1 - view->due) / view->speed * (double)SECOND;
	if (view->hold_until > now)
		wait = (double)(view->hold_until - now);
	return wait < (double)TICK ? TICK : wait > (double)SECOND / 5 ? SECOND / 5 : (uint64_t)wait;
}

uint64_t view_next_tick(const struct view *view, uint64_t now)
{
	if (has_to_survey(view, now) || view_is_behind(view) || view->looks_ahead)
		return 0;
	uint64_t due = until_due(view, now);
	uint64_t look = !view_looks_at_trace(view) ? UINT64_MAX
			: view->next_look > now    ? view->next_look - now
						   : 0;
	return due < look ? due : look;
}
