/*
 * The functions of a file of memray, and the lines at which they call, as names of call sites:
 * "read_row (demo.py:12)".
 *
 *	code    a function: name, file, first line, and a table of lines (from version 12 on)
 *	frame   a line of a function at which it calls: of versions 10 and 11 a number of the file,
 *	        from 12 on a code and an instruction
 *
 * A frame's address in the trace is a number, from 1 on; no module is there.
 */
#ifndef TRACE_READERS_MEMRAY_FRAMES_H
#define TRACE_READERS_MEMRAY_FRAMES_H

#include "base/arrays.h"
#include "flat/flat.h"

#include <stdint.h>

struct feed;

struct memray_code {
	uint64_t number; /* as the file has it */
	char *words;     /* "read_row (demo.py:": without the line */
	int first;
	unsigned char *lines;
	size_t lines_length;
};

struct memray_frames {
	uint32_t version; /* of Python, as PY_VERSION_HEX */
	ARRAY(struct memray_code) codes;
	ARRAY(uint64_t) named; /* frames whose names were fed; the address is the place, from 1 */
	struct flat flat;
	struct flat_array by_number, by_frame; /* index.h: of codes, of named */
};

void memray_frames_init(struct memray_frames *frames, uint32_t version);
void memray_frames_finish(struct memray_frames *frames);

/* A function: texts and lines (NULL: there are none) are copied. The last of a number counts. */
void memray_frames_add(struct memray_frames *frames, uint64_t number, const char *function,
	const char *file, int first, const unsigned char *lines, size_t length);

/* What stacks.h calls a frame. instruction: 0 up to version 11. */
static inline uint64_t memray_frame(uint64_t number, uint64_t instruction)
{
	return number << 32 | (instruction & UINT32_MAX);
}

/* As stacks_site() asks for it; user: the frames. */
uint64_t memray_frame_address(void *user, struct feed *feed, uint64_t frame);

#endif
