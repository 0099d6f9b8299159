#ifndef ARENASCOPE_BASE_CORES_H
#define ARENASCOPE_BASE_CORES_H

#include <stddef.h>

/*
 * How many workers it pays to start for `count` independent pieces of work: one for each core,
 * `most` at most, and none that would have nothing to do.
 */
size_t cores_for(size_t count, size_t most);

#endif
