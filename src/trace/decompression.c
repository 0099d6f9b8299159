/* See decompression.h; grows with the bytes. */
#include "trace/decompression.h"

#include "base/xalloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define GZIP_WINDOW (15 + 16) /* bits, and gzip's head and tail */

struct decompression {
	bool is_gzip;
	z_stream gzip;
	ZSTD_DStream *zstd;
	enum unpacked state;
	bool has_more; /* to be written of what was taken */
};

static bool begins_with(const unsigned char *bytes, size_t length, const char *magic, size_t n)
{
	return length >= n && memcmp(bytes, magic, n) == 0;
}

static bool is_gzip(const unsigned char *bytes, size_t length)
{
	return begins_with(bytes, length, "\x1F\x8B", 2);
}

static bool is_zstd(const unsigned char *bytes, size_t length)
{
	return begins_with(bytes, length, "\x28\xB5\x2F\xFD", 4);
}

bool is_packed(const unsigned char *bytes, size_t length)
{
	return is_gzip(bytes, length) || is_zstd(bytes, length);
}

struct decompression *decompression_new(const unsigned char *bytes, size_t length)
{
	struct decompression *decompression = xcalloc(1, sizeof(*decompression));

	decompression->state = UNPACKED_CUT;
	decompression->is_gzip = is_gzip(bytes, length);
	if (!decompression->is_gzip)
		decompression->zstd = ZSTD_createDStream();
	if (decompression->is_gzip ? inflateInit2(&decompression->gzip, GZIP_WINDOW) == Z_OK
				   : decompression->zstd != NULL)
		return decompression;
	free(decompression);
	return NULL;
}

void decompression_free(struct decompression *decompression)
{
	if (!decompression)
		return;
	if (decompression->is_gzip)
		inflateEnd(&decompression->gzip);
	ZSTD_freeDStream(decompression->zstd);
	free(decompression);
}

static size_t take_gzip(struct decompression *decompression, const unsigned char **at,
	const unsigned char *end, void *out, size_t room)
{
	z_stream *stream = &decompression->gzip;
	size_t left = (size_t)(end - *at);
	uInt given = left < 1u << 30 ? (uInt)left : 1u << 30;

	if (decompression->state == UNPACKED_WHOLE) { /* another one follows */
		inflateReset(stream);
		decompression->state = UNPACKED_CUT;
	}
	stream->next_in = (Bytef *)(uintptr_t)*at;
	stream->avail_in = given;
	stream->next_out = out;
	stream->avail_out = (uInt)room;
	int status = inflate(stream, Z_NO_FLUSH);
	*at += given - stream->avail_in;
	if (status == Z_STREAM_END)
		decompression->state = UNPACKED_WHOLE;
	else if (status != Z_OK && status != Z_BUF_ERROR)
		decompression->state = UNPACKED_DAMAGED;
	return room - stream->avail_out;
}

static size_t take_zstd(struct decompression *decompression, const unsigned char **at,
	const unsigned char *end, void *out, size_t room)
{
	ZSTD_inBuffer in = {*at, (size_t)(end - *at), 0};
	ZSTD_outBuffer piece = {out, room, 0};
	size_t status = ZSTD_decompressStream(decompression->zstd, &piece, &in);

	*at += in.pos;
	decompression->state = ZSTD_isError(status) ? UNPACKED_DAMAGED
			       : status > 0         ? UNPACKED_CUT
						    : UNPACKED_WHOLE;
	return piece.pos;
}

size_t decompression_take(struct decompression *decompression, const unsigned char **at,
	const unsigned char *end, void *out, size_t room)
{
	size_t n = 0;

	while (n == 0 && (*at < end || decompression->has_more) &&
		decompression->state != UNPACKED_DAMAGED) {
		/* What follows gzip's end and is not gzip is left out: the padding of a tape. */
		if (decompression->is_gzip && decompression->state == UNPACKED_WHOLE &&
			!is_gzip(*at, (size_t)(end - *at))) {
			*at = end;
			break;
		}
		n = decompression->is_gzip ? take_gzip(decompression, at, end, out, room)
					   : take_zstd(decompression, at, end, out, room);
		decompression->has_more = n == room && decompression->state == UNPACKED_CUT;
	}
	return n;
}

enum unpacked decompression_state(const struct decompression *decompression)
{
	return decompression->state;
}
