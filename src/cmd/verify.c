/*
 * `arenascope verify`: compares the addresses of a recorded Python with those of our pymalloc
 * (player/verifier.h), in figures and sentences.
 *
 *	ours       where the engine placed the block
 *	recorded   where the real allocator placed it
 */
#include "base/emitter.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "player/verifier.h"
#include "story/names.h"
#include "story/narration.h"
#include "story/places.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIFFERENCES_MAX 10000u

static const struct option_spec options[] = {
	{.name = "max",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1",
		.max = DIFFERENCES_MAX,
		.help = "number of differences to explain"},
	{.name = "python",
		.type = OPTION_TEXT,
		.value = "VERSION",
		.help = "recorded CPython version (default: from the trace)"},
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.fallback = "table",
		.choices = emit_forms,
		.help = "output format"},
	{0},
};

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

/* ---- report -------------------------------------------------------------------------------- */

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

/* One difference, as sentences. */
struct story {
	struct text call;
	struct text ours;     /* our action, and its place */
	struct text recorded; /* place of the recorded block before the event */
	struct text why;      /* our decisions, one per line */
	uint32_t thread;
};

/* The report, while it is written. */
struct report {
	const struct trace *trace;
	enum emit_form form;
	struct text text;
	struct emit emit;
	struct story story;
	unsigned stories;
};

static void finish_story(struct story *story)
{
	text_finish(&story->call);
	text_finish(&story->ours);
	text_finish(&story->recorded);
	text_finish(&story->why);
}

static void add_paragraph(struct text *out, const struct difference *difference,
	const struct story *story, const char *hint)
{
	struct units units;

	text_add(out, "\nevent %s, thread %" PRIu32 ": %s\n",
		units_count(&units, difference->event), story->thread, text_of(&story->call));
	text_add(out, "  %s\n", difference_words[difference->kind].words);
	text_add(out, "  ours      %s\n", text_of(&story->ours));
	text_add(out, "  recorded  %s\n", text_of(&story->recorded));
	for (const char *line = text_of(&story->why); *line; line += strcspn(line, "\n") + 1)
		text_add(out, "            %.*s\n", (int)strcspn(line, "\n"), line);
	if (*hint)
		text_add(out, "  %s\n", hint);
}

static void begin_table(struct emit *emit)
{
	static const char *const titles[] = {"call", "difference", "ours", "recorded", "why",
		"hint"};

	emit_table(emit, "first differences");
	emit_column(emit, "event", EMIT_RIGHT);
	emit_column(emit, "thread", EMIT_RIGHT);
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++)
		emit_column(emit, titles[i], EMIT_LEFT);
}

static void add_row(struct emit *emit, const struct difference *difference,
	const struct story *story, const char *hint)
{
	emit_row(emit);
	emit_number(emit, difference->event);
	emit_number(emit, story->thread);
	emit_cell(emit, text_of(&story->call));
	emit_cell(emit, difference_words[difference->kind].brief);
	emit_cell(emit, text_of(&story->ours));
	emit_cell(emit, text_of(&story->recorded));
	emit_cell(emit, text_of(&story->why));
	emit_cell(emit, hint);
}

/* Describes the place of the recorded block before the event. */
static void begin_story(void *user, const struct difference *difference, const struct heap *heap)
{
	struct story *story = &((struct report *)user)->story;

	text_clear(&story->call);
	text_clear(&story->ours);
	text_clear(&story->recorded);
	text_clear(&story->why);
	if (difference->recorded)
		add_address(heap, difference->recorded, &story->recorded);
	else
		text_add(&story->recorded, "no such event");
}

static void describe_ours(struct story *story, const struct heap *heap, const struct effect *effect,
	const struct narration *narration)
{
	const char *arrow = strstr(text_of(&narration->what), "→ ");
	char name[80];

	if (effect->outcome == OUTCOME_PLACED)
		text_add(&story->ours, "0x%" PRIx64 ", %s", effect->address,
			name_address(heap, effect->address, name, sizeof(name)));
	else
		text_add(&story->ours, "%s",
			arrow ? arrow + strlen("→ ") : text_of(&narration->what));
}

static void end_story(void *user, const struct difference *difference, const struct heap *heap,
	const struct event *event, const struct effect *effect, const struct decision_log *log)
{
	struct report *report = user;
	struct story *story = &report->story;
	struct narration narration = {0};
	char call[80];

	narrate(&narration, heap, report->trace, event, effect, log, false);
	text_add(&story->call, "%s", name_call(event, call, sizeof(call)));
	if (event->domain != DOMAIN_C && event->domain != DOMAIN_ARENA)
		text_add(&story->call, ", %s domain", domain_name((enum domain)event->domain));
	describe_ours(story, heap, effect, &narration);
	text_add(&story->why, "%s", text_of(&narration.why));
	story->thread = event->thread;
	narration_finish(&narration);

	const char *hint = report->stories++ == 0 ? hint_for(difference, report->trace) : "";
	if (report->form == EMIT_TABLE)
		add_paragraph(&report->text, difference, story, hint);
	else
		add_row(&report->emit, difference, story, hint);
}

static void add_figures(struct emit *emit, const struct trace *trace,
	const struct verifier_figures *figures, const char *preset)
{
	emit_pair(emit, "trace", trace_name(trace));
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

/* Prints figures, then the first differences. */
static int print_report(const struct cmd_call *call, struct verifier *verifier, const char *preset,
	struct error *err)
{
	struct report report = {.trace = call->trace,
		.form = (enum emit_form)options_choice(call->options, "format")};
	const struct verifier_listener listener = {begin_story, end_story, &report};

	emit_begin(&report.emit, report.form, &report.text);
	add_figures(&report.emit, call->trace, verifier_figures(verifier), preset);
	if (report.form != EMIT_TABLE)
		begin_table(&report.emit);
	verifier_report(verifier, &listener);
	emit_end(&report.emit);
	int result = cmd_print(text_of(&report.text), report.text.length, err);
	finish_story(&report.story);
	text_finish(&report.text);
	return result;
}

/* ---- the command --------------------------------------------------------------------------- */

/* Chooses the preset for the recorded version. */
static int choose_preset(const struct trace *trace, struct options *engine, struct error *err)
{
	const char *version = trace_info(trace)->python;
	unsigned major, minor;
	char preset[24];

	if (!*version)
		return error_set(err,
			"%s: not a Python trace: it does not say which Python was recorded; if you know the version, give --python VERSION",
			trace_name(trace));
	if (strstr(version, "free-threading"))
		return error_set(err, "%s: Python %s does not use pymalloc", trace_name(trace),
			version);
	if (sscanf(version, "%u.%u", &major, &minor) != 2)
		return error_set(err, "%s: '%s' is not a Python version", trace_name(trace),
			version);
	snprintf(preset, sizeof(preset), "%u.%u", major, minor);
	if (options_set(engine, "python", preset, err) < 0)
		return error_set(err,
			"%s: there is no preset for Python %s (see `arenascope engines`)",
			trace_name(trace), version);
	return 0;
}

/* Whether there was anything to compare. */
static int check_kind(const struct verifier_figures *figures, const struct trace *trace,
	struct error *err)
{
	if (figures->python == 0)
		return error_set(err,
			"%s: not a Python trace: no event of Python's mem or object domain has an address",
			trace_name(trace));
	if (figures->mapped == 0)
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

static int verify(const struct cmd_call *call, const struct options *engine, struct error *err)
{
	const char *preset = options_text(engine, "python");
	const struct verifier_config config = {
		.options = engine,
		.may_be_several = may_be_several(preset),
		.max = (size_t)options_number(call->options, "max"),
	};
	struct verifier *verifier;

	if (verifier_new(&verifier, call->trace, &config, err) < 0)
		return EXIT_TROUBLE;
	verifier_run(verifier);
	const struct verifier_figures *figures = verifier_figures(verifier);
	int result = check_kind(figures, call->trace, err);
	if (result == 0)
		result = print_report(call, verifier, preset, err);
	int status = result < 0 || figures->differences ? EXIT_TROUBLE : EXIT_FINE;
	verifier_free(verifier);
	return status;
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct options *engine = options_new();
	const char *version = options_text(call->options, "python");
	size_t count;
	int status;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(engine, engines[i]->options);
	options_set(engine, "arenas", "recorded", NULL);
	options_set(engine, "malloc", "below", NULL);
	if (version ? options_set(engine, "python", version, err) < 0
		    : choose_preset(call->trace, engine, err) < 0)
		status = version ? EXIT_USAGE : EXIT_TROUBLE;
	else
		status = verify(call, engine, err);
	options_free(engine);
	return status;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.summary = "check a recorded Python's addresses against our pymalloc",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.details =
		"Replays a trace of Python's own allocators (`arenascope record -- python3 ...`) on pymalloc, with\nthe arenas where they were recorded.  Compares every address, and every arena that is mapped or\nreturned; for a block of the C allocator, only that it is one.  Explains the first difference.\n"
		"\nExit status: 0 no difference, 1 a difference or a trace that cannot be compared, 2 wrong usage.\n",
	.options = options,
	.flags = CMD_OPENS_TRACE,
	.run = run,
};
