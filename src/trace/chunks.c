/* See chunks.h.  Scanning grows with the bytes of the file, decoding with the events of a chunk. */
#include "trace/chunks.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "trace/head.h"
#include "trace/record_take.h"
#include "trace/trace_state.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define SLICE_CHUNKS 16u /* of a trace that is followed, in one scan */

void chunks_finish(struct chunks *chunks)
{
	for (size_t i = 0; i < CACHE_CHUNKS; i++)
		free(chunks->cache[i].events);
	array_finish(&chunks->table);
	unpacker_finish(&chunks->unpacker);
}

/* ---- decoding ------------------------------------------------------------------------------- */

/* The records of a chunk of the table; false when they cannot be unpacked as they once could. */
static bool unpack(struct trace *trace, const struct chunk *chunk, struct cursor *ret_cursor)
{
	const unsigned char *bytes = trace->bytes.at + chunk->at;
	struct unpacker *unpacker = &trace->chunks.unpacker;
	struct chunk_head head;

	chunk_head_get(&head, bytes);
	if (!chunk->is_partial)
		return unpack_chunk(unpacker, &head, bytes + CHUNK_LENGTH, ret_cursor);
	size_t left = trace->bytes.length - chunk->at - CHUNK_LENGTH;
	bool is_damaged = false;
	unpack_chunk_partly(unpacker, &head, bytes + CHUNK_LENGTH,
		left < head.stored ? left : head.stored, ret_cursor, &is_damaged);
	return true;
}

/* Decodes the events of a chunk; gives false when its records are not sound. */
static bool decode(struct trace *trace, size_t number, struct event *events)
{
	const struct chunk *chunk = &trace->chunks.table.items[number];
	struct coding coding = {.places = &trace->chunks.places};
	uint32_t n = 0, text_number = chunk->first_text;
	struct cursor cursor;

	trace->chunks.places.count = 0;
	if (!unpack(trace, chunk, &cursor))
		return false;
	while (cursor.at < cursor.end) {
		bool is_full = n == chunk->events;
		struct record_words words;
		struct event surplus;

		if (is_full && chunk->is_partial)
			break;
		if (!record_take(&cursor, &coding, is_full ? &surplus : &events[n], &words))
			return false;
		if (words.is_comment)
			continue;
		if (is_full)
			return false;
		if (event_is_note_or_mark(&events[n]))
			events[n].text = text_number++;
		n++;
	}
	return n == chunk->events;
}

const struct event *chunks_events(struct trace *trace, size_t number)
{
	struct chunks *chunks = &trace->chunks;
	struct decoded *oldest = &chunks->cache[0];

	for (size_t i = 0; i < CACHE_CHUNKS; i++) {
		struct decoded *decoded = &chunks->cache[i];
		if (decoded->events && decoded->chunk == number) {
			decoded->used = ++chunks->uses;
			return decoded->events;
		}
		if (decoded->used < oldest->used)
			oldest = decoded;
	}
	if (!oldest->events)
		oldest->events = xcalloc(CHUNK_EVENTS_MAX, sizeof(struct event));
	oldest->chunk = number;
	oldest->used = ++chunks->uses;
	/* It was sound when it was opened: if not now, the file has changed under us. */
	if (!decode(trace, number, oldest->events))
		memset(oldest->events, 0, CHUNK_EVENTS_MAX * sizeof(struct event));
	return oldest->events;
}

size_t chunks_find(const struct chunks *chunks, uint64_t event)
{
	size_t low = 0, high = chunks->table.count;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		if (chunks->table.items[middle].first <= event)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* ---- scanning ------------------------------------------------------------------------------- */

/* What is wrong with the head of a chunk; NULL when nothing is. */
static const char *head_fault(const struct chunks *chunks, const struct chunk_head *head,
	const unsigned char *bytes)
{
	if (get32(bytes) != CHUNK_MAGIC)
		return "expected the start of a chunk here";
	if (crc32(0, bytes, CHUNK_HEAD_CRC) != head->head_crc)
		return "bad checksum in the chunk header";
	if (head->stored > ZSTD_compressBound(CHUNK_BYTES_MAX) || head->raw > CHUNK_BYTES_MAX)
		return "the chunk is too large";
	if (head->kind <= CHUNK_END &&
		(head->events > CHUNK_EVENTS_MAX || head->texts > CHUNK_TEXTS_MAX ||
			head->first != chunks->events))
		return "the chunk header is inconsistent";
	return NULL;
}

/*
 * Goes through the records of a chunk and takes the texts among them.  false when they are not what
 * the head says: *ret_events is how many events came before.
 */
static bool take_records(struct trace *trace, const struct chunk *chunk,
	const struct chunk_head *head, struct cursor cursor, uint32_t *ret_events)
{
	struct coding coding = {.places = &trace->chunks.places};
	uint32_t texts = 0;
	size_t text_bytes = 0;

	trace->chunks.places.count = 0;
	*ret_events = 0;
	while (cursor.at < cursor.end) {
		struct record_words words;
		struct event event;

		if (!record_take(&cursor, &coding, &event, &words))
			return false;
		bool has_text = words.is_comment || event_is_note_or_mark(&event);
		text_bytes += words.length;
		if (has_text && (++texts > head->texts || text_bytes > TEXT_BYTES_MAX))
			return false;
		uint64_t position = chunk->first + *ret_events;
		if (words.is_comment) {
			bool trails = words.trails && position > 0;
			texts_add_comment(&trace->texts, position - trails, trails, words.text,
				words.length);
			continue;
		}
		if (*ret_events == head->events || event.site > trace->sites.sites.count)
			return false;
		trace->has_counted |= event_is_counted(&event);
		if (has_text)
			texts_add(&trace->texts, event.kind, position, words.text, words.length);
		++*ret_events;
	}
	return *ret_events == head->events && texts == head->texts;
}

/*
 * Takes the events of a chunk into the table. available: how many of the stored bytes are there;
 * is_damaged: their checksum is wrong. Gives what is wrong; NULL when nothing is, or when the chunk
 * was only cut off.
 */
static const char *take_events(struct trace *trace, size_t at, const struct chunk_head *head,
	size_t available, bool is_damaged)
{
	struct chunks *chunks = &trace->chunks;
	struct chunk chunk = {at, chunks->events, head->events, (uint32_t)trace->texts.all.count,
		false};
	const unsigned char *stored = trace->bytes.at + at + CHUNK_LENGTH;
	bool is_whole = available == head->stored && !is_damaged;
	struct texts_count before = texts_count(&trace->texts);
	struct cursor cursor;

	if (!is_whole || !unpack_chunk(&chunks->unpacker, head, stored, &cursor)) {
		chunk.is_partial = true;
		unpack_chunk_partly(&chunks->unpacker, head, stored, available, &cursor,
			&is_damaged);
	}
	chunk.is_partial |= !take_records(trace, &chunk, head, cursor, &chunk.events);
	if (chunk.is_partial && trace->growth.is_followed) {
		texts_shrink(&trace->texts, before);
		return "the chunk's records are inconsistent";
	}
	*array_push(&chunks->table) = chunk;
	chunks->events += chunk.events;
	if (is_damaged)
		return "bad checksum in the chunk";
	return is_whole && chunk.is_partial ? "the chunk's records are inconsistent" : NULL;
}

/* Of a spool, which was written by ourselves a moment ago, only the texts are looked for. */
static const char *take_trusted_events(struct trace *trace, size_t at,
	const struct chunk_head *head)
{
	struct chunks *chunks = &trace->chunks;

	if (head->texts > 0)
		return take_events(trace, at, head, head->stored, false);
	*array_push(&chunks->table) = (struct chunk){at, chunks->events, head->events,
		(uint32_t)trace->texts.all.count, false};
	chunks->events += head->events;
	return NULL;
}

/* Takes the definitions of a whole chunk; gives what is wrong, or NULL. */
static const char *take_definitions(struct trace *trace, size_t at, const struct chunk_head *head)
{
	size_t modules = trace->sites.modules.count, names = trace->sites.names.count;
	size_t sites = trace->sites.sites.count;
	struct site_coding coding = {.count = 0};
	struct cursor cursor;
	uint32_t n = 0;

	bool is_sound = unpack_chunk(&trace->chunks.unpacker, head,
		trace->bytes.at + at + CHUNK_LENGTH, &cursor);
	for (; is_sound && cursor.at < cursor.end; n++)
		is_sound = n < head->texts && sites_take(&trace->sites, &coding, &cursor);
	if (is_sound && n == head->texts)
		return NULL;
	sites_shrink(&trace->sites, modules, names, sites);
	return "the chunk's definitions are inconsistent";
}

/* Takes the contents of a chunk of any kind; returns the fault, or NULL. */
static const char *take_chunk(struct trace *trace, size_t at, const struct chunk_head *head,
	size_t available, bool trusted)
{
	const unsigned char *bytes = trace->bytes.at + at;
	bool is_cut = available < head->stored;
	bool is_damaged = false;

	if (!trusted && !is_cut) {
		uLong crc = crc32(0, bytes, CHUNK_CRC);
		is_damaged = crc32(crc, bytes + CHUNK_LENGTH, head->stored) != head->crc;
	}
	if (head->kind == CHUNK_EVENTS && !(trace->growth.is_followed && (is_cut || is_damaged)))
		return trusted ? take_trusted_events(trace, at, head)
			       : take_events(trace, at, head, available, is_damaged);
	if (is_damaged)
		return "bad checksum in the chunk";
	if (head->kind == CHUNK_SITES && !is_cut)
		return take_definitions(trace, at, head);
	if (head->kind == CHUNK_END && trace->bytes.length - at > CHUNK_LENGTH)
		return "there is data after the end";
	trace->chunks.has_end |= head->kind == CHUNK_END;
	return NULL;
}

/* Too few bytes for a head: they may be the beginning of one. */
static bool may_become_head(const unsigned char *bytes, size_t length)
{
	unsigned char magic[4];

	put32(magic, CHUNK_MAGIC);
	return memcmp(bytes, magic, length < sizeof(magic) ? length : sizeof(magic)) == 0;
}

int chunks_scan(struct trace *trace, size_t at, bool trusted, struct error *err)
{
	struct chunks *chunks = &trace->chunks;
	size_t enough = chunks->is_sliced ? chunks->table.count + SLICE_CHUNKS : SIZE_MAX;
	const char *fault = NULL;

	chunks->has_more = false;
	for (; chunks->scanned = at, at < trace->bytes.length;) {
		const unsigned char *bytes = trace->bytes.at + at;
		size_t left = trace->bytes.length - at;
		struct chunk_head head;

		if (left < CHUNK_LENGTH) {
			if (!may_become_head(bytes, left))
				fault = "expected the start of a chunk here";
			break;
		}
		left -= CHUNK_LENGTH;
		chunk_head_get(&head, bytes);
		fault = head_fault(chunks, &head, bytes);
		if (!fault)
			fault = take_chunk(trace, at, &head,
				left < head.stored ? left : head.stored, trusted);
		if (fault || left < head.stored)
			break;
		at += CHUNK_LENGTH + head.stored;
		if (chunks->table.count >= enough && at < trace->bytes.length) {
			chunks->scanned = at;
			chunks->has_more = true;
			return 0;
		}
	}
	if (fault)
		return head_damaged(err, trace->name, at, fault);
	if (!chunks->has_end)
		trace->is_truncated = true;
	return 0;
}
