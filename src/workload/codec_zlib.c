/* See codec.h: zlib asks for its state by zalloc and zfree, which are given to it. */
#include "workload/codec.h"

#include <zlib.h>

#define LEVEL      6
#define MEMORY     5 /* memLevel: 1 to 9 */
#define BITS_LEAST 9 /* windowBits: a window of 512 bytes */
#define BITS_MOST  15

/* The smallest window that holds the page: there is nothing farther away to refer to. */
static int window_bits(size_t length)
{
	int bits = BITS_LEAST;

	while (bits < BITS_MOST && (size_t)1 << bits < length)
		bits++;
	return bits;
}

static void *state_allocate(void *memory, unsigned count, unsigned size)
{
	return memory_allocate(memory, (size_t)count * size, "zlib (state)");
}

static void state_release(void *memory, void *block)
{
	memory_release(memory, block, "zlib");
}

/*
 * compressBound() holds for the largest windows and memory alone; this is what zlib takes for all
 * others.
 */
static size_t bound(size_t length)
{
	return length + (length >> 3) + (length >> 6) + 16;
}

static z_stream stream_of(struct memory *memory, const void *in, size_t length, void *out,
	size_t room)
{
	return (z_stream){
		.zalloc = state_allocate,
		.zfree = state_release,
		.opaque = memory,
		.next_in = (z_const Bytef *)(uintptr_t)in,
		.avail_in = (unsigned)length,
		.next_out = out,
		.avail_out = (unsigned)room,
	};
}

static size_t pack(struct memory *memory, const void *in, size_t length, void *out, size_t room)
{
	z_stream stream = stream_of(memory, in, length, out, room);

	if (deflateInit2(&stream, LEVEL, Z_DEFLATED, window_bits(length), MEMORY,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		return 0;
	int result = deflate(&stream, Z_FINISH);
	deflateEnd(&stream);
	return result == Z_STREAM_END ? stream.total_out : 0;
}

static bool unpack(struct memory *memory, const void *in, size_t packed, void *out, size_t length)
{
	z_stream stream = stream_of(memory, in, packed, out, length);

	if (inflateInit2(&stream, window_bits(length)) != Z_OK)
		return false;
	int result = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	return result == Z_STREAM_END && stream.total_out == length;
}

const struct codec codec_zlib = {
	.name = "zlib",
	.version = zlibVersion,
	.bound = bound,
	.pack = pack,
	.unpack = unpack,
};
