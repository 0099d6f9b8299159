/* The decisions of a heap with a free list; decisions.c has their operands. */
#ifndef ENGINES_FREELIST_DECISIONS_H
#define ENGINES_FREELIST_DECISIONS_H

#include "engine/decision.h"

/* Which hole of a free list serves a request. */
enum fit { FIT_FIRST, FIT_NEXT, FIT_BEST, FIT_WORST };

extern const struct decision_kind decision_padded;
extern const struct decision_kind decision_searched;
extern const struct decision_kind decision_hole_chosen;
extern const struct decision_kind decision_split;
extern const struct decision_kind decision_exact_fit;
extern const struct decision_kind decision_alignment_gap;
extern const struct decision_kind decision_grew;
extern const struct decision_kind decision_trimmed;
extern const struct decision_kind decision_end_kept;
extern const struct decision_kind decision_joined;
extern const struct decision_kind decision_joined_all;
extern const struct decision_kind decision_list_sorted;
extern const struct decision_kind decision_shrunk;
extern const struct decision_kind decision_grew_in_place;
extern const struct decision_kind *const freelist_decisions[]; /* all of these, ended by NULL */

#endif
