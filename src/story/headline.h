/*
 * The state of memory in two lines: what is live, what is held for it, and why so much. Numbers
 * that matter are bold. Each line is written for a width: the longest of its wordings that fits.
 */
#ifndef STORY_HEADLINE_H
#define STORY_HEADLINE_H

#include "base/text.h"
#include "player/player.h"

#define HEADLINE_BOLD 0x02 /* this byte begins and ends bold words */

struct headline {
	struct text held; /* "578 objects are live: 65 KiB. Python holds 1 MiB." */
	struct text why;  /* "57 objects are scattered over A01, A02 and A03 …"; may be empty */
};

void headline_write(struct headline *headline, const struct player *player, size_t columns);
void headline_finish(struct headline *headline);

/* The cells that a line takes. */
size_t headline_cells(const struct text *line);

#endif
