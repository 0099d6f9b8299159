/* What the generational heap decides; state.h has the words. Spaces are numbers of enum space. */
#ifndef GENERATIONAL_DECISIONS_H
#define GENERATIONAL_DECISIONS_H

#include "engine/decision.h"

extern const struct decision_kind decision_bumped;
extern const struct decision_kind decision_eden_full;
extern const struct decision_kind decision_too_large_for_eden;
extern const struct decision_kind decision_never_aligned;
extern const struct decision_kind decision_minor;
extern const struct decision_kind decision_major;
extern const struct decision_kind decision_promotion_fails;
extern const struct decision_kind decision_copied;
extern const struct decision_kind decision_promoted;
extern const struct decision_kind decision_slid;
extern const struct decision_kind decision_left_behind;
extern const struct decision_kind decision_survivors_swapped;
extern const struct decision_kind decision_paused;
extern const struct decision_kind decision_card_dirtied;
extern const struct decision_kind decision_garbage;
extern const struct decision_kind decision_heap_full;
extern const struct decision_kind decision_memory_short;
extern const struct decision_kind decision_metaspace_full;
extern const struct decision_kind *const generational_decisions[]; /* ended by NULL */

#endif
