/* See counterpart.h. */
#include "player/counterpart.h"

#include "player/where.h"
#include "trace/trace.h"

#include <stddef.h>

const char *const pace_names[] =
	{[PACE_EVENT] = "event", [PACE_TIME] = "time", [PACE_MARK] = "mark", [PACE_COUNT] = NULL};

/* ---- marks --------------------------------------------------------------------------------- */

static struct counterpart by_mark(struct trace *one, uint64_t position, struct trace *other,
	struct common_marks *common)
{
	struct counterpart found = {.past = position};
	const struct trace_mark *marks, *others;
	uint64_t from = 0, limit = trace_length(other);

	common_marks_update(common, one, other);
	trace_marks(one, &marks);
	trace_marks(other, &others);
	size_t next = common_marks_before(common, one, position);
	if (next > 0) {
		const struct common_mark *last = &common->items.items[next - 1];
		found.mark = marks[last->one].name;
		found.past = position - marks[last->one].position - 1;
		from = others[last->other].position + 1;
	}
	if (next < common->items.count) {
		limit = others[common->items.items[next].other].position;
		limit = limit > from ? limit : from;
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
	struct common_marks common = {0};

	common_marks_update(&common, one, other);
	bool has_common = common.items.count > 0;
	common_marks_finish(&common);
	if (has_common)
		return PACE_MARK;
	return pace_has_times(one, other) ? PACE_TIME : PACE_EVENT;
}

struct counterpart counterpart_of(struct trace *one, uint64_t position, struct trace *other,
	enum pace pace, struct common_marks *common)
{
	struct counterpart found = {.position = position};
	uint64_t length = trace_length(other);

	switch (pace) {
	case PACE_MARK:
		return by_mark(one, position, other, common);
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
