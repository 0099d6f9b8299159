#include "view/view_state.h"

#include "player/rivals.h"
#include "story/places.h"

void simulation_init(struct simulation *simulation, struct player *player,
	const struct view_config *config)
{
	simulation->engine = config->engine;
	simulation->options = config->options;
	simulation->symbols = symbols_new(player_trace(player));
}

void simulation_finish(struct simulation *simulation)
{
	symbols_free(simulation->symbols);
	text_finish(&simulation->renewed);
}

bool view_has_arenas(const struct view *view)
{
	return arena_layer(player_heap(view->player));
}

void view_renew_trace(struct view *view)
{
	symbols_free(view->simulation.symbols);
	view->simulation.symbols = symbols_new(player_trace(view->player));
	view->simulation.life++;
}

int view_renew_player(struct view *view, const struct player_config *config, struct error *err)
{
	struct simulation *simulation = &view->simulation;

	if (player_renew(view->player, config, err) < 0)
		return -1;
	simulation->life++;
	simulation->options = config->options;
	text_clear(&simulation->renewed);
	if (config->options)
		rival_title(player_trace(view->player), player_heap(view->player), config->options,
			&simulation->renewed);
	simulation->engine = config->options ? text_of(&simulation->renewed) : NULL;
	return 0;
}
