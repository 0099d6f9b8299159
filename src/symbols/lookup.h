/* Names in one module; by libdw where it is there (lookup_dw.c), else none (lookup_none.c). */
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
 * fd: of the module's file, taken over. -1 and why not: "is another build than the one that was
 * recorded".
 */
int lookup_open(struct lookup **ret_lookup, const struct trace_module *module, int fd,
	struct error *err);
void lookup_close(struct lookup *lookup);

/* What returns to this address in memory; false when nothing is known of it. */
bool lookup_find(struct lookup *lookup, uint64_t address, struct lookup_place *ret_place);

#endif
