/*
 * The state of the engine "heap", shared by the files of this folder; freelist.c has its words and
 * its model.
 */
#ifndef ENGINES_FREELIST_STATE_H
#define ENGINES_FREELIST_STATE_H

#include "engine/engine.h"
#include "engines/freelist/decisions.h"
#include "flat/holes.h"
#include "flat/segments.h"

enum coalesce { COALESCE_ON, COALESCE_OFF, COALESCE_ON_DEMAND };

struct freelist_state {
	uint64_t base;  /* of the heap; 0: no memory taken yet */
	uint64_t end;   /* the end of the memory taken */
	uint64_t tail;  /* bytes at the end, less than a unit */
	uint64_t rover; /* next fit by address: where the search begins */
};

struct freelist {
	struct engine engine;
	uint64_t capacity; /* bytes; 0: it grows */
	uint64_t trim;     /* bytes free at its end that make it shrink; 0: it never does */
	uint64_t header;
	uint64_t unit;
	uint64_t padding; /* --ostep: requests are padded to a multiple of it */
	uint64_t lead;    /* from the heap's base to the first block */
	enum fit fit;
	enum holes_order order;
	enum coalesce coalesce;
	bool is_ostep;
	bool has_list;           /* otherwise the segments are the list, by address */
	bool has_holes;          /* `list` has the holes: in its order, by size or both */
	struct flat_array state; /* one struct freelist_state */
	struct flat_array seams; /* uint64_t addresses where holes may be joined later */
	struct segments segments;
	struct holes list;
};

static inline struct freelist *freelist_of(struct engine *engine)
{
	return (struct freelist *)engine;
}

static inline const struct freelist *freelist_of_const(const struct engine *engine)
{
	return (const struct freelist *)engine;
}

static inline struct freelist_state *state_of(const struct freelist *heap)
{
	return heap->state.data;
}

/* unit: a power of two. */
static inline uint64_t round_up(uint64_t number, uint64_t unit)
{
	return (number + unit - 1) & ~(unit - 1);
}

/* Bytes before the first block; a heap of fixed size may be smaller than what they should be. */
static inline uint64_t lead_of(const struct freelist *heap)
{
	uint64_t bytes = state_of(heap)->end - state_of(heap)->base;

	return heap->lead < bytes ? heap->lead : bytes;
}

/* Where the first block may begin. */
static inline uint64_t first_of(const struct freelist *heap)
{
	return state_of(heap)->base + heap->lead;
}

/* ---- order.c ------------------------------------------------------------------------------- */

/* How many holes the list has before this one. */
uint64_t order_rank(const struct freelist *heap, const struct segment *hole);

/* A new hole goes where the order wants it; a hole leaves the list. */
void order_add(struct freelist *heap, uint64_t base, uint64_t size);
void order_remove(struct freelist *heap, const struct segment *hole);

/*
 * A block has become a hole together with the hole before it and the one after it, of so many
 * bytes; 0: there is none.
 */
void order_join(struct freelist *heap, uint64_t before, uint64_t after, const struct segment *hole);

/* The hole is what is said now; with size 0 nothing is left of it. */
void order_change(struct freelist *heap, const struct segment *hole, uint64_t base, uint64_t size);

/* Next fit goes on where it found this hole, of which `rest` bytes at its end are free now. */
void order_begin_after(struct freelist *heap, const struct segment *hole, uint64_t rest);

/* After a join: next fit must not begin its search inside the hole. */
void order_keep_rover_outside(struct freelist *heap, const struct segment *hole);

/* A hole of the list (holes.h), by its number, as a segment. */
struct segment order_entry(const struct freelist *heap, uint32_t hole);

/* ---- fits.c -------------------------------------------------------------------------------- */

/* A request, and the hole that serves it. */
struct fit_search {
	uint64_t size, alignment; /* bytes; a power of two */
	struct segment hole;
	uint64_t block;            /* where in the hole the block begins */
	struct segments_path path; /* to the hole, with has_path */
	bool has_path;
};

/* Finds a hole for size and alignment; false when none fits. */
bool fits_search(struct freelist *heap, struct fit_search *search);

/* ---- layout.c ------------------------------------------------------------------------------ */

/* Takes the heap's first or next bytes from the system; false when it has none. */
bool layout_take(struct freelist *heap, uint64_t bytes);

/* Grows until the last hole ends at `end` or later; false when the heap may not or cannot. */
bool layout_grow_to(struct freelist *heap, uint64_t end);

/* Before the first request of a heap that grows: a first step, to know where it begins. */
bool layout_begin(struct freelist *heap);

/*
 * After a release: returns whole steps of growth from the end of the heap to the system, where
 * --heap-trim asks for that and so much is free there; otherwise says which block prevents it.
 */
void layout_trim(struct freelist *heap);

/* Where the last hole begins, or where the heap ends. */
uint64_t layout_end(const struct freelist *heap);

/* Makes a block of a part of the hole; the bytes before and after it stay free. */
void layout_carve(struct freelist *heap, const struct fit_search *search);

/* The block becomes a hole from `base` on, and joins the holes that touch it. */
void layout_free(struct freelist *heap, const struct neighbours *around, uint64_t base);

/* The block becomes `size` bytes long where it is; false when it cannot. */
bool layout_grow_in_place(struct freelist *heap, const struct neighbours *around, uint64_t size);

/* ---- joins.c ------------------------------------------------------------------------------- */

/* On demand: joins all holes that touch; false when none do. */
bool joins_all(struct freelist *heap);

/* --ostep: joins each hole that begins where the one before it in the list ends. */
void joins_along_list(struct freelist *heap);

/* Remembers where the new hole touches others that it is not joined with yet. */
void joins_note_seams(struct freelist *heap, const struct neighbours *around,
	const struct segment *hole);

/* ---- description.c: callbacks of engine/ops.h ----------------------------------------------- */

size_t freelist_region_count(const struct engine *engine);
void freelist_region(const struct engine *engine, size_t at, struct region *ret_region);
void freelist_spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user);
uint64_t freelist_used_between(const struct engine *engine, uint64_t from, uint64_t to);
size_t freelist_list_count(const struct engine *engine);
void freelist_list(const struct engine *engine, size_t at, struct list *ret_list);
size_t freelist_list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n);
size_t freelist_landmarks(const struct engine *engine, struct landmark *ret_landmarks, size_t n);
size_t freelist_fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n);
void freelist_totals(const struct engine *engine, struct totals *ret_totals);
int freelist_check(const struct engine *engine, struct error *err);

#endif
