/* See surveyor.h. */
#include "player/surveyor.h"

#include "base/error.h"
#include "base/threads.h"
#include "base/xalloc.h"
#include "flat/pack.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_EVENTS  8192u  /* between two looks at whether to stop */
#define REPORT_EVENTS 65536u /* between two reports, and at least between two checkpoints */

struct surveyor {
	struct trace *twin;
	struct survey survey;  /* the thread's */
	struct keeper *keeper; /* borrowed, the thread's until it ends */
	struct packer *packer; /* of packs that no index takes */
	uint64_t packed;       /* position of the last checkpoint */
	pthread_t thread;
	bool has_thread;
	atomic_bool is_stopped;
	pthread_mutex_t lock; /* of the report */
	struct report {
		struct metrics metrics;
		ARRAY(struct sample) samples;
		ARRAY(struct checkpoint) packs; /* not taken yet; owned */
		bool is_new, is_over;
	} report;
};

/* The packs that the index has got since the last report, by reference. */
static void report_stored(struct surveyor *surveyor)
{
	struct keeper *keeper = surveyor->keeper;

	for (size_t i = 0; i < keeper->fresh.count; i++)
		*array_push(&surveyor->report.packs) = checkpoint_of(&keeper->fresh.items[i]);
	keeper->fresh.count = 0;
}

static struct checkpoint pack_of(struct surveyor *surveyor)
{
	const struct replay *replay = &surveyor->survey.replay;
	struct checkpoint copy = {.position = replay->position};
	const void *pack =
		packer_pack(surveyor->packer, replay->flats, replay->nflats, &copy.length);
	unsigned char *kept = xmalloc(copy.length);

	memcpy(kept, pack, copy.length);
	copy.pack = kept;
	surveyor->packed = copy.position;
	return copy;
}

static bool is_due(const struct surveyor *surveyor, uint64_t since, uint64_t least)
{
	return surveyor->survey.replay.position - since >= least;
}

static void report(struct surveyor *surveyor, bool is_over)
{
	uint64_t spacing = replay_bytes(&surveyor->survey.replay) / PACKED_BYTES_PER_EVENT;
	bool has_pack = !is_over && !surveyor->keeper->place &&
			is_due(surveyor, surveyor->packed,
				spacing > REPORT_EVENTS ? spacing : REPORT_EVENTS);
	struct checkpoint pack = has_pack ? pack_of(surveyor) : (struct checkpoint){0};
	struct report *report = &surveyor->report;

	pthread_mutex_lock(&surveyor->lock);
	report->metrics = *replay_metrics(&surveyor->survey.replay);
	report->samples.count = 0;
	for (size_t i = 0; i < surveyor->survey.samples.count; i++)
		*array_push(&report->samples) = surveyor->survey.samples.items[i];
	if (has_pack)
		*array_push(&report->packs) = pack;
	report_stored(surveyor);
	report->is_new = true;
	report->is_over = is_over;
	pthread_mutex_unlock(&surveyor->lock);
}

static void *run(void *user)
{
	struct surveyor *surveyor = user;
	uint64_t reported = 0;
	bool has_more = true;

	while (has_more && !atomic_load(&surveyor->is_stopped)) {
		has_more = survey_run(&surveyor->survey, surveyor->keeper, NULL, SLICE_EVENTS);
		if (has_more && !is_due(surveyor, reported, REPORT_EVENTS))
			continue;
		if (!has_more)
			survey_keep(&surveyor->survey, surveyor->keeper);
		report(surveyor, !has_more);
		reported = surveyor->survey.replay.position;
	}
	return NULL;
}

int surveyor_new(struct surveyor **ret_surveyor, struct trace *trace,
	const struct player_config *config, struct keeper *keeper, struct error *err)
{
	struct surveyor *surveyor = xcalloc(1, sizeof(*surveyor));

	pthread_mutex_init(&surveyor->lock, NULL);
	surveyor->twin = trace_twin(trace);
	trace_read_ahead(surveyor->twin);
	surveyor->packer = packer_new();
	surveyor->keeper = keeper;
	keeper->works_beside = true;
	int result = survey_init(&surveyor->survey, surveyor->twin, config, err);
	if (result == 0 && !thread_start(&surveyor->thread, run, surveyor))
		result = error_set(err, "%s: no thread for the survey", trace_name(trace));
	surveyor->has_thread = result == 0;
	if (result < 0)
		surveyor_free(surveyor);
	else
		*ret_surveyor = surveyor;
	return result;
}

void surveyor_free(struct surveyor *surveyor)
{
	if (!surveyor)
		return;
	atomic_store(&surveyor->is_stopped, true);
	if (surveyor->has_thread)
		pthread_join(surveyor->thread, NULL);
	for (size_t i = 0; i < surveyor->report.packs.count; i++)
		if (!surveyor->report.packs.items[i].is_stored)
			free((void *)(uintptr_t)surveyor->report.packs.items[i].pack);
	array_finish(&surveyor->report.packs);
	array_finish(&surveyor->report.samples);
	survey_finish(&surveyor->survey);
	packer_free(surveyor->packer);
	trace_close(surveyor->twin);
	pthread_mutex_destroy(&surveyor->lock);
	free(surveyor);
}

bool surveyor_poll(struct surveyor *surveyor, struct survey *survey,
	struct checkpoints *checkpoints)
{
	struct report *report = &surveyor->report;

	pthread_mutex_lock(&surveyor->lock);
	bool is_over = report->is_over;
	if (report->is_new)
		survey_set(survey, &report->metrics, report->samples.items, report->samples.count);
	for (size_t i = 0; i < report->packs.count; i++)
		checkpoints_add_pack(checkpoints, &report->packs.items[i]);
	report->packs.count = 0;
	report->is_new = false;
	pthread_mutex_unlock(&surveyor->lock);
	return !is_over;
}
