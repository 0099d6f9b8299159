/*
 * Where things are: layers, regions, pages and blocks by their address; names.h has what they are
 * called.
 */
#ifndef STORY_PLACES_H
#define STORY_PLACES_H

#include "player/player.h"

/* The layer with pages (arenas), the layer with a free list of holes; NULL when there is none. */
const struct engine *arena_layer(const struct heap *heap);
const struct engine *free_list_layer(const struct heap *heap);

/* The page that holds the address; *ret_number is its place in the region. */
bool page_find(const struct engine *engine, uint64_t address, size_t *ret_at, uint32_t *ret_number,
	struct page *ret_page);

/* Where an address lies: in which region of which layer, and in which of its pages. */
struct place {
	const struct engine *engine;
	struct region region;
	bool has_page;
	uint32_t number; /* of the page in its region */
	struct page page;
};
bool place_find(const struct heap *heap, uint64_t address, struct place *ret_place);

/* The number of the block that holds the address; false when the place has no blocks. */
bool place_block(const struct place *place, uint64_t address, uint32_t *ret_block);

/* What lies at the address. */
bool span_find(const struct engine *engine, uint64_t address, struct span *ret_span);

/* The first links of a page's chain of free blocks. */
#define CHAIN_SHOWN 24u
struct chain {
	uint32_t blocks[CHAIN_SHOWN]; /* the one handed out next first */
	uint32_t length;              /* of the whole chain */
};
void chain_read(const struct engine *engine, const struct page *page, struct chain *ret_chain);

/* A list of the engine by its name; false when it has none. */
bool list_find(const struct engine *engine, const char *name, size_t *ret_at,
	struct list *ret_list);

/*
 * The last event, and what it did; of a caption or a mark, what the request before it did. false at
 * position 0.
 */
bool last_shown(const struct player *player, struct event *ret_event, struct effect *ret_effect,
	const struct decision_log **ret_log);

#endif
