/*
 * The lists of the collector: rings of objects that it knows, each with a head that is an entry
 * without an object (heap/objects_state.h). An object is in one list at a time. Between events it
 * is in that of its generation.
 */
#ifndef HEAP_COLLECTOR_LISTS_H
#define HEAP_COLLECTOR_LISTS_H

#include "heap/objects_state.h"

/* Makes it empty. */
void list_init(struct objects *objects, uint32_t list);

bool list_is_empty(const struct objects *objects, uint32_t list);

/* How many objects it has; grows with them. */
uint32_t list_size(const struct objects *objects, uint32_t list);

/* To the end of a list: an object that is in none; one of another list; all of another list. */
void list_append(struct objects *objects, uint32_t list, uint32_t entry);
void list_move(struct objects *objects, uint32_t list, uint32_t entry);
void list_merge(struct objects *objects, uint32_t from, uint32_t to);

/* Takes the object out of its list. */
void list_remove(struct objects *objects, uint32_t entry);

/* Assigns an object to a generation, or to GENERATION_NONE; in which list it is does not change. */
void set_generation(struct objects *objects, uint32_t entry, uint32_t generation);

/* The same for the members of a list; returns how many there are, with which it grows. */
uint32_t take_list(struct objects *objects, uint32_t list, uint32_t generation);

#endif
