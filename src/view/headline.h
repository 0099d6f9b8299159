/* The rows below the status line: what is live, what is held and why (story/headline.h). */
#ifndef VIEW_HEADLINE_H
#define VIEW_HEADLINE_H

#include "canvas/canvas.h"
#include "story/headline.h"

#include <stdbool.h>
#include <stdint.h>

struct view;

/* The words as they were drawn last, which stay while the trace plays fast. */
struct headline_cache {
	struct headline words;
	bool is_written;
	uint64_t revision; /* of the player */
	int columns;
};

void headline_cache_finish(struct headline_cache *cache);

/* The rows that the headline takes on this canvas; 0: no room, or something else is shown. */
int view_headline_rows(const struct view *view, const struct canvas *canvas);
void view_draw_headline(struct view *view, struct canvas *canvas);

#endif
