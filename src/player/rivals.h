/*
 * The same trace in two to four engines, in lock step, and the events at which they differ; or two
 * traces in one engine.
 *
 *	rival       one of them: its own player, and its name in words
 *	difference  an event at which a rival differs from the first of its kind (difference.h)
 *	beside      another trace follows the first one, at its counterpart (counterpart.h); no
 *	            event of one is compared with one of the other
 *	scouts      a second set of heaps that looks for the first differences in small slices, and
 *	            remembers whose memory each block got
 */
#ifndef PLAYER_RIVALS_H
#define PLAYER_RIVALS_H

#include "player/counterpart.h"
#include "player/difference.h"
#include "player/player.h"
#include "player/rival_words.h"

struct error;
struct rivals;
struct options;

/*
 * words: the other rivals, separated by commas. The first one is `first`, an existing player
 * (borrowed, and moved by others); options: those it was made with. -1 and err: a name is wrong, or
 * an engine cannot play the trace.
 */
int rivals_new(struct rivals **ret_rivals, struct player *first, const struct options *options,
	const char *words, struct error *err);

/*
 * Another trace beside the first player's, in the same engine with the same options. It is closed
 * with the rivals, and also on failure.
 */
int rivals_new_beside(struct rivals **ret_rivals, struct player *first,
	const struct options *options, struct trace *other, enum pace pace, struct error *err);
void rivals_free(struct rivals *rivals);

/*
 * The pace of two traces and where the second is to be; PACE_COUNT: there is only one trace, in
 * several engines. ret_at may be NULL.
 */
enum pace rivals_beside(const struct rivals *rivals, struct counterpart *ret_at);
/* -1 and err: one of the traces has no times. */
int rivals_set_pace(struct rivals *rivals, enum pace pace, struct error *err);

size_t rivals_count(const struct rivals *rivals);
struct player *rivals_player(const struct rivals *rivals, size_t at);
const char *rivals_name(const struct rivals *rivals, size_t at);
/*
 * Appends the name; where one of the names has more than `width` columns, what they have in common
 * comes last: "order address, heap of 60 B, first fit".
 */
void rivals_add_title(const struct rivals *rivals, size_t at, int width, struct text *out);

/* player_search() of each of them: true: all are over. */
bool rivals_search(struct rivals *rivals, unsigned milliseconds);
bool rivals_have_to_search(const struct rivals *rivals);

/*
 * Moves every rival towards the position of the first, each by at most n events; true: all are
 * there.
 */
bool rivals_follow(struct rivals *rivals, uint64_t n);

/*
 * Steps all rivals to the next difference after the position that is of the weakest kind or a
 * stronger one, by at most n events. Returns whether it was found; *ret_done is false only when
 * there is more to do.
 */
bool rivals_run(struct rivals *rivals, enum difference_kind weakest, uint64_t n, bool *ret_done);

/*
 * How the rivals differ in the last event. Whose memory the blocks got is known as far as the
 * scouts have come; beyond, it counts as the same. Borrows the players' heaps.
 */
void rivals_difference(const struct rivals *rivals, struct difference *ret_difference);

/* Not all of them are of one kind. */
bool rivals_are_mixed(const struct rivals *rivals);

/*
 * Searches n more events, or as far as another of the firsts; false when all has been found that
 * there is. Of different kinds, the scouts see the whole trace, to know whose memory it was.
 */
bool rivals_scout(struct rivals *rivals, uint64_t n);

/*
 * What the scouts have found so far; DIFFERENCE_NONE: no such difference in the first `scouted`
 * events. Just after one was found, their heaps are at that event.
 */
struct firsts {
	uint64_t scouted;
	struct difference any;
	struct difference answer;
};
const struct firsts *rivals_firsts(const struct rivals *rivals);
void rivals_dismiss(struct rivals *rivals);

#endif
