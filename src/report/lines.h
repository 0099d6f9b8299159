/*
 * Which lines of the source have most of what is live: what a person can drop is what a line has
 * made, through whatever functions of a library (report/callers.h).
 */
#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include "report/lives.h"

#define LINES_NAMED 3u /* at most, where they share what is live */

struct line {
	uint32_t caller; /* the one of its callers that has most */
	uint64_t live, live_bytes;
};

/*
 * The line with the most live bytes; where that has less than half of all, also the next ones that
 * have a quarter of what it has or more: one structure is made in several lines. Gives how many; 0:
 * nothing is live. Grows with the callers.
 */
size_t lines_largest(const struct lives *lives, const struct callers *callers,
	struct line ret_lines[LINES_NAMED]);

/*
 * All callers of the lines that n callers are of, to be freed, and how many. Grows with the
 * callers times n.
 */
uint32_t *lines_callers_new(const struct callers *callers, const uint32_t *of, size_t n,
	size_t *ret_count);

#endif
