/* See source.h; each byte is looked at a bounded number of times. */
#include "trace/source.h"

#include "base/temporary.h"
#include "base/write_all.h"
#include "base/xalloc.h"
#include "trace/decompression.h"
#include "trace/packing/packing.h"
#include "trace/readers/reader.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES  (256u << 10) /* read from a pipe, or unpacked, at once */
#define WINDOW_BYTES (4u << 20)   /* of a mapping */
#define LINE_BYTES   (4u << 20)   /* no line of a trace is that long */

struct source *source_of_bytes(struct bytes bytes, const char *name)
{
	struct source *source = xcalloc(1, sizeof(*source));

	source->name = name;
	source->fd = source->stop = -1;
	source->bytes = bytes;
	source->raw = bytes.at;
	source->raw_end = bytes.length > 0 ? bytes.at + bytes.length : bytes.at; /* NULL: empty */
	source->total = bytes.length;
	return source;
}

struct source *source_of_pipe(int fd, const char *name)
{
	struct source *source = xcalloc(1, sizeof(*source));

	source->name = name;
	source->fd = fd;
	source->stop = -1;
	source->raw = source->raw_end = source->piece = xmalloc(PIECE_BYTES);
	return source;
}

void source_free(struct source *source)
{
	if (!source)
		return;
	decompression_free(source->decompression);
	bytes_release(&source->bytes);
	if (source->fd >= 0)
		close(source->fd);
	free(source->piece);
	free(source->room);
	free(source);
}

static void fail(struct source *source, const char *where, const char *what)
{
	if (!source->has_failed)
		error_set(&source->error, "%s:%s %s", source->name, where, what);
	source->has_failed = true;
}

static void fail_packing(struct source *source, const char *what)
{
	char words[128];

	snprintf(words, sizeof(words), "%s %s", what, source->packing);
	fail(source, "", words);
}

/* ---- raw bytes ------------------------------------------------------------------------------- */

static bool is_stopped(const struct source *source)
{
	struct pollfd stop = {.fd = source->stop, .events = POLLIN};

	return source->stop >= 0 && poll(&stop, 1, 0) > 0;
}

/* Waits until there is something to read; false: nothing more is wanted. */
static bool await(const struct source *source)
{
	struct pollfd both[] = {{.fd = source->fd, .events = POLLIN},
		{.fd = source->stop, .events = POLLIN}};

	while (poll(both, 2, -1) < 0 && errno == EINTR)
		;
	return !both[1].revents;
}

/* Reads on, after the raw bytes that are left; false at the end. */
static bool read_piece(struct source *source)
{
	size_t left = (size_t)(source->raw_end - source->raw);
	ssize_t n;

	if (source->fd < 0 || (source->stop >= 0 && !await(source)))
		return false;
	memmove(source->piece, source->raw, left);
	do
		n = read(source->fd, source->piece + left, PIECE_BYTES - left);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		fail(source, "", strerror(errno));
	source->raw = source->piece;
	source->raw_end = source->piece + left + (n > 0 ? n : 0);
	return n > 0;
}

/* Packed bytes say so in the first of them. */
static void begin(struct source *source)
{
	bool has_more = true;

	source->has_begun = true;
	while (has_more && source->raw_end - source->raw < (ptrdiff_t)PACKING_MAGIC_BYTES)
		has_more = read_piece(source);
	size_t length = (size_t)(source->raw_end - source->raw);
	source->packing = packed_by(source->raw, length);
	if (!source->packing)
		return;
	source->decompression = decompression_new(source->raw, length);
	if (!source->decompression)
		fail_packing(source, "cannot be unpacked: this arenascope was built without");
}

/* Some unpacked bytes to the end of the room; 0 at the end. */
static size_t unpack(struct source *source)
{
	struct decompression *decompression = source->decompression;
	bool has_more = true, is_damaged = false;
	size_t n = 0;

	while (n == 0 && has_more && !is_damaged) {
		if (source->raw_end - source->raw < (ptrdiff_t)PACKING_MAGIC_BYTES)
			has_more = read_piece(source);
		const unsigned char *before = source->raw;
		n = decompression_take(decompression, &source->raw, source->raw_end,
			source->room + source->length, source->size - source->length);
		source->taken += (uint64_t)(source->raw - before);
		is_damaged = decompression_state(decompression) == UNPACKED_DAMAGED;
	}
	if (is_damaged)
		fail_packing(source, "damaged data, packed by");
	return n;
}

static size_t copy(struct source *source)
{
	if (source->raw == source->raw_end && !read_piece(source))
		return 0;
	char *to = source->room + source->length;
	size_t n = (size_t)(source->raw_end - source->raw);
	if (n > source->size - source->length)
		n = source->size - source->length;
	if (source->bytes.is_mapped)
		bytes_read(&source->bytes, (size_t)(source->raw - source->bytes.at), to, n);
	else
		memcpy(to, source->raw, n);
	source->raw += n;
	source->taken += n;
	return n;
}

static void make_room(struct source *source)
{
	if (source->size - source->length >= PIECE_BYTES)
		return;
	source->size = source->length + 2 * PIECE_BYTES;
	source->room = xrealloc(source->room, source->size);
}

/* Adds bytes to the room; false: that was all. */
static bool add_bytes(struct source *source)
{
	make_room(source);
	size_t n = source->decompression ? unpack(source) : copy(source);
	source->length += n;
	return n > 0;
}

/* ---- windows --------------------------------------------------------------------------------- */

static bool is_all_mapped(const struct source *source)
{
	return source->fd < 0 && !source->decompression;
}

/* From start to end, reading a file into the same room is faster than touching all its pages. */
static bool is_read(const struct source *source)
{
	return !is_all_mapped(source) ||
	       (source->bytes.is_mapped && source->windows != WINDOW_OF_ALL);
}

/* Windows of a mapping are parts of it; what was left of the bytes of one before comes first. */
static bool map_window(struct source *source)
{
	size_t left = (size_t)(source->raw_end - source->raw), length = left;
	const char *at = (const char *)source->raw;

	if (left > WINDOW_BYTES && source->windows == WINDOWS_OF_LINES) {
		const char *newline = memchr(at + WINDOW_BYTES, '\n', left - WINDOW_BYTES);
		length = newline ? (size_t)(newline + 1 - at) : left;
	} else if (left > WINDOW_BYTES && source->windows == WINDOWS_OF_BYTES) {
		length = WINDOW_BYTES;
	}
	if (source->windows != WINDOWS_OF_BYTES || source->at == source->end)
		source->at = at;
	source->end = at + length;
	source->raw += length;
	source->taken += length;
	return length > 0;
}

/* The window ends where its last line ends; at the end of all, where that line was not cut. */
static void set_window(struct source *source)
{
	const char *newline = source->length ? memrchr(source->room, '\n', source->length) : NULL;
	bool is_whole = source->is_over && !source_is_cut(source) && !source->has_failed;

	source->window = is_whole  ? source->length
			 : newline ? (size_t)(newline + 1 - source->room)
				   : 0;
	source->at = source->room;
	source->end = source->room + source->window;
}

/* Adds bytes up to the end of a line. */
static void add_lines(struct source *source)
{
	size_t looked_at = 0;

	while (!memchr(source->room + looked_at, '\n', source->length - looked_at)) {
		looked_at = source->length;
		if (looked_at > LINE_BYTES) {
			fail(source, source->has_lines ? "" : "1:", "line too long for a trace");
			source->is_over = true;
		}
		source->is_over = source->is_over || !add_bytes(source);
		if (source->is_over)
			return;
	}
	source->has_lines = true;
}

/* What was left of the window before, and more; false: there is no more. */
static bool fill_bytes(struct source *source)
{
	if (source->at) {
		size_t left = (size_t)(source->end - source->at);
		source->length -= (size_t)(source->at - source->room);
		memmove(source->room, source->at, source->length);
		source->window = left;
	}
	size_t before = source->window;
	source->is_over = source->is_over || !add_bytes(source);
	source->window = source->length;
	source->at = source->room;
	source->end = source->room + source->window;
	return source->window > before;
}

static bool fill_window(struct source *source)
{
	if (source->windows == WINDOWS_OF_BYTES)
		return fill_bytes(source);
	if (!source->room)
		make_room(source);
	source->length -= source->window;
	memmove(source->room, source->room + source->window, source->length);
	source->window = 0;
	add_lines(source);
	set_window(source);
	return source->window > 0;
}

void source_begin(struct source *source, const char **ret_bytes, size_t *ret_length)
{
	if (!source->has_begun)
		begin(source);
	if (is_all_mapped(source)) {
		*ret_bytes = (const char *)source->raw;
		*ret_length = (size_t)(source->raw_end - source->raw);
		return;
	}
	while (!source->is_over && source->length < SNIFF_BYTES)
		source->is_over = !add_bytes(source);
	*ret_bytes = source->room;
	*ret_length = source->length;
}

bool source_more(struct source *source)
{
	if (source->took_window && source->at)
		source->took_window(source->user);
	if (is_stopped(source))
		return false;
	if (!is_read(source))
		return map_window(source);
	return (!source->is_over || source->length > source->window) && fill_window(source);
}

void source_skip(struct source *source)
{
	while (source->fd < 0 && source->decompression && source_more(source))
		source->at = source->end;
}

int source_check(const struct source *source, struct error *err)
{
	return source->has_failed ? error_set(err, "%s", source->error.text) : 0;
}

bool source_is_cut(const struct source *source)
{
	return source->is_over && source->decompression &&
	       decompression_state(source->decompression) == UNPACKED_CUT;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int put(int fd, const char *at, size_t length, struct error *err)
{
	return write_all(fd, at, length) < 0 ? error_set(err, "temporary file: %s", strerror(errno))
					     : 0;
}

int source_take_all(struct source *source, struct bytes *ret_bytes, struct error *err)
{
	if (is_all_mapped(source)) {
		*ret_bytes = source->bytes;
		source->bytes = (struct bytes){0};
		return 0;
	}
	int fd = temporary_open_or_memory("arenascope-spool");
	if (fd < 0)
		return error_set(err, "cannot create a temporary file: %s", strerror(errno));
	int result = 0;
	do {
		result = put(fd, source->room, source->length, err);
		source->length = 0;
	} while (result == 0 && add_bytes(source));
	source->is_over = true;
	if (result == 0)
		result = bytes_map(ret_bytes, fd, source->name, err);
	close(fd);
	return result;
}
