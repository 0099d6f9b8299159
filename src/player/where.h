/*
 * A place in a trace as a person names it: "peak", "exit", "end", "50%", "1.5s", the name of a
 * mark, an event number; "+5" and "-5" count from where the person is.
 */
#ifndef PLAYER_WHERE_H
#define PLAYER_WHERE_H

#include <stdbool.h>
#include <stdint.h>

struct error;
struct options;
struct trace;

enum where_kind {
	WHERE_POSITION,
	WHERE_PEAK,  /* of live bytes: found by playing the whole trace */
	WHERE_FAULT, /* the next serious one: found by playing */
};

struct where {
	enum where_kind kind;
	uint64_t position; /* WHERE_POSITION: events applied, at most all of them */
	bool is_beyond;    /* the trace ends before the place that was named */
	bool is_before;    /* it begins after that place */
};

/*
 * The place to ask what a program keeps, where nobody says when: where its own work ends
 * (trace/exits.h), or the end.
 */
const char *where_by_default(const struct trace *trace);

/* here: the position from which + and - count. -1 and err: the words are not a place. */
int where_parse(struct where *ret_where, struct trace *trace, uint64_t here, const char *words,
	struct error *err);

/*
 * The position of a place, counted from the start; the trace is played with the engine where only
 * that finds it. -1 and err: the words are not a place, or the engine does not start.
 */
int where_find(uint64_t *ret_position, struct trace *trace, const char *engine,
	const struct options *options, const char *words, struct error *err);

/* The time of the last event before the position that has one, in nanoseconds; false: none of the
 * last few has. */
bool where_time(struct trace *trace, uint64_t position, uint64_t *ret_time);

/* The number of events up to that time. Grows with the logarithm of the events. */
uint64_t where_at_time(struct trace *trace, uint64_t time);

#endif
