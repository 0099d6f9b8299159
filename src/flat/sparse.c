/* See sparse.h. */
#include "flat/sparse.h"

#include "base/error.h"
#include "base/xalloc.h"

#include <stdlib.h>

void sparse_init(struct sparse *sparse, struct flat *flat, size_t width, size_t count)
{
	assert(width <= SPARSE_WIDTH);
	flat_add(flat, &sparse->pages, sizeof(uint32_t));
	flat_add(flat, &sparse->elements, width);
	flat_grow(&sparse->pages, (count + SPARSE_PAGE - 1) / SPARSE_PAGE);
}

void *sparse_write(struct sparse *sparse, size_t at)
{
	uint32_t *page = flat_at(&sparse->pages, uint32_t, at / SPARSE_PAGE);

	if (*page == 0) {
		flat_grow(&sparse->elements, SPARSE_PAGE);
		*page = (uint32_t)(sparse->elements.count / SPARSE_PAGE);
	}
	return flat_element(&sparse->elements, sparse->elements.width,
		(*page - 1) * (size_t)SPARSE_PAGE + at % SPARSE_PAGE);
}

int sparse_check(const struct sparse *sparse, struct error *err)
{
	size_t count = sparse->elements.count / SPARSE_PAGE, met = 0;
	uint8_t *is_met = xcalloc(count + 1, 1);
	int result = 0;

	for (size_t i = 0; i < sparse->pages.count && result == 0; i++) {
		uint32_t page = *flat_at(&sparse->pages, uint32_t, i);
		if (page == 0)
			continue;
		if (page > count || is_met[page - 1])
			result = error_set(err, "a page that there is not, or that is there twice");
		else
			is_met[page - 1] = 1;
		met++;
	}
	free(is_met);
	if (result == 0 && met != count)
		return error_set(err, "a page is nowhere");
	return result;
}
