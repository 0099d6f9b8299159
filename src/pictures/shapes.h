/*
 * Signs that are drawn as rectangles, so that a picture of them has no seams and is sharp at any
 * size: block elements, lines of boxes, sextants, the small square. All others are text.
 */
#ifndef PICTURES_SHAPES_H
#define PICTURES_SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHAPE_UNITS  24 /* of a cell, each way: eighths and thirds are whole */
#define SHAPES_MAX   6
#define SHAPE_OPAQUE 4

struct shape {
	uint8_t left, top, right, bottom; /* in units; right and bottom are outside */
};

struct shapes {
	struct shape items[SHAPES_MAX];
	size_t count;
	unsigned quarters; /* of the ink: SHAPE_OPAQUE, or fewer for shades */
};

/* false: the sign is text, and *ret_shapes is not filled in. */
bool shapes_of(uint32_t glyph, struct shapes *ret_shapes);

#endif
