/*
 * Copies of the state at positions of the trace, within a budget of memory: cheap places to seek
 * to. The longer the trace and the larger the state, the further apart they are. A few more are
 * kept near where a person steps back.
 *
 *	snapshot  a copy that shares its unchanged pages with the one before
 *	pack      a compressed copy, which takes several times less memory and longer to make
 *
 * Copies are snapshots as long as the budget has room for them, and packs afterwards, further
 * apart. Packs may also be stored: those of an index, also of one that is being written, take none
 * of the budget. Beside an index that is complete, from which jumps begin, all copies are snapshots
 * and take a quarter of it.
 */
#ifndef PLAYER_CHECKPOINTS_H
#define PLAYER_CHECKPOINTS_H

#include "base/arrays.h"
#include "player/index.h"
#include "player/replay.h"

struct snapshot;

struct checkpoint {
	uint64_t position;
	struct snapshot *snapshot; /* NULL: a pack */
	const unsigned char *pack; /* NULL: a snapshot */
	size_t length;             /* of the pack */
	bool is_stored;            /* the pack is the index's, and was not looked at */
	uint32_t checksum;         /* of a stored pack, CRC-32 */
};

#define NEAR_MAX               4u
#define PACKED_BYTES_PER_EVENT 16u /* of state for each event between two packs */
#define PACKED_SPACING_MIN     4096u

struct checkpoints {
	size_t budget;    /* bytes */
	size_t bytes;     /* in use, of the budget */
	uint64_t spacing; /* the least number of events between two */
	/* regular ones so far, including those that are gone */
	uint64_t made;
	ARRAY(struct checkpoint) regular; /* by position */
	struct packer *packer;            /* NULL before the first pack */
	bool is_packing;                  /* the budget is used up */
	bool has_index;                   /* a complete one */
	struct checkpoint near[NEAR_MAX]; /* snapshots; the oldest is replaced */
	unsigned next_near;
};

/* A pack of an index, not looked at. */
struct checkpoint checkpoint_of(const struct stored_pack *stored);

void checkpoints_init(struct checkpoints *checkpoints, size_t budget);
void checkpoints_finish(struct checkpoints *checkpoints);

/* Keeps the state of position 0, for good. */
void checkpoints_add_start(struct checkpoints *checkpoints, const struct replay *replay);

/* Forgets all but that one: another trace begins at position 0. */
void checkpoints_restart(struct checkpoints *checkpoints);

/*
 * Takes a pack that was made elsewhere, unless there is a checkpoint at its position: over, or
 * borrowed if it is stored.
 */
void checkpoints_add_pack(struct checkpoints *checkpoints, const struct checkpoint *pack);

/* Keeps a copy of the replay's state if one is due at its position. */
void checkpoints_offer(struct checkpoints *checkpoints, const struct replay *replay);

/* Keeps a copy among the few near ones. */
void checkpoints_add_near(struct checkpoints *checkpoints, const struct replay *replay);

/*
 * The last one at or before the position, a near one rather than another at the same place;
 * borrowed until the next one is added. NULL only before checkpoints_add_start().
 */
const struct checkpoint *checkpoints_before(const struct checkpoints *checkpoints,
	uint64_t position);

/*
 * Puts the replay where the checkpoint is. A stored pack that turns out to be damaged is forgotten,
 * with all that were stored, and the replay is put at the start.
 */
void checkpoints_restore(struct checkpoints *checkpoints, const struct checkpoint *checkpoint,
	struct replay *replay);

/*
 * Takes the packs of an index, borrowed from there and in order of position, in place of all
 * regular checkpoints but the start: the budget is free for what comes.
 */
void checkpoints_take_stored(struct checkpoints *checkpoints, const struct stored_pack *packs,
	size_t count);

/* Forgets the packs that are borrowed: those of an index. */
void checkpoints_forget_stored(struct checkpoints *checkpoints);

#endif
