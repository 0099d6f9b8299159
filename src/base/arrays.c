/* See arrays.h. */
#include "base/arrays.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

void array_reserve(void **items, size_t *capacity, size_t count, size_t width)
{
	if (count <= *capacity)
		return;

	size_t old = *capacity;
	size_t new = old < 8 ? 16 : old * 2;
	if (new < count)
		new = count;
	*items = xreallocarray(*items, new, width);
	memset((char *)*items + old * width, 0, (new - old) * width);
	*capacity = new;
}

void array_release(void **items)
{
	free(*items);
	*items = NULL;
}
