/*
 * See checkpoints.h. A copy costs time in proportion to the state, and replaying costs time in
 * proportion to the events. So the distance between regular checkpoints grows with the state, and
 * making them never takes more than a fraction of the time of playing.
 */
#include "player/checkpoints.h"

#include "flat/flat.h"

#include <string.h>

#define SPACING_MIN     4096u
#define BYTES_PER_EVENT 256u /* of state compared for each event between two checkpoints */

void checkpoints_init(struct checkpoints *checkpoints, size_t budget)
{
	*checkpoints = (struct checkpoints){.budget = budget, .spacing = SPACING_MIN};
}

static void drop(struct checkpoints *checkpoints, struct checkpoint *checkpoint)
{
	snapshot_free(checkpoint->snapshot, &checkpoints->bytes);
	*checkpoint = (struct checkpoint){0};
}

void checkpoints_finish(struct checkpoints *checkpoints)
{
	for (size_t i = 0; i < checkpoints->regular.count; i++)
		drop(checkpoints, &checkpoints->regular.items[i]);
	for (size_t i = 0; i < NEAR_MAX; i++)
		drop(checkpoints, &checkpoints->near[i]);
	array_finish(&checkpoints->regular);
}

/* How many regular ones are at or before the position. */
static size_t count_before(const struct checkpoints *checkpoints, uint64_t position)
{
	size_t low = 0, high = checkpoints->regular.count;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (checkpoints->regular.items[middle].position <= position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Over the budget, the checkpoint whose neighbours are nearest to each other goes: the budget stays
 * used, and no gap becomes much longer than another. New ones then come no closer than the budget
 * has room for. The first and the last one stay.
 */
static void thin_out(struct checkpoints *checkpoints)
{
	struct checkpoint *items = checkpoints->regular.items;
	size_t last = checkpoints->regular.count - 1, victim = 1;

	for (size_t i = 2; i < last; i++)
		if (items[i + 1].position - items[i - 1].position <
			items[victim + 1].position - items[victim - 1].position)
			victim = i;
	drop(checkpoints, &items[victim]);
	memmove(&items[victim], &items[victim + 1], (last - victim) * sizeof(*items));
	checkpoints->regular.count--;
	uint64_t mean = items[last - 1].position / last;
	if (checkpoints->spacing < mean)
		checkpoints->spacing = mean;
}

static uint64_t spacing_for(const struct checkpoints *checkpoints, const struct replay *replay)
{
	uint64_t spacing = replay_bytes(replay) / BYTES_PER_EVENT;

	return spacing > checkpoints->spacing ? spacing : checkpoints->spacing;
}

void checkpoints_add_start(struct checkpoints *checkpoints, const struct replay *replay)
{
	*array_push(&checkpoints->regular) = (struct checkpoint){0,
		snapshot_new(replay->flats, replay->nflats, NULL, &checkpoints->bytes)};
}

void checkpoints_restart(struct checkpoints *checkpoints)
{
	for (size_t i = 1; i < checkpoints->regular.count; i++)
		drop(checkpoints, &checkpoints->regular.items[i]);
	for (size_t i = 0; i < NEAR_MAX; i++)
		drop(checkpoints, &checkpoints->near[i]);
	checkpoints->regular.count = 1;
	checkpoints->spacing = SPACING_MIN;
}

void checkpoints_offer(struct checkpoints *checkpoints, const struct replay *replay)
{
	size_t at = count_before(checkpoints, replay->position);
	uint64_t before = at ? checkpoints->regular.items[at - 1].position : 0;
	bool has_next = at < checkpoints->regular.count;

	if (replay->position - before < checkpoints->spacing)
		return;
	uint64_t spacing = spacing_for(checkpoints, replay);
	if (replay->position - before < spacing ||
		(has_next &&
			checkpoints->regular.items[at].position - replay->position < spacing / 2))
		return;

	const struct snapshot *after = at ? checkpoints->regular.items[at - 1].snapshot : NULL;
	struct snapshot *snapshot =
		snapshot_new(replay->flats, replay->nflats, after, &checkpoints->bytes);
	checkpoints->made++;
	array_push(&checkpoints->regular);
	struct checkpoint *place = &checkpoints->regular.items[at];
	memmove(place + 1, place, (checkpoints->regular.count - at - 1) * sizeof(*place));
	*place = (struct checkpoint){replay->position, snapshot};
	while (checkpoints->bytes > checkpoints->budget && checkpoints->regular.count > 2)
		thin_out(checkpoints);
	/* Otherwise one that had to go at once would be made again after the next event. */
	uint64_t gap = replay->position - before;
	at = count_before(checkpoints, replay->position);
	if (checkpoints->regular.items[at - 1].position != replay->position &&
		checkpoints->spacing < gap + gap / 4)
		checkpoints->spacing = gap + gap / 4;
}

void checkpoints_add_near(struct checkpoints *checkpoints, const struct replay *replay)
{
	const struct checkpoint *before = checkpoints_before(checkpoints, replay->position);
	struct snapshot *snapshot = snapshot_new(replay->flats, replay->nflats,
		before ? before->snapshot : NULL, &checkpoints->bytes);
	struct checkpoint *place = &checkpoints->near[checkpoints->next_near];

	drop(checkpoints, place);
	*place = (struct checkpoint){replay->position, snapshot};
	checkpoints->next_near = (checkpoints->next_near + 1) % NEAR_MAX;
}

const struct checkpoint *checkpoints_before(const struct checkpoints *checkpoints,
	uint64_t position)
{
	size_t n = count_before(checkpoints, position);
	const struct checkpoint *best = n ? &checkpoints->regular.items[n - 1] : NULL;

	for (size_t i = 0; i < NEAR_MAX; i++) {
		const struct checkpoint *near = &checkpoints->near[i];
		if (near->snapshot && near->position <= position &&
			(!best || near->position > best->position))
			best = near;
	}
	return best;
}

void checkpoint_restore(const struct checkpoint *checkpoint, struct replay *replay)
{
	snapshot_restore(checkpoint->snapshot, replay->flats, replay->nflats);
	replay->position = checkpoint->position;
}
