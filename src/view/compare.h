/*
 * Side by side: the same trace in two to four engines, each with its map, its figures and what it did with the last
 * event, and where they first part (player/lineup.h).  The first of them is the view's own player.
 */
#ifndef VIEW_COMPARE_H
#define VIEW_COMPARE_H

#include "view/panel.h"

struct compare;
struct error;
struct options;

/* words: the others, with commas between them; options: what the first was made with. */
int compare_new(struct compare **ret_compare, struct player *first, const struct options *options, const char *words,
	struct error *err);
void compare_free(struct compare *compare);

/* The first has moved: the others go where it is. */
void compare_update(struct compare *compare, const struct scene *scene);

/* Looks ahead for a slice; false when there is nothing left to look for. */
bool compare_tick(struct compare *compare);
bool compare_looks(const struct compare *compare);	/* there is something left */

/* Goes to the next event that they answer differently; false: there is none. */
bool compare_next(struct compare *compare);

void compare_draw(const struct compare *compare, const struct scene *scene, struct canvas *canvas, struct area area);

#endif
