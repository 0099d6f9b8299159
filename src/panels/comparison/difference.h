/* The differences between the engines of a comparison, in words. */
#ifndef PANELS_COMPARISON_DIFFERENCE_H
#define PANELS_COMPARISON_DIFFERENCE_H

#include "base/text.h"
#include "player/rivals.h"

/*
 * Appends the difference at the last event, or that there is none, and then what is none: usable
 * bytes, and memory from the system. in_short: without an introduction.
 */
void difference_add_here(const struct difference *here, bool in_short, struct text *out);

/* Appends one of the firsts, just found by the scouts. which: "First difference". */
void difference_add_first(const struct rivals *rivals, const struct difference *first,
	const char *which, struct text *out);

/* Appends that there is none in the whole trace, and what was not compared. */
void difference_add_none(const struct rivals *rivals, struct text *out);

/* Length in bytes of the short beginning of those words: "First difference at event 1,257". */
size_t difference_first_in_short(const char *words);

#endif
