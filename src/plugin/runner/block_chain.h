/*
 * The blocks of an allocator whose headers hold sizes that lead from the first block to the end of
 * its heap: how it lays them out, and the first request after which something is wrong with them.
 * The program writes nothing meanwhile, so that whatever is wrong is the allocator's own doing.
 */
#ifndef PLUGIN_RUNNER_BLOCK_CHAIN_H
#define PLUGIN_RUNNER_BLOCK_CHAIN_H

#include "plugin/protocol.h"

/* CALL_LAYOUT. Grows with the heap in its first states. */
void find_layout(int fd, const struct call *call);

/* CALL_BLOCKS. Grows with the steps, and with the pages that were written lately. */
void walk_blocks(int fd, const struct call *call);

/* The plug-in crashes in the last step of a walk, if there is one: it is answered, and ends. */
void look_at_crash(void);

#endif
