/*
 * See keeper.h. The distance between packs grows with the state, as with all checkpoints, and where
 * the packs of the rest of the trace would have no room otherwise.
 */
#include "player/keeper.h"

#include "flat/pack.h"
#include "player/checkpoints.h"

void keeper_stop(struct keeper *keeper)
{
	index_writer_free(keeper->writer);
	packer_free(keeper->packer);
	array_finish(&keeper->fresh);
	*keeper = (struct keeper){0};
}

/* Nothing is kept from now on; what was lent stays good. */
static void give_up(struct keeper *keeper)
{
	keeper->place = NULL;
}

static bool begin(struct keeper *keeper)
{
	keeper->writer = index_writer_new(keeper->place);
	keeper->packer = keeper->writer ? packer_new() : NULL;
	if (!keeper->packer)
		give_up(keeper);
	return keeper->packer;
}

/* Events from the last pack to the next, so that those of the rest of the trace have room. */
static uint64_t spacing_for(const struct keeper *keeper, const struct replay *replay)
{
	uint64_t spacing = replay_bytes(replay) / PACKED_BYTES_PER_EVENT;
	uint64_t length = trace_length(replay->trace);
	uint64_t rest = length > keeper->position ? length - keeper->position : 0;
	uint64_t room = keeper->place->room - keeper->written;
	double fits = (double)rest * (double)keeper->length / (double)(room ? room : 1);

	if (spacing < PACKED_SPACING_MIN)
		spacing = PACKED_SPACING_MIN;
	return (double)spacing < fits ? (uint64_t)fits : spacing;
}

void keeper_offer(struct keeper *keeper, const struct replay *replay)
{
	struct stored_pack stored;
	size_t length;

	if (replay->position - keeper->position < PACKED_SPACING_MIN ||
		replay->position - keeper->position < spacing_for(keeper, replay))
		return;
	if (!keeper->writer && !begin(keeper))
		return;
	const void *pack = packer_pack(keeper->packer, replay->flats, replay->nflats, &length);
	keeper->position = replay->position;
	keeper->length = length;
	if (!index_writer_add(keeper->writer, replay->position, pack, length, &stored)) {
		if (index_writer_has_failed(keeper->writer))
			give_up(keeper);
		return;
	}
	keeper->written += length;
	*array_push(&keeper->fresh) = stored;
}

bool keeper_finish(struct keeper *keeper, const struct metrics *metrics,
	const struct sample *samples, size_t count)
{
	if (!keeper->place || (!keeper->writer && !begin(keeper)))
		return false;
	keeper->place = NULL;
	return index_writer_finish(keeper->writer, metrics, samples, count);
}
