/* What benches of engines play: random blocks are freed and others allocated. */
#ifndef REQUESTS_H
#define REQUESTS_H

#include "trace/event.h"
#include "dice.h"

#include <stddef.h>
#include <stdint.h>

/*
 * `n` events of a domain: `blocks` allocations, then frees and allocations in turn, so that the
 * number of live blocks stays the same. The same numbers give the same events. Of malloc: the
 * caller frees them. Ends the program without memory.
 */
struct event *requests_make(uint32_t blocks, size_t n, enum domain domain,
	uint64_t (*size_of_request)(struct dice *dice));

/*
 * Reads them all, before they are timed. Memory that the program gave back meanwhile may have taken
 * the translations of other pages with it: a hypervisor without nested paging builds its tables
 * anew then, several microseconds for each page, and whoever reads the events first would pay.
 */
void requests_read(const struct event *events, size_t n);

#endif
