/* See pointers.h. */
#include "heap/pointers.h"

void pointers_init(struct pointers *pointers, struct flat *flat)
{
	flat_add(flat, &pointers->kept, sizeof(struct pointer));
	flat_add(flat, &pointers->next, sizeof(uint64_t));
	flat_grow(&pointers->next, 1);
}

const struct pointer *pointers_find(const struct pointers *pointers, uint32_t object)
{
	for (uint64_t i = 1; i <= pointers->kept.count; i++) {
		size_t at = (size_t)((*pointers_noted(pointers) - i) % POINTERS_MAX);
		if (flat_at(&pointers->kept, struct pointer, at)->object == object)
			return flat_at(&pointers->kept, struct pointer, at);
	}
	return NULL;
}
