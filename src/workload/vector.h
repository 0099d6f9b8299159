/* A vector that grows at its end, and gets its memory from an allocator that it is given. */
#ifndef WORKLOAD_VECTOR_H
#define WORKLOAD_VECTOR_H

#include "workload/memory.h"

/* Of a full vector: twice, 1.5 times, 16 elements more. */
enum growth { GROWTH_DOUBLE, GROWTH_HALF, GROWTH_FIXED };

/* Allocate, copy, release; or resize. */
enum growing { GROWING_BY_COPY, GROWING_BY_RESIZE };

struct vector {
	struct memory *memory; /* borrowed */
	unsigned char *elements;
	size_t element;       /* bytes */
	uint64_t count, room; /* elements */
	enum growth growth;
	enum growing growing;
};

/* Has room for a few elements at once. */
void vector_init(struct vector *vector, struct memory *memory, size_t element, enum growth growth,
	enum growing growing);
void vector_finish(struct vector *vector);

/* A new last element, for the caller to fill. */
void *vector_push(struct vector *vector);

/* How much room a full one of so much will have next. */
uint64_t vector_next_room(enum growth growth, uint64_t room);

static inline void *vector_at(const struct vector *vector, uint64_t at)
{
	return vector->elements + at * vector->element;
}

#endif
