/*
 * Writes the index of a trace while it is surveyed: a pack of the state now and then, straight into
 * the file, and in the end what the survey has found. So the packs take no memory; checkpoints
 * borrow them from the file. It may belong to the thread of a surveyor as long as that runs.
 */
#ifndef PLAYER_KEEPER_H
#define PLAYER_KEEPER_H

#include "base/arrays.h"
#include "player/index.h"
#include "player/replay.h"

#include <pthread.h>

struct keeper {
	/* borrowed; NULL: nothing is to be kept, all is, or the file cannot be written */
	const struct index_place *place;
	struct index_writer *writer; /* NULL before the first pack */
	struct packer *packer;
	uint64_t position, length;       /* of the last pack; in bytes */
	uint64_t written;                /* bytes of packs */
	ARRAY(struct stored_pack) fresh; /* written, and not taken by the caller */
	/*
	 * large packs are made and written in a thread of their own, while the caller surveys on:
	 * by then, writer and packer are the thread's
	 */
	bool works_beside;
	bool is_working; /* there is a thread, until the caller needs what it has made */
	pthread_t thread;
	struct stored_pack stored; /* what it has written; 0 bytes: nothing */
};

/*
 * There is a `place`: packs the replay's state if one is due at its position; the caller empties
 * `fresh`. Where the file cannot be written (a full disk), `place` becomes NULL.
 */
void keeper_offer(struct keeper *keeper, const struct replay *replay);

/*
 * The end: the file takes its place, and `place` becomes NULL. false: there is no index. What is
 * borrowed from it stays.
 */
bool keeper_finish(struct keeper *keeper, const struct metrics *metrics,
	const struct sample *samples, size_t count);

/* Ends, without an index unless it is finished; no pack of it can be borrowed any more. */
void keeper_stop(struct keeper *keeper);

#endif
