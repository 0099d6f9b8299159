/* What the library does with pointers that are not to a live block. */
#ifndef ENGINES_GLIBC_MISUSE_H
#define ENGINES_GLIBC_MISUSE_H

#include "engine/engine.h"

/* See engine_ops.misused. */
void glibc_misused(struct engine *engine, const struct misuse *misuse);

#endif
