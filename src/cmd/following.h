/*
 * How a trace that is followed is to be played.  Its head may be written before it is known which Python the program
 * becomes, and its arenas come when they are mapped: so it is asked again as the trace grows.
 */
#ifndef CMD_FOLLOWING_H
#define CMD_FOLLOWING_H

#include "cmd/cmd.h"

struct following;
struct player_config;
struct screen_wishes;

/* typed: what the person gave, borrowed. */
int following_new(struct following **ret_following, const struct options *typed, struct trace *trace,
	struct error *err);
void following_free(struct following *following);

/* As it is to be played now; the options are good until following_free(). */
void following_config(const struct following *following, struct player_config *ret_config);

/* For view_config.renew: false when it is to be played as before. */
bool following_renew(void *following, struct player_config *ret_config);

/* The viewer on it, at its end; until the person leaves.  stops_program: leaving ends who writes the trace. */
int following_show(const struct options *typed, struct trace *trace, const struct screen_wishes *wishes,
	bool stops_program, struct error *err);

#endif
