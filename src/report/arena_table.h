/*
 * pymalloc's table of its arenas, one block of the C library's heap that grows and never goes. The
 * line of the program that happened to need one arena more asks for it.
 *
 * CPython's obmalloc.c, new_arena(), 2.5 to 3.13: where all arena_objects are in use, `arenas` is
 * reallocated to twice as many, 16 at first, and then an arena is mapped.
 */
#ifndef REPORT_ARENA_TABLE_H
#define REPORT_ARENA_TABLE_H

#include "trace/event.h"

struct arena_table {
	uint32_t object, thread; /* what may be the table, and who asked for it */
	bool is_awaited;         /* it is if this thread maps an arena next */
};

/* Hears of every event in order. True: the event shows that this live object is the table. */
bool arena_table_seen(struct arena_table *table, const struct event *event, uint32_t *ret_object);

#endif
