/*
 * What a report says of the variables of a recorded Python that keep its live blocks
 * (report/owners.h), in words and in a list.
 */
#ifndef CMD_REPORT_OWNERS_H
#define CMD_REPORT_OWNERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct emit;
struct report;
struct text;

/* "load (svc.py:1), put (svc.py:2) and 3 other lines" */
void add_lines(struct text *words, const struct report *report, const uint32_t *callers, size_t n);

/* The variable that keeps most, where it has to be named before any line; 0: there is none. */
uint32_t report_first_owner(const struct report *report);

/* Says of that variable what it keeps, and which lines asked for that. */
void say_first_owner(struct text *words, const struct report *report);

/* Which variable keeps most of the idle bytes that these callers keep; nothing if none is known. */
void say_owner_of_callers(struct text *words, const struct report *report, const uint32_t *callers,
	size_t n, uint64_t idle);

/* That the census ended before it had followed all variables, if so. */
void say_census_cut(struct text *words, const struct report *report);

/* That no variable leads to most of the live bytes, if so. */
void say_live_unreached(struct text *words, const struct report *report);

/* A whole census of the moment found few of the blocks by which these callers keep idle bytes. */
bool report_are_unreached(const struct report *report, const uint32_t *callers, size_t n,
	uint64_t idle);

/*
 * What is no variable and keeps most of what these callers' blocks do, and how much, at least a
 * tenth; 0: nothing is.
 */
uint32_t report_root_of(const struct report *report, const uint32_t *callers, size_t n,
	uint64_t idle, uint64_t *ret_most);

/*
 * Lines of Python to whose live blocks no variable leads, where that is most of what is live: those
 * with most first, each with a fiftieth of it at least. Gives how many, at most so many. Grows with
 * the callers and the sites.
 */
size_t report_unreached(const struct report *report, uint32_t *ret_callers, size_t most);

/*
 * All lines of the files of these n to whose live blocks no variable leads, however small: what is
 * in cycles with theirs. ret_callers has room for every caller. Grows with the callers times n,
 * and the sites.
 */
size_t report_unreached_beside(const struct report *report, const uint32_t *callers, size_t n,
	uint32_t *ret_callers);

/* "svc.rows, 97%": the variable that keeps most of the idle bytes that a caller keeps; or nothing. */
void emit_idle_owner(struct emit *emit, const struct report *report, uint32_t caller,
	uint64_t idle);

/* The list of the variables that keep most. */
void report_emit_owners(struct emit *emit, const struct report *report, size_t rows);

#endif
