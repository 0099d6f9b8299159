/*
 * A way in which a file was packed, and how it is unpacked from start to end.  One file a packing,
 * which ends in a `const struct packing`, and one line of the table (PACKINGS, below).
 */
#ifndef TRACE_PACKING_PACKING_H
#define TRACE_PACKING_PACKING_H

#include "trace/decompression.h"

#include <stdbool.h>

struct packing {
	const char *name; /* for messages: "gzip" */
	/* the first bytes of a packed file, at most PACKING_MAGIC_BYTES of them */
	const char *magic;
	size_t magic_length;
	/* what follows the end and is no packed file is left out, as the padding of a tape */
	bool has_tail;
	/* what unpacks a file; end() frees it. NULL: there is no memory, or no library (begin) */
	void *(*begin)(void);
	void (*end)(void *unpacker);
	/*
	 * Unpacks some of the bytes from *at on, which moves past what was taken, up to end; writes
	 * at most room bytes to out and gives how many. *state: what the bytes taken so far are.
	 * Called after UNPACKED_WHOLE when another packed file follows.
	 */
	size_t (*take)(void *unpacker, const unsigned char **at, const unsigned char *end,
		void *out, size_t room, enum unpacked *state);
};

#define PACKING_MAGIC_BYTES 4u

#define PACKINGS(PACKING) \
	PACKING(gzip) \
	PACKING(zstd) \
	PACKING(lz4) \
	PACKING(xz) \
	PACKING(zip)

#define PACKING_DECLARATION(name) extern const struct packing packing_##name;
PACKINGS(PACKING_DECLARATION)
#undef PACKING_DECLARATION

#endif
