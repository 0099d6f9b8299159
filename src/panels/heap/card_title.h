/* The titles of a region that has a card table: which card is dirty, above its cells. */
#ifndef PANELS_HEAP_CARD_TITLE_H
#define PANELS_HEAP_CARD_TITLE_H

#include "panels/heap/map.h"

/* The bytes of a card of the region's table; 0: it has none, or a single one. */
uint64_t card_bytes(const struct engine *engine, const struct region *region);

/* Whether the rows are whole cards, and each card has room for its number and state. */
bool card_title_fits(const struct heap_map *map);

/*
 * Draws the cards, which fit, above each row: those of the first row in the line of the title, with
 * the share in use. Grows with the cards.
 */
void card_title_draw(const struct heap_map *map, struct canvas *canvas, struct area line);

/* Where they do not fit: "; dirty: card 3" from a column on; returns the end. */
int card_title_name(const struct heap_map *map, struct canvas *canvas, struct area line, int x);

#endif
