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

#endif
