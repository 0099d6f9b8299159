/*
 * A block or a hole: its address, the bytes requested and given, the events that allocated and that
 * free it; for a hole, the block that left it. Then the earlier owners, the last one first.
 */
#include "panels/inspector/subject.h"

#include "player/tenancies.h"
#include "story/callers.h"
#include "story/names.h"
#include "story/narration.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define OWNERS_MAX 200u

static const char *ordinal(uint64_t number, char *words, size_t size)
{
	static const char *const ends[] = {"th", "st", "nd", "rd"};
	unsigned last = (unsigned)(number % 10), tens = (unsigned)(number / 10 % 10);

	snprintf(words, size, "%" PRIu64 "%s", number, last <= 3 && tens != 1 ? ends[last] : "th");
	return words;
}

/* The tenancy at the address after the last event. */
static const struct tenancy *tenancy_now(const struct subject *subject, uint64_t address)
{
	const struct tenancy *tenancies;
	size_t count = tenancies_list(subject->past, &tenancies);

	for (size_t i = 0; i < count; i++)
		if (tenancies[i].address == address && tenancies[i].born < subject->now &&
			tenancies[i].freed >= subject->now)
			return &tenancies[i];
	return NULL;
}

/* The number of objects that have had the address so far. */
static uint64_t generation_of(const struct subject *subject, uint64_t address)
{
	const struct tenancy *tenancies;
	size_t count = tenancies_list(subject->past, &tenancies);
	uint64_t generation = 0;

	for (size_t i = 0; i < count; i++)
		generation += tenancies[i].born < subject->now && address >= tenancies[i].address &&
			      address - tenancies[i].address <
				      (tenancies[i].given ? tenancies[i].given : 1);
	return generation;
}

static bool is_known(const struct subject *subject)
{
	return tenancies_played(subject->past) >= subject->now;
}

static bool is_whole(const struct subject *subject)
{
	return tenancies_played(subject->past) >= player_length(subject->scene->player);
}

static bool is_growing(const struct subject *subject)
{
	return trace_is_growing(player_trace(subject->scene->player));
}

static void add_looking(const struct subject *subject, const char *name)
{
	struct units percent;

	subject_add(subject, name, "looking through the trace: %s",
		units_percent(&percent, tenancies_played(subject->past),
			player_length(subject->scene->player)));
}

/* Adds the caller, where the trace has it; more: what follows its name. */
static void add_site(const struct subject *subject, const char *name, uint64_t number,
	const char *more)
{
	struct symbols *symbols = subject->scene->symbols;
	struct event event;

	if (symbols && trace_get(player_trace(subject->scene->player), number, &event) &&
		event.site != SITE_NONE)
		subject_add(subject, name, "%s%s", symbols_site(symbols, event.site), more);
}

static void add_end(const struct subject *subject, const struct live *live)
{
	const struct tenancy *tenancy = tenancy_now(subject, live->address);
	uint64_t age = subject->now - 1 - live->moved;
	struct units units, whole;

	if (tenancy && tenancy->freed != TENANCY_OPEN) {
		subject_add_event(subject, tenancy->has_moved ? "moves on" : "freed",
			tenancy->freed);
		add_site(subject, tenancy->has_moved ? "because of" : "freed by", tenancy->freed,
			"");
		subject_add(subject, "age", "%s of %s %s", name_events(&units, age),
			units_count(&whole, tenancy->freed - live->moved),
			tenancy->has_moved ? "in this place" : "in its life");
	} else if (is_whole(subject)) {
		subject_add(subject, "freed",
			is_growing(subject) ? "not yet, and the trace still grows"
					    : "never (live until the trace ends)");
		subject_add(subject, "age", "%s so far", name_events(&units, age));
	} else {
		add_looking(subject, "freed");
	}
}

/* Adds the next owner of a free block. */
static void add_next(const struct subject *subject)
{
	const struct tenancy *tenancies;
	size_t count = tenancies_list(subject->past, &tenancies);

	for (size_t i = 0; i < count; i++)
		if (tenancies[i].born >= subject->now) {
			subject_add_event(subject, "used next", tenancies[i].born);
			return;
		}
	if (is_whole(subject))
		subject_add(subject, "used next", is_growing(subject) ? "not yet" : "never");
	else
		add_looking(subject, "used next");
}

/* Adds a neighbour of a hole, which keeps it from being larger. */
static void add_neighbour(const struct subject *subject, const char *name, uint64_t address)
{
	const struct region *region = &subject->place.region;
	struct units units;
	struct span span;
	struct live live;

	if (address - region->base >= region->size ||
		!span_find(subject->place.engine, address, &span))
		subject_add(subject, name, "the %s of %s",
			address < region->base + region->size ? "start" : "end", region->name);
	else if (span.state == SPAN_FREE)
		subject_add(subject, name, "a hole of %s B (not joined)",
			units_count(&units, span.size));
	else if (span.state == SPAN_HEADER)
		subject_add(subject, name, "%s B of the allocator's own",
			units_count(&units, span.size));
	else if (span.state != SPAN_USED)
		subject_add(subject, name, "%s B, too small for a block",
			units_count(&units, span.size));
	else if (heap_find_address(player_heap(subject->scene->player), span.payload, &live))
		subject_add_resident(subject, name, &live, "");
	else
		subject_add(subject, name, "an arena of the layer above");
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

/* Adds the earlier owners, the last one first. */
static void add_owners(const struct subject *subject, bool is_hole)
{
	const struct tenancy *all;
	size_t count = tenancies_list(subject->past, &all);
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
		bool has_moved = gone.items[0].has_moved;
		subject_add_event(subject, has_moved ? "left at" : maker, gone.items[0].freed);
		add_site(subject, has_moved ? "because of" : "freed by", gone.items[0].freed, "");
		add_next(subject);
	} else if (is_hole && is_known(subject)) {
		subject_add(subject, maker, "never used until now");
		add_next(subject);
	}
	if (is_hole && !subject->place.has_page)
		add_neighbours(subject);
	subject_add(subject, "", "%s", "");
	if (!is_known(subject))
		add_looking(subject, "before");
	else if (gone.count == 0)
		subject_add(subject, "before", "none");
	else
		subject_add(subject, is_hole ? "past owners" : "before it", "%s", "");
	for (size_t i = 0; i < gone.count && i < OWNERS_MAX; i++) {
		const struct tenancy *tenancy = &gone.items[i];
		char object[24];
		snprintf(object, sizeof(object), "object %" PRIu32, tenancy->object);
		bool is_elsewhere = tenancy->address != subject->span.payload &&
				    tenancy->address != subject->address;
		subject_add(subject, "", "%-15s %6s B  events %s to %s%s%s%s", object,
			units_count(&units, tenancy->size), units_count(&born, tenancy->born),
			units_count(&freed, tenancy->freed), tenancy->has_moved ? ", moved" : "",
			is_elsewhere ? "  at " : "",
			is_elsewhere ? name_address(player_heap(subject->scene->player),
					       tenancy->address, place, sizeof(place))
				     : "");
		subject_link(subject, tenancy->born, 0);
	}
	array_finish(&gone);
}

/* The event played last is a realloc that left the block where it is. */
static bool is_resized_now(const struct subject *subject, const struct live *live)
{
	const struct decision_log *log;
	struct effect effect;
	struct event event;

	return player_last(subject->scene->player, &event, &effect, &log) &&
	       effect.outcome == OUTCOME_PLACED && effect.address == live->address &&
	       effect.old_address == live->address;
}

/*
 * Adds the last realloc that left the block where it is, and the caller of the last of all. Until
 * the past has been looked through, that is the caller who put it there, unless others came after.
 */
static void add_resizes(const struct subject *subject, const struct live *live)
{
	const struct tenancy *tenancy =
		is_known(subject) ? tenancy_now(subject, live->address) : NULL;
	uint64_t last = caller_event(player_trace(subject->scene->player), live), count = 0;
	const char *doubt = "";
	char nth[32];

	if (tenancy)
		count = tenancies_resized(subject->past, tenancy, subject->now, &last);
	else if (is_resized_now(subject, live))
		last = subject->now - 1;
	else if (live->moved + 1 < subject->now && !is_known(subject))
		doubt = ", if it was not resized since";

	if (doubt[0])
		add_looking(subject, "resized");
	else if (last > live->moved)
		subject_add_event(subject, "resized", last);
	if (count > 1)
		subject_add(subject, "", "its %s realloc in this place",
			ordinal(count, nth, sizeof(nth)));
	add_site(subject, "from", last, doubt);
}

/* Adds which of its bytes the allocator has spoilt, and when. */
static void add_damage(const struct subject *subject, const struct live *live)
{
	struct damage damage;
	struct units first, last;

	if (!engine_damage(subject->place.engine, live->address, &damage))
		return;
	units_count(&first, damage.from - live->address);
	units_count(&last, damage.to - 1 - live->address);
	if (damage.to - damage.from == 1)
		subject_add(subject, "damaged", "byte %s is not what the program wrote",
			first.text);
	else
		subject_add(subject, "damaged", "bytes %s to %s are not what the program wrote",
			first.text, last.text);
	subject_add_event(subject, "by", damage.event);
}

static void add_used(const struct subject *subject, const struct live *live)
{
	uint64_t padding = live->given - live->size;
	uint64_t header = live->address - subject->span.base;
	struct units asked, given, rest, units;
	char words[120], nth[32];

	add_damage(subject, live);
	if (is_known(subject))
		subject_add(subject, "object", "%" PRIu32 ", the %s that lives at this address",
			live->object,
			ordinal(generation_of(subject, live->address), nth, sizeof(nth)));
	else
		subject_add(subject, "object", "%" PRIu32, live->object);
	snprintf(words, sizeof(words),
		header > 0 && !subject->place.has_page ? "; %s B header" : "%s",
		header > 0 && !subject->place.has_page ? units_count(&units, header) : "");
	if (padding == 0)
		subject_add(subject, "asked", "%s of %s B%s; none is padding",
			units_count(&asked, live->size), units_count(&given, live->given), words);
	else
		subject_add(subject, "asked", "%s of %s B%s; %s B (%s) padding",
			units_count(&asked, live->size), units_count(&given, live->given), words,
			units_count(&rest, padding), units_percent(&units, padding, live->given));
	if (live->born != live->moved)
		subject_add_event(subject, "born", live->born);
	subject_add_event(subject, live->born == live->moved ? "allocated" : "moved here",
		live->moved);
	add_resizes(subject, live);
	add_end(subject, live);
}

/* Of free memory, in an engine that has several kinds of it. */
static const char *kind_name(const struct subject *subject)
{
	return engine_kinds(subject->place.engine)[subject->span.kind - 1].name;
}

static void add_free(const struct subject *subject)
{
	char nth[32];
	struct units units;

	if (subject->span.kind)
		subject_add(subject, "state", "free, in %s", kind_name(subject));
	else if (subject->place.has_page && subject->span.order == 1)
		subject_add(subject, "state", "free; its pool hands it out next");
	else if (subject->span.order > 0)
		subject_add(subject, "state", "%s of %s B, the %s of its %s",
			subject->place.has_page ? "a free block" : "a hole",
			units_count(&units, subject->span.size),
			ordinal(subject->span.order, nth, sizeof(nth)),
			subject->place.has_page ? "pool's chain" : "free list");
	else
		subject_add(subject, "state", "free");
}

/* Pages in free memory may be the heap's by their addresses only. */
static void add_given_up(const struct subject *subject)
{
	const struct span *span = &subject->span;
	struct units bytes;
	uint64_t given_up = heap_given_up(player_heap(subject->scene->player), span->base,
		span->base + span->size);

	if (given_up > 0)
		subject_add(subject, "not held", "%s: malloc_trim() gave these pages back",
			units_bytes(&bytes, given_up));
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
			subject_add(subject, "state", "in use by a layer above: an arena is here");
		}
		break;
	case SPAN_FREE:
		add_free(subject);
		add_given_up(subject);
		add_owners(subject, true);
		break;
	case SPAN_VIRGIN:
		subject_add(subject, "state", "%s",
			subject->span.kind ? kind_name(subject)
					   : "never used as a block of this size");
		add_given_up(subject);
		add_owners(subject, true);
		break;
	case SPAN_HEADER:
		subject_add(subject, "state", "a header: the allocator's own bookkeeping");
		break;
	case SPAN_WASTE:
		subject_add(subject, "state", "leftover, too short for a block");
		break;
	case SPAN_WAITING:
		subject_add(subject, "state", "not in use: it waits until others are freed");
		break;
	}
}

void describe_block(const struct subject *subject)
{
	struct units size;
	char name[64];

	subject_add(subject, "where", "%s: 0x%" PRIx64 " to 0x%" PRIx64 ", %s B",
		name_address(player_heap(subject->scene->player), subject->span.base, name,
			sizeof(name)),
		subject->span.base, subject->span.base + subject->span.size - 1,
		units_count(&size, subject->span.size));
	describe_words(subject);
	add_state(subject);
}
