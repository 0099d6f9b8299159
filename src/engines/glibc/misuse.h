/* What the library does with pointers that are not to a live block. */
#ifndef ENGINES_GLIBC_MISUSE_H
#define ENGINES_GLIBC_MISUSE_H

#include "engine/engine.h"

/* See engine_ops.misused: of an address where a block was that has been freed. */
void glibc_misused(struct engine *engine, uint64_t address, bool is_recorded);

#endif
