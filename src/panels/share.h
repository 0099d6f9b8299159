/* A cell of a map by how much of it is in use: its sign and its role. */
#ifndef PANELS_SHARE_H
#define PANELS_SHARE_H

#include "canvas/canvas.h"

/*
 * used: of `size`, both in bytes or in blocks.  Full cells and partly used ones look alike in every
 * map; what an empty one is, the map knows.
 */
struct cell share_cell(enum charset charset, uint64_t used, uint64_t size, enum glyph empty);

#endif
