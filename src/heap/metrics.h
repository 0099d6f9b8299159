/*
 * Figures kept while events are applied.  All are flat numbers: a struct metrics is part of a
 * checkpoint.
 */
#ifndef HEAP_METRICS_H
#define HEAP_METRICS_H

#include "heap/heap.h"
#include "trace/trace.h"

#define CACHE_LINE 64u /* bytes */

struct metrics {
	uint64_t events;
	uint64_t kinds[EVENT_KIND_COUNT];
	uint64_t faults[FAULT_COUNT];
	uint64_t happenings[HAPPENING_COUNT]; /* of one event, as many as there were */
	uint64_t live;                        /* objects now */
	uint64_t live_bytes;                  /* asked for, now */
	uint64_t given_bytes;                 /* in blocks, now */
	uint64_t reserved;                    /* held from the system, now */
	uint64_t peak_bytes;                  /* highest live_bytes */
	uint64_t peak_at;                     /* events applied when it was first reached */
	uint64_t peak_live;
	uint64_t peak_reserved;
	uint64_t peak_idle; /* the most bytes that were held and not live, while some were live */
	uint64_t idle_at;   /* events applied when they first were */
	uint64_t allocated_bytes; /* asked for in all, ever */
	uint64_t moves;           /* reallocs that changed the address */
	/* Of uses that read or write: */
	uint64_t lines;     /* of the processor's cache, CACHE_LINE bytes, one after the other */
	uint64_t last_line; /* its number + 1 */
};

/* Accounts for one event that was just applied. */
void metrics_add(struct metrics *metrics, const struct event *event, const struct effect *effect,
	const struct heap *heap);

/*
 * Applies the trace's events [from, end) to a heap at position `from`, without decisions, and
 * accounts for each. err, which may be NULL, receives the first failure of an engine or a plug-in,
 * unless it has one already.
 */
void metrics_play(struct metrics *metrics, struct heap *heap, struct trace *trace, uint64_t from,
	uint64_t end, struct error *err);

/* The same, where others play on to `whole`: progress is said of all that. */
void metrics_play_part(struct metrics *metrics, struct heap *heap, struct trace *trace,
	uint64_t from, uint64_t end, uint64_t whole, struct error *err);

/*
 * What fragmentation is called by different people. enumerator, name where there is little room,
 * name, formula, what it says
 */
#define FIGURES(F) \
	F(FIGURE_UTILISATION, "utilisation", "utilisation", \
		"bytes asked for / bytes held from the system", "100%: nothing held is wasted") \
	F(FIGURE_INTERNAL, "internal frag.", "internal fragmentation", \
		"1 - bytes asked for / bytes in blocks", "the cost of rounding up") \
	F(FIGURE_EXTERNAL, "external frag.", "external fragmentation", \
		"1 - largest hole / free bytes of the heap", "0%: all free memory is one piece") \
	F(FIGURE_SCATTER, "scatter", "scatter of holes", \
		"1 - sum of (hole x hole) / (free bytes x free bytes)", \
		"the odds that two free bytes are in different holes") \
	F(FIGURE_SPAN, "span over peak", "span over peak", \
		"most bytes held so far / most bytes live so far", \
		"peak held as a multiple of peak live; 1 is perfect")

enum figure {
#define F(id, brief, name, formula, words) id,
	FIGURES(F) FIGURE_COUNT
#undef F
};

struct figure_info {
	const char *brief, *name, *formula, *words;
	bool is_ratio; /* 1.25; else a share, 25% */
};
const struct figure_info *figure_info(enum figure figure);

/* Nothing held, given, free or live: utilisation and span are 1, the others 0. */
struct fragmentation {
	double figures[FIGURE_COUNT];
	uint64_t largest_hole;
	uint64_t free_bytes;
	uint64_t holes;
};
void fragmentation_of(const struct heap *heap, const struct metrics *metrics,
	struct fragmentation *ret);

/* Where every byte that an engine holds went.  enumerator, name, what it is */
#define PARTS(P) \
	P(PART_ASKED, "asked for", "bytes the program asked for") \
	P(PART_ROUNDING, "rounding", "bytes in blocks beyond what was asked for") \
	P(PART_ABOVE, "for arenas", "blocks that the engine above uses as arenas") \
	P(PART_FREE, "free", "free blocks of pools in use, or holes") \
	P(PART_UNUSED, "unused", "pools empty or never carved; the free end of a heap") \
	P(PART_HEADERS, "headers", "bookkeeping before pools or blocks") \
	P(PART_TAILS, "tails", "ends too short for another block: quantisation") \
	P(PART_ALIGNMENT, "alignment", "lost to alignment")

enum part {
#define P(id, name, words) id,
	PARTS(P) PART_COUNT
#undef P
};

const char *part_name(enum part part);
/* The same in words that suit the engine: "unused pools", "end of the heap". */
const char *part_name_of(enum part part, const struct engine *engine);
const char *part_words(enum part part);

struct whereabouts {
	uint64_t held;
	uint64_t parts[PART_COUNT]; /* they add up to held */
};
void whereabouts_of(const struct heap *heap, size_t layer, struct whereabouts *ret);

/* The same of one size class of the topmost engine; false when it has no such class. */
struct class_waste {
	struct size_class class;
	uint64_t held; /* by its pools */
	uint64_t asked;
	uint64_t rounding;
	uint64_t free;  /* bytes of free blocks */
	uint64_t waste; /* held, but not asked for */
};
bool class_waste_of(const struct heap *heap, size_t class, struct class_waste *ret);

#endif
