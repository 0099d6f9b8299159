/* See chunks.h.  Scanning grows with the chunks, decoding with the events of a chunk. */
#include "trace/chunks.h"

#include "base/error.h"
#include "base/mapping.h"
#include "base/xalloc.h"
#include "trace/head.h"
#include "trace/lookahead.h"
#include "trace/record_take.h"
#include "trace/trace_state.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define SLICE_CHUNKS 16u /* of a trace that is followed, in one scan */

void chunks_finish(struct chunks *chunks)
{
	for (size_t i = 0; i < CACHE_CHUNKS; i++)
		free(chunks->cache[i].room.events);
	array_finish(&chunks->table);
	free(chunks->places);
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

/* Those of no object yet. */
static struct places *places_for(struct chunks *chunks, uint32_t events)
{
	chunks->places = places_fit(chunks->places, events);
	chunks->places->count = 0;
	return chunks->places;
}

/*
 * Decodes the events of a chunk, at most as many as the table says; gives how many are sound.
 * *ret_is_whole: the chunk is what its head says.
 */
static uint32_t decode(struct trace *trace, const struct chunk *chunk, struct event *events,
	bool *ret_is_whole)
{
	struct coding coding = {.places = places_for(&trace->chunks, chunk->events)};
	uint32_t sites = trace->chunks.sites;
	uint32_t n = 0, notes = 0;
	struct cursor cursor;

	*ret_is_whole = false;
	if (!unpack(trace, chunk, &cursor))
		return 0;
	while (cursor.at < cursor.end) {
		bool is_full = n == chunk->events;
		struct record_words words;
		struct event surplus;

		if (!is_full && tag_is_plain(*cursor.at)) {
			if (!record_take_plain(&cursor, &coding, &events[n]) ||
				events[n].site > sites)
				return n;
			n++;
			continue;
		}

		if (is_full && chunk->is_partial)
			break;
		if (!record_take(&cursor, &coding, is_full ? &surplus : &events[n], &words))
			return n;
		bool has_text = words.is_comment || event_has_text(is_full ? &surplus : &events[n]);
		if (has_text && chunk->is_unchecked)
			return n; /* its head says that there are none */
		if (words.is_comment)
			continue;
		if (is_full || events[n].site > sites)
			return n;
		if (has_text)
			events[n].text = chunk->first_text + notes++;
		n++;
	}
	*ret_is_whole = n == chunk->events;
	return n;
}

/* The head of a whole chunk is what the table was made from. */
static bool has_its_head(const struct trace *trace, const struct chunk *chunk)
{
	const unsigned char *bytes = trace->bytes.at + chunk->at;
	struct chunk_head head;

	return chunk_head_take(&head, bytes) && head.kind == CHUNK_EVENTS &&
	       head.first == chunk->first && head.events == chunk->events &&
	       head.raw <= CHUNK_BYTES_MAX &&
	       head.stored <= trace->bytes.length - chunk->at - CHUNK_LENGTH;
}

static bool has_sound_bytes(const struct trace *trace, const struct chunk *chunk)
{
	const unsigned char *bytes = trace->bytes.at + chunk->at;
	struct chunk_head head;

	if (!has_its_head(trace, chunk))
		return false; /* it never had, or the file has changed since it was opened */
	chunk_head_get(&head, bytes);
	return crc32(crc32(0, bytes, CHUNK_CRC), bytes + CHUNK_LENGTH, head.stored) == head.crc;
}

/* What is wrong at these bytes; NULL: another program has changed them. */
static int say_fault(const struct trace *trace, size_t at, const char *fault, struct error *err)
{
	if (mapping_is_cut(trace->bytes.at))
		return error_set(err, "%s: another program made it shorter while it was open",
			trace->name);
	if (!fault)
		return error_set(err, "%s: another program changed it while it was open",
			trace->name);
	return head_damaged(err, trace->name, at, fault);
}

/* Nothing can be played after damage: the trace ends with the sound events of this chunk. */
static void end_with(struct trace *trace, size_t number, const char *fault)
{
	struct chunks *chunks = &trace->chunks;
	const struct chunk *chunk = &chunks->table.items[number];
	struct error err;

	chunks->table.count = number + 1;
	chunks->events = chunk->first + chunk->events;
	texts_cut(&trace->texts, chunks->events);
	say_fault(trace, chunk->at, fault, &err);
	trace_set_damage(trace, err.text);
}

/* What was in it is gone where it has to become larger. */
static void make_room(struct events_room *room, uint32_t count)
{
	if (room->events && count <= room->count)
		return;
	free(room->events);
	room->events = xcalloc(count, sizeof(*room->events));
	room->count = count;
}

bool chunks_decode(struct trace *trace, size_t number, struct events_room *room)
{
	const struct chunk *chunk = &trace->chunks.table.items[number];
	bool is_ours = trace->chunks.care == CHUNKS_TRUSTED; /* a file without a name */
	bool is_whole = false;

	make_room(room, chunk->events);
	if (!chunk->is_partial && (is_ours || has_sound_bytes(trace, chunk)))
		decode(trace, chunk, room->events, &is_whole);
	return is_whole;
}

/* A chunk that was taken by its head alone, which was wrong: what is sound of it is the end. */
static void decode_to_damage(struct trace *trace, size_t number, struct event *events)
{
	struct chunk *chunk = &trace->chunks.table.items[number];
	bool has_head = has_its_head(trace, chunk), is_whole;
	bool has_checksum = has_sound_bytes(trace, chunk);

	chunk->is_partial = true;
	chunk->events = has_head ? decode(trace, chunk, events, &is_whole) : 0;
	chunk->is_unchecked = false;
	end_with(trace, number,
		!has_head      ? "the chunk header is inconsistent"
		: has_checksum ? "the chunk's records are inconsistent"
			       : "bad checksum in the chunk");
}

/*
 * A chunk that was sound before: another program has changed the file. The person may be past its
 * events already, so they stay, as notes, which change nothing.
 */
static void stand_in(struct trace *trace, size_t number, struct event *events)
{
	const struct chunk *chunk = &trace->chunks.table.items[number];
	struct error err;

	for (uint32_t i = 0; i < chunk->events; i++)
		events[i] = (struct event){.kind = EVENT_NOTE,
			.object = OBJECT_NONE,
			.text = TEXT_NONE};
	say_fault(trace, chunk->at, NULL, &err);
	trace_set_damage(trace, err.text);
}

static void decode_into(struct trace *trace, size_t number, struct events_room *room)
{
	struct chunk *chunk = &trace->chunks.table.items[number];
	bool is_whole;

	if ((trace->lookahead && lookahead_take(trace->lookahead, number, room)) ||
		chunks_decode(trace, number, room))
		chunk->is_unchecked = false;
	else if (chunk->is_unchecked)
		decode_to_damage(trace, number, room->events);
	else if (chunk->is_partial)
		decode(trace, chunk, room->events, &is_whole);
	else
		stand_in(trace, number, room->events);
}

/*
 * The place in the cache for a chunk that is not in it. Who reads from start to end needs two: the
 * one before the last gives way, and the same memory is used again and again.
 */
static struct decoded *place_for(struct chunks *chunks, size_t number)
{
	struct decoded *oldest = &chunks->cache[0];

	for (size_t i = 0; i < CACHE_CHUNKS; i++) {
		struct decoded *decoded = &chunks->cache[i];
		if (decoded->room.events && decoded->chunk + 2 == number)
			return decoded;
		if (decoded->used < oldest->used)
			oldest = decoded;
	}
	return oldest;
}

const struct event *chunks_events(struct trace *trace, size_t number)
{
	struct chunks *chunks = &trace->chunks;

	for (size_t i = 0; i < CACHE_CHUNKS; i++) {
		struct decoded *decoded = &chunks->cache[i];
		if (decoded->room.events && decoded->chunk == number) {
			decoded->used = ++chunks->uses;
			return decoded->room.events;
		}
	}
	struct decoded *place = place_for(chunks, number);
	place->chunk = number;
	place->used = ++chunks->uses;
	chunks->decodings++;
	decode_into(trace, number, &place->room);
	return place->room.events;
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
	return chunk_head_fault(head, chunks->events);
}

/*
 * Goes through the records of a chunk and takes the texts among them.  false when they are not what
 * the head says: *ret_events is how many events came before.
 */
static bool take_records(struct trace *trace, const struct chunk *chunk,
	const struct chunk_head *head, struct cursor cursor, uint32_t *ret_events)
{
	struct coding coding = {.places = places_for(&trace->chunks, head->events)};
	uint32_t texts = 0;
	size_t text_bytes = 0;

	*ret_events = 0;
	while (cursor.at < cursor.end) {
		struct record_words words;
		struct event event;

		if (!record_take(&cursor, &coding, &event, &words))
			return false;
		bool has_text = words.is_comment || event_has_text(&event);
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
		trace->has_cache |= event_is_of_cache(&event);
		if (has_text)
			texts_add(&trace->texts, event.kind, position, words.text, words.length);
		++*ret_events;
	}
	return *ret_events == head->events && texts == head->texts;
}

static struct chunk row_for(const struct trace *trace, size_t at, const struct chunk_head *head)
{
	return (struct chunk){.at = at,
		.first = trace->chunks.events,
		.events = head->events,
		.first_text = (uint32_t)trace->texts.all.count};
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
	struct chunk chunk = row_for(trace, at, head);
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

/*
 * Whether the head says all that must be known before the events are wanted. A chunk without
 * CONTENTS_SAID is of an older writer.
 */
static bool is_known_by_head(const struct trace *trace, const struct chunk_head *head)
{
	if (head->texts > 0)
		return false;
	return trace->chunks.care == CHUNKS_TRUSTED ||
	       (trace->chunks.care == CHUNKS_BY_HEADS && head->contents & CONTENTS_SAID);
}

static void take_head(struct trace *trace, size_t at, const struct chunk_head *head)
{
	struct chunk chunk = row_for(trace, at, head);

	chunk.is_unchecked = trace->chunks.care == CHUNKS_BY_HEADS;
	trace->has_counted |= head->contents & CONTENTS_COUNTED;
	trace->has_cache |= head->contents & CONTENTS_CACHE;
	*array_push(&trace->chunks.table) = chunk;
	trace->chunks.events += head->events;
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
	trace->chunks.sites = (uint32_t)trace->sites.sites.count;
	if (is_sound && n == head->texts)
		return NULL;
	trace->chunks.sites = (uint32_t)sites;
	sites_shrink(&trace->sites, modules, names, sites);
	return "the chunk's definitions are inconsistent";
}

/* Takes the contents of a chunk of any kind; returns the fault, or NULL. */
static const char *take_chunk(struct trace *trace, size_t at, const struct chunk_head *head,
	size_t available)
{
	const unsigned char *bytes = trace->bytes.at + at;
	bool is_cut = available < head->stored;
	bool is_damaged = false;

	if (head->kind == CHUNK_EVENTS && !is_cut && is_known_by_head(trace, head)) {
		take_head(trace, at, head);
		return NULL;
	}
	if (trace->chunks.care != CHUNKS_TRUSTED && !is_cut) {
		uLong crc = crc32(0, bytes, CHUNK_CRC);
		is_damaged = crc32(crc, bytes + CHUNK_LENGTH, head->stored) != head->crc ||
			     get32(bytes + CHUNK_CRC) != head->crc; /* of the table */
	}
	if (head->kind == CHUNK_EVENTS && !(trace->growth.is_followed && (is_cut || is_damaged)))
		return take_events(trace, at, head, available, is_damaged);
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

/* The bytes of the next head, from the table where there is one: it leads over every chunk. */
static void take_head_bytes(struct trace *trace, size_t at, unsigned char *ret, size_t n)
{
	struct chunks *chunks = &trace->chunks;

	if (chunks->rows == chunks->heads.count)
		bytes_copy(&trace->bytes, at, ret, n);
	else
		memcpy(ret, chunks->heads.heads + chunks->rows++ * CHUNK_LENGTH, n);
}

int chunks_scan(struct trace *trace, size_t at, struct error *err)
{
	struct chunks *chunks = &trace->chunks;
	size_t enough = chunks->is_sliced ? chunks->table.count + SLICE_CHUNKS : SIZE_MAX;
	const char *fault = NULL;

	chunks->has_more = false;
	for (; chunks->scanned = at, at < trace->bytes.length;) {
		unsigned char bytes[CHUNK_LENGTH];
		size_t left = trace->bytes.length - at;
		struct chunk_head head;

		take_head_bytes(trace, at, bytes, left < CHUNK_LENGTH ? left : CHUNK_LENGTH);
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
				left < head.stored ? left : head.stored);
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
		return say_fault(trace, at, fault, err);
	if (!chunks->has_end)
		trace->is_truncated = true;
	return 0;
}

static uint64_t mix(uint64_t hash, const unsigned char *bytes, size_t n) /* FNV-1a */
{
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t trace_identity(const struct trace *trace)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	const struct chunk_table *heads = &trace->chunks.heads;

	if (heads->count > 0)
		return mix(hash, heads->heads, heads->count * CHUNK_LENGTH);
	for (size_t i = 0; i < trace->chunks.table.count; i++) {
		unsigned char head[CHUNK_LENGTH];

		bytes_copy(&trace->bytes, trace->chunks.table.items[i].at, head, sizeof(head));
		hash = mix(hash, head, sizeof(head));
	}
	return hash;
}
