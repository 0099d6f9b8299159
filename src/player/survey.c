/* See survey.h. */
#include "player/survey.h"

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

/* Merges neighbours in pairs, which bounds the number of samples. */
static void merge_samples(struct survey *survey)
{
	size_t merged = 0;

	for (size_t i = 0; i < survey->samples.count; i += 2, merged++) {
		struct sample sample = survey->samples.items[i];
		if (i + 1 < survey->samples.count) {
			const struct sample *next = &survey->samples.items[i + 1];
			sample.position = next->position;
			sample.happened |= next->happened;
			sample.faults += next->faults;
			if (next->live_bytes > sample.live_bytes)
				sample.live_bytes = next->live_bytes;
			if (next->reserved > sample.reserved)
				sample.reserved = next->reserved;
		}
		survey->samples.items[merged] = sample;
	}
	survey->samples.count = merged;
	survey->bucket *= 2;
}

static void add_to_sample(struct survey *survey, const struct effect *effect)
{
	const struct metrics *metrics = replay_metrics(&survey->replay);

	if ((survey->replay.position - 1) % survey->bucket == 0) {
		if (survey->samples.count == SAMPLES_MAX)
			merge_samples(survey);
		if ((survey->replay.position - 1) % survey->bucket == 0)
			*array_push(&survey->samples) = (struct sample){0};
	}
	struct sample *sample = &survey->samples.items[survey->samples.count - 1];
	sample->position = survey->replay.position;
	sample->happened |= effect->happened;
	sample->faults += fault_is_serious(effect->fault);
	if (metrics->live_bytes > sample->live_bytes)
		sample->live_bytes = metrics->live_bytes;
	if (metrics->reserved > sample->reserved)
		sample->reserved = metrics->reserved;
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
	struct effect effect;

	if (!survey->is_open)
		return false;
	for (; n > 0 && replay_next(&survey->replay); n--) {
		replay_step(&survey->replay, NULL, &effect);
		add_to_sample(survey, &effect);
		if (survey->replay.position % OFFER_EVENTS == 0)
			leave_checkpoint(survey, keeper, checkpoints);
	}
	if (replay_next(&survey->replay))
		return true;
	survey->is_open = false;
	return false;
}
