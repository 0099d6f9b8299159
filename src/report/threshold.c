/* See threshold.h. The simulated library says how its settings are (engine_fields()). */
#include "report/threshold.h"

#include "heap/malloc_trim.h"

#include <stdlib.h>
#include <string.h>

#define FIELDS_MAX 32u
#define FIRST      (UINT64_C(128) << 10) /* at the start */

static uint64_t number_of(const struct field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return strtoull(fields[i].value, NULL, 10);
	return 0;
}

/* The trim threshold goes with it: twice as much, which nobody sets. */
uint64_t threshold_risen(const struct heap *heap)
{
	const struct engine *library = malloc_trim_layer(heap);
	struct field fields[FIELDS_MAX];

	if (!library || !engine_has_fields(library))
		return 0;
	size_t n = engine_fields(library, 0, fields, FIELDS_MAX);
	uint64_t threshold = number_of(fields, n, "mmap_threshold");
	return threshold > FIRST && number_of(fields, n, "trim_threshold") == 2 * threshold
		       ? threshold
		       : 0;
}
