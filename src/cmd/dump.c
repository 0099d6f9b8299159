/*
 * `arenascope dump`: the whole state of a heap at a moment: regions, pages, live blocks with their
 * addresses, lists of free memory.
 */
#include "base/emitter.h"
#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "cmd/engine_status.h"
#include "cmd/plugin_notes.h"
#include "cmd/moment.h"
#include "cmd/output.h"
#include "heap/heap.h"
#include "heap/metrics.h"
#include "player/scope.h"
#include "player/where.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static const struct option_spec options[] = {
	MOMENT_OPTION,
	{.name = "format",
		.type = OPTION_CHOICE,
		.value = "FORMAT",
		.fallback = "table",
		.choices = emit_forms,
		.help = "output format"},
	{.name = "json", .type = OPTION_FLAG, .help = "the same as --format json"},
	{0},
};

static const char *const region_kinds[] = {[REGION_ARENA] = "arena",
	[REGION_HEAP] = "heap",
	[REGION_MAPPING] = "mapping",
	[REGION_SLAB] = "slab"};
static const char *const page_states[] = {[PAGE_VIRGIN] = "never used",
	[PAGE_FREE] = "free",
	[PAGE_USED] = "used",
	[PAGE_FULL] = "full",
	[PAGE_LOST] = "lost"};
static const char *const span_states[] = {[SPAN_USED] = "block",
	[SPAN_FREE] = "free",
	[SPAN_VIRGIN] = "never used",
	[SPAN_HEADER] = "header",
	[SPAN_WASTE] = "waste",
	[SPAN_WAITING] = "waiting"};

struct dump {
	struct emit *emit;
	const struct heap *heap;
	const struct engine *engine; /* the layer that is visited */
};

static void emit_address(struct emit *emit, uint64_t address)
{
	char words[24];

	snprintf(words, sizeof(words), "0x%" PRIx64, address);
	emit_cell(emit, words);
}

/* ---- tables -------------------------------------------------------------------------------- */

static void emit_regions(const struct dump *dump)
{
	struct region region;

	for (size_t i = 0; i < engine_region_count(dump->engine); i++) {
		engine_region(dump->engine, i, &region);
		emit_row(dump->emit);
		emit_cell(dump->emit, engine_name(dump->engine));
		emit_cell(dump->emit, region.name);
		emit_cell(dump->emit, region_kinds[region.kind]);
		emit_address(dump->emit, region.base);
		emit_number(dump->emit, region.size);
		emit_number(dump->emit, region.used);
		emit_number(dump->emit, region.pages);
		emit_cell(dump->emit, region.state);
	}
}

static void emit_pages(const struct dump *dump)
{
	struct region region;
	struct page page;

	if (!engine_has_pages(dump->engine))
		return;
	for (size_t i = 0; i < engine_region_count(dump->engine); i++) {
		engine_region(dump->engine, i, &region);
		for (uint32_t at = 0; at < region.pages; at++) {
			engine_page(dump->engine, i, at, &page);
			emit_row(dump->emit);
			emit_cell(dump->emit, region.name);
			emit_address(dump->emit, page.base);
			emit_cell(dump->emit, page_states[page.state]);
			emit_number(dump->emit, page.block_size);
			emit_number(dump->emit, page.used);
			emit_number(dump->emit, page.blocks);
		}
	}
}

static bool emit_span(const struct span *span, void *user)
{
	const struct dump *dump = user;
	const struct free_kind *kinds = engine_kinds(dump->engine);
	struct live live;
	bool is_live =
		span->state == SPAN_USED && heap_find_address(dump->heap, span->payload, &live);

	emit_row(dump->emit);
	emit_cell(dump->emit, engine_name(dump->engine));
	emit_address(dump->emit, span->base);
	emit_number(dump->emit, span->size);
	emit_cell(dump->emit, span_states[span->state]);
	emit_cell(dump->emit, kinds && span->kind ? kinds[span->kind - 1].name : "");
	if (!is_live)
		return true;
	emit_number(dump->emit, live.object);
	emit_address(dump->emit, live.address);
	emit_number(dump->emit, live.size);
	emit_number(dump->emit, live.born);
	return true;
}

static void emit_spans(const struct dump *dump)
{
	engine_spans(dump->engine, 0, UINT64_MAX, emit_span, (void *)(uintptr_t)dump);
}

static void emit_landmarks(const struct dump *dump)
{
	struct landmark landmarks[LANDMARKS_MAX];
	size_t n = engine_landmarks(dump->engine, landmarks, LANDMARKS_MAX);

	for (size_t i = 0; i < n; i++) {
		emit_row(dump->emit);
		emit_cell(dump->emit, engine_name(dump->engine));
		emit_cell(dump->emit, landmarks[i].name);
		emit_address(dump->emit, landmarks[i].region + landmarks[i].offset);
		emit_cell(dump->emit, landmarks[i].words);
	}
}

/* A list is read at once: engines walk from its head. */
static void emit_list(const struct dump *dump, size_t i)
{
	struct list list;

	engine_list_at(dump->engine, i, &list);
	if (list.length == 0)
		return;
	struct list_entry *entries = xcalloc((size_t)list.length, sizeof(*entries));
	size_t n = engine_list_entries(dump->engine, i, 0, entries, (size_t)list.length);
	for (size_t k = 0; k < n; k++) {
		emit_row(dump->emit);
		emit_cell(dump->emit, engine_name(dump->engine));
		emit_cell(dump->emit, list.name);
		emit_number(dump->emit, k);
		emit_address(dump->emit, entries[k].address);
		emit_number(dump->emit, entries[k].size);
	}
	free(entries);
}

static void emit_lists(const struct dump *dump)
{
	size_t count = engine_has_lists(dump->engine) ? engine_list_count(dump->engine) : 0;

	for (size_t i = 0; i < count; i++)
		emit_list(dump, i);
}

/* A table, to which every layer of the heap adds its rows. */
struct dump_table {
	const char *title;
	const char *columns[10];
	void (*emit)(const struct dump *dump);
};

static const struct dump_table tables[] = {
	{"regions",
		{"<engine", "<name", "<kind", "<base", "bytes", "used", "pages", "<state", NULL},
		emit_regions},
	{"pages", {"<region", "<base", "<state", "block", "used", "blocks", NULL}, emit_pages},
	{"spans",
		{"<engine", "<base", "bytes", "<state", "<kind", "object", "<address", "asked for",
			"born", NULL},
		emit_spans},
	{"pointers", {"<engine", "<name", "<address", "<what is there", NULL}, emit_landmarks},
	{"lists", {"<engine", "<list", "place", "<address", "bytes", NULL}, emit_lists},
};

static void emit_all(struct emit *emit, const struct cmd_call *call, const struct heap *heap,
	const struct metrics *metrics)
{
	struct dump dump = {.emit = emit, .heap = heap};

	emit_pair(emit, "trace", trace_name(call->trace));
	if (scope_words(scope_of(call->trace)))
		emit_pair(emit, "scope", scope_words(scope_of(call->trace)));
	if (scope_cut(call->trace))
		emit_pair(emit, "cut off", scope_cut(call->trace));
	emit_pair(emit, "engine", call->engine);
	emit_pair_number(emit, "events", metrics->events);
	emit_pair_number(emit, "live objects", metrics->live);
	emit_pair_number(emit, "live bytes", metrics->live_bytes);
	emit_pair_number(emit, "held bytes", metrics->reserved);
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		emit_table(emit, tables[i].title);
		emit_columns(emit, tables[i].columns);
		for (size_t layer = 0; layer < heap_layer_count(heap); layer++) {
			dump.engine = heap_layer(heap, layer);
			tables[i].emit(&dump);
		}
	}
}

static int run(const struct cmd_call *call, struct error *err)
{
	enum emit_form form = options_flag(call->options, "json")
				      ? EMIT_JSON
				      : (enum emit_form)options_choice(call->options, "format");
	struct metrics metrics = {0};
	struct text text = {0};
	struct emit emit;
	struct heap *heap;
	uint64_t end;

	if (moment_find(&end, call, where_by_default(call->trace), err) < 0)
		return EXIT_USAGE;
	if (heap_new(&heap, call->engine, call->options, err) < 0)
		return EXIT_TROUBLE;
	print_plugin_notes();
	metrics_play(&metrics, heap, call->trace, 0, end, err);
	int result = trace_check(call->trace, err);
	if (result == 0) {
		emit_begin(&emit, form, &text);
		emit_all(&emit, call, heap, &metrics);
		emit_end(&emit);
		result = cmd_print(text_of(&text), text.length, err);
	}
	text_finish(&text);
	heap_free(heap);
	return result < 0 ? EXIT_TROUBLE : engine_status(&metrics);
}

const struct cmd cmd_dump = {
	.name = "dump",
	.summary = "print the whole state at a moment: regions, pages, blocks, lists",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.details =
		"  arenascope dump --at peak --json my.trace >peak.json\n"
		"\ndocs/exports.md has the members of the JSON. It is as long as the heap is large.\n",
	.options = options,
	.flags = CMD_TAKES_ENGINE | CMD_OPENS_TRACE,
	.run = run,
};
