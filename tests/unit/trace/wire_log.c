/* Records, and the logs of recordings as traces. */
#include "base/error.h"
#include "base/text.h"
#include "trace/trace.h"
#include "trace/varint.h"
#include "trace/wire.h"
#include "trace/wire_log.h"
#include "dice.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- records --------------------------------------------------------------------------------- */

static uint64_t any_number(struct dice *dice)
{
	uint64_t number = dice_roll(dice, UINT64_MAX);

	return number >> dice_roll(dice, 64);
}

static void records_come_back_as_they_were(void **state)
{
	enum { COUNT = 20000 };
	struct wire_record *written = calloc(COUNT, sizeof(*written));
	uint8_t *bytes = malloc(COUNT * WIRE_RECORD_MAX), *end = bytes;
	struct wire_coding coding = {0};
	struct dice dice;

	dice_init(&dice, 7);
	for (size_t i = 0; i < COUNT; i++) {
		struct wire_record *record = &written[i];
		record->call = (uint8_t)(1 + dice_roll(&dice, WIRE_MUNMAP));
		record->domain = (uint8_t)dice_roll(&dice, 5);
		record->stamp = coding.stamp + any_number(&dice);
		record->address = coding.address + any_number(&dice) - any_number(&dice);
		record->size = dice_roll(&dice, 3) ? any_number(&dice) : 0;
		record->other = dice_roll(&dice, 3) ? 0 : any_number(&dice);
		uint32_t what = WIRE_WHAT(record->call, record->domain);
		uint64_t later = record->stamp - coding.stamp,
			 away = wire_away(record->address - coding.address);
		uint8_t *start = end;
		if (record->other == 0 && wire_is_near(later, away, record->size)) {
			coding = (struct wire_coding){record->stamp, record->address};
			end = wire_encode_near(end, what, later, away, record->size);
		} else {
			end = wire_encode(end, &coding, what, record->stamp, record->address,
				record->size, record->other);
		}
		assert_in_range(end - start, 4, WIRE_RECORD_MAX);
	}
	const uint8_t *at = bytes;
	coding = (struct wire_coding){0};
	for (size_t i = 0; i < COUNT; i++) {
		struct wire_record read = {0};
		at = wire_decode(at, end, &coding, &read);
		assert_non_null(at);
		assert_memory_equal(&read, &written[i], offsetof(struct wire_record, payload));
	}
	assert_ptr_equal(at, end);
	free(written);
	free(bytes);
}

static void numbers_have_the_same_bytes_with_and_without_a_loop(void **state)
{
	struct dice dice;

	dice_init(&dice, 3);
	for (unsigned i = 0; i < 10000; i++) {
		unsigned char one[VARINT_BYTES_MAX], other[VARINT_BYTES_MAX];
		uint64_t number = i < 64 ? UINT64_C(1) << i : any_number(&dice);
		ptrdiff_t length = put_varint(one, number) - one;
		assert_int_equal(put_number(other, number) - other, length);
		assert_memory_equal(one, other, length);
	}
}

/* ---- logs ------------------------------------------------------------------------------------ */

struct lane {
	uint8_t bytes[8192];
	uint8_t *end;
	struct wire_coding coding;
};

struct log {
	struct text bytes;
	struct lane lanes[4];
};

static void begin_log(struct log *log)
{
	struct wire_head head = {.magic = WIRE_MAGIC,
		.version = WIRE_VERSION,
		.owner = 5,
		.program = "a program"};
	char page[WIRE_HEAD] = {0};

	memset(log, 0, sizeof(*log));
	memcpy(page, &head, sizeof(head));
	text_add_bytes(&log->bytes, page, sizeof(page));
	for (size_t i = 0; i < 4; i++)
		log->lanes[i].end = log->lanes[i].bytes;
}

static void put(struct log *log, unsigned lane, unsigned call, uint64_t stamp, uint64_t address,
	uint64_t size)
{
	struct lane *to = &log->lanes[lane];

	to->end =
		wire_encode(to->end, &to->coding, WIRE_WHAT(call, WIRE_C), stamp, address, size, 0);
}

static void put_text(struct log *log, unsigned lane, unsigned call, uint64_t stamp,
	const char *words)
{
	struct lane *to = &log->lanes[lane];

	put(log, lane, call, stamp, 0, strlen(words));
	memcpy(to->end, words, strlen(words));
	to->end += strlen(words);
}

/* Turns what the lane has so far into a segment; good: bytes of it, or all. */
static void close_segment(struct log *log, unsigned lane, uint32_t thread, size_t room)
{
	struct lane *from = &log->lanes[lane];
	size_t length = (size_t)(from->end - from->bytes);
	struct wire_segment segment = {.counts.head = length,
		.length = length + room,
		.magic = WIRE_SEGMENT_MAGIC,
		.thread = thread};
	static const char nothing[WIRE_SEGMENT];

	text_add_bytes(&log->bytes, &segment, sizeof(segment));
	text_add_bytes(&log->bytes, from->bytes, length);
	text_add_bytes(&log->bytes, nothing, room);
	from->end = from->bytes;
}

/* The events as text, without the header. */
static char *events_of(struct trace *trace)
{
	char path[] = "/tmp/wire-log-XXXXXX", *words = calloc(1, 65536), *at = words;
	int fd = mkstemp(path);
	struct error err;

	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(trace_copy(trace, fd, "it", TRACE_TEXT, &err), 0);
	assert_true(pread(fd, words, 65535, 0) > 0);
	close(fd);
	while (strncmp(at, "info ", 5) == 0)
		at = strchr(at, '\n') + 1;
	memmove(words, at, strlen(at) + 1);
	return words;
}

static void assert_log(struct log *log, const char *expected)
{
	struct trace *trace;
	struct error err;

	for (unsigned i = 0; i < 4; i++)
		if (log->lanes[i].end != log->lanes[i].bytes)
			close_segment(log, i, i == 3 ? WIRE_SHARED : i, 0);
	if (trace_open_memory(&trace, log->bytes.bytes, log->bytes.length, "log", 0, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(trace_format(trace), "recording");
	assert_string_equal(trace_info(trace)->program, "a program");
	char *words = events_of(trace);
	assert_string_equal(words, expected);
	free(words);
	trace_close(trace);
	text_finish(&log->bytes);
}

static void put_libc(struct log *log, unsigned lane, uint64_t stamp, uint64_t word, uint64_t number)
{
	struct lane *to = &log->lanes[lane];

	to->end =
		wire_encode(to->end, &to->coding, WIRE_WHAT(WIRE_LIBC, 0), stamp, 0, word, number);
}

static void what_moves_the_c_library_becomes_events(void **state)
{
	struct log log;

	begin_log(&log);
	put_libc(&log, 0, 5, WIRE_BREAK, 0x555500001000);
	put(&log, 1, WIRE_MALLOC, 10, 0x100, 64);
	put_libc(&log, 0, 20, WIRE_MMAP_THRESHOLD, 65536);
	put_libc(&log, 1, 30, WIRE_THREAD_END, 0);
	put_libc(&log, 0, 40, LIBC_WORD_COUNT, 7); /* of a later recorder */
	put_libc(&log, 0, 50, WIRE_TRIM, 4096);
	assert_log(&log, "libc break 0x555500001000\n"
			 "a 0 64 call=malloc at=0x100 thread=1\n"
			 "libc mmap_threshold 65536\n"
			 "libc thread_end thread=1\n"
			 "libc malloc_trim 4096\n");
}

/* What the head of a log says of the program; one that was made before it was there has zeros. */
static void a_head_says_which_c_library(void **state)
{
	struct trace *trace;
	struct error err;
	struct log log;

	for (int has_libc = 0; has_libc <= 1; has_libc++) {
		begin_log(&log);
		struct wire_head head;
		memcpy(&head, log.bytes.bytes, sizeof(head));
		if (has_libc) {
			strcpy(head.libc_version, "2.36");
			strcpy(head.tunables, "MALLOC_ARENA_MAX=1");
			head.first_break = 0x555500001000;
		}
		memcpy(log.bytes.bytes, &head, sizeof(head));
		assert_int_equal(trace_open_memory(&trace, log.bytes.bytes, log.bytes.length, "log",
					 0, &err),
			0);
		const struct trace_info *info = trace_info(trace);
		assert_string_equal(info->libc, has_libc ? "glibc 2.36" : "");
		assert_string_equal(info->tunables, has_libc ? "MALLOC_ARENA_MAX=1" : "");
		assert_int_equal(info->first_break, has_libc ? 0x555500001000 : 0);
		trace_close(trace);
		text_finish(&log.bytes);
	}
}

static void lanes_are_merged_by_their_stamps(void **state)
{
	struct log log;

	begin_log(&log);
	put(&log, 0, WIRE_MALLOC, 10, 0x100, 8);
	put(&log, 1, WIRE_MALLOC, 20, 0x200, 16);
	put(&log, 1, WIRE_FREE, 30, 0x100, 0);
	put(&log, 0, WIRE_CALLOC, 40, 0x100, 24);
	close_segment(&log, 0, 0, 0);
	put(&log, 0, WIRE_FREE, 50, 0x200, 0);
	assert_log(&log, "a 0 8 call=malloc at=0x100\n"
			 "a 1 16 call=malloc at=0x200 thread=1\n"
			 "f 0 call=free at=0x100 thread=1\n"
			 "a 2 24 call=calloc at=0x100\n"
			 "f 1 call=free at=0x200\n");
}

/* Thread 0 moves a block; thread 1 gets the old place before the call has returned. */
static void a_realloc_happens_before_others_have_what_it_gave_up(void **state)
{
	struct log log;

	begin_log(&log);
	put(&log, 0, WIRE_MALLOC, 10, 0x100, 64);
	put(&log, 0, WIRE_REALLOC_BEGINS, 20, 0x100, 0);
	put(&log, 1, WIRE_MALLOC, 25, 0x120, 8); /* a part of it is enough */
	put(&log, 0, WIRE_REALLOC, 30, 0x400, 128);
	assert_log(&log, "a 0 64 call=malloc at=0x100\n"
			 "r 0 128 call=realloc at=0x400\n"
			 "a 1 8 call=malloc at=0x120 thread=1\n");
	begin_log(&log);
	put(&log, 0, WIRE_MALLOC, 10, 0x100, 64);
	put(&log, 0, WIRE_REALLOC_BEGINS, 20, 0x100, 0);
	put(&log, 1, WIRE_MALLOC, 25, 0x300, 8);
	put(&log, 0, WIRE_REALLOC, 30, 0x400, 128);
	put(&log, 0, WIRE_REALLOC, 40, 0x500, 1); /* of NULL */
	assert_log(&log, "a 0 64 call=malloc at=0x100\n"
			 "a 1 8 call=malloc at=0x300 thread=1\n"
			 "r 0 128 call=realloc at=0x400\n"
			 "r 2 1 call=realloc at=0x500\n");
}

static void a_realloc_that_never_returned(void **state)
{
	struct log log;

	begin_log(&log);
	put(&log, 0, WIRE_MALLOC, 10, 0x100, 64);
	put(&log, 0, WIRE_REALLOC_BEGINS, 20, 0x100, 0);
	assert_log(&log, "a 0 64 call=malloc at=0x100\n");
	begin_log(&log);
	put(&log, 0, WIRE_MALLOC, 10, 0x100, 64);
	put(&log, 0, WIRE_REALLOC_BEGINS, 20, 0x100, 0);
	put(&log, 1, WIRE_MALLOC, 25, 0x100, 8);
	assert_log(&log, "a 0 64 call=malloc at=0x100\n"
			 "f 0 call=free at=0x100\n"
			 "a 1 8 call=malloc at=0x100 thread=1\n");
}

static void the_shared_lane_is_sorted(void **state)
{
	struct log log;

	begin_log(&log);
	put(&log, 3, WIRE_THREAD, 30, 0, 7);
	put(&log, 3, WIRE_FREE, 30, 0x100, 0);
	put(&log, 3, WIRE_THREAD, 20, 0, 6);
	put(&log, 3, WIRE_MALLOC, 20, 0x100, 5);
	put(&log, 0, WIRE_MALLOC, 25, 0x200, 9);
	assert_log(&log, "a 0 5 call=malloc at=0x100 thread=6\n"
			 "a 1 9 call=malloc at=0x200\n"
			 "f 0 call=free at=0x100 thread=7\n");
}

static void another_program_has_nothing_of_the_one_before(void **state)
{
	struct log log;

	begin_log(&log);
	put(&log, 0, WIRE_MALLOC, 10, 0x100, 5);
	put_text(&log, 1, WIRE_EXEC, 20, "ls -l");
	put(&log, 1, WIRE_MALLOC, 30, 0x100, 6);
	assert_log(&log, "a 0 5 call=malloc at=0x100\n"
			 "f 0 at=0x100\n"
			 "mark exec: ls -l\n"
			 "a 1 6 call=malloc at=0x100 thread=1\n");
}

static void in_a_pause_only_what_is_known_is_freed(void **state)
{
	struct log log;

	begin_log(&log);
	put(&log, 0, WIRE_MALLOC, 10, 0x100, 5);
	put(&log, 1, WIRE_PAUSE, 20, 0, WIRE_PAUSED);
	put(&log, 0, WIRE_FREE, 30, 0x100, 0);
	put(&log, 0, WIRE_FREE, 31, 0x900, 0);
	put(&log, 1, WIRE_RESUME, 40, 0, WIRE_PLAIN);
	put(&log, 0, WIRE_FREE, 50, 0x100, 0); /* was allocated in the pause: it is only counted */
	assert_log(&log, "a 0 5 call=malloc at=0x100\n"
			 "mark recording paused\n"
			 "f 0 call=free at=0x100\n"
			 "mark recording resumed\n");
}

/* It began late: what is there already was allocated before, and is seen when it moves. */
static void what_is_older_than_the_recording_is_seen_when_it_moves(void **state)
{
	struct log log;

	begin_log(&log);
	((struct wire_head *)(void *)log.bytes.bytes)->is_attached = 1;
	put(&log, 0, WIRE_MALLOC, 10, 0x100, 5);
	put(&log, 0, WIRE_FREE, 20, 0x900, 0);
	put(&log, 0, WIRE_REALLOC_BEGINS, 30, 0x700, 0);
	put(&log, 0, WIRE_REALLOC, 40, 0x400, 128);
	put(&log, 0, WIRE_FREE, 50, 0x400, 0);
	assert_log(&log, "a 0 5 call=malloc at=0x100\n"
			 "r 1 128 call=realloc at=0x400\n"
			 "f 1 call=free at=0x400\n");
}

static int note_events(void *context, struct event *events, size_t count)
{
	for (size_t i = 0; i < count; i++)
		text_add(context, "%c%u ", events[i].kind == EVENT_FREE ? 'f' : 'a',
			events[i].object);
	return 0;
}

/* Runs of one lane, some of them longer than what is decoded at once, and turns of several. */
static void long_lanes_are_merged_as_short_ones_are(void **state)
{
	enum { COUNT = 900 };
	struct wire_log_summary summary;
	struct text words = {0}, expected = {0};
	const struct wire_sink sink = {.context = &words, .events = note_events};
	struct wire_log *records = wire_log_new(&sink, 0);
	struct dice dice;
	struct error err;
	struct log log;
	unsigned lane = 0;

	dice_init(&dice, 11);
	begin_log(&log);
	for (unsigned i = 0; i < COUNT; i++) {
		if (i < 300 || i > 600 ? dice_roll(&dice, 200) == 0 : dice_roll(&dice, 2) == 0)
			lane = (unsigned)dice_roll(&dice, 3);
		bool frees = i % 3 == 2;
		put(&log, lane,
			frees   ? WIRE_FREE
			: i % 7 ? WIRE_MALLOC
				: WIRE_CALLOC,
			10 + i, 0x10000 + 48 * (frees ? i - 1 : i), frees ? 0 : i);
		text_add(&expected, "%c%u ", frees ? 'f' : 'a', i / 3 * 2 + (i % 3 != 0));
	}
	for (unsigned i = 0; i < 3; i++)
		close_segment(&log, i, i, 0);
	assert_int_equal(wire_log_extend(records, log.bytes.bytes, log.bytes.length, &err), 0);
	for (uint64_t until = 100; until < 1000; until += 100)
		assert_int_equal(wire_log_give(records, until), 0);
	assert_int_equal(wire_log_give(records, UINT64_MAX), 0);
	wire_log_summarise(records, &summary);
	assert_string_equal(text_of(&words), text_of(&expected));
	assert_false(summary.is_late);
	wire_log_free(records);
	text_finish(&words);
	text_finish(&expected);
	text_finish(&log.bytes);
}

static void blocks_of_any_size_are_counted_as_live(void **state)
{
	const uint64_t mib = UINT64_C(1) << 20;
	struct wire_log_summary summary;
	struct text words = {0};
	const struct wire_sink sink = {.context = &words, .events = note_events};
	struct wire_log *records = wire_log_new(&sink, 0);
	struct error err;
	struct log log;

	begin_log(&log);
	put(&log, 0, WIRE_MALLOC, 10, 0x100, 70 * mib);
	put(&log, 0, WIRE_MALLOC, 20, 0x200, 5000 * mib);
	put(&log, 0, WIRE_MALLOC, 30, 0x300, 63 * mib);
	put(&log, 0, WIRE_FREE, 40, 0x100, 0);
	put(&log, 0, WIRE_MALLOC, 50, 0x400, 100 * mib);
	put(&log, 0, WIRE_REALLOC_BEGINS, 60, 0x200, 0);
	put(&log, 0, WIRE_REALLOC, 61, 0x900, 6000 * mib);
	put(&log, 0, WIRE_REALLOC_BEGINS, 70, 0x300, 0);
	put(&log, 0, WIRE_REALLOC, 71, 0x300, 80 * mib);
	put(&log, 0, WIRE_REALLOC_BEGINS, 80, 0x400, 0);
	put(&log, 0, WIRE_REALLOC, 81, 0x400, 8);
	close_segment(&log, 0, 1, 0);
	assert_int_equal(wire_log_extend(records, log.bytes.bytes, log.bytes.length, &err), 0);
	assert_int_equal(wire_log_give(records, UINT64_MAX), 0);
	wire_log_summarise(records, &summary);
	assert_int_equal(summary.live_bytes, 6080 * mib + 8);
	wire_log_free(records);
	text_finish(&words);
	text_finish(&log.bytes);
}

/* Looking for the end of a realloc decodes more of its lane, wherever in it the realloc begins. */
static void a_realloc_is_followed_from_any_place_of_its_lane(void **state)
{
	for (unsigned before = 0; before < 140; before++) {
		struct wire_log_summary summary;
		struct text words = {0};
		const struct wire_sink sink = {.context = &words, .events = note_events};
		struct wire_log *records = wire_log_new(&sink, 0);
		struct error err;
		struct log log;

		begin_log(&log);
		for (unsigned i = 0; i < before; i++)
			put(&log, 0, WIRE_MALLOC, 10 + i, 0x10000 + 64 * i, 16);
		put(&log, 0, WIRE_MALLOC, 1000, 0x1000, 16);
		put(&log, 0, WIRE_REALLOC_BEGINS, 1010, 0x1000, 0);
		put(&log, 0, WIRE_REALLOC, 1020, 0x2000, 32);
		put(&log, 0, WIRE_FREE, 1030, 0x2000, 0);
		close_segment(&log, 0, 1, 0);
		assert_int_equal(wire_log_extend(records, log.bytes.bytes, log.bytes.length, &err),
			0);
		assert_int_equal(wire_log_give(records, 2000), 0);
		wire_log_summarise(records, &summary);
		assert_false(summary.is_late);
		assert_int_equal(summary.events, before + 3);
		wire_log_free(records);
		text_finish(&words);
		text_finish(&log.bytes);
	}
}

/* Events that are given while the log grows have the order that they have at its end. */
static void a_log_that_grows_says_whether_its_order_is_exact(void **state)
{
	struct wire_log_summary summary;
	struct text words = {0};
	const struct wire_sink sink = {.context = &words, .events = note_events};
	struct wire_log *records = wire_log_new(&sink, 0);
	struct error err;
	struct log log;

	begin_log(&log);
	put(&log, 0, WIRE_MALLOC, 10, 0x1000, 16);
	put(&log, 0, WIRE_FREE, 30, 0x1000, 0);
	close_segment(&log, 0, 1, 0);
	put(&log, 1, WIRE_MALLOC, 20, 0x2000, 16);
	close_segment(&log, 1, 2, 0);
	size_t first = log.bytes.length;
	put(&log, 1, WIRE_MALLOC, 40, 0x1000, 16);
	close_segment(&log, 1, 2, 0);
	size_t second = log.bytes.length;
	put(&log, 2, WIRE_MALLOC, 35, 0x3000, 16);
	close_segment(&log, 2, 3, 0);

	assert_int_equal(wire_log_extend(records, log.bytes.bytes, first, &err), 0);
	assert_int_equal(wire_log_give(records, 25), 0);
	assert_text_equal(text_of(&words), "a0 a1 ");
	assert_int_equal(wire_log_extend(records, log.bytes.bytes, second, &err), 0);
	assert_int_equal(wire_log_give(records, 50), 0);
	assert_text_equal(text_of(&words), "a0 a1 f0 a2 ");
	wire_log_summarise(records, &summary);
	assert_false(summary.is_late);
	assert_int_equal(wire_log_extend(records, log.bytes.bytes, log.bytes.length, &err), 0);
	assert_int_equal(wire_log_give(records, UINT64_MAX), 0);
	wire_log_summarise(records, &summary);
	assert_true(summary.is_late);
	assert_int_equal(summary.events, 5);
	wire_log_free(records);
	text_finish(&words);
	text_finish(&log.bytes);
}

/* A log that was cut anywhere opens, with the records before the cut; changed bytes do no harm. */
static void a_log_opens_wherever_it_was_cut(void **state)
{
	struct log log;
	struct trace *trace;
	struct error err;
	uint64_t before = 0;

	begin_log(&log);
	for (unsigned i = 0; i < 20; i++) {
		put(&log, 0, WIRE_MALLOC, 10 * i + 10, 0x1000 + 64 * i, 8);
		put(&log, 1, WIRE_REALLOC_BEGINS, 10 * i + 11, 0x1000 + 64 * i, 0);
		put(&log, 1, WIRE_REALLOC, 10 * i + 12, 0x9000 + 64 * i, 80000);
		close_segment(&log, 0, 0, 0);
		close_segment(&log, 1, 1, 16);
	}
	for (size_t length = WIRE_HEAD; length <= log.bytes.length; length++) {
		assert_int_equal(trace_open_memory(&trace, log.bytes.bytes, length, "log", 0, &err),
			0);
		assert_true(trace_length(trace) >= before);
		before = trace_length(trace);
		trace_close(trace);
	}
	assert_int_equal(before, 40);
	for (size_t at = 0; at < log.bytes.length * 8; at += at < (size_t)WIRE_HEAD * 8 ? 97 : 5) {
		log.bytes.bytes[at / 8] ^= (char)(1 << at % 8);
		if (trace_open_memory(&trace, log.bytes.bytes, log.bytes.length, "log",
			    TRACE_SALVAGE, &err) == 0)
			trace_close(trace);
		log.bytes.bytes[at / 8] ^= (char)(1 << at % 8);
	}
	text_finish(&log.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_back_as_they_were),
		cmocka_unit_test(numbers_have_the_same_bytes_with_and_without_a_loop),
		cmocka_unit_test(what_moves_the_c_library_becomes_events),
		cmocka_unit_test(a_head_says_which_c_library),
		cmocka_unit_test(lanes_are_merged_by_their_stamps),
		cmocka_unit_test(a_realloc_happens_before_others_have_what_it_gave_up),
		cmocka_unit_test(a_realloc_that_never_returned),
		cmocka_unit_test(the_shared_lane_is_sorted),
		cmocka_unit_test(another_program_has_nothing_of_the_one_before),
		cmocka_unit_test(in_a_pause_only_what_is_known_is_freed),
		cmocka_unit_test(what_is_older_than_the_recording_is_seen_when_it_moves),
		cmocka_unit_test(a_realloc_is_followed_from_any_place_of_its_lane),
		cmocka_unit_test(long_lanes_are_merged_as_short_ones_are),
		cmocka_unit_test(blocks_of_any_size_are_counted_as_live),
		cmocka_unit_test(a_log_that_grows_says_whether_its_order_is_exact),
		cmocka_unit_test(a_log_opens_wherever_it_was_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
