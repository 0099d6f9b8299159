/* See codec.h: LZ4 works in a state that its caller gives, and needs none to decompress. */
#include "workload/codec.h"

#include <lz4.h>

#define ACCELERATION 1 /* the library's own default */

static size_t bound(size_t length)
{
	return (size_t)LZ4_compressBound((int)length);
}

static size_t pack(struct memory *memory, const void *in, size_t length, void *out, size_t room)
{
	void *state = memory_allocate(memory, (size_t)LZ4_sizeofState(), "LZ4 (state)");
	int packed =
		LZ4_compress_fast_extState(state, in, out, (int)length, (int)room, ACCELERATION);

	memory_release(memory, state, "LZ4");
	return packed > 0 ? (size_t)packed : 0;
}

static bool unpack(struct memory *memory, const void *in, size_t packed, void *out, size_t length)
{
	return LZ4_decompress_safe(in, out, (int)packed, (int)length) == (int)length;
}

const struct codec codec_lz4 = {
	.name = "LZ4",
	.version = LZ4_versionString,
	.bound = bound,
	.pack = pack,
	.unpack = unpack,
};
