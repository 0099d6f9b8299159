/*
 * Rows of pictures, each kept once: from one frame to the next most rows stay as they are, and many
 * come back later.
 */
#ifndef PICTURES_ROW_SET_H
#define PICTURES_ROW_SET_H

#include "base/arrays.h"

#include <stddef.h>
#include <stdint.h>

struct row_set {
	ARRAY(char *) rows; /* by number */
	uint32_t *slots;    /* numbers of rows by their hash, plus 1; 0: free */
	size_t room;        /* slots: a power of two, or 0 */
};

/* The number of that row, which is copied unless it is known; numbers count from 0. */
uint32_t row_set_add(struct row_set *set, const char *row);
void row_set_finish(struct row_set *set);

#endif
