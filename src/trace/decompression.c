/* See decompression.h; grows with the bytes. */
#include "trace/decompression.h"

#include "base/error.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define PIECE (64u << 10)

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

static int put(int fd, const void *bytes, size_t length, struct error *err)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t n = write(fd, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(err, "temporary file: %s",
				n < 0 ? strerror(errno) : "cannot write");
		at += n;
		length -= (size_t)n;
	}
	return 0;
}

/* A file may be several, one after the other. */
static int unpack_gzip(const unsigned char *bytes, size_t length, int fd, enum unpacked *ret_how,
	struct error *err)
{
	unsigned char out[PIECE];
	z_stream stream = {0};
	int status = Z_OK, result = 0;

	if (inflateInit2(&stream, 15 + 16) != Z_OK)
		return error_set(err, "cannot start zlib");
	const unsigned char *at = bytes, *end = bytes + length;
	*ret_how = UNPACKED_WHOLE;
	do {
		size_t left = (size_t)(end - at);
		uInt given = left < 1u << 30 ? (uInt)left : 1u << 30;
		stream.next_in = (Bytef *)(uintptr_t)at;
		stream.avail_in = given;
		stream.next_out = out;
		stream.avail_out = sizeof(out);
		status = inflate(&stream, Z_NO_FLUSH);
		at += given - stream.avail_in;
		result = put(fd, out, sizeof(out) - stream.avail_out, err);
		if (status == Z_STREAM_END && is_gzip(at, (size_t)(end - at))) {
			inflateReset(&stream);
			status = Z_OK;
		}
	} while (result == 0 && status == Z_OK && (at < end || stream.avail_out == 0));
	if (status == Z_OK || status == Z_BUF_ERROR)
		*ret_how = UNPACKED_CUT;
	else if (status != Z_STREAM_END)
		*ret_how = UNPACKED_DAMAGED;
	inflateEnd(&stream);
	return result;
}

static int unpack_zstd(const unsigned char *bytes, size_t length, int fd, enum unpacked *ret_how,
	struct error *err)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	ZSTD_inBuffer in = {bytes, length, 0};
	unsigned char out[PIECE];
	size_t status = 1;
	int result = 0;

	if (!stream)
		return error_set(err, "cannot start zstd");
	for (bool has_more = true; result == 0 && has_more;) {
		ZSTD_outBuffer piece = {out, sizeof(out), 0};
		status = ZSTD_decompressStream(stream, &piece, &in);
		result = put(fd, out, piece.pos, err);
		has_more = !ZSTD_isError(status) && (in.pos < in.size || piece.pos == sizeof(out));
	}
	*ret_how = ZSTD_isError(status) ? UNPACKED_DAMAGED
		   : status > 0         ? UNPACKED_CUT
					: UNPACKED_WHOLE;
	ZSTD_freeDStream(stream);
	return result;
}

int unpack_file(const unsigned char *bytes, size_t length, int fd, enum unpacked *ret_how,
	struct error *err)
{
	return is_gzip(bytes, length) ? unpack_gzip(bytes, length, fd, ret_how, err)
				      : unpack_zstd(bytes, length, fd, ret_how, err);
}
