/*
 * What the heap decides, and its counted objects and their collector (heap/objects.h); what the
 * program's reads and writes hit.
 */
#ifndef HEAP_DECISIONS_H
#define HEAP_DECISIONS_H

#include "engine/decision.h"

/* What a collection looked at (of decision_collect, c). */
enum collected {
	COLLECTED_GENERATION, /* and the younger ones */
	COLLECTED_YOUNG,      /* these and the others are of the collector of 3.14.0 */
	COLLECTED_INCREMENT,
	COLLECTED_NOTHING, /* it was ahead of its work */
	COLLECTED_MARKS,   /* nothing: a cycle began */
	COLLECTED_ALL,
};

extern const struct decision_kind decision_mapped;
extern const struct decision_kind decision_unmapped;
extern const struct decision_kind decision_count_up;
extern const struct decision_kind decision_count_down;
extern const struct decision_kind decision_dropped;
extern const struct decision_kind decision_finalized;
extern const struct decision_kind decision_resurrected;
extern const struct decision_kind decision_weak_made;
extern const struct decision_kind decision_weak_traced;
extern const struct decision_kind decision_weak_cleared;
extern const struct decision_kind decision_callback;
extern const struct decision_kind decision_died;
extern const struct decision_kind decision_collect_due;
extern const struct decision_kind decision_collect_put_off;
extern const struct decision_kind decision_collect;
extern const struct decision_kind decision_subtracted;
extern const struct decision_kind decision_rescued;
extern const struct decision_kind decision_unreachable;
extern const struct decision_kind decision_survived;
extern const struct decision_kind decision_cleared;
extern const struct decision_kind decision_collected;
extern const struct decision_kind decision_work;
extern const struct decision_kind decision_marked;
extern const struct decision_kind decision_cycle_over;
extern const struct decision_kind decision_gc_set;
extern const struct decision_kind decision_gc_set_increments;
extern const struct decision_kind decision_frozen;
extern const struct decision_kind decision_unfrozen;
extern const struct decision_kind decision_others;
extern const struct decision_kind decision_deed_noted;
extern const struct decision_kind decision_deed;
extern const struct decision_kind decision_use_inside;
extern const struct decision_kind decision_use_before;
extern const struct decision_kind decision_use_after;
extern const struct decision_kind decision_use_stale;
extern const struct decision_kind decision_use_of_other;
extern const struct decision_kind decision_use_of_hole;
extern const struct decision_kind decision_use_of_words;
extern const struct decision_kind decision_use_unmapped;
extern const struct decision_kind decision_cache_hit;
extern const struct decision_kind decision_cache_miss;
extern const struct decision_kind decision_cache_keep;
extern const struct decision_kind decision_cache_evict;
extern const struct decision_kind decision_cache_found;
extern const struct decision_kind decision_cache_spare;
extern const struct decision_kind decision_stale_free;
extern const struct decision_kind decision_given_up;
extern const struct decision_kind *const heap_decisions[]; /* all of these, ended by NULL */

#endif
