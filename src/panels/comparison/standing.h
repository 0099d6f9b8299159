/* How two traces that are side by side stand to each other, in words. */
#ifndef PANELS_COMPARISON_STANDING_H
#define PANELS_COMPARISON_STANDING_H

#include "base/text.h"
#include "player/rivals.h"

/* Appends where both are: "Both are 12 events past the mark "served"." */
void standing_add_place(const struct rivals *rivals, struct text *out);

/* Appends what the second has more and less of than the first; in_short: only what is held. */
void standing_add_figures(const struct rivals *rivals, bool in_short, struct text *out);

#endif
