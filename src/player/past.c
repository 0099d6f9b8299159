/* See past.h. */
#include "player/past.h"

#include "base/arrays.h"
#include "base/xalloc.h"
#include "player/replay.h"

#include <stdlib.h>

struct past {
	struct replay replay;
	uint64_t from, to;
	uint64_t played;
	bool is_open;
	ARRAY(struct tenancy) tenancies;
};

struct past *past_new(const struct player *player, uint64_t from, uint64_t to)
{
	struct past *past = xcalloc(1, sizeof(*past));

	past->from = from;
	past->to = to;
	past->is_open = player_replay_again(player, &past->replay);
	return past;
}

void past_free(struct past *past)
{
	if (!past)
		return;
	if (past->is_open)
		replay_finish(&past->replay);
	array_finish(&past->tenancies);
	free(past);
}

bool past_is_of(const struct past *past, uint64_t from, uint64_t to)
{
	return past->from == from && past->to == to;
}

static bool overlaps(const struct past *past, uint64_t address, uint64_t given)
{
	return address && address < past->to && past->from < address + (given ? given : 1);
}

/* The one that lives there now; the latest are at the end. */
static struct tenancy *open_tenancy(struct past *past, uint64_t address)
{
	for (size_t i = past->tenancies.count; i-- > 0;) {
		struct tenancy *tenancy = &past->tenancies.items[i];
		if (tenancy->address == address && tenancy->freed == TENANCY_OPEN)
			return tenancy;
	}
	return NULL;
}

/* Counted objects that died of the event. */
static void add_died(struct past *past, uint64_t number)
{
	const struct live *died;
	size_t n = heap_died(past->replay.heap, &died);

	for (size_t i = 0; i < n; i++) {
		struct tenancy *tenancy = overlaps(past, died[i].address, died[i].given)
			? open_tenancy(past, died[i].address) : NULL;
		if (tenancy)
			tenancy->freed = number;
	}
}

static void add(struct past *past, uint64_t number, const struct effect *effect)
{
	bool stays = effect->outcome == OUTCOME_PLACED && effect->address == effect->old_address;
	bool leaves = effect->outcome == OUTCOME_RELEASED || (effect->outcome == OUTCOME_PLACED && !stays);
	struct tenancy *old = effect->old_address && (stays || leaves) &&
			overlaps(past, effect->old_address, effect->old_given)
		? open_tenancy(past, effect->old_address) : NULL;

	if (old && leaves)
		old->freed = number;
	if (old && stays) {
		old->size = effect->size;
		old->given = effect->given;
		return;
	}
	if (effect->outcome == OUTCOME_PLACED && overlaps(past, effect->address, effect->given))
		*array_push(&past->tenancies) = (struct tenancy){effect->address, effect->size, effect->given, number,
			TENANCY_OPEN, effect->object};
}

bool past_run(struct past *past, uint64_t n)
{
	struct effect effect;

	if (!past->is_open)
		return false;
	for (; n > 0 && replay_next(&past->replay); n--) {
		replay_step(&past->replay, NULL, &effect);
		add_died(past, past->played);
		add(past, past->played++, &effect);
	}
	return replay_next(&past->replay);
}

uint64_t past_played(const struct past *past)
{
	return past->played;
}

size_t past_tenancies(const struct past *past, const struct tenancy **ret_tenancies)
{
	*ret_tenancies = past->tenancies.items;
	return past->tenancies.count;
}
