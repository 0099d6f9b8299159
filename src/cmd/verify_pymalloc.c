/*
 * A recorded Python's addresses against those of our pymalloc (player/verifier.h), as figures and
 * sentences.
 *
 *	ours       where the engine placed the block
 *	recorded   where the real allocator placed it
 */
#include "base/error.h"
#include "base/options.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/verify_report.h"
#include "player/verifier.h"
#include "story/names.h"
#include "story/places.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

static const struct {
	const char *brief;
	const char *words;
} difference_words[] = {
	[DIFFERS_PLACE] = {"place", "Both used a block of an arena, but not the same one."},
	[DIFFERS_NOT_BELOW] = {"not below",
		"We passed the request to the layer below; the recorded Python used a block of an arena."},
	[DIFFERS_BELOW] = {"below",
		"We used a block of an arena; the recorded Python passed the request to the layer "
		"below, or used an arena that is not in the trace."},
	[DIFFERS_LIVE] = {"live",
		"The recorded Python got a block that was still live: an earlier event is missing."},
	[DIFFERS_UNKNOWN] = {"unknown",
		"The block is in an arena but was never allocated: an earlier event is missing."},
	[DIFFERS_FREED] = {"freed", "The freed block was somewhere else in our engine."},
	[DIFFERS_MAP_MISSING] = {"arena not mapped",
		"The recorded Python mapped an arena for this request; we had a free pool."},
	[DIFFERS_MAP_EXTRA] = {"arena mapped",
		"We needed a new arena for this request; the recorded Python mapped none."},
	[DIFFERS_UNMAP_MISSING] = {"arena not returned",
		"The recorded Python returned an arena here; we did not."},
	[DIFFERS_UNMAP_EXTRA] = {"arena returned",
		"We returned an arena; the recorded Python kept it."},
};
static_assert(sizeof(difference_words) / sizeof(*difference_words) == DIFFERENCE_COUNT,
	"every difference has its words");

/* ---- sentences ------------------------------------------------------------------------------ */

struct found {
	struct span span;
	bool is_found;
};

static bool take_span(const struct span *span, void *user)
{
	*(struct found *)user = (struct found){*span, true};
	return false;
}

static void add_block(const struct heap *heap, const struct page *page, const struct span *span,
	uint64_t address, struct text *out)
{
	struct units units;
	struct live live;

	switch (span->state) {
	case SPAN_USED:
		if (heap_find_address(heap, address, &live))
			text_add(out, "in use by object %" PRIu32 " since event %s", live.object,
				units_count(&units, live.born));
		else
			text_add(out, "in use");
		break;
	case SPAN_FREE:
		if (span->order == 1)
			text_add(out, "free, the head of the pool's chain");
		else if (span->order)
			text_add(out, "free, number %" PRIu32 " of the pool's chain", span->order);
		else
			text_add(out, "free");
		break;
	case SPAN_VIRGIN:
		text_add(out, "never used");
		break;
	case SPAN_HEADER:
		text_add(out, "the pool's header");
		break;
	case SPAN_WASTE:
	case SPAN_WAITING: /* of regions; pools have none */
		text_add(out, "the pool's end, too short for a block");
		break;
	}
	if (page->size_class != PAGE_NO_CLASS)
		text_add(out,
			"; the pool is of class %" PRIu32 ", %" PRIu32 " B, %" PRIu32 " of %" PRIu32
			" in use",
			page->size_class, page->block_size, page->used, page->blocks);
	if (span->base != address && span->state != SPAN_HEADER && span->state != SPAN_WASTE)
		text_add(out, "; %" PRIu64 " B past the start of a block", address - span->base);
}

/* "0x7f…, A01.p23 block 7: free, the head of the pool's chain": the state before the event. */
static void add_address(const struct heap *heap, uint64_t address, struct text *out)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct found found = {0};
	struct region region;
	struct page page;
	uint32_t number;
	char name[64];
	size_t at;

	text_add(out, "0x%" PRIx64 ", ", address);
	if (!engine_region_at(engine, address, &at, &region)) {
		text_add(out, "in none of our arenas");
		return;
	}
	text_add(out, "%s", name_address(heap, address, name, sizeof(name)));
	if (!page_find(engine, address, &at, &number, &page)) {
		text_add(out, ": before the arena's first pool");
		return;
	}
	text_add(out, ": ");
	engine_spans(engine, address, address + 1, take_span, &found);
	if (page.state == PAGE_VIRGIN)
		text_add(out, "a pool never carved");
	else if (page.state == PAGE_LOST)
		text_add(out, "the end of the arena, no whole pool");
	else if (page.state == PAGE_FREE)
		text_add(out, "an empty pool, last of class %" PRIu32, page.size_class);
	else if (found.is_found)
		add_block(heap, &page, &found.span, address, out);
}

/* A possible reason, where the first difference allows a guess. */
static const char *hint_for(const struct difference *difference, const struct trace *trace)
{
	if (trace_info(trace)->dropped)
		return "The recorder dropped events; that alone may explain it.";
	if (difference->kind == DIFFERS_BELOW || difference->kind == DIFFERS_UNKNOWN ||
		difference->kind == DIFFERS_LIVE || difference->kind == DIFFERS_MAP_EXTRA)
		return "If the recording was started or paused while Python ran, or dropped events, nothing can be predicted.";
	return "";
}

/* Describes the place of the recorded block before the event. */
static void begin_story(void *user, const struct difference *difference, const struct heap *heap)
{
	struct verify_report *report = user;
	const char *hint = report->stories.count == 0 ? hint_for(difference, report->trace) : "";
	struct verify_story *story = verify_report_story(report, difference->event,
		difference_words[difference->kind].brief, difference_words[difference->kind].words,
		hint);

	if (difference->recorded)
		add_address(heap, difference->recorded, &story->recorded);
	else
		text_add(&story->recorded, "no such event");
}

static void end_story(void *user, const struct difference *difference, const struct heap *heap,
	const struct event *event, const struct effect *effect, const struct decision_log *log)
{
	struct verify_report *report = user;

	assert(verify_report_last_story(report)->event == difference->event);
	verify_story_end(verify_report_last_story(report), report, heap, event, effect, log);
}

/* ---- figures -------------------------------------------------------------------------------- */

static void add_figures(struct emit *emit, const struct trace *trace,
	const struct verifier_figures *figures, const char *preset)
{
	emit_pair(emit, "python",
		*trace_info(trace)->python ? trace_info(trace)->python : "unknown");
	emit_pair(emit, "preset", preset);
	emit_pair_number(emit, "events", figures->events);
	emit_pair_number(emit, "compared", figures->compared);
	emit_pair_number(emit, "in arenas", figures->in_arenas);
	emit_pair_number(emit, "below", figures->below);
	emit_pair_number(emit, "arenas mapped", figures->mapped);
	emit_pair_number(emit, "arenas returned", figures->unmapped);
	emit_pair_number(emit, "allocators", figures->allocators);
	if (figures->strangers)
		emit_pair_number(emit, "unknown pointers", figures->strangers);
	if (figures->lost_frees)
		emit_pair_number(emit, "frees missing below", figures->lost_frees);
	if (trace_info(trace)->dropped)
		emit_pair_number(emit, "dropped events", trace_info(trace)->dropped);
	emit_pair_number(emit, "differences", figures->differences);
}

/* Whether there was anything to compare. */
static int check_kind(const struct verifier_figures *figures, const struct trace *trace,
	struct error *err)
{
	if (figures->python == 0)
		return error_set(err,
			"%s: not a Python trace: no event of Python's mem or object domain has an address",
			trace_name(trace));
	if (figures->mapped == 0 && *trace_info(trace)->recorder) /* ours keeps every arena */
		return error_set(err,
			"%s: not a Python trace with pymalloc: no arena of %" PRIu64
			" KiB was mapped",
			trace_name(trace), figures->arena_size >> 10);
	return 0;
}

/* From 3.12 on an interpreter may have an allocator of its own. */
static bool may_be_several(const char *preset)
{
	unsigned major, minor;

	return sscanf(preset, "%u.%u", &major, &minor) == 2 &&
	       (major > 3 || (major == 3 && minor >= 12));
}

int verify_pymalloc(struct verify_report *report, const struct options *engine, struct error *err)
{
	const char *preset = options_text(engine, "python");
	const struct verifier_config config = {
		.options = engine,
		.may_be_several = may_be_several(preset),
		.max = (size_t)options_number(report->call->options, "max"),
	};
	const struct verifier_listener listener = {begin_story, end_story, report};
	struct verifier *verifier;

	if (verifier_new(&verifier, report->call->trace, &config, err) < 0)
		return EXIT_TROUBLE;
	verifier_run(verifier);
	const struct verifier_figures *figures = verifier_figures(verifier);
	bool is_fine = figures->differences == 0;
	if (check_kind(figures, report->trace, err) < 0) {
		is_fine = false;
	} else if (figures->mapped == 0) {
		is_fine = verify_pools(report, engine) == EXIT_FINE;
	} else {
		add_figures(&report->emit, report->trace, figures, preset);
		verifier_report(verifier, &listener);
	}
	verifier_free(verifier);
	return is_fine ? EXIT_FINE : EXIT_TROUBLE;
}
