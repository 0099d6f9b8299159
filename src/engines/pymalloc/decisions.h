/* The decisions of pymalloc, in the words of Objects/obmalloc.c; decisions.c has their operands. */
#ifndef ENGINES_PYMALLOC_DECISIONS_H
#define ENGINES_PYMALLOC_DECISIONS_H

#include "engine/decision.h"

extern const struct decision_kind decision_small;
extern const struct decision_kind decision_too_large;
extern const struct decision_kind decision_raw_domain;
extern const struct decision_kind decision_c_heap;
extern const struct decision_kind decision_aligned;
extern const struct decision_kind decision_usedpools_hit;
extern const struct decision_kind decision_usedpools_empty;
extern const struct decision_kind decision_arena_chosen;
extern const struct decision_kind decision_no_usable_arena;
extern const struct decision_kind decision_arena_mapped;
extern const struct decision_kind decision_arena_invented;
extern const struct decision_kind decision_arena_refused;
extern const struct decision_kind decision_pool_from_freepools;
extern const struct decision_kind decision_pool_carved;
extern const struct decision_kind decision_arena_full;
extern const struct decision_kind decision_pool_same_class;
extern const struct decision_kind decision_pool_initialised;
extern const struct decision_kind decision_pool_linked;
extern const struct decision_kind decision_block_popped;
extern const struct decision_kind decision_block_carved;
extern const struct decision_kind decision_pool_full;
extern const struct decision_kind decision_block_pushed;
extern const struct decision_kind decision_pool_unfull;
extern const struct decision_kind decision_pool_empty;
extern const struct decision_kind decision_arena_usable_again;
extern const struct decision_kind decision_arena_sorted;
extern const struct decision_kind decision_arena_stays;
extern const struct decision_kind decision_arena_kept;
extern const struct decision_kind decision_arena_unmapped;
extern const struct decision_kind decision_shrinks_little;
extern const struct decision_kind decision_stays_below;
extern const struct decision_kind decision_in_no_arena;
extern const struct decision_kind *const pymalloc_decisions[]; /* all of these, ended by NULL */

#endif
