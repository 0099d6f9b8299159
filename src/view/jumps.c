#include "view/jumps.h"

#include "base/error.h"
#include "base/numbers.h"
#include "base/options.h"
#include "base/units.h"
#include "view/view_state.h"

#include <stdio.h>
#include <string.h>

#define PAGE_EVENTS 20u
#define TIMELESS    200u /* most notes and marks in a row, which have no time */

void view_page(struct view *view, bool back)
{
	uint64_t here = view_position(view);

	if (back)
		view_jump(view, here > PAGE_EVENTS ? here - PAGE_EVENTS : 0);
	else
		view_jump(view, here + PAGE_EVENTS);
}

void view_to_fault(struct view *view, bool back)
{
	view_find_stop(view, (struct stop){STOP_FAULT, 0}, back, "fault");
}

static void find_peak(struct view *view, uint64_t n)
{
	if (player_surveyed(view->player) < player_length(view->player) &&
		player_survey(view->player, n))
		return;
	view_end_errand(view);
	view_jump(view, player_survey_metrics(view->player)->peak_at);
}

static void measure_peak(const struct view *view, uint64_t *ret_done, uint64_t *ret_all)
{
	*ret_done = player_surveyed(view->player);
	*ret_all = player_length(view->player);
}

static const struct errand_kind finding_peak = {find_peak, measure_peak};

void view_to_peak(struct view *view)
{
	view_cancel(view);
	uint64_t here = player_position(view->player);
	view_begin_errand(view, &finding_peak, "looking for the peak", here, here);
}

void view_follow(struct view *view)
{
	if (!view->growth.is_live) {
		view_say(view,
			"this trace is complete; use play --follow for one still being written");
		return;
	}
	view_pause(view);
	if (view_position(view) != player_length(view->player))
		view_keep_origin(view);
	view_abandon(view);
	view_follow_end(view);
}

static void to_start(struct view *view)
{
	view_jump(view, 0);
}

static void to_end(struct view *view)
{
	view_jump(view, player_length(view->player));
}

static void to_next_fault(struct view *view)
{
	view_to_fault(view, false);
}

/* ---- by time ------------------------------------------------------------------------------- */

/* The time of the last event before the position that has one; false: none of the last few has. */
static bool time_before(const struct view *view, uint64_t position, uint64_t *ret_time)
{
	struct event event;

	for (unsigned i = 0; i < TIMELESS && position > 0; i++)
		if (trace_get(player_trace(view->player), --position, &event) &&
			(event.flags & EVENT_HAS_TIME)) {
			*ret_time = event.time;
			return true;
		}
	return false;
}

/* The number of events up to that time. */
static uint64_t position_at(const struct view *view, uint64_t time)
{
	uint64_t low = 0, high = player_length(view->player), at = 0;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (!time_before(view, middle + 1, &at) || at <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* way: '+' and '-' count from here, anything else from the start. */
static int seek_time(struct view *view, char way, uint64_t time, struct error *err)
{
	uint64_t here = 0, last;

	if (!time_before(view, player_length(view->player), &last))
		return error_set(err, "seek: this trace has no times");
	time_before(view, view_position(view), &here);
	if (way == '+')
		time = time > UINT64_MAX - here ? UINT64_MAX : here + time;
	else if (way == '-')
		time = time < here ? here - time : 0;
	view_jump(view, position_at(view, time));
	if (time > last)
		view_say(view, "the trace ends earlier");
	return 0;
}

/* ---- anywhere ------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	void (*go)(struct view *view);
} places[] = {
	{"start", to_start},
	{"end", to_end},
	{"peak", view_to_peak},
	{"fault", to_next_fault},
};

/* Goes to a place with a name, or a mark of the trace; false: it is neither. */
static bool seek_name(struct view *view, const char *name)
{
	uint64_t number;

	if (trace_find_mark(player_trace(view->player), name, &number)) {
		view_jump(view, number + 1);
		return true;
	}
	if (view_find_own_mark(view, name, &number)) {
		view_jump(view, number);
		return true;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (strcmp(places[i].name, name) == 0) {
			places[i].go(view);
			return true;
		}
	return false;
}

static void seek_number(struct view *view, char way, uint64_t number)
{
	uint64_t position = view_position(view);

	if (way == '+')
		position = number > UINT64_MAX - position ? UINT64_MAX : position + number;
	else if (way == '-')
		position = number < position ? position - number : 0;
	else /* an event number means the position just after it */
		position = number < UINT64_MAX ? number + 1 : number;
	uint64_t length = player_length(view->player);
	struct units units;

	view_jump(view, position);
	if (position > length)
		view_say(view, "the trace ends earlier: its last event is %s",
			units_count(&units, length ? length - 1 : 0));
}

/* "99.7" → 9970; what is beyond two decimals is left out. false: it is not a percentage. */
static bool parse_percent(const char *digits, uint64_t *ret_hundredths)
{
	uint64_t whole = 0, part = 0;
	size_t length = strspn(digits, "0123456789");
	const char *point = digits + length;
	size_t decimals = *point == '.' ? strspn(point + 1, "0123456789") : 0;

	if (length == 0 || (*point && (*point != '.' || point[1 + decimals])))
		return false;
	for (size_t i = 0; i < length && whole <= 100; i++)
		whole = whole * 10 + (uint64_t)(digits[i] - '0');
	for (size_t i = 1; i <= 2; i++)
		part = part * 10 + (i <= decimals ? (uint64_t)(point[i] - '0') : 0);
	*ret_hundredths = whole >= 100 ? 10000 : whole * 100 + part;
	return true;
}

static void seek_hundredths(struct view *view, uint64_t hundredths)
{
	uint64_t length = player_length(view->player);

	view_jump(view, length / 10000 * hundredths + length % 10000 * hundredths / 10000);
}

int view_seek(struct view *view, const char *words, struct error *err)
{
	char way = words[0] == '+' || words[0] == '-' ? words[0] : '\0';
	const char *rest = words + (way != '\0');
	size_t length = strlen(rest);
	bool percent = way == '\0' && length > 1 && rest[length - 1] == '%';
	char digits[32];
	uint64_t number;
	struct error why;

	if (*words == '\0')
		return error_set(err,
			"seek needs a target: event number, +5, -5, 50%%, 1.5s, mark, peak, fault, start, end");
	if (seek_name(view, words))
		return 0;
	if (time_parse(rest, &number, &why) == 0)
		return seek_time(view, way, number, err);
	snprintf(digits, sizeof(digits), "%.*s", (int)(length - percent), rest);
	if (percent && parse_percent(digits, &number)) {
		seek_hundredths(view, number);
		return 0;
	}
	if (number_parse(digits, &number, &why) < 0)
		return *digits && strspn(digits, "0123456789") == strlen(digits)
			       ? error_set(err, "seek: %s", why.text)
			       : error_set(err,
					 "seek: '%s' is not an event number, percentage, time, mark, peak or fault",
					 words);
	seek_number(view, way, number);
	return 0;
}
