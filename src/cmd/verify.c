/*
 * `arenascope verify`: what a recorded Python was given, held against what our pymalloc gives.  The
 * trace is played once, with the arenas where they were recorded, and every address is compared;
 * where one differs, the story is told by a player that goes there afterwards.
 *
 *	ours       where the engine placed the block
 *	recorded   where the real one placed it
 *	below      in no arena: the C allocator's; only that is compared, not the address
 *
 * From 3.11 on Python takes pieces of its stack from the arenas' allocator, too; they are told by
 * their size.
 *
 * An arena is recorded as mapped before the allocation that needed it, and as given back behind the
 * free that emptied it, or before or behind a realloc.  So what one side did waits for the other,
 * until a request to Python's allocator shows that nothing more will come.
 */
#include "arenascope/player.h"
#include "base/arrays.h"
#include "base/emit.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "engine/pymalloc.h"
#include "view/look.h"
#include "view/narrate.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH		256u
#define DIFFERENCES_MAX 10000u

static const struct option_spec options[] = {
	{.name = "max", .type = OPTION_NUMBER, .value = "N", .fallback = "1", .max = DIFFERENCES_MAX,
		.help = "differences to explain"},
	{.name = "python", .type = OPTION_TEXT, .value = "VERSION",
		.help = "the CPython that was recorded (default: what the trace says)"},
	{.name = "format", .type = OPTION_CHOICE, .value = "FORM", .fallback = "table", .choices = emit_forms,
		.help = "how figures are written"},
	{0},
};

enum difference_kind {
	DIFFERS_PLACE,
	DIFFERS_NOT_BELOW,
	DIFFERS_BELOW,
	DIFFERS_LIVE,
	DIFFERS_UNKNOWN,
	DIFFERS_FREED,
	DIFFERS_MAP_MISSING,
	DIFFERS_MAP_EXTRA,
	DIFFERS_UNMAP_MISSING,
	DIFFERS_UNMAP_EXTRA,
	DIFFERENCE_COUNT
};

static const struct {
	const char *brief;
	const char *words;
} difference_words[] = {
	[DIFFERS_PLACE] = {"place", "Both used a block of an arena, but not the same one."},
	[DIFFERS_NOT_BELOW] = {"not below",
		"We passed the request to the layer below; the recorded Python used a block of an arena."},
	[DIFFERS_BELOW] = {"below", "We used a block of an arena; the recorded Python passed the request to the layer "
				    "below, or used an arena that the trace does not tell of."},
	[DIFFERS_LIVE] = {"live",
		"The recorded Python was given a block that was live: an event is missing before this one."},
	[DIFFERS_UNKNOWN] = {"unknown",
		"The block lies in an arena, yet nobody had allocated it: an event is missing before this one."},
	[DIFFERS_FREED] = {"freed", "What was freed lay elsewhere in our engine."},
	[DIFFERS_MAP_MISSING] = {"arena not mapped",
		"The recorded Python mapped an arena for this request; we had a free pool."},
	[DIFFERS_MAP_EXTRA] = {"arena mapped",
		"We needed a new arena for this request; the recorded Python mapped none."},
	[DIFFERS_UNMAP_MISSING] = {"arena not given back",
		"The recorded Python gave an arena back here; we did not."},
	[DIFFERS_UNMAP_EXTRA] = {"arena given back", "We gave an arena back; the recorded Python kept it."},
};
static_assert(sizeof(difference_words) / sizeof(*difference_words) == DIFFERENCE_COUNT,
	"every difference has its words");

struct difference {
	uint64_t event;
	enum difference_kind kind;
	uint64_t ours;		/* address; 0: none */
	uint64_t recorded;	/* address, or an arena's base; 0: none */
};

struct figures {
	uint64_t events;
	uint64_t compared;	/* events whose address, or whose being below, was compared */
	uint64_t in_arenas;	/* of them: by address */
	uint64_t below;		/* of them: as below */
	uint64_t python;	/* requests to mem and object domain with an address */
	uint64_t mapped;	/* arenas, as recorded */
	uint64_t unmapped;
	uint64_t strangers;	/* frees and reallocs of what nobody allocated, outside all arenas */
	uint64_t lost_frees;	/* allocations below, at an address still live */
	uint64_t differences;
};

struct arena {
	uint64_t base;
	uint64_t size;
};

/* An arena that was mapped or given back by one side, until the other side is known. */
struct waiting {
	bool is_waiting;
	uint64_t event;
	uint64_t address;	/* base of the recorded one mapped; a block in the one that we gave back */
};

struct comparison {
	struct heap *heap;
	uint64_t arena_size;
	struct figures figures;
	ARRAY(struct arena) arenas;	/* recorded and mapped now, in address order */
	struct waiting mapped;	/* recorded; for the next allocation */
	struct waiting given_back;	/* by us */
	struct waiting taken_back;	/* recorded; for the next realloc */
	ARRAY(struct difference) differences;	/* the first ones */
	size_t max;
};

/* ---- recorded arenas ----------------------------------------------------------------------- */

static size_t count_arenas_to(const struct comparison *now, uint64_t address)
{
	size_t low = 0, high = now->arenas.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (now->arenas.items[middle].base <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct arena *recorded_arena_at(const struct comparison *now, uint64_t address)
{
	size_t n = count_arenas_to(now, address);

	if (n == 0 || address - now->arenas.items[n - 1].base >= now->arenas.items[n - 1].size)
		return NULL;
	return &now->arenas.items[n - 1];
}

static void add_arena(struct comparison *now, uint64_t base, uint64_t size)
{
	size_t at = count_arenas_to(now, base);

	array_push(&now->arenas);
	struct arena *arena = &now->arenas.items[at];
	memmove(arena + 1, arena, (now->arenas.count - at - 1) * sizeof(*arena));
	*arena = (struct arena){base, size};
}

static void remove_arena(struct comparison *now, uint64_t base)
{
	size_t at = count_arenas_to(now, base);

	if (at == 0 || now->arenas.items[at - 1].base != base)
		return;
	memmove(&now->arenas.items[at - 1], &now->arenas.items[at],
		(now->arenas.count - at) * sizeof(*now->arenas.items));
	now->arenas.count--;
}

/* ---- comparing ----------------------------------------------------------------------------- */

static void add_difference(struct comparison *now, uint64_t event, enum difference_kind kind, uint64_t ours,
	uint64_t recorded)
{
	now->figures.differences++;
	if (now->differences.count < now->max)
		*array_push(&now->differences) = (struct difference){event, kind, ours, recorded};
}

/* We did not do the same in time. */
static void settle_taken_back(struct comparison *now)
{
	if (now->taken_back.is_waiting)
		add_difference(now, now->taken_back.event, DIFFERS_UNMAP_MISSING, 0, now->taken_back.address);
	now->taken_back.is_waiting = false;
}

/* The next request comes: what one side gave back, and the other will not any more. */
static void settle(struct comparison *now, bool is_realloc)
{
	if (now->given_back.is_waiting)
		add_difference(now, now->given_back.event, DIFFERS_UNMAP_EXTRA, now->given_back.address, 0);
	now->given_back.is_waiting = false;
	if (!is_realloc)
		settle_taken_back(now);
}

static void compare_map(struct comparison *now, uint64_t number, const struct event *event)
{
	struct effect effect;

	heap_apply(now->heap, number, event, NULL, &effect);
	if ((event->flags & EVENT_FAILED) || event->size != now->arena_size)
		return;
	now->figures.mapped++;
	add_arena(now, event->address, event->size);
	now->mapped = (struct waiting){true, number, event->address};
}

static void compare_unmap(struct comparison *now, uint64_t number, const struct event *event)
{
	const struct arena *arena = recorded_arena_at(now, event->address);
	struct effect effect;

	heap_apply(now->heap, number, event, NULL, &effect);
	if ((event->flags & EVENT_FAILED) || !arena || arena->base != event->address)
		return;	/* no arena, or mapped before the recording */
	now->figures.unmapped++;
	settle_taken_back(now);
	if (now->given_back.is_waiting && now->given_back.address - arena->base < arena->size)
		now->given_back.is_waiting = false;
	else
		now->taken_back = (struct waiting){true, number, event->address};
	remove_arena(now, event->address);
}

/* Arenas that came or went on our side while the request was served; true: nothing left to compare. */
static bool compare_arenas(struct comparison *now, uint64_t number, const struct event *event,
	const struct effect *effect)
{
	bool we_mapped = effect->happened & HAPPENED_ARENA_MAPPED;
	bool they_mapped = now->mapped.is_waiting;

	if (effect->happened & HAPPENED_ARENA_UNMAPPED) {
		if (now->taken_back.is_waiting && effect->old_address - now->taken_back.address < now->arena_size)
			now->taken_back.is_waiting = false;
		else
			now->given_back = (struct waiting){true, number, effect->old_address};
	}
	settle_taken_back(now);
	if (event->kind == EVENT_FREE)
		return false;
	now->mapped.is_waiting = false;
	if (we_mapped == they_mapped)
		return false;
	add_difference(now, number, we_mapped ? DIFFERS_MAP_EXTRA : DIFFERS_MAP_MISSING, effect->address,
		event->address);
	return true;
}

static void compare_placed(struct comparison *now, uint64_t number, const struct event *event,
	const struct effect *effect)
{
	bool is_in_arena = recorded_arena_at(now, event->address);
	bool we_are = effect->outcome == OUTCOME_PLACED && effect->layer == 0;

	now->figures.compared++;
	now->figures.in_arenas += is_in_arena;
	now->figures.below += !is_in_arena;
	if (effect->fault == FAULT_STILL_LIVE && is_in_arena)
		add_difference(now, number, DIFFERS_LIVE, effect->address, event->address);
	else if (effect->fault == FAULT_REALLOC_UNKNOWN && recorded_arena_at(now, event->old_address))
		add_difference(now, number, DIFFERS_UNKNOWN, effect->address, event->address);
	else if (is_in_arena && !we_are)
		add_difference(now, number, DIFFERS_NOT_BELOW, effect->address, event->address);
	else if (!is_in_arena && we_are)
		add_difference(now, number, DIFFERS_BELOW, effect->address, event->address);
	else if (we_are && effect->address != event->address)
		add_difference(now, number, DIFFERS_PLACE, effect->address, event->address);
	now->figures.strangers += effect->fault == FAULT_REALLOC_UNKNOWN;
	now->figures.lost_frees += effect->fault == FAULT_STILL_LIVE && !is_in_arena;
}

static void compare_freed(struct comparison *now, uint64_t number, const struct event *event,
	const struct effect *effect)
{
	bool is_in_arena = recorded_arena_at(now, event->address);
	bool is_known = effect->outcome == OUTCOME_RELEASED;

	if (!is_known && !is_in_arena) {
		now->figures.strangers++;
		return;
	}
	now->figures.compared++;
	now->figures.in_arenas += is_in_arena;
	now->figures.below += !is_in_arena;
	if (!is_known)
		add_difference(now, number, DIFFERS_UNKNOWN, 0, event->address);
	else if (is_in_arena != (effect->layer == 0) || (is_in_arena && effect->old_address != event->address))
		add_difference(now, number, DIFFERS_FREED, effect->old_address, event->address);
}

static void compare_request(struct comparison *now, uint64_t number, const struct event *event)
{
	bool is_python = event->domain == DOMAIN_MEM || event->domain == DOMAIN_OBJ;
	struct effect effect;

	if (is_python)
		settle(now, event->kind == EVENT_REALLOCATE);
	heap_apply(now->heap, number, event, NULL, &effect);
	if (event->address == 0 || (event->flags & EVENT_FAILED))
		return;	/* nothing was given, or nobody wrote down what */
	now->figures.python += is_python;
	if (is_python && compare_arenas(now, number, event, &effect))
		now->figures.compared++;
	else if (event->kind == EVENT_FREE)
		compare_freed(now, number, event, &effect);
	else
		compare_placed(now, number, event, &effect);
}

static void compare(struct comparison *now, struct trace *trace)
{
	struct event events[BATCH];
	struct effect effect;
	uint64_t at = 0;
	size_t n;

	while ((n = trace_read(trace, at, events, BATCH)) > 0)
		for (size_t i = 0; i < n; i++, at++) {
			const struct event *event = &events[i];
			heap_expect(now->heap, event, n - i);
			if (event->kind <= EVENT_FREE)
				compare_request(now, at, event);
			else if (event->domain == DOMAIN_ARENA && event->kind == EVENT_MAP)
				compare_map(now, at, event);
			else if (event->domain == DOMAIN_ARENA && event->kind == EVENT_UNMAP)
				compare_unmap(now, at, event);
			else
				heap_apply(now->heap, at, event, NULL, &effect);
		}
	settle_taken_back(now);
	now->figures.events = at;	/* what the recorded Python still had to do was cut off */
}

/* ---- telling ------------------------------------------------------------------------------- */

struct found {
	struct span span;
	bool is_found;
};

static bool take_span(const struct span *span, void *user)
{
	*(struct found *)user = (struct found){*span, true};
	return false;
}

static void tell_block(const struct heap *heap, const struct page *page, const struct span *span, uint64_t address,
	struct text *out)
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
		text_add(out, "; the pool is of class %" PRIu32 ", %" PRIu32 " B, %" PRIu32 " of %" PRIu32 " in use",
			page->size_class, page->block_size, page->used, page->blocks);
	if (span->base != address && span->state != SPAN_HEADER && span->state != SPAN_WASTE)
		text_add(out, "; %" PRIu64 " B behind where a block begins", address - span->base);
}

/* "0x7f…, A01.p23 block 7: free, the head of the pool's chain": as it was before the event. */
static void tell_address(const struct heap *heap, uint64_t address, struct text *out)
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
		text_add(out, "in no arena of ours");
		return;
	}
	text_add(out, "%s", name_address(heap, address, name, sizeof(name)));
	if (!look_page(engine, address, &at, &number, &page)) {
		text_add(out, ": before the arena's first pool");
		return;
	}
	text_add(out, ": ");
	engine->ops->spans(engine, address, address + 1, take_span, &found);
	if (page.state == PAGE_VIRGIN)
		text_add(out, "a pool never carved");
	else if (page.state == PAGE_LOST)
		text_add(out, "the end of the arena, no whole pool");
	else if (page.state == PAGE_FREE)
		text_add(out, "an empty pool, last of class %" PRIu32, page.size_class);
	else if (found.is_found)
		tell_block(heap, &page, &found.span, address, out);
}

/* What may be behind it, where the first difference allows to guess. */
static const char *hint_for(const struct difference *difference, const struct trace *trace)
{
	unsigned major = 0, minor = 0;

	sscanf(trace_info(trace)->python, "%u.%u", &major, &minor);
	if (trace_info(trace)->dropped)
		return "The recorder had to drop events: that alone can be the reason.";
	if (difference->kind == DIFFERS_MAP_MISSING && major == 3 && minor >= 12)
		return "One allocator never maps an arena while it has a free pool: perhaps these are two, "
		       "a subinterpreter with an allocator of its own (3.12 and later).";
	if (difference->kind == DIFFERS_BELOW || difference->kind == DIFFERS_UNKNOWN ||
		difference->kind == DIFFERS_LIVE)
		return "Was the recording started when Python already ran, or were events lost?";
	return "";
}

/* One difference, in words. */
struct story {
	struct text call;
	struct text ours;	/* what we did, where */
	struct text recorded;	/* where the recorded block lay, before the event */
	struct text why;	/* our decisions, a line each */
	uint32_t thread;
};

static void finish_story(struct story *story)
{
	text_finish(&story->call);
	text_finish(&story->ours);
	text_finish(&story->recorded);
	text_finish(&story->why);
}

static void make_story(struct story *story, struct player *player, const struct difference *difference)
{
	struct narration narration = {0};
	const struct decision_log *log;
	struct event event;
	struct effect effect;
	char name[80];

	text_clear(&story->call);
	text_clear(&story->ours);
	text_clear(&story->recorded);
	text_clear(&story->why);
	player_seek(player, difference->event);
	if (difference->recorded)
		tell_address(player_heap(player), difference->recorded, &story->recorded);
	else
		text_add(&story->recorded, "nothing of the kind");
	player_step(player);
	player_last(player, &event, &effect, &log);
	narrate(&narration, player_heap(player), player_trace(player), &event, &effect, log, false);
	text_add(&story->call, "%s", name_call(&event, name, sizeof(name)));
	if (event.domain != DOMAIN_C && event.domain != DOMAIN_ARENA)
		text_add(&story->call, ", %s domain", domain_name((enum domain)event.domain));
	const char *arrow = strstr(text_of(&narration.what), "→ ");
	if (effect.outcome == OUTCOME_PLACED)
		text_add(&story->ours, "0x%" PRIx64 ", %s", effect.address,
			name_address(player_heap(player), effect.address, name, sizeof(name)));
	else
		text_add(&story->ours, "%s", arrow ? arrow + strlen("→ ") : text_of(&narration.what));
	text_add(&story->why, "%s", text_of(&narration.why));
	story->thread = event.thread;
	narration_finish(&narration);
}

static void add_paragraph(struct text *out, const struct difference *difference, const struct story *story,
	const char *hint)
{
	struct units units;

	text_add(out, "\nevent %s, thread %" PRIu32 ": %s\n", units_count(&units, difference->event), story->thread,
		text_of(&story->call));
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
	static const char *const titles[] = {"call", "difference", "ours", "recorded", "why", "hint"};

	emit_table(emit, "differences");
	emit_column(emit, "event", EMIT_RIGHT);
	emit_column(emit, "thread", EMIT_RIGHT);
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++)
		emit_column(emit, titles[i], EMIT_LEFT);
}

static void add_row(struct emit *emit, const struct difference *difference, const struct story *story,
	const char *hint)
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

static void add_figures(struct emit *emit, const struct trace *trace, const struct figures *figures,
	const char *preset)
{
	emit_pair(emit, "trace", trace_name(trace));
	emit_pair(emit, "python", *trace_info(trace)->python ? trace_info(trace)->python : "unknown");
	emit_pair(emit, "preset", preset);
	emit_pair_number(emit, "events", figures->events);
	emit_pair_number(emit, "compared", figures->compared);
	emit_pair_number(emit, "in arenas", figures->in_arenas);
	emit_pair_number(emit, "below", figures->below);
	emit_pair_number(emit, "arenas mapped", figures->mapped);
	emit_pair_number(emit, "arenas given back", figures->unmapped);
	if (figures->strangers)
		emit_pair_number(emit, "unknown pointers", figures->strangers);
	if (figures->lost_frees)
		emit_pair_number(emit, "frees missing below", figures->lost_frees);
	if (trace_info(trace)->dropped)
		emit_pair_number(emit, "dropped events", trace_info(trace)->dropped);
	emit_pair_number(emit, "differences", figures->differences);
}

/* Figures, then the first differences. */
static int report(const struct cmd_call *call, const struct comparison *now, struct player *player,
	const char *preset, struct error *err)
{
	enum emit_form form = (enum emit_form)options_choice(call->options, "format");
	struct story story = {0};
	struct text text = {0};
	struct emit emit;

	emit_begin(&emit, form, &text);
	add_figures(&emit, call->trace, &now->figures, preset);
	if (form != EMIT_TABLE)
		begin_table(&emit);
	for (size_t i = 0; i < now->differences.count; i++) {
		const struct difference *difference = &now->differences.items[i];
		const char *hint = i == 0 ? hint_for(difference, call->trace) : "";
		make_story(&story, player, difference);
		if (form == EMIT_TABLE)
			add_paragraph(&text, difference, &story, hint);
		else
			add_row(&emit, difference, &story, hint);
	}
	emit_end(&emit);
	int result = cmd_print(text_of(&text), text.length, err);
	finish_story(&story);
	text_finish(&text);
	return result;
}

/* ---- the command --------------------------------------------------------------------------- */

/* The preset for the version that was recorded. */
static int choose_preset(const struct trace *trace, struct options *engine, struct error *err)
{
	const char *version = trace_info(trace)->python;
	unsigned major, minor;
	char preset[24];

	if (!*version)
		return error_set(err,
			"%s: not a Python trace: it does not say which Python was recorded; if you know it, "
			"say --python VERSION",
			trace_name(trace));
	if (strstr(version, "free-threading"))
		return error_set(err, "%s: Python %s has another allocator than pymalloc", trace_name(trace), version);
	if (sscanf(version, "%u.%u", &major, &minor) != 2)
		return error_set(err, "%s: '%s' is no version of Python", trace_name(trace), version);
	snprintf(preset, sizeof(preset), "%u.%u", major, minor);
	if (options_set(engine, "python", preset, err) < 0)
		return error_set(err, "%s: there is no preset for Python %s (see `arenascope engines`)",
			trace_name(trace), version);
	return 0;
}

/* Whether there was anything to compare. */
static int check_kind(const struct comparison *now, const struct trace *trace, struct error *err)
{
	if (now->figures.python == 0)
		return error_set(err,
			"%s: not a Python trace: no event of Python's mem or object domain has an address",
			trace_name(trace));
	if (now->figures.mapped == 0)
		return error_set(err, "%s: not a Python trace with pymalloc: no arena of %" PRIu64 " KiB was mapped",
			trace_name(trace), now->arena_size >> 10);
	return 0;
}

static int verify(const struct cmd_call *call, const struct options *engine, struct error *err)
{
	struct comparison now = {.max = (size_t)options_number(call->options, "max")};
	const struct player_config config = {.engine = "pymalloc", .options = engine};
	struct player *player = NULL;
	int result = heap_new(&now.heap, "pymalloc", engine, err);

	if (result == 0) {
		now.arena_size = ((const struct pymalloc *)heap_layer(now.heap, 0))->geometry->arena_size;
		compare(&now, call->trace);
		result = check_kind(&now, call->trace, err);
	}
	if (result == 0)
		result = player_new(&player, call->trace, &config, err);
	if (result == 0)
		result = report(call, &now, player, options_text(engine, "python"), err);
	player_free(player);
	heap_free(now.heap);
	array_finish(&now.arenas);
	array_finish(&now.differences);
	return result < 0 || now.figures.differences ? EXIT_TROUBLE : EXIT_FINE;
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
	if (version ? options_set(engine, "python", version, err) < 0 : choose_preset(call->trace, engine, err) < 0)
		status = version ? EXIT_USAGE : EXIT_TROUBLE;
	else
		status = verify(call, engine, err);
	options_free(engine);
	return status;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.summary = "hold a recorded Python's addresses against those of our pymalloc",
	.usage = "[OPTIONS] TRACE",
	.words = 1,
	.details = "Plays a trace of Python's own allocators (`arenascope record -- python3 ...`) into pymalloc, the\n"
		   "arenas where they were recorded, and compares every address, and every arena mapped and given\n"
		   "back.  What the C allocator placed is compared only as that.  The first difference is explained.\n"
		   "\nExit status: 0 no difference, 1 a difference or no trace that can be compared, 2 wrong usage.\n",
	.options = options,
	.flags = CMD_OPENS_TRACE,
	.run = run,
};
