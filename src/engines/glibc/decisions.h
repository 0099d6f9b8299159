/* The decisions of glibc's malloc; decisions.c has their operands. */
#ifndef ENGINES_GLIBC_DECISIONS_H
#define ENGINES_GLIBC_DECISIONS_H

#include "engine/decision.h"

extern const struct decision_kind decision_glibc_size;
extern const struct decision_kind decision_glibc_cache_made;
extern const struct decision_kind decision_glibc_cache_hit;
extern const struct decision_kind decision_glibc_cache_put;
extern const struct decision_kind decision_glibc_cache_full;
extern const struct decision_kind decision_glibc_fast_hit;
extern const struct decision_kind decision_glibc_fast_put;
extern const struct decision_kind decision_glibc_small_hit;
extern const struct decision_kind decision_glibc_stashed;
extern const struct decision_kind decision_glibc_consolidated;
extern const struct decision_kind decision_glibc_last_remainder;
extern const struct decision_kind decision_glibc_exact;
extern const struct decision_kind decision_glibc_binned;
extern const struct decision_kind decision_glibc_large_best;
extern const struct decision_kind decision_glibc_bin_above;
extern const struct decision_kind decision_glibc_split;
extern const struct decision_kind decision_glibc_whole;
extern const struct decision_kind decision_glibc_top_cut;
extern const struct decision_kind decision_glibc_break_grew;
extern const struct decision_kind decision_glibc_break_was_moved;
extern const struct decision_kind decision_glibc_heap_grew;
extern const struct decision_kind decision_glibc_heap_gone;
extern const struct decision_kind decision_glibc_arena_new;
extern const struct decision_kind decision_glibc_mapped;
extern const struct decision_kind decision_glibc_remapped;
extern const struct decision_kind decision_glibc_unmapped;
extern const struct decision_kind decision_glibc_threshold;
extern const struct decision_kind decision_glibc_merged;
extern const struct decision_kind decision_glibc_freed;
extern const struct decision_kind decision_glibc_into_top;
extern const struct decision_kind decision_glibc_trimmed;
extern const struct decision_kind decision_glibc_not_trimmed;
extern const struct decision_kind decision_glibc_top_kept;
extern const struct decision_kind decision_glibc_grew_into_top;
extern const struct decision_kind decision_glibc_took_next;
extern const struct decision_kind decision_glibc_shrunk;
extern const struct decision_kind decision_glibc_moves;
extern const struct decision_kind decision_glibc_leader;
extern const struct decision_kind decision_glibc_trailer;
extern const struct decision_kind decision_glibc_thread_end;
extern const struct decision_kind decision_glibc_cached_twice;
extern const struct decision_kind decision_glibc_fast_twice;
extern const struct decision_kind decision_glibc_free_twice;
extern const struct decision_kind decision_glibc_top_freed;
extern const struct decision_kind decision_glibc_unnoticed;
extern const struct decision_kind decision_glibc_old_header;
extern const struct decision_kind decision_glibc_unmapped_header;
extern const struct decision_kind decision_glibc_unaligned;
extern const struct decision_kind decision_glibc_no_chunk;
extern const struct decision_kind decision_glibc_top_resized;
extern const struct decision_kind decision_glibc_resized_free;
extern const struct decision_kind decision_glibc_moves_free;
extern const struct decision_kind decision_glibc_arena_left;
extern const struct decision_kind decision_glibc_arena_again;
extern const struct decision_kind decision_glibc_program;
extern const struct decision_kind *const glibc_decisions[]; /* all of these, ended by NULL */

#endif
