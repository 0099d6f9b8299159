/* How kinds of free memory (engine_ops.kinds) look on maps, in lists and in legends. */
#ifndef PANELS_KINDS_H
#define PANELS_KINDS_H

#include "canvas/canvas.h"
#include "engine/engine.h"

/* A cell of free memory of a kind: 1 + its place among the engine's kinds, as in a span. */
struct cell kind_cell(const struct engine *engine, unsigned kind, enum charset charset);

/*
 * The letter of the cell where a free chunk begins: a capital, since free neighbours need not be
 * joined.
 */
uint32_t kind_capital(uint32_t letter);

#endif
