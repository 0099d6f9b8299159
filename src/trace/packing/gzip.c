/* gzip's files; several may follow one another. */
#include "trace/packing/packing.h"

#include "base/xalloc.h"
#include "trace/packing/deflate.h"

#include <stdlib.h>

#define WINDOW (15 + 16) /* bits, and gzip's head and tail */

static void *begin(void)
{
	z_stream *stream = xcalloc(1, sizeof(*stream));

	if (inflateInit2(stream, WINDOW) == Z_OK)
		return stream;
	free(stream);
	return NULL;
}

static void end_stream(void *unpacker)
{
	inflateEnd(unpacker);
	free(unpacker);
}

static size_t take(void *unpacker, const unsigned char **at, const unsigned char *end, void *out,
	size_t room, enum unpacked *state)
{
	if (*state == UNPACKED_WHOLE) { /* another one follows */
		inflateReset(unpacker);
		*state = UNPACKED_CUT;
	}
	return deflate_take(unpacker, at, end, out, room, state);
}

const struct packing packing_gzip = {"gzip", "\x1F\x8B", 2, true, begin, end_stream, take};
