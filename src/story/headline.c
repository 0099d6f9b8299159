/*
 * See headline.h. The reason is looked for in this order: arenas that a few objects pin; hardly
 * anything is idle; the largest of the parts into which a heap divides what it holds (metrics.h).
 */
#include "story/headline.h"

#include "base/units.h"
#include "base/utf8.h"
#include "heap/metrics.h"
#include "player/origin.h"
#include "player/scope.h"
#include "story/places.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MAX 3u  /* pinned arenas that are named; more are counted */
#define PAGES_MAX 64u /* pinned arenas whose objects are counted; there may be thousands */
#define PERCENT   100u
#define AMPLE     4u /* held is this many times as much as live: the line asks why */

struct pinned {
	size_t arenas;
	uint64_t bytes;   /* that they hold */
	uint64_t objects; /* in them */
	bool is_counted;  /* the objects are known */
	char names[NAMES_MAX][sizeof(((struct region *)0)->name)];
};

/* ---- wordings -------------------------------------------------------------------------------- */

size_t headline_cells(const struct text *line)
{
	size_t cells = utf8_cells(text_of(line));

	for (const char *at = text_of(line); *at; at++)
		cells -= *at == HEADLINE_BOLD;
	return cells;
}

/* Takes another wording if the line has none, or none that fits: from the longest on. */
static void offer(struct text *line, size_t columns, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void offer(struct text *line, size_t columns, const char *format, ...)
{
	char words[240];
	va_list args;

	if (line->length > 0 && headline_cells(line) <= columns)
		return;
	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	text_clear(line);
	for (const char *at = words; *at; at++) {
		const char sign = *at == '*' ? HEADLINE_BOLD : *at;
		text_add_bytes(line, &sign, 1);
	}
}

/* ---- what is held ---------------------------------------------------------------------------- */

/* "The heap", "malloc"; of a heap that the recorded program never had "The simulated heap". */
static void name_holder(const struct player *player, char *name, size_t size)
{
	const struct heap *heap = player_heap(player);
	const char *holder = heap_layer(heap, 0)->ops->holder;

	holder = holder ? holder : "The allocator";
	if (!origin_is_simulated(player_trace(player), heap) || strncmp(holder, "Your", 4) == 0)
		snprintf(name, size, "%s", holder);
	else
		snprintf(name, size, "The simulated %s",
			holder + (strncmp(holder, "The ", 4) ? 0 : 4));
}

/* Of a recording that began, or was paused, while the program ran. */
static void write_known(struct text *line, const struct player *player, size_t columns)
{
	const struct metrics *metrics = player_metrics(player);
	const char *plural = metrics->live == 1 ? "" : "s";
	struct units count, live;

	units_count(&count, metrics->live);
	units_bytes(&live, metrics->live_bytes);
	offer(line, columns,
		"Of what the recording has seen allocated, *%s object%s* live: *%s*. What was there before is not known.",
		count.text, metrics->live == 1 ? " is" : "s are", live.text);
	offer(line, columns, "*%s object%s* live of those recorded: *%s*. The rest is not known.",
		count.text, metrics->live == 1 ? " is" : "s are", live.text);
	offer(line, columns, "*%s recorded object%s*: *%s*", count.text, plural, live.text);
}

static void write_held(struct text *line, const struct player *player, bool asks, size_t columns)
{
	const struct metrics *metrics = player_metrics(player);
	char holder[64];
	struct units count, live, held;
	const char *plural = metrics->live == 1 ? "" : "s",
		   *are = metrics->live == 1 ? "is" : "are";

	name_holder(player, holder, sizeof(holder));
	units_count(&count, metrics->live);
	units_bytes(&live, metrics->live_bytes);
	units_bytes(&held, metrics->reserved);
	if (player_position(player) == 0) {
		offer(line, columns,
			"Nothing has happened yet. *Space* plays the trace, *.* takes one step.");
		offer(line, columns, "Nothing has happened yet. *Space* plays.");
		return;
	}
	if (scope_of(player_trace(player)) != SCOPE_ALL) {
		write_known(line, player, columns);
		return;
	}
	if (engine_follows_spaces(heap_layer(player_heap(player), 0))) {
		offer(line, columns, "*%s space%s* %s filled: *%s*. %s has *%s* committed.",
			count.text, plural, are, live.text, holder, held.text);
		offer(line, columns, "used *%s*, committed *%s*", live.text, held.text);
		return;
	}
	if (metrics->live == 0) {
		offer(line, columns, "*Nothing* is live. %s holds *%s*.", holder, held.text);
		offer(line, columns, "*Nothing* live, *%s* held", held.text);
		return;
	}
	if (asks)
		offer(line, columns,
			"*%s object%s* %s live: *%s*. %s holds *%s* for %s. Why so much?",
			count.text, plural, are, live.text, holder, held.text,
			metrics->live == 1 ? "it" : "them");
	offer(line, columns, "*%s object%s* %s live: *%s*. %s holds *%s* for %s.", count.text,
		plural, are, live.text, holder, held.text, metrics->live == 1 ? "it" : "them");
	offer(line, columns, "*%s* live: *%s*, held: *%s*", count.text, live.text, held.text);
	offer(line, columns, "live *%s*, held *%s*", live.text, held.text);
}

/* ---- what pins ------------------------------------------------------------------------------- */

static uint64_t objects_in(const struct engine *engine, size_t at, const struct region *region)
{
	uint64_t objects = 0;
	struct page page;

	for (uint32_t i = 0; i < region->pages; i++) {
		engine_page(engine, at, i, &page);
		objects += page.used;
	}
	return objects;
}

static void find_pinned(const struct engine *engine, struct pinned *ret_pinned)
{
	struct pinned pinned = {.is_counted = true};
	struct region region;

	for (size_t at = 0; at < engine_region_count(engine); at++) {
		engine_region(engine, at, &region);
		if (!arena_is_pinned(engine, at, &region))
			continue;
		if (pinned.arenas < NAMES_MAX)
			memcpy(pinned.names[pinned.arenas], region.name, sizeof(region.name));
		pinned.is_counted = pinned.arenas < PAGES_MAX;
		pinned.arenas++;
		pinned.bytes += region.size;
		if (pinned.is_counted)
			pinned.objects += objects_in(engine, at, &region);
	}
	*ret_pinned = pinned;
}

static void add_names(const struct pinned *pinned, char *words, size_t size)
{
	switch (pinned->arenas) {
	case 1:
		snprintf(words, size, "%s", pinned->names[0]);
		break;
	case 2:
		snprintf(words, size, "%s and %s", pinned->names[0], pinned->names[1]);
		break;
	case 3:
		snprintf(words, size, "%s, %s and %s", pinned->names[0], pinned->names[1],
			pinned->names[2]);
		break;
	default:
		snprintf(words, size, "%zu arenas", pinned->arenas);
		break;
	}
}

static void write_pinned(struct text *line, const struct pinned *pinned, size_t columns)
{
	struct units count, bytes;
	char arenas[80];

	add_names(pinned, arenas, sizeof(arenas));
	units_count(&count, pinned->objects);
	units_bytes(&bytes, pinned->bytes);
	if (!pinned->is_counted)
		offer(line, columns, "*%s* are at most %u%% used: a few objects in each pin *%s*.",
			arenas, PINNED_PERCENT, bytes.text);
	else if (pinned->objects == 1)
		offer(line, columns, "*1 object* is alone in *%s* and pins *%s*.", arenas,
			bytes.text);
	else if (pinned->arenas == 1)
		offer(line, columns, "*%s objects* are scattered over *%s* and pin *%s*.",
			count.text, arenas, bytes.text);
	else
		offer(line, columns, "*%s objects* are scattered over %s and pin *%s*.", count.text,
			arenas, bytes.text);
	offer(line, columns, "%zu arena%s pinned: *%s*", pinned->arenas,
		pinned->arenas == 1 ? "" : "s", bytes.text);
}

/* ---- where the rest is ----------------------------------------------------------------------- */

enum holder { POOLS, HEAP, SPACES, HOLDERS };

/* The ends of "Most of the rest, 740 KiB, "; %s is a number of holes. */
static const char *const rests[PART_COUNT][HOLDERS] = {
	/* of pools, of a heap, of spaces */
	[PART_ROUNDING] = {"went into rounding requests up.", "went into rounding requests up.",
		"went into rounding requests up."},
	[PART_FREE] = {"is free blocks in pools that are in use.", "is in %s.",
		"is room above the tops of the spaces."},
	[PART_UNUSED] = {"is pools that are empty or were never used.",
		"is free at the end of the heap.", "is room above the tops of the spaces."},
	[PART_HEADERS] = {"is bookkeeping of the allocator.", "is headers of blocks."},
	[PART_TAILS] = {"is in ends of pools, too short for a block.", "is too short for a block.",
		"is garbage that no collection has removed."},
	[PART_ALIGNMENT] = {"is lost to alignment.", "is lost to alignment."},
};

struct rest {
	enum part part;
	enum holder holder;
	uint64_t bytes; /* 0: there is none */
	uint64_t holes;
	uint64_t largest;
};

static void find_rest(const struct heap *heap, struct rest *ret_rest)
{
	struct rest rest = {.bytes = 0};

	for (size_t layer = 0; layer < heap_layer_count(heap); layer++) {
		const struct engine *engine = heap_layer(heap, layer);
		struct whereabouts whereabouts;
		struct totals totals;
		whereabouts_of(heap, layer, &whereabouts);
		engine_totals(engine, &totals);
		if (engine_has_spaces(engine)) { /* all of their room is one */
			whereabouts.parts[PART_FREE] += whereabouts.parts[PART_UNUSED];
			whereabouts.parts[PART_UNUSED] = 0;
		}
		for (unsigned part = 0; part < PART_COUNT; part++)
			if (rests[part][0] && whereabouts.parts[part] > rest.bytes)
				rest = (struct rest){.part = (enum part)part,
					.holder = engine_has_pages(engine)    ? POOLS
						  : engine_has_spaces(engine) ? SPACES
									      : HEAP,
					.bytes = whereabouts.parts[part],
					.holes = totals.free_spans,
					.largest = totals.largest_free};
	}
	*ret_rest = rest;
}

/*
 * All that is held is idle where nothing is live: then there is no rest. Where one part is all of
 * it, its bytes are on the line above.
 */
static void write_rest(struct text *line, const struct rest *rest, uint64_t idle, uint64_t held,
	size_t columns)
{
	bool is_all = rest->bytes >= idle - idle / PERCENT, is_rest = idle < held;
	const char *most = rest->bytes >= idle      ? "All"
			   : is_all                 ? "Nearly all"
			   : rest->bytes * 2 > idle ? "Most"
						    : "The largest part";
	/* before there is any block */
	bool is_prologue = rest->part == PART_HEADERS && !is_rest && rest->holes == 0;
	const char *end = rests[rest->part][is_prologue ? POOLS : rest->holder];
	struct units bytes, count, largest;
	char holes[100] = "one hole", words[160];

	units_bytes(&bytes, rest->bytes);
	if (rest->holes > 1 && rest->largest == 0) /* the engine does not keep it */
		snprintf(holes, sizeof(holes), "*%s holes*", units_count(&count, rest->holes));
	else if (rest->holes > 1)
		snprintf(holes, sizeof(holes), "*%s holes*; the largest is *%s*",
			units_count(&count, rest->holes), units_bytes(&largest, rest->largest));
	if (strstr(end, "%s"))
		snprintf(words, sizeof(words), "is in %s.", holes);
	else
		snprintf(words, sizeof(words), "%s", end);
	if (is_all && !is_rest)
		offer(line, columns, "%s of it %s", most, words);
	else if (rest->bytes >= idle)
		offer(line, columns, "The rest, *%s*, %s", bytes.text, words);
	offer(line, columns, "%s of %s, *%s*, %s", most, is_rest ? "the rest" : "it", bytes.text,
		words);
	offer(line, columns, "*%s* %s", bytes.text, words);
	offer(line, columns, "*%s* %s", bytes.text, part_name(rest->part));
}

static void write_why(struct text *line, const struct player *player, const struct pinned *pinned,
	size_t columns)
{
	const struct metrics *metrics = player_metrics(player);
	uint64_t held = metrics->reserved;
	uint64_t idle = held > metrics->live_bytes ? held - metrics->live_bytes : 0;
	struct rest rest;

	find_rest(player_heap(player), &rest);
	bool is_partial = scope_of(player_trace(player)) != SCOPE_ALL;

	if (pinned->arenas > 0)
		write_pinned(line, pinned, columns);
	else if (is_partial)
		offer(line, columns, "%s", scope_brief(scope_of(player_trace(player))));
	else if (held > 0 && idle * 10 < held)
		offer(line, columns, "Nearly all of that is in use.");
	else if (rest.bytes > 0)
		write_rest(line, &rest, idle, held, columns);
	if (headline_cells(line) > columns)
		text_clear(line);
}

void headline_write(struct headline *headline, const struct player *player, size_t columns)
{
	const struct engine *engine = arena_layer(player_heap(player));
	const struct metrics *metrics = player_metrics(player);
	struct pinned pinned = {0};

	text_clear(&headline->held);
	text_clear(&headline->why);
	if (engine)
		find_pinned(engine, &pinned);
	bool asks = pinned.arenas > 0 && metrics->reserved / AMPLE > metrics->live_bytes;
	write_held(&headline->held, player, asks, columns);
	if (player_position(player) > 0)
		write_why(&headline->why, player, &pinned, columns);
}

void headline_finish(struct headline *headline)
{
	text_finish(&headline->held);
	text_finish(&headline->why);
}
