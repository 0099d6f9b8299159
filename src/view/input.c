/* See view.h. Input from outside: keys, lines, and a script that pauses and resumes. */
#include "base/error.h"
#include "base/units.h"
#include "view/commands.h"
#include "view/handlers.h"
#include "view/jumps.h"
#include "view/refresh.h"
#include "view/view_state.h"

#include <string.h>

int view_command(struct view *view, const char *command, struct error *err)
{
	command += strspn(command, " ");
	char name[40];
	const char *words = command_split(command, name, sizeof(name));
	int result = 0;

	view_end_still(view);
	view_clear_message(view);
	if (command[0] == '\0')
		return 0;
	view_mark_stale(view);
	enum action action = action_find(command_known_as(name));
	if (action != ACTION_NONE && *words == '\0') {
		view_act(view, action);
	} else {
		result = command_run(view, command, err);
	}
	view_settle(view);
	return result;
}

int view_go(struct view *view, const char *where, struct error *err)
{
	view_end_still(view);
	view_clear_message(view);
	view_mark_stale(view);
	int result = view_seek(view, where + strspn(where, " "), err);
	view_settle(view);
	return result;
}

/* A line typed into the prompt runs after the prompt has closed. */
static void enter_line(struct view *view)
{
	const char *line = view_take_line(view);
	struct error err;

	if (!line)
		return;
	int result = view->prompt.sign == '/' ? view_search(view, line, &err)
					      : view_command(view, line, &err);
	if (result < 0)
		view_complain(view, err.text);
}

static bool cancels(struct view *view, const char *key)
{
	return strcmp(key, "Esc") == 0 || strcmp(key, "C-c") == 0 ||
	       view_action_of(view, key) == ACTION_PLAY;
}

static void cancel(struct view *view)
{
	struct units units;

	view_cancel(view);
	view_inspect_nowhere(view);
	uint64_t position = player_position(view->player);
	if (position == 0)
		view_say(view, "cancelled; still at the start");
	else
		view_say(view, "cancelled; still at event %s", units_count(&units, position - 1));
	view_settle(view);
}

bool view_key(struct view *view, const char *key)
{
	view_end_still(view);
	if (view_is_busy(view) && !view->overlay.mode && cancels(view, key)) {
		cancel(view);
		return true;
	}
	if (view->overlay.mode) {
		view->overlay.mode->key(view, key);
		enter_line(view);
		view_settle(view);
		return !view->quit.is_said;
	}

	view_end_opening(view);
	if (view_take_tour_key(view, key)) {
		view_settle(view);
		return true;
	}
	enum action action = view_action_of(view, key);
	if (action == ACTION_NONE)
		view_say(view, "%s is not bound to anything; ? lists the keys", key);
	else
		view_act(view, action);
	return !view->quit.is_said;
}

struct view_moment view_hold(struct view *view)
{
	struct view_moment moment = {view_position(view), view->playback.is_on};

	view_pause(view);
	view_settle(view);
	return moment;
}

/*
 * A script resumes at its own position, since the person may have moved; a followed trace stays
 * followed.
 */
void view_release(struct view *view, struct view_moment moment)
{
	if (view_position(view) != moment.position)
		view_go_to(view,
			&(struct target){.position = moment.position, .keeps_followed = true});
	view_settle(view);
	view_clear_message(view);
	view_resume(view, moment.playing);
}
