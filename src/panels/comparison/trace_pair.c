/* See trace_pair.h. */
#include "panels/comparison/trace_pair.h"

#include "base/units.h"
#include "heap/metrics.h"
#include "trace/trace.h"

#include <inttypes.h>

/* "at "served"", "12 events past "served"" */
static void add_mark(struct text *out, const struct counterpart *at)
{
	struct units units;

	if (!at->mark)
		text_add(out, "before the first mark that both have");
	else if (at->past == 0)
		text_add(out, "at \"%s\"", at->mark);
	else
		text_add(out, "%s event%s past \"%s\"", units_count(&units, at->past),
			at->past == 1 ? "" : "s", at->mark);
}

static void add_event(struct text *out, const struct player *player)
{
	uint64_t position = player_position(player), length = player_length(player);
	struct units units;

	if (position == 0)
		text_add(out, "its start");
	else if (position == length)
		text_add(out, "its end, event %s", units_count(&units, position - 1));
	else
		text_add(out, "event %s", units_count(&units, position - 1));
}

void trace_pair_add_place(const struct rivals *rivals, struct text *out)
{
	struct counterpart at;
	struct units units;

	switch (rivals_beside(rivals, &at)) {
	case PACE_TIME:
		text_add(out, "By time: both are at %s; ", units_time(&units, at.time));
		break;
	case PACE_MARK:
		text_add(out, "By mark: A is ");
		add_mark(out, &at);
		text_add(out, "; ");
		break;
	case PACE_EVENT:
	case PACE_COUNT:
		text_add(out, "By event: ");
		break;
	}
	text_add(out, "B is at ");
	add_event(out, rivals_player(rivals, 1));
	text_add(out, ".");
}

/* "12 MiB more than A", "as much as A" */
static void add_bytes(struct text *out, uint64_t first, uint64_t second)
{
	struct units units;

	if (first == second)
		text_add(out, "as much as A");
	else
		text_add(out, "%s %s than A",
			units_bytes(&units, second > first ? second - first : first - second),
			second > first ? "more" : "less");
}

void trace_pair_add_figures(const struct rivals *rivals, bool in_short, struct text *out)
{
	const struct metrics *a = player_metrics(rivals_player(rivals, 0)),
			     *b = player_metrics(rivals_player(rivals, 1));
	struct units units;

	text_add(out, "B holds ");
	add_bytes(out, a->reserved, b->reserved);
	if (in_short) {
		text_add(out, ".");
		return;
	}
	text_add(out, ". It has ");
	add_bytes(out, a->live_bytes, b->live_bytes);
	uint64_t objects = b->live > a->live ? b->live - a->live : a->live - b->live;
	text_add(out, " live, in ");
	if (objects == 0)
		text_add(out, "as many objects.");
	else
		text_add(out, "%s %s object%s.", units_count(&units, objects),
			b->live > a->live ? "more" : "fewer", objects == 1 ? "" : "s");
}
