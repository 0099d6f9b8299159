/*
 * See trace.h.  Every trace ends up as bytes in the binary form: a binary file mapped as it is, or
 * the spool that another form was written to when it was opened.  A table of its chunks is made at
 * once; chunks are decoded when they are asked for and the last few are kept.
 *
 * What lies in a file is never believed: lengths are compared with what is there, and checksums
 * tell damage before an event is shown.
 */
#include "base/arrays.h"
#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "trace/format.h"
#include "trace/sites.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define CACHE_CHUNKS 6u
#define SNIFF_BYTES  4096u
#define EARLY_BYTES  (64u << 10) /* of a pipe, that tell whether to wait for the rest */
#define LINE_BYTES   (4u << 20)  /* no line of a trace is that long */
#define SLICE_CHUNKS 16u         /* of a trace that is followed, at one look */
#define SEEN_BITS    (1u << 14)  /* IDs in one page of the set of IDs seen */

static const struct trace_reader *const readers[] = {
	&reader_recording, &reader_memory_replay,
	&reader_text, /* last: recognises anything that is text */
};

struct chunk {
	size_t at;       /* of its head in the bytes */
	uint64_t first;  /* event */
	uint32_t events; /* that can be had */
	uint32_t first_text;
	bool is_partial; /* cut off or damaged: not all that its head says is there */
};

struct decoded {
	size_t chunk;
	uint64_t used;        /* for replacing the one longest unused */
	struct event *events; /* room for CHUNK_EVENTS_MAX; NULL: not in use */
};

struct trace {
	char *name;
	const char *format;
	struct trace_info info;
	const unsigned char *bytes;
	size_t length;
	size_t scanned; /* of the bytes: where the chunks in the table end */
	bool is_mapped; /* bytes are a mapping of ours */
	char *copy;     /* or our own memory */
	bool is_followed;
	int fd;     /* followed: the file */
	char *path; /* and where the next one will be */
	bool was_replaced;
	bool is_growing;
	bool is_sliced; /* a look at the file takes so many chunks at most */
	bool has_more;  /* and there were more */
	bool has_counted;
	bool has_end; /* its last chunk says that nothing is missing */
	bool is_truncated;
	char *damage;
	uint64_t events;
	ARRAY(struct chunk) chunks;
	ARRAY(char *) texts; /* of notes and marks, by text number */
	ARRAY(struct trace_mark) marks;
	ARRAY(struct trace_mark) notes;
	ARRAY(struct trace_comment) comments;
	struct sites sites;
	struct places places; /* of the chunk that is being decoded */
	struct decoded cache[CACHE_CHUNKS];
	uint64_t uses;
	unsigned char *unpacked; /* room for one chunk's records */
	size_t unpacked_room;
	ZSTD_DStream *zstd; /* for chunks that are not whole */
};

/* ---- decoding ------------------------------------------------------------------------------ */

void chunk_head_get(struct chunk_head *ret_head, const unsigned char bytes[CHUNK_LENGTH])
{
	*ret_head = (struct chunk_head){
		.kind = bytes[4],
		.codec = bytes[5],
		.stored = get32(bytes + 8),
		.raw = get32(bytes + 12),
		.events = get32(bytes + 16),
		.texts = get32(bytes + 20),
		.first = get64(bytes + 24),
		.head_crc = get32(bytes + CHUNK_HEAD_CRC),
		.crc = get32(bytes + CHUNK_CRC),
	};
}

static bool take_attributes(struct cursor *cursor, struct attributes *attributes)
{
	if (cursor->end - cursor->at < (ptrdiff_t)sizeof(*attributes))
		return false;
	memcpy(attributes, cursor->at, sizeof(*attributes));
	cursor->at += sizeof(*attributes);
	return !(attributes->flags & ~(STORED_FLAGS | OBJECT_FLAGS)) &&
	       attributes->domain < DOMAIN_COUNT && attributes->call < CALL_COUNT &&
	       attributes->alignment <= 64;
}

/*
 * What a new object, a reference or the collector is told to be must be what the text form can say,
 * too.
 */
static bool is_sound(const struct event *event)
{
	bool has_object = event->object != OBJECT_NONE;

	if (event->alignment || (event->flags & (EVENT_FAILED | EVENT_OLD_UNKNOWN)) ||
		(event->kind != EVENT_NEW && (event->flags & OBJECT_FLAGS)))
		return false;
	if (event->kind == EVENT_COLLECT)
		return !has_object && event->size < GENERATIONS;
	if (event->kind == EVENT_GC)
		return !has_object && (event->other == GC_THRESHOLDS || event->size == 0) &&
		       event->size <= INT32_MAX && event->older[0] <= INT32_MAX &&
		       event->older[1] <= INT32_MAX;
	if (event->kind == EVENT_WEAK)
		return has_object && event->other != OBJECT_NONE;
	return has_object &&
	       (!(event->flags & EVENT_RESURRECTS) || (event->flags & EVENT_FINALIZER));
}

static uint32_t take_object(struct cursor *cursor, uint32_t from)
{
	return from + (uint32_t)unzigzag(take_varint(cursor));
}

static uint32_t take_threshold(struct cursor *cursor)
{
	uint64_t number = take_varint(cursor);

	return number <= INT32_MAX ? (uint32_t)number : UINT32_MAX;
}

/* What only events of counted objects have. */
static bool take_counted(struct cursor *cursor, struct event *event)
{
	if (event->kind == EVENT_REF || event->kind == EVENT_UNREF || event->kind == EVENT_WEAK)
		event->other = take_object(cursor, event->object);
	if (event->kind == EVENT_WEAK)
		event->told = take_object(cursor, event->object);
	if (event->kind == EVENT_GC) {
		event->other = cursor->at < cursor->end ? *cursor->at++ : GC_WORD_COUNT;
		if (event->other >= GC_WORD_COUNT)
			return false;
	}
	if (event->kind == EVENT_GC && event->other == GC_THRESHOLDS) {
		event->older[0] = take_threshold(cursor);
		event->older[1] = take_threshold(cursor);
	}
	return is_sound(event);
}

/* One record; its text, if it has one, is left at *ret_text. */
static inline bool take_record(struct cursor *cursor, struct coding *coding, struct event *event,
	bool *ret_is_comment, const char **ret_text, size_t *ret_length)
{
	unsigned tag = *cursor->at++;
	unsigned kind = tag & TAG_KIND;
	bool is_comment = false;

	if (kind == KIND_MORE) {
		unsigned more = cursor->at < cursor->end ? *cursor->at++ : UINT8_MAX;
		is_comment = more < MORE_EVENTS;
		kind = more - MORE_EVENTS + EVENT_NEW;
		if (is_comment)
			event->flags = (uint8_t)more;
		else if (kind >= EVENT_KIND_COUNT)
			return false;
	}
	*ret_is_comment = is_comment;
	if (!is_comment) {
		bool brings_to_life = kind_brings_to_life(kind);
		event->kind = (uint8_t)kind;
		event->other = 0;
		event->text = TEXT_NONE;
		event->object = brings_to_life ? coding->next_object : coding->last_object;
		if (!(tag & TAG_PREDICTED))
			event->object = take_object(cursor, coding->last_object);
		event->size = kind_has_size(kind) ? take_varint(cursor) : 0;
		uint64_t *place = place_of(coding->places, event->object, brings_to_life);
		event->address = place ? *place : 0;
		if (tag & TAG_ADDRESS)
			event->address = coding->last_address + unzigzag(take_varint(cursor));
		if (place)
			*place = event->address;
		if (event->address)
			coding->last_address = event->address;
		if (tag & TAG_THREAD)
			coding->thread = (uint32_t)take_varint(cursor);
		event->thread = coding->thread;
		event->time = 0;
		if (tag & TAG_TIME)
			event->time = coding->last_time += unzigzag(take_varint(cursor));
		struct attributes *attributes = &coding->of_kind[kind];
		if ((tag & TAG_ATTRIBUTES) && !take_attributes(cursor, attributes))
			return false;
		event->flags = (uint8_t)((attributes->flags & ~STORED_SITE) ^ usual_flags(kind)) |
			       (tag & TAG_TIME ? EVENT_HAS_TIME : 0);
		event->domain = attributes->domain;
		event->call = attributes->call;
		event->alignment =
			attributes->alignment ? UINT64_C(1) << (attributes->alignment - 1) : 0;
		event->old_address = event->flags & EVENT_OLD_UNKNOWN ? take_varint(cursor) : 0;
		event->site =
			attributes->flags & STORED_SITE ? (uint32_t)take_varint(cursor) : SITE_NONE;
		if (kind_is_counted(kind) ? !take_counted(cursor, event)
					  : event->flags & OBJECT_FLAGS)
			return false;
		if (brings_to_life && event->object != OBJECT_NONE)
			coding->next_object = event->object + 1;
		coding->last_object = event->object;
	}
	if (is_comment || kind_has_text(kind)) {
		uint64_t length = take_varint(cursor);
		if (cursor->failed || length > (uint64_t)(cursor->end - cursor->at))
			return false;
		*ret_text = (const char *)cursor->at;
		*ret_length = (size_t)length;
		cursor->at += length;
	}
	return !cursor->failed;
}

/* What is stored of a chunk: its pieces. */
struct pieces {
	uint32_t count;
	const unsigned char *table;
	const unsigned char *bytes; /* of the first; the others follow */
	size_t length;              /* that are there, of all */
};

/* stored: as many bytes as there are.  false when they end within the table. */
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

static void make_unpacked_room(struct trace *trace, size_t room)
{
	if (trace->unpacked_room >= room)
		return;
	free(trace->unpacked);
	trace->unpacked = xmalloc(room);
	trace->unpacked_room = room;
}

/* The records of a whole chunk; false when they are not what the head says. */
static bool unpack(struct trace *trace, const struct chunk_head *head, const unsigned char *stored,
	struct cursor *ret_cursor)
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
	make_unpacked_room(trace, head->raw);
	size_t n = ZSTD_decompress(trace->unpacked, head->raw, pieces.bytes, pieces.length);
	*ret_cursor = (struct cursor){trace->unpacked, trace->unpacked + head->raw, false};
	return !ZSTD_isError(n) && n == head->raw;
}

/*
 * The records of a chunk that is cut off or damaged, as far as its pieces can be trusted;
 * available: the bytes that are there of what is stored.
 */
static void unpack_partly(struct trace *trace, const struct chunk_head *head,
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
		if (!trace->zstd)
			trace->zstd = ZSTD_createDStream();
		make_unpacked_room(trace, head->raw);
		ZSTD_initDStream(trace->zstd);
		ZSTD_inBuffer in = {pieces.bytes, sound, 0};
		ZSTD_outBuffer out = {trace->unpacked, head->raw, 0};
		ZSTD_decompressStream(trace->zstd, &out, &in);
		*ret_cursor = (struct cursor){trace->unpacked, trace->unpacked + out.pos, false};
	}
}

/* Decodes a whole chunk; gives false when its records are not sound. */
static bool decode(struct trace *trace, size_t number, struct event *events)
{
	const struct chunk *chunk = &trace->chunks.items[number];
	const unsigned char *bytes = trace->bytes + chunk->at;
	struct chunk_head head;
	struct cursor cursor;
	struct coding coding = {.places = &trace->places};
	uint32_t n = 0, text_number = chunk->first_text;

	trace->places.count = 0;
	chunk_head_get(&head, bytes);
	if (chunk->is_partial) {
		size_t left = trace->length - chunk->at - CHUNK_LENGTH;
		bool is_damaged = false;
		unpack_partly(trace, &head, bytes + CHUNK_LENGTH,
			left < head.stored ? left : head.stored, &cursor, &is_damaged);
	} else if (!unpack(trace, &head, bytes + CHUNK_LENGTH, &cursor)) {
		return false;
	}
	while (cursor.at < cursor.end) {
		struct event comment;
		bool is_comment, is_full = n == chunk->events;
		const char *text;
		size_t length;

		if (is_full && chunk->is_partial)
			break;
		if (!take_record(&cursor, &coding, is_full ? &comment : &events[n], &is_comment,
			    &text, &length))
			return false;
		if (is_comment)
			continue;
		if (is_full)
			return false;
		if (kind_has_text(events[n].kind))
			events[n].text = text_number++;
		n++;
	}
	return n == chunk->events;
}

static const struct event *chunk_events(struct trace *trace, size_t number)
{
	struct decoded *oldest = &trace->cache[0];

	for (size_t i = 0; i < CACHE_CHUNKS; i++) {
		struct decoded *decoded = &trace->cache[i];
		if (decoded->events && decoded->chunk == number) {
			decoded->used = ++trace->uses;
			return decoded->events;
		}
		if (decoded->used < oldest->used)
			oldest = decoded;
	}
	if (!oldest->events)
		oldest->events = xcalloc(CHUNK_EVENTS_MAX, sizeof(struct event));
	oldest->chunk = number;
	oldest->used = ++trace->uses;
	/* It was sound when it was opened: if not now, the file has changed under us. */
	if (!decode(trace, number, oldest->events))
		memset(oldest->events, 0, CHUNK_EVENTS_MAX * sizeof(struct event));
	return oldest->events;
}

/* ---- the table of chunks ------------------------------------------------------------------- */

static char *owned_text(const char *text, size_t length)
{
	char *copy = xmalloc(length + 1);

	for (size_t i = 0; i < length; i++)
		copy[i] = text[i] == '\0' ? ' ' : text[i];
	copy[length] = '\0';
	return copy;
}

static void take_text(struct trace *trace, const struct event *event, uint64_t position,
	const char *text, size_t length)
{
	char *owned = owned_text(text, length);
	struct trace_mark mark = {position, owned};

	*array_push(&trace->texts) = owned;
	if (event->kind == EVENT_MARK)
		*array_push(&trace->marks) = mark;
	else
		*array_push(&trace->notes) = mark;
}

/*
 * Goes through the records of a chunk and takes the texts among them.  false when they are not what
 * the head says: *ret_events is how many events came before.
 */
static bool take_records(struct trace *trace, const struct chunk *chunk,
	const struct chunk_head *head, struct cursor cursor, uint32_t *ret_events)
{
	struct coding coding = {.places = &trace->places};
	uint32_t texts = 0;
	size_t text_bytes = 0;

	trace->places.count = 0;
	*ret_events = 0;
	while (cursor.at < cursor.end) {
		struct event event = {0};
		bool is_comment;
		const char *text = "";
		size_t length = 0;

		if (!take_record(&cursor, &coding, &event, &is_comment, &text, &length))
			return false;
		bool has_text = is_comment || kind_has_text(event.kind);
		text_bytes += length;
		if (has_text && (++texts > head->texts || text_bytes > TEXT_BYTES_MAX))
			return false;
		if (!is_comment &&
			(*ret_events == head->events || event.site > trace->sites.sites.count))
			return false;
		trace->has_counted |= !is_comment && kind_is_counted(event.kind);
		uint64_t position = chunk->first + *ret_events;
		if (is_comment) {
			bool trails = event.flags == MORE_TRAILS && position > 0;
			*array_push(&trace->comments) = (struct trace_comment){position - trails,
				trails, owned_text(text, length)};
			continue;
		}
		if (has_text)
			take_text(trace, &event, position, text, length);
		++*ret_events;
	}
	return *ret_events == head->events && texts == head->texts;
}

static int damaged(const struct trace *trace, struct error *err, size_t at, const char *what)
{
	return error_set(err, "%s:byte %zu: %s", trace->name, at, what);
}

/* What is wrong with the head of a chunk; NULL when nothing is. */
static const char *head_fault(const struct trace *trace, const struct chunk_head *head,
	const unsigned char *bytes)
{
	if (get32(bytes) != CHUNK_MAGIC)
		return "a chunk should begin here";
	if (crc32(0, bytes, CHUNK_HEAD_CRC) != head->head_crc)
		return "the checksum of the chunk's head is wrong";
	if (head->stored > ZSTD_compressBound(CHUNK_BYTES_MAX) || head->raw > CHUNK_BYTES_MAX)
		return "the chunk is larger than a chunk may be";
	if (head->kind <= CHUNK_END &&
		(head->events > CHUNK_EVENTS_MAX || head->texts > CHUNK_TEXTS_MAX ||
			head->first != trace->events))
		return "the chunk's numbers make no sense";
	return NULL;
}

/* Those that have been taken since. */
static void forget_texts(struct trace *trace, const struct trace *before)
{
	while (trace->texts.count > before->texts.count)
		free(trace->texts.items[--trace->texts.count]);
	while (trace->comments.count > before->comments.count)
		free((void *)(uintptr_t)trace->comments.items[--trace->comments.count].text);
	trace->marks.count = before->marks.count;
	trace->notes.count = before->notes.count;
}

/*
 * Takes the events of a chunk into the table. available: how many of the stored bytes are there;
 * is_damaged: their checksum is wrong. Gives what is wrong; NULL when nothing is, or when the chunk
 * was only cut off.
 */
static const char *take_chunk(struct trace *trace, size_t at, const struct chunk_head *head,
	size_t available, bool is_damaged)
{
	struct chunk chunk = {at, trace->events, head->events, (uint32_t)trace->texts.count, false};
	const unsigned char *stored = trace->bytes + at + CHUNK_LENGTH;
	bool is_cut = available < head->stored;
	bool is_whole = !is_cut && !is_damaged;
	struct cursor cursor;

	if (!is_whole || !unpack(trace, head, stored, &cursor)) {
		chunk.is_partial = true;
		unpack_partly(trace, head, stored, available, &cursor, &is_damaged);
	}
	struct trace before = *trace;
	chunk.is_partial |= !take_records(trace, &chunk, head, cursor, &chunk.events);
	if (chunk.is_partial && trace->is_followed) {
		forget_texts(trace, &before);
		return "the chunk's records make no sense";
	}
	*array_push(&trace->chunks) = chunk;
	trace->events += chunk.events;
	if (is_damaged)
		return "the chunk's checksum is wrong";
	return is_whole && chunk.is_partial ? "the chunk's records make no sense" : NULL;
}

/* Takes the definitions of a whole chunk; gives what is wrong, or NULL. */
static const char *take_sites(struct trace *trace, size_t at, const struct chunk_head *head)
{
	size_t modules = trace->sites.modules.count, names = trace->sites.names.count;
	size_t sites = trace->sites.sites.count;
	struct site_coding coding = {.count = 0};
	struct cursor cursor;
	uint32_t n = 0;

	bool is_sound = unpack(trace, head, trace->bytes + at + CHUNK_LENGTH, &cursor);
	for (; is_sound && cursor.at < cursor.end; n++)
		is_sound = n < head->texts && sites_take(&trace->sites, &coding, &cursor);
	if (is_sound && n == head->texts)
		return NULL;
	sites_shrink(&trace->sites, modules, names, sites);
	return "the chunk's definitions make no sense";
}

/* Of a spool, which was written by ourselves a moment ago, only the texts are looked for. */
static const char *take_trusted_chunk(struct trace *trace, size_t at, const struct chunk_head *head)
{
	if (head->texts > 0)
		return take_chunk(trace, at, head, head->stored, false);
	*array_push(&trace->chunks) = (struct chunk){at, trace->events, head->events,
		(uint32_t)trace->texts.count, false};
	trace->events += head->events;
	return NULL;
}

/*
 * Takes what a chunk has for us; gives what is wrong, or NULL. trusted: written by ourselves a
 * moment ago.
 */
static const char *take_any_chunk(struct trace *trace, size_t at, const struct chunk_head *head,
	size_t available, bool trusted)
{
	const unsigned char *bytes = trace->bytes + at;
	bool is_cut = available < head->stored;
	bool is_damaged = false;

	if (!trusted && !is_cut) {
		uLong crc = crc32(0, bytes, CHUNK_CRC);
		is_damaged = crc32(crc, bytes + CHUNK_LENGTH, head->stored) != head->crc;
	}
	if (head->kind == CHUNK_EVENTS && !(trace->is_followed && (is_cut || is_damaged)))
		return trusted ? take_trusted_chunk(trace, at, head)
			       : take_chunk(trace, at, head, available, is_damaged);
	if (is_damaged)
		return "the chunk's checksum is wrong";
	if (head->kind == CHUNK_SITES && !is_cut)
		return take_sites(trace, at, head);
	if (head->kind == CHUNK_END && trace->length - at > CHUNK_LENGTH)
		return "something stands behind the end";
	trace->has_end |= head->kind == CHUNK_END;
	return NULL;
}

static int scan_chunks(struct trace *trace, size_t at, bool trusted, struct error *err)
{
	size_t enough = trace->is_sliced ? trace->chunks.count + SLICE_CHUNKS : SIZE_MAX;

	for (; trace->scanned = at, at < trace->length;) {
		size_t left = trace->length - at;
		const unsigned char *bytes = trace->bytes + at;
		struct chunk_head head;

		if (left < CHUNK_LENGTH) {
			unsigned char magic[4];
			put32(magic, CHUNK_MAGIC);
			if (memcmp(bytes, magic, left < 4 ? left : 4) != 0)
				return damaged(trace, err, at, "a chunk should begin here");
			break;
		}
		left -= CHUNK_LENGTH;
		chunk_head_get(&head, bytes);
		const char *fault = head_fault(trace, &head, bytes);
		if (!fault)
			fault = take_any_chunk(trace, at, &head,
				left < head.stored ? left : head.stored, trusted);
		if (fault)
			return damaged(trace, err, at, fault);
		if (left < head.stored)
			break;
		at += CHUNK_LENGTH + head.stored;
		if (trace->chunks.count >= enough && at < trace->length) {
			trace->scanned = at;
			trace->has_more = true;
			return 0;
		}
	}
	if (!trace->has_end)
		trace->is_truncated = true;
	return 0;
}

static int read_head(struct trace *trace, size_t *ret_at, struct error *err)
{
	const unsigned char *bytes = trace->bytes;

	*ret_at = trace->length;
	if (trace->length < HEAD_LENGTH) {
		trace->is_truncated = true;
		return 0;
	}
	uint32_t info = get32(bytes + 12);
	size_t length = HEAD_LENGTH + (size_t)info;
	if (crc32(0, bytes, HEAD_LENGTH - 4) != get32(bytes + HEAD_LENGTH - 4))
		return damaged(trace, err, HEAD_LENGTH - 4, "the head's checksum is wrong");
	unsigned version = bytes[8] | (unsigned)bytes[9] << 8;
	if (version != FORM_VERSION)
		return error_set(err,
			"%s:byte 8: made by a newer arenascope (form %u, this one reads %u)",
			trace->name, version, FORM_VERSION);
	if (info > INFO_MAX)
		return damaged(trace, err, 12, "the head is larger than a head may be");
	if (trace->length < length + 4) {
		trace->is_truncated = true;
		return 0;
	}
	if (crc32(0, bytes, (uInt)length) != get32(bytes + length))
		return damaged(trace, err, length, "the head's checksum is wrong");

	const char *line = (const char *)bytes + HEAD_LENGTH;
	const char *end = line + info;
	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *stop = newline ? newline : end;
		const char *space = memchr(line, ' ', (size_t)(stop - line));
		if (space) /* keys that are not known come from later versions */
			info_take(&trace->info, line, (size_t)(space - line), space + 1,
				(size_t)(stop - space - 1));
		line = stop + 1;
	}
	*ret_at = length + 4;
	return 0;
}

/* ---- the feed: other forms into a spool ---------------------------------------------------- */

struct feed {
	struct trace *trace;
	struct trace_writer *writer;
	struct error error; /* of the writer */
	bool failed;
	bool has_events;
	uint32_t sites;
	/* bitmaps of the IDs brought to life so far */
	uint64_t *seen[(UINT64_C(1) << 32) / SEEN_BITS];
	ARRAY(uint64_t *) pages; /* those that are there */
	struct text text;
};

/* Whether the object was brought to life before; from now on it was, if `now`. */
static bool was_seen(struct feed *feed, uint32_t object, bool now)
{
	uint64_t **page = &feed->seen[object / SEEN_BITS];
	uint64_t bit = UINT64_C(1) << (object % 64);

	if (!*page) {
		if (!now)
			return false;
		*page = xcalloc(SEEN_BITS / 64, sizeof(uint64_t));
		*array_push(&feed->pages) = *page;
	}
	uint64_t *word = &(*page)[object % SEEN_BITS / 64];
	bool seen = *word & bit;
	if (now)
		*word |= bit;
	return seen;
}

void feed_event(struct feed *feed, struct event *event, const char *text, size_t length)
{
	if (event->object != OBJECT_NONE &&
		was_seen(feed, event->object,
			kind_has_size(event->kind) && !(event->flags & EVENT_FAILED)))
		event->flags |= EVENT_SEEN_BEFORE;
	feed->has_events = true;
	feed->trace->has_counted |= kind_is_counted(event->kind);
	text_clear(&feed->text);
	if (text)
		text_add_bytes(&feed->text, text, length);
	if (trace_writer_add(feed->writer, event, text ? text_of(&feed->text) : NULL,
		    &feed->error) < 0)
		feed->failed = true;
}

void feed_comment(struct feed *feed, const char *text, size_t length, bool trails)
{
	text_clear(&feed->text);
	text_add_bytes(&feed->text, text, length);
	if (trace_writer_comment(feed->writer, text_of(&feed->text), trails, &feed->error) < 0)
		feed->failed = true;
}

void feed_module(struct feed *feed, const struct trace_module *module)
{
	if (trace_writer_define_module(feed->writer, module, &feed->error) < 0)
		feed->failed = true;
}

void feed_name(struct feed *feed, uint64_t address, const char *words)
{
	if (trace_writer_define_name(feed->writer, address, words, &feed->error) < 0)
		feed->failed = true;
}

void feed_site(struct feed *feed, const uint64_t *frames, size_t count)
{
	feed->sites++;
	if (trace_writer_define(feed->writer, frames, count, &feed->error) < 0)
		feed->failed = true;
}

uint32_t feed_sites(const struct feed *feed)
{
	return feed->sites;
}

bool feed_has_events(const struct feed *feed)
{
	return feed->has_events;
}

struct trace_info *feed_info(struct feed *feed)
{
	return &feed->trace->info;
}

void feed_truncated(struct feed *feed)
{
	feed->trace->is_truncated = true;
}

static int open_spool(struct error *err)
{
	const char *folder = getenv("TMPDIR");
	int fd = open(folder && *folder ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		fd = memfd_create("arenascope-spool", MFD_CLOEXEC);
	if (fd < 0)
		error_set(err, "no place for a temporary file: %s", strerror(errno));
	return fd;
}

static int map_fd(struct trace *trace, int fd, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_set(err, "%s: %s", trace->name, strerror(errno));
	trace->length = (size_t)status.st_size;
	trace->bytes = NULL;
	if (trace->length == 0)
		return 0;
	void *bytes = mmap(NULL, trace->length, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return error_set(err, "%s: cannot be mapped: %s", trace->name, strerror(errno));
	trace->bytes = bytes;
	trace->is_mapped = true;
	return 0;
}

static void release_bytes(struct trace *trace)
{
	if (trace->is_mapped)
		munmap((void *)(uintptr_t)trace->bytes, trace->length);
	free(trace->copy);
	trace->bytes = NULL;
	trace->copy = NULL;
	trace->is_mapped = false;
	trace->length = 0;
}

static int prefix_place(const struct trace *trace, const struct error *reason, struct error *err)
{
	return error_set(err, "%s:%s", trace->name, reason->text);
}

/* The first damage is what is told. */
static void set_damage(struct trace *trace, const char *damage)
{
	if (!trace->damage)
		trace->damage = xstrdup(damage);
}

/* Runs a reader over the trace's bytes, which the spool then takes the place of. */
static int spool(struct trace *trace, const struct trace_reader *reader, unsigned flags,
	struct error *err)
{
	struct feed *feed = xcalloc(1, sizeof(*feed));
	struct error reason;
	int result = -1;
	int fd = open_spool(err);
	size_t at;

	feed->trace = trace;
	if (fd < 0 ||
		trace_writer_new(&feed->writer, fd, "temporary file", TRACE_BINARY, NULL, err) < 0)
		goto out;
	trace_writer_uncompressed(feed->writer);
	if (reader->read(feed, (const char *)trace->bytes, trace->length, &reason) < 0) {
		if (!(flags & TRACE_SALVAGE)) {
			prefix_place(trace, &reason, err);
			goto out;
		}
		struct error placed;
		prefix_place(trace, &reason, &placed);
		set_damage(trace, placed.text);
	}
	struct trace_writer *writer = feed->writer;
	feed->writer = NULL;
	if (trace_writer_finish(writer, err) < 0)
		goto out;
	if (feed->failed) {
		*err = feed->error;
		goto out;
	}
	release_bytes(trace);
	struct trace_info info = trace->info;
	result = map_fd(trace, fd, err);
	if (result == 0)
		result = read_head(trace, &at, err);
	trace->info = info;
	if (result == 0)
		result = scan_chunks(trace, at, true, err);
out:
	trace_writer_finish(feed->writer, NULL);
	for (size_t i = 0; i < feed->pages.count; i++)
		free(feed->pages.items[i]);
	array_finish(&feed->pages);
	text_finish(&feed->text);
	free(feed);
	if (fd >= 0)
		close(fd);
	return result;
}

/* ---- opening ------------------------------------------------------------------------------- */

static const struct trace_reader *find_reader(const struct trace *trace)
{
	size_t length = trace->length < SNIFF_BYTES ? trace->length : SNIFF_BYTES;

	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (readers[i]->recognises((const char *)trace->bytes, length))
			return readers[i];
	return NULL;
}

static bool is_binary(const struct trace *trace)
{
	size_t length = trace->length < 8 ? trace->length : 8;

	return length > 0 && trace->bytes[0] == (unsigned char)HEAD_MAGIC[0] &&
	       memcmp(trace->bytes, HEAD_MAGIC, length) == 0;
}

static int open_binary(struct trace *trace, unsigned flags, struct error *err)
{
	size_t at;

	trace->format = "binary";
	if (read_head(trace, &at, err) < 0)
		return -1;
	struct error reason;
	if (scan_chunks(trace, at, false, &reason) == 0)
		return 0;
	if (!(flags & TRACE_SALVAGE)) {
		*err = reason;
		return -1;
	}
	set_damage(trace, reason.text);
	return 0;
}

/* A line that is known to be cut is none, even if it looks like one. */
static int drop_last_line(struct trace *trace, int fd, struct error *err)
{
	const unsigned char *newline =
		trace->length ? memrchr(trace->bytes, '\n', trace->length) : NULL;
	off_t length = newline ? newline + 1 - trace->bytes : 0;

	release_bytes(trace);
	if (ftruncate(fd, length) < 0)
		return error_set(err, "temporary file: %s", strerror(errno));
	return map_fd(trace, fd, err);
}

/* A packed file gives its place to what is in it. */
static int unpack_bytes(struct trace *trace, unsigned flags, struct error *err)
{
	int fd = open_spool(err);
	enum unpacked how;
	int result = -1;

	if (fd < 0)
		return -1;
	if (unpack_file(trace->bytes, trace->length, fd, &how, err) < 0)
		goto out;
	if (how == UNPACKED_DAMAGED) {
		error_set(err, "%s: is packed by gzip or zstd, and damaged", trace->name);
		if (!(flags & TRACE_SALVAGE))
			goto out;
		set_damage(trace, err->text);
	}
	trace->is_truncated = how == UNPACKED_CUT;
	release_bytes(trace);
	result = map_fd(trace, fd, err);
	if (result == 0 && how != UNPACKED_WHOLE && !is_binary(trace))
		result = drop_last_line(trace, fd, err);
out:
	close(fd);
	return result;
}

/* The bytes are in place: finds out what they are. */
static int open_bytes(struct trace *trace, unsigned flags, struct error *err)
{
	if (trace->length > 0 && is_packed(trace->bytes, trace->length) &&
		unpack_bytes(trace, flags, err) < 0)
		return -1;
	if (trace->length == 0)
		return error_set(err, "%s: the file is empty", trace->name);
	if (is_binary(trace))
		return open_binary(trace, flags, err);

	const struct trace_reader *reader = find_reader(trace);
	if (!reader)
		return error_set(err, "%s:byte 0: not a trace in any form known here", trace->name);
	trace->format = reader->name;
	return spool(trace, reader, flags, err);
}

static struct trace *new_trace(const char *name)
{
	struct trace *trace = xcalloc(1, sizeof(*trace));

	trace->name = xstrdup(name);
	trace->format = "";
	info_init(&trace->info);
	return trace;
}

/* The first lines are read for trial; nothing is known where no line has ended. */
static int try_lines(struct trace *trial, const struct trace_reader *reader, bool *ret_is_known,
	struct error *err)
{
	const unsigned char *newline = memrchr(trial->bytes, '\n', trial->length);

	if (!newline && trial->length > LINE_BYTES)
		return error_set(err, "%s:1: no line of a trace is as long as this", trial->name);
	*ret_is_known = newline;
	if (!newline)
		return 0;
	trial->length = (size_t)(newline + 1 - trial->bytes);
	return spool(trial, reader, 0, err);
}

/* What has come of a pipe must be the beginning of a trace: what is none might never end. */
static int judge_beginning(const struct trace *trace, const struct text *begun, bool *ret_is_known,
	struct error *err)
{
	struct trace *trial = new_trace(trace->name);
	int result = 0;

	trial->bytes = (const unsigned char *)text_of(begun);
	trial->length = begun->length;
	*ret_is_known = true;
	if (!is_packed(trial->bytes, trial->length) && !is_binary(trial)) {
		const struct trace_reader *reader = find_reader(trial);
		if (!reader)
			result = error_set(err, "%s:byte 0: not a trace in any form known here",
				trace->name);
		else if (reader != &reader_recording)
			result = try_lines(trial, reader, ret_is_known, err);
	}
	trace_close(trial);
	return result;
}

/* Reads a pipe to its end. */
static int read_fd(struct trace *trace, int fd, unsigned flags, struct error *err)
{
	bool is_known = flags & TRACE_SALVAGE; /* which takes what it gets */
	struct text all = {0};
	char piece[65536];
	ssize_t n;

	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			text_finish(&all);
			return error_set(err, "%s: %s", trace->name, strerror(errno));
		}
		text_add_bytes(&all, piece, (size_t)n);
		if (!is_known && all.length >= EARLY_BYTES &&
			judge_beginning(trace, &all, &is_known, err) < 0) {
			text_finish(&all);
			return -1;
		}
	}
	trace->length = all.length;
	trace->copy = text_detach(&all);
	trace->bytes = (const unsigned char *)trace->copy;
	return 0;
}

static int take_file(struct trace *trace, int fd, unsigned flags, struct error *err)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return error_set(err, "%s: %s", trace->name, strerror(errno));
	if (S_ISDIR(status.st_mode))
		return error_set(err, "%s: is a directory", trace->name);
	return S_ISREG(status.st_mode) ? map_fd(trace, fd, err) : read_fd(trace, fd, flags, err);
}

int trace_open(struct trace **ret_trace, const char *path, unsigned flags, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	struct trace *trace = new_trace(is_stdin ? "standard input" : path);
	int result = take_file(trace, fd, flags, err);
	if (result == 0)
		result = open_bytes(trace, flags, err);
	if (!is_stdin)
		close(fd);
	if (result < 0) {
		trace_close(trace);
		return -1;
	}
	*ret_trace = trace;
	return 0;
}

int trace_open_memory(struct trace **ret_trace, const void *bytes, size_t length, const char *name,
	unsigned flags, struct error *err)
{
	struct trace *trace = new_trace(name);

	trace->copy = xmalloc(length + 1);
	memcpy(trace->copy, bytes, length);
	trace->bytes = (const unsigned char *)trace->copy;
	trace->length = length;
	if (open_bytes(trace, flags, err) < 0) {
		trace_close(trace);
		return -1;
	}
	*ret_trace = trace;
	return 0;
}

void trace_close(struct trace *trace)
{
	if (!trace)
		return;
	release_bytes(trace);
	for (size_t i = 0; i < trace->texts.count; i++)
		free(trace->texts.items[i]);
	for (size_t i = 0; i < trace->comments.count; i++)
		free((void *)(uintptr_t)trace->comments.items[i].text);
	for (size_t i = 0; i < CACHE_CHUNKS; i++)
		free(trace->cache[i].events);
	array_finish(&trace->texts);
	array_finish(&trace->comments);
	array_finish(&trace->marks);
	array_finish(&trace->notes);
	array_finish(&trace->chunks);
	sites_finish(&trace->sites);
	info_finish(&trace->info);
	free(trace->unpacked);
	if (trace->is_followed)
		close(trace->fd);
	free(trace->path);
	ZSTD_freeDStream(trace->zstd);
	free(trace->damage);
	free(trace->name);
	free(trace);
}

/* ---- following ----------------------------------------------------------------------------- */

static bool is_cut_in_head(const struct trace *trace)
{
	if (trace->length == 0 || !is_binary(trace))
		return trace->length == 0;
	return trace->length < HEAD_LENGTH ||
	       (crc32(0, trace->bytes, HEAD_LENGTH - 4) == get32(trace->bytes + HEAD_LENGTH - 4) &&
		       get32(trace->bytes + 12) <= INFO_MAX &&
		       trace->length < HEAD_LENGTH + (size_t)get32(trace->bytes + 12) + 4);
}

/* Whether somebody holds the lock that writers of growing traces take. */
static bool is_held(int fd)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &lock) < 0 || lock.l_type != F_UNLCK;
}

/*
 * Before looking at the file's size: nothing comes behind the size that is seen when nobody holds
 * it.
 */
static void see_whether_it_grows(struct trace *trace)
{
	switch (trace->info.written) {
	case TRACE_WRITTEN_UNKNOWN:
		trace->is_growing = !trace->was_replaced;
		break;
	case TRACE_GROWING:
		trace->is_growing = is_held(trace->fd);
		break;
	case TRACE_COMPLETE:
		trace->is_growing = false;
		break;
	}
}

/* Maps the file as long as it is now, and takes the chunks that are complete. */
static int take_more(struct trace *trace, struct error *err)
{
	struct trace longer = {.name = trace->name};

	if (map_fd(&longer, trace->fd, err) < 0)
		return -1;
	if (longer.length < trace->scanned) {
		release_bytes(&longer);
		return error_set(err, "%s: was cut shorter while it was followed", trace->name);
	}
	release_bytes(trace);
	trace->bytes = longer.bytes;
	trace->length = longer.length;
	trace->is_mapped = longer.is_mapped;
	trace->is_truncated = false;
	trace->has_more = false;
	if (scan_chunks(trace, trace->scanned, false, err) < 0)
		return -1;
	trace->is_truncated = trace->is_truncated && !trace->is_growing;
	return 0;
}

static int take_followed(struct trace *trace, struct error *err)
{
	struct stat status;

	if (fstat(trace->fd, &status) < 0)
		return error_set(err, "%s: %s", trace->name, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return error_set(err, "%s: only a file can be followed", trace->name);
	if (map_fd(trace, trace->fd, err) < 0)
		return -1;
	if (is_cut_in_head(trace))
		return 1;
	if (!is_binary(trace))
		return error_set(err,
			"%s: only a binary trace can be followed; `arenascope convert` makes one",
			trace->name);
	trace->format = "binary";
	if (read_head(trace, &trace->scanned, err) < 0)
		return -1;
	see_whether_it_grows(trace);
	return take_more(trace, err);
}

static int follow(struct trace **ret_trace, const char *path, bool is_sliced, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT)
		return 1;
	if (fd < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	struct trace *trace = new_trace(path);
	trace->is_followed = true;
	trace->fd = fd;
	trace->path = xstrdup(path);
	trace->is_sliced = is_sliced;
	int result = take_followed(trace, err);
	if (result != 0) {
		trace_close(trace);
		return result;
	}
	*ret_trace = trace;
	return 0;
}

int trace_follow(struct trace **ret_trace, const char *path, struct error *err)
{
	int result = follow(ret_trace, path, false, err);

	if (result == 0)
		(*ret_trace)->is_sliced = true;
	return result;
}

/* Another file has the name, or there is less in this one than there was: it was begun anew. */
static bool has_a_successor(const struct trace *trace)
{
	struct stat ours, theirs;

	if (stat(trace->path, &theirs) < 0 || fstat(trace->fd, &ours) < 0)
		return false;
	return ours.st_dev != theirs.st_dev || ours.st_ino != theirs.st_ino ||
	       (uint64_t)ours.st_size < trace->scanned;
}

/* 1: it is not there yet. */
static int become_successor(struct trace *trace, struct error *err)
{
	struct trace *successor = NULL;
	int result = follow(&successor, trace->path, true, err);

	if (result != 0)
		return result;
	struct trace before = *trace;
	*trace = *successor;
	*successor = before;
	trace_close(successor);
	trace->was_replaced = true;
	see_whether_it_grows(trace);
	return 0;
}

int trace_refresh(struct trace *trace, enum trace_news *ret_news, struct error *err)
{
	struct stat status;

	*ret_news = TRACE_AS_BEFORE;
	if (!trace->is_followed)
		return 0;
	if (has_a_successor(trace)) {
		int result = become_successor(trace, err);
		if (result == 0)
			*ret_news = TRACE_REPLACED;
		return result < 0 ? -1 : 0;
	}
	see_whether_it_grows(trace);
	if (fstat(trace->fd, &status) < 0)
		return error_set(err, "%s: %s", trace->name, strerror(errno));
	if ((uint64_t)status.st_size == trace->length && !trace->has_more)
		return 0;
	uint64_t before = trace->events;
	int result = take_more(trace, err);
	if (trace->events > before)
		*ret_news = TRACE_GREW;
	return result;
}

bool trace_is_growing(const struct trace *trace)
{
	return trace->is_growing || trace->has_more;
}

/* ---- asking -------------------------------------------------------------------------------- */

uint64_t trace_length(const struct trace *trace)
{
	return trace->events;
}

const char *trace_name(const struct trace *trace)
{
	return trace->name;
}

const char *trace_format(const struct trace *trace)
{
	return trace->format;
}

const struct trace_info *trace_info(const struct trace *trace)
{
	return &trace->info;
}

bool trace_has_counted(const struct trace *trace)
{
	return trace->has_counted;
}

bool trace_is_truncated(const struct trace *trace)
{
	return trace->is_truncated;
}

const char *trace_damage(const struct trace *trace)
{
	return trace->damage;
}

/* The chunk that holds the event. */
static size_t chunk_of(const struct trace *trace, uint64_t at)
{
	size_t low = 0, high = trace->chunks.count;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		if (trace->chunks.items[middle].first <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

size_t trace_read(struct trace *trace, uint64_t from, struct event *ret_events, size_t n)
{
	size_t copied = 0;

	if (from >= trace->events)
		return 0;
	for (size_t number = chunk_of(trace, from); copied < n && number < trace->chunks.count;
		number++) {
		const struct chunk *chunk = &trace->chunks.items[number];
		size_t skip = (size_t)(from + copied - chunk->first);
		size_t count = chunk->events - skip;
		if (chunk->events == 0)
			continue;
		const struct event *events = chunk_events(trace, number);
		if (count > n - copied)
			count = n - copied;
		memcpy(ret_events + copied, events + skip, count * sizeof(*events));
		copied += count;
	}
	return copied;
}

bool trace_get(struct trace *trace, uint64_t at, struct event *ret_event)
{
	return trace_read(trace, at, ret_event, 1) == 1;
}

const char *trace_text(const struct trace *trace, uint32_t text)
{
	return text < trace->texts.count ? trace->texts.items[text] : "";
}

size_t trace_marks(const struct trace *trace, const struct trace_mark **ret_marks)
{
	*ret_marks = trace->marks.items;
	return trace->marks.count;
}

size_t trace_notes(const struct trace *trace, const struct trace_mark **ret_notes)
{
	*ret_notes = trace->notes.items;
	return trace->notes.count;
}

size_t trace_comments(const struct trace *trace, const struct trace_comment **ret_comments)
{
	*ret_comments = trace->comments.items;
	return trace->comments.count;
}

const struct sites *trace_sites(const struct trace *trace)
{
	return &trace->sites;
}

size_t trace_modules(const struct trace *trace, const struct trace_module **ret_modules)
{
	*ret_modules = trace->sites.modules.items;
	return trace->sites.modules.count;
}

uint32_t trace_site_count(const struct trace *trace)
{
	return (uint32_t)trace->sites.sites.count;
}

size_t trace_site(const struct trace *trace, uint32_t site, const uint64_t **ret_frames)
{
	return sites_frames(&trace->sites, site, ret_frames);
}

const char *trace_frame_name(const struct trace *trace, uint32_t site, size_t frame)
{
	return sites_frame_name(&trace->sites, site, frame);
}

void trace_name_frame(struct trace *trace, uint32_t site, size_t frame, const char *words)
{
	const uint64_t *frames;

	if (frame < trace_site(trace, site, &frames))
		sites_name_frame(&trace->sites, site, frame, words);
}

const struct trace_module *trace_module_at(const struct trace *trace, uint32_t site,
	uint64_t address)
{
	return sites_module(&trace->sites, site, address);
}

bool trace_find_mark(const struct trace *trace, const char *name, uint64_t *ret_position)
{
	for (size_t i = 0; i < trace->marks.count; i++)
		if (strcmp(trace->marks.items[i].name, name) == 0) {
			*ret_position = trace->marks.items[i].position;
			return true;
		}
	return false;
}
