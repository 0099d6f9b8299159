/* See where.h. */
#include "player/where.h"

#include "base/error.h"
#include "base/numbers.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/heap.h"
#include "heap/metrics.h"
#include "player/mark_names.h"
#include "trace/exits.h"
#include "trace/trace.h"

#include <stdio.h>
#include <string.h>

#define WHERE_EXIT "exit"
#define ALL        10000u /* hundredths of a percent */
#define TIMELESS   200u   /* most notes and marks in a row, which have no time */

/* ---- by time ------------------------------------------------------------------------------- */

bool where_time(struct trace *trace, uint64_t position, uint64_t *ret_time)
{
	struct event event;

	for (unsigned i = 0; i < TIMELESS && position > 0; i++)
		if (trace_get(trace, --position, &event) && (event.flags & EVENT_HAS_TIME)) {
			*ret_time = event.time;
			return true;
		}
	return false;
}

uint64_t where_at_time(struct trace *trace, uint64_t time)
{
	uint64_t low = 0, high = trace_length(trace), at = 0;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (!where_time(trace, middle + 1, &at) || at <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* way: '+' and '-' count from here, anything else from the start. */
static int by_time(struct where *where, struct trace *trace, uint64_t here, char way, uint64_t time,
	struct error *err)
{
	uint64_t now = 0, last;

	if (!where_time(trace, trace_length(trace), &last))
		return error_set(err, "this trace has no times");
	where_time(trace, here, &now);
	bool is_before = way == '-' && time > now;
	if (way == '+')
		time = time > UINT64_MAX - now ? UINT64_MAX : now + time;
	else if (way == '-')
		time = time < now ? now - time : 0;
	where->position = where_at_time(trace, time);
	where->is_beyond = time > last;
	where->is_before = is_before;
	return 0;
}

/* ---- by number ----------------------------------------------------------------------------- */

static void by_number(struct where *where, struct trace *trace, uint64_t here, char way,
	uint64_t number)
{
	uint64_t length = trace_length(trace), position;

	if (way == '+')
		position = number > UINT64_MAX - here ? UINT64_MAX : here + number;
	else if (way == '-')
		position = number < here ? here - number : 0;
	else /* an event number means the position just after it */
		position = number < UINT64_MAX ? number + 1 : number;
	where->is_beyond = position > length;
	where->is_before = way == '-' && number > here;
	where->position = where->is_beyond ? length : position;
}

/*
 * "99.7" → 9970; what is beyond two decimals is left out. More than 100% is more than 10000. false:
 * it is not a percentage.
 */
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
	bool has_more = strspn(point, ".0") < strlen(point); /* of 100%, past the point */
	*ret_hundredths = whole * 100 + part + (whole == 100 && part == 0 && has_more);
	return true;
}

static void by_hundredths(struct where *where, struct trace *trace, uint64_t hundredths)
{
	uint64_t length = trace_length(trace);

	where->position = length / ALL * hundredths + length % ALL * hundredths / ALL;
}

/* ---- by name ------------------------------------------------------------------------------- */

/* A mark of the trace, or a place that every trace has; false: it is neither. */
static bool by_name(struct where *where, struct trace *trace, const char *name)
{
	struct trace_exit exit;
	bool has_exit = trace_find_exit(trace, &exit);
	uint64_t number;

	if (has_exit && strcmp(name, exit_mark_name(exit.kind)) == 0)
		where->position = exit.position;
	else if (mark_names_find(trace, name, &number))
		where->position = number + 1;
	else if (has_exit && strcmp(name, WHERE_EXIT) == 0)
		where->position = exit.position;
	else if (strcmp(name, "start") == 0)
		where->position = 0;
	else if (strcmp(name, "end") == 0)
		where->position = trace_length(trace);
	else if (strcmp(name, "peak") == 0)
		where->kind = WHERE_PEAK;
	else if (strcmp(name, "fault") == 0)
		where->kind = WHERE_FAULT;
	else
		return false;
	return true;
}

const char *where_by_default(const struct trace *trace)
{
	struct trace_exit exit;

	return trace_find_exit(trace, &exit) ? exit_mark_name(exit.kind) : "end";
}

static int no_place(const struct trace *trace, const char *words, struct error *err)
{
	struct text marks = {0};

	if (strcmp(words, WHERE_EXIT) == 0)
		return error_set(err, "'exit' is where main() returns or a Python shuts down, and "
				      "this trace has no mark there; 'end' is its end");
	mark_names_add(&marks, trace, words);
	error_set(err, "'%s' is not an event number, percentage, time, mark, peak or fault%s",
		words, text_of(&marks));
	text_finish(&marks);
	return -1;
}

int where_parse(struct where *ret_where, struct trace *trace, uint64_t here, const char *words,
	struct error *err)
{
	char way = words[0] == '+' || words[0] == '-' ? words[0] : '\0';
	const char *rest = words + (way != '\0');
	size_t length = strlen(rest);
	bool percent = way == '\0' && length > 1 && rest[length - 1] == '%';
	struct where where = {.kind = WHERE_POSITION};
	char digits[32];
	uint64_t number;
	struct error why;

	snprintf(digits, sizeof(digits), "%.*s", (int)(length - percent), rest);
	if (by_name(&where, trace, words)) {
		*ret_where = where;
		return 0;
	}
	if (time_parse(rest, &number, &why) == 0) {
		if (by_time(&where, trace, here, way, number, err) < 0)
			return -1;
	} else if (percent && parse_percent(digits, &number)) {
		if (number > ALL)
			return error_set(err, "'%s' is more than 100%%, which is the trace's end",
				words);
		by_hundredths(&where, trace, number);
	} else if (number_parse(digits, &number, &why) < 0) {
		return *digits && strspn(digits, "0123456789") == strlen(digits)
			       ? error_set(err, "%s", why.text)
			       : no_place(trace, words, err);
	} else {
		by_number(&where, trace, here, way, number);
	}
	*ret_where = where;
	return 0;
}

/* ---- by playing ---------------------------------------------------------------------------- */

/* The events up to the first serious fault; all of them where there is none. */
static uint64_t first_fault(struct heap *heap, struct trace *trace)
{
	const struct event *events;
	struct effect effect;
	uint64_t at = 0;
	size_t n;

	while ((events = trace_borrow(trace, at, &n)))
		for (size_t i = 0; i < n; i++, at++) {
			heap_expect(heap, &events[i], n - i);
			heap_apply(heap, at, &events[i], NULL, &effect);
			if (fault_is_serious(effect.fault))
				return at + 1;
		}
	return trace_length(trace);
}

int where_find(uint64_t *ret_position, struct trace *trace, const char *engine,
	const struct options *options, const char *words, struct error *err)
{
	struct metrics metrics = {0};
	struct where where = {.kind = WHERE_POSITION};
	struct heap *heap;

	if (where_parse(&where, trace, 0, words, err) < 0)
		return -1;
	if (where.is_before)
		return error_set(err, "'%s' is before the trace begins: its first event is 0",
			words);
	if (where.kind != WHERE_POSITION) {
		if (heap_new(&heap, engine, options, err) < 0)
			return -1;
		if (where.kind == WHERE_PEAK) {
			metrics_play(&metrics, heap, trace, 0, trace_length(trace), NULL);
			where.position = metrics.peak_at;
		} else {
			where.position = first_fault(heap, trace);
		}
		heap_free(heap);
	}
	*ret_position = where.position;
	return 0;
}
