/*
 * The table of chunks: a long trace is opened by it, and is the same trace; and whatever a table
 * says, no event is shown that its chunk does not have.
 */
#include "trace/chunk_table.h"

#include "base/error.h"
#include "base/text.h"
#include "support.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define CHUNKS 30u /* of events; each has a chunk of definitions before it */
#define EACH   3u  /* events of a chunk */

/* The bytes of a trace of so many small chunks: every fifth has a note, each a site of its own. */
static unsigned char *trace_of(unsigned chunks, size_t *ret_length)
{
	int fd = memfd_create("test", 0);
	struct trace_writer *writer;
	struct error err;

	assert_int_equal(trace_writer_new(&writer, fd, "t", TRACE_BINARY, NULL, &err), 0);
	for (uint32_t i = 0; i < chunks * EACH; i++) {
		const uint64_t frames[] = {0x1000 + i / EACH};
		bool is_note = i % (5 * EACH) == 1;
		struct event event = {.kind = is_note ? EVENT_NOTE : EVENT_ALLOCATE,
			.object = is_note ? OBJECT_NONE : i,
			.size = is_note ? 0 : i + 1,
			.text = TEXT_NONE};
		if (!is_note)
			assert_int_equal(trace_writer_site(writer, frames, 1, &event.site, &err),
				0);
		assert_int_equal(trace_writer_add(writer, &event, is_note ? "here" : NULL, &err),
			0);
		if (i % EACH == EACH - 1)
			assert_int_equal(trace_writer_flush(writer, &err), 0);
	}
	assert_int_equal(trace_writer_finish(writer, &err), 0);
	*ret_length = (size_t)lseek(fd, 0, SEEK_END);
	unsigned char *bytes = malloc(*ret_length);
	assert_int_equal(pread(fd, bytes, *ret_length, 0), *ret_length);
	close(fd);
	return bytes;
}

/* The first chunk of a trace without info. */
#define FIRST 24u

static struct chunk_table table_of(const unsigned char *bytes, size_t length)
{
	const struct bytes all = {.at = bytes, .length = length};

	return chunk_table_find(&all, FIRST);
}

static size_t place_of_row(const unsigned char *bytes, size_t length, size_t row)
{
	return (size_t)(table_of(bytes, length).heads - bytes) + row * CHUNK_LENGTH;
}

/*
 * Reads everything. -1 and err: damage was found. In any case the events that were read are the
 * first of the trace that trace_of() made.
 */
static int read_all(const unsigned char *bytes, size_t length, uint64_t *ret_events,
	struct error *err)
{
	struct trace *trace;
	struct event event;

	*ret_events = 0;
	if (trace_open_memory(&trace, bytes, length, "t", 0, err) < 0)
		return -1;
	while (*ret_events < trace_length(trace) && trace_get(trace, *ret_events, &event)) {
		uint64_t i = *ret_events;
		bool is_note = i % (5 * EACH) == 1;
		if (i >= trace_length(trace))
			break; /* this chunk was the damaged one */
		assert_int_equal(event.kind, is_note ? EVENT_NOTE : EVENT_ALLOCATE);
		assert_int_equal(event.size, is_note ? 0 : i + 1);
		if (is_note)
			assert_string_equal(trace_text(trace, event.text), "here");
		++*ret_events;
	}
	int result = trace_check(trace, err);
	trace_close(trace);
	return result;
}

static void repair_crc(unsigned char *at, size_t n, unsigned char *ret)
{
	put32(ret, (uint32_t)crc32(0, at, (uInt)n));
}

/* Makes the checksums of the table, its rows and the end right, whatever they say. */
static void repair_table(unsigned char *bytes, size_t length, size_t rows, size_t count)
{
	unsigned char *table = bytes + rows - CHUNK_LENGTH, *end = bytes + length - CHUNK_LENGTH;

	for (size_t i = 0; i < count; i++)
		repair_crc(bytes + rows + i * CHUNK_LENGTH, CHUNK_HEAD_CRC,
			bytes + rows + i * CHUNK_LENGTH + CHUNK_HEAD_CRC);
	repair_crc(table, CHUNK_HEAD_CRC, table + CHUNK_HEAD_CRC);
	put32(table + CHUNK_CRC, (uint32_t)crc32(crc32(0, table, CHUNK_CRC), bytes + rows,
					 (uInt)(length - rows - CHUNK_LENGTH)));
	repair_crc(end, CHUNK_HEAD_CRC, end + CHUNK_HEAD_CRC);
	repair_crc(end, CHUNK_CRC, end + CHUNK_CRC);
}

static void a_long_trace_has_a_table_of_all_its_chunks(void **state)
{
	size_t length;
	unsigned char *bytes = trace_of(CHUNKS, &length);
	struct chunk_table table = table_of(bytes, length);
	uint64_t events;
	struct error err;
	size_t at = FIRST;

	assert_int_equal(table.count, 2 * CHUNKS);
	for (size_t i = 0; i < table.count; i++) {
		struct chunk_head head;
		assert_memory_equal(table.heads + i * CHUNK_LENGTH, bytes + at, CHUNK_LENGTH);
		chunk_head_get(&head, bytes + at);
		at += CHUNK_LENGTH + head.stored;
	}
	assert_int_equal(read_all(bytes, length, &events, &err), 0);
	assert_int_equal(events, CHUNKS * EACH);
	free(bytes);
}

static void a_short_trace_has_none(void **state)
{
	size_t length;
	unsigned char *bytes = trace_of(TABLE_CHUNKS_MIN / 2 - 1, &length);
	uint64_t events;
	struct error err;

	assert_int_equal(table_of(bytes, length).count, 0);
	assert_int_equal(read_all(bytes, length, &events, &err), 0);
	assert_int_equal(events, (TABLE_CHUNKS_MIN / 2 - 1) * EACH);
	free(bytes);
}

/* That the heads of chunks are not looked at is seen by one that is damaged. */
static void opening_reads_the_table_in_place_of_the_chunks(void **state)
{
	size_t length;
	unsigned char *bytes = trace_of(CHUNKS, &length);
	struct trace *trace;
	struct error err;
	uint64_t events;
	size_t at = FIRST;
	char message[80];

	for (unsigned i = 0; i < 2 * 12 + 1; i++) /* to the events of the 13th */
		at += CHUNK_LENGTH + get32(bytes + at + 8);
	bytes[at] ^= 1;
	assert_int_equal(trace_open_memory(&trace, bytes, length, "t", 0, &err), 0);
	assert_int_equal(trace_length(trace), CHUNKS * EACH);
	trace_close(trace);
	assert_int_equal(read_all(bytes, length, &events, &err), -1);
	assert_int_equal(events, 12 * EACH);
	snprintf(message, sizeof(message), "t:byte %zu: the chunk header is inconsistent", at);
	assert_text_equal(err.text, message);
	free(bytes);
}

/* Wherever it is cut, and whichever bit is wrong: nothing is read that was not written. */
static void a_damaged_trace_with_a_table_is_safe(void **state)
{
	size_t length;
	unsigned char *bytes = trace_of(TABLE_CHUNKS_MIN / 2, &length);
	uint64_t events;
	struct error err;

	assert_int_equal(table_of(bytes, length).count, TABLE_CHUNKS_MIN);
	for (size_t cut = FIRST; cut < length; cut++)
		if (read_all(bytes, cut, &events, &err) < 0)
			fail_msg("cut at %zu: %s", cut, err.text);
	for (size_t at = FIRST; at < length; at++) {
		bytes[at] ^= (unsigned char)(1 << at % 8);
		if (read_all(bytes, length, &events, &err) == 0)
			fail_msg("bit %zu of byte %zu", at % 8, at);
		bytes[at] ^= (unsigned char)(1 << at % 8);
	}
	free(bytes);
}

/* What a table may say, with checksums that are right. */
static const struct lie {
	const char *what;
	size_t row, byte; /* of the head in the row */
	int change;
	bool is_noticed; /* by comparing the chunk; else the table is not used */
} lies[] = {
	{"another kind of head", 7, 0, 1, false},
	{"a chunk ends before it does", 8, 8, -1, false},
	{"a chunk goes on", 8, 8, 1, false},
	{"a chunk is the end", 9, 4, 2, false},
	{"a chunk of events has definitions", 9, 4, 1, false},
	{"a chunk has an event more", 9, 16, 1, false},
	{"a chunk has an event less", 9, 16, -1, false},
	{"a chunk begins later", 9, 24, 1, false},
	{"a chunk begins at 2^56 and more", 9, 31, 1, false},
	{"a chunk has 2^24 events and more", 9, 19, 1, false},
	{"a chunk is unpacked to 16 MiB and more", 9, 15, 1, false},
	{"a chunk has 2^24 notes and more", 9, 23, 1, false},
	{"the last chunk has an event less", 2 * CHUNKS - 1, 16, -1, false},
	{"the last chunk is packed in another way", 2 * CHUNKS - 1, 5, 1, false},
	{"a chunk with a note has none", 11, 20, -1, true},
	{"a chunk without notes has one", 9, 20, 1, true},
};

static void a_table_that_lies_shows_no_wrong_event(void **state)
{
	for (size_t i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
		const struct lie *lie = &lies[i];
		size_t length;
		unsigned char *bytes = trace_of(CHUNKS, &length);
		size_t rows = place_of_row(bytes, length, 0);
		uint64_t events;
		struct error err;

		bytes[rows + lie->row * CHUNK_LENGTH + lie->byte] =
			(unsigned char)(bytes[rows + lie->row * CHUNK_LENGTH + lie->byte] +
					lie->change);
		repair_table(bytes, length, rows, 2 * CHUNKS);
		int result = read_all(bytes, length, &events, &err);
		if ((result < 0) != lie->is_noticed)
			fail_msg("%s: %s", lie->what, result < 0 ? err.text : "not noticed");
		if (!lie->is_noticed)
			assert_int_equal(events, CHUNKS * EACH);
		free(bytes);
	}
}

/* Sums that are right, of events that the chunks do not have. */
static void a_table_whose_sums_are_right_shows_no_wrong_event(void **state)
{
	static const struct {
		size_t row; /* of events: it has one less, and all after it begin one earlier */
		const char *message;
		uint64_t events;
	} cases[] = {
		{9, "the chunk header is inconsistent", 4 * EACH},
		{2 * CHUNKS - 3, "the chunk header is inconsistent", (CHUNKS - 2) * EACH},
		{2 * CHUNKS - 1, "the chunk header is inconsistent", CHUNKS * EACH},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t length;
		unsigned char *bytes = trace_of(CHUNKS, &length);
		size_t rows = place_of_row(bytes, length, 0);
		uint64_t events;
		struct error err;
		for (size_t row = cases[i].row; row <= 2 * CHUNKS; row++) {
			/* the end has its head behind the rows */
			unsigned char *head = bytes + rows + row * CHUNK_LENGTH;
			if (row == cases[i].row)
				put32(head + 16, get32(head + 16) - 1);
			else
				put64(head + 24, get64(head + 24) - 1);
		}
		repair_table(bytes, length, rows, 2 * CHUNKS);
		assert_int_equal(read_all(bytes, length, &events, &err), -1);
		assert_non_null(strstr(err.text, cases[i].message));
		free(bytes);
	}
}

/* That of another trace of as many chunks, and two rows in each other's place. */
static void a_table_of_another_order_is_not_used(void **state)
{
	unsigned char row[CHUNK_LENGTH];
	size_t length;
	unsigned char *bytes = trace_of(CHUNKS, &length);
	size_t rows = place_of_row(bytes, length, 0);
	uint64_t events;
	struct error err;

	for (size_t one = 0; one < 2 * CHUNKS; one += 7)
		for (size_t other = one + 1; other < 2 * CHUNKS; other += 5) {
			unsigned char *first = bytes + rows + one * CHUNK_LENGTH,
				      *second = bytes + rows + other * CHUNK_LENGTH;
			memcpy(row, first, CHUNK_LENGTH);
			memcpy(first, second, CHUNK_LENGTH);
			memcpy(second, row, CHUNK_LENGTH);
			repair_table(bytes, length, rows, 2 * CHUNKS);
			assert_int_equal(table_of(bytes, length).count, 0);
			if (read_all(bytes, length, &events, &err) < 0)
				fail_msg("rows %zu and %zu: %s", one, other, err.text);
			assert_int_equal(events, CHUNKS * EACH);
			memcpy(second, first, CHUNK_LENGTH);
			memcpy(first, row, CHUNK_LENGTH);
		}
	free(bytes);
}

/* A row less, or a chunk that says that the table is elsewhere. */
static void a_table_that_is_not_all_is_not_used(void **state)
{
	size_t length;
	unsigned char *bytes = trace_of(CHUNKS, &length);
	size_t rows = place_of_row(bytes, length, 0);
	uint64_t events;
	struct error err;

	for (int change = -1; change <= 1; change += 2) {
		unsigned char *raw = bytes + length - CHUNK_LENGTH + 12;
		put32(raw, (uint32_t)((int)get32(raw) + change * (int)CHUNK_LENGTH));
		repair_table(bytes, length, rows, 2 * CHUNKS);
		assert_int_equal(table_of(bytes, length).count, 0);
		assert_int_equal(read_all(bytes, length, &events, &err), 0);
		assert_int_equal(events, CHUNKS * EACH);
		put32(raw, (uint32_t)((int)get32(raw) - change * (int)CHUNK_LENGTH));
	}
	memmove(bytes + rows + CHUNK_LENGTH, bytes + rows + 2 * CHUNK_LENGTH, CHUNK_LENGTH);
	repair_table(bytes, length, rows, 2 * CHUNKS);
	assert_int_equal(table_of(bytes, length).count, 0);
	assert_int_equal(read_all(bytes, length, &events, &err), 0);
	free(bytes);
}

/* The identity is known without a look at the chunks, and follows their checksums. */
static void another_chunk_is_another_identity(void **state)
{
	size_t length;
	unsigned char *bytes = trace_of(CHUNKS, &length);
	struct trace *one, *other;
	struct error err;

	assert_int_equal(trace_open_memory(&one, bytes, length, "t", 0, &err), 0);
	size_t rows = place_of_row(bytes, length, 0);
	bytes[rows + 9 * CHUNK_LENGTH + CHUNK_CRC] ^= 1;
	repair_table(bytes, length, rows, 2 * CHUNKS);
	assert_int_equal(trace_open_memory(&other, bytes, length, "t", 0, &err), 0);
	assert_true(trace_identity(one) != trace_identity(other));
	trace_close(one);
	trace_close(other);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_trace_has_a_table_of_all_its_chunks),
		cmocka_unit_test(a_short_trace_has_none),
		cmocka_unit_test(opening_reads_the_table_in_place_of_the_chunks),
		cmocka_unit_test(a_damaged_trace_with_a_table_is_safe),
		cmocka_unit_test(a_table_that_lies_shows_no_wrong_event),
		cmocka_unit_test(a_table_whose_sums_are_right_shows_no_wrong_event),
		cmocka_unit_test(a_table_of_another_order_is_not_used),
		cmocka_unit_test(a_table_that_is_not_all_is_not_used),
		cmocka_unit_test(another_chunk_is_another_identity),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
