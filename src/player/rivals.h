/*
 * The same trace in two to four engines, in lock step, and where they part.
 *
 *	rival     one of them: a player of its own, and its name in words
 *	parting   an event that a rival answers differently than the first of its kind: one has no
 *	          memory, one moves a block that the other leaves, or they put it in different
 *	          places; engines of different kinds, that place everything differently, part where
 *	          one takes memory from the system, or gives it back, and the other does not
 *	scouts    a second set of heaps that looks for the first parting in small slices
 */
#ifndef PLAYER_RIVALS_H
#define PLAYER_RIVALS_H

#include "player/player.h"
#include "player/rival_words.h"

#define RIVALS_MAX 4u

struct error;
struct rivals;
struct options;

/*
 * words: rivals with commas between them. The first one is `first`, a player that exists (borrowed,
 * and moved by others); options: what it was made with.
 */
int rivals_new(struct rivals **ret_rivals, struct player *first, const struct options *options,
	const char *words, struct error *err);
void rivals_free(struct rivals *rivals);

size_t rivals_count(const struct rivals *rivals);
struct player *rivals_player(const struct rivals *rivals, size_t at);
const char *rivals_name(const struct rivals *rivals, size_t at);

/* Brings every rival to where the first one is. */
void rivals_follow(struct rivals *rivals);

/*
 * Steps all of them to the next parting after the position; false, at the end, when there is none.
 */
bool rivals_run(struct rivals *rivals);

enum parting_kind { PARTING_NONE, PARTING_ANSWER, PARTING_MOVE, PARTING_PLACE, PARTING_SPACE };

struct parting {
	enum parting_kind kind;
	uint64_t number; /* of the event */
	size_t rival;    /* which one parts from the first */
	struct effect effects[RIVALS_MAX];
	int64_t took[RIVALS_MAX]; /* bytes from the system, by this event */
};

/* How the rivals differ in the last event. */
void rivals_parting(const struct rivals *rivals, struct parting *ret_parting);

/* Looks n events further for the first parting; false when it is found or there is none. */
bool rivals_scout(struct rivals *rivals, uint64_t n);

/*
 * What the scouts have found; PARTING_NONE: nothing up to *ret_scouted events. Their heaps are as
 * they were just after it, until they are dismissed.
 */
void rivals_first(const struct rivals *rivals, struct parting *ret_parting, uint64_t *ret_scouted);
/* NULL when dismissed */
const struct heap *rivals_scout_heap(const struct rivals *rivals, size_t at);
void rivals_dismiss(struct rivals *rivals);

#endif
