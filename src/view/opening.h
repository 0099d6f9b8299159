/*
 * A trace without captions opens where it has most to tell: where the recorded program's own work
 * ends, as the report has it; where the allocator, another's, failed first; otherwise where the
 * most bytes are held and not live. The survey finds the place; until then the view shows the
 * start, and any key stays there. It says how many faults there are; of an allocator under test
 * also that there are none.
 */
#ifndef VIEW_OPENING_H
#define VIEW_OPENING_H

#include "view/view.h"

struct opening {
	bool is_wanted;    /* the survey has not found the place yet */
	bool has_captions; /* stays at the start, but says that an allocator under test fails */
};

void opening_init(struct opening *opening, const struct view_config *config,
	const struct player *player);
/* Says what is waited for, where that may take seconds. */
void view_announce_opening(struct view *view);
void view_end_opening(struct view *view);
/* Goes to the place, once the survey knows it, and says so. */
void view_open_by_itself(struct view *view);

#endif
