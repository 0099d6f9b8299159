/* See tenancies.h. */
#include "player/tenancies.h"

#include "base/arrays.h"
#include "base/xalloc.h"
#include "player/replay.h"

#include <stdlib.h>

struct tenancies {
	struct replay replay;
	uint64_t from, to;
	uint64_t played;
	bool is_open;
	ARRAY(struct tenancy) list;
};

struct tenancies *tenancies_new(const struct player *player, uint64_t from, uint64_t to)
{
	struct tenancies *tenancies = xcalloc(1, sizeof(*tenancies));

	tenancies->from = from;
	tenancies->to = to;
	tenancies->is_open = player_replay_again(player, &tenancies->replay);
	return tenancies;
}

void tenancies_free(struct tenancies *tenancies)
{
	if (!tenancies)
		return;
	if (tenancies->is_open)
		replay_finish(&tenancies->replay);
	array_finish(&tenancies->list);
	free(tenancies);
}

bool tenancies_is_of(const struct tenancies *tenancies, uint64_t from, uint64_t to)
{
	return tenancies->from == from && tenancies->to == to;
}

static bool overlaps(const struct tenancies *tenancies, uint64_t address, uint64_t given)
{
	return address && address < tenancies->to &&
	       tenancies->from < address + (given ? given : 1);
}

/* The tenancy at the address that has not ended; searched from the end, where the latest are. */
static struct tenancy *open_tenancy(struct tenancies *tenancies, uint64_t address)
{
	for (size_t i = tenancies->list.count; i-- > 0;) {
		struct tenancy *tenancy = &tenancies->list.items[i];
		if (tenancy->address == address && tenancy->freed == TENANCY_OPEN)
			return tenancy;
	}
	return NULL;
}

/* Ends the tenancies of counted objects that died at the event. */
static void add_died(struct tenancies *tenancies, uint64_t number)
{
	const struct live *died;
	size_t n = heap_died(tenancies->replay.heap, &died);

	for (size_t i = 0; i < n; i++) {
		struct tenancy *tenancy = overlaps(tenancies, died[i].address, died[i].given)
						  ? open_tenancy(tenancies, died[i].address)
						  : NULL;
		if (tenancy)
			tenancy->freed = number;
	}
}

static void add(struct tenancies *tenancies, uint64_t number, const struct effect *effect)
{
	bool stays = effect->outcome == OUTCOME_PLACED && effect->address == effect->old_address;
	bool leaves = effect->outcome == OUTCOME_RELEASED ||
		      (effect->outcome == OUTCOME_PLACED && !stays);
	struct tenancy *old =
		effect->old_address && (stays || leaves) &&
				overlaps(tenancies, effect->old_address, effect->old_given)
			? open_tenancy(tenancies, effect->old_address)
			: NULL;

	if (old && leaves)
		old->freed = number;
	if (old && stays) {
		old->size = effect->size;
		old->given = effect->given;
		return;
	}
	if (effect->outcome == OUTCOME_PLACED &&
		overlaps(tenancies, effect->address, effect->given))
		*array_push(&tenancies->list) = (struct tenancy){effect->address, effect->size,
			effect->given, number, TENANCY_OPEN, effect->object};
}

bool tenancies_run(struct tenancies *tenancies, uint64_t n)
{
	struct effect effect;

	if (!tenancies->is_open)
		return false;
	for (; n > 0 && replay_next(&tenancies->replay); n--) {
		replay_step(&tenancies->replay, NULL, &effect);
		add_died(tenancies, tenancies->played);
		add(tenancies, tenancies->played++, &effect);
	}
	return replay_next(&tenancies->replay);
}

uint64_t tenancies_played(const struct tenancies *tenancies)
{
	return tenancies->played;
}

size_t tenancies_list(const struct tenancies *tenancies, const struct tenancy **ret_tenancies)
{
	*ret_tenancies = tenancies->list.items;
	return tenancies->list.count;
}
