/*
 * Runs to stops, forwards and backwards; see runs.h and player.h. A run back searches from one
 * checkpoint to the next, the last one first, and takes the last match in the first part that has
 * any.
 */
#include "player/runs.h"

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

/* ---- what the survey knows ------------------------------------------------------------------- */

static bool may_match(const struct run *run, const struct sample *sample)
{
	for (size_t i = 0; i < run->nstops; i++)
		if (stop_may_match(&run->stops[i], sample))
			return true;
	return false;
}

static bool is_foreseeable(const struct run *run)
{
	static const struct sample nothing;

	return !may_match(run, &nothing);
}

/* The number of samples that end at or before the position. */
static size_t samples_before(const struct sample *samples, size_t count, uint64_t position)
{
	size_t low = 0;

	while (low < count) {
		size_t middle = low + (count - low) / 2;
		if (samples[middle].position <= position)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

/*
 * The first position from here on, and before the end of the survey, from where a match may come;
 * the end of the survey when none may.
 */
static uint64_t next_candidate(const struct run *run, const struct player *player, uint64_t here)
{
	const struct sample *samples;
	size_t count = player_samples(player, &samples);
	uint64_t from = here;

	for (size_t i = samples_before(samples, count, here); i < count; i++) {
		if (may_match(run, &samples[i]))
			return from;
		from = samples[i].position;
	}
	return from;
}

/* The same backwards: the last position up to here after which no event before here may match. */
static uint64_t previous_candidate(const struct run *run, const struct player *player,
	uint64_t here)
{
	const struct sample *samples;
	size_t count = player_samples(player, &samples);

	if (here == 0 || here > player_surveyed(player))
		return here;
	for (size_t i = samples_before(samples, count, here - 1) + 1; here > 0 && i-- > 0;) {
		if (i < count && may_match(run, &samples[i]))
			return here < samples[i].position ? here : samples[i].position;
		here = i > 0 ? samples[i - 1].position : 0;
	}
	return here;
}

/* ---- in slices ------------------------------------------------------------------------------- */

void run_begin(struct run *ret_run, const struct player *player, const struct stop *stops,
	size_t nstops, bool is_back)
{
	uint64_t here = player_position(player);

	*ret_run = (struct run){.stops = stops,
		.nstops = nstops,
		.is_back = is_back,
		.hit = -1,
		.origin = here,
		.at = here ? here - 1 : 0};
}

/*
 * Where the survey has been, the run goes to the first place that may match; where the survey has
 * not been and can tell, it goes first.
 */
static bool go_forwards(struct run *run, struct player *player, uint64_t n)
{
	uint64_t here = player_position(player), surveyed = player_surveyed(player);
	uint64_t end = run->is_bounded ? run->bound : player_length(player);
	bool done;

	if (here >= end)
		return false;
	if (here <= surveyed && is_foreseeable(run)) {
		uint64_t next = next_candidate(run, player, here);
		if (next >= end)
			return false;
		if (next == surveyed) {
			player_survey(player, n);
			return player_surveyed(player) > surveyed;
		}
		if (next > here) {
			player_approach(player, next, n);
			return true;
		}
	}
	run->hit =
		player_run(player, run->stops, run->nstops, n < end - here ? n : end - here, &done);
	return !done && player_position(player) < end;
}

/* Prepares the search of a part before `at`; false: nothing is left. */
static bool enter_part(struct run *run, struct player *player)
{
	if (is_foreseeable(run))
		run->at = previous_candidate(run, player, run->at);
	if (run->at == 0 || (run->is_bounded && run->at < run->bound))
		return false;
	const struct checkpoint *checkpoint = checkpoints_before(&player->checkpoints, run->at - 1);
	run->begin = checkpoint->position;
	run->end = run->at;
	run->found = 0;
	run->is_inside = true;
	checkpoints_restore(&player->checkpoints, checkpoint, &player->replay);
	player->has_request = false;
	return true;
}

static bool go_backwards(struct run *run, struct player *player, uint64_t n)
{
	if (!run->is_inside && run->hit >= 0)
		return player_approach(player, run->found, n);
	if (!run->is_inside && !enter_part(run, player))
		return false;
	bool is_at_end = false;
	for (; n > 0 && !is_at_end && player->replay.position < run->end; n--) {
		int hit = step_to_stop(player, run->stops, run->nstops, &is_at_end);
		checkpoints_offer(&player->checkpoints, &player->replay);
		if (hit >= 0) {
			run->hit = hit;
			run->found = player->replay.position;
		}
	}
	player->revision++;
	if (!is_at_end && player->replay.position < run->end)
		return true;
	run->is_inside = false;
	run->at = run->begin;
	return run->hit >= 0 || run->at > 0;
}

bool run_slice(struct run *run, struct player *player, uint64_t n)
{
	return run->is_back ? go_backwards(run, player, n) : go_forwards(run, player, n);
}

void run_progress(const struct run *run, const struct player *player, uint64_t *ret_done,
	uint64_t *ret_all)
{
	uint64_t here = player_position(player), surveyed = player_surveyed(player);

	if (run->is_back) {
		*ret_all = run->origin;
		*ret_done = run->origin - run->at;
		if (run->is_inside)
			*ret_done += here > run->begin ? here - run->begin : 0;
		return;
	}
	*ret_all = player_length(player) - run->origin;
	*ret_done = (surveyed > here && is_foreseeable(run) ? surveyed : here) - run->origin;
}

int player_run_back(struct player *player, const struct stop *stops, size_t nstops)
{
	struct run run;

	run_begin(&run, player, stops, nstops, true);
	while (run_slice(&run, player, UINT64_MAX))
		;
	if (run.hit < 0)
		player_seek(player, 0);
	return run.hit;
}
