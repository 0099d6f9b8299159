/* See describe.h: what the library counts of itself, and prints. */
#include "engines/glibc/describe.h"

#include "base/text.h"

#include <inttypes.h>

/* What is free in an arena. */
struct freed {
	uint64_t nfast, fast; /* chunks, bytes */
	uint64_t nrest, rest; /* those in bins and top */
};

/* A small bin has chunks of one size; others are walked, as the library does. */
static uint64_t bytes_of_bin(const struct glibc *g, const struct arena *arena, uint32_t bin)
{
	uint32_t head = bin_head(arena, bin);
	uint64_t units = 0;

	if (bin > UNSORTED && bin < SMALL_LIMIT)
		return (uint64_t)arena->counts[bin] * bin * UNIT;
	for (uint32_t at = link_of(g, head)->low; at != head; at = link_of(g, at)->low)
		units += chunk_size(g, at);
	return units * UNIT;
}

static struct freed freed_of(const struct glibc *g, const struct arena *arena)
{
	struct freed freed = {.nrest = 1};

	for (uint32_t units = CHUNK_MIN; units < FAST_CLASSES; units++) {
		freed.nfast += arena->fast_counts[units];
		freed.fast += (uint64_t)arena->fast_counts[units] * units * UNIT;
	}
	if (!arena->top)
		return freed;
	freed.rest = (uint64_t)chunk_size(g, arena->top) * UNIT;
	for (uint32_t bin = UNSORTED; bin < BINS; bin++) {
		freed.nrest += arena->counts[bin];
		freed.rest += bytes_of_bin(g, arena, bin);
	}
	return freed;
}

void glibc_figures(const struct engine *engine, struct glibc_figures *ret_figures)
{
	const struct glibc *g = glibc_of_const(engine);
	const struct process *process = process_of(g);
	const struct arena *main = arena_at(g, 0);

	*ret_figures = (struct glibc_figures){.hblks = process->nmaps,
		.hblkhd = process->mapped + process->miscounted};
	for (uint32_t i = 0; i < g->arenas.count; i++) {
		const struct arena *arena = arena_at(g, i);
		const struct freed freed = freed_of(g, arena);
		ret_figures->arena += arena->system;
		ret_figures->ordblks += freed.nrest;
		ret_figures->smblks += freed.nfast;
		ret_figures->fsmblks += freed.fast;
		ret_figures->fordblks += freed.rest + freed.fast;
		ret_figures->uordblks += arena->system - freed.rest - freed.fast;
	}
	ret_figures->keepcost = main->top ? (uint64_t)chunk_size(g, main->top) * UNIT : 0;
}

/* ---- as malloc_info() ---------------------------------------------------------------------- */

static void add_sizes(struct text *text, const char *tag, uint64_t from, uint64_t to,
	uint64_t total, uint64_t count)
{
	text_add(text,
		"  <%s from=\"%" PRIu64 "\" to=\"%" PRIu64 "\" total=\"%" PRIu64
		"\" count=\"%" PRIu64 "\"/>\n",
		tag, from, to, total, count);
}

/*
 * The library adds up sizes with their flag, PREV_INUSE, which every free chunk has: 1 more each.
 * Gives what those add to the sum.
 */
static uint64_t add_bin(const struct glibc *g, const struct arena *arena, uint32_t bin,
	struct text *text)
{
	uint32_t head = bin_head(arena, bin);
	uint64_t from = UINT64_MAX, to = 0, total = 0;

	if (arena->counts[bin] == 0)
		return 0;
	for (uint32_t at = link_of(g, head)->low; at != head; at = link_of(g, at)->low) {
		uint64_t size = (uint64_t)chunk_size(g, at) * UNIT + 1;
		from = size < from ? size : from;
		to = size > to ? size : to;
		total += size;
	}
	add_sizes(text, bin == UNSORTED ? "unsorted" : "size", from, to, total, arena->counts[bin]);
	return arena->counts[bin];
}

static void add_fast(const struct arena *arena, struct text *text)
{
	for (uint32_t units = CHUNK_MIN; units < FAST_CLASSES; units++)
		if (arena->fast_counts[units])
			add_sizes(text, "size", units * UNIT - 15, units * UNIT,
				(uint64_t)arena->fast_counts[units] * units * UNIT,
				arena->fast_counts[units]);
}

static void add_total(struct text *text, const char *type, uint64_t count, uint64_t size)
{
	text_add(text, "<total type=\"%s\" count=\"%" PRIu64 "\" size=\"%" PRIu64 "\"/>\n", type,
		count, size);
}

static void add_size(struct text *text, const char *tag, const char *type, uint64_t size)
{
	text_add(text, "<%s type=\"%s\" size=\"%" PRIu64 "\"/>\n", tag, type, size);
}

/* Of all arenas. */
struct all {
	struct freed freed;
	uint64_t system, system_max;
	uint64_t space, allowed; /* bytes of heaps, and those that may be accessed */
};

/* The heaps of an arena beside the main one; it may have more access to them than it holds. */
static void add_heaps(const struct glibc *g, const struct arena *arena, struct text *text,
	struct all *all)
{
	uint64_t bytes = 0, allowed = 0, n = 0;

	for (uint32_t segment = arena->top >> SEGMENT_BITS; segment;
		segment = segment_at(g, segment)->before, n++) {
		bytes += segment_at(g, segment)->bytes;
		allowed += segment_at(g, segment)->bytes_max;
	}
	add_size(text, "aspace", "total", bytes);
	add_size(text, "aspace", "mprotect", allowed);
	add_size(text, "aspace", "subheaps", n);
	all->space += bytes;
	all->allowed += allowed;
}

/* The main arena is the first, then come the others, the newest first. */
static void add_arena(const struct glibc *g, uint32_t number, struct text *text, struct all *all)
{
	const struct arena *arena = arena_at(g, number ? (uint32_t)g->arenas.count - number : 0);
	struct freed freed = freed_of(g, arena);

	text_add(text, "<heap nr=\"%" PRIu32 "\">\n<sizes>\n", number);
	add_fast(arena, text);
	for (uint32_t bin = UNSORTED + 1; arena->top && bin < BINS; bin++)
		freed.rest += add_bin(g, arena, bin, text);
	if (arena->top)
		freed.rest += add_bin(g, arena, UNSORTED, text);
	text_add(text, "</sizes>\n");
	if (g->settings.release->has_fast_bins)
		add_total(text, "fast", freed.nfast, freed.fast);
	add_total(text, "rest", freed.nrest, freed.rest);
	add_size(text, "system", "current", arena->system);
	add_size(text, "system", "max", arena->system_max);
	if (number > 0) {
		add_heaps(g, arena, text, all);
	} else {
		add_size(text, "aspace", "total", arena->system);
		add_size(text, "aspace", "mprotect", arena->system);
		all->space += arena->system;
		all->allowed += arena->system;
	}
	text_add(text, "</heap>\n");
	all->freed.nfast += freed.nfast;
	all->freed.fast += freed.fast;
	all->freed.nrest += freed.nrest;
	all->freed.rest += freed.rest;
	all->system += arena->system;
	all->system_max += arena->system_max;
}

static void report_info(const struct glibc *g, struct text *text)
{
	const struct process *process = process_of(g);
	struct all all = {0};

	text_add(text, "<malloc version=\"1\">\n");
	for (uint32_t i = 0; i < g->arenas.count; i++)
		add_arena(g, i, text, &all);
	if (g->settings.release->has_fast_bins)
		add_total(text, "fast", all.freed.nfast, all.freed.fast);
	add_total(text, "rest", all.freed.nrest, all.freed.rest);
	add_total(text, "mmap", process->nmaps, process->mapped + process->miscounted);
	add_size(text, "system", "current", all.system);
	add_size(text, "system", "max", all.system_max);
	add_size(text, "aspace", "total", all.space);
	add_size(text, "aspace", "mprotect", all.allowed);
	text_add(text, "</malloc>\n");
}

/* ---- as mallinfo2() ------------------------------------------------------------------------ */

static void report_figures(const struct glibc *g, struct text *text)
{
	struct glibc_figures figures;

	glibc_figures(&g->engine, &figures);
	const struct {
		const char *name;
		uint64_t value;
	} members[] = {
		{"arena", figures.arena},
		{"ordblks", figures.ordblks},
		{"smblks", figures.smblks},
		{"hblks", figures.hblks},
		{"hblkhd", figures.hblkhd},
		{"usmblks", figures.usmblks},
		{"fsmblks", figures.fsmblks},
		{"uordblks", figures.uordblks},
		{"fordblks", figures.fordblks},
		{"keepcost", figures.keepcost},
	};
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		text_add(text, "%-8s  %" PRIu64 "\n", members[i].name, members[i].value);
}

/* ---- reports ------------------------------------------------------------------------------- */

const char *const glibc_reports[] = {"malloc-info", "mallinfo", NULL};

void glibc_report(const struct engine *engine, size_t at, struct text *text)
{
	const struct glibc *g = glibc_of_const(engine);

	if (at == 0)
		report_info(g, text);
	else
		report_figures(g, text);
}
