/* Names in one module: from libdw where available (lookup_dw.c), otherwise none (lookup_none.c). */
#ifndef SYMBOLS_LOOKUP_H
#define SYMBOLS_LOOKUP_H

#include "trace/trace.h"

struct error;
struct lookup;

struct lookup_place {
	const char *function; /* borrowed from the lookup */
	const char *file;     /* its last component; NULL: not known */
	unsigned line;        /* 0: not known */
	uint64_t offset;      /* from the function's start, where file and line are not known */
	bool is_of_system;    /* its source is a header of the system, as a container of C++ is */
};

/* A variable. */
struct lookup_object {
	const char *name;     /* borrowed from the lookup */
	const char *function; /* likewise: the one that it is a static variable of; NULL: none */
	uint64_t size;        /* bytes */
	uint64_t offset;      /* of the address that was looked for, from its start */
	uint64_t element;     /* bytes, of an array; 0: it is none, or that is not known */
};

/*
 * Opens a module of a trace. fd: of its file; it is taken over, also on failure. The lookup is the
 * caller's, to be closed. -1 and err, which lacks a subject: "is another build than the one that
 * was recorded".
 */
int lookup_open(struct lookup **ret_lookup, const struct trace_module *module, int fd,
	struct error *err);
void lookup_close(struct lookup *lookup);

/*
 * The function that a call returns to, at this address in memory. level: 0, or of a function that
 * was inlined the one around it, 1, and so on. false when it is not known, or there is none.
 */
bool lookup_find(struct lookup *lookup, uint64_t address, unsigned level,
	struct lookup_place *ret_place);

/*
 * The last variable that begins at or before the address, which may be past its end. false: it has
 * no debug information.
 */
bool lookup_find_object(struct lookup *lookup, uint64_t address, struct lookup_object *ret_object);

#endif
