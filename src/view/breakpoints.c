#include "view/view_state.h"

#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "panels/comparison/comparison.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void breakpoints_finish(struct breakpoints *breakpoints)
{
	for (size_t i = 0; i < breakpoints->list.count; i++)
		free(breakpoints->list.items[i].words);
	array_finish(&breakpoints->list);
}

/* Engines are side by side, and the run has looked at all of them. */
static bool ran_side_by_side(const struct view *view)
{
	return view->move.target.comparison;
}

/* Says that it stopped; of engines side by side, also at which of them, unless it is all. */
static void say_stopped(struct view *view, const char *what)
{
	struct text names = {0};

	if (ran_side_by_side(view))
		comparison_add_names(view->move.target.comparison, view->move.rival_run.whose,
			&names);
	if (names.length > 0)
		view_say(view, "stopped at %s in %s", what, text_of(&names));
	else
		view_say(view, "stopped at %s", what);
	text_finish(&names);
}

static void say_where_it_stopped(struct view *view, int hit)
{
	const struct target *target = &view->move.target;

	if (hit < 0)
		view_say(view, "no %s %s%s; stopped at %s", target->what,
			target->is_back ? "before" : "ahead",
			ran_side_by_side(view) ? " in any engine" : "",
			target->is_back ? "the start" : view_the_end(view));
	else if (view->breakpoints.list.count > 0 || ran_side_by_side(view))
		say_stopped(view, target->what);
}

static void say_breakpoint(struct view *view, int hit)
{
	if (hit < 0)
		say_where_it_stopped(view, hit);
	else
		say_stopped(view, "a breakpoint");
}

/* Captions and marks are the same in all engines. */
static bool is_of_trace(const struct stop *stop)
{
	return stop->kind == STOP_NOTE || stop->kind == STOP_MARK;
}

/* The engines side by side, where a stop may match in any of them; NULL: there are none. */
static struct comparison *engines_to_run(const struct view *view, const struct stop *stops,
	size_t count)
{
	if (!view->side_by_side.is_shown || comparison_is_of_traces(view->side_by_side.comparison))
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (!is_of_trace(&stops[i]))
			return view->side_by_side.comparison;
	return NULL;
}

static void run_stops(struct view *view, const struct stop *stops, size_t count, bool back,
	const char *what, void (*arrived)(struct view *view, int hit))
{
	view_go_to(view, &(struct target){.stops = stops,
				 .nstops = count,
				 .comparison = engines_to_run(view, stops, count),
				 .what = what,
				 .is_back = back,
				 .is_jump = true,
				 .arrived = arrived});
}

void view_run_to(struct view *view, struct stop stop, bool back, const char *what)
{
	run_stops(view, &stop, 1, back, what, say_where_it_stopped);
}

static void say_whether_found(struct view *view, int hit)
{
	const struct target *target = &view->move.target;

	if (hit >= 0 && ran_side_by_side(view))
		say_stopped(view, target->what);
	else if (hit >= 0)
		view_clear_message(view);
	else
		view_say(view, "not found %s%s: %s", target->is_back ? "before" : "ahead",
			ran_side_by_side(view) ? " in any engine" : "", target->what);
}

void view_find_stop(struct view *view, struct stop stop, bool back, const char *what)
{
	view_go_to(view, &(struct target){.stops = &stop,
				 .nstops = 1,
				 .comparison = engines_to_run(view, &stop, 1),
				 .what = what,
				 .is_back = back,
				 .or_stay = true,
				 .is_jump = true,
				 .arrived = say_whether_found});
}

void view_run_breakpoints(struct view *view, bool back)
{
	size_t count = view->breakpoints.list.count;
	struct stop *stops = xcalloc(count, sizeof(*stops));

	if (count == 0) {
		view_say(view, "no breakpoints set; try  :break arena-mapped");
	} else {
		for (size_t i = 0; i < count; i++)
			stops[i] = view->breakpoints.list.items[i].stop;
		run_stops(view, stops, count, back, "breakpoint", say_breakpoint);
	}
	free(stops);
}

static void add_breakpoint(struct view *view, const struct stop *stop, const char *words)
{
	*array_push(&view->breakpoints.list) = (struct breakpoint){*stop, xstrdup(words)};
	view_say(view, "breakpoint %zu: %s; c runs forward to it, r back",
		view->breakpoints.list.count, words);
}

void view_break_here(struct view *view)
{
	struct stop stop = {STOP_OBJECT, view->latest.event.object};
	char words[40];

	if (!view->latest.has_event || view->latest.event.object == OBJECT_NONE) {
		view_say(view, "this event has no object; :break takes other conditions");
		return;
	}
	snprintf(words, sizeof(words), "object %" PRIu32, view->latest.event.object);
	add_breakpoint(view, &stop, words);
}

void view_list_breakpoints(struct view *view)
{
	struct text all = {0};

	for (size_t i = 0; i < view->breakpoints.list.count; i++)
		text_join(&all, ", ", view->breakpoints.list.items[i].words);
	view_say(view, "breakpoints: %s",
		all.length ? text_of(&all) : "none (:break arena-mapped sets one)");
	text_finish(&all);
}

int view_break(struct view *view, const char *words, struct error *err)
{
	struct stop stop;

	if (strcmp(words, "off") == 0 || strcmp(words, "clear") == 0) {
		breakpoints_finish(&view->breakpoints);
		view_say(view, "breakpoints cleared");
		return 0;
	}
	if (stop_parse(&stop, words, err) < 0)
		return -1;
	add_breakpoint(view, &stop, words);
	return 0;
}

static int run_until(struct view *view, const char *condition, bool back, struct error *err)
{
	struct stop stop;
	uint64_t number;

	if (stop_parse(&stop, condition, err) < 0) {
		if (trace_find_mark(player_trace(view->player), condition, &number))
			error_set(err, "'%s' is a mark, no condition: write seek %s", condition,
				condition);
		return -1;
	}
	view_run_to(view, stop, back, condition);
	return 0;
}

int view_until(struct view *view, const char *condition, struct error *err)
{
	return run_until(view, condition, false, err);
}

int view_until_back(struct view *view, const char *condition, struct error *err)
{
	return run_until(view, condition, true, err);
}
