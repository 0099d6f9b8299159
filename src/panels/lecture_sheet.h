/*
 * The text of one stop of a lecture: a caption, and below it either the request that it asks about,
 * or the last event with its reasons. It is never cut: where it does not fit, it has pages.
 */
#ifndef PANELS_LECTURE_SHEET_H
#define PANELS_LECTURE_SHEET_H

#include "canvas/canvas.h"

/* All borrowed; NULL: there is none of it. */
struct lecture_sheet {
	const char *caption;
	bool is_earlier;    /* not about what is below it: it gives way where it does not fit */
	const char *asked;  /* the request that the caption asks about */
	const char *what;   /* the last event and its result */
	const char *why;    /* its reasons, a line each */
	const char *so;     /* what has changed */
	const char *run_on; /* both as one text */
	const char *who;    /* its caller */
	bool is_bad;
};

/* The number of rows with which all of it is seen at once. */
int lecture_sheet_rows(const struct lecture_sheet *sheet, int width);

/* Those that it needs where there are so many; more of them if it has several pages. */
int lecture_sheet_rows_in(const struct lecture_sheet *sheet, int width, int height);

/* The number of pages that it needs in so little room; at least 1. */
int lecture_sheet_pages(const struct lecture_sheet *sheet, int width, int height);

/* page: from 0; past the last means the last. */
void lecture_sheet_draw(const struct lecture_sheet *sheet, struct canvas *canvas, struct area area,
	int page);

#endif
