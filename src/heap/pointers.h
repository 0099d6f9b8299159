/*
 * Where objects were that the program has freed: the values of pointers that it may still use.  The
 * last ones are kept; only events without a recorded address are asked about (a recorded free or
 * use says itself which address it has).
 */
#ifndef HEAP_POINTERS_H
#define HEAP_POINTERS_H

#include "flat/flat.h"

#define POINTERS_MAX 1024u

struct pointer {
	uint64_t address;
	uint64_t size;  /* bytes asked for */
	uint64_t freed; /* number of the event */
	uint32_t object;
	uint32_t reserved;
};

struct pointers {
	struct flat_array kept; /* struct pointer: a ring */
	struct flat_array next; /* one uint64_t: how many were noted */
};

/* Registers its arrays with the flat, which releases them. */
void pointers_init(struct pointers *pointers, struct flat *flat);

static inline uint64_t *pointers_noted(const struct pointers *pointers)
{
	return flat_at(&pointers->next, uint64_t, 0);
}

/* Inline, since it comes with each free. */
static inline void pointers_note(struct pointers *pointers, uint64_t address, uint64_t size,
	uint64_t freed, uint32_t object)
{
	uint64_t *noted = pointers_noted(pointers);
	size_t at = (size_t)(*noted % POINTERS_MAX);

	if (at == pointers->kept.count)
		flat_grow(&pointers->kept, 1);
	struct pointer *pointer = flat_at(&pointers->kept, struct pointer, at);
	pointer->address = address;
	pointer->size = size;
	pointer->freed = freed;
	pointer->object = object;
	++*noted;
}

/* The last one of an object; NULL: none is kept. */
const struct pointer *pointers_find(const struct pointers *pointers, uint32_t object);

#endif
