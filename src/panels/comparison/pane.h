/*
 * One engine of a comparison: its map, its pool, its figures, and what it did with the last event.
 */
#ifndef PANELS_COMPARISON_PANE_H
#define PANELS_COMPARISON_PANE_H

#include "panels/panel.h"
#include "story/narration.h"

#define PANE_WIDTH 38 /* at least, for one more beside it */

struct pane {
	struct panel *map;
	struct panel *pool; /* NULL: an engine without */
	struct selection selection;
	struct event event;
	struct effect effect;
	const struct decision_log *log;
	bool has_event;
	struct narration narration;
};

/* player: the same in every call, borrowed. */
void pane_init(struct pane *pane, const struct player *player);
void pane_finish(struct pane *pane);

/* The player has moved. */
void pane_update(struct pane *pane, const struct player *player, const struct scene *scene);

void pane_draw(const struct pane *pane, const struct player *player, const char *title,
	const struct scene *scene, struct canvas *canvas, struct area area);

#endif
