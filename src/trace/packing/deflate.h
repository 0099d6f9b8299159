/* zlib's inflate, as packings use it. */
#ifndef TRACE_PACKING_DEFLATE_H
#define TRACE_PACKING_DEFLATE_H

#include "trace/decompression.h"

#include <stdint.h>
#include <zlib.h>

#define DEFLATE_AT_ONCE (1u << 30) /* bytes: zlib counts in 32 bits */

/* As a packing's take(); the stream has begun. */
static inline size_t deflate_take(z_stream *stream, const unsigned char **at,
	const unsigned char *end, void *out, size_t room, enum unpacked *state)
{
	size_t left = (size_t)(end - *at);
	uInt given = left < DEFLATE_AT_ONCE ? (uInt)left : DEFLATE_AT_ONCE;

	stream->next_in = (Bytef *)(uintptr_t)*at;
	stream->avail_in = given;
	stream->next_out = out;
	stream->avail_out = room < DEFLATE_AT_ONCE ? (uInt)room : DEFLATE_AT_ONCE;
	size_t before = stream->avail_out;
	int status = inflate(stream, Z_NO_FLUSH);
	*at += given - stream->avail_in;
	if (status == Z_STREAM_END)
		*state = UNPACKED_WHOLE;
	else if (status != Z_OK && status != Z_BUF_ERROR)
		*state = UNPACKED_DAMAGED;
	return before - stream->avail_out;
}

#endif
