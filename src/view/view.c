/*
 * See view.h.  The view owns the panels and all that a person has set: what plays, what is chosen,
 * breakpoints, marks, what is typed. Keys become actions, actions and typed lines become commands;
 * both end in the tables below.
 *
 * Over the panels there may be one overlay: a prompt being typed, or a page of help.  Each is a
 * `const struct mode`.
 */
#include "view/view.h"

#include "arenascope/player.h"
#include "base/arrays.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/options.h"
#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "player/lineup.h"
#include "view/compare.h"
#include "view/help.h"
#include "view/layout.h"
#include "view/look.h"
#include "view/narrate.h"
#include "view/theme.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SPEED_NORMAL  8.0
#define TICK_EVENTS   60000u	/* applied at most before the screen is shown again */
#define CATCH_UP_EVENTS 30000u	/* the same, of a trace that is followed */
#define SURVEY_EVENTS 12000u	/* in one slice of looking ahead */
#define TICK	      UINT64_C(16700000)	/* nanoseconds between frames while playing */
#define FAST	      200.0	/* events per second from which on there are several to a frame */
#define READING	      UINT64_C(125000000)	/* nanoseconds that words stand then */
#define SECOND	      UINT64_C(1000000000)
#define LOOK	      UINT64_C(50000000)	/* nanoseconds between looks at a trace that grows */
#define PROMPT_MAX    200u
#define PAGE_EVENTS   20u
#define INSPECTOR_ROWS 14	/* of the largest place; where there are fewer, the inspector has the screen */

struct mode {
	bool (*key)(struct view *view, const char *key);	/* false: quit the program */
	void (*draw)(struct view *view, struct canvas *canvas);
};

struct breakpoint {
	struct stop stop;
	char *words;
};

struct binding {
	char key[16];
	enum action action;
};

struct view {
	struct player *player;	/* borrowed */
	struct panel *panels[PANELS_MAX];
	size_t npanels;
	struct layout layout;
	struct selection selection;
	const struct panel_ops *focused;
	const struct panel_ops *inspected_from;	/* focused before the inspector */
	bool inspected_alone;
	const struct panel_ops *main;	/* shown in the largest place; NULL: the usual one */
	bool alone;
	const struct theme *theme;
	const char *engine;	/* in words; NULL: the engines' names */
	const struct options *options;	/* borrowed; NULL: engines cannot be compared */
	struct compare *compare;	/* NULL: nothing was compared yet */
	bool comparing;	/* it has the screen */
	bool looks_ahead;	/* something on the screen is still looked up */
	bool lecture;
	unsigned life;	/* see struct scene */
	bool quiz;	/* a lecture asks before it shows */
	bool asking;	/* it does, at this position */
	uint64_t asked_at;
	const struct theme *theme_before;	/* the lecture */
	bool expert;
	int color_by;

	bool playing;
	bool backwards;
	double speed;	/* events per second */
	double due;	/* part of an event that is due */
	uint64_t last_tick;	/* 0: none since playing began */
	uint64_t hold_until;	/* a caption is being read */
	bool words_stand;	/* playing fast: panels that are read stay as they are in `stood` */
	uint64_t stands_since;
	struct canvas stood;	/* the last frame that had all panels drawn, while playing fast */
	struct layout stood_layout;

	bool live;	/* the trace may grow */
	bool following;	/* the position goes on with its end */
	bool returning;	/* another trace has taken its place: on the way to `goal` in it */
	uint64_t goal;
	uint64_t next_look;
	bool stops_program;
	bool (*renew)(void *renewer, struct player_config *ret_config);	/* or NULL */
	void *renewer;
	struct text renewed;	/* the engine in words, since it is another than at the start */

	uint64_t seen_revision;
	uint64_t seen_survey;
	bool stale;
	bool quit;
	struct event event;
	struct effect effect;
	const struct decision_log *log;
	bool has_event;

	uint64_t before_jump;
	ARRAY(struct breakpoint) breakpoints;
	ARRAY(uint64_t) marks;
	ARRAY(struct binding) bindings;	/* of the person */
	char *search;
	struct symbols *symbols;
	char message[200];
	bool message_is_bad;

	const struct mode *mode;	/* NULL: the panels have the keys */
	char prompt_sign;
	char prompt[PROMPT_MAX];
	ARRAY(char *) history;
	size_t history_at;
	int help_line;	/* the first that is shown */
	int help_rows, help_lines;	/* as last drawn: shown, in all */
};

static void say(struct view *view, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct view *view, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(view->message, sizeof(view->message), format, args);
	va_end(args);
	view->message_is_bad = false;
	view->stale = true;
}

/* ---- life ---------------------------------------------------------------------------------- */

static bool has_arenas(const struct view *view)
{
	return look_arenas(player_heap(view->player));
}

static bool is_asking(const struct view *view)
{
	return view->asking && view->asked_at == player_position(view->player);
}

static struct scene scene_of(struct view *view)
{
	return (struct scene){
		.player = view->player,
		.selection = &view->selection,
		.event = view->has_event ? &view->event : NULL,
		.effect = view->has_event ? &view->effect : NULL,
		.symbols = view->symbols,
		.log = view->has_event ? view->log : NULL,
		.life = view->life,
		.playing = view->playing,
		.lecture = view->lecture,
		.asking = is_asking(view),
		.speed = view->speed,
		.expert = view->expert,
		.marks = view->marks.items,
		.nmarks = view->marks.count,
		.color_by = view->color_by,
	};
}

static struct panel *panel_of(const struct view *view, const struct panel_ops *ops)
{
	for (size_t i = 0; i < view->npanels; i++)
		if (view->panels[i]->ops == ops)
			return view->panels[i];
	return NULL;
}

/* Whether something on the screen is looked up while nobody presses a key. */
static bool wants_to_look(const struct view *view)
{
	if (view->comparing)
		return compare_looks(view->compare);
	for (size_t i = 0; i < view->npanels; i++)
		if (view->panels[i]->shown && view->panels[i]->ops->tick)
			return !view->playing;
	return false;
}

/* The position has changed: panels compute what they show. */
static void refresh(struct view *view)
{
	view->has_event = player_last(view->player, &view->event, &view->effect, &view->log);
	struct scene scene = scene_of(view);
	if (!view->words_stand)
		look_follow(&scene);
	for (size_t i = 0; i < view->npanels; i++) {
		const struct panel_ops *ops = view->panels[i]->ops;
		if (view->words_stand && ops->is_read)
			continue;
		if (!ops->is_useful || ops->is_useful(&scene))
			ops->update(view->panels[i], &scene);
	}
	view->looks_ahead = wants_to_look(view);
	if (view->comparing)
		compare_update(view->compare, &scene);
	view->seen_revision = player_revision(view->player);
	view->stale = true;
}

struct view *view_new(struct player *player, const struct view_config *config)
{
	struct view *view = xcalloc(1, sizeof(*view));
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);

	view->player = player;
	view->symbols = symbols_new(player_trace(player));
	view->selection.follow = true;
	view->speed = config->speed > 0 ? config->speed : SPEED_NORMAL;
	view->lecture = config->lecture;
	view->quiz = true;
	view->theme_before = theme_find("neutral");
	view->engine = config->engine;
	view->options = config->options;
	view->live = config->live;
	view->following = config->live && config->following;
	view->stops_program = config->stops_program;
	view->renew = config->renew;
	view->renewer = config->renewer;
	view->theme = theme_find(config->lecture ? "projector-dark" : "neutral");
	for (size_t i = 0; i < count; i++) {
		struct panel *panel = xcalloc(1, panels[i]->state_size);
		panel->ops = panels[i];
		view->panels[view->npanels++] = panel;
	}
	view->focused = panel_find(has_arenas(view) ? "arenas" : "heap");
	view->inspected_from = view->focused;
	refresh(view);
	return view;
}

void view_free(struct view *view)
{
	if (!view)
		return;
	for (size_t i = 0; i < view->npanels; i++) {
		if (view->panels[i]->ops->finish)
			view->panels[i]->ops->finish(view->panels[i]);
		free(view->panels[i]);
	}
	for (size_t i = 0; i < view->breakpoints.count; i++)
		free(view->breakpoints.items[i].words);
	for (size_t i = 0; i < view->history.count; i++)
		free(view->history.items[i]);
	compare_free(view->compare);
	canvas_finish(&view->stood);
	symbols_free(view->symbols);
	array_finish(&view->breakpoints);
	array_finish(&view->history);
	array_finish(&view->bindings);
	array_finish(&view->marks);
	text_finish(&view->renewed);
	free(view->search);
	free(view);
}

const struct theme *view_theme(const struct view *view)
{
	return view->theme;
}

void view_set_theme(struct view *view, const struct theme *theme)
{
	view->theme = theme;
	view->stale = true;
}

/* ---- time ---------------------------------------------------------------------------------- */

/* From now on every panel shows what is. */
static void let_words_go(struct view *view)
{
	if (!view->words_stand)
		return;
	view->words_stand = false;
	refresh(view);
}

static void pause_play(struct view *view)
{
	view->playing = false;
	let_words_go(view);
	view->looks_ahead = wants_to_look(view);
	view->stale = true;
}

/* More may come. */
static bool is_growing(const struct view *view)
{
	return view->live && trace_is_growing(player_trace(view->player));
}

/* The program has ended, and what it was is all there, if perhaps not taken yet. */
static bool is_complete(const struct view *view)
{
	return trace_info(player_trace(view->player))->written == TRACE_COMPLETE;
}

static const char *the_end(const struct view *view)
{
	return is_growing(view) ? "the end so far" : "the end";
}

/* A person who moves has left what they followed. */
static void leave_if_moved(struct view *view, uint64_t before)
{
	if (player_position(view->player) == before)
		return;
	view->following = false;
	view->returning = false;
}

static void jump(struct view *view, uint64_t position)
{
	view->before_jump = player_position(view->player);
	player_seek(view->player, position);
}

static void run_stops(struct view *view, const struct stop *stops, size_t count, bool back, const char *what)
{
	bool done;

	view->before_jump = player_position(view->player);
	int hit = back ? player_run_back(view->player, stops, count)
		       : player_run(view->player, stops, count, 0, &done);
	if (hit < 0)
		say(view, "no %s %s: this is %s", what, back ? "before" : "ahead", back ? "the start" : the_end(view));
	else if (count > 1 || view->breakpoints.count > 0)
		say(view, "stopped at %s", what);
}

static void run_one(struct view *view, struct stop stop, bool back, const char *what)
{
	run_stops(view, &stop, 1, back, what);
}

static void run_breakpoints(struct view *view, bool back)
{
	size_t count = view->breakpoints.count;
	struct stop *stops = xcalloc(count, sizeof(*stops));

	if (count == 0) {
		say(view, "no breakpoints are set; for example  :break arena-mapped");
	} else {
		for (size_t i = 0; i < count; i++)
			stops[i] = view->breakpoints.items[i].stop;
		run_stops(view, stops, count, back, "a breakpoint");
	}
	free(stops);
}

/* Marks of the trace and the person's own, nearest in the direction. */
static bool find_mark(const struct view *view, bool back, uint64_t *ret_position)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(player_trace(view->player), &marks);
	uint64_t here = player_position(view->player);
	bool found = false;

	for (size_t i = 0; i < count + view->marks.count; i++) {
		uint64_t position = i < count ? marks[i].position + 1 : view->marks.items[i - count];
		bool is_ahead = back ? position < here : position > here;
		bool is_nearer = !found || (back ? position > *ret_position : position < *ret_position);
		if (is_ahead && is_nearer) {
			*ret_position = position;
			found = true;
		}
	}
	return found;
}

static void to_mark(struct view *view, bool back)
{
	uint64_t position = 0;

	if (find_mark(view, back, &position))
		jump(view, position);
	else
		say(view, "no mark %s", back ? "before" : "ahead");
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
			pause_play(view);
		return;
	}
	if (player_advance(view->player, until_note(view, n)) == 0 && is_growing(view))
		return;	/* it waits for what comes */
	struct event event;
	if (trace_get(player_trace(view->player), player_position(view->player) - 1, &event) &&
		event.kind == EVENT_NOTE) {
		view->hold_until = now + reading_time(trace_text(player_trace(view->player), event.text));
		view->due = 0;
		if (view->lecture)
			pause_play(view);
	}
	if (player_position(view->player) == player_length(view->player) && !is_growing(view)) {
		pause_play(view);
		say(view, "the end");
	}
}

static bool plays_fast(const struct view *view, uint64_t now)
{
	return view->playing && view->speed >= FAST && now >= view->hold_until && !view->comparing && !view->lecture;
}

/*
 * Sixty stories a second can only flicker.  While playing fast, what is followed and the panels that are read stand
 * for a moment and then move on together, so that they speak of the same event; maps and the timeline move with every
 * frame.
 */
static void let_words_stand(struct view *view, uint64_t now)
{
	view->words_stand = plays_fast(view, now) && view->stood.cells && now - view->stands_since < READING;
}

static void play_on(struct view *view, uint64_t now)
{
	if (view->last_tick == 0 || now < view->hold_until) {
		view->last_tick = now;
		return;
	}
	uint64_t elapsed = now - view->last_tick;
	if (elapsed > SECOND / 4)	/* it was stopped, or busy: that time is not caught up */
		elapsed = SECOND / 4;
	view->due += view->speed * (double)elapsed / (double)SECOND;
	view->last_tick = now;
	if (view->due > TICK_EVENTS)
		view->due = TICK_EVENTS;
	uint64_t n = (uint64_t)view->due;
	if (n > 0) {
		view->due -= (double)n;
		advance(view, n, now);
		let_words_stand(view, now);
	}
}

/* ---- a trace that grows ---------------------------------------------------------------------- */

/* Whether the trace is looked at again: a complete one never changes. */
static bool looks(const struct view *view)
{
	return view->live && (!is_complete(view) || is_growing(view));
}

/* What panels remember was of another trace, or of another engine. */
static void forget_in_panels(struct view *view)
{
	for (size_t i = 0; i < view->npanels; i++) {
		struct panel *panel = view->panels[i];
		const struct panel before = *panel;
		if (before.ops->finish)
			before.ops->finish(panel);
		memset(panel, 0, before.ops->state_size);
		*panel = before;
	}
}

/* From the start of what is played otherwise now, back to where this was. */
static void return_to(struct view *view, uint64_t position)
{
	view->goal = view->returning ? view->goal : position;
	view->returning = true;
	view->words_stand = false;
	forget_in_panels(view);
}

/* Now that there is more of the trace it may say more of how it is to be played: which Python, its arenas. */
static void renew(struct view *view)
{
	uint64_t before = player_position(view->player);
	struct player_config config;
	struct error err;

	if (!view->renew || !view->renew(view->renewer, &config))
		return;
	if (player_renew(view->player, &config, &err) < 0) {
		say(view, "%s", err.text);
		return;
	}
	view->life++;
	view->options = config.options;
	text_clear(&view->renewed);
	if (config.options)
		rival_name(player_heap(view->player), config.options, &view->renewed);
	view->engine = config.options ? text_of(&view->renewed) : NULL;
	return_to(view, before);
}

static void look(struct view *view, uint64_t now)
{
	uint64_t before = player_position(view->player);
	bool was_growing = is_growing(view);
	enum trace_news news;
	struct error err;

	if (!looks(view) || now < view->next_look)
		return;
	int result = player_refresh(view->player, &news, &err);
	view->next_look = now + (news == TRACE_AS_BEFORE ? LOOK : TICK);
	if (result < 0) {
		view->live = false;
		view->following = false;
		say(view, "%s", err.text);
		view->message_is_bad = true;
	}
	if (news == TRACE_REPLACED) {
		symbols_free(view->symbols);
		view->symbols = symbols_new(player_trace(view->player));
		return_to(view, before);
	}
	view->life += news == TRACE_REPLACED;
	if (news != TRACE_AS_BEFORE)
		renew(view);
	if (news != TRACE_AS_BEFORE || was_growing != is_growing(view))
		refresh(view);
}

/* Where the position is to go by itself, as far as there is something by now. */
static uint64_t goal_of(const struct view *view)
{
	uint64_t length = player_length(view->player);

	if (view->following)
		return length;
	if (view->returning)
		return view->goal < length ? view->goal : length;
	return player_position(view->player);
}

static bool is_behind(const struct view *view)
{
	return player_position(view->player) < goal_of(view);
}

/*
 * Towards the end of what is followed, or back to where a replaced trace was shown; in slices.  Where the survey has
 * not been yet it goes first, and the position goes on from the checkpoints it leaves: so all is played once.
 */
static void catch_up(struct view *view)
{
	uint64_t here = player_position(view->player), goal = goal_of(view);

	if (player_surveyed(view->player) < goal) {
		player_survey(view->player, CATCH_UP_EVENTS);
		uint64_t surveyed = player_surveyed(view->player);
		goal = surveyed < here ? here : surveyed < goal ? surveyed : goal;
	}
	player_approach(view->player, goal, CATCH_UP_EVENTS);
}

/* It has come back, or there is nothing more to come back to. */
static void end_return(struct view *view)
{
	if (view->returning && !is_behind(view) &&
		(player_position(view->player) >= view->goal || !is_growing(view)))
		view->returning = false;
}

static void follow(struct view *view)
{
	if (!view->live) {
		say(view, "this trace does not grow; play --follow watches one that does");
		return;
	}
	pause_play(view);
	if (player_position(view->player) != player_length(view->player))
		view->before_jump = player_position(view->player);
	view->following = true;
	catch_up(view);
}

/* What is on the screen is looked up further, a slice each; false: all of it is known. */
static bool look_ahead(struct view *view)
{
	struct scene scene = scene_of(view);
	bool goes_on = false;

	if (view->comparing) {
		goes_on = compare_tick(view->compare);
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

void view_tick(struct view *view, uint64_t now)
{
	look(view, now);
	bool was_behind = is_behind(view);
	if (was_behind)
		catch_up(view);
	else if (view->playing && !view->returning)
		play_on(view, now);
	end_return(view);
	if (!view->playing)
		view->last_tick = 0;
	if (player_surveyed(view->player) < player_length(view->player)) {
		if (!was_behind)
			player_survey(view->player, SURVEY_EVENTS);
		view->seen_survey = player_surveyed(view->player);
		refresh(view);
	} else if (view->looks_ahead) {
		view->looks_ahead = look_ahead(view);
	}
	if (player_revision(view->player) != view->seen_revision)
		refresh(view);
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
	if (player_surveyed(view->player) < player_length(view->player) || is_behind(view) ||
		view->looks_ahead)
		return 0;
	uint64_t due = until_due(view, now);
	uint64_t look = !looks(view) ? UINT64_MAX : view->next_look > now ? view->next_look - now : 0;
	return due < look ? due : look;
}

/* ---- finding ------------------------------------------------------------------------------- */

static bool event_has_words(const struct view *view, const struct event *event, const char *words)
{
	char call[100];

	if (event->kind == EVENT_NOTE || event->kind == EVENT_MARK)
		return strcasestr(trace_text(player_trace(view->player), event->text), words);
	return strcasestr(name_call(event, call, sizeof(call)), words);
}

static bool is_of_object(const struct view *view, const struct event *event, const char *words)
{
	(void)words;
	return event->object == view->event.object;
}

/* The nearest event in the direction that matches; goes there. */
static void find_event(struct view *view, bool back,
	bool (*matches)(const struct view *view, const struct event *event, const char *words), const char *words)
{
	uint64_t here = player_position(view->player);
	uint64_t length = player_length(view->player);
	struct event event;

	/* The event last applied is number here - 1; the one before it is number here - 2. */
	for (uint64_t i = back ? here - 1 : here; back ? i-- > 0 : i < length; i += back ? 0 : 1)
		if (trace_get(player_trace(view->player), i, &event) && matches(view, &event, words)) {
			jump(view, i + 1);
			return;
		}
	say(view, "not found %s: %s", back ? "before" : "ahead", words);
}

static void find_again(struct view *view, bool back)
{
	if (!view->search)
		say(view, "nothing was searched for yet; / searches");
	else if (!back || player_position(view->player) > 0)
		find_event(view, back, event_has_words, view->search);
}

static void find_same(struct view *view, bool back)
{
	char words[40];

	if (!view->has_event || view->event.object == OBJECT_NONE) {
		say(view, "this event is of no object");
		return;
	}
	snprintf(words, sizeof(words), "object %" PRIu32, view->event.object);
	find_event(view, back, is_of_object, words);
}

/* ---- lectures ------------------------------------------------------------------------------- */

static void toggle_lecture(struct view *view)
{
	view->lecture = !view->lecture;
	view->asking = false;
	if (view->lecture) {
		view->theme_before = view->theme;
		view->theme = theme_find(strcmp(theme_name(view->theme), "light") == 0 ? "projector-light"
			: strcmp(theme_name(view->theme), "mono") == 0		       ? "mono"
											: "projector-dark");
	} else {
		view->theme = view->theme_before;
	}
	view->main = NULL;
	view->alone = view->comparing = false;
	refresh(view);
}

/* The request that comes next, marks passed over; false where a caption comes first, or the end. */
static bool next_request(const struct view *view, uint64_t *ret_number)
{
	uint64_t number = player_position(view->player);
	struct event event;

	while (trace_get(player_trace(view->player), number, &event) && event.kind == EVENT_MARK)
		number++;
	*ret_number = number;
	return number < player_length(view->player) && event.kind != EVENT_NOTE;
}

/* Whether nothing has happened since the caption. */
static bool is_at_caption(const struct view *view)
{
	uint64_t position = player_position(view->player);
	struct event event;

	while (position > 0 && trace_get(player_trace(view->player), position - 1, &event) && event.kind == EVENT_MARK)
		position--;
	return position == 0 || event.kind == EVENT_NOTE;
}

/* Asks what the next event will do, or shows it when it was asked; false: there is nothing to ask. */
static bool ask_or_show(struct view *view)
{
	uint64_t number;

	if (is_asking(view)) {
		view->asking = false;
		player_step(view->player);
		return true;
	}
	if (!view->quiz || !next_request(view, &number))
		return false;
	player_seek(view->player, number);
	view->asking = true;
	view->asked_at = number;
	return true;
}

/* A clicker's keys: to the next caption, but what comes right after one is asked and shown first. */
static void turn_page(struct view *view, bool back)
{
	pause_play(view);
	if (back && is_asking(view)) {
		view->asking = false;
		return;
	}
	if (!back && (is_asking(view) || is_at_caption(view)) && ask_or_show(view))
		return;
	run_one(view, (struct stop){STOP_NOTE, 0}, back, "caption");
}

/* ---- side by side -------------------------------------------------------------------------- */

static int compare_with(struct view *view, const char *words, struct error *err)
{
	struct compare *compare;

	if (!view->options)
		return error_set(err, "compare: there is nothing to compare with here");
	if (looks(view))
		return error_set(err, "compare: only a complete trace; this one may still grow");
	if (compare_new(&compare, view->player, view->options, words, err) < 0)
		return error_prefix(err, "compare");
	compare_free(view->compare);
	view->compare = compare;
	view->comparing = true;
	refresh(view);
	return 0;
}

/* Whom one would set beside it: pymalloc the heap alone, a heap one that fits otherwise. */
static const char *usual_rival(const struct view *view)
{
	if (has_arenas(view) || !view->options)
		return "heap";
	return strcmp(options_text(view->options, "heap-fit"), "best") == 0 ? "heap:first" : "heap:best";
}

static void toggle_compare(struct view *view)
{
	struct error err;

	view->comparing = !view->comparing;
	if (view->comparing && !view->compare) {
		view->comparing = false;
		if (compare_with(view, usual_rival(view), &err) < 0)
			say(view, "%s", err.text);
	}
	refresh(view);
}

static void to_difference(struct view *view)
{
	if (!view->comparing) {
		say(view, "v shows two engines side by side; d then goes to where they differ");
		return;
	}
	view->before_jump = player_position(view->player);
	if (!compare_next(view->compare))
		say(view, "no event ahead is answered differently: this is the end");
}

/* ---- actions ------------------------------------------------------------------------------- */

static void open_prompt(struct view *view, char sign);
static void open_help(struct view *view);
static void quit(struct view *view);

static void toggle_play(struct view *view)
{
	uint64_t position = player_position(view->player);
	bool followed = view->following && is_growing(view);

	view->stale = true;
	view->following = false;
	view->returning = false;
	if (followed)	/* that was playing, too: now it pauses */
		return;
	view->playing = !view->playing;
	view->last_tick = 0;
	view->due = 0;
	view->hold_until = 0;
	if (view->playing && !view->backwards && position == player_length(view->player) && !is_growing(view))
		player_seek(view->player, 0);
}

static void change_speed(struct view *view, double factor)
{
	view->speed *= factor;
	if (view->speed < SPEED_MIN)
		view->speed = SPEED_MIN;
	if (view->speed > SPEED_MAX)
		view->speed = SPEED_MAX;
	say(view, "%g events per second", view->speed);
}

static void set_mark(struct view *view)
{
	uint64_t here = player_position(view->player);

	for (size_t i = 0; i < view->marks.count; i++)
		if (view->marks.items[i] == here) {
			view->marks.items[i] = view->marks.items[--view->marks.count];
			say(view, "mark cleared");
			return;
		}
	*array_push(&view->marks) = here;
	say(view, "mark set; ] and [ come back to it");
}

static void focus(struct view *view, const char *name)
{
	const struct panel_ops *panel = panel_find(name);
	struct scene scene = scene_of(view);

	if (panel->is_useful && !panel->is_useful(&scene)) {
		say(view, "this allocator has no %s", panel->title);
		return;
	}
	view->focused = panel;
	view->main = panel;
	view->comparing = false;
	view->stale = true;
}

static void cycle_focus(struct view *view, int by)
{
	size_t count = view->layout.count, at = 0;

	while (at < count && view->layout.places[at].panel != view->focused)
		at++;
	if (count == 0)
		return;
	view->focused = view->layout.places[(at + count + (size_t)by) % count].panel;
	if (view->alone)
		view->main = view->focused;
	view->stale = true;
}

static void act(struct view *view, enum action action);

static void add_breakpoint(struct view *view, const struct stop *stop, const char *words)
{
	*array_push(&view->breakpoints) = (struct breakpoint){*stop, xstrdup(words)};
	say(view, "breakpoint %zu: %s; c runs to it, r back", view->breakpoints.count, words);
}

static void break_here(struct view *view)
{
	struct stop stop = {STOP_OBJECT, view->event.object};
	char words[40];

	if (!view->has_event || view->event.object == OBJECT_NONE) {
		say(view, "this event is of no object; :break takes other conditions");
		return;
	}
	snprintf(words, sizeof(words), "object %" PRIu32, view->event.object);
	add_breakpoint(view, &stop, words);
}

static void list_breakpoints(struct view *view)
{
	struct text all = {0};

	for (size_t i = 0; i < view->breakpoints.count; i++)
		text_add(&all, "%s%s", i ? ", " : "", view->breakpoints.items[i].words);
	say(view, "breakpoints: %s", all.length ? text_of(&all) : "none (:break arena-mapped sets one)");
	text_finish(&all);
}

static void set_color_by(struct view *view)
{
	static const char *const names[] = {"state", "class"};

	view->color_by = (view->color_by + 1) % 2;
	say(view, "maps coloured by %s", names[view->color_by]);
}

static bool is_focused(const struct view *view, const char *name)
{
	return strcmp(view->focused->name, name) == 0;
}

/* The inspector takes the place of the panel in which something was chosen. */
static void inspect(struct view *view)
{
	if (is_focused(view, "inspect"))
		return;
	view->selection.level = is_focused(view, "arenas") ? INSPECT_ARENA : INSPECT_BLOCK;
	view->inspected_from = view->focused;
	view->inspected_alone = view->alone;
	focus(view, "inspect");
	if (view->layout.count > 0 && view->layout.places[0].area.height < INSPECTOR_ROWS)
		view->alone = true;
	refresh(view);
}

/* From the whole space into what is chosen there: its arenas, or the heap. */
static void enter_region(struct view *view)
{
	const struct engine *engine = look_arenas(player_heap(view->player));
	struct region region;
	size_t at;
	bool is_arena = engine && engine_region_at(engine, view->selection.address, &at, &region);

	focus(view, is_arena || !look_heap(player_heap(view->player)) ? "arenas" : "heap");
	refresh(view);
}

/* The whole space is the farthest. */
static void farther(struct view *view)
{
	if (view->comparing || is_focused(view, "pool") || is_focused(view, "inspect"))
		act(view, ACTION_ZOOM_OUT);
	else if (is_focused(view, "space"))
		say(view, "this is all there is");
	else
		focus(view, "space");
}

/* All arenas → all arenas alone → one pool alone → one block; the heap → the heap alone → one block. */
static void zoom_in(struct view *view)
{
	if (view->comparing)
		return;
	if (is_focused(view, "space")) {
		enter_region(view);
		return;
	}
	if (view->alone && is_focused(view, "arenas")) {
		view->focused = panel_find("pool");
	} else if (view->alone && (is_focused(view, "pool") || is_focused(view, "heap"))) {
		inspect(view);
		return;
	}
	view->alone = true;
	view->main = view->focused;
	view->stale = true;
}

static void zoom_out(struct view *view)
{
	if (view->comparing) {
		toggle_compare(view);
		return;
	}
	bool from_pool = view->alone && is_focused(view, "pool");
	bool from_inspector = is_focused(view, "inspect");

	if (from_inspector) {
		view->focused = view->inspected_from;
		view->alone = view->inspected_alone;
		view->main = view->alone ? view->focused : NULL;
		refresh(view);
		return;
	}
	if (from_pool || is_focused(view, "space"))
		view->focused = panel_find(has_arenas(view) ? "arenas" : "heap");
	view->alone = from_pool;
	view->main = from_pool ? view->focused : NULL;
	view->selection.follow = true;
	refresh(view);
}

static void page(struct view *view, bool back)
{
	uint64_t here = player_position(view->player);

	if (back)
		jump(view, here > PAGE_EVENTS ? here - PAGE_EVENTS : 0);
	else
		jump(view, here + PAGE_EVENTS);
}

/* Everything that is no matter of the focused panel. */
static void do_action(struct view *view, enum action action)
{
	switch (action) {
	case ACTION_NONE:
	case ACTION_COUNT:
		break;
	case ACTION_PLAY: toggle_play(view); break;
	case ACTION_STEP: pause_play(view); player_step(view->player); break;
	case ACTION_STEP_BACK: pause_play(view); player_step_back(view->player); break;
	case ACTION_STRUCTURE: run_one(view, (struct stop){STOP_STRUCTURE, 0}, false, "structural event"); break;
	case ACTION_STRUCTURE_BACK: run_one(view, (struct stop){STOP_STRUCTURE, 0}, true, "structural event"); break;
	case ACTION_MARK_NEXT: to_mark(view, false); break;
	case ACTION_MARK_PREVIOUS: to_mark(view, true); break;
	case ACTION_RUN: run_breakpoints(view, false); break;
	case ACTION_RUN_BACK: run_breakpoints(view, true); break;
	case ACTION_REVERSE:
		view->backwards = !view->backwards;
		say(view, "plays %s", view->backwards ? "backwards" : "forwards");
		break;
	case ACTION_FASTER: change_speed(view, 2); break;
	case ACTION_SLOWER: change_speed(view, 0.5); break;
	case ACTION_NORMAL_SPEED: change_speed(view, SPEED_NORMAL / view->speed); break;
	case ACTION_START: jump(view, 0); break;
	case ACTION_END: jump(view, player_length(view->player)); break;
	case ACTION_PERCENT_0: case ACTION_PERCENT_10: case ACTION_PERCENT_20: case ACTION_PERCENT_30:
	case ACTION_PERCENT_40: case ACTION_PERCENT_50: case ACTION_PERCENT_60: case ACTION_PERCENT_70:
	case ACTION_PERCENT_80: case ACTION_PERCENT_90:
		jump(view, player_length(view->player) / 10 * (uint64_t)(action - ACTION_PERCENT_0) +
				player_length(view->player) % 10 * (uint64_t)(action - ACTION_PERCENT_0) / 10);
		break;
	case ACTION_RETURN: jump(view, view->before_jump); break;
	case ACTION_SET_MARK: set_mark(view); break;
	case ACTION_NEXT_PANEL: cycle_focus(view, 1); break;
	case ACTION_PREVIOUS_PANEL: cycle_focus(view, -1); break;
	case ACTION_ZOOM_IN: zoom_in(view); break;
	case ACTION_CLOSER: zoom_in(view); break;
	case ACTION_FARTHER: farther(view); break;
	case ACTION_FIT: say(view, "this map is whole already"); break;
	case ACTION_INSPECT: inspect(view); break;
	case ACTION_FULL_SCREEN:
		view->alone = !view->alone;
		view->main = view->alone ? view->focused : NULL;
		view->stale = true;
		break;
	case ACTION_ZOOM_OUT: zoom_out(view); break;
	case ACTION_SHOW_ARENAS: focus(view, "arenas"); break;
	case ACTION_SHOW_POOL: focus(view, "pool"); break;
	case ACTION_SHOW_USEDPOOLS: focus(view, "usedpools"); break;
	case ACTION_SHOW_HEAP: focus(view, "heap"); break;
	case ACTION_SHOW_EVENTS: focus(view, "events"); break;
	case ACTION_SHOW_INFO: focus(view, "info"); break;
	case ACTION_FOLLOW: follow(view); break;
	case ACTION_FOLLOW_EVENT:
		view->selection.follow = !view->selection.follow;
		say(view, view->selection.follow ? "following events" : "not following events");
		refresh(view);
		break;
	case ACTION_COLOR_BY: set_color_by(view); break;
	case ACTION_EXPERT:
		view->expert = !view->expert;
		refresh(view);
		say(view, view->expert ? "expert wording" : "plain wording");
		break;
	case ACTION_THEME:
		view->theme = theme_next(view->theme);
		say(view, "theme: %s", theme_name(view->theme));
		break;
	case ACTION_COMPARE: toggle_compare(view); break;
	case ACTION_DIFFERENCE: pause_play(view); to_difference(view); break;
	case ACTION_LECTURE: toggle_lecture(view); break;
	case ACTION_QUIZ:
		view->quiz = !view->quiz;
		view->asking = false;
		say(view, view->quiz ? "a lecture asks before it shows" : "a lecture shows without asking");
		break;
	case ACTION_SEARCH: open_prompt(view, '/'); break;
	case ACTION_SEARCH_NEXT: find_again(view, false); break;
	case ACTION_SEARCH_PREVIOUS: find_again(view, true); break;
	case ACTION_SAME_NEXT: find_same(view, false); break;
	case ACTION_SAME_PREVIOUS: find_same(view, true); break;
	case ACTION_BREAK: break_here(view); break;
	case ACTION_BREAKPOINTS: list_breakpoints(view); break;
	case ACTION_COMMAND: open_prompt(view, ':'); break;
	case ACTION_HELP: open_help(view); break;
	case ACTION_REDRAW: view->stale = true; break;
	case ACTION_QUIT: quit(view); break;
	case ACTION_PAGE_UP: page(view, true); break;
	case ACTION_PAGE_DOWN: page(view, false); break;
	case ACTION_UP: case ACTION_DOWN: case ACTION_LEFT: case ACTION_RIGHT:
		break;	/* the focused panel had no use for it */
	}
}

/* What an action needs and does not have, in words; NULL: it may be done. */
static const char *refusal(const struct view *view, enum action action)
{
	unsigned needs = action_info(action)->needs;

	if ((needs & NEEDS_PAST) && player_position(view->player) == 0)
		return "already at the start";
	if ((needs & NEEDS_FUTURE) && player_position(view->player) == player_length(view->player))
		return is_growing(view) ? "already at the end so far" : "already at the end";
	return NULL;
}

static void act(struct view *view, enum action action)
{
	uint64_t before = player_position(view->player);
	const char *no = refusal(view, action);
	struct panel *panel = panel_of(view, view->focused);

	view->message[0] = '\0';
	view->stale = true;
	if (no) {
		say(view, "%s", no);
		return;
	}
	/* A clicker's keys step through a lecture. */
	if (view->lecture && (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP)) {
		turn_page(view, action == ACTION_PAGE_UP);
	} else if (view->lecture && action == ACTION_STEP && ask_or_show(view)) {
		pause_play(view);
	} else {
		struct scene scene = scene_of(view);
		enum panel_result result = PANEL_IGNORED;
		if (panel && panel->ops->act && !view->comparing &&
			(!panel->ops->is_useful || panel->ops->is_useful(&scene)))
			result = panel->ops->act(panel, &scene, action);
		if (result & PANEL_SOUGHT)
			view->before_jump = before;
		if (result == PANEL_IGNORED)
			do_action(view, action);
		if (result & PANEL_MOVED_SELECTION)
			refresh(view);
	}
	if (action != ACTION_FOLLOW)
		leave_if_moved(view, before);
	if (player_revision(view->player) != view->seen_revision)
		refresh(view);
}

/* ---- commands ------------------------------------------------------------------------------ */

static int go_to(struct view *view, const char *words, struct error *err)
{
	uint64_t number, position = player_position(view->player);
	bool forwards = words[0] == '+', backwards = words[0] == '-';
	char digits[32];
	size_t length = strlen(words);
	bool percent = length > 1 && words[length - 1] == '%';
	uint64_t length_of_trace = player_length(view->player);

	if (length == 0)
		return error_set(err, "seek where? An event's number, +5, -5, 50%%, a mark, peak, start, end");
	snprintf(digits, sizeof(digits), "%.*s", (int)(length - percent), words + (forwards || backwards));
	if (strcmp(words, "start") == 0 || strcmp(words, "end") == 0) {
		jump(view, words[0] == 's' ? 0 : player_length(view->player));
		return 0;
	}
	if (trace_find_mark(player_trace(view->player), words, &number)) {
		jump(view, number + 1);
		return 0;
	}
	if (strcmp(words, "peak") == 0) {
		while (player_survey(view->player, SURVEY_EVENTS))
			;
		jump(view, player_survey_metrics(view->player)->peak_at);
		return 0;
	}
	struct error why;
	if (number_parse(digits, &number, &why) < 0)
		return *digits && strspn(digits, "0123456789") == strlen(digits)
			? error_set(err, "seek: %s", why.text)
			: error_set(err, "seek: '%s' is no event number, percentage, mark, or peak", words);
	if (percent)
		number = (uint64_t)((double)length_of_trace * (double)(number < 100 ? number : 100) / 100);
	else if (forwards)
		number = number > UINT64_MAX - position ? UINT64_MAX : position + number;
	else if (backwards)
		number = number < position ? position - number : 0;
	else if (number < UINT64_MAX)
		number++;	/* to an event means: just after it */
	jump(view, number);
	if (number > length_of_trace)
		say(view, "the trace ends before that");
	return 0;
}

/* "K step-back": what the key did before is not lost, actions have names. */
static int do_bind(struct view *view, const char *words, struct error *err)
{
	size_t length = strcspn(words, " ");
	const char *name = words + length + strspn(words + length, " ");
	enum action action = action_find(name);
	struct binding binding = {.action = action};

	if (length == 0 || length >= sizeof(binding.key) || *name == '\0')
		return error_set(err, "bind: say a key and an action, as  bind K step-back");
	if (action == ACTION_NONE && strcmp(name, "none") != 0)
		return error_set(err, "bind: there is no action '%s' (? lists them)", name);
	snprintf(binding.key, sizeof(binding.key), "%.*s", (int)length, words);
	*array_push(&view->bindings) = binding;
	return 0;
}

/* What the person has said the key does, the last word counts; else what it does for everybody. */
static enum action action_of(const struct view *view, const char *key)
{
	for (size_t i = view->bindings.count; i-- > 0;)
		if (strcmp(view->bindings.items[i].key, key) == 0)
			return view->bindings.items[i].action;
	return action_for_key(key);
}

static int do_break(struct view *view, const char *words, struct error *err)
{
	struct stop stop;

	if (strcmp(words, "off") == 0 || strcmp(words, "clear") == 0) {
		for (size_t i = 0; i < view->breakpoints.count; i++)
			free(view->breakpoints.items[i].words);
		view->breakpoints.count = 0;
		say(view, "no breakpoints");
		return 0;
	}
	if (stop_parse(&stop, words, err) < 0)
		return -1;
	add_breakpoint(view, &stop, words);
	return 0;
}

static int do_until(struct view *view, const char *words, struct error *err)
{
	struct stop stop;

	if (stop_parse(&stop, words, err) < 0)
		return -1;
	run_one(view, stop, false, words);
	return 0;
}

static int do_theme(struct view *view, const char *words, struct error *err)
{
	const struct theme *theme = theme_find(words);

	if (!theme) {
		struct text all = {0};
		for (size_t i = 0; theme_names[i]; i++)
			text_add(&all, "%s%s", i ? ", " : "", theme_names[i]);
		error_set(err, "theme: '%s' is none of %s", words, text_of(&all));
		text_finish(&all);
		return -1;
	}
	view->theme = theme;
	return 0;
}

static int do_speed(struct view *view, const char *words, struct error *err)
{
	char *end;
	double speed = strtod(words, &end);

	if (end == words || *end != '\0' || !(speed >= SPEED_MIN && speed <= SPEED_MAX))
		return error_set(err, "speed: '%s' is no number of events per second (%g to %.0f)", words, SPEED_MIN,
			SPEED_MAX);
	change_speed(view, speed / view->speed);
	return 0;
}

static int do_show(struct view *view, const char *words, struct error *err)
{
	size_t count;
	const struct panel_ops *const *panels = panel_list(&count);
	struct text all = {0};

	if (panel_find(words)) {
		focus(view, words);
		return 0;
	}
	for (size_t i = 0; i < count; i++)
		text_add(&all, "%s%s", i ? ", " : "", panels[i]->name);
	error_set(err, "show: there is no panel '%s'; there are %s", words, text_of(&all));
	text_finish(&all);
	return -1;
}

static int do_search(struct view *view, const char *words, struct error *err)
{
	(void)err;
	free(view->search);
	view->search = xstrdup(words);
	find_again(view, false);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct view *view, const char *words, struct error *err);
	const char *usage, *help;
} commands[] = {
	{"bind", do_bind, "bind KEY ACTION", "the key does that from now on; bind KEY none takes it away"},
	{"break", do_break, "break CONDITION", "stop there when running; break off clears them"},
	{"compare", compare_with, "compare ENGINES", "side by side with those: heap,3.8"},
	{"search", do_search, "search WORDS", "the next event with them"},
	{"seek", go_to, "seek WHERE",
		"an event's number, +N, -N, N%, a mark, peak, start, end; WHERE alone does it too"},
	{"show", do_show, "show PANEL",
		"arenas, pool, usedpools, heap, space, event, events, info, inspect"},
	{"speed", do_speed, "speed N", "events per second"},
	{"theme", do_theme, "theme NAME",
		"neutral, dark, light, high-contrast, colour-blind, projector-dark, projector-light, mono"},
	{"until", do_until, "until CONDITION", "run to it once"},
};

#define COMMANDS (sizeof(commands) / sizeof(*commands))

/* What is no command, or one with a word too many. */
static int no_such_command(const char *name, const char *words, struct error *err)
{
	struct nearest nearest = {.word = name, .length = strlen(name)};

	if (action_find(name) != ACTION_NONE)
		return error_set(err, "'%s' takes no more words; '%s' is one", name, words);
	for (size_t i = 0; i < COMMANDS; i++)
		nearest_offer(&nearest, commands[i].name);
	for (unsigned i = 1; i < ACTION_COUNT; i++)
		nearest_offer(&nearest, action_info((enum action)i)->name);
	if (nearest_name(&nearest))
		return error_set(err, "there is no command '%s'; did you mean '%s'?", name, nearest_name(&nearest));
	return error_set(err, "there is no command '%s' (? lists them)", name);
}

int view_command(struct view *view, const char *command, struct error *err)
{
	command += strspn(command, " ");
	size_t length = strcspn(command, " ");
	const char *words = command + length + strspn(command + length, " ");
	uint64_t before = player_position(view->player);
	char name[40];

	let_words_go(view);
	int result = 0;

	snprintf(name, sizeof(name), "%.*s", (int)length, command);
	view->message[0] = '\0';
	if (length == 0)
		return 0;
	view->stale = true;
	if (strchr("+-0123456789", name[0])) {
		result = go_to(view, name, err);
		leave_if_moved(view, before);
	} else if (action_find(name) != ACTION_NONE && *words == '\0') {
		act(view, action_find(name));
	} else {
		size_t i = 0;
		while (i < COMMANDS && strcmp(commands[i].name, name) != 0)
			i++;
		if (i == COMMANDS)
			return no_such_command(name, words, err);
		result = commands[i].run(view, words, err);
		leave_if_moved(view, before);
	}
	if (player_revision(view->player) != view->seen_revision)
		refresh(view);
	return result;
}

/* ---- the prompt ---------------------------------------------------------------------------- */

static void close_mode(struct view *view)
{
	view->mode = NULL;
	view->stale = true;
}

static void enter_prompt(struct view *view)
{
	struct error err;

	close_mode(view);
	if (view->prompt[0] == '\0')
		return;
	*array_push(&view->history) = xstrdup(view->prompt);
	uint64_t before = player_position(view->player);
	int result = view->prompt_sign == '/' ? do_search(view, view->prompt, &err)
					      : view_command(view, view->prompt, &err);
	if (view->prompt_sign == '/')
		leave_if_moved(view, before);
	if (result < 0) {
		say(view, "%s", err.text);
		view->message_is_bad = true;
	}
	if (player_revision(view->player) != view->seen_revision)
		refresh(view);
}

static void recall(struct view *view, bool older)
{
	if (older && view->history_at > 0)
		view->history_at--;
	else if (!older && view->history_at < view->history.count)
		view->history_at++;
	snprintf(view->prompt, sizeof(view->prompt), "%s",
		view->history_at < view->history.count ? view->history.items[view->history_at] : "");
}

/* The name of the nth command or action; NULL behind the last. */
static const char *command_name(size_t n)
{
	if (n < COMMANDS)
		return commands[n].name;
	n = n - COMMANDS + 1;
	return n < ACTION_COUNT ? action_info((enum action)n)->name : NULL;
}

/* What all commands that begin as typed go on with. */
static void complete(struct view *view)
{
	size_t typed = strlen(view->prompt), matches = 0, common = 0;
	const char *first = NULL, *name;

	for (size_t i = 0; (name = command_name(i)); i++) {
		if (strncmp(name, view->prompt, typed) != 0)
			continue;
		if (matches++ == 0) {
			first = name;
			common = strlen(name);
		}
		while (strncmp(first, name, common) != 0)
			common--;
	}
	if (matches > 0)
		snprintf(view->prompt, sizeof(view->prompt), "%.*s%s", (int)common, first, matches == 1 ? " " : "");
}

static bool prompt_key(struct view *view, const char *key)
{
	size_t length = strlen(view->prompt);

	view->stale = true;
	if (strcmp(key, "Enter") == 0) {
		enter_prompt(view);
	} else if (strcmp(key, "Esc") == 0 || strcmp(key, "C-c") == 0 ||
		(strcmp(key, "Backspace") == 0 && length == 0)) {
		close_mode(view);
	} else if (strcmp(key, "Backspace") == 0) {
		while (length > 0 && (view->prompt[--length] & 0xC0) == 0x80)
			;
		view->prompt[length] = '\0';
	} else if (strcmp(key, "Tab") == 0) {
		if (view->prompt_sign == ':' && length > 0)
			complete(view);
	} else if (strcmp(key, "Up") == 0 || strcmp(key, "Down") == 0) {
		recall(view, key[0] == 'U');
	} else {
		const char *typed = strcmp(key, "Space") == 0 ? " " : key;
		if (utf8_cells(typed) == 1 && length + strlen(typed) + 1 < sizeof(view->prompt))
			strcat(view->prompt, typed);
	}
	return !view->quit;
}

static struct area footer_of(const struct canvas *canvas)
{
	return (struct area){0, canvas->height - 1, canvas->width, 1};
}

static void draw_prompt(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);
	int skip = (int)utf8_cells(view->prompt) + 3 - line.width;
	const char *shown = view->prompt;

	area_fill(canvas, line, ' ', ROLE_TEXT);
	for (; skip > 0 && *shown; skip--)
		while ((*++shown & 0xC0) == 0x80)
			;
	int x = area_print(canvas, line, 0, 0, ROLE_KEY, "%c", view->prompt_sign);
	x = area_text(canvas, line, x, 0, ROLE_TEXT, 0, shown);
	area_put(canvas, line, x, 0, ' ', ROLE_CURSOR, 0);
}

static const struct mode prompt_mode = {prompt_key, draw_prompt};

static void open_prompt(struct view *view, char sign)
{
	pause_play(view);
	view->mode = &prompt_mode;
	view->prompt_sign = sign;
	view->prompt[0] = '\0';
	view->history_at = view->history.count;
}

/* ---- help ---------------------------------------------------------------------------------- */

static void add_help(const struct view *view, struct text *page)
{
	for (size_t i = 0; i < view->bindings.count; i++) {
		const struct binding *binding = &view->bindings.items[i];
		const struct action_info *info = action_info(binding->action);
		text_add(page, "%s\t%s\t%s\t%s\n", i ? "" : "yours\n", binding->key, info->name,
			*info->help ? info->help : info->name);
	}
	if (view->bindings.count > 0)
		text_add(page, "\n");
	help_add_keys(page);
	text_add(page, "\ncommands, typed after :\n");
	for (size_t i = 0; i < COMMANDS; i++)
		text_add(page, "\t%s\t%s\n", commands[i].usage, commands[i].help);
	text_add(page, "\tany action\tby its name in the list above, as  :step\n");
	help_add_terms(page);
}

static bool help_key(struct view *view, const char *key)
{
	const int page = view->help_rows > 1 ? view->help_rows - 1 : 1;
	const int last = view->help_lines - view->help_rows;

	enum action action = action_for_key(key);

	if (action == ACTION_UP)
		view->help_line--;
	else if (action == ACTION_DOWN)
		view->help_line++;
	else if (action == ACTION_PAGE_UP)
		view->help_line -= page;
	else if (action == ACTION_PAGE_DOWN || action == ACTION_PLAY)
		view->help_line += page;
	else if (action == ACTION_START || action == ACTION_END)
		view->help_line = action == ACTION_START ? 0 : last;
	else
		close_mode(view);
	if (view->help_line > last)
		view->help_line = last;
	if (view->help_line < 0)
		view->help_line = 0;
	view->stale = true;
	return true;
}

static void draw_help(struct view *view, struct canvas *canvas)
{
	struct area all = {0, 0, canvas->width, canvas->height};
	struct text page = {0};

	area_fill(canvas, all, ' ', ROLE_TEXT);
	struct area area = area_frame(canvas, all, "Keys and commands", "up, down: scroll   any other key: back", true);
	add_help(view, &page);
	view->help_rows = area.height;
	view->help_lines = help_draw(canvas, area, text_of(&page), view->help_line);
	text_finish(&page);
}

static const struct mode help_mode = {help_key, draw_help};

static void open_help(struct view *view)
{
	pause_play(view);
	view->mode = &help_mode;
	view->help_line = 0;
}

/* ---- quitting ------------------------------------------------------------------------------ */

static bool quit_key(struct view *view, const char *key)
{
	close_mode(view);
	view->quit = action_for_key(key) == ACTION_QUIT;
	return !view->quit;
}

static void draw_quit(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);

	(void)view;
	area_fill(canvas, line, ' ', ROLE_TEXT);
	area_text(canvas, line, 1, 0, ROLE_BAD, 0,
		canvas->width < 66 ? "q again stops the program"
				   : "The program still runs: q again stops it, any other key goes on");
}

static const struct mode quit_mode = {quit_key, draw_quit};

static void quit(struct view *view)
{
	if (view->stops_program && is_growing(view) && !is_complete(view))
		view->mode = &quit_mode;
	else
		view->quit = true;
}

/* ---- keys, mouse --------------------------------------------------------------------------- */

bool view_key(struct view *view, const char *key)
{
	let_words_go(view);
	if (view->mode)
		return view->mode->key(view, key);

	enum action action = action_of(view, key);
	if (action == ACTION_NONE)
		say(view, "%s does nothing; ? shows the keys", key);
	else
		act(view, action);
	return !view->quit;
}

static bool is_inside(struct area area, int x, int y)
{
	return x >= area.x && y >= area.y && x < area.x + area.width && y < area.y + area.height;
}

/* A drag stays with the panel it began in. */
static void click_panel(struct view *view, const struct panel_ops *ops, enum mouse_kind kind, int x, int y)
{
	struct panel *panel = panel_of(view, ops);
	struct scene scene = scene_of(view);
	enum panel_result result = PANEL_IGNORED;
	uint64_t before = player_position(view->player);

	if (kind == MOUSE_DRAG && ops != view->focused)
		return;
	view->focused = ops;
	if (ops->click && is_inside(panel->area, x, y) && (!ops->is_useful || ops->is_useful(&scene)))
		result = ops->click(panel, &scene, x - panel->area.x, y - panel->area.y);
	if (result & PANEL_SOUGHT && kind != MOUSE_DRAG)
		view->before_jump = before;
	leave_if_moved(view, before);
	if (result & PANEL_MOVED_SELECTION)
		refresh(view);
	if (kind == MOUSE_DOUBLE && !(result & PANEL_SOUGHT))
		act(view, ACTION_ZOOM_IN);
}

/* Over a map the wheel goes closer to what is under it, and farther; over a list it scrolls; elsewhere it steps. */
static void turn_wheel(struct view *view, enum mouse_kind kind, int x, int y)
{
	bool up = kind == MOUSE_WHEEL_UP;

	for (size_t i = 0; i < view->layout.count; i++) {
		const struct layout_place *place = &view->layout.places[i];
		if (!is_inside(place->area, x, y))
			continue;
		if (place->panel->is_map) {
			if (up)
				click_panel(view, place->panel, MOUSE_CLICK, x, y);
			view->focused = place->panel;
			act(view, up ? ACTION_CLOSER : ACTION_FARTHER);
			return;
		}
		if (strcmp(place->panel->name, "inspect") == 0) {
			act(view, up ? ACTION_UP : ACTION_DOWN);
			return;
		}
	}
	act(view, up ? ACTION_STEP_BACK : ACTION_STEP);
}

bool view_mouse(struct view *view, enum mouse_kind kind, int x, int y)
{
	bool is_wheel = kind == MOUSE_WHEEL_UP || kind == MOUSE_WHEEL_DOWN;

	let_words_go(view);
	if (view->mode)
		return !is_wheel || view->mode->key(view, kind == MOUSE_WHEEL_UP ? "Up" : "Down");
	if (is_wheel) {
		turn_wheel(view, kind, x, y);
		return true;
	}
	view->message[0] = '\0';
	for (size_t i = 0; i < view->layout.count; i++)
		if (is_inside(view->layout.places[i].area, x, y)) {
			click_panel(view, view->layout.places[i].panel, kind, x, y);
			break;	/* a double click may have laid the panels out anew */
		}
	view->stale = true;
	if (player_revision(view->player) != view->seen_revision)
		refresh(view);
	return !view->quit;
}

/* ---- drawing ------------------------------------------------------------------------------- */

bool view_is_stale(const struct view *view)
{
	return view->stale;
}

/* Of a trace that grows, or has grown: where this is in it. */
static void describe_live(const struct view *view, bool is_narrow, char *words, size_t size)
{
	uint64_t behind = player_length(view->player) - player_position(view->player);
	bool is_catching_up = is_behind(view);
	struct units units;

	if (!is_growing(view) && !is_catching_up)
		snprintf(words, size, "  ended");
	else if (is_growing(view) && view->following && !is_catching_up)
		snprintf(words, size, "%s", is_narrow ? "" : "  following");
	else
		snprintf(words, size, "  %s%s behind", is_narrow ? "" : is_growing(view) ? "live, " : "ended, ",
			units_count(&units, behind));
}

static const char *name_state(const struct view *view)
{
	if (view->playing)
		return view->backwards ? "BACK " : "PLAY ";
	if (view->following && is_growing(view))
		return "LIVE ";
	return view->lecture ? "LECTURE" : "PAUSE";
}

static void draw_status(struct view *view, struct canvas *canvas)
{
	struct area line = {0, 0, canvas->width, 1};
	uint64_t position = player_position(view->player), length = player_length(view->player);
	const struct heap *heap = player_heap(view->player);
	struct units here, all, percent;
	char right[200], speed[80] = "", event[60] = "start", last[60] = "";
	const char *name = strrchr(trace_name(player_trace(view->player)), '/');

	name = name ? name + 1 : trace_name(player_trace(view->player));
	area_fill(canvas, line, ' ', ROLE_STATUS);
	if (view->live && canvas->width >= 50)
		describe_live(view, canvas->width < 70, speed, sizeof(speed));
	if (canvas->width >= (view->live ? 100 : 70) && !view->lecture)
		snprintf(speed + strlen(speed), sizeof(speed) - strlen(speed), "  %g ev/s", view->speed);
	if (position > 0)
		snprintf(event, sizeof(event), "%s%s", canvas->width >= 50 ? "event " : "",
			units_count(&here, position - 1));
	if (canvas->width >= 30)
		snprintf(last, sizeof(last), " / %s", units_count(&all, length ? length - 1 : 0));
	if (view->lecture)
		snprintf(right, sizeof(right), "%s%s", event, last);
	else
		snprintf(right, sizeof(right), "%s%s  %s%s", event, last, units_percent(&percent, position, length),
			speed);
	int start = canvas->width - (int)strlen(right) - 1;
	struct area left = line;
	left.width = start > 8 ? start - 1 : 8;
	int x = area_text(canvas, left, 1, 0, ROLE_STATUS, CELL_BOLD, name_state(view));
	x = area_print(canvas, left, x + 2, 0, ROLE_STATUS, "%s", name);
	x += 2;
	if (view->engine)
		area_text(canvas, left, x, 0, ROLE_STATUS, 0, view->engine);
	for (size_t i = 0; !view->engine && i < heap_layer_count(heap); i++)
		x = area_print(canvas, left, x, 0, ROLE_STATUS, "%s%s", i ? " over " : "",
			heap_layer(heap, i)->ops->name);
	area_text(canvas, line, start > 8 ? start : 8, 0, ROLE_STATUS, 0, right);
}

struct hint {
	const char *keys, *words;
};

/* The keys of most use first; those that do not fit are left out. */
static const struct hint *hints_of(const struct view *view)
{
	static const struct hint paused[] = {
		{"Space", "play"}, {", .", "step"}, {"{ }", "structure"}, {"[ ]", "mark"}, {"0-9", "%"},
		{"< >", "speed"}, {"Tab", "panel"}, {"z", "zoom"}, {"I", "inspect"}, {"v", "compare"},
		{"c r", "run to break"}, {"/", "search"},
		{"o", "colours"}, {"T", "theme"}, {":", "command"}, {"q", "quit"}, {0},
	};
	static const struct hint playing[] = {
		{"Space", "pause"}, {"< >", "speed"}, {"R", "backwards"}, {"0-9", "%"}, {"Tab", "panel"},
		{"z", "zoom"}, {"q", "quit"}, {0},
	};
	static const struct hint asked[] = {
		{"PgDn", "shows the answer"}, {"PgUp", "back"}, {"w", "no questions"}, {"T", "theme"}, {0},
	};
	static const struct hint lecture[] = {
		{"PgDn", "next"}, {"PgUp", "back"}, {", .", "step"}, {"Space", "play"}, {"w", "questions"},
		{"z", "zoom"},
		{"T", "theme"}, {"q", "quit"}, {0},
	};
	static const struct hint following[] = {
		{"Space", "pause"}, {",", "step back"}, {"{", "structure"}, {"0-9", "%"}, {"Tab", "panel"},
		{"z", "zoom"}, {":", "command"}, {"q", "quit"}, {0},
	};
	static const struct hint left_behind[] = {
		{"F", "follow"}, {"Space", "play"}, {", .", "step"}, {"{ }", "structure"}, {"0-9", "%"},
		{"< >", "speed"}, {"Tab", "panel"}, {"z", "zoom"}, {"/", "search"}, {":", "command"},
		{"q", "quit"}, {0},
	};

	static const struct hint comparing[] = {
		{"Space", "play"}, {", .", "step"}, {"d", "next difference"}, {"v", "back"}, {"{ }", "structure"},
		{"[ ]", "mark"}, {"0-9", "%"}, {"< >", "speed"}, {"T", "theme"}, {"q", "quit"}, {0},
	};

	static const struct hint inspecting[] = {
		{"Enter", "go there"}, {"j k", "choose"}, {"h l", "arena, pool, block"}, {"Esc", "back"},
		{"'", "where I was"}, {"f", "follow"}, {", .", "step"}, {"Space", "play"}, {"q", "quit"}, {0},
	};

	if (is_growing(view) && !view->playing)
		return view->following ? following : left_behind;
	if (!view->playing && !view->comparing && is_focused(view, "inspect"))
		return inspecting;
	return view->playing ? playing : view->comparing ? comparing
		: is_asking(view)	? asked
		: view->lecture		? lecture
					: paused;
}

static void draw_footer(struct view *view, struct canvas *canvas)
{
	struct area line = footer_of(canvas);
	int room = line.width - 7;
	int x = 1;

	if (view->message[0]) {
		area_text(canvas, line, 1, 0, view->message_is_bad ? ROLE_BAD : ROLE_TITLE, 0, view->message);
		return;
	}
	for (const struct hint *hint = hints_of(view); hint->keys; hint++) {
		int width = (int)(strlen(hint->keys) + strlen(hint->words)) + 3;
		if (x + width > room)
			continue;
		x = area_text(canvas, line, x, 0, ROLE_KEY, 0, hint->keys) + 1;
		x = area_text(canvas, line, x, 0, ROLE_QUIET, 0, hint->words) + 2;
	}
	x = area_text(canvas, line, room, 0, ROLE_KEY, 0, "?") + 1;
	area_text(canvas, line, x, 0, ROLE_QUIET, 0, "help");
}

/* "─ Pool ── A01.p23 … ────" above the panel. */
static struct area draw_title(struct canvas *canvas, struct area area, const char *title, const char *remark,
	bool focused)
{
	uint32_t line = glyph_of(canvas->charset, GLYPH_H_LINE, 0);

	for (int x = 0; x < area.width; x++)
		area_put(canvas, area, x, 0, line, ROLE_QUIET, 0);
	area_put(canvas, area, 1, 0, ' ', ROLE_QUIET, 0);
	int x = area_text(canvas, area, 2, 0, ROLE_TITLE, focused ? CELL_BOLD | CELL_UNDERLINE : CELL_BOLD, title);
	area_put(canvas, area, x++, 0, ' ', ROLE_QUIET, 0);
	if (remark[0] && x + 8 < area.width) {
		area_put(canvas, area, ++x, 0, ' ', ROLE_QUIET, 0);
		x = area_text(canvas, area, x + 1, 0, ROLE_TEXT, 0, remark);
		area_put(canvas, area, x, 0, ' ', ROLE_QUIET, 0);
	}
	return (struct area){area.x, area.y + 1, area.width, area.height - 1};
}

static void draw_place(struct view *view, struct canvas *canvas, const struct layout_place *place)
{
	struct panel *panel = panel_of(view, place->panel);
	struct scene scene = scene_of(view);
	bool focused = place->panel == view->focused;
	struct area area = place->area;
	char remark[120] = "";

	if (panel->ops->is_useful && !panel->ops->is_useful(&scene))
		return;
	if (panel->ops->remark)
		panel->ops->remark(panel, remark, sizeof(remark));
	if (place->title_rows < 0)
		area = area_frame(canvas, area, panel->ops->title, remark, focused);
	else if (place->title_rows > 0)
		area = draw_title(canvas, area, panel->ops->title, remark, focused);
	panel->area = area;
	panel->ops->draw(panel, &scene, canvas, area);
}

/* Whether the panels that stand can be taken from the frame before: it was as large, and laid out as this one. */
static bool can_stand(const struct view *view, const struct canvas *canvas)
{
	const struct layout *one = &view->stood_layout, *other = &view->layout;

	if (view->stood.width != canvas->width || view->stood.height != canvas->height || one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (one->places[i].panel != other->places[i].panel ||
			memcmp(&one->places[i].area, &other->places[i].area, sizeof(struct area)) != 0)
			return false;
	return true;
}

static void draw_as_it_stood(const struct view *view, struct canvas *canvas, const struct area *area)
{
	for (int y = area->y; y < area->y + area->height; y++) {
		size_t at = (size_t)y * (size_t)canvas->width + (size_t)area->x;
		memcpy(&canvas->cells[at], &view->stood.cells[at], (size_t)area->width * sizeof(*canvas->cells));
	}
}

static void draw_places(struct view *view, struct canvas *canvas)
{
	if (!can_stand(view, canvas))
		let_words_go(view);
	for (size_t i = 0; i < view->layout.count; i++) {
		const struct layout_place *place = &view->layout.places[i];
		if (view->words_stand && place->panel->is_read)
			draw_as_it_stood(view, canvas, &place->area);
		else
			draw_place(view, canvas, place);
	}
	view->stale = false;
	if (view->words_stand || !plays_fast(view, view->last_tick))
		return;
	view->stands_since = view->last_tick;
	view->stood_layout = view->layout;
	if (view->stood.width != canvas->width || view->stood.height != canvas->height)
		canvas_resize(&view->stood, canvas->width, canvas->height);
	memcpy(view->stood.cells, canvas->cells,
		(size_t)canvas->width * (size_t)canvas->height * sizeof(*canvas->cells));
}

/* Of the panels only the timeline stays. */
static void draw_compare(struct view *view, struct canvas *canvas, struct area area)
{
	struct scene scene = scene_of(view);
	int rows = area.height >= 32 ? 5 : area.height >= 14 ? 2 : 1;
	struct area timeline = {area.x, area.y + area.height - rows, area.width, rows};

	view->layout.count = 1;
	view->layout.places[0] = (struct layout_place){panel_find("timeline"), timeline, rows > 2 ? 1 : 0};
	area.height -= rows;
	compare_draw(view->compare, &scene, canvas, area);
}

/* Panels that come onto the screen compute what they may have left. */
static void note_shown(struct view *view)
{
	struct scene scene = scene_of(view);

	for (size_t i = 0; i < view->npanels; i++) {
		struct panel *panel = view->panels[i];
		bool shown = false;
		for (size_t j = 0; j < view->layout.count; j++)
			shown |= view->layout.places[j].panel == panel->ops;
		bool is_new = shown && !panel->shown;
		panel->shown = shown;
		if (is_new && (!panel->ops->is_useful || panel->ops->is_useful(&scene)))
			panel->ops->update(panel, &scene);
		view->looks_ahead |= is_new && panel->ops->tick;
	}
}

void view_draw(struct view *view, struct canvas *canvas)
{
	struct area body = {0, 1, canvas->width, canvas->height - 2};

	canvas_clear(canvas);
	view->stale = false;
	if (canvas->width < 20 || canvas->height < 5) {
		area_wrap(canvas, (struct area){0, 0, canvas->width, canvas->height}, 0, 0, 0, ROLE_TEXT,
			"arenascope needs 20x5");
		return;
	}
	if (view->comparing)
		draw_compare(view, canvas, body);
	else if (view->lecture && !view->main)
		layout_make_lecture(&view->layout, body, has_arenas(view));
	else
		layout_make(&view->layout, body, has_arenas(view), view->main, view->alone);
	draw_status(view, canvas);
	note_shown(view);
	draw_places(view, canvas);
	draw_footer(view, canvas);
	if (view->mode)
		view->mode->draw(view, canvas);
}
