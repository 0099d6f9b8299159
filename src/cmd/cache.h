/*
 * Where the index of a trace is kept between two openings (player/index.h): a file in the cache
 * folder, $XDG_CACHE_HOME/arenascope or ~/.cache/arenascope. The folder may be removed at any time.
 */
#ifndef CMD_CACHE_H
#define CMD_CACHE_H

#include "cmd/cmd.h"
#include "player/player.h"

#include <limits.h>

struct cache_place {
	char path[PATH_MAX];
	struct index_place place;
};

/* The path of the folder; "" where no home folder is known. */
void cache_folder(char *ret_path, size_t size);

/*
 * The place of the index of a trace that is played by this engine with these options; NULL: none is
 * to be kept. Borrowed from ret_place. Makes the folder, and removes the files that were not used
 * for the longest time when there are too many. is_asked_for: even of a trace so short that a
 * survey takes a moment.
 */
const struct index_place *cache_find(struct cache_place *ret_place, const struct trace *trace,
	const char *engine, const struct options *options, bool is_asked_for);

#endif
