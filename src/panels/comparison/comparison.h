/*
 * Side by side: the same trace in two to four engines, each with its map, its figures and what it
 * did with the last event, and where they first part (player/rivals.h). The first of them is the
 * view's own player.
 */
#ifndef PANELS_COMPARISON_COMPARISON_H
#define PANELS_COMPARISON_COMPARISON_H

#include "panels/panel.h"

struct comparison;
struct error;
struct options;

/* words: the others, with commas between them; options: what the first was made with. */
int comparison_new(struct comparison **ret_compare, struct player *first,
	const struct options *options, const char *words, struct error *err);
void comparison_free(struct comparison *compare);

/* The first has moved: the others go where it is. */
void comparison_update(struct comparison *compare, const struct scene *scene);

/* Looks ahead for a slice; false when there is nothing left to look for. */
bool comparison_tick(struct comparison *compare);
bool comparison_looks(const struct comparison *compare); /* there is something left */

/* Goes to the next event that they answer differently; false: there is none. */
bool comparison_next(struct comparison *compare);

void comparison_draw(const struct comparison *compare, const struct scene *scene,
	struct canvas *canvas, struct area area);

#endif
