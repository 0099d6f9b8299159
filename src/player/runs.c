/*
 * Runs to stops, forwards and backwards; see player.h. A run back searches from one checkpoint to
 * the next, the last one first, and takes the last match in the first part that has any.
 */
#include "player/player_state.h"
#include "player/stops.h"

/*
 * Applies the next event; returns the index of the stop that it matches, or -1. *ret_end: there was
 * none.
 */
static int step_to_stop(struct player *player, const struct stop *stops, size_t nstops,
	bool *ret_end)
{
	const struct metrics *metrics = replay_metrics(&player->replay);
	struct stop_context context = {
		.heap = player->replay.heap,
		.metrics = metrics,
		.live_before = metrics->live_bytes,
		.peak_before = metrics->peak_bytes,
	};
	unsigned waste = waste_percent(metrics->live_bytes, metrics->reserved);

	*ret_end = !player_step_with_log(player);
	if (*ret_end)
		return -1;
	context.event = &player->event;
	context.effect = &player->effect;
	for (size_t i = 0; i < nstops; i++) {
		context.wasted_before =
			stops[i].kind == STOP_WASTE_OVER && waste > stops[i].operand;
		if (stop_matches(&stops[i], &context))
			return (int)i;
	}
	return -1;
}

int player_run(struct player *player, const struct stop *stops, size_t nstops, uint64_t limit,
	bool *ret_done)
{
	uint64_t length = player_length(player);
	uint64_t end = limit && limit < length - player->replay.position
			       ? player->replay.position + limit
			       : length;
	bool is_at_end = false;
	int hit = -1;

	while (hit < 0 && !is_at_end && player->replay.position < end) {
		hit = step_to_stop(player, stops, nstops, &is_at_end);
		checkpoints_offer(&player->checkpoints, &player->replay);
		player->revision++;
	}
	*ret_done = hit >= 0 || is_at_end || player->replay.position == length;
	return hit;
}

int player_run_back(struct player *player, const struct stop *stops, size_t nstops)
{
	uint64_t here = player->replay.position;
	uint64_t end = here ? here - 1 : 0; /* an event before this one */

	while (end > 0) {
		const struct checkpoint *checkpoint =
			checkpoints_before(&player->checkpoints, end - 1);
		uint64_t begin = checkpoint->position, found = 0;
		int which = -1;

		checkpoints_restore(&player->checkpoints, checkpoint, &player->replay);
		player->has_request = false;
		bool is_at_end = false;
		while (!is_at_end && player->replay.position < end) {
			int hit = step_to_stop(player, stops, nstops, &is_at_end);
			checkpoints_offer(&player->checkpoints, &player->replay);
			if (hit >= 0) {
				which = hit;
				found = player->replay.position;
			}
		}
		player->revision++;
		if (which >= 0) {
			player_replay_to(player, found, true);
			return which;
		}
		end = begin;
	}
	player_seek(player, 0);
	return -1;
}
