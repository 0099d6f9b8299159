/*
 * A memory above another memory: blocks lie one behind the other in chunks, and none is released
 * before all are. It asks the memory below for a chunk at a time; that is all which is seen there.
 */
#ifndef WORKLOAD_REGION_H
#define WORKLOAD_REGION_H

#include "workload/memory.h"

#define REGION_CHUNK 4096u /* bytes; a larger block gets a chunk of its own */

/* below is borrowed. */
struct memory *region_new(struct memory *below);
void region_free(struct memory *region); /* with all blocks */

#endif
