/*
 * A generational heap, as the serial collector of a Java virtual machine has it; what its modules
 * share.
 *
 *	space      Eden, two survivor spaces, the old generation, the metaspace: stretches that are
 *	           filled from below.  A request moves the top of Eden, and that is all.
 *	young      Eden and the survivors, of which one is always empty: `to`, the next to be filled
 *	age        how many minor collections an object in a survivor space has survived
 *	minor      a collection of the young generation: what is reached is copied, to the empty
 *	           survivor, or (promoted) to the old generation; the others are left behind
 *	major      a collection of both: what is reached is moved down, until nothing is between
 *	card       a part of the old generation, dirty when a reference was stored into an object
 *	           that begins in it.  Of the old generation a minor collection looks only at those.
 *	garbage    a block that the program has freed itself, and no collection has dropped yet
 *
 *	spaces.c        blocks by address, and the tops
 *	cards.c         the card table
 *	trace.c         what can be reached
 *	minor.c major.c the collections
 *	description.c   what it shows of itself, and its check
 *	decisions.h     what it decides
 *
 * Invariant: the blocks of a space follow each other without gaps from its base to its top, and
 * `to` has none.
 *
 * Sources: HotSpot's serial collector, DefNewGeneration and the mark-compact of a full collection.
 * What is otherwise than there stands in docs/engines.md.
 */
#ifndef GENERATIONAL_STATE_H
#define GENERATIONAL_STATE_H

#include "base/arrays.h"
#include "engine/engine.h"

enum space { EDEN, SURVIVOR_0, SURVIVOR_1, OLD, METASPACE, SPACES };

#define BLOCK_UNIT 8u /* bytes: blocks are multiples of it */
#define NOWHERE    UINT32_MAX

struct block {
	uint64_t address;
	uint64_t size;   /* bytes, a multiple of BLOCK_UNIT */
	uint32_t object; /* OBJECT_NONE: garbage */
	uint32_t age;
};

struct space_state {
	uint64_t base;
	uint64_t size;
	uint64_t top;  /* bytes from the base that blocks have */
	uint64_t used; /* of them, not garbage */
	uint64_t live; /* blocks that are not garbage */
};

struct generational_state {
	struct space_state spaces[SPACES];
	uint32_t to;             /* the survivor space that is empty */
	uint32_t minors, majors; /* collections so far */
	uint32_t reserved;
	uint64_t moved_bytes; /* by the last collection: what its pause depends on */
};

struct generational {
	struct engine engine;
	uint64_t sizes[SPACES]; /* bytes */
	uint32_t tenure;
	uint32_t card; /* bytes */
	struct flat_array state;
	struct flat_array blocks[SPACES]; /* struct block, in address order */
	struct flat_array cards;          /* uint8_t: 1 dirty */
	/* within one collection */
	bool is_short;                 /* of memory: soft references keep nothing */
	ARRAY(struct reached) reached; /* in the order in which they were found */
	ARRAY(uint8_t) marks[SPACES];  /* by block: 1 reached */
	ARRAY(struct relocation) moves;
	ARRAY(uint32_t) dead;
	ARRAY(uint64_t) dead_addresses;
};

/* A block that a collection has found. */
struct reached {
	uint32_t space;
	uint32_t block;   /* its number there */
	uint32_t goes_to; /* enum space */
};

static inline struct generational *self(const struct engine *engine)
{
	return (struct generational *)(uintptr_t)engine;
}

static inline struct generational_state *state_of(const struct generational *heap)
{
	return heap->state.data;
}

static inline struct space_state *space_of(const struct generational *heap, enum space space)
{
	return &state_of(heap)->spaces[space];
}

static inline struct block *block_at(const struct generational *heap, enum space space, size_t at)
{
	return flat_at(&heap->blocks[space], struct block, at);
}

static inline enum space from_space(const struct generational *heap)
{
	return state_of(heap)->to == SURVIVOR_0 ? SURVIVOR_1 : SURVIVOR_0;
}

static inline bool is_young(enum space space)
{
	return space <= SURVIVOR_1;
}

/* ---- spaces.c ------------------------------------------------------------------------------ */

const char *space_name(enum space space); /* "Eden" */

/* The space that holds the address; SPACES: none does. */
enum space space_at(const struct generational *heap, uint64_t address);

/* The number of the block whose bytes hold the address; NOWHERE: it is above the top. O(log n). */
uint32_t block_find(const struct generational *heap, enum space space, uint64_t address);

/* How many bytes are left above the top. */
uint64_t space_room(const struct generational *heap, enum space space);

/* Puts a block on top, which has room for it; gives its address. */
uint64_t space_push(struct generational *heap, enum space space, uint32_t object, uint64_t size,
	uint32_t age);

/* Drops all blocks. */
void space_clear(struct generational *heap, enum space space);

/* ---- cards.c ------------------------------------------------------------------------------- */

void cards_init(struct generational *heap);

/* The card of an object in the old generation becomes dirty. */
void card_dirty(struct generational *heap, uint64_t address);
bool card_is_dirty(const struct generational *heap, uint64_t address);

/*
 * Visits the objects that begin in dirty cards, in address order; returns how many cards those are.
 * Grows with the cards, and with the blocks of those that are dirty.
 */
typedef void card_visit(struct generational *heap, const struct block *block, void *user);
size_t cards_visit(struct generational *heap, card_visit *visit, void *user);

/* Whether an object, of a heap with a graph, refers to a young one. */
bool refers_to_young(const struct generational *heap, const struct block *block);

/* After a collection: of the dirty cards those stay so that have an object with a young one. */
void cards_refresh(struct generational *heap);

/*
 * "none", "card 1", "cards 0, 2, 3 and 5 more": which cards are dirty; size: 44 at least. Grows with
 * the cards.
 */
void cards_name_dirty(const struct generational *heap, char *ret_names, size_t size);

/* ---- trace.c ------------------------------------------------------------------------------- */

/* What an object refers to, softly too unless memory is short. */
void trace_references(const struct generational *heap, uint32_t object, object_visit *visit,
	void *user);

/*
 * Finds the blocks that can be reached, into `reached` and `marks`: those in young spaces alone,
 * with the old generation's dirty cards as roots, whose number is returned; or all.
 */
size_t trace_young(struct generational *heap);
void trace_all(struct generational *heap);

/* Fills `dead` with the objects in the space that were not reached. */
void trace_dead(struct generational *heap, enum space space);

/* Reports `dead`, says that they died, and reports `moves`. */
void trace_report(struct generational *heap);

/* ---- collections --------------------------------------------------------------------------- */

/* false: what would be promoted does not fit into the old generation, and nothing changed. */
bool collect_minor(struct generational *heap);
void collect_major(struct generational *heap);

/* ---- description.c ------------------------------------------------------------------------- */

size_t generational_region_count(const struct engine *engine);
void generational_region(const struct engine *engine, size_t at, struct region *ret_region);
void generational_spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user);
uint64_t generational_used_between(const struct engine *engine, uint64_t from, uint64_t to);
void generational_totals(const struct engine *engine, struct totals *ret_totals);
size_t generational_fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n);
size_t generational_landmarks(const struct engine *engine, struct landmark *ret_landmarks,
	size_t n);
int generational_check(const struct engine *engine, struct error *err);

#endif
