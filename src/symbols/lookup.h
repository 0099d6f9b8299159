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
};

/*
 * Opens a module of a trace. fd: of its file; it is taken over, also on failure. The lookup is the
 * caller's, to be closed. -1 and err, which lacks a subject: "is another build than the one that
 * was recorded".
 */
int lookup_open(struct lookup **ret_lookup, const struct trace_module *module, int fd,
	struct error *err);
void lookup_close(struct lookup *lookup);

/* The function that returns to this address in memory; false when it is not known. */
bool lookup_find(struct lookup *lookup, uint64_t address, struct lookup_place *ret_place);

#endif
