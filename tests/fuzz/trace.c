/* Whatever bytes a file has, opening and playing it is safe. */
#include "target.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/heap.h"
#include "player/c_verifier.h"
#include "player/verifier.h"
#include "trace/head.h"
#include "trace/pieces.h"
#include "trace/trace.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define EVENTS_MAX 3000u

static void play(struct trace *trace, const char *engine, const char *arenas)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err;
	struct event event;

	options_add_table(options, engine_find("pymalloc")->options);
	if (options_set(options, "arenas", arenas, &err) < 0 ||
		heap_new(&heap, engine, options, &err) < 0)
		abort();
	options_free(options);
	for (uint64_t i = 0; i < EVENTS_MAX && trace_get(trace, i, &event); i++) {
		struct effect effect;
		heap_apply(heap, i, &event, NULL, &effect);
	}
	if (heap_check(heap, &err) < 0) {
		fprintf(stderr, "%s: %s\n", engine, err.text);
		abort();
	}
	heap_free(heap);
}

static void ignore_before(void *user, const struct difference *difference, const struct heap *heap)
{
	(void)user, (void)difference, (void)heap;
}

static void ignore_after(void *user, const struct difference *difference, const struct heap *heap,
	const struct event *event, const struct effect *effect, const struct decision_log *log)
{
	(void)user, (void)difference, (void)heap, (void)event, (void)effect, (void)log;
}

/* Any addresses that a trace gives for a Python can be compared with the engine. */
static void verify(struct trace *trace, const char *python)
{
	struct options *options = options_new();
	const struct verifier_config config = {.options = options,
		.may_be_several = true,
		.max = 100};
	const struct verifier_listener listener = {ignore_before, ignore_after, NULL};
	struct verifier *verifier;
	struct error err;

	if (trace_length(trace) > EVENTS_MAX) {
		options_free(options);
		return;
	}
	options_add_table(options, engine_find("pymalloc")->options);
	if (options_set(options, "python", python, &err) < 0 ||
		options_set(options, "arenas", "recorded", &err) < 0 ||
		options_set(options, "malloc", "below", &err) < 0 ||
		verifier_new(&verifier, trace, &config, &err) < 0)
		abort();
	verifier_run(verifier);
	verifier_report(verifier, &listener);
	verifier_free(verifier);
	options_free(options);
}

/* And for a C program, of any thread. */
static void verify_libc(struct trace *trace, const char *release)
{
	struct options *options = options_new();
	const struct c_verifier_config config = {.options = options};
	struct c_verifier *verifier;
	struct error err;

	options_add_table(options, engine_find("glibc")->options);
	if (options_set(options, "glibc", release, &err) < 0 ||
		options_set(options, "first-break", "0x555555000000", &err) < 0)
		abort();
	if (trace_length(trace) <= EVENTS_MAX) {
		if (c_verifier_new(&verifier, trace, &config, &err) < 0)
			abort();
		c_verifier_run(verifier);
		c_verifier_free(verifier);
	}
	options_free(options);
}

/* A trace that was read can be written and read again. */
static void write_again(struct trace *trace)
{
	int fd = open("/dev/null", O_WRONLY);
	struct error err;

	trace_copy(trace, fd, "null", TRACE_TEXT, &err);
	trace_copy(trace, fd, "null", TRACE_BINARY, &err);
	close(fd);
}

static void repair(uint8_t *bytes, size_t length)
{
	put32(bytes + length, (uint32_t)crc32(0, bytes, (uInt)length));
}

/* Repairs the checksums of the pieces of a chunk, and of the chunk. */
static void repair_chunk(uint8_t *head, size_t length)
{
	uint8_t *stored = head + CHUNK_LENGTH;
	size_t count = get32(stored), piece = 0, table = 4 + count * PIECE_LENGTH;

	for (size_t i = 0; i < count && table <= length; i++) {
		uint32_t size = get32(stored + 4 + i * PIECE_LENGTH);
		if (size > length - table - piece)
			break;
		put32(stored + 8 + i * PIECE_LENGTH,
			(uint32_t)crc32(0, stored + table + piece, size));
		piece += size;
	}
	put32(head + CHUNK_CRC, (uint32_t)crc32(crc32(0, head, CHUNK_CRC), stored, (uInt)length));
}

/* Repairs those of the heads in the table. */
static void repair_rows(uint8_t *rows, size_t length)
{
	for (size_t at = 0; length - at >= CHUNK_LENGTH; at += CHUNK_LENGTH)
		repair(rows + at, CHUNK_HEAD_CRC);
}

/*
 * Repairs the checksums of a binary trace; otherwise readers would reject nearly every damaged one
 * at once.
 */
static void repair_checksums(uint8_t *bytes, size_t length)
{
	if (length < HEAD_LENGTH || memcmp(bytes, HEAD_MAGIC, 8) != 0)
		return;
	repair(bytes, HEAD_LENGTH - 4);
	size_t at = HEAD_LENGTH + (size_t)get32(bytes + 12);
	if (at > length || length - at < 4)
		return;
	repair(bytes, at);
	for (at += 4; length - at >= CHUNK_LENGTH;) {
		size_t stored = get32(bytes + at + 8), left = length - at - CHUNK_LENGTH;
		repair(bytes + at, CHUNK_HEAD_CRC);
		if (stored <= left && bytes[at + 4] == CHUNK_TABLE)
			repair_rows(bytes + at + CHUNK_LENGTH, stored);
		if (stored > left || stored < 4)
			return;
		repair_chunk(bytes + at, stored);
		at += CHUNK_LENGTH + stored;
	}
}

/* Without TRACE_SALVAGE, damage may be met while reading, which then ends there. */
static void open_by_heads(const uint8_t *bytes, size_t length)
{
	struct event events[100];
	struct trace *trace;
	struct error err;
	uint64_t at = 0;
	size_t n;

	if (trace_open_memory(&trace, bytes, length, "fuzz", 0, &err) < 0)
		return;
	while ((n = trace_read(trace, at, events, 100)) > 0)
		at += n;
	if (at != trace_length(trace))
		abort();
	trace_close(trace);
}

static void open_and_use(const uint8_t *bytes, size_t length)
{
	struct trace *trace;
	struct error err;

	open_by_heads(bytes, length);

	if (trace_open_memory(&trace, bytes, length, "fuzz", TRACE_SALVAGE, &err) < 0)
		return;
	play(trace, "pymalloc", "mmap");
	play(trace, "pymalloc", "recorded");
	play(trace, "heap", "mmap");
	verify(trace, "3.8");
	verify(trace, "3.13");
	verify_libc(trace, "2.36");
	verify_libc(trace, "2.43");
	write_again(trace);
	trace_close(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	uint8_t *copy = malloc(length + 1);

	memcpy(copy, bytes, length);
	repair_checksums(copy, length);
	open_and_use(bytes, length);
	if (memcmp(copy, bytes, length) != 0)
		open_and_use(copy, length);
	free(copy);
	return 0;
}
