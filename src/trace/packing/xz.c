/* xz's streams; several may follow one another. */
#include "trace/packing/packing.h"

#include "base/xalloc.h"

#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>

#define MEMORY_MAX (UINT64_C(256) << 20) /* bytes; `xz -9` needs 65 MiB */

static void *begin(void)
{
	lzma_stream *stream = xcalloc(1, sizeof(*stream));

	if (lzma_stream_decoder(stream, MEMORY_MAX, 0) == LZMA_OK)
		return stream;
	free(stream);
	return NULL;
}

static void end_stream(void *unpacker)
{
	lzma_end(unpacker);
	free(unpacker);
}

static size_t take(void *unpacker, const unsigned char **at, const unsigned char *end, void *out,
	size_t room, enum unpacked *state)
{
	lzma_stream *stream = unpacker;

	if (*state == UNPACKED_WHOLE) { /* another one follows */
		*state = UNPACKED_CUT;
		if (lzma_stream_decoder(stream, MEMORY_MAX, 0) != LZMA_OK)
			*state = UNPACKED_DAMAGED;
	}
	stream->next_in = *at;
	stream->avail_in = (size_t)(end - *at);
	stream->next_out = out;
	stream->avail_out = room;
	lzma_ret status = lzma_code(stream, LZMA_RUN);
	if (status == LZMA_MEM_ERROR)
		xalloc_failed(room);
	*at = stream->next_in;
	if (status == LZMA_STREAM_END)
		*state = UNPACKED_WHOLE;
	else if (status != LZMA_OK && status != LZMA_BUF_ERROR)
		*state = UNPACKED_DAMAGED;
	return room - stream->avail_out;
}

const struct packing packing_xz = {"xz",
	"\xFD"
	"7zX",
	4, true, begin, end_stream, take};
