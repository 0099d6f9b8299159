/*
 * Every block that ever overlapped a range of addresses, over the whole trace. A heap of its own
 * plays the trace from the start, in slices, to find them.
 *
 *	tenancy   an object's time in one place: from the event that put it there to the one that
 *	          freed or moved it
 *	resize    a realloc that left the object where it was: the tenancy goes on
 */
#ifndef PLAYER_TENANCIES_H
#define PLAYER_TENANCIES_H

#include "player/player.h"

#define TENANCY_OPEN UINT64_MAX /* the object is still live when the trace ends */

struct tenancy {
	uint64_t address;
	uint64_t size; /* bytes, as last requested */
	uint64_t given;
	uint64_t born;  /* number of the event */
	uint64_t freed; /* or TENANCY_OPEN */
	uint32_t object;
	bool has_moved; /* at `freed`: by a realloc, or a collector that moves what it keeps */
};

struct tenancies;

/*
 * For addresses from `from` up to `to`, with the engine and options of the player; where that
 * engine cannot be made again, nothing is found.
 */
struct tenancies *tenancies_new(const struct player *player, uint64_t from, uint64_t to);
void tenancies_free(struct tenancies *tenancies);

bool tenancies_is_of(const struct tenancies *tenancies, uint64_t from, uint64_t to);

/* Plays n more events; false when the whole trace has been played. */
bool tenancies_run(struct tenancies *tenancies, uint64_t n);
uint64_t tenancies_played(const struct tenancies *tenancies); /* events */

/* Those found so far, borrowed, in the order of their first event. */
size_t tenancies_list(const struct tenancies *tenancies, const struct tenancy **ret_tenancies);

/*
 * The resizes of one of those before event `now`: how many there are, and the number of the last.
 * Looks at each resize in the range of addresses once.
 */
uint64_t tenancies_resized(const struct tenancies *tenancies, const struct tenancy *tenancy,
	uint64_t now, uint64_t *ret_last);

#endif
