/* What several panels look up in the same way. */
#ifndef VIEW_LOOK_H
#define VIEW_LOOK_H

#include "view/panel.h"

/* The layer with pages (arenas), the layer with a free list of holes; NULL when there is none. */
const struct engine *look_arenas(const struct heap *heap);
const struct engine *look_heap(const struct heap *heap);

/* The page that holds the address; *ret_number is its place in the region. */
bool look_page(const struct engine *engine, uint64_t address, size_t *ret_at, uint32_t *ret_number,
	struct page *ret_page);

/* Where an address lies: in which region of which layer, and in which of its pages. */
struct place {
	const struct engine *engine;
	struct region region;
	bool has_page;
	uint32_t number;	/* of the page in its region */
	struct page page;
};
bool look_place(const struct heap *heap, uint64_t address, struct place *ret_place);

/* The number of the block that holds the address; false when the place has no blocks. */
bool look_block(const struct place *place, uint64_t address, uint32_t *ret_block);

/* What lies at the address. */
bool look_span(const struct engine *engine, uint64_t address, struct span *ret_span);

/* The first links of a page's chain of free blocks. */
#define CHAIN_SHOWN 24u
struct chain {
	uint32_t blocks[CHAIN_SHOWN];	/* the one handed out next first */
	uint32_t length;	/* of the whole chain */
};
void look_chain(const struct engine *engine, const struct page *page, struct chain *ret_chain);

/* "A01.p23" */
void look_page_name(const struct engine *engine, uint64_t address, char *name, size_t size);

/* The selection goes to what is at the address. */
void look_choose(const struct scene *scene, uint64_t address);

/* The last event, and what it did; of a caption or a mark, what the request before it did.  false at position 0. */
bool look_last(const struct player *player, struct event *ret_event, struct effect *ret_effect,
	const struct decision_log **ret_log);

/* Where the selection follows events, it goes to where the last one was. */
void look_follow(const struct scene *scene);

/* What the event did to the block at the address: HOT_ALLOC, HOT_FREE, or `otherwise`. */
enum role look_hot(const struct scene *scene, uint64_t base, uint64_t size, enum role otherwise);

/* Whether the block that the event moved or freed, or one that died of it, had any of these bytes. */
bool look_freed(const struct scene *scene, uint64_t from, uint64_t bytes);

/* What signs mean, in one line: as many entries as fit; gives the column after them. */
struct legend_entry {
	int glyph;	/* enum glyph, or GLYPH_NUMBERS: "1 2" */
	int level;	/* of GLYPH_FILL */
	enum role role;
	const char *words;
};
#define GLYPH_NUMBERS GLYPH_COUNT
int look_legend(struct canvas *canvas, struct area area, int y, const struct legend_entry *entries, size_t count);

/* A list of the engine by its name; false when it has none. */
bool look_list(const struct engine *engine, const char *name, size_t *ret_at, struct list *ret_list);

#endif
