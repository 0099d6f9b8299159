/* Layers, regions, pages and blocks by their address; names.h has their names. */
#ifndef STORY_PLACES_H
#define STORY_PLACES_H

#include "player/player.h"

/*
 * The layer with pages (arenas), and the layer without pages whose spans are a heap; NULL when
 * there is none. A heap has lists of its holes, or a region that says it is one.
 */
const struct engine *arena_layer(const struct heap *heap);
const struct engine *span_layer(const struct heap *heap);

/* The layer whose free memory is of several kinds; NULL when there is none. */
const struct engine *kinds_layer(const struct heap *heap);

/*
 * Offsets in the engine's regions are hexadecimal: its addresses are those that a program had, or
 * it speaks of sizes in hex, as glibc does. Those of every model are decimal, however large it is:
 * a place has one name for as long as a trace plays, and in all models beside each other.
 */
bool offsets_are_hex(const struct engine *engine);

/* Pages of a region that were never carved; they come after all others. */
uint32_t pages_never_carved(const struct engine *engine, size_t at, uint32_t pages);

/*
 * Whether a few blocks keep the arena from going back to the system: at most this share of it is
 * used, in percent, and not because it has only just been mapped.
 */
#define PINNED_PERCENT 5u
bool arena_is_pinned(const struct engine *engine, size_t at, const struct region *region);

/*
 * The pinned arena in which the fewest bytes are used, and its first page that is in use; false
 * when none is pinned.
 */
bool arena_emptiest(const struct heap *heap, struct region *ret_region, struct page *ret_page);

/* The page that holds the address; *ret_number is its number in the region. */
bool page_find(const struct engine *engine, uint64_t address, size_t *ret_at, uint32_t *ret_number,
	struct page *ret_page);

/* The region that holds an address, its layer, and its page. */
struct place {
	const struct engine *engine;
	struct region region;
	bool has_page;
	uint32_t number; /* of the page, in its region */
	struct page page;
};
bool place_find(const struct heap *heap, uint64_t address, struct place *ret_place);

/* The number of the block that holds the address; false when the place has no blocks. */
bool place_block(const struct place *place, uint64_t address, uint32_t *ret_block);

/* The block or hole that holds the address; false when there is none. */
bool span_find(const struct engine *engine, uint64_t address, struct span *ret_span);

/* The largest heap of a layer; false when it has none. */
bool largest_heap(const struct engine *engine, struct region *ret_region);

/*
 * The block that is nearest to the end of the largest heap, which it keeps from shrinking; false
 * when no block is in one. Spaces do not shrink so.
 */
bool block_at_heap_end(const struct heap *heap, struct span *ret_block);

/* A chain of free blocks in a page; only its first links are kept. */
#define CHAIN_SHOWN 24u
struct chain {
	uint32_t blocks[CHAIN_SHOWN]; /* the block handed out next comes first */
	uint32_t length;              /* of the whole chain */
};
void chain_read(const struct engine *engine, const struct page *page, struct chain *ret_chain);

/* The list of that name; false when the engine has none. */
bool list_find(const struct engine *engine, const char *name, size_t *ret_at,
	struct list *ret_list);

/*
 * Whether the fault of the last event calls for a person's attention: a serious one, and of an
 * allocator that has failed before only the first. What follows is mostly its consequence.
 */
bool fault_is_alarming(const struct player *player, const struct effect *effect);

/*
 * The last event and its effect; for a caption or a mark, the effect of the request before it.
 * false at position 0.
 */
bool last_shown(const struct player *player, struct event *ret_event, struct effect *ret_effect,
	const struct decision_log **ret_log);

#endif
