/* Two traces side by side, in words: where both are, and what the second has more of. */
#ifndef PANELS_COMPARISON_TRACE_PAIR_H
#define PANELS_COMPARISON_TRACE_PAIR_H

#include "base/text.h"
#include "player/rivals.h"

/* Appends where both are: "By mark: A is 12 events past "served"; B is at event 40." */
void trace_pair_add_place(const struct rivals *rivals, struct text *out);

/* Appends what the second has more and less of than the first; in_short: only what is held. */
void trace_pair_add_figures(const struct rivals *rivals, bool in_short, struct text *out);

#endif
