/* See rival_runs.h. */
#include "player/rival_runs.h"

void rival_run_begin(struct rival_run *ret_run, struct rivals *rivals, const struct stop *stops,
	size_t nstops, bool is_back)
{
	*ret_run = (struct rival_run){.rivals = rivals,
		.stops = stops,
		.nstops = nstops,
		.is_back = is_back,
		.origin = player_position(rivals_player(rivals, 0)),
		.hit = -1};
}

static bool is_nearer(const struct rival_run *run, uint64_t position)
{
	return run->hit < 0 || (run->is_back ? position > run->nearest : position < run->nearest);
}

/* The rival has searched; its player is at the match, if there is one. */
static void keep_match(struct rival_run *run, const struct player *player)
{
	uint64_t position = player_position(player);

	if (run->run.hit < 0)
		return;
	if (is_nearer(run, position)) {
		run->hit = run->run.hit;
		run->nearest = position;
		run->whose = 0;
	}
	if (position == run->nearest)
		run->whose |= 1u << run->at;
}

/* Its player goes to where all begin, and then searches. */
static void search(struct rival_run *run, struct player *player, uint64_t n)
{
	if (!run->has_begun) {
		if (player_approach(player, run->origin, n))
			return;
		run_begin(&run->run, player, run->stops, run->nstops, run->is_back);
		run->run.is_bounded = run->hit >= 0;
		run->run.bound = run->nearest;
		run->has_begun = true;
	}
	if (run_slice(&run->run, player, n))
		return;
	keep_match(run, player);
	run->has_begun = false;
	run->at++;
}

bool rival_run_slice(struct rival_run *run, uint64_t n)
{
	if (run->at < rivals_count(run->rivals)) {
		search(run, rivals_player(run->rivals, run->at), n);
		return true;
	}
	return run->hit >= 0 && player_approach(rivals_player(run->rivals, 0), run->nearest, n);
}

void rival_run_progress(const struct rival_run *run, uint64_t *ret_done, uint64_t *ret_all)
{
	size_t count = rivals_count(run->rivals);
	uint64_t one = run->is_back ? run->origin
				    : player_length(rivals_player(run->rivals, 0)) - run->origin;

	*ret_all = one * count;
	*ret_done = one * run->at;
	if (run->has_begun) {
		uint64_t done, all;
		run_progress(&run->run, rivals_player(run->rivals, run->at), &done, &all);
		*ret_done += done;
	}
}
