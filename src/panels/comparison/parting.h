/* In words: where the engines of a comparison part, and what each does there. */
#ifndef PANELS_COMPARISON_PARTING_H
#define PANELS_COMPARISON_PARTING_H

#include "base/text.h"
#include "player/rivals.h"

/* Of the last event; in_short: without its frame of words. */
void parting_add_here(const struct rivals *rivals, const struct parting *here, bool in_short,
	struct text *out);

/* Where they first part, as the scouts found it. */
void parting_add_first(const struct rivals *rivals, const struct parting *first, struct text *out);

/* Bytes of "They first part at event 1,257" of all those words. */
size_t parting_first_in_short(const char *words);

#endif
