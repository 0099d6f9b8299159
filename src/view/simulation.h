/* What the trace is played into, and the names of its callers. */
#ifndef VIEW_SIMULATION_H
#define VIEW_SIMULATION_H

#include "base/text.h"
#include "symbols/symbols.h"
#include "view/view.h"

struct simulation {
	const char *engine;            /* in words; NULL: the engines' names */
	struct text renewed;           /* those words, when it is another than at the start */
	const struct options *options; /* borrowed; NULL: engines cannot be compared */
	struct symbols *symbols;
	unsigned life; /* see struct scene */
};

void simulation_init(struct simulation *simulation, struct player *player,
	const struct view_config *config);
void simulation_finish(struct simulation *simulation);
bool view_has_arenas(const struct view *view);
/* Another trace has taken the place of this one. */
void view_renew_trace(struct view *view);
/* The same trace is played in another way, from the start. -1: all is as it was. */
int view_renew_player(struct view *view, const struct player_config *config, struct error *err);

#endif
