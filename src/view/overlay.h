/* A prompt, a page of help, or a question, which covers the panels and has the keys. */
#ifndef VIEW_OVERLAY_H
#define VIEW_OVERLAY_H

#include "canvas/canvas.h"

#include <stdbool.h>

struct view;

struct mode {
	void (*key)(struct view *view, const char *key);
	void (*draw)(struct view *view, struct canvas *canvas);
};

struct overlay {
	const struct mode *mode; /* NULL: the panels have the keys */
};

void view_open_mode(struct view *view, const struct mode *mode);
void view_close_mode(struct view *view);

#endif
