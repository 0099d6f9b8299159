/*
 * Two traces in step: where one is when the other is at a position.
 *
 *	event   after as many events
 *	time    at the same time since the beginning
 *	mark    as many events past the same mark, the last one that both have, and not past the
 *	        next one that both have; of several marks with a name the first is the first
 */
#ifndef PLAYER_COUNTERPART_H
#define PLAYER_COUNTERPART_H

#include "player/common_marks.h"

#include <stdbool.h>
#include <stdint.h>

struct trace;

enum pace { PACE_EVENT, PACE_TIME, PACE_MARK, PACE_COUNT };

/* "event", "time", "mark", NULL */
extern const char *const pace_names[];

/* What the traces have in common: marks, otherwise times. Grows with the marks of both. */
enum pace pace_of(struct trace *one, struct trace *other);

/* Whether both have times, which PACE_TIME needs. */
bool pace_has_times(struct trace *one, struct trace *other);

struct counterpart {
	uint64_t position; /* in the other trace: events applied, at most all of them */
	/* PACE_MARK: of the common mark; NULL: there is none before the position. Borrowed. */
	const char *mark;
	uint64_t past; /* PACE_MARK: events of the one trace since that mark, or the beginning */
	uint64_t time; /* PACE_TIME: nanoseconds */
};

/*
 * common: of these traces, in this order; of use for PACE_MARK. Grows with the logarithm of the
 * other's events, or of the marks, once they are compared.
 */
struct counterpart counterpart_of(struct trace *one, uint64_t position, struct trace *other,
	enum pace pace, struct common_marks *common);

#endif
