/* Writers of both forms; see trace.h and format.h. */
#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "trace/format.h"
#include "trace/sites.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define FLUSH_BYTES (64u << 10) /* a chunk, or a piece of text, is written at about this size */

struct trace_writer {
	int fd;
	char *name;
	enum trace_form form;
	struct text out;  /* text: not written yet; binary: records of the chunk */
	struct text body; /* binary: what is stored of the chunk */
	struct writer_text text_state;
	struct coding coding;
	struct places places;
	struct chunk_head chunk;
	size_t text_bytes;       /* in the chunk */
	ZSTD_CCtx *zstd;         /* NULL: nothing is compressed */
	struct text definitions; /* binary: of modules and sites, not written yet */
	uint32_t ndefinitions;
	struct site_coding site_coding;
	struct sites sites; /* all that were defined */
	uint32_t *index;    /* a hash of frames → number of the site, 0: empty */
	size_t index_room;  /* a power of two, or 0 */
	size_t index_count;
	bool failed;
};

void chunk_head_put(const struct chunk_head *head, unsigned char bytes[CHUNK_LENGTH])
{
	memset(bytes, 0, CHUNK_LENGTH);
	put32(bytes, CHUNK_MAGIC);
	bytes[4] = head->kind;
	bytes[5] = head->codec;
	put32(bytes + 8, head->stored);
	put32(bytes + 12, head->raw);
	put32(bytes + 16, head->events);
	put32(bytes + 20, head->texts);
	put64(bytes + 24, head->first);
	put32(bytes + CHUNK_HEAD_CRC, (uint32_t)crc32(0, bytes, CHUNK_HEAD_CRC));
	put32(bytes + CHUNK_CRC, head->crc);
}

static int write_all(struct trace_writer *writer, const void *bytes, size_t length,
	struct error *err)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t n = write(writer->fd, at, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			writer->failed = true;
			return error_set(err, "%s: %s", writer->name,
				n < 0 ? strerror(errno) : "cannot write");
		}
		at += n;
		length -= (size_t)n;
	}
	return 0;
}

static int write_head(struct trace_writer *writer, const struct trace_info *info, struct error *err)
{
	struct text head = {0};
	struct text lines = {0};
	unsigned char fixed[HEAD_LENGTH] = {0};
	unsigned char crc[4];

	if (info)
		info_put(info, &lines);
	memcpy(fixed, HEAD_MAGIC, 8);
	put16(fixed + 8, FORM_VERSION);
	put32(fixed + 12, (uint32_t)lines.length);
	put32(fixed + 16, (uint32_t)crc32(0, fixed, HEAD_LENGTH - 4));
	text_add_bytes(&head, fixed, sizeof(fixed));
	text_add_bytes(&head, text_of(&lines), lines.length);
	put32(crc, (uint32_t)crc32(0, (const unsigned char *)head.bytes, (uInt)head.length));
	text_add_bytes(&head, crc, sizeof(crc));

	int result = write_all(writer, head.bytes, head.length, err);
	text_finish(&head);
	text_finish(&lines);
	return result;
}

/* Tells readers that the writer lives: the lock goes with the descriptor, whatever ends us. */
static void hold(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	fcntl(fd, F_OFD_SETLK, &lock); /* a pipe cannot be locked, nor followed */
}

int trace_writer_new(struct trace_writer **ret_writer, int fd, const char *name,
	enum trace_form form, const struct trace_info *info, struct error *err)
{
	struct trace_writer *writer = xcalloc(1, sizeof(*writer));

	writer->fd = fd;
	writer->name = xstrdup(name);
	writer->form = form;
	writer->coding.places = &writer->places;
	if (form == TRACE_TEXT && info)
		text_put_info(&writer->out, info);
	if (form == TRACE_BINARY && info && info->written == TRACE_GROWING)
		hold(fd);
	if (form == TRACE_BINARY && write_head(writer, info, err) < 0) {
		free(writer->name);
		free(writer);
		return -1;
	}
	if (form == TRACE_BINARY)
		writer->zstd = ZSTD_createCCtx(); /* without one, chunks are stored as they are */
	*ret_writer = writer;
	return 0;
}

void trace_writer_uncompressed(struct trace_writer *writer)
{
	ZSTD_freeCCtx(writer->zstd);
	writer->zstd = NULL;
}

/* ---- coding -------------------------------------------------------------------------------- */

static uint8_t log2_plus_1(uint64_t alignment)
{
	return alignment ? (uint8_t)(64 - __builtin_clzll(alignment)) : 0;
}

static uint32_t expected_object(const struct coding *coding, unsigned kind)
{
	return kind_brings_to_life(kind) ? coding->next_object : coding->last_object;
}

/* The number of an object, against another one's. */
static unsigned char *put_object(unsigned char *at, uint32_t object, uint32_t from)
{
	return put_varint(at, zigzag((uint64_t)(int64_t)(int32_t)(object - from)));
}

/* What only events of counted objects have. */
static unsigned char *put_counted(unsigned char *at, const struct event *event)
{
	if (event->kind == EVENT_REF || event->kind == EVENT_UNREF || event->kind == EVENT_WEAK)
		at = put_object(at, event->other, event->object);
	if (event->kind == EVENT_WEAK)
		at = put_object(at, event->told, event->object);
	if (event->kind == EVENT_GC)
		*at++ = (unsigned char)event->other;
	if (event->kind == EVENT_GC && event->other == GC_THRESHOLDS)
		at = put_varint(put_varint(at, event->older[0]), event->older[1]);
	return at;
}

/* Writes a record, without a text; gives its end.  At most 80 bytes. */
static unsigned char *put_record(unsigned char *at, struct coding *coding,
	const struct event *event)
{
	unsigned kind = event->kind;
	unsigned char *tag = at++;
	bool has_site = event->site != SITE_NONE || (coding->of_kind[kind].flags & STORED_SITE);
	const struct attributes attributes = {
		.flags = (uint8_t)((event->flags & ~EVENT_HAS_TIME) ^ usual_flags(kind)) |
			 (has_site ? STORED_SITE : 0),
		.domain = event->domain,
		.call = event->call,
		.alignment = log2_plus_1(event->alignment),
	};

	*tag = (unsigned char)(kind < KIND_MORE ? kind : KIND_MORE);
	if (kind >= KIND_MORE)
		*at++ = (unsigned char)(kind - EVENT_NEW + MORE_EVENTS);
	if (event->object == expected_object(coding, kind))
		*tag |= TAG_PREDICTED;
	else
		at = put_object(at, event->object, coding->last_object);
	if (kind_has_size(kind))
		at = put_varint(at, event->size);
	uint64_t *place = place_of(coding->places, event->object, kind_brings_to_life(kind));
	if (event->address != (place ? *place : 0)) {
		*tag |= TAG_ADDRESS;
		at = put_varint(at, zigzag(event->address - coding->last_address));
	}
	if (place)
		*place = event->address;
	if (event->address)
		coding->last_address = event->address;
	if (event->thread != coding->thread) {
		*tag |= TAG_THREAD;
		at = put_varint(at, event->thread);
		coding->thread = event->thread;
	}
	if (event->flags & EVENT_HAS_TIME) {
		*tag |= TAG_TIME;
		at = put_varint(at, zigzag(event->time - coding->last_time));
		coding->last_time = event->time;
	}
	if (memcmp(&attributes, &coding->of_kind[kind], sizeof(attributes)) != 0) {
		*tag |= TAG_ATTRIBUTES;
		memcpy(at, &attributes, sizeof(attributes));
		at += sizeof(attributes);
		coding->of_kind[kind] = attributes;
	}
	if (event->flags & EVENT_OLD_UNKNOWN)
		at = put_varint(at, event->old_address);
	if (has_site)
		at = put_varint(at, event->site);
	if (kind_is_counted(kind))
		at = put_counted(at, event);

	if (kind_brings_to_life(kind) && event->object != OBJECT_NONE)
		coding->next_object = event->object + 1;
	coding->last_object = event->object;
	return at;
}

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

/* The records as one piece. */
static void store(struct text *body, const struct text *records)
{
	begin_pieces(body, 1);
	text_add_bytes(body, records->bytes, records->length);
	put_piece(body, 0, records->length);
}

/* The records compressed, in pieces; false when that gains nothing. */
static bool compress_pieces(ZSTD_CCtx *zstd, struct text *body, const struct text *records)
{
	size_t count = (records->length + PIECE_BYTES - 1) / PIECE_BYTES;
	char packed[PIECE_BYTES + 1024];

	begin_pieces(body, count);
	ZSTD_CCtx_reset(zstd, ZSTD_reset_session_only);
	ZSTD_CCtx_setPledgedSrcSize(zstd, records->length);
	for (size_t i = 0; i < count; i++) {
		bool is_last = i + 1 == count;
		size_t from = i * PIECE_BYTES;
		ZSTD_inBuffer in = {records->bytes + from,
			is_last ? records->length - from : PIECE_BYTES, 0};
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

/* Writes a chunk of these records, whose numbers are in the head. */
static int write_chunk(struct trace_writer *writer, struct chunk_head *chunk,
	const struct text *records, struct error *err)
{
	struct text *body = &writer->body;
	unsigned char head[CHUNK_LENGTH];

	chunk->codec = CODEC_ZSTD;
	if (!writer->zstd || !compress_pieces(writer->zstd, body, records)) {
		chunk->codec = CODEC_RAW;
		store(body, records);
	}
	chunk->raw = (uint32_t)records->length;
	chunk->stored = (uint32_t)body->length;
	chunk_head_put(chunk, head);
	uLong crc = crc32(0, head, CHUNK_CRC);
	put32(head + CHUNK_CRC,
		(uint32_t)crc32(crc, (const unsigned char *)body->bytes, (uInt)body->length));

	int result = write_all(writer, head, sizeof(head), err);
	return result < 0 ? result : write_all(writer, body->bytes, body->length, err);
}

static int flush_definitions(struct trace_writer *writer, struct error *err)
{
	struct chunk_head chunk = {.kind = CHUNK_SITES,
		.texts = writer->ndefinitions,
		.first = writer->chunk.first};

	if (writer->ndefinitions == 0)
		return 0;
	int result = write_chunk(writer, &chunk, &writer->definitions, err);
	writer->ndefinitions = 0;
	writer->site_coding = (struct site_coding){.count = 0};
	text_clear(&writer->definitions);
	return result;
}

static int flush_chunk(struct trace_writer *writer, struct error *err)
{
	struct chunk_head *chunk = &writer->chunk;
	int result = flush_definitions(writer, err);

	if (writer->out.length == 0 || result < 0)
		return result;
	chunk->kind = CHUNK_EVENTS;
	result = write_chunk(writer, chunk, &writer->out, err);
	chunk->first += chunk->events;
	chunk->events = 0;
	chunk->texts = 0;
	writer->text_bytes = 0;
	writer->coding = (struct coding){.places = &writer->places};
	writer->places.count = 0;
	text_clear(&writer->out);
	return result;
}

/* Ends the chunk when it has no room for one more text of that length. */
static int make_room(struct trace_writer *writer, size_t length, struct error *err)
{
	if (length > TEXT_BYTES_MAX) {
		writer->failed = true;
		return error_set(err, "%s: a text of %zu bytes; at most %u can be kept",
			writer->name, length, TEXT_BYTES_MAX);
	}
	if (writer->chunk.texts < CHUNK_TEXTS_MAX && writer->text_bytes + length <= TEXT_BYTES_MAX)
		return 0;
	return flush_chunk(writer, err);
}

static void add_text_record(struct trace_writer *writer, const char *text, size_t bytes)
{
	unsigned char length[10];

	text_add_bytes(&writer->out, length, (size_t)(put_varint(length, bytes) - length));
	text_add_bytes(&writer->out, text, bytes);
	writer->chunk.texts++;
	writer->text_bytes += bytes;
}

static int add_binary(struct trace_writer *writer, const struct event *event, const char *text,
	struct error *err)
{
	bool has_text = kind_has_text(event->kind);
	size_t length = has_text && text ? strlen(text) : 0;
	unsigned char record[96];

	if (has_text && make_room(writer, length, err) < 0)
		return -1;
	unsigned char *end = put_record(record, &writer->coding, event);
	text_add_bytes(&writer->out, record, (size_t)(end - record));
	if (has_text)
		add_text_record(writer, text ? text : "", length);
	if (++writer->chunk.events == CHUNK_EVENTS_MAX || writer->out.length >= FLUSH_BYTES)
		return flush_chunk(writer, err);
	return 0;
}

static int flush_text(struct trace_writer *writer, size_t at_least, struct error *err)
{
	if (writer->out.length < at_least)
		return 0;
	int result = write_all(writer, text_of(&writer->out), writer->out.length, err);
	text_clear(&writer->out);
	return result;
}

int trace_writer_add(struct trace_writer *writer, const struct event *event, const char *text,
	struct error *err)
{
	if (writer->form == TRACE_BINARY)
		return add_binary(writer, event, text, err);
	text_put_event(&writer->out, &writer->text_state, event, text);
	return flush_text(writer, FLUSH_BYTES, err);
}

int trace_writer_comment(struct trace_writer *writer, const char *text, bool trails,
	struct error *err)
{
	if (writer->form == TRACE_TEXT) {
		text_put_comment(&writer->out, &writer->text_state, text, trails);
		return flush_text(writer, FLUSH_BYTES, err);
	}
	const unsigned char record[] = {KIND_MORE, trails ? MORE_TRAILS : MORE_COMMENT};
	size_t length = strlen(text);
	if (make_room(writer, length, err) < 0)
		return -1;
	text_add_bytes(&writer->out, record, sizeof(record));
	add_text_record(writer, text, length);
	return writer->out.length >= FLUSH_BYTES ? flush_chunk(writer, err) : 0;
}

/* ---- call sites ---------------------------------------------------------------------------- */

static int note_definition(struct trace_writer *writer, struct error *err)
{
	bool is_full = ++writer->ndefinitions == CHUNK_TEXTS_MAX ||
		       writer->definitions.length >= FLUSH_BYTES;

	return is_full ? flush_definitions(writer, err) : 0;
}

int trace_writer_define(struct trace_writer *writer, const uint64_t *frames, size_t count,
	struct error *err)
{
	sites_add(&writer->sites, frames, count);
	if (writer->form == TRACE_BINARY) {
		sites_put(&writer->definitions, &writer->site_coding, frames, count);
		return note_definition(writer, err);
	}
	text_put_end(&writer->out, &writer->text_state);
	sites_put_line(&writer->out, (uint32_t)writer->sites.sites.count, frames, count);
	return flush_text(writer, FLUSH_BYTES, err);
}

int trace_writer_define_module(struct trace_writer *writer, const struct trace_module *module,
	struct error *err)
{
	sites_add_module(&writer->sites, module);
	if (writer->form == TRACE_BINARY) {
		sites_put_module(&writer->definitions, module);
		return note_definition(writer, err);
	}
	text_put_end(&writer->out, &writer->text_state);
	sites_put_module_line(&writer->out, module);
	return flush_text(writer, FLUSH_BYTES, err);
}

int trace_writer_define_name(struct trace_writer *writer, uint64_t address, const char *words,
	struct error *err)
{
	sites_add_name(&writer->sites, address, words);
	if (writer->form == TRACE_BINARY) {
		sites_put_name(&writer->definitions, address, words);
		return note_definition(writer, err);
	}
	text_put_end(&writer->out, &writer->text_state);
	sites_put_name_line(&writer->out, address, words);
	return flush_text(writer, FLUSH_BYTES, err);
}

/*
 * The cell with the number of the site that has these frames, or the empty one where it would go.
 */
static uint32_t *find_site(const struct trace_writer *writer, const uint64_t *frames, size_t count)
{
	uint64_t hash = count;

	for (size_t i = 0; i < count; i++)
		hash = (hash ^ frames[i]) * UINT64_C(0x9E3779B97F4A7C15);
	for (size_t at = (size_t)(hash >> 24);; at++) {
		uint32_t *cell = &writer->index[at & (writer->index_room - 1)];
		const uint64_t *others;
		if (*cell == 0 || (sites_frames(&writer->sites, *cell, &others) == count &&
					  memcmp(frames, others, count * sizeof(*frames)) == 0))
			return cell;
	}
}

static void grow_index(struct trace_writer *writer)
{
	uint32_t *old = writer->index;
	size_t room = writer->index_room;

	writer->index_room = room ? room * 2 : 1024;
	writer->index = xcalloc(writer->index_room, sizeof(*writer->index));
	for (size_t i = 0; i < room; i++) {
		const uint64_t *frames;
		size_t count = sites_frames(&writer->sites, old[i], &frames);
		if (count)
			*find_site(writer, frames, count) = old[i];
	}
	free(old);
}

int trace_writer_site(struct trace_writer *writer, const uint64_t *frames, size_t count,
	uint32_t *ret_site, struct error *err)
{
	if (count > SITE_FRAMES_MAX)
		count = SITE_FRAMES_MAX;
	*ret_site = SITE_NONE;
	if (count == 0)
		return 0;
	if ((writer->index_count + 1) * 2 > writer->index_room)
		grow_index(writer);
	uint32_t *cell = find_site(writer, frames, count);
	int result = 0;
	if (*cell == 0) {
		result = trace_writer_define(writer, frames, count, err);
		*cell = (uint32_t)writer->sites.sites.count;
		writer->index_count++;
	}
	*ret_site = *cell;
	return result;
}

int trace_writer_name(struct trace_writer *writer, uint64_t address, const char *words,
	struct error *err)
{
	if (strcmp(words, sites_last_name(&writer->sites, address)) == 0)
		return 0;
	return trace_writer_define_name(writer, address, words, err);
}

static bool is_same_module(const struct trace_module *a, const struct trace_module *b)
{
	return a->base == b->base && a->start == b->start && a->end == b->end &&
	       strcmp(a->path ? a->path : "", b->path) == 0 &&
	       strcmp(a->build_id ? a->build_id : "", b->build_id) == 0;
}

int trace_writer_module(struct trace_writer *writer, const struct trace_module *module,
	struct error *err)
{
	for (size_t i = writer->sites.modules.count; i-- > 0;) {
		const struct trace_module *other = &writer->sites.modules.items[i];
		if (other->start >= module->end || other->end <= module->start)
			continue;
		if (is_same_module(module, other))
			return 0;
		for (size_t cell = 0; cell < writer->index_room; cell++)
			writer->index[cell] = 0;
		writer->index_count = 0;
		break;
	}
	return trace_writer_define_module(writer, module, err);
}

int trace_writer_flush(struct trace_writer *writer, struct error *err)
{
	if (writer->form == TRACE_BINARY)
		return flush_chunk(writer, err);
	text_put_end(&writer->out, &writer->text_state);
	return flush_text(writer, 1, err);
}

/* Without it a reader knows that something is missing, wherever the file was cut. */
static int write_end(struct trace_writer *writer, struct error *err)
{
	const struct chunk_head chunk = {.kind = CHUNK_END, .first = writer->chunk.first};
	unsigned char head[CHUNK_LENGTH];

	chunk_head_put(&chunk, head);
	put32(head + CHUNK_CRC, (uint32_t)crc32(0, head, CHUNK_CRC));
	return write_all(writer, head, sizeof(head), err);
}

void trace_writer_abandon(struct trace_writer *writer)
{
	if (!writer)
		return;
	text_finish(&writer->out);
	text_finish(&writer->body);
	text_finish(&writer->definitions);
	sites_finish(&writer->sites);
	free(writer->index);
	ZSTD_freeCCtx(writer->zstd);
	free(writer->name);
	free(writer);
}

int trace_writer_finish(struct trace_writer *writer, struct error *err)
{
	if (!writer)
		return 0;
	int result = trace_writer_flush(writer, err);
	if (result == 0 && writer->form == TRACE_BINARY && !writer->failed)
		result = write_end(writer, err);
	if (writer->failed && result == 0)
		result = error_set(err, "%s: not everything could be written", writer->name);
	trace_writer_abandon(writer);
	return result;
}

static int copy_modules(struct trace_writer *writer, const struct sites *sites, size_t upto,
	struct error *err)
{
	for (size_t i = writer->sites.modules.count; i < upto; i++)
		if (trace_writer_define_module(writer, &sites->modules.items[i], err) < 0)
			return -1;
	return 0;
}

/* Says what the frames of a site are called, where that is not what the copy says already. */
static int copy_names(struct trace_writer *writer, const struct sites *sites, uint32_t number,
	struct error *err)
{
	const uint64_t *frames;
	size_t count = sites_frames(sites, number, &frames);

	for (size_t i = 0; i < count; i++) {
		const char *words = sites_frame_name(sites, number, i);
		if (strcmp(words, sites_last_name(&writer->sites, frames[i])) != 0 &&
			trace_writer_define_name(writer, frames[i], words, err) < 0)
			return -1;
	}
	return 0;
}

/*
 * Defines the sites up to this one that the copy does not have yet, each behind the modules that it
 * was behind.
 */
static int copy_sites(struct trace_writer *writer, const struct sites *sites, size_t upto,
	struct error *err)
{
	for (size_t i = writer->sites.sites.count; i < upto; i++) {
		const struct site *site = &sites->sites.items[i];
		if (copy_modules(writer, sites, site->modules, err) < 0 ||
			copy_names(writer, sites, (uint32_t)i + 1, err) < 0 ||
			trace_writer_define(writer, sites->frames.items + site->first, site->count,
				err) < 0)
			return -1;
	}
	return 0;
}

/* Names that no site has stand at the end. */
static int copy_unused_names(struct trace_writer *writer, const struct sites *sites,
	struct error *err)
{
	bool *is_used = xcalloc(sites->names.count + 1, sizeof(*is_used));
	int result = 0;

	for (size_t i = 0; i < sites->frame_names.count; i++)
		is_used[sites->frame_names.items[i]] = true;
	for (size_t i = 0; result == 0 && i < sites->names.count; i++)
		if (!is_used[i + 1])
			result = trace_writer_define_name(writer, sites->names.items[i].address,
				sites->names.items[i].words, err);
	free(is_used);
	return result;
}

int trace_copy(struct trace *trace, int fd, const char *name, enum trace_form form,
	struct error *err)
{
	struct trace_writer *writer;
	const struct trace_comment *comments;
	const struct sites *sites = trace_sites(trace);
	size_t ncomments = trace_comments(trace, &comments);
	size_t comment = 0;
	struct event events[256];
	uint64_t at = 0;
	size_t n;
	int result = 0;

	struct trace_info info = *trace_info(trace);
	if (info.written == TRACE_GROWING)
		info.written = TRACE_WRITTEN_UNKNOWN; /* the copy does not grow */
	if (trace_writer_new(&writer, fd, name, form, &info, err) < 0)
		return -1;
	while (result == 0 && (n = trace_read(trace, at, events, 256)) > 0)
		for (size_t i = 0; result == 0 && i < n; i++, at++) {
			for (; result == 0 && comment < ncomments &&
				comments[comment].position == at && !comments[comment].trails;
				comment++)
				result = trace_writer_comment(writer, comments[comment].text, false,
					err);
			if (result == 0)
				result = copy_sites(writer, sites, events[i].site, err);
			if (result == 0)
				result = trace_writer_add(writer, &events[i],
					trace_text(trace, events[i].text), err);
			for (; result == 0 && comment < ncomments &&
				comments[comment].position == at && comments[comment].trails;
				comment++)
				result = trace_writer_comment(writer, comments[comment].text, true,
					err);
		}
	for (; result == 0 && comment < ncomments; comment++)
		result = trace_writer_comment(writer, comments[comment].text, false, err);
	if (result == 0)
		result = copy_sites(writer, sites, sites->sites.count, err);
	if (result == 0)
		result = copy_modules(writer, sites, sites->modules.count, err);
	if (result == 0)
		result = copy_unused_names(writer, sites, err);

	struct error at_end;
	if (trace_writer_finish(writer, &at_end) < 0 && result == 0)
		result = error_set(err, "%s", at_end.text);
	return result;
}
