/* zstd's frames; several may follow one another. */
#include "base/xalloc.h"
#include "trace/packing/packing.h"

#include <zstd.h>
#include <zstd_errors.h>

static void *begin(void)
{
	return ZSTD_createDStream();
}

static void end_stream(void *unpacker)
{
	ZSTD_freeDStream(unpacker);
}

static size_t take(void *unpacker, const unsigned char **at, const unsigned char *end, void *out,
	size_t room, enum unpacked *state)
{
	ZSTD_inBuffer in = {*at, (size_t)(end - *at), 0};
	ZSTD_outBuffer piece = {out, room, 0};
	size_t status = ZSTD_decompressStream(unpacker, &piece, &in);

	if (ZSTD_getErrorCode(status) == ZSTD_error_memory_allocation)
		xalloc_failed(room);
	*at += in.pos;
	*state = ZSTD_isError(status) ? UNPACKED_DAMAGED
		 : status > 0         ? UNPACKED_CUT
				      : UNPACKED_WHOLE;
	return piece.pos;
}

const struct packing packing_zstd = {"zstd", "\x28\xB5\x2F\xFD", 4, false, begin, end_stream, take};
