/*
 * A census of a recorded Python: which variables keep its live blocks, at a moment. The recorder
 * reads it from the interpreter's objects, and writes it as comments (docs/trace-format.md).
 *
 *	owner   a variable, and what keeps most of what hangs on it: "svc.app.rows"; number 0 is
 *	        whatever else keeps blocks
 *	kind    what an owner is, where it is no variable: what the interpreter, or C code, has
 *	sample  a live block, by its recorded address. Blocks of at least the weight `step` are all
 *	        there, of others that share of the step that they have. The weight of one is its
 *	        bytes, and since censuses are weighed what is free because of it besides.
 */
#ifndef TRACE_CENSUS_H
#define TRACE_CENSUS_H

#include "base/arrays.h"

#include <stdbool.h>
#include <stdint.h>

struct trace;

enum census_kind {
	CENSUS_VARIABLE,
	CENSUS_MODULE_STATE, /* what the C code of a module has for it */
	CENSUS_LOOKUPS,      /* names of attributes, in CPython's cache of lookups */
	CENSUS_FREE_LISTS,   /* dead objects, which CPython keeps for the next ones */
	CENSUS_INTERNED,     /* texts that are never freed */
	CENSUS_INTERPRETER,  /* what else CPython has itself */
	CENSUS_STATIC_DATA,  /* of a library */
	CENSUS_KINDS
};

struct census_owner {
	char *name; /* owned; "svc.app.rows" */
	char *type; /* owned; "dict"; of what is no variable, words for its kind */
	enum census_kind kind;
	char *users; /* owned; functions that use it, "load (svc.py:4), main (svc.py:9)"; or NULL */
	uint64_t blocks, bytes; /* that hang on it, with what the allocator adds to each */
	int64_t items;          /* -1: it has none to count */
};

struct census_sample {
	uint64_t address;
	uint64_t weight; /* at most the step; 0: none is written, it is that of its bytes */
	uint32_t owner;
};

struct census {
	uint64_t position;      /* events before it */
	uint64_t blocks, bytes; /* that were found */
	uint64_t step;
	bool is_weighed; /* by what is free beside blocks as well */
	bool has_roots;  /* what no variable leads to was looked for, too */
	bool is_cut;     /* out of time, or the end of the program: there is more */
	ARRAY(struct census_owner) owners;   /* the first one is number 0, "" */
	ARRAY(struct census_sample) samples; /* in no order */
};

/*
 * The last census at or right after the position: a mark's stands among the next few events, before
 * another mark. false: there is none, and *ret_census is empty. Grows with the comments. To be
 * finished.
 */
bool census_read(struct census *ret_census, const struct trace *trace, uint64_t position);
void census_finish(struct census *census);

#endif
