/* See selection.h. */
#include "report/selection.h"

#include "base/arrays.h"
#include "base/xalloc.h"
#include "report/owners.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/*
 * There is a sample in so many bytes of an owner's small blocks as the census has in its step, on
 * average. That none is among so many steps of them on both sides has a probability of e^-16.
 */
#define NEAR 8u

static void begin(struct selection *selection, const struct lives *lives)
{
	*selection = (struct selection){
		.objects = xcalloc(lives->objects / 64 + 1, sizeof(*selection->objects)),
		.most = lives->objects,
	};
}

static void add(struct selection *selection, uint32_t object, uint64_t bytes)
{
	assert(object < selection->most);
	selection->objects[object / 64] |= UINT64_C(1) << object % 64;
	selection->blocks++;
	selection->bytes += bytes;
}

void selection_of_callers(struct selection *ret_selection, const struct lives *lives,
	const uint32_t *callers, size_t n)
{
	bool *is_chosen = xcalloc(lives->count, sizeof(*is_chosen));
	struct lived lived;

	begin(ret_selection, lives);
	for (size_t i = 0; i < n; i++)
		is_chosen[callers[i]] = true;
	for (size_t at = 0; lives_next(lives, &at, &lived);)
		if (is_chosen[lived.caller])
			add(ret_selection, lived.object, lived.size);
	free(is_chosen);
}

/* ---- what an owner keeps --------------------------------------------------------------------- */

#define NO_OWNER UINT32_MAX

struct candidate {
	uint64_t since, size;
	uint32_t caller, object;
	uint32_t owner; /* of a sample; otherwise NO_OWNER */
	uint64_t place; /* bytes of its caller's blocks before it, of which a sample is one */
};

struct candidates {
	ARRAY(struct candidate) items; /* by caller, and then as they were made */
};

static int as_made(const void *one, const void *other)
{
	const struct candidate *a = one, *b = other;

	if (a->caller != b->caller)
		return a->caller < b->caller ? -1 : 1;
	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	return (a->object > b->object) - (a->object < b->object);
}

/* Bytes of the caller's blocks that variables lead to, by the samples. */
static uint64_t reached(const struct owners *owners, uint32_t caller)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < owners->count; i++)
		bytes += owners_part(owners, i, caller);
	return bytes;
}

/* Variables lead to half of what the caller has, and the owner to some of it. */
static bool is_concerned(const struct owners *owners, uint32_t owner, uint32_t caller)
{
	return owners_part(owners, owner, caller) > 0 &&
	       reached(owners, caller) >= owners->old[caller] / 2;
}

static void find_candidates(struct candidates *candidates, const struct lives *lives,
	const struct owners *owners, uint32_t owner)
{
	bool *are_concerned = xcalloc(lives->count, sizeof(*are_concerned));
	struct lived lived;

	for (uint32_t i = 0; i < lives->count; i++)
		are_concerned[i] = is_concerned(owners, owner, i);
	for (size_t at = 0; lives_next(lives, &at, &lived);) {
		if (!are_concerned[lived.caller] || lived.since > owners->census.position)
			continue;
		struct candidate *candidate = array_push(&candidates->items);
		*candidate = (struct candidate){.since = lived.since,
			.size = lived.size,
			.caller = lived.caller,
			.object = lived.object,
			.owner = NO_OWNER};
		owners_of_block(owners, &lived, &candidate->owner);
	}
	free(are_concerned);
	if (candidates->items.count > 0)
		qsort(candidates->items.items, candidates->items.count, sizeof(struct candidate),
			as_made);
}

/* Of those of one caller, from first to end. */
static void find_places(struct candidates *candidates, size_t first, size_t end, uint64_t step)
{
	uint64_t place = 0;

	for (size_t i = first; i < end; i++) {
		struct candidate *candidate = &candidates->items.items[i];
		candidate->place = place;
		place += candidate->size < step ? candidate->size : 0;
	}
}

static bool is_small_sample(const struct candidate *candidate, uint64_t step)
{
	return candidate->owner != NO_OWNER && candidate->size < step;
}

/* The owner of the sample that is nearer; *before or *after may be NULL. */
static uint32_t nearest_owner(const struct candidate *candidate, const struct candidate *before,
	const struct candidate *after, uint64_t step)
{
	uint64_t back = before ? candidate->place - before->place : UINT64_MAX,
		 ahead = after ? after->place - candidate->place : UINT64_MAX;

	if ((back < ahead ? back : ahead) > NEAR * step)
		return NO_OWNER;
	return back < ahead ? before->owner : after->owner;
}

static void add_of_caller(struct selection *selection, struct candidates *candidates, size_t first,
	size_t end, uint64_t step, uint32_t owner)
{
	const struct candidate *items = candidates->items.items, *before = NULL;
	size_t next = first;

	find_places(candidates, first, end, step);
	for (size_t i = first; i < end; i++) {
		const struct candidate *at = &items[i];
		if (is_small_sample(at, step))
			before = at;
		while (next < end && (next < i || !is_small_sample(&items[next], step)))
			next++;
		uint32_t of =
			at->owner != NO_OWNER || at->size >= step
				? at->owner
				: nearest_owner(at, before, next < end ? &items[next] : NULL, step);
		if (of == owner)
			add(selection, at->object, at->size);
	}
}

void selection_of_owner(struct selection *ret_selection, const struct lives *lives,
	const struct owners *owners, uint32_t owner)
{
	struct candidates candidates = {.items.count = 0};
	size_t end;

	begin(ret_selection, lives);
	find_candidates(&candidates, lives, owners, owner);
	for (size_t first = 0; first < candidates.items.count; first = end) {
		for (end = first + 1;
			end < candidates.items.count &&
			candidates.items.items[end].caller == candidates.items.items[first].caller;)
			end++;
		add_of_caller(ret_selection, &candidates, first, end, owners->census.step, owner);
	}
	array_finish(&candidates.items);
}

void selection_copy(struct selection *ret_selection, const struct selection *selection)
{
	size_t words = selection->most / 64 + 1;

	*ret_selection = *selection;
	ret_selection->objects = xcalloc(words, sizeof(*selection->objects));
	memcpy(ret_selection->objects, selection->objects, words * sizeof(*selection->objects));
}

void selection_add_unsampled(struct selection *selection, const struct lives *lives,
	const struct owners *owners)
{
	bool *are_unsampled = xcalloc(lives->count, sizeof(*are_unsampled));
	uint64_t step = owners->census.step;
	struct lived lived;

	for (uint32_t i = 0; i < lives->count; i++)
		are_unsampled[i] = reached(owners, i) == 0 && owners->old[i] < NEAR * step;
	for (size_t at = 0; lives_next(lives, &at, &lived);)
		if (are_unsampled[lived.caller] && lived.size < step &&
			lived.since <= owners->census.position &&
			!selection_has(selection, lived.object))
			add(selection, lived.object, lived.size);
	free(are_unsampled);
}

void selection_finish(struct selection *selection)
{
	free(selection->objects);
	*selection = (struct selection){.objects = NULL};
}
