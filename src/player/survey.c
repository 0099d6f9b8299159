/* See survey.h. */
#include "player/survey.h"

#include <string.h>

#define SAMPLES_MAX  4096u
#define OFFER_EVENTS 256u /* whether a checkpoint is due is not looked at after every event */

int survey_init(struct survey *survey, struct trace *trace, const struct player_config *config,
	struct error *err)
{
	survey->is_open = true;
	survey->bucket = 1;
	return replay_init(&survey->replay, trace, config, err);
}

void survey_finish(struct survey *survey)
{
	if (survey->replay.heap)
		replay_finish(&survey->replay);
	array_finish(&survey->samples);
	survey->is_open = false;
}

void survey_restart(struct survey *survey, struct checkpoints *checkpoints)
{
	checkpoints_restore(checkpoints, checkpoints_before(checkpoints, 0), &survey->replay);
	survey->is_stored = false;
	replay_forget_batch(&survey->replay);
	survey->samples.count = 0;
	survey->bucket = 1;
	survey->is_open = true;
}

/* Whether the layers hold more, the system first, and of what it gave those above it. */
static bool has_more(const struct sample *one, const struct sample *other)
{
	for (size_t i = LAYER_ROWS_MAX; i > 0; i--)
		if (one->layers[i - 1].holds != other->layers[i - 1].holds)
			return one->layers[i - 1].holds > other->layers[i - 1].holds;
	return false;
}

/* What follows the sample is a part of it now. */
static void add_to_sample(struct sample *sample, const struct sample *next)
{
	sample->position = next->position;
	sample->happened |= next->happened;
	sample->faults += next->faults;
	if (next->live_bytes > sample->live_bytes)
		sample->live_bytes = next->live_bytes;
	if (next->reserved > sample->reserved)
		sample->reserved = next->reserved;
	if (has_more(next, sample))
		memcpy(sample->layers, next->layers, sizeof(sample->layers));
}

/* Merges neighbours in pairs, which bounds the number of samples. */
static void merge_samples(struct survey *survey)
{
	size_t merged = 0;

	for (size_t i = 0; i < survey->samples.count; i += 2, merged++) {
		struct sample sample = survey->samples.items[i];
		if (i + 1 < survey->samples.count)
			add_to_sample(&sample, &survey->samples.items[i + 1]);
		survey->samples.items[merged] = sample;
	}
	survey->samples.count = merged;
	survey->bucket *= 2;
}

/* The sample of the next event: the last one, until it has a bucket of events. */
static struct sample *next_sample(struct survey *survey)
{
	uint64_t position = survey->replay.position;

	if (position % survey->bucket == 0 && survey->samples.count == SAMPLES_MAX)
		merge_samples(survey);
	if (position % survey->bucket == 0)
		*array_push(&survey->samples) = (struct sample){0};
	return &survey->samples.items[survey->samples.count - 1];
}

static uint64_t multiple_after(uint64_t position, uint64_t unit)
{
	return (position / unit + 1) * unit;
}

/* Surveys events of one sample, up to `end` at most, and no further than to an offer. */
static void run_in_sample(struct survey *survey, uint64_t end)
{
	struct replay *replay = &survey->replay;
	struct sample *sample = next_sample(survey);
	uint64_t full = multiple_after(replay->position, survey->bucket);
	uint64_t offer = multiple_after(replay->position, OFFER_EVENTS);
	size_t system = heap_layer_count(replay->heap) + 1;
	struct extremes extremes = {.layers = sample->layers,
		.given = sample->layers[system].holds};

	end = full < end ? full : end;
	replay_run(replay, offer < end ? offer : end, &extremes);
	struct sample surveyed = {.position = replay->position,
		.live_bytes = extremes.live_bytes,
		.reserved = extremes.reserved,
		.happened = extremes.happened,
		.faults = extremes.faults};
	if (replay->position == full || !replay_next(replay))
		layers_take(replay->heap, surveyed.layers);
	add_to_sample(sample, &surveyed);
}

void survey_set(struct survey *survey, const struct metrics *metrics, const struct sample *samples,
	size_t count)
{
	survey->samples.count = 0;
	for (size_t i = 0; i < count; i++)
		*array_push(&survey->samples) = samples[i];
	survey->stored = *metrics;
	survey->is_stored = true;
}

void survey_take(struct survey *survey, const struct index *index)
{
	const struct sample *samples;
	size_t count = index_samples(index, &samples);

	survey_set(survey, index_metrics(index), samples, count);
	survey->is_open = false;
}

void survey_keep(struct survey *survey, struct keeper *keeper)
{
	keeper_finish(keeper, survey_metrics(survey), survey->samples.items, survey->samples.count);
}

uint64_t survey_position(const struct survey *survey)
{
	return survey->is_stored ? survey->stored.events : survey->replay.position;
}

const struct metrics *survey_metrics(const struct survey *survey)
{
	return survey->is_stored ? &survey->stored : replay_metrics(&survey->replay);
}

static void leave_checkpoint(const struct survey *survey, struct keeper *keeper,
	struct checkpoints *checkpoints)
{
	if (keeper->place)
		keeper_offer(keeper, &survey->replay);
	else if (checkpoints)
		checkpoints_offer(checkpoints, &survey->replay);
}

bool survey_run(struct survey *survey, struct keeper *keeper, struct checkpoints *checkpoints,
	uint64_t n)
{
	const struct replay *replay = &survey->replay;

	if (!survey->is_open)
		return false;
	uint64_t end = n < UINT64_MAX - replay->position ? replay->position + n : UINT64_MAX;
	while (replay->position < end && replay_next(&survey->replay)) {
		run_in_sample(survey, end);
		if (replay->position % OFFER_EVENTS == 0)
			leave_checkpoint(survey, keeper, checkpoints);
	}
	if (replay_next(&survey->replay))
		return true;
	survey->is_open = false;
	return false;
}
