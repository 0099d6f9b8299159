/* See keeper.h. A part is one checkpoint, or the end. */
#include "player/keeper.h"

void keeper_stop(struct keeper *keeper)
{
	index_writer_abandon(keeper->writer);
	*keeper = (struct keeper){0};
}

static void begin(struct keeper *keeper, struct survey *survey)
{
	if (!survey->is_stored)
		survey->stored = *replay_metrics(&survey->replay);
	survey->is_stored = true;
	keeper->writer = index_writer_new(keeper->place);
	keeper->stride = 1;
}

/* How many of that length have no room for one of them. */
static size_t stride_for(const struct keeper *keeper, size_t count, size_t length)
{
	uint64_t room = keeper->place->room ? keeper->place->room : 1;

	return 1 + (size_t)((uint64_t)count * length / room);
}

/* The next checkpoint; false when there is none. */
static bool write_checkpoint(struct keeper *keeper, struct survey *survey,
	struct checkpoints *checkpoints)
{
	bool is_first = keeper->position == 0; /* the start needs no copy */
	size_t number =
		checkpoints_count_before(checkpoints, keeper->position) + keeper->stride - 1;
	size_t length;

	if (number >= checkpoints->regular.count)
		return false;
	uint64_t position = checkpoints->regular.items[number].position;
	const void *pack = checkpoints_pack(checkpoints, number, &survey->replay, &length);
	if (is_first)
		keeper->stride = stride_for(keeper, checkpoints->regular.count, length);
	keeper->position = position;
	return index_writer_add(keeper->writer, position, pack, length);
}

bool keeper_write(struct keeper *keeper, struct survey *survey, struct checkpoints *checkpoints)
{
	if (!keeper->place)
		return false;
	if (!keeper->writer)
		begin(keeper, survey);
	if (keeper->writer && write_checkpoint(keeper, survey, checkpoints))
		return true;
	if (keeper->writer)
		index_writer_finish(keeper->writer, survey->stored.events, &survey->stored,
			survey->samples.items, survey->samples.count);
	*keeper = (struct keeper){0};
	return false;
}
