/* See tenancies.h. */
#include "player/tenancies.h"

#include "base/arrays.h"
#include "base/xalloc.h"
#include "player/replay.h"

#include <assert.h>
#include <stdlib.h>

struct resize {
	uint64_t number; /* of the event */
	size_t tenancy;  /* in the list */
};

struct tenancies {
	struct replay replay;
	uint64_t from, to;
	uint64_t played;
	bool is_open;
	ARRAY(struct tenancy) list;
	ARRAY(struct resize) resizes; /* in the order of their events */
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
	array_finish(&tenancies->resizes);
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

/*
 * The tenancy at the address that has not ended; object: whose, or OBJECT_NONE for any.
 * Searched from the end, where the latest are.
 */
static struct tenancy *open_tenancy(struct tenancies *tenancies, uint32_t object, uint64_t address)
{
	for (size_t i = tenancies->list.count; i-- > 0;) {
		struct tenancy *tenancy = &tenancies->list.items[i];
		if (tenancy->address == address && tenancy->freed == TENANCY_OPEN &&
			(object == OBJECT_NONE || tenancy->object == object))
			return tenancy;
	}
	return NULL;
}

/* The object, or OBJECT_NONE for whichever is there, is no longer at the address, if it was. */
static void end_tenancy(struct tenancies *tenancies, uint32_t object, uint64_t address,
	uint64_t given, uint64_t number, bool has_moved)
{
	struct tenancy *tenancy = overlaps(tenancies, address, given)
					  ? open_tenancy(tenancies, object, address)
					  : NULL;

	if (!tenancy)
		return;
	tenancy->freed = number;
	tenancy->has_moved = has_moved;
}

static void begin_tenancy(struct tenancies *tenancies, const struct tenancy *tenancy)
{
	if (overlaps(tenancies, tenancy->address, tenancy->given))
		*array_push(&tenancies->list) = *tenancy;
}

/* What a collector moved at the event, and what it moved twice. */
static void add_moved(struct tenancies *tenancies, uint64_t number)
{
	const struct moved *moved;
	size_t n = heap_moved(tenancies->replay.heap, &moved);

	for (size_t i = 0; i < n; i++) {
		const struct live *live = &moved[i].live;
		const struct tenancy tenancy = {.address = live->address,
			.size = live->size,
			.given = live->given,
			.born = number,
			.freed = TENANCY_OPEN,
			.object = live->object};
		end_tenancy(tenancies, live->object, moved[i].from, live->given, number, true);
		begin_tenancy(tenancies, &tenancy);
	}
}

/* Ends the tenancies of counted objects that died at the event. */
static void add_died(struct tenancies *tenancies, uint64_t number)
{
	const struct live *died;
	size_t n = heap_died(tenancies->replay.heap, &died);

	for (size_t i = 0; i < n; i++)
		end_tenancy(tenancies, died[i].object, died[i].address, died[i].given, number,
			false);
}

static void add(struct tenancies *tenancies, uint64_t number, const struct effect *effect)
{
	const struct tenancy now = {.address = effect->address,
		.size = effect->size,
		.given = effect->given,
		.born = number,
		.freed = TENANCY_OPEN,
		.object = effect->object};
	bool is_placed = effect->outcome == OUTCOME_PLACED;
	struct tenancy *same =
		is_placed && effect->address == effect->old_address &&
				overlaps(tenancies, effect->old_address, effect->old_given)
			? open_tenancy(tenancies, OBJECT_NONE, effect->address)
			: NULL;

	if (same) {
		same->size = effect->size;
		same->given = effect->given;
		*array_push(&tenancies->resizes) =
			(struct resize){number, (size_t)(same - tenancies->list.items)};
		return;
	}
	if (effect->old_address && (is_placed || effect->outcome == OUTCOME_RELEASED))
		/* a free by a stale pointer names another object than the one it frees */
		end_tenancy(tenancies, OBJECT_NONE, effect->old_address, effect->old_given, number,
			is_placed);
	if (is_placed)
		begin_tenancy(tenancies, &now);
}

bool tenancies_run(struct tenancies *tenancies, uint64_t n)
{
	struct effect effect;

	if (!tenancies->is_open)
		return false;
	for (; n > 0 && replay_next(&tenancies->replay); n--) {
		replay_step(&tenancies->replay, NULL, &effect);
		/* the effect's addresses are those before anything moved */
		add(tenancies, tenancies->played, &effect);
		add_moved(tenancies, tenancies->played);
		add_died(tenancies, tenancies->played++);
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

uint64_t tenancies_resized(const struct tenancies *tenancies, const struct tenancy *tenancy,
	uint64_t now, uint64_t *ret_last)
{
	size_t at = (size_t)(tenancy - tenancies->list.items);
	uint64_t count = 0;

	assert(at < tenancies->list.count);
	for (size_t i = 0; i < tenancies->resizes.count; i++) {
		const struct resize *resize = &tenancies->resizes.items[i];
		if (resize->number >= now)
			break;
		if (resize->tenancy != at)
			continue;
		*ret_last = resize->number;
		count++;
	}
	return count;
}
