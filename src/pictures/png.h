/* A canvas as PNG: 16 by 32 dots a cell, in the colours of a theme. */
#ifndef PICTURES_PNG_H
#define PICTURES_PNG_H

#include "canvas/canvas.h"

struct text;
struct theme;

/* Appends the bytes of the picture. */
void png_add(struct text *out, const struct canvas *canvas, struct area area,
	const struct theme *theme);

#endif
