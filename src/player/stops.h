/* Whether the event that was just applied matches a stop. */
#ifndef PLAYER_STOPS_H
#define PLAYER_STOPS_H

#include "player/player.h"

/* metrics: after the event; before: live bytes and peak before it. */
struct stop_context {
	const struct event *event;
	const struct effect *effect;
	const struct heap *heap;
	const struct metrics *metrics;
	uint64_t live_before;
	uint64_t peak_before;
	bool wasted_before; /* the waste was over the limit already */
};

bool stop_matches(const struct stop *stop, const struct stop_context *context);

/*
 * false: no event of the sample matches. A stop of which samples say nothing may always match, even
 * in a sample of nothing.
 */
bool stop_may_match(const struct stop *stop, const struct sample *sample);

/* Percentage of the held bytes that are not live. */
unsigned waste_percent(uint64_t live_bytes, uint64_t reserved);

#endif
