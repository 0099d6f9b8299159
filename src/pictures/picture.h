/* A canvas as a file that other programs show. */
#ifndef PICTURES_PICTURE_H
#define PICTURES_PICTURE_H

#include "canvas/canvas.h"

struct error;
struct text;
struct theme;

enum picture_form { PICTURE_SVG, PICTURE_PNG };

/* The form that a file's name ends in: .svg, .png. -1 and err: it ends in neither. */
int picture_form_of(const char *path, enum picture_form *ret_form, struct error *err);

/* Appends the bytes of a picture of that area. title: in words, for those who do not see it. */
void picture_add(struct text *out, enum picture_form form, const struct canvas *canvas,
	struct area area, const struct theme *theme, const char *title);

/* Writes the bytes to a file. -1 and err: it cannot be written. */
int picture_write(const struct text *bytes, const char *path, struct error *err);

#endif
