/* One engine of a comparison: its map, its pool, its figures, and what it did at the last event. */
#ifndef PANELS_COMPARISON_PANE_H
#define PANELS_COMPARISON_PANE_H

#include "heap/metrics.h"
#include "panels/panel.h"
#include "story/narration.h"

#define PANE_WIDTH 38 /* the least width of a pane beside another */

/* What a pane says in numbers; those that are not the same in all panes are bold. */
enum pane_figure {
	PANE_HELD,
	PANE_WASTE,
	PANE_HOLES,
	PANE_LARGEST,
	PANE_ROUNDING,
	PANE_POOLS, /* in use; 0 where there are none */
	PANE_HEADERS,
	PANE_FIGURES
};

struct pane {
	struct panel *map;
	struct panel *pool; /* NULL: the engine has no pools */
	struct selection selection;
	struct event event;
	struct effect effect;
	const struct decision_log *log;
	bool has_event;
	bool has_story; /* the engine has done something, or the event is no caption */
	uint64_t figures[PANE_FIGURES];
	unsigned differing; /* bits of enum pane_figure */
	uint64_t others;    /* live objects that the first rival does not have */
	struct narration narration;
	size_t shared; /* bytes of its reasons: the first lines, which all panes have */
};

/* player: borrowed, and the same in every call. */
void pane_init(struct pane *pane, const struct player *player);
void pane_finish(struct pane *pane);

/* Call when the player has moved. first: of the rivals on one trace; NULL: there are two traces. */
void pane_update(struct pane *pane, const struct player *player, const struct player *first,
	const struct scene *scene);

/* Borrowed: the reasons without those that all panes have. */
const char *pane_own_reasons(const struct pane *pane);

/*
 * The bytes of a cell of its map of a heap; 0: it has another map. The area is that of the pane;
 * rows that are lent to it do not change the scale.
 */
uint64_t pane_cell(const struct pane *pane, const struct player *player, const struct scene *scene,
	struct area area, int lent);

/* Its signs go to the legend of the scene. Returns whether its reasons are cut. */
bool pane_draw(const struct pane *pane, const struct player *player, const char *title,
	const struct scene *scene, struct canvas *canvas, struct area area, int lent);

#endif
