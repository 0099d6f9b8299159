/* The title of a strip whose region has a card table: which card is dirty, above its cells. */
#ifndef PANELS_HEAP_CARD_TITLE_H
#define PANELS_HEAP_CARD_TITLE_H

#include "panels/heap/map.h"

/*
 * Draws the title in a line; false, and nothing is drawn, where the region has no cards, or they
 * have no room for their words. Grows with the cells of a row.
 */
bool card_title_draw(const struct heap_map *map, struct canvas *canvas, struct area line);

#endif
