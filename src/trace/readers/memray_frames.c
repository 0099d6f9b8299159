/* See memray_frames.h; each call costs the same, but for a line, which grows with the function. */
#include "trace/readers/memray_frames.h"

#include "base/text.h"
#include "base/xalloc.h"
#include "flat/index.h"
#include "trace/feed.h"
#include "trace/readers/python_lines.h"

#include <stdlib.h>
#include <string.h>

#define NOT_FOUND UINT32_MAX

void memray_frames_init(struct memray_frames *frames, uint32_t version)
{
	*frames = (struct memray_frames){.version = version};
	index_init(&frames->by_number, &frames->flat);
	index_init(&frames->by_frame, &frames->flat);
}

static void finish_code(struct memray_code *code)
{
	free(code->words);
	free(code->lines);
}

void memray_frames_finish(struct memray_frames *frames)
{
	for (size_t i = 0; i < frames->codes.count; i++)
		finish_code(&frames->codes.items[i]);
	array_finish(&frames->codes);
	array_finish(&frames->named);
	flat_finish(&frames->flat);
}

static uint32_t find_code(const struct memray_frames *frames, uint64_t number)
{
	uint32_t hash = index_hash(number), slot;

	for (size_t at = index_first(&frames->by_number, hash);
		index_slot(&frames->by_number, &at, hash, &slot);
		at = index_next(&frames->by_number, at))
		if (frames->codes.items[slot].number == number)
			return slot;
	return NOT_FOUND;
}

static uint32_t find_named(const struct memray_frames *frames, uint64_t frame)
{
	uint32_t hash = index_hash(frame), slot;

	for (size_t at = index_first(&frames->by_frame, hash);
		index_slot(&frames->by_frame, &at, hash, &slot);
		at = index_next(&frames->by_frame, at))
		if (frames->named.items[slot] == frame)
			return slot;
	return NOT_FOUND;
}

void memray_frames_add(struct memray_frames *frames, uint64_t number, const char *function,
	const char *file, int first, const unsigned char *lines, size_t length)
{
	uint32_t slot = find_code(frames, number);
	const char *slash = strrchr(file, '/');

	if (slot == NOT_FOUND) {
		slot = (uint32_t)frames->codes.count;
		array_push(&frames->codes);
		index_make_room(&frames->by_number, slot + 1);
		index_put(&frames->by_number, index_hash(number), slot);
	}
	struct memray_code *code = &frames->codes.items[slot];
	finish_code(code);
	*code = (struct memray_code){
		.number = number,
		.words = xasprintf("%s (%s", function, slash ? slash + 1 : file),
		.first = first,
		.lines_length = length,
	};
	if (length > 0) {
		code->lines = xmalloc(length);
		memcpy(code->lines, lines, length);
	}
}

uint64_t memray_frame_address(void *user, struct feed *feed, uint64_t frame)
{
	struct memray_frames *frames = user;
	uint32_t slot = find_named(frames, frame);

	if (slot != NOT_FOUND)
		return slot + 1;
	slot = (uint32_t)frames->named.count;
	*array_push(&frames->named) = frame;
	index_make_room(&frames->by_frame, slot + 1);
	index_put(&frames->by_frame, index_hash(frame), slot);

	uint32_t found = find_code(frames, frame >> 32);
	if (found == NOT_FOUND)
		return slot + 1;
	const struct memray_code *code = &frames->codes.items[found];
	char *words = xasprintf("%s:%d)", code->words,
		python_line(frames->version, code->lines, code->lines_length, code->first,
			frame & UINT32_MAX));
	feed_name(feed, slot + 1, words);
	free(words);
	return slot + 1;
}
