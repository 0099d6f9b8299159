/* Blocks where the recorded program got them, against the rules: see engine.h, `follows`. */
#ifndef ENGINES_GLIBC_FOLLOW_H
#define ENGINES_GLIBC_FOLLOW_H

#include "engines/glibc/calls.h"

/*
 * A chunk of that many units at g->recorded, held; or a map.  Neither: something in use is there,
 * or it is in no heap.
 */
struct taken follow_allocate(const struct caller *caller, uint64_t units, uint64_t alignment);

/* The same for a realloc of a chunk, which is freed where it does not stay. */
struct taken follow_resize(const struct caller *caller, uint32_t chunk, uint64_t units);

#endif
