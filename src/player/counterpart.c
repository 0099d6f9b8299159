/* See counterpart.h. */
#include "player/counterpart.h"

#include "player/where.h"
#include "trace/trace.h"

#include <stddef.h>
#include <string.h>

#define TRIES 64u /* marks that only one trace has, on the way to one that both have */

const char *const pace_names[] =
	{[PACE_EVENT] = "event", [PACE_TIME] = "time", [PACE_MARK] = "mark", [PACE_COUNT] = NULL};

/* ---- marks --------------------------------------------------------------------------------- */

/* The mark of the other trace with the name of marks[at], and as many of that name before it. */
static bool find_same(const struct trace_mark *marks, size_t at, const struct trace *other,
	uint64_t *ret_position)
{
	const struct trace_mark *others;
	size_t count = trace_marks(other, &others), before = 0;

	for (size_t i = 0; i < at; i++)
		before += strcmp(marks[i].name, marks[at].name) == 0;
	for (size_t i = 0; i < count; i++)
		if (strcmp(others[i].name, marks[at].name) == 0 && before-- == 0) {
			*ret_position = others[i].position + 1;
			return true;
		}
	return false;
}

static struct counterpart by_mark(struct trace *one, uint64_t position, struct trace *other)
{
	struct counterpart found = {.past = position};
	const struct trace_mark *marks;
	size_t count = trace_marks(one, &marks), next = 0;
	uint64_t from = 0, limit = trace_length(other);

	while (next < count && marks[next].position < position)
		next++;
	for (size_t i = next; i > 0 && next - i < TRIES; i--)
		if (find_same(marks, i - 1, other, &from)) {
			found.mark = marks[i - 1].name;
			found.past = position - marks[i - 1].position - 1;
			break;
		}
	for (size_t i = next; i < count && i - next < TRIES; i++)
		if (find_same(marks, i, other, &limit)) {
			limit = limit > from ? limit - 1 : from;
			break;
		}
	found.position = found.past < limit - from ? from + found.past : limit;
	return found;
}

/* ---- paces --------------------------------------------------------------------------------- */

bool pace_has_times(struct trace *one, struct trace *other)
{
	uint64_t time;

	return where_time(one, trace_length(one), &time) &&
	       where_time(other, trace_length(other), &time);
}

enum pace pace_of(struct trace *one, struct trace *other)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(one, &marks);
	uint64_t found;

	for (size_t i = 0; i < count && i < TRIES; i++)
		if (find_same(marks, i, other, &found))
			return PACE_MARK;
	return pace_has_times(one, other) ? PACE_TIME : PACE_EVENT;
}

struct counterpart counterpart_of(struct trace *one, uint64_t position, struct trace *other,
	enum pace pace)
{
	struct counterpart found = {.position = position};
	uint64_t length = trace_length(other);

	switch (pace) {
	case PACE_MARK:
		return by_mark(one, position, other);
	case PACE_TIME:
		found.position = where_time(one, position, &found.time)
					 ? where_at_time(other, found.time)
					 : 0;
		break;
	case PACE_EVENT:
	case PACE_COUNT:
		break;
	}
	if (found.position > length)
		found.position = length;
	return found;
}
