/* LZ4's frames, as memray writes them; several may follow one another. */
#include "trace/packing/packing.h"

#include <lz4frame.h>

static void *begin(void)
{
	LZ4F_dctx *context;

	return LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) ? NULL
										     : context;
}

static void end_frame(void *unpacker)
{
	LZ4F_freeDecompressionContext(unpacker);
}

static size_t take(void *unpacker, const unsigned char **at, const unsigned char *end, void *out,
	size_t room, enum unpacked *state)
{
	size_t taken = (size_t)(end - *at), written = room;
	size_t status = LZ4F_decompress(unpacker, out, &written, *at, &taken, NULL);

	if (LZ4F_isError(status)) {
		*state = UNPACKED_DAMAGED;
		return 0;
	}
	*at += taken;
	*state = status > 0 ? UNPACKED_CUT : UNPACKED_WHOLE;
	return written;
}

const struct packing packing_lz4 = {"LZ4", "\x04\x22\x4D\x18", 4, false, begin, end_frame, take};
