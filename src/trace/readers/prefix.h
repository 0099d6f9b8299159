/*
 * What ltrace and strace put before a call: the thread (-f), and the time (-t, -tt, -ttt, -r).
 *
 *	29919 malloc(10)
 *	[pid 30041] 23:51:23.541217 malloc(10)
 *	1764373883.541217 malloc(10)
 */
#ifndef TRACE_READERS_PREFIX_H
#define TRACE_READERS_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

struct prefix {
	uint64_t thread; /* as the log calls it; 0: it has one only */
	uint64_t time;   /* nanoseconds, of the day or of the era; with has_time */
	bool has_time;
};

/* What follows the prefix; there may be none. */
const char *prefix_take(const char *line, struct prefix *ret_prefix);

#endif
