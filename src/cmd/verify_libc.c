/*
 * What reached the C library of a recorded program against the engine "glibc"
 * (player/c_verifier.h), as figures and sentences.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/verify_report.h"
#include "player/c_verifier.h"
#include "story/names.h"

#include <inttypes.h>
#include <string.h>

#define FIELDS_MAX 24u

/* "heap +0x2a0: free, in tcache[0x40]": before the call. */
static void add_recorded(const struct heap *heap, uint64_t address, struct text *out)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct field fields[FIELDS_MAX];
	struct region region;
	char name[80];
	size_t at;

	text_add(out, "0x%" PRIx64, address);
	if (!engine_region_at(engine, address, &at, &region)) {
		text_add(out, ", in none of our heaps and mappings");
		return;
	}
	text_add(out, ", %s", name_address(heap, address, name, sizeof(name)));
	size_t n = engine_fields(engine, address, fields, FIELDS_MAX);
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, "chunk") == 0)
			text_add(out, ": %s", fields[i].value);
}

static const char *hint_for(const struct trace *trace)
{
	return trace_info(trace)->dropped
		       ? "The recorder dropped events; that alone may explain it."
		       : "";
}

static void begin_story(void *user, const struct c_difference *difference, const struct heap *heap)
{
	struct verify_report *report = user;
	struct verify_story *story = verify_report_story(report, difference->event,
		difference->unseen ? "unseen call" : "C block",
		difference->unseen
			? "A call that is not in the trace came before this one, which is then as predicted."
			: "The recorded program got another block of the C library than ours.",
		report->stories.count == 0 ? hint_for(report->trace) : "");

	struct units units;

	add_recorded(heap, difference->recorded, &story->recorded);
	if (difference->unseen)
		text_add(&story->why, "The unseen call asked for about %s.\n",
			units_bytes(&units, difference->unseen));
}

static void end_story(void *user, const struct c_difference *difference, const struct heap *heap,
	const struct event *call, const struct effect *effect, const struct decision_log *log)
{
	struct verify_report *report = user;

	verify_story_end(verify_report_last_story(report), report, heap, call, effect, log);
}

/* ---- figures -------------------------------------------------------------------------------- */

static void add_figure(struct emit *emit, bool is_below, const char *name, uint64_t value)
{
	char title[40] = "";

	if (is_below)
		strcpy(title, "libc ");
	strncat(title, name, sizeof(title) - 1 - strlen(title));
	emit_pair_number(emit, title, value);
}

static void add_figures(const struct verify_report *report, struct emit *emit,
	const struct c_figures *figures, const char *preset, bool is_below)
{
	const struct trace_info *info = trace_info(report->trace);

	emit_pair(emit, "libc", *info->libc ? info->libc : "unknown");
	emit_pair(emit, is_below ? "libc preset" : "preset", preset);
	if (!is_below)
		emit_pair_number(emit, "events", figures->events);
	add_figure(emit, is_below, "compared", figures->compared);
	add_figure(emit, is_below, "in the heap", figures->in_heap);
	add_figure(emit, is_below, "in arenas", figures->in_arenas);
	add_figure(emit, is_below, "mapped", figures->mapped);
	add_figure(emit, is_below, "threads", figures->threads);
	if (figures->threads > 1)
		add_figure(emit, is_below, "reordered", figures->reordered);
	if (figures->strangers)
		add_figure(emit, is_below, "unknown pointers", figures->strangers);
	if (figures->unseen)
		add_figure(emit, is_below, "unseen calls", figures->unseen);
	if (!is_below && info->dropped)
		emit_pair_number(emit, "dropped events", info->dropped);
	if (figures->differences) {
		add_figure(emit, is_below, "agreed before", figures->agreed_before);
		add_figure(emit, is_below, "agreed after", figures->agreed_after);
	}
	if (figures->lost)
		add_figure(emit, is_below, "not followed", figures->lost);
	if (figures->passed_over)
		add_figure(emit, is_below, "not compared", figures->passed_over);
	add_figure(emit, is_below, "differences", figures->differences);
}

int verify_libc(struct verify_report *report, const struct options *engine, bool is_below,
	struct error *err)
{
	const struct c_listener listener = {begin_story, end_story, report};
	const struct c_verifier_config config = {
		.options = engine,
		.listener = &listener,
		.max = (size_t)options_number(report->call->options, "max"),
	};
	struct c_verifier *verifier;

	if (c_verifier_new(&verifier, report->call->trace, &config, err) < 0)
		return EXIT_TROUBLE;
	c_verifier_run(verifier);
	const struct c_figures *figures = c_verifier_figures(verifier);
	bool is_fine = figures->differences == 0;
	if (figures->compared == 0 && !is_below) {
		error_set(err, "%s: no request to the C library has an address",
			trace_name(report->trace));
		is_fine = false;
	} else {
		add_figures(report, &report->emit, figures, options_text(engine, "glibc"),
			is_below);
	}
	c_verifier_free(verifier);
	return is_fine ? EXIT_FINE : EXIT_TROUBLE;
}
