/* Rows that a panel with more to say than its place has borrows from others. */
#ifndef VIEW_LENT_ROWS_H
#define VIEW_LENT_ROWS_H

#include "view/layout.h"

/*
 * Gives the place `at` the rows that it lacks of those needed: of the list of events first, then of
 * the highest other place, the map's mostly, then of the timeline, as far as these can spare them.
 * needed: without its title.
 */
void lend_rows(struct layout *layout, size_t at, int needed);

/*
 * Gives the place `at` the rows that it lacks of those needed, from the row of that panel, which
 * keeps so many below its title; nothing where the panel has no place.
 */
void lend_rows_of(struct layout *layout, enum panel_id from, size_t at, int needed, int keeps);

#endif
