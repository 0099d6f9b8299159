#include "base/error.h"
#include "canvas/theme.h"
#include "view/commands.h"
#include "view/decision_step.h"
#include "view/handlers.h"
#include "view/jumps.h"
#include "view/refresh.h"
#include "view/speed.h"
#include "view/view_state.h"

#include <assert.h>
#include <string.h>

static void step(struct view *view, bool back)
{
	view_pause(view);
	view_step(view, back);
}

static void to_structure(struct view *view, bool back)
{
	view_run_to(view, (struct stop){STOP_STRUCTURE, 0}, back, "structural event");
}

static void double_speed(struct view *view, bool back)
{
	view_scale_speed(view, back ? 0.5 : 2);
}

static void to_normal_speed(struct view *view)
{
	view_set_speed(view, (struct speed){0});
}

static void fit(struct view *view)
{
	view_say(view, "the whole map is already shown");
}

static void toggle_follow_event(struct view *view)
{
	view_follow_event(view, !view->selection.follow);
	view_say(view, view->selection.follow ? "following events" : "not following events");
}

static void redraw(struct view *view)
{
	view_mark_stale(view);
}

static void do_nothing(struct view *view)
{
}

/* The focused panel has nothing there, or is at its edge. */
static void stay(struct view *view)
{
	view_say(view, "nothing further that way");
}

/* Exactly one field is set. */
struct handler {
	void (*run)(struct view *view);
	void (*go)(struct view *view, bool back);
	bool back;
	const char *command; /* as typed after `:` */
};

static const struct handler handlers[] = {
	[ACTION_NONE] = {do_nothing},
	[ACTION_PLAY] = {view_toggle_play},
	[ACTION_STEP] = {.go = step},
	[ACTION_STEP_BACK] = {.go = step, .back = true},
	[ACTION_DECISION] = {.go = view_step_into},
	[ACTION_DECISION_BACK] = {.go = view_step_into, .back = true},
	[ACTION_STRUCTURE] = {.go = to_structure},
	[ACTION_STRUCTURE_BACK] = {.go = to_structure, .back = true},
	[ACTION_MARK_NEXT] = {.go = view_to_mark},
	[ACTION_MARK_PREVIOUS] = {.go = view_to_mark, .back = true},
	[ACTION_CONTENTS] = {view_open_contents},
	[ACTION_FAULT_NEXT] = {.go = view_to_fault},
	[ACTION_FAULT_PREVIOUS] = {.go = view_to_fault, .back = true},
	[ACTION_PEAK] = {view_to_peak},
	[ACTION_RUN] = {.go = view_run_breakpoints},
	[ACTION_RUN_BACK] = {.go = view_run_breakpoints, .back = true},
	[ACTION_REVERSE] = {view_turn_round},
	[ACTION_FASTER] = {.go = double_speed},
	[ACTION_SLOWER] = {.go = double_speed, .back = true},
	[ACTION_NORMAL_SPEED] = {to_normal_speed},
	[ACTION_START] = {.command = "seek start"},
	[ACTION_END] = {.command = "seek end"},
	[ACTION_FOLLOW] = {view_follow},
	[ACTION_PERCENT_0] = {.command = "seek 0%"},
	[ACTION_PERCENT_10] = {.command = "seek 10%"},
	[ACTION_PERCENT_20] = {.command = "seek 20%"},
	[ACTION_PERCENT_30] = {.command = "seek 30%"},
	[ACTION_PERCENT_40] = {.command = "seek 40%"},
	[ACTION_PERCENT_50] = {.command = "seek 50%"},
	[ACTION_PERCENT_60] = {.command = "seek 60%"},
	[ACTION_PERCENT_70] = {.command = "seek 70%"},
	[ACTION_PERCENT_80] = {.command = "seek 80%"},
	[ACTION_PERCENT_90] = {.command = "seek 90%"},
	[ACTION_RETURN] = {view_return_from_jump},
	[ACTION_SET_MARK] = {view_set_mark},
	[ACTION_UP] = {stay},
	[ACTION_DOWN] = {stay},
	[ACTION_LEFT] = {stay},
	[ACTION_RIGHT] = {stay},
	[ACTION_PAGE_UP] = {.go = view_page, .back = true},
	[ACTION_PAGE_DOWN] = {.go = view_page},
	[ACTION_NEXT_PANEL] = {.go = view_cycle_focus},
	[ACTION_PREVIOUS_PANEL] = {.go = view_cycle_focus, .back = true},
	[ACTION_ZOOM_IN] = {view_zoom_in},
	[ACTION_ZOOM_OUT] = {view_zoom_out},
	[ACTION_CLOSER] = {view_zoom_in},
	[ACTION_FARTHER] = {view_zoom_farther},
	[ACTION_FIT] = {fit},
	[ACTION_SHOW_ARENAS] = {.command = "show arenas"},
	[ACTION_SHOW_POOL] = {.command = "show pool"},
	[ACTION_SHOW_USEDPOOLS] = {.command = "show usedpools"},
	[ACTION_SHOW_HEAP] = {.command = "show heap"},
	[ACTION_SHOW_BINS] = {.command = "show bins"},
	[ACTION_SHOW_OBJECTS] = {.command = "show objects"},
	[ACTION_SHOW_EVENTS] = {.command = "show events"},
	[ACTION_SHOW_INFO] = {.command = "show info"},
	[ACTION_INSPECT] = {view_inspect},
	[ACTION_FULL_SCREEN] = {view_toggle_alone},
	[ACTION_FOLLOW_EVENT] = {toggle_follow_event},
	[ACTION_COLOR_BY] = {view_change_colors},
	[ACTION_EXPERT] = {view_toggle_expert},
	[ACTION_THEME] = {view_next_theme},
	[ACTION_COMPARE] = {view_toggle_compare},
	[ACTION_DIFFERENCE] = {view_to_difference},
	[ACTION_DIFFERENT_ANSWER] = {view_to_different_answer},
	[ACTION_LECTURE] = {view_toggle_lecture},
	[ACTION_QUIZ] = {view_toggle_quiz},
	[ACTION_SEARCH] = {view_open_search},
	[ACTION_SEARCH_NEXT] = {.go = view_find_again},
	[ACTION_SEARCH_PREVIOUS] = {.go = view_find_again, .back = true},
	[ACTION_SAME_NEXT] = {.go = view_find_same},
	[ACTION_SAME_PREVIOUS] = {.go = view_find_same, .back = true},
	[ACTION_BREAK] = {view_break_here},
	[ACTION_BREAKPOINTS] = {view_list_breakpoints},
	[ACTION_MOUSE] = {view_toggle_mouse},
	[ACTION_TOUR] = {view_start_tour},
	[ACTION_COMMAND] = {view_open_command},
	[ACTION_HELP] = {view_open_help},
	[ACTION_REDRAW] = {redraw},
	[ACTION_QUIT] = {view_quit},
};

static_assert(sizeof(handlers) / sizeof(*handlers) == ACTION_COUNT, "an action has no handler");

/* A place, in time or on the screen. */
static void go_to(struct view *view, const char *command)
{
	uint64_t position = view_position(view);
	const struct focus focus = view->focus;
	bool was_comparing = view->side_by_side.is_shown;
	struct error err;

	if (command_run(view, command, &err) < 0)
		view_say(view, "%s", err.text);
	else if (!*view_message(view) && !view_is_busy(view) && view_position(view) == position &&
		 view->focus.panel == focus.panel && view->focus.is_alone == focus.is_alone &&
		 view->side_by_side.is_shown == was_comparing)
		view_say(view, "already there");
}

static void run_handler(struct view *view, const struct handler *handler)
{
	assert(handler->command || handler->go || handler->run);
	if (handler->go)
		handler->go(view, handler->back);
	else if (handler->run)
		handler->run(view);
	else
		go_to(view, handler->command);
}

/* The missing condition of an action, in words; NULL: it is allowed. */
static const char *refusal(const struct view *view, enum action action)
{
	unsigned needs = action_info(action)->needs;

	if ((needs & NEEDS_PAST) && view_position(view) == 0)
		return "already at the start";
	if ((needs & NEEDS_FUTURE) && view_position(view) == player_length(view->player))
		return view_is_growing(view) ? "already at the end of what has arrived"
					     : "already at the end";
	return NULL;
}

/* Whether the answer to a key is the selection that there was. */
static bool keeps(const struct panel_answer *answer, struct selection selection)
{
	const struct selection *to = &answer->selection;

	return answer->selects && !answer->goes && to->address == selection.address &&
	       to->page == selection.page && to->region == selection.region &&
	       to->level == selection.level;
}

/* Whether the action asks about what is drawn, and not only where to go. */
static bool asks_panels(enum action action)
{
	const char *group = action_info(action)->group;

	return strcmp(group, "time") != 0 && strcmp(group, "program") != 0;
}

/* The panel that gets the key is first updated. */
void view_act(struct view *view, enum action action)
{
	if (asks_panels(action))
		view_finish_return(view);
	view_settle(view);
	const char *no = refusal(view, action);
	struct panel *panel = view_panel(view, view->focus.panel);

	view_clear_message(view);
	view_mark_stale(view);
	if (no) {
		view_say(view, "%s", no);
		return;
	}
	bool turns_page =
		view->lecture.is_on && (action == ACTION_PAGE_DOWN || action == ACTION_PAGE_UP);
	/* The keys of a clicker step through a lecture. */
	if (turns_page && !view_hides_captions(view)) {
		view_turn_page(view, action == ACTION_PAGE_UP);
	} else {
		struct scene scene = view_scene(view);
		struct panel_answer answer = ANSWER_IGNORED;
		if (panel && panel->ops->act && !view->side_by_side.is_shown &&
			panel_is_useful(panel->ops, &scene))
			answer = panel->ops->act(panel, &scene, action);
		if (keeps(&answer, view->selection))
			stay(view);
		if (answer.selects)
			view_select(view, answer.selection);
		if (answer.goes)
			view_jump(view, answer.position);
		if (!answer.is_handled && turns_page)
			view_say(view, "captions are hidden; Esc shows them");
		else if (!answer.is_handled)
			run_handler(view, &handlers[action]);
	}
	view_settle(view);
}
