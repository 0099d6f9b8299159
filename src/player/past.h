/*
 * Who had these bytes, and when: every block that ever overlapped a stretch of the address space, over the whole trace.
 * Found in slices by a heap of its own that plays from the start.
 *
 *	tenancy   an object's time in one place: from the event that put it there to the one that took it away
 */
#ifndef PLAYER_PAST_H
#define PLAYER_PAST_H

#include "player/player.h"

#define TENANCY_OPEN UINT64_MAX	/* it still lives there when the trace ends */

struct tenancy {
	uint64_t address;
	uint64_t size;		/* bytes asked for, last */
	uint64_t given;
	uint64_t born;		/* number of the event */
	uint64_t freed;		/* or TENANCY_OPEN */
	uint32_t object;
};

struct past;

/* Bytes from `from` up to `to`, in the heap that the player plays. */
struct past *past_new(const struct player *player, uint64_t from, uint64_t to);
void past_free(struct past *past);

bool past_is_of(const struct past *past, uint64_t from, uint64_t to);

/* Plays n events on; false when the whole trace was played. */
bool past_run(struct past *past, uint64_t n);
uint64_t past_played(const struct past *past);	/* events */

/* In order of their birth, so far. */
size_t past_tenancies(const struct past *past, const struct tenancy **ret_tenancies);

#endif
