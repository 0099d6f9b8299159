/* The kinds of exercises by subject; kinds.c has those of allocators, and the table of all. */
#ifndef COURSE_KINDS_H
#define COURSE_KINDS_H

struct maker;

/* caches.c */
void make_lru(struct maker *maker);
void make_victim(struct maker *maker);
void make_growth(struct maker *maker);

/* lifetimes.c */
void make_rewind(struct maker *maker);
void make_ring(struct maker *maker);
void make_finaliser(struct maker *maker);
void make_weak(struct maker *maker);
void make_cards(struct maker *maker);

/* lists.c */
void make_list_order(struct maker *maker);
void make_vector_end(struct maker *maker);
void make_vector_place(struct maker *maker);
void make_heap_end(struct maker *maker);

/* misuse.c */
void make_drift(struct maker *maker);
void make_faults(struct maker *maker);
void make_overwritten(struct maker *maker);
void make_stale_free(struct maker *maker);
void make_takes(struct maker *maker);
void make_unset(struct maker *maker);

/* libc.c */
void make_tcache(struct maker *maker);
void make_merge(struct maker *maker);
void make_fast_bin(struct maker *maker);
void make_large_bin(struct maker *maker);
void make_remainder(struct maker *maker);
void make_calloc(struct maker *maker);
void make_mapped(struct maker *maker);
void make_thread_arena(struct maker *maker);
void make_joined(struct maker *maker);
void make_shrinks(struct maker *maker);

/* python.c */
void make_domains(struct maker *maker);
void make_pool_life(struct maker *maker);
void make_resizes(struct maker *maker);
void make_pool_header(struct maker *maker);
void make_generations(struct maker *maker);
void make_automatic(struct maker *maker);

/* java.c */
void make_roots(struct maker *maker);
void make_soft(struct maker *maker);

#endif
