/* Pieces of a chunk: of any length all comes back, and of a chunk that is cut what was whole. */
#include "trace/pieces.h"

#include "base/text.h"
#include "support.h"

#include <string.h>

static const size_t lengths[] = {1, 100, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1,
	2 * PIECE_BYTES - 1, 2 * PIECE_BYTES, 2 * PIECE_BYTES + 1, 8 * PIECE_BYTES,
	8 * PIECE_BYTES + 1};

#define LENGTHS (sizeof(lengths) / sizeof(*lengths))

/* Bytes that can be compressed, and differ from piece to piece. */
static struct text records_of(size_t length)
{
	struct text records = {0};

	for (size_t i = 0; i < length; i++) {
		char byte = (char)('a' + (i / 64 + i / PIECE_BYTES) % 26);
		text_add_bytes(&records, &byte, 1);
	}
	return records;
}

static uint32_t number_at(const struct text *body, size_t at)
{
	const unsigned char *bytes = (const unsigned char *)body->bytes + at;

	return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static struct chunk_head head_of(const struct text *body, const struct text *records, uint8_t codec)
{
	return (struct chunk_head){.codec = codec,
		.stored = (uint32_t)body->length,
		.raw = (uint32_t)records->length};
}

/* The records come back from a whole chunk, and from one that is read as if it were not. */
static void assert_comes_back(const struct text *body, const struct text *records, uint8_t codec)
{
	const struct chunk_head head = head_of(body, records, codec);
	const unsigned char *stored = (const unsigned char *)body->bytes;
	struct unpacker unpacker = {0};
	struct cursor cursor;
	bool is_damaged = false;

	assert_true(unpack_chunk(&unpacker, &head, stored, &cursor));
	assert_int_equal(cursor.end - cursor.at, records->length);
	assert_memory_equal(cursor.at, records->bytes, records->length);
	unpack_chunk_partly(&unpacker, &head, stored, body->length, &cursor, &is_damaged);
	assert_false(is_damaged);
	assert_int_equal(cursor.end - cursor.at, records->length);
	assert_memory_equal(cursor.at, records->bytes, records->length);
	unpacker_finish(&unpacker);
}

static void records_of_any_length_come_back(void **state)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();

	for (size_t i = 0; i < LENGTHS; i++) {
		struct text records = records_of(lengths[i]), body = {0};
		if (pieces_compress(zstd, &body, &records, PIECE_BYTES)) {
			assert_int_equal(number_at(&body, 0),
				(lengths[i] + PIECE_BYTES - 1) / PIECE_BYTES);
			assert_comes_back(&body, &records, CODEC_ZSTD);
		} else {
			assert_true(lengths[i] == 1); /* a table is longer */
		}
		pieces_store(&body, &records);
		assert_int_equal(number_at(&body, 0), 1);
		assert_comes_back(&body, &records, CODEC_RAW);
		text_finish(&body);
		text_finish(&records);
	}
	ZSTD_freeCCtx(zstd);
}

/* Cut anywhere, or with a byte that is another one, a chunk gives whole pieces only. */
static void a_cut_or_damaged_chunk_gives_the_pieces_before(void **state)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	struct text records = records_of(3 * PIECE_BYTES + 5), body = {0};
	struct unpacker unpacker = {0};

	assert_true(pieces_compress(zstd, &body, &records, PIECE_BYTES));
	const struct chunk_head head = head_of(&body, &records, CODEC_ZSTD);
	const size_t table = 4 + (size_t)number_at(&body, 0) * PIECE_LENGTH;
	for (size_t at = 0; at < body.length; at++) {
		struct cursor cursor;
		bool is_damaged = false;
		size_t end = table, whole = 0;
		for (size_t i = 0; (end += number_at(&body, 4 + i * PIECE_LENGTH)) <= at; i++)
			whole += PIECE_BYTES;
		unpack_chunk_partly(&unpacker, &head, (const unsigned char *)body.bytes, at,
			&cursor, &is_damaged);
		assert_false(is_damaged);
		assert_int_equal(cursor.end - cursor.at, at < table ? 0 : whole);
		if (at < table)
			continue;
		body.bytes[at] ^= 1;
		unpack_chunk_partly(&unpacker, &head, (const unsigned char *)body.bytes,
			body.length, &cursor, &is_damaged);
		assert_true(is_damaged);
		assert_int_equal(cursor.end - cursor.at, whole);
		assert_memory_equal(cursor.at, records.bytes, whole);
		body.bytes[at] ^= 1;
	}
	unpacker_finish(&unpacker);
	text_finish(&body);
	text_finish(&records);
	ZSTD_freeCCtx(zstd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_of_any_length_come_back),
		cmocka_unit_test(a_cut_or_damaged_chunk_gives_the_pieces_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
