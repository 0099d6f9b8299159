/*
 * A dictionary or set with few entries in a large table: CPython makes the table larger as it
 * fills, and never smaller by deletions.
 */
#ifndef REPORT_SPARSE_H
#define REPORT_SPARSE_H

#include "report/owners.h"

struct sparse {
	uint64_t bytes;         /* of the table */
	uint64_t entries, room; /* that it has, and has room for */
};

/* false: the owner is none. Grows with the live blocks. */
bool sparse_find(struct sparse *ret_sparse, const struct owners *owners, const struct lives *lives,
	uint32_t owner);

#endif
