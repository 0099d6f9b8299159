/*
 * The variables of a recorded Python that keep live blocks (report/owners.h), in words and in
 * cells: what they are called, how old the census is that knows them, what they keep of a caller.
 */
#ifndef CMD_VARIABLES_H
#define CMD_VARIABLES_H

#include <stdbool.h>
#include <stdint.h>

struct census_owner;
struct emit;
struct owners;
struct text;
struct trace;

const struct census_owner *variable_facts(const struct owners *owners, uint32_t owner);
const char *variable_name(const struct owners *owners, uint32_t owner); /* "svc.rows" */

/* "svc.rows, a dict of 270,000 entries, used by load (svc.py:41)" */
void add_variable(struct text *words, const struct owners *owners, uint32_t owner);

/*
 * "svc.lookup.cache_clear()", of a cache of functools; otherwise nothing, and false.
 */
bool add_clearing(struct text *words, const struct owners *owners, uint32_t owner);

/* "'mark 1', 4.10 s and 245,022 events earlier": when the census was taken. */
void add_census_age(struct text *words, const struct owners *owners, struct trace *trace);

/* How old the census is, and that it was cut short; false: neither, and nothing is said. */
bool say_variables(struct text *words, const struct owners *owners, struct trace *trace);

/*
 * "svc.rows, 97%", of an older census "svc.rows, 97% then"; or nothing: owner is 0, or it keeps
 * less than 5%.
 */
void emit_variable_share(struct emit *emit, const struct owners *owners, uint32_t owner,
	uint64_t bytes, uint64_t all);

/* The variable that keeps most of a caller's live bytes, so; or nothing. */
void emit_owner(struct emit *emit, const struct owners *owners, uint32_t caller);

#endif
