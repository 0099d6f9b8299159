/*
 * What was found out about places in the code of modules: call sites share most of them, and to
 * look one up reads debug information.
 */
#ifndef SYMBOLS_PLACES_H
#define SYMBOLS_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place {
	size_t module; /* by number in the trace: one may come where another was */
	uint64_t address;
	char *name;    /* of a frame that returns there; NULL: not looked up yet */
	bool is_named; /* by a function, not by a place in a module */
	char **around; /* functions that its code was inlined into, then NULL; NULL: not yet */
};

struct places {
	struct place **cells; /* a hash; NULL: free */
	size_t room, count;   /* the first is a power of two */
};

/* A new one has neither name. Borrowed until places_finish(). */
struct place *places_find(struct places *places, size_t module, uint64_t address);
void places_finish(struct places *places);

#endif
