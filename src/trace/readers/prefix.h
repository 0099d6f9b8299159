/*
 * What ltrace and strace put before a call: the thread (-f), the time (-t, -tt, -ttt, -r), and the
 * address at which the caller continues (-i).
 *
 *	29919 malloc(10)
 *	[pid 30041] 23:51:23.541217 malloc(10)
 *	1764373883.541217 malloc(10)
 *	29919 [0x55916064c19b] malloc(10)      strace: [00007fcaa9fbcc47]
 */
#ifndef TRACE_READERS_PREFIX_H
#define TRACE_READERS_PREFIX_H

#include <stdbool.h>
#include <stdint.h>

struct prefix {
	uint64_t thread; /* as the log calls it; 0: it has one only */
	uint64_t time;   /* nanoseconds, of the day or of the era; with has_time */
	bool has_time;
	uint64_t caller; /* 0: not known */
};

/* What follows the prefix; there may be none. */
const char *prefix_take(const char *line, struct prefix *ret_prefix);

#endif
