/* The differences between the engines of a comparison, in words. */
#ifndef PANELS_COMPARISON_DIFFERENCE_H
#define PANELS_COMPARISON_DIFFERENCE_H

#include "base/text.h"
#include "player/rivals.h"

/* Appends the difference at the last event; in_short: without an introduction. */
void difference_add_here(const struct rivals *rivals, const struct difference *here, bool in_short,
	struct text *out);

/* Appends the first difference, as the scouts found it. */
void difference_add_first(const struct rivals *rivals, const struct difference *first,
	struct text *out);

/* Length in bytes of the short beginning of those words: "They first part at event 1,257". */
size_t difference_first_in_short(const char *words);

#endif
