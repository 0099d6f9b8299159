/*
 * See checkpoints.h. A copy costs time in proportion to the state, and replaying costs time in
 * proportion to the events. So the distance between regular checkpoints grows with the state, and
 * making them never takes more than a fraction of the time of playing.
 */
#include "player/checkpoints.h"

#include "base/xalloc.h"
#include "flat/flat.h"
#include "flat/pack.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define SPACING_MIN     4096u
#define BYTES_PER_EVENT 256u /* of state compared for each event between two checkpoints */
#define STORED_SHARE    4u   /* of the budget, which copies take beside the packs of an index */

struct checkpoint checkpoint_of(const struct stored_pack *stored)
{
	return (struct checkpoint){.position = stored->position,
		.pack = stored->bytes,
		.length = stored->length,
		.is_stored = true,
		.checksum = stored->checksum};
}

void checkpoints_init(struct checkpoints *checkpoints, size_t budget)
{
	*checkpoints = (struct checkpoints){.budget = budget, .spacing = SPACING_MIN};
}

static void drop(struct checkpoints *checkpoints, struct checkpoint *checkpoint)
{
	snapshot_free(checkpoint->snapshot, &checkpoints->bytes);
	if (checkpoint->pack && !checkpoint->is_stored) {
		checkpoints->bytes -= checkpoint->length;
		free((void *)(uintptr_t)checkpoint->pack);
	}
	*checkpoint = (struct checkpoint){0};
}

void checkpoints_finish(struct checkpoints *checkpoints)
{
	for (size_t i = 0; i < checkpoints->regular.count; i++)
		drop(checkpoints, &checkpoints->regular.items[i]);
	for (size_t i = 0; i < NEAR_MAX; i++)
		drop(checkpoints, &checkpoints->near[i]);
	array_finish(&checkpoints->regular);
	packer_free(checkpoints->packer);
}

/* The bytes that copies may take. */
static size_t limit_of(const struct checkpoints *checkpoints)
{
	return checkpoints->has_index ? checkpoints->budget / STORED_SHARE : checkpoints->budget;
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
 * has room for. The first and the last one stay, and those that are stored, which take nothing of
 * it. false: there is none that may go.
 */
static bool thin_out(struct checkpoints *checkpoints)
{
	struct checkpoint *items = checkpoints->regular.items;
	size_t last = checkpoints->regular.count - 1, victim = 0;

	for (size_t i = 1; i < last; i++)
		if (!items[i].is_stored &&
			(victim == 0 ||
				items[i + 1].position - items[i - 1].position <
					items[victim + 1].position - items[victim - 1].position))
			victim = i;
	if (victim == 0)
		return false;
	drop(checkpoints, &items[victim]);
	memmove(&items[victim], &items[victim + 1], (last - victim) * sizeof(*items));
	checkpoints->regular.count--;
	uint64_t mean = items[last - 1].position / last;
	if (checkpoints->spacing < mean)
		checkpoints->spacing = mean;
	return true;
}

static uint64_t spacing_for(const struct checkpoints *checkpoints, const struct replay *replay)
{
	uint64_t spacing = replay_bytes(replay) /
			   (checkpoints->is_packing ? PACKED_BYTES_PER_EVENT : BYTES_PER_EVENT);

	return spacing > checkpoints->spacing ? spacing : checkpoints->spacing;
}

void checkpoints_add_start(struct checkpoints *checkpoints, const struct replay *replay)
{
	*array_push(&checkpoints->regular) = (struct checkpoint){
		.snapshot = snapshot_new(replay->flats, replay->nflats, NULL, &checkpoints->bytes)};
}

static void drop_regular(struct checkpoints *checkpoints)
{
	for (size_t i = 1; i < checkpoints->regular.count; i++)
		drop(checkpoints, &checkpoints->regular.items[i]);
	checkpoints->regular.count = 1;
	checkpoints->spacing = SPACING_MIN;
	checkpoints->is_packing = false;
	checkpoints->has_index = false;
}

void checkpoints_restart(struct checkpoints *checkpoints)
{
	drop_regular(checkpoints);
	for (size_t i = 0; i < NEAR_MAX; i++)
		drop(checkpoints, &checkpoints->near[i]);
}

static struct packer *packer_of(struct checkpoints *checkpoints)
{
	if (!checkpoints->packer)
		checkpoints->packer = packer_new();
	return checkpoints->packer;
}

/* The copy of a replay's state that is due after the checkpoint before it. */
static struct checkpoint copy_of(struct checkpoints *checkpoints, const struct replay *replay,
	const struct checkpoint *before)
{
	struct checkpoint copy = {.position = replay->position};

	if (!checkpoints->is_packing) {
		copy.snapshot = snapshot_new(replay->flats, replay->nflats,
			before ? before->snapshot : NULL, &checkpoints->bytes);
		return copy;
	}
	const void *pack =
		packer_pack(packer_of(checkpoints), replay->flats, replay->nflats, &copy.length);
	unsigned char *kept = xmalloc(copy.length);
	memcpy(kept, pack, copy.length);
	copy.pack = kept;
	checkpoints->bytes += copy.length;
	return copy;
}

/* The new one becomes number `at`; what exceeds the budget goes. */
static void insert(struct checkpoints *checkpoints, size_t at, struct checkpoint checkpoint)
{
	checkpoints->made++;
	array_push(&checkpoints->regular);
	struct checkpoint *place = &checkpoints->regular.items[at];
	memmove(place + 1, place, (checkpoints->regular.count - at - 1) * sizeof(*place));
	*place = checkpoint;
	while (checkpoints->bytes > limit_of(checkpoints) && thin_out(checkpoints))
		checkpoints->is_packing = !checkpoints->has_index;
}

void checkpoints_add_pack(struct checkpoints *checkpoints, const struct checkpoint *pack)
{
	size_t at = count_before(checkpoints, pack->position);

	if (at > 0 && checkpoints->regular.items[at - 1].position == pack->position) {
		if (!pack->is_stored)
			free((void *)(uintptr_t)pack->pack);
		return;
	}
	checkpoints->bytes += pack->is_stored ? 0 : pack->length;
	insert(checkpoints, at, *pack);
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

	struct checkpoint copy =
		copy_of(checkpoints, replay, at ? &checkpoints->regular.items[at - 1] : NULL);
	insert(checkpoints, at, copy);
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
	*place = (struct checkpoint){.position = replay->position, .snapshot = snapshot};
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
			(!best || near->position >= best->position))
			best = near;
	}
	return best;
}

void checkpoints_forget_stored(struct checkpoints *checkpoints)
{
	size_t kept = 0;

	for (size_t i = 0; i < checkpoints->regular.count; i++)
		if (!checkpoints->regular.items[i].is_stored)
			checkpoints->regular.items[kept++] = checkpoints->regular.items[i];
	checkpoints->regular.count = kept;
	checkpoints->has_index = false;
}

static bool is_sound(const struct checkpoint *checkpoint)
{
	return !checkpoint->is_stored ||
	       crc32_z(0, checkpoint->pack, checkpoint->length) == checkpoint->checksum;
}

void checkpoints_restore(struct checkpoints *checkpoints, const struct checkpoint *checkpoint,
	struct replay *replay)
{
	struct checkpoint chosen = *checkpoint;

	if (chosen.pack &&
		!(is_sound(&chosen) && packer_unpack(packer_of(checkpoints), chosen.pack,
					       chosen.length, replay->flats, replay->nflats))) {
		checkpoints_forget_stored(checkpoints); /* nothing in it can be trusted */
		chosen = checkpoints->regular.items[0];
	}
	if (chosen.snapshot)
		snapshot_restore(chosen.snapshot, replay->flats, replay->nflats);
	heap_forget_event(replay->heap);
	replay->position = chosen.position;
}

void checkpoints_take_stored(struct checkpoints *checkpoints, const struct stored_pack *packs,
	size_t count)
{
	drop_regular(checkpoints);
	for (size_t i = 0; i < count; i++)
		*array_push(&checkpoints->regular) = checkpoint_of(&packs[i]);
	checkpoints->has_index = count > 0;
}
