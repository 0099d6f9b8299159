/*
 * Reads memray's own files, versions 10 to 13: a head, then records of a byte that says what they
 * are, and numbers (varints; differences to the last of their kind, zigzag).
 *
 *	thread  a switch to it comes before its records
 *	frame   is entered and left: the stack of a thread is the call site of its allocations
 *	recent  the last 15 addresses, from version 12 on: a record may have a place in them instead
 *	        of an address
 *
 * Times are of memory records, some milliseconds apart. A realloc is a free and an allocation,
 * which memray writes after the call. Frames of C, which `--native` adds, are passed over. A file
 * whose writer was killed ends in zeros. An aggregated file has sums, and is refused.
 * Knowledge: the record writer of memray 1.10 to 1.20.
 */
#include "base/error.h"
#include "trace/info.h"
#include "trace/readers/import.h"
#include "trace/readers/memray_calls.h"
#include "trace/readers/memray_frames.h"
#include "trace/readers/reader.h"
#include "trace/readers/stacks.h"
#include "trace/varint.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAGIC         "memray" /* with its zero byte */
#define MAGIC_BYTES   sizeof(MAGIC)
#define VERSION_FIRST 10u
#define VERSION_LAST  13u
#define RECENT        15u
#define RECORD_MAX    (16u << 20) /* bytes: a longer one is damage */

/* What a record is, in the order of the files from version 12 on, and what its flags are. */
enum record {
	RECORD_FILLER,
	RECORD_TRAILER,
	RECORD_MEMORY,
	RECORD_NATIVE_FRAME,
	RECORD_MAPS,
	RECORD_SEGMENTS,
	RECORD_SEGMENT,
	RECORD_THREAD_NAME,
	RECORD_THREAD,
	RECORD_CODE,
	RECORD_FRAME, /* versions 10 and 11: a line of a function */
	RECORD_POP,
	RECORD_OBJECT,
	RECORD_PUSH,
	RECORD_CALL,
	RECORD_NATIVE_CALL, /* versions 10 and 11: a call with a frame of C */
	RECORD_UNKNOWN,
};

struct token {
	uint8_t record; /* enum record */
	uint8_t flags;
};

struct memray {
	struct import import;
	uint32_t version;
	bool has_native;
	uint64_t start;       /* milliseconds since 1970 */
	uint64_t main_thread; /* as the file calls it */
	uint32_t hidden;      /* frames of memray's own, outermost in that thread */
	const struct memray_call *calls[MEMRAY_CALL_NUMBERS];
	struct token tokens[256]; /* by a record's first byte */
	struct memray_frames frames;
	struct stacks stacks;

	/* what the records change */
	struct {
		uint64_t pointer, line, frame; /* the last of their kind */
	} last;
	uint64_t recent[RECENT]; /* addresses, the newest first */
	uint64_t milliseconds;   /* of the last memory record; 0: none yet */
	uint64_t thread;         /* as the file calls it */
	uint32_t number;         /* of it, here */
};

enum outcome { TAKEN, CUT, OVER, DAMAGED };

/* ---- bytes ----------------------------------------------------------------------------------- */

static const unsigned char *take(struct cursor *cursor, size_t n)
{
	const unsigned char *at = cursor->at;

	if ((size_t)(cursor->end - at) < n) {
		cursor->failed = true;
		return NULL;
	}
	cursor->at += n;
	return at;
}

static uint64_t take64(struct cursor *cursor)
{
	const unsigned char *at = take(cursor, 8);

	return at ? get64(at) : 0;
}

static uint32_t take32(struct cursor *cursor)
{
	const unsigned char *at = take(cursor, 4);

	return at ? get32(at) : 0;
}

static unsigned take8(struct cursor *cursor)
{
	const unsigned char *at = take(cursor, 1);

	return at ? *at : 0;
}

/* A text with its zero byte; "" where that is missing. */
static const char *take_text(struct cursor *cursor)
{
	const unsigned char *zero = memchr(cursor->at, '\0', (size_t)(cursor->end - cursor->at));
	const char *text = (const char *)cursor->at;

	if (!zero) {
		cursor->failed = true;
		return "";
	}
	cursor->at = zero + 1;
	return text;
}

static uint64_t take_delta(struct cursor *cursor, uint64_t last)
{
	return last + unzigzag(take_varint(cursor));
}

/* ---- what a record is ------------------------------------------------------------------------ */

/* Versions 10 and 11: the low four bits say what it is; the high ones are flags. */
static struct token old_token(unsigned byte)
{
	static const uint8_t records[16] = {RECORD_FILLER, RECORD_CALL, RECORD_NATIVE_CALL,
		RECORD_FRAME, RECORD_PUSH, RECORD_NATIVE_FRAME, RECORD_MAPS, RECORD_SEGMENTS,
		RECORD_SEGMENT, RECORD_POP, RECORD_THREAD_NAME, RECORD_MEMORY, RECORD_THREAD,
		RECORD_UNKNOWN, RECORD_UNKNOWN, RECORD_UNKNOWN};
	uint8_t flags = (uint8_t)(byte >> 4);

	if ((byte & 15) == 0 && flags)
		return (struct token){flags == 1 ? RECORD_TRAILER : RECORD_UNKNOWN, flags};
	return (struct token){records[byte & 15], flags};
}

/* From version 12 on: of those with flags, the highest bit says which it is. */
static struct token new_token(unsigned byte)
{
	static const uint8_t records[16] = {RECORD_FILLER, RECORD_TRAILER, RECORD_MEMORY,
		RECORD_UNKNOWN, RECORD_UNKNOWN, RECORD_NATIVE_FRAME, RECORD_MAPS, RECORD_SEGMENTS,
		RECORD_SEGMENT, RECORD_UNKNOWN, RECORD_THREAD_NAME, RECORD_UNKNOWN, RECORD_THREAD,
		RECORD_UNKNOWN, RECORD_CODE, RECORD_UNKNOWN};
	static const struct token flagged[] = {{RECORD_CALL, 128}, {RECORD_PUSH, 64},
		{RECORD_OBJECT, 32}, {RECORD_POP, 16}};

	for (size_t i = 0; i < sizeof(flagged) / sizeof(*flagged); i++)
		if (byte & flagged[i].flags)
			return (struct token){flagged[i].record,
				(uint8_t)(byte & (flagged[i].flags - 1u))};
	return (struct token){records[byte], 0};
}

static void know_tokens(struct memray *memray)
{
	for (unsigned byte = 0; byte < 256; byte++)
		memray->tokens[byte] = memray->version < 12 ? old_token(byte) : new_token(byte);
}

/* ---- the head -------------------------------------------------------------------------------- */

static void take_paths(struct cursor *cursor)
{
	while (!cursor->failed && *take_text(cursor))
		;
}

static void put_info(struct memray *memray, const char *key, const char *value)
{
	info_take(feed_info(memray->import.feed), key, strlen(key), value, strlen(value));
}

/* CUT: its end is missing; DAMAGED and err: it is one that cannot be read. */
static enum outcome take_head(struct memray *memray, struct cursor *cursor, struct error *err)
{
	uint32_t python = 0;
	bool has_python = false;
	char words[32];

	take(cursor, MAGIC_BYTES);
	memray->version = take32(cursor);
	if (!cursor->failed &&
		(memray->version < VERSION_FIRST || memray->version > VERSION_LAST)) {
		error_set(err, "byte %zu: memray's format %" PRIu32 " is not known, only %u to %u",
			MAGIC_BYTES, memray->version, VERSION_FIRST, VERSION_LAST);
		return DAMAGED;
	}
	if (memray->version >= 12)
		python = take32(cursor);
	memray->has_native = take8(cursor);
	if (take8(cursor) != 0 && !cursor->failed) {
		error_set(err,
			"byte %zu: an aggregated file, which has sums instead of calls; "
			"record without --aggregate",
			MAGIC_BYTES);
		return DAMAGED;
	}
	take(cursor, 16); /* how many calls and frames there are */
	memray->start = take64(cursor);
	take64(cursor); /* the end */
	const char *program = take_text(cursor);
	take32(cursor); /* the process */
	memray->main_thread = take64(cursor);
	memray->hidden = (uint32_t)take64(cursor);
	take8(cursor); /* Python's allocator */
	if (memray->version >= 11)
		has_python = take8(cursor);
	if (memray->version >= 12)
		take8(cursor); /* whether there are records of objects */
	if (memray->version >= 13) {
		take_text(cursor);
		take_paths(cursor);
		take_paths(cursor);
	}
	if (cursor->failed)
		return CUT;
	put_info(memray, "program", program);
	snprintf(words, sizeof(words), "%u.%u.%u", python >> 24, python >> 16 & 255,
		python >> 8 & 255);
	if (has_python && python)
		put_info(memray, "python", words);
	memray_calls_numbered(memray->version, memray->calls);
	know_tokens(memray);
	memray_frames_init(&memray->frames, python);
	memray_mark_beginning(memray->import.feed);
	return TAKEN;
}

/* ---- calls ----------------------------------------------------------------------------------- */

static uint32_t *top(struct memray *memray)
{
	return stacks_top(&memray->stacks, memray->number);
}

static void put_call(struct memray *memray, const struct memray_call *call, uint64_t address,
	uint64_t size)
{
	struct event event = {
		.kind = (uint8_t)call->kind,
		.call = (uint8_t)call->call,
		.domain = (uint8_t)call->domain,
		.address = address,
		.object = OBJECT_NONE,
		.text = TEXT_NONE,
		.thread = memray->number,
	};

	if (!event_ends_object(&event)) {
		event.size = size;
		event.site = stacks_site(&memray->stacks, *top(memray),
			memray->thread == memray->main_thread ? memray->hidden : 0,
			memray->import.feed, memray_frame_address, &memray->frames);
	}
	if (memray->milliseconds)
		import_set_time(&memray->import, &event, memray->milliseconds * 1000000);
	import_soon(&memray->import, &event);
}

static void remember(struct memray *memray, uint64_t pointer)
{
	memray->last.pointer = pointer;
	memmove(memray->recent + 1, memray->recent, (RECENT - 1) * sizeof(*memray->recent));
	memray->recent[0] = pointer << 3;
}

/* From version 12 on: flags are a place among the recent addresses, and a call or 0. */
static enum outcome take_call(struct memray *memray, struct cursor *cursor, unsigned flags)
{
	unsigned place = flags >> 3, number = flags & 7;
	bool is_new = place == RECENT;
	uint64_t size = 0, pointer = is_new ? take_delta(cursor, memray->last.pointer) : 0;

	if (number == 0)
		number = take8(cursor);
	const struct memray_call *call =
		number < MEMRAY_CALL_NUMBERS ? memray->calls[number] : NULL;
	if (!call)
		return cursor->failed ? CUT : DAMAGED;
	if (!memray_call_frees(call)) {
		if (memray->has_native)
			take_varint(cursor);
		size = take_varint(cursor);
	}
	if (cursor->failed)
		return CUT;
	uint64_t address = is_new ? pointer << 3 : memray->recent[place];
	if (is_new)
		remember(memray, pointer);
	put_call(memray, call, address, size);
	return TAKEN;
}

/* Versions 10 and 11: flags are the call. */
static enum outcome take_old_call(struct memray *memray, struct cursor *cursor, unsigned flags,
	bool has_native)
{
	const struct memray_call *call = memray->calls[flags];
	uint64_t address = take_delta(cursor, memray->last.pointer), size = 0;

	if (!call)
		return DAMAGED;
	if (has_native || !memray_call_frees(call))
		size = take_varint(cursor);
	if (has_native)
		take_varint(cursor);
	if (cursor->failed)
		return CUT;
	memray->last.pointer = address;
	put_call(memray, call, address, size);
	return TAKEN;
}

/* Of a Python object's life: only its address matters, to those that follow. */
static enum outcome take_object(struct memray *memray, struct cursor *cursor, unsigned flags)
{
	bool is_new = flags >> 1 == RECENT;
	uint64_t pointer = is_new ? take_delta(cursor, memray->last.pointer) : 0;

	if (memray->has_native && (flags & 1))
		take_varint(cursor);
	if (cursor->failed)
		return CUT;
	if (is_new)
		remember(memray, pointer);
	return TAKEN;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static enum outcome take_push(struct memray *memray, struct cursor *cursor)
{
	bool is_old = memray->version < 12;
	uint64_t number = is_old ? take_delta(cursor, memray->last.frame) : take_varint(cursor);
	uint64_t instruction = is_old ? 0 : unzigzag(take_varint(cursor));

	if (cursor->failed)
		return CUT;
	if (is_old)
		memray->last.frame = number;
	*top(memray) =
		stacks_call(&memray->stacks, *top(memray), memray_frame(number, instruction));
	return TAKEN;
}

static enum outcome take_code(struct memray *memray, struct cursor *cursor)
{
	bool is_old = memray->version < 12;
	uint64_t number = is_old ? take_delta(cursor, memray->last.frame) : take_varint(cursor);
	const char *function = take_text(cursor), *file = take_text(cursor);
	uint64_t line = take_delta(cursor, memray->last.line);
	uint64_t length = is_old ? 0 : take_varint(cursor);
	const unsigned char *lines = cursor->failed ? NULL : take(cursor, length);

	if (cursor->failed)
		return CUT;
	memray->last.line = line;
	if (is_old)
		memray->last.frame = number;
	memray_frames_add(&memray->frames, number, function, file, (int)line, lines, length);
	return TAKEN;
}

/* ---- records --------------------------------------------------------------------------------- */

static void switch_thread(struct memray *memray, uint64_t thread)
{
	memray->thread = thread;
	memray->number = import_thread(&memray->import, thread);
}

/* Records of which only a number is used, or none. */
static enum outcome take_other(struct memray *memray, struct cursor *cursor, enum record record)
{
	uint64_t number = 0;

	if (record == RECORD_THREAD) {
		number = take64(cursor);
	} else if (record == RECORD_MEMORY) {
		take_varint(cursor);
		number = memray->start + take_varint(cursor);
	} else if (record == RECORD_NATIVE_FRAME) {
		take_varint(cursor);
		take_varint(cursor);
	} else if (record == RECORD_SEGMENTS) {
		take_text(cursor);
		take_varint(cursor);
		take64(cursor);
	} else if (record == RECORD_SEGMENT) {
		take64(cursor);
		take_varint(cursor);
	} else if (record == RECORD_THREAD_NAME) {
		take_text(cursor);
	}
	if (cursor->failed)
		return CUT;
	if (record == RECORD_THREAD)
		switch_thread(memray, number);
	if (record == RECORD_MEMORY && number <= UINT64_MAX / 1000000)
		memray->milliseconds = number;
	return TAKEN;
}

static enum outcome take_record(struct memray *memray, struct cursor *cursor)
{
	const struct token *token = &memray->tokens[*cursor->at++];
	enum record record = token->record;
	unsigned flags = token->flags;

	switch (record) {
	case RECORD_CALL:
		if (memray->version >= 12)
			return take_call(memray, cursor, flags);
		return take_old_call(memray, cursor, flags, false);
	case RECORD_NATIVE_CALL:
		return take_old_call(memray, cursor, flags, true);
	case RECORD_PUSH:
		return take_push(memray, cursor);
	case RECORD_POP:
		*top(memray) = stacks_return(&memray->stacks, *top(memray), flags + 1);
		return TAKEN;
	case RECORD_CODE:
	case RECORD_FRAME:
		return take_code(memray, cursor);
	case RECORD_OBJECT:
		return take_object(memray, cursor, flags);
	case RECORD_TRAILER:
		return OVER;
	case RECORD_FILLER: /* the rest was not written */
		feed_truncated(memray->import.feed);
		return OVER;
	case RECORD_UNKNOWN:
		return DAMAGED;
	case RECORD_MEMORY:
	case RECORD_NATIVE_FRAME:
	case RECORD_MAPS:
	case RECORD_SEGMENTS:
	case RECORD_SEGMENT:
	case RECORD_THREAD_NAME:
	case RECORD_THREAD:
		break;
	}
	return take_other(memray, cursor, record);
}

/* As many records as the bytes have; *at moves past them. */
static enum outcome take_records(struct memray *memray, const char **at, const char *end,
	struct error *err)
{
	struct cursor cursor = {
		.at = (const unsigned char *)*at,
		.end = (const unsigned char *)end,
	};
	enum outcome outcome = TAKEN;

	while (outcome == TAKEN && cursor.at < cursor.end) {
		outcome = memray->version ? take_record(memray, &cursor)
					  : take_head(memray, &cursor, err);
		if (outcome == TAKEN || outcome == OVER)
			*at = (const char *)cursor.at;
	}
	return outcome;
}

static void init(struct memray *memray, struct feed *feed, struct source *source)
{
	*memray = (struct memray){0};
	import_init(&memray->import, feed, source);
	stacks_init(&memray->stacks);
}

static void finish(struct memray *memray)
{
	stacks_finish(&memray->stacks);
	memray_frames_finish(&memray->frames);
	import_finish(&memray->import);
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct memray memray;
	uint64_t passed = 0; /* bytes before the window */
	enum outcome outcome = CUT;
	struct error reason = {0};

	init(&memray, feed, source);
	while ((outcome == TAKEN || outcome == CUT) && source_more(source)) {
		const char *window = source->at;
		outcome = take_records(&memray, &source->at, source->end, &reason);
		passed += (uint64_t)(source->at - window);
		if (outcome == CUT && source->end - source->at > RECORD_MAX)
			outcome = DAMAGED;
	}
	if (outcome == TAKEN || outcome == CUT)
		feed_truncated(feed);
	finish(&memray);
	if (outcome != DAMAGED)
		return 0;
	if (reason.text[0])
		return error_set(err, "%s", reason.text);
	return error_set(err, "byte %" PRIu64 ": not a record of memray", passed);
}

static bool recognises(const char *bytes, size_t length)
{
	return length >= MAGIC_BYTES && memcmp(bytes, MAGIC, MAGIC_BYTES) == 0;
}

const struct trace_reader reader_memray = {
	.name = "memray",
	.recognises = recognises,
	.read = read,
	.windows = WINDOWS_OF_BYTES,
};
