/* See head.h. */
#include "trace/head.h"

#include "base/error.h"
#include "base/text.h"
#include "trace/info.h"
#include "trace/varint.h"

#include <string.h>
#include <zlib.h>

#define MAGIC_LENGTH 8u
#define VERSION_AT   8u
#define INFO_AT      12u
#define CRC_AT       16u
#define FORM_VERSION 1u
#define INFO_MAX     (8u << 20) /* bytes */

void head_put(struct text *out, const struct trace_info *info)
{
	struct text lines = {0};
	unsigned char fixed[HEAD_LENGTH] = {0};
	unsigned char crc[4];
	size_t start = out->length;

	if (info)
		info_put(info, &lines);
	memcpy(fixed, HEAD_MAGIC, MAGIC_LENGTH);
	put16(fixed + VERSION_AT, FORM_VERSION);
	put32(fixed + INFO_AT, (uint32_t)lines.length);
	put32(fixed + CRC_AT, (uint32_t)crc32(0, fixed, CRC_AT));
	text_add_bytes(out, fixed, sizeof(fixed));
	text_add_bytes(out, text_of(&lines), lines.length);
	put32(crc, (uint32_t)crc32(0, (const unsigned char *)out->bytes + start,
			   (uInt)(out->length - start)));
	text_add_bytes(out, crc, sizeof(crc));
	text_finish(&lines);
}

bool head_is_binary(const struct bytes *bytes)
{
	size_t length = bytes->length < MAGIC_LENGTH ? bytes->length : MAGIC_LENGTH;

	return length > 0 && bytes->at[0] == (unsigned char)HEAD_MAGIC[0] &&
	       memcmp(bytes->at, HEAD_MAGIC, length) == 0;
}

bool head_is_cut(const struct bytes *bytes)
{
	if (bytes->length == 0 || !head_is_binary(bytes))
		return bytes->length == 0;
	return bytes->length < HEAD_LENGTH ||
	       (crc32(0, bytes->at, CRC_AT) == get32(bytes->at + CRC_AT) &&
		       get32(bytes->at + INFO_AT) <= INFO_MAX &&
		       bytes->length < HEAD_LENGTH + (size_t)get32(bytes->at + INFO_AT) + 4);
}

int head_damaged(struct error *err, const char *name, size_t at, const char *what)
{
	return error_set(err, "%s:byte %zu: %s", name, at, what);
}

int head_take(const struct bytes *bytes, const char *name, struct trace_info *info, size_t *ret_at,
	bool *ret_is_cut, struct error *err)
{
	*ret_at = bytes->length;
	if (bytes->length < HEAD_LENGTH) {
		*ret_is_cut = true;
		return 0;
	}
	uint32_t info_length = get32(bytes->at + INFO_AT);
	size_t length = HEAD_LENGTH + (size_t)info_length;
	if (crc32(0, bytes->at, CRC_AT) != get32(bytes->at + CRC_AT))
		return head_damaged(err, name, CRC_AT, "bad checksum in the header");
	unsigned version = bytes->at[VERSION_AT] | (unsigned)bytes->at[VERSION_AT + 1] << 8;
	if (version != FORM_VERSION)
		return error_set(err,
			"%s:byte 8: written by a newer arenascope (format %u; this one reads %u)",
			name, version, FORM_VERSION);
	if (info_length > INFO_MAX)
		return head_damaged(err, name, INFO_AT, "the header is too large");
	if (bytes->length < length + 4) {
		*ret_is_cut = true;
		return 0;
	}
	if (crc32(0, bytes->at, (uInt)length) != get32(bytes->at + length))
		return head_damaged(err, name, length, "bad checksum in the header");
	const char *lines = (const char *)bytes->at + HEAD_LENGTH;
	info_take_lines(info, lines, info_length);
	*ret_at = length + 4;
	return 0;
}
