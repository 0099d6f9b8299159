#include "view/speed.h"

#include "base/error.h"
#include "base/numbers.h"
#include "base/text.h"
#include "base/units.h"
#include "view/view_state.h"

#include <stdlib.h>

#define MINUTE UINT64_C(60000000000) /* nanoseconds; in which a long trace plays by itself */

static double within_limits(double events)
{
	return events < SPEED_MIN ? SPEED_MIN : events > SPEED_MAX ? SPEED_MAX : events;
}

int speed_parse(const char *words, struct speed *ret_speed, struct error *err)
{
	struct error ignored;
	uint64_t whole;
	char *end;
	double events = strtod(words, &end);

	if (end != words && *end == '\0' && events >= SPEED_MIN && events <= SPEED_MAX) {
		*ret_speed = (struct speed){.events = events};
		return 0;
	}
	if (time_parse(words, &whole, &ignored) == 0 && whole > 0) {
		*ret_speed = (struct speed){.whole = whole};
		return 0;
	}
	return error_set(err,
		"'%s' is neither a number of events per second (%g to %g) nor a time for the whole trace, such as 60s",
		words, SPEED_MIN, SPEED_MAX);
}

void speed_init(struct speed *speed, const struct view_config *config)
{
	*speed = config->speed;
}

double view_speed(const struct view *view)
{
	const struct speed *speed = &view->speed;
	double length = (double)player_length(view->player);

	if (view->playback.goal)
		return view->playback.goal_speed;
	if (speed->events > 0)
		return speed->events;
	if (speed->whole > 0)
		return within_limits(length / (double)speed->whole * 1e9);
	double events = length / (double)MINUTE * 1e9;
	return events > SPEED_NORMAL ? within_limits(events) : SPEED_NORMAL;
}

void speed_add_words(double events, struct text *out)
{
	struct units units;

	if (events < 10)
		text_add(out, "%.3g events/s", events);
	else
		text_add(out, "%s events/s", units_count(&units, (uint64_t)(events + 0.5)));
}

void view_set_speed(struct view *view, struct speed speed)
{
	struct text words = {0};
	struct units units;

	view->speed = speed;
	double events = view_speed(view);
	speed_add_words(events, &words);
	view_say(view, "%s: the whole trace in %s", text_of(&words),
		units_wait(&units, (uint64_t)((double)player_length(view->player) / events * 1e9)));
	text_finish(&words);
}

void view_scale_speed(struct view *view, double factor)
{
	view_set_speed(view, (struct speed){.events = within_limits(view_speed(view) * factor)});
}
