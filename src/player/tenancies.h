/*
 * What occupied these bytes, and when: every block that ever overlapped a stretch of addresses,
 * over the whole trace. Found in slices by a heap of its own that plays from the start.
 *
 *	tenancy   an object's time in one place: from the event that put it there to the one that
 *	          took it away
 */
#ifndef PLAYER_TENANCIES_H
#define PLAYER_TENANCIES_H

#include "player/player.h"

#define TENANCY_OPEN UINT64_MAX /* it still lives there when the trace ends */

struct tenancy {
	uint64_t address;
	uint64_t size; /* bytes asked for, last */
	uint64_t given;
	uint64_t born;  /* number of the event */
	uint64_t freed; /* or TENANCY_OPEN */
	uint32_t object;
};

struct tenancies;

/* Bytes from `from` up to `to`, in the heap that the player plays. */
struct tenancies *tenancies_new(const struct player *player, uint64_t from, uint64_t to);
void tenancies_free(struct tenancies *tenancies);

bool tenancies_is_of(const struct tenancies *tenancies, uint64_t from, uint64_t to);

/* Plays n events on; false when the whole trace was played. */
bool tenancies_run(struct tenancies *tenancies, uint64_t n);
uint64_t tenancies_played(const struct tenancies *tenancies); /* events */

/* In order of their birth, so far. */
size_t tenancies_list(const struct tenancies *tenancies, const struct tenancy **ret_tenancies);

#endif
