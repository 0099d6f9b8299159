/* The engine and options with which the trace is played, and the names of its callers. */
#ifndef VIEW_SIMULATION_H
#define VIEW_SIMULATION_H

#include "base/text.h"
#include "symbols/symbols.h"
#include "view/view.h"

struct simulation {
	const char *engine; /* in words; NULL: the names of the engines */
	/* those words, if the engine is no longer that of the start */
	struct text renewed;
	const struct options *options; /* borrowed; NULL: engines cannot be compared */
	struct symbols *symbols;
	unsigned life; /* see struct scene */
};

void simulation_init(struct simulation *simulation, struct player *player,
	const struct view_config *config);
void simulation_finish(struct simulation *simulation);
bool view_has_arenas(const struct view *view);
/* Call when another trace has replaced this one. */
void view_renew_trace(struct view *view);
/* Plays the same trace in another way, from the start. -1 and err: nothing has changed. */
int view_renew_player(struct view *view, const struct player_config *config, struct error *err);

#endif
