/* See pieces.h.  Each loop over pieces grows with their number, at most PIECES_MAX a chunk. */
#include "trace/pieces.h"

#include "base/text.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <zlib.h>
#include <zstd_errors.h>

static void put_piece(struct text *body, size_t number, size_t length)
{
	unsigned char *entry = (unsigned char *)body->bytes + 4 + number * PIECE_LENGTH;

	put32(entry, (uint32_t)length);
	put32(entry + 4, (uint32_t)crc32(0, (unsigned char *)body->bytes + body->length - length,
				 (uInt)length));
}

static void begin_pieces(struct text *body, size_t count)
{
	unsigned char table[4 + PIECES_MAX * PIECE_LENGTH] = {0};

	text_clear(body);
	put32(table, (uint32_t)count);
	text_add_bytes(body, table, 4 + count * PIECE_LENGTH);
}

void pieces_store(struct text *body, const struct text *records)
{
	begin_pieces(body, 1);
	text_add_bytes(body, records->bytes, records->length);
	put_piece(body, 0, records->length);
}

bool pieces_compress(ZSTD_CCtx *zstd, struct text *body, const struct text *records, size_t piece)
{
	size_t count = (records->length + piece - 1) / piece;
	char packed[PIECE_LARGE + 1024];

	begin_pieces(body, count);
	ZSTD_CCtx_reset(zstd, ZSTD_reset_session_only);
	ZSTD_CCtx_setPledgedSrcSize(zstd, records->length);
	for (size_t i = 0; i < count; i++) {
		bool is_last = i + 1 == count;
		size_t from = i * piece;
		ZSTD_inBuffer in = {records->bytes + from, is_last ? records->length - from : piece,
			0};
		ZSTD_outBuffer out = {packed, sizeof(packed), 0};
		size_t waiting =
			ZSTD_compressStream2(zstd, &out, &in, is_last ? ZSTD_e_end : ZSTD_e_flush);
		if (ZSTD_isError(waiting) || waiting > 0)
			return false;
		text_add_bytes(body, packed, out.pos);
		put_piece(body, i, out.pos);
	}
	return body->length < records->length;
}

/* ---- reading -------------------------------------------------------------------------------- */

struct pieces {
	uint32_t count;
	const unsigned char *table;
	const unsigned char *bytes; /* of the first; the others follow */
	size_t length;              /* that are there, of all */
};

/* stored: as many bytes as there are.  false when they end within the table, or it is none. */
static bool pieces_get(struct pieces *ret_pieces, const unsigned char *stored, size_t length)
{
	uint32_t count = length >= 4 ? get32(stored) : 0;

	if (count == 0 || count > PIECES_MAX || length < 4 + (size_t)count * PIECE_LENGTH)
		return false;
	size_t table = 4 + (size_t)count * PIECE_LENGTH;
	*ret_pieces = (struct pieces){count, stored + 4, stored + table, length - table};
	return true;
}

static size_t pieces_length(const struct pieces *pieces)
{
	size_t sum = 0;

	for (uint32_t i = 0; i < pieces->count; i++)
		sum += get32(pieces->table + i * PIECE_LENGTH);
	return sum;
}

/* The bytes before the first piece that is damaged or not whole. */
static size_t pieces_sound(const struct pieces *pieces, bool *ret_is_damaged)
{
	size_t sound = 0;

	for (uint32_t i = 0; i < pieces->count; i++) {
		const unsigned char *entry = pieces->table + i * PIECE_LENGTH;
		uint32_t length = get32(entry);
		if (length > pieces->length - sound)
			break;
		if (crc32(0, pieces->bytes + sound, length) != get32(entry + 4)) {
			*ret_is_damaged = true;
			break;
		}
		sound += length;
	}
	return sound;
}

static void make_room(struct unpacker *unpacker, size_t room)
{
	if (unpacker->room && unpacker->size >= room)
		return;
	free(unpacker->room);
	unpacker->room = xmalloc(room);
	unpacker->size = room;
}

void unpacker_finish(struct unpacker *unpacker)
{
	free(unpacker->room);
	ZSTD_freeDStream(unpacker->zstd);
	*unpacker = (struct unpacker){0};
}

bool unpack_chunk(struct unpacker *unpacker, const struct chunk_head *head,
	const unsigned char *stored, struct cursor *ret_cursor)
{
	struct pieces pieces;

	if (!pieces_get(&pieces, stored, head->stored) || pieces_length(&pieces) != pieces.length)
		return false;
	if (head->codec == CODEC_RAW) {
		*ret_cursor = (struct cursor){pieces.bytes, pieces.bytes + pieces.length, false};
		return head->raw == pieces.length;
	}
	if (head->codec != CODEC_ZSTD)
		return false;
	make_room(unpacker, head->raw);
	size_t n = ZSTD_decompress(unpacker->room, head->raw, pieces.bytes, pieces.length);
	if (ZSTD_getErrorCode(n) == ZSTD_error_memory_allocation)
		xalloc_failed(head->raw);
	*ret_cursor = (struct cursor){unpacker->room, unpacker->room + head->raw, false};
	return !ZSTD_isError(n) && n == head->raw;
}

void unpack_chunk_partly(struct unpacker *unpacker, const struct chunk_head *head,
	const unsigned char *stored, size_t available, struct cursor *ret_cursor,
	bool *ret_is_damaged)
{
	struct pieces pieces;

	*ret_cursor = (struct cursor){stored, stored, false};
	if (!pieces_get(&pieces, stored, available)) {
		*ret_is_damaged |= available == head->stored;
		return;
	}
	bool has_damaged = false;
	size_t sound = pieces_sound(&pieces, &has_damaged);
	*ret_is_damaged |= has_damaged;
	if (head->codec == CODEC_RAW) {
		if (!has_damaged && available < head->stored)
			sound = pieces.length; /* of the piece that is cut, what there is */
		*ret_cursor = (struct cursor){pieces.bytes, pieces.bytes + sound, false};
	} else if (head->codec == CODEC_ZSTD) {
		if (!unpacker->zstd)
			unpacker->zstd = ZSTD_createDStream();
		if (!unpacker->zstd)
			xalloc_failed(head->raw);
		make_room(unpacker, head->raw);
		ZSTD_initDStream(unpacker->zstd);
		ZSTD_inBuffer in = {pieces.bytes, sound, 0};
		ZSTD_outBuffer out = {unpacker->room, head->raw, 0};
		ZSTD_decompressStream(unpacker->zstd, &out, &in);
		*ret_cursor = (struct cursor){unpacker->room, unpacker->room + out.pos, false};
	}
}
