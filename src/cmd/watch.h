/*
 * How a trace that is followed is to be played. Its head may be written before it is known which
 * Python the program becomes, and its arenas come when they are mapped: so it is asked again as the
 * trace grows.
 */
#ifndef CMD_WATCH_H
#define CMD_WATCH_H

#include "cmd/cmd.h"

struct watch;
struct player_config;
struct screen_wishes;

/* typed: what the person gave, borrowed. */
int watch_new(struct watch **ret_following, const struct options *typed, struct trace *trace,
	struct error *err);
void watch_free(struct watch *following);

/* As it is to be played now; the options are good until watch_free(). */
void watch_config(const struct watch *following, struct player_config *ret_config);

/* For view_config.renew: false when it is to be played as before. */
bool watch_renew(void *following, struct player_config *ret_config);

/*
 * The viewer on it, at its end; until the person leaves. stops_program: leaving ends who writes the
 * trace.
 */
int watch_show(const struct options *typed, struct trace *trace, const struct screen_wishes *wishes,
	bool stops_program, struct error *err);

#endif
