/*
 * The choice of the engine and options for a trace that is still growing. The recorder may write
 * the header before it knows the version of Python, and arenas appear when they are mapped: so the
 * choice is made again as the trace grows.
 */
#ifndef CMD_WATCH_H
#define CMD_WATCH_H

#include "cmd/cmd.h"

struct watch;
struct player_config;
struct screen_wishes;

/* typed: the options as the person typed them; borrowed, like the trace. */
int watch_new(struct watch **ret_watch, const struct options *typed, struct trace *trace,
	struct error *err);
void watch_free(struct watch *watch);

/* The current choice; its options are valid until watch_free(). */
void watch_config(const struct watch *watch, struct player_config *ret_config);

/* For view_config.renew: makes the choice again; false when it has not changed. */
bool watch_renew(void *watch, struct player_config *ret_config);

/*
 * Shows the trace, at its end, until the person quits. stops_program: quitting ends the program
 * that writes the trace.
 */
int watch_show(const struct options *typed, struct trace *trace, const struct screen_wishes *wishes,
	bool stops_program, struct error *err);

#endif
