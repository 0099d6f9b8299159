/*
 * The inspector: one block, hole, pool or arena, and what is known of it.
 *
 *	block   where it lies, whose it is and was, what was asked and given, the events that
 *	        allocated it and that free it; of a hole, who made it. Earlier and later owners are
 *	        looked up while nobody presses a key (player/tenancies.h).
 *	pool    the blocks that live in it, the oldest first: they keep it from being empty
 *	arena   the same of all its pools: they pin it
 *	heap    where there are no pools: the blocks at its end, which keep it from shrinking, and
 *	        those that keep two holes from being one
 *
 * Lines that name an event are links: one of them is chosen, Enter goes there.
 */
#include "panels/panel.h"

#include "base/arrays.h"
#include "base/units.h"
#include "base/utf8.h"
#include "player/tenancies.h"
#include "story/callers.h"
#include "story/names.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE      40000u /* events looked through before the screen is shown again */
#define LIST_MAX   500u   /* blocks that are listed */
#define OWNERS_MAX 200u
#define TOP_MAX    8u     /* blocks at the end of a heap that are listed */
#define APART_MAX  50u    /* blocks between two holes that are */
#define SPANS_MAX  30000u /* looked through for them */
#define NAME_AT    3
#define TEXT_AT    14
#define LIST_AT    5
#define WIDE       60 /* columns from which lines of lists are told in one row each */

struct line {
	char name[16];
	char text[140];
	bool is_link;
	uint64_t to;      /* the position a link goes to */
	uint64_t address; /* what is chosen there; 0: what is chosen now */
};

struct inspect_panel {
	struct panel panel;
	ARRAY(struct line) lines;
	size_t chosen; /* among the links */
	/* lines on, to what lies behind the last link; back, to what lies before the first */
	int scrolled;
	struct tenancies *past; /* NULL: not needed */
	bool looks_ahead;
	unsigned life;    /* of the scene when the past was begun */
	uint64_t address; /* what the lines are of */
	enum inspect_level level;
	char remark[80];
};

/* What is inspected. */
struct subject {
	const struct scene *scene;
	struct inspect_panel *panel;
	struct place place;
	struct span span;
	uint64_t now; /* number of the next event */
	uint64_t address;
};

static void add_line(const struct subject *subject, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add_line(const struct subject *subject, const char *name, const char *format, ...)
{
	struct line *line = array_push(&subject->panel->lines);
	va_list args;

	*line = (struct line){0};
	va_start(args, format);
	snprintf(line->name, sizeof(line->name), "%s", name);
	vsnprintf(line->text, sizeof(line->text), format, args);
	va_end(args);
}

/* The line added last goes to behind that event. */
static void link_to(const struct subject *subject, uint64_t event, uint64_t address)
{
	struct line *line = &subject->panel->lines.items[subject->panel->lines.count - 1];

	line->is_link = true;
	line->to = event + 1;
	line->address = address;
}

static const char *events(struct units *units, uint64_t count)
{
	struct units number;

	snprintf(units->text, sizeof(units->text), "%s event%s", units_count(&number, count),
		count == 1 ? "" : "s");
	return units->text;
}

/* "300 ago", "just now" */
static const char *ago(const struct subject *subject, uint64_t event, struct units *units)
{
	struct units number;

	if (event + 1 == subject->now)
		snprintf(units->text, sizeof(units->text), "just now");
	else
		snprintf(units->text, sizeof(units->text), "%s ago",
			units_count(&number, subject->now - 1 - event));
	return units->text;
}

/* "event 1,204, 300 events ago: malloc(90), thread 1", a link to it. */
static void add_event(const struct subject *subject, const char *name, uint64_t number)
{
	struct trace *trace = player_trace(subject->scene->player);
	bool is_past = number < subject->now;
	struct units units, distance;
	struct event event;
	char call[100];

	if (!trace_get(trace, number, &event))
		return;
	if (number + 1 == subject->now)
		snprintf(distance.text, sizeof(distance.text), "just now");
	else
		events(&distance, is_past ? subject->now - 1 - number : number + 1 - subject->now);
	add_line(subject, name, "event %s, %s%s%s: %s, thread %" PRIu32,
		units_count(&units, number), is_past ? "" : "in ", distance.text,
		is_past && number + 1 < subject->now ? " ago" : "",
		name_call(&event, call, sizeof(call)), event.thread);
	link_to(subject, number, 0);
}

static const char *ordinal(uint64_t number, char *words, size_t size)
{
	static const char *const ends[] = {"th", "st", "nd", "rd"};
	unsigned last = (unsigned)(number % 10), tens = (unsigned)(number / 10 % 10);

	snprintf(words, size, "%" PRIu64 "%s", number, last <= 3 && tens != 1 ? ends[last] : "th");
	return words;
}

/* ---- owners -------------------------------------------------------------------------------- */

/* The tenancy that was there when the last event had happened. */
static const struct tenancy *tenancy_now(const struct subject *subject, uint64_t address)
{
	const struct tenancy *tenancies;
	size_t count = tenancies_list(subject->panel->past, &tenancies);

	for (size_t i = 0; i < count; i++)
		if (tenancies[i].address == address && tenancies[i].born < subject->now &&
			tenancies[i].freed >= subject->now)
			return &tenancies[i];
	return NULL;
}

/* How many have had that address so far. */
static uint64_t generation_of(const struct subject *subject, uint64_t address)
{
	const struct tenancy *tenancies;
	size_t count = tenancies_list(subject->panel->past, &tenancies);
	uint64_t generation = 0;

	for (size_t i = 0; i < count; i++)
		generation += tenancies[i].born < subject->now && address >= tenancies[i].address &&
			      address - tenancies[i].address <
				      (tenancies[i].given ? tenancies[i].given : 1);
	return generation;
}

static bool is_known(const struct subject *subject)
{
	return tenancies_played(subject->panel->past) >= subject->now;
}

static bool is_whole(const struct subject *subject)
{
	return tenancies_played(subject->panel->past) >= player_length(subject->scene->player);
}

static bool is_growing(const struct subject *subject)
{
	return trace_is_growing(player_trace(subject->scene->player));
}

static void add_looking(const struct subject *subject, const char *name)
{
	struct units percent;

	add_line(subject, name, "looking through the trace: %s",
		units_percent(&percent, tenancies_played(subject->panel->past),
			player_length(subject->scene->player)));
}

/* Who called, where the trace knows. */
static void add_site(const struct subject *subject, const char *name, uint64_t number)
{
	struct symbols *symbols = subject->scene->symbols;
	struct event event;

	if (symbols && trace_get(player_trace(subject->scene->player), number, &event) &&
		event.site != SITE_NONE)
		add_line(subject, name, "%s", symbols_site(symbols, event.site));
}

static void add_end(const struct subject *subject, const struct live *live)
{
	const struct tenancy *tenancy = tenancy_now(subject, live->address);
	uint64_t age = subject->now - 1 - live->moved;
	struct units units, whole;

	if (tenancy && tenancy->freed != TENANCY_OPEN) {
		add_event(subject, "freed", tenancy->freed);
		add_site(subject, "freed by", tenancy->freed);
		add_line(subject, "age", "%s of %s that it will stay", events(&units, age),
			units_count(&whole, tenancy->freed - live->moved));
	} else if (is_whole(subject)) {
		add_line(subject, "freed",
			is_growing(subject) ? "not yet, and the trace still grows"
					    : "never: it lives until the trace ends");
		add_line(subject, "age", "%s so far", events(&units, age));
	} else {
		add_looking(subject, "freed");
	}
}

/* Who comes next, of what is free. */
static void add_next(const struct subject *subject)
{
	const struct tenancy *tenancies;
	size_t count = tenancies_list(subject->panel->past, &tenancies);

	for (size_t i = 0; i < count; i++)
		if (tenancies[i].born >= subject->now) {
			add_event(subject, "used next", tenancies[i].born);
			return;
		}
	if (is_whole(subject))
		add_line(subject, "used next", is_growing(subject) ? "not yet" : "never");
	else
		add_looking(subject, "used next");
}

/*
 * "heap +40: object 8, 30 B, event 24, 2 ago; MORE, by parse_row (csv.c:88)", a link to that event.
 */
static void add_resident(const struct subject *subject, const char *name, const struct live *live,
	const char *more)
{
	const struct scene *scene = subject->scene;
	struct units asked, since, before;
	char place[64], who[200];

	caller_name(who, sizeof(who), scene->symbols, player_trace(scene->player), live->moved);
	add_line(subject, name, "%s: object %" PRIu32 ", %s B, event %s, %s%s%s%s",
		name_address(player_heap(scene->player), live->address, place, sizeof(place)),
		live->object, units_count(&asked, live->size), units_count(&since, live->moved),
		ago(subject, live->moved, &before), more, who[0] ? "," : "", who);
	link_to(subject, live->moved, live->address);
}

/* What lies beside a hole of a heap, and keeps it from being larger. */
static void add_neighbour(const struct subject *subject, const char *name, uint64_t address)
{
	const struct region *region = &subject->place.region;
	struct units units;
	struct span span;
	struct live live;

	if (address - region->base >= region->size ||
		!span_find(subject->place.engine, address, &span))
		add_line(subject, name, "the %s of %s",
			address < region->base + region->size ? "start" : "end", region->name);
	else if (span.state == SPAN_FREE)
		add_line(subject, name, "a hole of %s B, with which it was not joined",
			units_count(&units, span.size));
	else if (span.state != SPAN_USED)
		add_line(subject, name, "%s B that no block can have",
			units_count(&units, span.size));
	else if (heap_find_address(player_heap(subject->scene->player), span.payload, &live))
		add_resident(subject, name, &live, "");
	else
		add_line(subject, name, "an arena of the layer above");
}

static void add_neighbours(const struct subject *subject)
{
	add_neighbour(subject, "between", subject->span.base - 1);
	add_neighbour(subject, "and", subject->span.base + subject->span.size);
}

static int last_freed_first(const void *one, const void *other)
{
	uint64_t a = ((const struct tenancy *)one)->freed,
		 b = ((const struct tenancy *)other)->freed;

	return (a < b) - (a > b);
}

/* Those who are gone, the last one first. */
static void add_owners(const struct subject *subject, bool is_hole)
{
	const struct tenancy *all;
	size_t count = tenancies_list(subject->panel->past, &all);
	ARRAY(struct tenancy) gone = {0};
	const char *maker = subject->place.has_page ? "freed" : "made by";
	struct units units, born, freed;
	char place[64];

	for (size_t i = 0; i < count; i++)
		if (all[i].freed < subject->now)
			*array_push(&gone) = all[i];
	if (gone.count > 0)
		qsort(gone.items, gone.count, sizeof(*gone.items), last_freed_first);
	if (is_hole && gone.count > 0) {
		add_event(subject, maker, gone.items[0].freed);
		add_site(subject, "freed by", gone.items[0].freed);
		add_next(subject);
	} else if (is_hole && is_known(subject)) {
		add_line(subject, maker, "never used until now");
		add_next(subject);
	}
	if (is_hole && !subject->place.has_page)
		add_neighbours(subject);
	add_line(subject, "", "%s", "");
	if (!is_known(subject))
		add_looking(subject, "before");
	else if (gone.count == 0)
		add_line(subject, "before", "nobody");
	else
		add_line(subject, is_hole ? "who was here" : "before it", "%s", "");
	for (size_t i = 0; i < gone.count && i < OWNERS_MAX; i++) {
		const struct tenancy *tenancy = &gone.items[i];
		char object[24];
		snprintf(object, sizeof(object), "object %" PRIu32, tenancy->object);
		bool is_elsewhere = tenancy->address != subject->span.payload &&
				    tenancy->address != subject->address;
		add_line(subject, "", "%-15s %6s B  events %s to %s%s%s", object,
			units_count(&units, tenancy->size), units_count(&born, tenancy->born),
			units_count(&freed, tenancy->freed), is_elsewhere ? "  at " : "",
			is_elsewhere ? name_address(player_heap(subject->scene->player),
					       tenancy->address, place, sizeof(place))
				     : "");
		link_to(subject, tenancy->born, 0);
	}
	array_finish(&gone);
}

/* ---- a block or a hole --------------------------------------------------------------------- */

static void add_used(const struct subject *subject, const struct live *live)
{
	uint64_t padding = live->given - live->size;
	uint64_t header = live->address - subject->span.base;
	struct units asked, given, rest, units;
	char words[120], nth[32];

	if (is_known(subject))
		add_line(subject, "object", "%" PRIu32 ", the %s that lives at this address",
			live->object,
			ordinal(generation_of(subject, live->address), nth, sizeof(nth)));
	else
		add_line(subject, "object", "%" PRIu32, live->object);
	snprintf(words, sizeof(words),
		header > 0 && !subject->place.has_page ? "; %s B header" : "%s",
		header > 0 && !subject->place.has_page ? units_count(&units, header) : "");
	if (padding == 0)
		add_line(subject, "asked", "%s of %s B%s; none is padding",
			units_count(&asked, live->size), units_count(&given, live->given), words);
	else
		add_line(subject, "asked", "%s of %s B%s; %s B (%s) padding",
			units_count(&asked, live->size), units_count(&given, live->given), words,
			units_count(&rest, padding), units_percent(&units, padding, live->given));
	if (live->born != live->moved)
		add_event(subject, "born", live->born);
	add_event(subject, live->born == live->moved ? "allocated" : "moved here", live->moved);
	add_site(subject, "asked by", live->moved);
	add_end(subject, live);
}

static void add_free(const struct subject *subject)
{
	char nth[32];
	struct units units;

	if (subject->place.has_page && subject->span.order == 1)
		add_line(subject, "state", "free; its pool hands it out next");
	else if (subject->span.order > 0)
		add_line(subject, "state", "%s of %s B, the %s of its %s",
			subject->place.has_page ? "a free block" : "a hole",
			units_count(&units, subject->span.size),
			ordinal(subject->span.order, nth, sizeof(nth)),
			subject->place.has_page ? "pool's chain" : "free list");
	else
		add_line(subject, "state", "free");
}

static void add_state(const struct subject *subject)
{
	struct live live;

	switch (subject->span.state) {
	case SPAN_USED:
		if (heap_find_address(player_heap(subject->scene->player), subject->span.payload,
			    &live)) {
			add_used(subject, &live);
			add_owners(subject, false);
		} else {
			add_line(subject, "state", "in use by a layer above: an arena lies here");
		}
		break;
	case SPAN_FREE:
		add_free(subject);
		add_owners(subject, true);
		break;
	case SPAN_VIRGIN:
		add_line(subject, "state", "never used as a block of this size");
		add_owners(subject, true);
		break;
	case SPAN_HEADER:
		add_line(subject, "state", "a header: the allocator's own bookkeeping");
		break;
	case SPAN_WASTE:
		add_line(subject, "state", "a rest, too short for a block");
		break;
	}
}

/* The range that is inspected: owners of any part of it are told. */
static void look_into_past(struct inspect_panel *self, const struct scene *scene,
	const struct span *span)
{
	uint64_t from = span->state == SPAN_USED && span->payload ? span->payload : span->base;
	uint64_t to = span->base + span->size;

	if (!self->past || self->life != scene->life || !tenancies_is_of(self->past, from, to)) {
		tenancies_free(self->past);
		self->past = tenancies_new(scene->player, from, to);
		self->life = scene->life;
	}
	self->looks_ahead = tenancies_played(self->past) < player_length(scene->player);
}

static void compose_block(struct subject *subject)
{
	struct units size;
	char name[64];

	look_into_past(subject->panel, subject->scene, &subject->span);
	add_line(subject, "where", "%s: 0x%" PRIx64 " to 0x%" PRIx64 ", %s B",
		name_address(player_heap(subject->scene->player), subject->span.base, name,
			sizeof(name)),
		subject->span.base, subject->span.base + subject->span.size - 1,
		units_count(&size, subject->span.size));
	add_state(subject);
}

/* ---- a pool or an arena -------------------------------------------------------------------- */

struct tenants {
	const struct heap *heap;
	ARRAY(struct live) items;
	uint64_t bytes;
};

static bool add_tenant(const struct span *span, void *user)
{
	struct tenants *tenants = user;
	struct live live;

	if (span->state == SPAN_USED && heap_find_address(tenants->heap, span->payload, &live)) {
		*array_push(&tenants->items) = live;
		tenants->bytes += live.given;
	}
	return true;
}

static int oldest_first(const void *one, const void *other)
{
	uint64_t a = ((const struct live *)one)->moved, b = ((const struct live *)other)->moved;

	return (a > b) - (a < b);
}

static uint64_t pools_with(const struct engine *engine, uint64_t base, const struct region *region)
{
	struct page page;
	uint64_t count = 0;
	uint32_t number;
	size_t at;

	if (!page_find(engine, base + region->size / 2, &at, &number, &page))
		return 0;
	for (uint32_t i = 0; i < region->pages; i++) {
		engine_page(engine, at, i, &page);
		count += page.used > 0;
	}
	return count;
}

static void compose_tenants(struct subject *subject, uint64_t base, uint64_t size, const char *name,
	bool is_arena)
{
	struct tenants tenants = {.heap = player_heap(subject->scene->player)};
	const struct region *region = &subject->place.region;
	struct units units, bytes, asked, born, before;
	char place[64], object[24], who[200];

	engine_spans(subject->place.engine, base, base + size, add_tenant, &tenants);
	if (tenants.items.count > 0)
		qsort(tenants.items.items, tenants.items.count, sizeof(*tenants.items.items),
			oldest_first);
	add_line(subject, "where", "%s: 0x%" PRIx64 " to 0x%" PRIx64 ", %s", name, base,
		base + size - 1, units_bytes(&units, size));
	if (tenants.items.count == 0)
		add_line(subject, "pinned by", "nothing: no block lives here");
	else
		add_line(subject, "pinned by", "%s block%s of %s in all",
			units_count(&units, tenants.items.count),
			tenants.items.count == 1 ? "" : "s", units_bytes(&bytes, tenants.bytes));
	if (is_arena && tenants.items.count > 0)
		add_line(subject, "",
			"in %" PRIu64 " of its %" PRIu32
			" pools; an arena goes back when all are empty",
			pools_with(subject->place.engine, base, region), region->pages);
	add_line(subject, "", "%s", "");
	if (tenants.items.count > 0)
		add_line(subject, "oldest first", "%s", "");
	for (size_t i = 0; i < tenants.items.count && i < LIST_MAX; i++) {
		const struct live *live = &tenants.items.items[i];
		caller_name(who, sizeof(who), subject->scene->symbols,
			player_trace(subject->scene->player), live->moved);
		snprintf(object, sizeof(object), "object %" PRIu32, live->object);
		add_line(subject, "", "%-18s %-14s %4s B  since event %s, %s%s",
			name_address(tenants.heap, live->address, place, sizeof(place)), object,
			units_count(&asked, live->size), units_count(&born, live->moved),
			ago(subject, live->moved, &before), who);
		link_to(subject, live->moved, live->address);
	}
	if (tenants.items.count > LIST_MAX)
		add_line(subject, "", "… and %s more",
			units_count(&units, tenants.items.count - LIST_MAX));
	array_finish(&tenants.items);
}

/* ---- a heap -------------------------------------------------------------------------------- */

struct spans {
	ARRAY(struct span) items;
};

static bool add_span(const struct span *span, void *user)
{
	struct spans *spans = user;

	*array_push(&spans->items) = *span;
	return spans->items.count < SPANS_MAX;
}

/*
 * The last spans of a region, some more than n where there are as many: from as far before its end
 * as it takes.
 */
static void find_last(const struct subject *subject, size_t n, struct spans *spans)
{
	const struct engine *engine = subject->place.engine;
	const struct region *region = &subject->place.region;

	for (uint64_t bytes = 4096;; bytes *= 4) {
		uint64_t from =
			bytes < region->size ? region->base + region->size - bytes : region->base;
		spans->items.count = 0;
		engine_spans(engine, from, region->base + region->size, add_span, spans);
		if (spans->items.count > n || from == region->base)
			return;
	}
}

static void add_top(const struct subject *subject)
{
	const struct heap *heap = player_heap(subject->scene->player);
	struct spans spans = {0};
	struct units units;
	uint64_t free = 0;
	size_t told = 0, at;
	struct live live;
	char more[60];

	find_last(subject, 4 * TOP_MAX, &spans);
	for (at = spans.items.count; at > 0 && spans.items.items[at - 1].state != SPAN_USED; at--)
		free += spans.items.items[at - 1].size;
	if (free > 0)
		add_line(subject, "its end", "%s free: without them it would be shorter",
			units_bytes(&units, free));
	else
		add_line(subject, "its end", "in use: it cannot be shorter");
	if (at > 0)
		add_line(subject, "kept by",
			"the last blocks; what would be free at its end without them");
	for (; at > 0 && told < TOP_MAX; told++) {
		const struct span *span = &spans.items.items[--at];
		free += span->size;
		for (; at > 0 && spans.items.items[at - 1].state != SPAN_USED; at--)
			free += spans.items.items[at - 1].size;
		snprintf(more, sizeof(more), "; without: %s", units_bytes(&units, free));
		if (heap_find_address(heap, span->payload, &live))
			add_resident(subject, "", &live, more);
	}
	array_finish(&spans.items);
}

/* A block between two holes. */
struct wedge {
	struct span before, block, behind;
};

static uint64_t joined_size(const struct wedge *wedge)
{
	return wedge->before.size + wedge->block.size + wedge->behind.size;
}

static int largest_hole_first(const void *one, const void *other)
{
	uint64_t a = joined_size(one), b = joined_size(other);

	return (a < b) - (a > b);
}

static void add_apart(const struct subject *subject)
{
	const struct engine *engine = subject->place.engine;
	const struct region *region = &subject->place.region;
	ARRAY(struct wedge) wedges = {0};
	struct spans spans = {0};
	struct units count, before, behind;
	struct live live;
	char more[60];

	engine_spans(engine, region->base, region->base + region->size, add_span, &spans);
	for (size_t i = 1; i + 1 < spans.items.count; i++) {
		const struct span *span = &spans.items.items[i];
		if (span->state == SPAN_USED && span[-1].state == SPAN_FREE &&
			span[1].state == SPAN_FREE)
			*array_push(&wedges) = (struct wedge){span[-1], *span, span[1]};
	}
	if (wedges.count > 0)
		qsort(wedges.items, wedges.count, sizeof(*wedges.items), largest_hole_first);
	add_line(subject, "", "%s", "");
	if (wedges.count == 0)
		add_line(subject, "apart", "no block lies between two holes");
	else
		add_line(subject, "apart", "two holes each are kept by %s block%s%s%s",
			units_count(&count, wedges.count), wedges.count == 1 ? "" : "s",
			wedges.count > 1 ? ", of the largest first" : "",
			spans.items.count == SPANS_MAX ? " (in its first part)" : "");
	for (size_t i = 0; i < wedges.count && i < APART_MAX; i++) {
		const struct wedge *wedge = &wedges.items[i];
		snprintf(more, sizeof(more), "; %s | %s", units_bytes(&before, wedge->before.size),
			units_bytes(&behind, wedge->behind.size));
		if (heap_find_address(player_heap(subject->scene->player), wedge->block.payload,
			    &live))
			add_resident(subject, "", &live, more);
	}
	if (wedges.count > APART_MAX)
		add_line(subject, "", "… and %s more",
			units_count(&count, wedges.count - APART_MAX));
	array_finish(&wedges);
	array_finish(&spans.items);
}

/* Who keeps it from shrinking, and its holes from being one. */
static void compose_heap(struct subject *subject)
{
	const struct region *region = &subject->place.region;
	struct units size, percent;

	add_line(subject, "where", "%s: 0x%" PRIx64 " to 0x%" PRIx64 ", %s, %s used", region->name,
		region->base, region->base + region->size - 1, units_bytes(&size, region->size),
		units_percent(&percent, region->used, region->size));
	add_top(subject);
	add_apart(subject);
}

/* ---- the panel ----------------------------------------------------------------------------- */

static void compose(struct inspect_panel *self, const struct scene *scene)
{
	const struct heap *heap = player_heap(scene->player);
	struct subject subject = {.scene = scene,
		.panel = self,
		.now = player_position(scene->player),
		.address = scene->selection->address};
	char name[64];

	self->lines.count = 0;
	snprintf(self->remark, sizeof(self->remark),
		scene->selection->follow ? "follows events" : "stays; f follows");
	if (!place_find(heap, subject.address, &subject.place) ||
		!span_find(subject.place.engine, subject.address, &subject.span)) {
		add_line(&subject, "", "%s", "Nothing of the heap lies here.");
		return;
	}
	if (!subject.place.has_page && scene->selection->level != INSPECT_BLOCK) {
		compose_heap(&subject);
		return;
	}
	switch (scene->selection->level) {
	case INSPECT_BLOCK:
		compose_block(&subject);
		break;
	case INSPECT_POOL:
		page_name(subject.place.engine, subject.address, name, sizeof(name));
		compose_tenants(&subject, subject.place.page.base, subject.place.page.size, name,
			false);
		break;
	case INSPECT_ARENA:
		compose_tenants(&subject, subject.place.region.base, subject.place.region.size,
			subject.place.region.name, true);
		break;
	}
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct inspect_panel *self = (struct inspect_panel *)panel;

	if (!panel->shown)
		return;
	if (self->address != scene->selection->address || self->level != scene->selection->level) {
		self->chosen = 0;
		self->scrolled = 0;
	}
	self->address = scene->selection->address;
	self->level = scene->selection->level;
	compose(self, scene);
}

/* Nothing is looked up while it plays: the next event has another past. */
static bool tick(struct panel *panel, const struct scene *scene)
{
	struct inspect_panel *self = (struct inspect_panel *)panel;

	if (!self->past || !self->looks_ahead || scene->playing)
		return false;
	const struct tenancies *past = self->past;
	bool goes_on = tenancies_run(self->past, SLICE);
	compose(self, scene);
	if (self->past == past) /* else another one was begun */
		self->looks_ahead = goes_on;
	return self->looks_ahead;
}

static void finish(struct panel *panel)
{
	struct inspect_panel *self = (struct inspect_panel *)panel;

	tenancies_free(self->past);
	array_finish(&self->lines);
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	snprintf(ret_remark, size, "%s", ((const struct inspect_panel *)panel)->remark);
}

/* "A01 > A01.p23 > block 7", "heap > hole": which of them is inspected. */
static void draw_levels(const struct scene *scene, struct canvas *canvas, struct area area)
{
	uint64_t address = scene->selection->address;
	char names[INSPECT_ARENA + 1][40] = {"", "", ""};
	struct place place;
	struct span span;
	uint32_t block;
	int x = 1;

	if (!place_find(player_heap(scene->player), address, &place))
		return;
	bool is_block = span_find(place.engine, address, &span) && span.state == SPAN_USED;
	if (place.has_page) {
		snprintf(names[INSPECT_ARENA], sizeof(*names), "arena %s", place.region.name);
		snprintf(names[INSPECT_POOL], sizeof(*names), "pool p%02" PRIu32, place.number);
		if (place_block(&place, address, &block))
			snprintf(names[INSPECT_BLOCK], sizeof(*names), "block %" PRIu32, block);
		else
			snprintf(names[INSPECT_BLOCK], sizeof(*names), "header");
	} else {
		snprintf(names[INSPECT_ARENA], sizeof(*names), "%s", place.region.name);
		snprintf(names[INSPECT_BLOCK], sizeof(*names), is_block ? "block" : "hole");
	}
	bool is_outer = scene->selection->level != INSPECT_BLOCK;
	for (int level = INSPECT_ARENA; level >= INSPECT_BLOCK; level--) {
		bool is_chosen = place.has_page ? level == (int)scene->selection->level
						: is_outer == (level == INSPECT_ARENA);
		char padded[44];
		if (!names[level][0])
			continue;
		snprintf(padded, sizeof(padded), " %s ", names[level]);
		x = area_text(canvas, area, x, 0, is_chosen ? ROLE_CURSOR : ROLE_QUIET, 0, padded);
		if (level > INSPECT_BLOCK)
			area_put(canvas, area, x++, 0, glyph_of(canvas->charset, GLYPH_POINTER, 0),
				ROLE_QUIET, 0);
	}
	area_text(canvas, area, x + 2, 0, ROLE_QUIET, 0, "h l");
}

/* The line of the nth link; -1 when there are fewer. */
static int line_of_link(const struct inspect_panel *self, size_t nth)
{
	for (size_t i = 0; i < self->lines.count; i++)
		if (self->lines.items[i].is_link && nth-- == 0)
			return (int)i;
	return -1;
}

static size_t link_count(const struct inspect_panel *self)
{
	size_t count = 0;

	for (size_t i = 0; i < self->lines.count; i++)
		count += self->lines.items[i].is_link;
	return count;
}

static size_t chosen_link(const struct inspect_panel *self)
{
	size_t count = link_count(self);

	return self->chosen < count ? self->chosen : count ? count - 1 : 0;
}

static int column_of(const struct line *line)
{
	return line->name[0] || !line->is_link ? TEXT_AT : LIST_AT;
}

/*
 * Draws a line where it stands, in as many rows as it takes; gives the row behind it. Lines of a
 * list are cut where there is room for their first words: to see more of them is better than all of
 * each.
 */
static int draw_line(struct canvas *canvas, struct area area, int y, const struct line *line,
	bool is_chosen)
{
	int x = column_of(line);
	bool is_listed = x == LIST_AT;

	area_text(canvas, area, NAME_AT, y, ROLE_QUIET, 0, line->name);
	if (x + (int)utf8_cells(line->text) > area.width && !(is_listed && area.width >= WIDE))
		return area_wrap(canvas, area, x, y, is_listed ? x + 2 : x,
			is_chosen ? ROLE_TITLE : ROLE_TEXT, line->text);
	area_text(canvas, area, x, y, ROLE_TEXT, is_chosen ? CELL_BOLD : 0, line->text);
	return y + 1;
}

static int rows_of(const struct line *line, int width)
{
	struct canvas nowhere = {.charset = CHARSET_UTF8};

	return draw_line(&nowhere, (struct area){0, 0, width, 0}, 0, line, false);
}

/* The first of the lines up to `last` that fit into so many rows. */
static int first_before(const struct inspect_panel *self, int last, int width, int rows)
{
	int first = last;

	for (int used = 0; first >= 0; first--) {
		used += rows_of(&self->lines.items[first], width);
		if (used > rows && first < last)
			break;
	}
	return first + 1;
}

/* The first line that is seen, so that the chosen one is. */
static int first_line(const struct inspect_panel *self, int width, int rows)
{
	int count = (int)self->lines.count, chosen = line_of_link(self, chosen_link(self));
	bool shows_next = chosen_link(self) > 0 && chosen + 1 < count;

	if (count == 0 || rows <= 0)
		return 0;
	int end = first_before(self, count - 1, width, rows);
	int first = chosen > 0 ? first_before(self, chosen + shows_next, width, rows) : 0;
	first = (chosen >= 0 && first > chosen ? chosen : first) + self->scrolled;
	return first < 0 ? 0 : first < end ? first : end;
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct inspect_panel *self = (const struct inspect_panel *)panel;
	int chosen = line_of_link(self, chosen_link(self));
	int y = 1;

	draw_levels(scene, canvas, area);
	for (int at = first_line(self, area.width, area.height - 1);
		y < area.height && at < (int)self->lines.count; at++) {
		if (at == chosen)
			area_put(canvas, area, 1, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
				ROLE_PLAYHEAD, 0);
		y = draw_line(canvas, area, y, &self->lines.items[at], at == chosen);
	}
}

/*
 * Behind the last link it goes on line by line, as far as there are more; and so back before the
 * first.
 */
static void go_down(struct inspect_panel *self)
{
	int width = self->panel.area.width, rows = self->panel.area.height - 1;

	if (self->scrolled < 0)
		self->scrolled++;
	else if (chosen_link(self) + 1 < link_count(self))
		self->chosen = chosen_link(self) + 1;
	else if (first_line(self, width, rows) <
		 first_before(self, (int)self->lines.count - 1, width, rows))
		self->scrolled++;
}

static void go_up(struct inspect_panel *self)
{
	int first = first_line(self, self->panel.area.width, self->panel.area.height - 1);

	if (self->scrolled > 0 || (chosen_link(self) == 0 && first > 0))
		self->scrolled--;
	else
		self->chosen = chosen_link(self) > 0 ? chosen_link(self) - 1 : 0;
}

static struct panel_answer go_there(struct inspect_panel *self, const struct scene *scene)
{
	int at = line_of_link(self, chosen_link(self));

	if (at < 0)
		return ANSWER_HANDLED;
	const struct line *line = &self->lines.items[at];
	struct panel_answer answer = answer_select_address(scene,
		line->address ? line->address : scene->selection->address);
	answer.goes = true;
	answer.position = line->to;
	return answer;
}

/* Else a heap is all that is around a block. */
static bool has_pools(const struct scene *scene)
{
	struct place place;

	return place_find(player_heap(scene->player), scene->selection->address, &place) &&
	       place.has_page;
}

static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct inspect_panel *self = (struct inspect_panel *)panel;
	struct selection selection = *scene->selection;

	switch ((int)action) {
	case ACTION_UP:
		go_up(self);
		return ANSWER_HANDLED;
	case ACTION_DOWN:
		go_down(self);
		return ANSWER_HANDLED;
	case ACTION_LEFT:
		selection.level += selection.level < INSPECT_ARENA;
		if (!has_pools(scene))
			selection.level = INSPECT_ARENA;
		return answer_select(selection);
	case ACTION_RIGHT:
		selection.level -= selection.level > INSPECT_BLOCK;
		if (!has_pools(scene))
			selection.level = INSPECT_BLOCK;
		return answer_select(selection);
	case ACTION_ZOOM_IN:
		return go_there(self, scene);
	default:
		return ANSWER_IGNORED;
	}
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	struct inspect_panel *self = (struct inspect_panel *)panel;
	int width = panel->area.width, line = first_line(self, width, panel->area.height - 1);
	size_t nth = 0;

	for (int row = 1; line < (int)self->lines.count; line++) {
		row += rows_of(&self->lines.items[line], width);
		if (y < row)
			break;
	}
	if (y < 1 || line >= (int)self->lines.count || !self->lines.items[line].is_link)
		return ANSWER_IGNORED;
	self->scrolled = 0;
	for (int i = 0; i < line; i++)
		nth += self->lines.items[i].is_link;
	self->chosen = nth;
	return ANSWER_HANDLED;
}

const struct panel_ops panel_inspect = {
	.name = "inspect",
	.title = "Inspector",
	.letter = 'I',
	.state_size = sizeof(struct inspect_panel),
	.is_read = true,
	.update = update,
	.tick = tick,
	.finish = finish,
	.remark = remark,
	.draw = draw,
	.act = act,
	.click = click,
};
