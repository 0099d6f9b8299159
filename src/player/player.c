/*
 * See player.h. A seek starts from the nearest checkpoint before the wanted position, or from the
 * current one, whichever is nearer, and replays from there. The last event is applied with the
 * decision log on, so that its reasons are always known.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "flat/flat.h"
#include "player/player_state.h"

#include <stdlib.h>
#include <string.h>

#define BUDGET          (512u << 20)
#define NEAR            512u  /* events before the target of a jump, where a checkpoint is left */
#define BYTES_PER_EVENT 1024u /* of state are copied in the time of one event */
/* of state for each event between two checkpoints that a jump leaves on its way */
#define JUMP_BYTES_PER_EVENT 24u
/* notes and marks after a request, across which it is still found */
#define CAPTIONS     64u
#define SEARCH_SLICE 1000u /* milliseconds */

static const struct decision_log no_decisions;

/* Takes what the survey has found, in an earlier opening or this one; false: there is no index. */
static bool take_index(struct player *player, const struct index_place *place)
{
	const struct stored_pack *packs;

	player->index = index_open(place, trace_length(player->trace));
	if (!player->index)
		return false;
	size_t count = index_packs(player->index, &packs);
	checkpoints_take_stored(&player->checkpoints, packs, count);
	survey_take(&player->survey, player->index);
	return true;
}

static int set_up(struct player *player, const struct player_config *config, struct error *err)
{
	checkpoints_init(&player->checkpoints, config->budget ? config->budget : BUDGET);
	if (replay_init(&player->replay, player->trace, config, err) < 0 ||
		survey_init(&player->survey, player->trace, config, err) < 0)
		return -1;
	checkpoints_add_start(&player->checkpoints, &player->replay);
	if (config->index && !take_index(player, config->index))
		player->keeper.place = config->index;
	player->has_request = false;
	player->options = config->options ? options_clone(config->options) : NULL;
	player->config =
		(struct player_config){.engine = engine_name(heap_layer(player->replay.heap, 0)),
			.options = player->options,
			.budget = config->budget,
			.index = config->index};
	return 0;
}

int player_new(struct player **ret_player, struct trace *trace, const struct player_config *config,
	struct error *err)
{
	static const struct player_config defaults;
	struct player *player = xcalloc(1, sizeof(*player));

	player->trace = trace;
	if (set_up(player, config ? config : &defaults, err) < 0) {
		player_free(player);
		return -1;
	}
	*ret_player = player;
	return 0;
}

static void take_down(struct player *player)
{
	surveyor_free(player->surveyor);
	player->surveyor = NULL;
	survey_finish(&player->survey);
	checkpoints_finish(&player->checkpoints);
	index_close(player->index);
	player->index = NULL;
	keeper_stop(&player->keeper);
	if (player->replay.heap)
		replay_finish(&player->replay);
	options_free(player->options);
	array_finish(&player->died);
	array_finish(&player->moved);
}

void player_free(struct player *player)
{
	if (!player)
		return;
	take_down(player);
	free(player);
}

bool player_replay_again(const struct player *player, struct replay *ret_replay)
{
	return replay_init(ret_replay, player->trace, &player->config, NULL) == 0;
}

/* ---- asking -------------------------------------------------------------------------------- */

uint64_t player_position(const struct player *player)
{
	return player->replay.position;
}

uint64_t player_length(const struct player *player)
{
	return trace_length(player->trace);
}

uint64_t player_revision(const struct player *player)
{
	return player->revision;
}

struct trace *player_trace(const struct player *player)
{
	return player->trace;
}

const struct heap *player_heap(const struct player *player)
{
	return player->replay.heap;
}

const struct metrics *player_metrics(const struct player *player)
{
	return replay_metrics(&player->replay);
}

bool player_last(const struct player *player, struct event *ret_event, struct effect *ret_effect,
	const struct decision_log **ret_log)
{
	if (player->replay.position == 0)
		return false;
	*ret_event = player->event;
	*ret_effect = player->effect;
	*ret_log = !event_is_note_or_mark(&player->event) ? &player->log : &no_decisions;
	return true;
}

bool player_has_to_search(const struct player *player)
{
	enum fault fault = player->effect.fault;

	return player->replay.position > 0 && player->searched != player->revision &&
	       heap_can_search(player->replay.heap) &&
	       (effect_is_broken(&player->effect) || fault == FAULT_NO_MEMORY);
}

bool player_is_searching(const struct player *player)
{
	return player->searching == player->revision && player->searched != player->revision;
}

bool player_search(struct player *player, unsigned milliseconds)
{
	if (!player_has_to_search(player))
		return true;
	player->searching = player->revision;
	if (!heap_search(player->replay.heap, milliseconds))
		return false;
	player->searched = player->revision;
	return true;
}

void player_explain(struct player *player)
{
	while (!player_search(player, SEARCH_SLICE))
		;
}

bool player_recent(const struct player *player, uint64_t number, struct effect *ret_effect)
{
	const struct passed *passed = &player->passed[(number + 1) % PLAYER_RECENT];

	if (number >= player->replay.position || passed->position != number + 1)
		return false;
	*ret_effect = passed->effect;
	return true;
}

bool player_last_request(const struct player *player, struct event *ret_event,
	struct effect *ret_effect, const struct decision_log **ret_log)
{
	if (!player->has_request)
		return false;
	*ret_event = player->request;
	*ret_effect = player->answer;
	*ret_log = &player->log;
	return true;
}

size_t player_died(const struct player *player, const struct live **ret_died)
{
	*ret_died = player->died.items;
	return player->has_request ? player->died.count : 0;
}

size_t player_moved(const struct player *player, const struct moved **ret_moved)
{
	*ret_moved = player->moved.items;
	return player->has_request ? player->moved.count : 0;
}

int64_t player_took(const struct player *player)
{
	uint64_t held = replay_metrics(&player->replay)->reserved;

	return player->replay.position == 0 ? 0 : (int64_t)(held - player->held_before);
}

/* ---- moving -------------------------------------------------------------------------------- */

/* Applies the next event, which there is. */
static void step(struct player *player, struct decision_log *log)
{
	replay_step(&player->replay, log, &player->effect);
	player->passed[player->replay.position % PLAYER_RECENT] =
		(struct passed){player->replay.position, player->effect};
}

/* The heap forgets them at the next caption. Grows with them, as the request did. */
static void keep_died_and_moved(struct player *player)
{
	const struct live *died;
	const struct moved *moved;
	size_t ndied = heap_died(player->replay.heap, &died);
	size_t nmoved = heap_moved(player->replay.heap, &moved);

	player->died.count = player->moved.count = 0;
	for (size_t i = 0; i < ndied; i++)
		*array_push(&player->died) = died[i];
	for (size_t i = 0; i < nmoved; i++)
		*array_push(&player->moved) = moved[i];
}

bool player_step_with_log(struct player *player)
{
	const struct event *next = replay_next(&player->replay);

	if (!next)
		return false;
	player->event = *next;
	player->held_before = replay_metrics(&player->replay)->reserved;
	if (event_is_note_or_mark(&player->event)) {
		step(player, NULL);
		return true;
	}
	step(player, &player->log);
	player->has_request = true;
	player->request = player->event;
	player->answer = player->effect;
	keep_died_and_moved(player);
	return true;
}

/*
 * Where the last request before the position begins; one event before the position if no request is
 * near.
 */
static uint64_t before_request(const struct player *player, uint64_t position)
{
	struct event event;

	for (uint64_t at = position; at > 0 && position - at < CAPTIONS; at--)
		if (trace_get(player->trace, at - 1, &event) && !event_is_note_or_mark(&event))
			return at - 1;
	return position > 0 ? position - 1 : 0;
}

/*
 * Runs to the position, or to where the trace ends; leaves checkpoints where they are due. On a
 * jump only far apart: each takes time in which a person waits.
 */
static void run_to(struct player *player, uint64_t position, bool is_jump)
{
	uint64_t step = is_jump ? replay_bytes(&player->replay) / JUMP_BYTES_PER_EVENT : 0;

	while (player->replay.position < position && replay_next(&player->replay)) {
		uint64_t spacing = player->checkpoints.spacing;
		uint64_t next = player->replay.position + (step > spacing ? step : spacing);
		replay_run(&player->replay, next < position ? next : position, NULL);
		checkpoints_offer(&player->checkpoints, &player->replay);
	}
}

/* Playing that number of events takes longer than copying the state. */
static bool is_worth_a_copy(const struct player *player, uint64_t events)
{
	return events > replay_bytes(&player->replay) / BYTES_PER_EVENT;
}

/*
 * Without it, each step back from where a jump ends would replay a long way, or unpack a state,
 * which takes longer than copying it.
 */
static void leave_checkpoint(struct player *player, uint64_t position, bool is_back)
{
	run_to(player, position, true);
	const struct checkpoint *last = checkpoints_before(&player->checkpoints, position);
	uint64_t distance = position - last->position;
	if (last->pack || (is_back ? distance > NEAR : is_worth_a_copy(player, distance)))
		checkpoints_add_near(&player->checkpoints, &player->replay);
}

/*
 * The place from which a seek to the position starts: here, or a checkpoint, which *ret_checkpoint
 * then is.
 */
static uint64_t start_for(const struct player *player, uint64_t position,
	const struct checkpoint **ret_checkpoint)
{
	const struct checkpoint *checkpoint = checkpoints_before(&player->checkpoints, position);
	uint64_t here = player->replay.position;
	bool is_better =
		here > position || (checkpoint->position > here &&
					   is_worth_a_copy(player, checkpoint->position - here));

	*ret_checkpoint = is_better ? checkpoint : NULL;
	return is_better ? checkpoint->position : here;
}

/* Goes to a checkpoint if that is nearer to the position; whether it has. */
static bool depart(struct player *player, uint64_t position)
{
	const struct checkpoint *checkpoint;

	start_for(player, position, &checkpoint);
	if (checkpoint)
		checkpoints_restore(&player->checkpoints, checkpoint, &player->replay);
	return checkpoint;
}

/* Whether only captions and marks are left to the position, whose last request begins `before`. */
static bool is_near(const struct player *player, uint64_t before, uint64_t position)
{
	uint64_t here = player->replay.position;

	return player->has_request && here > before && here < position;
}

void player_replay_to(struct player *player, uint64_t position, bool is_jump)
{
	uint64_t here = player->replay.position;
	uint64_t before = before_request(player, position);
	bool keeps_request = is_near(player, before, position);

	if (keeps_request)
		before = here;
	bool is_back = here > before;
	is_jump |= is_back;
	bool has_departed = depart(player, before);
	here = player->replay.position;
	bool is_far = before > NEAR && before - NEAR > here;
	if (is_jump && (is_far || has_departed))
		leave_checkpoint(player, is_far ? before - NEAR : here, is_back);
	run_to(player, before > PLAYER_RECENT ? before - PLAYER_RECENT : 0, is_jump);
	while (player->replay.position < before && replay_next(&player->replay))
		step(player, NULL);
	if (!is_jump)
		checkpoints_offer(&player->checkpoints, &player->replay);
	player->has_request = keeps_request;
	while (player->replay.position < position && player_step_with_log(player))
		;
	player->revision++;
}

static uint64_t within(const struct player *player, uint64_t position)
{
	uint64_t length = player_length(player);

	return position < length ? position : length;
}

static bool go_to(struct player *player, uint64_t position, bool is_jump)
{
	position = within(player, position);
	if (position == player->replay.position)
		return false;
	player_replay_to(player, position, is_jump);
	return true;
}

bool player_seek(struct player *player, uint64_t position)
{
	return go_to(player, position, true);
}

bool player_step(struct player *player)
{
	if (!player_step_with_log(player))
		return false;
	checkpoints_offer(&player->checkpoints, &player->replay);
	player->revision++;
	return true;
}

bool player_step_back(struct player *player)
{
	return player->replay.position > 0 && player_seek(player, player->replay.position - 1);
}

uint64_t player_advance(struct player *player, uint64_t n)
{
	uint64_t here = player->replay.position;
	uint64_t left = player_length(player) - here;

	n = n < left ? n : left;
	if (n > 0)
		go_to(player, here + n, false);
	return n;
}

uint64_t player_distance(const struct player *player, uint64_t position)
{
	const struct checkpoint *checkpoint;

	position = within(player, position);
	if (position == player->replay.position)
		return 0;
	uint64_t before = before_request(player, position);
	if (is_near(player, before, position))
		return position - player->replay.position;
	return position - start_for(player, before, &checkpoint);
}

bool player_approach(struct player *player, uint64_t position, uint64_t n)
{
	position = within(player, position);
	if (player_distance(player, position) <= n) {
		player_seek(player, position);
		return false;
	}
	depart(player, before_request(player, position));
	player_replay_to(player, player->replay.position + n, false);
	return true;
}

void player_remember(struct player *player)
{
	uint64_t here = player->replay.position;

	if (is_worth_a_copy(player,
		    here - checkpoints_before(&player->checkpoints, here)->position))
		checkpoints_add_near(&player->checkpoints, &player->replay);
}

/* ---- a trace that grows ---------------------------------------------------------------------- */

/* The index would be that of a shorter trace. */
static void drop_keeper(struct player *player)
{
	checkpoints_forget_stored(&player->checkpoints);
	keeper_stop(&player->keeper);
}

static void restart(struct player *player)
{
	checkpoints_restart(&player->checkpoints);
	checkpoints_restore(&player->checkpoints, checkpoints_before(&player->checkpoints, 0),
		&player->replay);
	player->has_request = false;
	drop_keeper(player); /* another trace is there by now */
	survey_restart(&player->survey, &player->checkpoints);
	replay_forget_batch(&player->replay);
	player->revision++;
}

int player_refresh(struct player *player, enum trace_news *ret_news, struct error *err)
{
	int result = trace_refresh(player->trace, ret_news, err);

	if (*ret_news == TRACE_REPLACED)
		restart(player);
	if (*ret_news != TRACE_AS_BEFORE)
		player->survey.is_open = true;
	if (*ret_news == TRACE_GREW)
		drop_keeper(player);
	if (*ret_news == TRACE_GREW && player->survey.is_stored)
		survey_restart(&player->survey, &player->checkpoints);
	return result;
}

int player_renew(struct player *player, const struct player_config *config, struct error *err)
{
	struct player *trial;

	if (player_new(&trial, player->trace, config, err) < 0)
		return -1;
	player_free(trial);
	take_down(player);
	player->revision++;
	int result = set_up(player, config, err);
	if (result == 0 && player->wants_surveyor)
		player_survey_beside(player);
	return result;
}

/* ---- survey -------------------------------------------------------------------------------- */

/* An index that has just been written takes the place of what it was written from. */
static void keep_index(struct player *player)
{
	if (player->keeper.writer && take_index(player, player->config.index))
		keeper_stop(&player->keeper);
}

/*
 * Where the surveyor has met damage, it is met here as well: the trace ends there. false: the
 * survey is done.
 */
static bool poll_surveyor(struct player *player)
{
	struct event event;

	if (surveyor_poll(player->surveyor, &player->survey, &player->checkpoints))
		return true;
	surveyor_free(player->surveyor);
	player->surveyor = NULL;
	player->survey.is_open = false;
	trace_get(player->trace, player_surveyed(player), &event);
	keep_index(player);
	return false;
}

bool player_runs_code(const struct player *player)
{
	return heap_runs_code(player->replay.heap);
}

void player_survey_beside(struct player *player)
{
	struct error ignored;

	player->wants_surveyor = true;
	if (!player_runs_code(player) && !player->surveyor && player_surveyed(player) == 0 &&
		!trace_is_growing(player->trace))
		surveyor_new(&player->surveyor, player->trace, &player->config, &player->keeper,
			&ignored);
}

bool player_surveys_beside(const struct player *player)
{
	return player->surveyor;
}

/* The survey in slices goes on, and hands its checkpoints over. */
static bool survey_on(struct player *player, uint64_t n)
{
	struct keeper *keeper = &player->keeper;
	bool has_more = survey_run(&player->survey, keeper, &player->checkpoints, n);

	for (size_t i = 0; i < keeper->fresh.count; i++) {
		struct checkpoint stored = checkpoint_of(&keeper->fresh.items[i]);
		checkpoints_add_pack(&player->checkpoints, &stored);
	}
	keeper->fresh.count = 0;
	if (has_more)
		return true;
	survey_keep(&player->survey, keeper);
	keep_index(player);
	return false;
}

bool player_survey(struct player *player, uint64_t n)
{
	return player->surveyor ? poll_surveyor(player) : survey_on(player, n);
}

bool player_has_to_survey(const struct player *player)
{
	return player->surveyor || player_surveyed(player) < player_length(player);
}

uint64_t player_surveyed(const struct player *player)
{
	return survey_position(&player->survey);
}

size_t player_samples(const struct player *player, const struct sample **ret_samples)
{
	*ret_samples = player->survey.samples.items;
	return player->survey.samples.count;
}

const struct metrics *player_survey_metrics(const struct player *player)
{
	return survey_metrics(&player->survey);
}
