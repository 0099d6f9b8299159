/*
 * Frames as a recording of a terminal, in the form asciicast v2: a line of JSON for the head, then
 * one for each frame, with what changed since the frame before. Colours are those of a theme; where
 * it leaves one to the terminal, the player's own.
 */
#ifndef PICTURES_CAST_H
#define PICTURES_CAST_H

#include "canvas/canvas.h"

#include <stdint.h>

struct cast;
struct text;
struct theme;

/* Appends the head to `out`, which is borrowed until cast_free(). */
struct cast *cast_new(struct text *out, int width, int height, const char *title);
void cast_free(struct cast *cast);

/*
 * Appends a frame, that time after the start; one that looks like the frame before adds nothing. A
 * frame of another size begins with a line that says so.
 */
void cast_add(struct cast *cast, const struct canvas *canvas, const struct theme *theme,
	uint64_t nanoseconds);

#endif
