/* See chunk.h. */
#include "trace/chunk.h"

#include <string.h>
#include <zlib.h>
#include <zstd.h>

void chunk_head_put(const struct chunk_head *head, unsigned char bytes[CHUNK_LENGTH])
{
	memset(bytes, 0, CHUNK_LENGTH);
	put32(bytes, CHUNK_MAGIC);
	bytes[4] = head->kind;
	bytes[5] = head->codec;
	bytes[6] = head->contents;
	put32(bytes + 8, head->stored);
	put32(bytes + 12, head->raw);
	put32(bytes + 16, head->events);
	put32(bytes + 20, head->texts);
	put64(bytes + 24, head->first);
	put32(bytes + CHUNK_HEAD_CRC, (uint32_t)crc32(0, bytes, CHUNK_HEAD_CRC));
	put32(bytes + CHUNK_CRC, head->crc);
}

void chunk_head_get(struct chunk_head *ret_head, const unsigned char bytes[CHUNK_LENGTH])
{
	*ret_head = (struct chunk_head){
		.kind = bytes[4],
		.codec = bytes[5],
		.contents = bytes[6],
		.stored = get32(bytes + 8),
		.raw = get32(bytes + 12),
		.events = get32(bytes + 16),
		.texts = get32(bytes + 20),
		.first = get64(bytes + 24),
		.head_crc = get32(bytes + CHUNK_HEAD_CRC),
		.crc = get32(bytes + CHUNK_CRC),
	};
}

void chunk_head_seal(const struct chunk_head *head, const void *stored,
	unsigned char bytes[CHUNK_LENGTH])
{
	chunk_head_put(head, bytes);
	uLong crc = crc32(0, bytes, CHUNK_CRC);
	if (head->stored > 0)
		crc = crc32(crc, stored, head->stored);
	put32(bytes + CHUNK_CRC, (uint32_t)crc);
}

bool chunk_head_take(struct chunk_head *ret_head, const unsigned char bytes[CHUNK_LENGTH])
{
	chunk_head_get(ret_head, bytes);
	return get32(bytes) == CHUNK_MAGIC && crc32(0, bytes, CHUNK_HEAD_CRC) == ret_head->head_crc;
}

const char *chunk_head_fault(const struct chunk_head *head, uint64_t events)
{
	if (head->stored > ZSTD_compressBound(CHUNK_BYTES_MAX) || head->raw > CHUNK_BYTES_MAX)
		return "the chunk is too large";
	if (head->kind <= CHUNK_END &&
		(head->events > CHUNK_EVENTS_MAX || head->texts > CHUNK_TEXTS_MAX ||
			head->first != events))
		return "the chunk header is inconsistent";
	return NULL;
}
