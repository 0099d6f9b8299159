/*
 * A Python's addresses without its arenas, inside of pools (player/pool_check.h), as figures and
 * sentences.
 */
#include "base/options.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/verify_report.h"
#include "player/pool_check.h"

#include <assert.h>
#include <inttypes.h>

static const struct {
	const char *brief, *words;
} difference_words[] = {
	[POOL_PLACE] = {"place", "No pool of this class has a block there."},
	[POOL_CLASS] = {"class", "Blocks of another class are live in that pool."},
	[POOL_ORDER] = {"order", "Another block was freed last in that pool, and is the next."},
};
static_assert(sizeof(difference_words) / sizeof(*difference_words) == POOL_DIFFERENCES,
	"every difference has its words");

static const char hint[] =
	"Memray leaves out what it requests itself, as when a thread begins, and writes a raw "
	"request as any other. So a few differences can "
	"come from the file.";

static void add_figures(struct emit *emit, const struct pool_check *check, const char *preset)
{
	emit_pair(emit, "preset", preset);
	emit_pair(emit, "arenas", "not in the trace");
	emit_pair_number(emit, "events", check->events);
	emit_pair_number(emit, "compared", check->requests);
	emit_pair_number(emit, "in pools seen", check->pools);
	if (check->outside)
		emit_pair_number(emit, "outside of pools", check->outside);
	emit_pair_number(emit, "block predicted", check->predicted);
	emit_pair_number(emit, "below", check->below);
	emit_pair_number(emit, "differences", check->differences);
}

static void add_story(struct verify_report *report, struct trace *trace,
	const struct pool_difference *difference)
{
	struct verify_story *story = verify_report_story(report, difference->event,
		difference_words[difference->kind].brief, difference_words[difference->kind].words,
		report->stories.count == 0 ? hint : "");
	struct event event;

	if (trace_read(trace, difference->event, &event, 1) == 1)
		verify_story_call(story, &event);
	if (difference->kind == POOL_ORDER)
		text_add(&story->ours, "0x%" PRIx64, difference->expected);
	else
		text_add(&story->ours, "a block of %" PRIu32 " B", difference->block_size);
	text_add(&story->recorded, "0x%" PRIx64, difference->recorded);
}

int verify_pools(struct verify_report *report, const struct options *engine)
{
	struct trace *trace = report->call->trace;
	struct pool_check check;

	pool_check_run(&check, trace, pymalloc_geometry(engine),
		(size_t)options_number(report->call->options, "max"));
	add_figures(&report->emit, &check, options_text(engine, "python"));
	for (size_t i = 0; i < check.first.count; i++)
		add_story(report, trace, &check.first.items[i]);
	int status = check.differences == 0 ? EXIT_FINE : EXIT_TROUBLE;
	pool_check_finish(&check);
	return status;
}
