/* The effect of the last event on a range of addresses: how maps highlight it. */
#ifndef PANELS_HIGHLIGHT_H
#define PANELS_HIGHLIGHT_H

#include "panels/panel.h"

/* The live block that the allocator damaged at the event, or wanted to hand out again; 0: none. */
uint64_t highlight_harmed(const struct scene *scene);

/*
 * The role for the block at the address: BAD if it was damaged, HOT_ALLOC, HOT_FREE, or `otherwise`
 * if the event did not change it.
 */
enum role highlight_role(const struct scene *scene, uint64_t base, uint64_t size,
	enum role otherwise);

/*
 * Whether the block that the event moved or freed, or one that died or was moved by a collector at
 * it, had any of these bytes.
 */
bool highlight_freed(const struct scene *scene, uint64_t from, uint64_t bytes);

/* The role for the part of the bytes that the event changed: BAD, HOT_ALLOC, HOT_FREE, or TEXT. */
enum role highlight_part(const struct scene *scene, uint64_t from, uint64_t bytes);

/* The decisions of the last event; NULL while the next one is shown decision by decision. */
const struct decision_log *highlight_log(const struct scene *scene);

#endif
