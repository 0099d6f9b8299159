/* See chunk_table.h; each row is looked at once. */
#include "trace/chunk_table.h"

#include "base/text.h"

#include <string.h>
#include <zlib.h>

/* ---- reading --------------------------------------------------------------------------------- */

/*
 * The rows lead from the first chunk to the table, leave out none, and count the events that the
 * end has. The last one is compared with its chunk, behind which none is that would notice.
 */
static bool leads_to(const struct chunk_table *table, const struct bytes *bytes, size_t from,
	size_t to, uint64_t end)
{
	size_t at = from, last = from;
	uint64_t events = 0;

	for (size_t i = 0; i < table->count; i++) {
		struct chunk_head row;

		if (!chunk_head_take(&row, table->heads + i * CHUNK_LENGTH) ||
			row.kind >= CHUNK_END || chunk_head_fault(&row, events) ||
			row.stored > to - at || CHUNK_LENGTH > to - at - row.stored)
			return false;
		last = at;
		at += CHUNK_LENGTH + row.stored;
		events += row.kind == CHUNK_EVENTS ? row.events : 0;
	}
	return at == to && events == end && table->count > 0 &&
	       memcmp(bytes->at + last, table->heads + (table->count - 1) * CHUNK_LENGTH,
		       CHUNK_LENGTH) == 0;
}

struct chunk_table chunk_table_find(const struct bytes *bytes, size_t at)
{
	const struct chunk_table none = {.count = 0};
	unsigned char head[CHUNK_LENGTH];
	struct chunk_head end, own;

	if (bytes->length < at || bytes->length - at < 2 * CHUNK_LENGTH)
		return none;
	size_t room = bytes->length - at - 2 * CHUNK_LENGTH;
	bytes_copy(bytes, bytes->length - CHUNK_LENGTH, head, sizeof(head));
	if (!chunk_head_take(&end, head) || end.kind != CHUNK_END || end.raw == 0 || end.raw > room)
		return none;
	size_t place = at + room - end.raw;
	bytes_copy(bytes, place, head, sizeof(head));
	if (!chunk_head_take(&own, head) || own.kind != CHUNK_TABLE || own.stored != end.raw)
		return none;
	struct chunk_table table = {.heads = bytes->at + place + CHUNK_LENGTH,
		.count = own.stored / CHUNK_LENGTH};
	if (own.stored % CHUNK_LENGTH != 0 ||
		crc32(crc32(0, head, CHUNK_CRC), table.heads, own.stored) != own.crc ||
		!leads_to(&table, bytes, at, place, end.first))
		return none;
	return table;
}

/* ---- writing --------------------------------------------------------------------------------- */

void chunk_table_note(struct text *heads, const void *chunks, size_t length)
{
	const unsigned char *bytes = chunks;
	struct chunk_head head;

	for (size_t at = 0; length - at >= CHUNK_LENGTH; at += CHUNK_LENGTH + head.stored) {
		chunk_head_get(&head, bytes + at);
		text_add_bytes(heads, bytes + at, CHUNK_LENGTH);
		if (head.stored > length - at - CHUNK_LENGTH)
			return;
	}
}

static void put_chunk(struct text *out, struct chunk_head *chunk, const struct text *stored)
{
	unsigned char head[CHUNK_LENGTH];

	chunk->stored = (uint32_t)stored->length;
	chunk_head_seal(chunk, stored->bytes, head);
	text_add_bytes(out, head, sizeof(head));
	if (stored->length > 0)
		text_add_bytes(out, stored->bytes, stored->length);
}

void chunk_table_end(struct text *out, const struct text *heads, uint64_t events)
{
	const struct text nothing = {.length = 0};
	struct chunk_head end = {.kind = CHUNK_END, .first = events};

	if (heads->length >= TABLE_CHUNKS_MIN * CHUNK_LENGTH && heads->length <= CHUNK_BYTES_MAX) {
		struct chunk_head table = {.kind = CHUNK_TABLE};
		put_chunk(out, &table, heads);
		end.raw = table.stored;
	}
	put_chunk(out, &end, &nothing);
}
