/*
 * The names of places and calls, wherever they are written. The buffer is the caller's, and is also
 * what is returned, for use as an argument.
 */
#ifndef STORY_NAMES_H
#define STORY_NAMES_H

#include "heap/heap.h"

/* The page that holds the address: "A01.p23"; "-" where there is none. */
void page_name(const struct engine *engine, uint64_t address, char *name, size_t size);

/* The block at an address: "A01.p23 block 7", "heap +9,640", "0x7f…". */
const char *name_address(const struct heap *heap, uint64_t address, char *buffer, size_t size);

/* The same without the block: "A01.p23". */
const char *name_around(const struct heap *heap, uint64_t address, char *buffer, size_t size);

/* An offset in a region of the engine: "1,204", "0x4b4" (offsets_are_hex()). */
const char *name_offset(const struct engine *engine, uint64_t offset, char *buffer, size_t size);

/* The same of several regions with its name: "+1,204", "chunk 2+64". */
const char *name_in_region(const struct engine *engine, const struct region *region,
	uint64_t offset, char *buffer, size_t size);

/*
 * The call that an event records, as in C: "malloc(90)", "free(object 612)", "realloc(object 3,
 * 40)".
 */
const char *name_call(const struct event *event, char *buffer, size_t size);

/* The same of a heap, where an engine that traces collects by itself: "a minor collection". */
const char *name_call_of(const struct heap *heap, const struct event *event, char *buffer,
	size_t size);

/* A realloc that acts as a malloc: the trace has no block for it. */
bool event_is_realloc_of_null(const struct event *event);

#endif
