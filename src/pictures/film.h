/*
 * A picture that moves: frames of one size, each shown for some time, as one SVG that plays from
 * start to end and begins again. A viewer that does not play it shows the first frame.
 */
#ifndef PICTURES_FILM_H
#define PICTURES_FILM_H

#include "canvas/canvas.h"

#include <stdint.h>

struct film;
struct text;
struct theme;

/* width, height: cells of every frame. The theme is borrowed. */
struct film *film_new(int width, int height, const struct theme *theme);
void film_free(struct film *film);

/* Adds a frame, the area of a canvas in the size of the film, which is shown that long. */
void film_add(struct film *film, const struct canvas *canvas, struct area area,
	uint64_t milliseconds);

/* Appends the picture. */
void film_write(const struct film *film, const char *title, struct text *out);

#endif
