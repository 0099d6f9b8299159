/*
 * An array most of whose elements are zero: pages of elements, which exist from when one of them is
 * first written. What was never written reads as zero, and takes four bytes for a page of it.
 */
#ifndef FLAT_SPARSE_H
#define FLAT_SPARSE_H

#include "flat/flat.h"

#define SPARSE_PAGE  1024u /* elements */
#define SPARSE_WIDTH 64u   /* the most bytes of an element */

struct sparse {
	struct flat_array pages;    /* uint32_t: the number of the page + 1; 0: all zero */
	struct flat_array elements; /* of the pages that exist, in the order in which they came */
};

struct error;

/* An array of `count` elements of width bytes, all zero; registers its arrays with flat. */
void sparse_init(struct sparse *sparse, struct flat *flat, size_t width, size_t count);

/* The element, to be read only. Borrowed until one is written. */
static inline const void *sparse_read(const struct sparse *sparse, size_t at)
{
	static const unsigned char zero[SPARSE_WIDTH];
	uint32_t page = *flat_at(&sparse->pages, uint32_t, at / SPARSE_PAGE);

	return page ? flat_element(&sparse->elements, sparse->elements.width,
			      (page - 1) * (size_t)SPARSE_PAGE + at % SPARSE_PAGE)
		    : zero;
}

/* The element, to be written. Borrowed until another is. */
void *sparse_write(struct sparse *sparse, size_t at);

/* Checks that each page is there once: 0, or -1 and err. */
int sparse_check(const struct sparse *sparse, struct error *err);

#endif
