/*
 * A memory above another memory: blocks follow each other in chunks, and all are released at once.
 * It allocates one chunk at a time from the memory below, which sees nothing but chunks.
 */
#ifndef WORKLOAD_REGION_H
#define WORKLOAD_REGION_H

#include "workload/memory.h"

#define REGION_CHUNK 4096u /* bytes; a larger block gets a chunk of its own */

/* below is borrowed. */
struct memory *region_new(struct memory *below);
void region_free(struct memory *region); /* with all blocks */

#endif
