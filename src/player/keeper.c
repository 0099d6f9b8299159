/*
 * See keeper.h. The distance between packs grows with the state, as with all checkpoints, and where
 * the packs of the rest of the trace would have no room otherwise. There is always one shortly
 * before the end, where jumps and runs to a stop that never comes lead.
 */
#include "player/keeper.h"

#include "base/threads.h"
#include "flat/pack.h"
#include "player/checkpoints.h"

#define BESIDE_BYTES (64u << 10) /* of a state from which on a thread is worth it */
#define LAST_EVENTS  2048u       /* before the end: at most so far from there is the last pack */

/* The state that was taken becomes a pack of the file, unless there is no room. */
static void *press(void *user)
{
	struct keeper *keeper = user;
	size_t length;
	const void *pack = packer_press(keeper->packer, &length);

	keeper->stored.length = 0;
	keeper->length = length;
	if (index_writer_add(keeper->writer, keeper->position, pack, length, &keeper->stored))
		keeper->written += length;
	return NULL;
}

/* Takes what was written last. */
static void take_stored(struct keeper *keeper)
{
	if (keeper->stored.length > 0)
		*array_push(&keeper->fresh) = keeper->stored;
	else if (index_writer_has_failed(keeper->writer))
		keeper->place = NULL; /* nothing is kept from now on; what was lent stays good */
	keeper->stored.length = 0;
}

/* Until the thread, if there is one, has written its pack. */
static void await(struct keeper *keeper)
{
	if (!keeper->is_working)
		return;
	pthread_join(keeper->thread, NULL);
	keeper->is_working = false;
	take_stored(keeper);
}

void keeper_stop(struct keeper *keeper)
{
	await(keeper);
	index_writer_free(keeper->writer);
	packer_free(keeper->packer);
	array_finish(&keeper->fresh);
	*keeper = (struct keeper){0};
}

static bool begin(struct keeper *keeper)
{
	keeper->writer = index_writer_new(keeper->place);
	keeper->packer = keeper->writer ? packer_new() : NULL;
	if (!keeper->packer)
		keeper->place = NULL;
	return keeper->packer;
}

/* Events from the last pack to the next, by the size of the state. */
static uint64_t least_spacing(const struct replay *replay)
{
	uint64_t spacing = replay_bytes(replay) / PACKED_BYTES_PER_EVENT;

	return spacing < PACKED_SPACING_MIN ? PACKED_SPACING_MIN : spacing;
}

/* The same, so that those of the rest of the trace have room. */
static uint64_t spacing_for(const struct keeper *keeper, const struct replay *replay)
{
	uint64_t spacing = least_spacing(replay);
	uint64_t length = trace_length(replay->trace);
	uint64_t rest = length > keeper->position ? length - keeper->position : 0;
	uint64_t room = keeper->place->room - keeper->written;
	double fits = (double)rest * (double)keeper->length / (double)(room ? room : 1);

	return (double)spacing < fits ? (uint64_t)fits : spacing;
}

/* It is close to the end of the trace, and the last pack was not. */
static bool is_due_as_last(const struct keeper *keeper, const struct replay *replay)
{
	uint64_t length = trace_length(replay->trace);

	return length - replay->position <= LAST_EVENTS &&
	       replay->position - keeper->position > LAST_EVENTS;
}

/* What the last pack took is asked for, and waited for, only where one may be due. */
static bool is_due(struct keeper *keeper, const struct replay *replay)
{
	uint64_t since = replay->position - keeper->position;

	if (is_due_as_last(keeper, replay)) {
		await(keeper);
		return keeper->place;
	}
	if (since < PACKED_SPACING_MIN || since < least_spacing(replay))
		return false;
	await(keeper);
	return keeper->place && since >= spacing_for(keeper, replay);
}

void keeper_offer(struct keeper *keeper, const struct replay *replay)
{
	if (!is_due(keeper, replay) || (!keeper->writer && !begin(keeper)))
		return;
	packer_take(keeper->packer, replay->flats, replay->nflats);
	keeper->position = replay->position;
	keeper->is_working = keeper->works_beside && replay_bytes(replay) >= BESIDE_BYTES &&
			     thread_start(&keeper->thread, press, keeper);
	if (keeper->is_working)
		return;
	press(keeper);
	take_stored(keeper);
}

bool keeper_finish(struct keeper *keeper, const struct metrics *metrics,
	const struct sample *samples, size_t count)
{
	await(keeper);
	if (!keeper->place || (!keeper->writer && !begin(keeper)))
		return false;
	keeper->place = NULL;
	return index_writer_finish(keeper->writer, metrics, samples, count);
}
