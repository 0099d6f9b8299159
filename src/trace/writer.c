/* See trace.h and writer.h; a call costs the same, however much was written. */
#include "trace/writer.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "trace/head.h"
#include "trace/record_put.h"
#include "trace/press.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The result of a write: a failure is remembered until the end of the trace. */
static int note(struct trace_writer *writer, int result)
{
	writer->failed |= result < 0;
	return result;
}

static int put(struct trace_writer *writer, const void *bytes, size_t length, struct error *err)
{
	return note(writer, press_put_bytes(writer->press, bytes, length, err));
}

static int write_head(struct trace_writer *writer, const struct trace_info *info, struct error *err)
{
	struct text head = {0};

	head_put(&head, info);
	int result = put(writer, head.bytes, head.length, err);
	text_finish(&head);
	return result;
}

/* Shows readers that the writer lives: the lock goes with the descriptor, whatever ends us. */
static void hold(int fd)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	fcntl(fd, F_OFD_SETLK, &lock); /* a pipe can be neither locked nor followed */
}

int trace_writer_new(struct trace_writer **ret_writer, int fd, const char *name,
	enum trace_form form, const struct trace_info *info, struct error *err)
{
	struct trace_writer *writer = xcalloc(1, sizeof(*writer));

	writer->name = xstrdup(name);
	writer->press = press_new(fd, name);
	writer->form = form;
	if (form == TRACE_TEXT && info)
		text_put_info(&writer->out, info);
	if (form == TRACE_BINARY && info && info->written == TRACE_GROWING)
		hold(fd);
	if (form == TRACE_BINARY && write_head(writer, info, err) < 0) {
		trace_writer_abandon(writer);
		return -1;
	}
	*ret_writer = writer;
	return 0;
}

void trace_writer_uncompressed(struct trace_writer *writer)
{
	press_store(writer->press);
}

void trace_writer_hurry(struct trace_writer *writer)
{
	press_hurry(writer->press);
}

int writer_put_chunk(struct trace_writer *writer, const struct chunk_head *chunk,
	struct text *records, struct error *err)
{
	return note(writer, press_put(writer->press, chunk, records, err));
}

static int flush_chunk(struct trace_writer *writer, struct error *err)
{
	struct chunk_head *chunk = &writer->chunk;
	int result = writer_flush_definitions(writer, err);

	if (writer->out.length == 0 || result < 0)
		return result;
	chunk->kind = CHUNK_EVENTS;
	chunk->contents |= CONTENTS_SAID;
	result = writer_put_chunk(writer, chunk, &writer->out, err);
	chunk->first += chunk->events;
	chunk->events = 0;
	chunk->texts = 0;
	chunk->contents = 0;
	writer->text_bytes = 0;
	writer->coding = (struct coding){.places = places_fit(writer->coding.places, 0)};
	writer->coding.places->count = 0;
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
	unsigned char length[VARINT_BYTES_MAX];

	text_add_bytes(&writer->out, length, (size_t)(put_varint(length, bytes) - length));
	text_add_bytes(&writer->out, text, bytes);
	writer->chunk.texts++;
	writer->text_bytes += bytes;
}

static int add_binary(struct trace_writer *writer, const struct event *event, const char *text,
	struct error *err)
{
	bool has_text = event_has_text(event);
	size_t length = has_text && text ? strlen(text) : 0;

	if (has_text && make_room(writer, length, err) < 0)
		return -1;
	if (event_is_counted(event))
		writer->chunk.contents |= CONTENTS_COUNTED;
	if (event_is_of_cache(event))
		writer->chunk.contents |= CONTENTS_CACHE;
	writer->coding.places = places_fit(writer->coding.places, writer->chunk.events + 1);
	unsigned char *record = text_room(&writer->out, RECORD_BYTES_MAX);
	unsigned char *end = record_put(record, &writer->coding, event);
	text_extend(&writer->out, (size_t)(end - record));
	if (has_text)
		add_text_record(writer, text ? text : "", length);
	if (++writer->chunk.events == CHUNK_EVENTS_MAX || writer->out.length >= FLUSH_BYTES)
		return flush_chunk(writer, err);
	return 0;
}

int writer_flush_text(struct trace_writer *writer, size_t at_least, struct error *err)
{
	if (writer->out.length < at_least)
		return 0;
	int result = put(writer, text_of(&writer->out), writer->out.length, err);
	text_clear(&writer->out);
	return result;
}

int trace_writer_add(struct trace_writer *writer, const struct event *event, const char *text,
	struct error *err)
{
	if (writer->form == TRACE_BINARY)
		return add_binary(writer, event, text, err);
	text_put_event(&writer->out, &writer->text_state, event, text);
	return writer_flush_text(writer, FLUSH_BYTES, err);
}

int trace_writer_add_all(struct trace_writer *writer, const struct event *events, size_t count,
	struct error *err)
{
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++)
		result = trace_writer_add(writer, &events[i], NULL, err);
	return result;
}

int trace_writer_comment(struct trace_writer *writer, const char *text, bool trails,
	struct error *err)
{
	if (writer->form == TRACE_TEXT) {
		text_put_comment(&writer->out, &writer->text_state, text, trails);
		return writer_flush_text(writer, FLUSH_BYTES, err);
	}
	const unsigned char record[] = {KIND_MORE, trails ? MORE_TRAILS : MORE_COMMENT};
	size_t length = strlen(text);
	if (make_room(writer, length, err) < 0)
		return -1;
	text_add_bytes(&writer->out, record, sizeof(record));
	add_text_record(writer, text, length);
	return writer->out.length >= FLUSH_BYTES ? flush_chunk(writer, err) : 0;
}

int trace_writer_append(struct trace_writer *writer, const void *chunks, size_t length,
	uint64_t events, struct error *err)
{
	assert(writer->form == TRACE_BINARY && writer->out.length == 0);
	writer->chunk.first += events;
	return note(writer, press_put_chunks(writer->press, chunks, length, err));
}

int trace_writer_flush(struct trace_writer *writer, struct error *err)
{
	if (writer->form == TRACE_BINARY)
		return flush_chunk(writer, err) < 0 ? -1
						    : note(writer, press_wait(writer->press, err));
	text_put_end(&writer->out, &writer->text_state);
	return writer_flush_text(writer, 1, err);
}

/* Where it is missing, a reader knows that the file was cut off. */
static int write_end(struct trace_writer *writer, struct error *err)
{
	return note(writer, press_end(writer->press, writer->chunk.first, err));
}

void trace_writer_abandon(struct trace_writer *writer)
{
	if (!writer)
		return;
	text_finish(&writer->out);
	text_finish(&writer->definitions);
	sites_finish(&writer->sites);
	free(writer->coding.places);
	free(writer->index);
	press_free(writer->press);
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
