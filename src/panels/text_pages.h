/*
 * Texts one below the other, in pages of a few rows. A page ends with a sentence, so that what is
 * read together is seen together; where one sentence is longer than a page, with a part of it. No
 * page is much shorter than the others.
 */
#ifndef PANELS_TEXT_PAGES_H
#define PANELS_TEXT_PAGES_H

#include "canvas/canvas.h"

#include <stddef.h>

struct page_text {
	const char *text;  /* borrowed, not empty; a newline ends a paragraph */
	const char *badge; /* before it, in bold; NULL: none */
	enum role role;
	int x, indent; /* columns at which it begins, and its other rows */
	int above;     /* empty rows above it, unless it begins a page */
	bool is_caption;
};

/* The number of rows that all of it needs. */
int page_rows(const struct page_text *texts, size_t n, int width);

/* The number of pages; at least 1, and 1 where there is no height. */
int page_count(const struct page_text *texts, size_t n, int width, int height);

/* page: from 0; past the last means the last. */
void page_draw(const struct page_text *texts, size_t n, struct canvas *canvas, struct area area,
	int page);

#endif
