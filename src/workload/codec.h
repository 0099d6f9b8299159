/*
 * A library that compresses, as a cache of pages uses it: what it needs for that comes from our
 * memory, too.
 */
#ifndef WORKLOAD_CODEC_H
#define WORKLOAD_CODEC_H

#include "workload/memory.h"

#include <stdbool.h>

struct codec {
	const char *name;               /* "zlib" */
	const char *(*version)(void);   /* "1.2.13" */
	size_t (*bound)(size_t length); /* bytes that a compressed page has at most */
	/*
	 * Compresses into `out`, which has room for the bound; gives the bytes there, 0 when the
	 * library fails.
	 */
	size_t (*pack)(struct memory *memory, const void *in, size_t length, void *out,
		size_t room);
	/* The page of that length again; false when it is not what was compressed. */
	bool (*unpack)(struct memory *memory, const void *in, size_t packed, void *out,
		size_t length);
};

extern const struct codec codec_lz4;
extern const struct codec codec_zlib;

#endif
