/*
 * What the files of a free list share: holes.c has the holes themselves, holes_tree.c and
 * holes_sizes.c two of the ways in which they are kept.
 */
#ifndef FLAT_HOLES_STATE_H
#define FLAT_HOLES_STATE_H

#include "flat/holes.h"

#define HOLES_MIDDLE (UINT64_C(1) << 63) /* the first tie */

struct hole_node {
	uint64_t base;
	uint64_t size;
	struct place place;
	/* among the holes of its size; `next` also links unused nodes (holes_sizes.c) */
	uint32_t next, prev, child;
	uint32_t is_late;
};
static_assert(sizeof(struct hole_node) == 48, "a node has no padding");

/* What a node is in the tree by place (holes_tree.c). */
struct hole_branch {
	uint64_t largest; /* the largest size in its subtree */
	uint32_t count;   /* holes in that subtree */
	uint32_t priority;
	uint32_t child[2];
};

/* 64 sizes, or on a higher level 64 nodes. */
struct size_node {
	uint64_t used; /* a bit for each of them that has holes */
	struct size_cell {
		uint32_t at;    /* a node + 1, or on level 0 the first hole of that size */
		uint32_t count; /* holes */
	} of[64];
};

struct list_state {
	uint64_t low, high;  /* the next ties: the lowest, the highest */
	uint64_t start_size; /* HOLES_SORTED: where a search starts, in units */
	uint32_t start_hole; /* the first of that size from there on; 0: none yet */
	uint32_t seed;
	uint32_t root;      /* of the tree by place */
	uint32_t free_node; /* linked by `next` */
	uint32_t count;     /* holes */
	uint32_t size_root; /* + 1 */
	uint32_t size_levels;
	uint32_t free_size; /* + 1, a node of sizes, linked by of[0].at */
};

static inline struct list_state *list_of(const struct holes *holes)
{
	return holes->list.data;
}

static inline struct hole_node *node_of(const struct holes *holes, uint32_t node)
{
	return flat_at(&holes->nodes, struct hole_node, node);
}

static inline bool has_way(const struct holes *holes, enum holes_way way)
{
	return holes->ways & way;
}

static inline bool is_before(const struct place *one, const struct place *other)
{
	return one->key != other->key ? one->key < other->key : one->tie < other->tie;
}

/* ---- holes_tree.c -------------------------------------------------------------------------- */

void tree_init(struct holes *holes, struct flat *flat);
void tree_grow(struct holes *holes); /* a branch for a new node */
void tree_insert(struct holes *holes, uint32_t hole);
void tree_erase(struct holes *holes, uint32_t hole);

/* The hole has another size now, and had `old`. */
void tree_resize(struct holes *holes, uint32_t hole, uint64_t old);

uint32_t tree_nth(const struct holes *holes, uint64_t rank);
uint64_t tree_rank(const struct holes *holes, const struct place *place);

/* The hole before it in the list (side 0), or after it (1); 0: none. */
uint32_t tree_neighbour(const struct holes *holes, uint32_t hole, unsigned side);

/* The first hole at or after the place (NULL: of all) with at least that size; 0: none. */
uint32_t tree_first(const struct holes *holes, const struct place *from, uint64_t size);
uint64_t tree_largest(const struct holes *holes);
int tree_check(const struct holes *holes, struct error *err);

/* ---- holes_sizes.c ------------------------------------------------------------------------- */

void sizes_init(struct holes *holes, struct flat *flat);
void sizes_enter(struct holes *holes, uint32_t hole);
void sizes_leave(struct holes *holes, uint32_t hole);

uint32_t sizes_smallest(const struct holes *holes, uint64_t size, hole_test *serves, void *user);

/* HOLES_SORTED, as the functions of holes.h. */
uint32_t sizes_first(const struct holes *holes, uint64_t size);
uint32_t sizes_first_after(const struct holes *holes, uint32_t hole, uint64_t size);
uint32_t sizes_first_from_start(const struct holes *holes, uint64_t size);
uint64_t sizes_rank_of_start(const struct holes *holes);
void sizes_start_at(struct holes *holes, uint32_t hole);
void sizes_start_after(struct holes *holes, uint32_t hole);
uint32_t sizes_nth(const struct holes *holes, uint64_t rank);
uint64_t sizes_rank(const struct holes *holes, uint32_t hole);
uint64_t sizes_largest(const struct holes *holes);
int sizes_check(const struct holes *holes, struct error *err);

#endif
