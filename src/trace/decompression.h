/*
 * Bytes that were packed (packing/packing.h), unpacked from start to end. A file may be several
 * packed ones, one after the other, and what was packed may be packed itself, as memray's files
 * are.
 */
#ifndef TRACE_DECOMPRESSION_H
#define TRACE_DECOMPRESSION_H

#include <stddef.h>

enum unpacked {
	UNPACKED_WHOLE,
	UNPACKED_CUT, /* more must follow */
	UNPACKED_DAMAGED,
};

struct decompression;

/* What packed a file that begins with these bytes, PACKING_MAGIC_BYTES of them: "gzip"; or NULL. */
const char *packed_by(const unsigned char *bytes, size_t length);

/* bytes: the first ones, which are packed. NULL: there is no library for that, or no memory. */
struct decompression *decompression_new(const unsigned char *bytes, size_t length);
void decompression_free(struct decompression *decompression);

/*
 * Unpacks some of the bytes from *at on, which moves past what was taken, up to end. Gives how many
 * were written to out, at most room: 0 only when all bytes were taken, or those that are left are
 * too few to tell whether a packed file follows, or after damage.
 */
size_t decompression_take(struct decompression *decompression, const unsigned char **at,
	const unsigned char *end, void *out, size_t room);

/* What the bytes that were taken so far are. */
enum unpacked decompression_state(const struct decompression *decompression);

#endif
