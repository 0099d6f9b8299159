/*
 * The callers of a trace: call sites with the same name are one. Number 0 is the caller that is not
 * recorded, and number 1 pymalloc itself, of which no call site is (report/arena_table.h).
 *
 *	line	of the source: what callers have in common that call different functions of a
 *		library from it, "main (a.cc:6)" of "main (a.cc:6) through operator new"
 */
#ifndef REPORT_CALLERS_H
#define REPORT_CALLERS_H

#include "symbols/symbols.h"

#define CALLER_ARENA_TABLE 1u

struct callers;

/* Looks up the names of all sites; grows with them. The symbols are borrowed. */
struct callers *callers_new(const struct trace *trace, struct symbols *symbols);
void callers_free(struct callers *callers);

uint32_t callers_count(const struct callers *callers); /* at least 2 */

/* The number of the caller of a site, SITE_NONE too. */
uint32_t callers_of_site(const struct callers *callers, uint32_t site);

/* The caller of that name; false: there is none. */
bool callers_find(const struct callers *callers, const char *name, uint32_t *ret_caller);

/* "load_rows (svc.py:41)"; "caller not recorded". Borrowed until callers_free(). */
const char *callers_name(const struct callers *callers, uint32_t caller);

/*
 * The number of its line, less than callers_count(); and the name of that, borrowed in the same
 * way: the caller's where no other is of it.
 */
uint32_t callers_line(const struct callers *callers, uint32_t caller);
const char *callers_line_name(const struct callers *callers, uint32_t caller);

#endif
