/* The life of a simulated process, and what moves its chunks beside requests. */
#ifndef ENGINES_GLIBC_LIBRARY_H
#define ENGINES_GLIBC_LIBRARY_H

#include "engines/glibc/state.h"

/* A process that has nothing yet; the engine's arrays are empty. */
void process_begin(struct glibc *g);

/* What the change sets. */
void change_apply(const struct change *change, const struct settings *settings,
	struct process *process);

/* The engine's `library`. */
void glibc_library(struct engine *engine, enum libc_word word, uint64_t number);

#endif
