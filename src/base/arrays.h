/*
 * Growable arrays of one type, for our own bookkeeping (engine state lives in flat/flat.h instead).
 *
 *	ARRAY(struct mark) marks = {0};
 *	*array_push(&marks) = mark;
 *	for (size_t i = 0; i < marks.count; i++) use(&marks.items[i]);
 *	array_finish(&marks);
 *
 * A pointer into an array is valid until the next push.
 */
#ifndef BASE_ARRAYS_H
#define BASE_ARRAYS_H

#include <stddef.h>

#define ARRAY(type) \
	struct { \
		type *items; \
		size_t count; \
		size_t capacity; \
	}

/* Appends a zeroed element and returns its address. */
#define array_push(array) \
	((array)->count == (array)->capacity \
			? array_reserve((void **)&(array)->items, &(array)->capacity, \
				  (array)->count + 1, sizeof(*(array)->items)) \
			: (void)0, \
		(array)->items + (array)->count++)

/* Releases the memory and leaves the array empty and usable. */
#define array_finish(array) \
	(array_release((void **)&(array)->items), (array)->count = 0, (array)->capacity = 0)

/* For the macros: makes room for count elements of width bytes each; new ones are zeroed. */
void array_reserve(void **items, size_t *capacity, size_t count, size_t width);
void array_release(void **items);

#endif
