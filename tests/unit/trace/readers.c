/*
 * Readers of other programs' logs: what each says of one program (tests/cli/foreign/) is what our
 * recorder had of it, and whatever damage a log has, it is read as far as it goes.
 */
#include "trace/trace.h"

#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct log {
	const char *file; /* in tests/cli/foreign/ */
	const char *form;
	unsigned early;            /* allocations before the program began */
	const char *unseen;        /* sizes that the log has no line for */
	bool moves_apart;          /* a realloc is a free and an allocation */
	unsigned skipped;          /* lines */
	bool is_of_other_requests; /* another program, or not its malloc */
	bool is_binary;
	bool refuses_junk;
} logs[] = {
	{"mtrace.log", "mtrace"},
	{"ltrace.log", "ltrace", .skipped = 1},
	{"ltrace-callers.log", "ltrace", .skipped = 1},
	{"ltrace-threads.log", "ltrace", .skipped = 5, .is_of_other_requests = true},
	{"valgrind.log", "valgrind", .skipped = 20},
	{"strace.log", "strace", .skipped = 10, .is_of_other_requests = true},
	{"strace-threads.log", "strace", .skipped = 23, .is_of_other_requests = true},
	{"wee_alloc.trace", "wee_alloc", .moves_apart = true},
	{"heaptrack.log", "heaptrack", .early = 1, .unseen = " 96 ", .moves_apart = true},
	{"heaptrack-raw.log", "heaptrack", .early = 1, .unseen = " 96 ", .moves_apart = true},
	{"lttng.log", "lttng", .early = 4, .unseen = " 256 "},
	{"lttng-callers.log", "lttng", .early = 4, .skipped = 4, .unseen = " 256 "},
	{"uftrace.log", "uftrace", .skipped = 5},
	{"memory_replay.log", "memory_replay", .skipped = 1, .refuses_junk = true},
	{"logalloc.log", "logalloc"},
	{"memray-10.bin", "memray", .moves_apart = true, .is_binary = true},
	{"memray-11.bin", "memray", .moves_apart = true, .is_binary = true},
	{"memray-12.bin", "memray", .moves_apart = true, .is_binary = true},
	{"memray-13.bin", "memray", .moves_apart = true, .is_binary = true},
};

#define LOGS        (sizeof(logs) / sizeof(*logs))
#define OBJECTS_MAX 256u
#define NO_NUMBER   UINT32_MAX
#define JUNK        "-- \x01 what is (this = NULL, 5) <...> resumed> \xff\xfe [ ] = 0x\n"

static char *read_file(const char *name, size_t *ret_length)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/cli/foreign/%s", getenv("ARENASCOPE_TESTS"), name);
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s cannot be opened", path);
	char *bytes = malloc(1 << 20);
	*ret_length = fread(bytes, 1, (1 << 20) - 1, file);
	bytes[*ret_length] = '\0';
	fclose(file);
	return bytes;
}

static struct trace *open_bytes(const char *bytes, size_t length)
{
	struct trace *trace = NULL;
	struct error err;

	if (trace_open_memory(&trace, bytes, length, "t", 0, &err) < 0)
		fail_msg("%s", err.text);
	return trace;
}

static bool is_unseen(const struct log *log, uint64_t size)
{
	char word[32];

	snprintf(word, sizeof(word), " %llu ", (unsigned long long)size);
	return log->unseen && strstr(log->unseen, word);
}

/*
 * What was asked for, without what differs between logs: addresses, names of calls, times, frees of
 * nothing.  Objects are numbered in order of appearance.
 */
static char *requests_of(struct trace *trace, const struct log *log)
{
	uint32_t numbers[OBJECTS_MAX], next = 0;
	unsigned early = log->early;
	struct text text = {0};
	struct event event;

	for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
		bool asks = event_asks_for_memory(&event);
		bool is_new = asks &&
			      (event.kind == EVENT_ALLOCATE || !(event.flags & EVENT_SEEN_BEFORE));
		if (event.object == OBJECT_NONE)
			continue;
		assert_true(event.object < OBJECTS_MAX);
		uint32_t *number = &numbers[event.object];
		if (is_new) {
			bool is_hidden = early > 0 || is_unseen(log, event.size);
			early -= early > 0;
			*number = is_hidden ? NO_NUMBER : next++;
		}
		if (*number == NO_NUMBER)
			continue;
		bool moves = event.kind == EVENT_REALLOCATE && !is_new;
		if (moves && log->moves_apart) {
			text_add(&text, "f %u\n", *number);
			*number = next++;
		}
		if (event_ends_object(&event))
			text_add(&text, "f %u\n", *number);
		else if (asks)
			text_add(&text, "%c %u %llu\n", moves && !log->moves_apart ? 'r' : 'a',
				*number, (unsigned long long)event.size);
	}
	return text_detach(&text);
}

static void every_log_has_what_was_recorded(void **state)
{
	size_t length;
	char *recorded = read_file("recorded.rep", &length);

	for (size_t i = 0; i < LOGS; i++) {
		char *bytes = read_file(logs[i].file, &length);
		struct trace *log = open_bytes(bytes, length);
		struct trace *ours = open_bytes(recorded, strlen(recorded));
		assert_string_equal(trace_format(log), logs[i].form);
		assert_int_equal(trace_skipped(log), logs[i].skipped);
		assert_false(trace_is_truncated(log));
		char *read = requests_of(log, &logs[i]);
		char *expected = requests_of(ours, &(struct log){.unseen = logs[i].unseen,
							   .moves_apart = logs[i].moves_apart});
		if (!logs[i].is_of_other_requests)
			assert_text_equal(read, expected);
		free(read);
		free(expected);
		trace_close(ours);
		trace_close(log);
		free(bytes);
	}
	free(recorded);
}

/* Opened, or refused with a message: never a crash, and never more events than the whole has. */
static void a_log_that_is_cut_anywhere_is_read_as_far_as_it_goes(void **state)
{
	for (size_t i = 0; i < LOGS; i++) {
		size_t length;
		char *bytes = read_file(logs[i].file, &length);
		struct trace *whole = open_bytes(bytes, length);
		for (size_t cut = 1; cut < length; cut++) {
			struct trace *trace = NULL;
			struct error err = {0};
			if (trace_open_memory(&trace, bytes, cut, "t", 0, &err) < 0) {
				assert_memory_equal(err.text, "t:", 2);
				continue;
			}
			assert_true(trace_length(trace) <= trace_length(whole));
			trace_close(trace);
		}
		trace_close(whole);
		free(bytes);
	}
}

static void lines_of_junk_are_left_out_and_counted(void **state)
{
	for (size_t i = 0; i < LOGS; i++) {
		size_t length;
		if (logs[i].is_binary || logs[i].refuses_junk)
			continue;
		char *bytes = read_file(logs[i].file, &length);
		struct trace *whole = open_bytes(bytes, length);
		char *expected = requests_of(whole, &logs[i]);
		struct text text = {0};
		unsigned lines = 0;
		for (const char *at = bytes; *at; at += strcspn(at, "\n") + 1, lines++) {
			if (lines > 0)
				text_add_bytes(&text, JUNK, strlen(JUNK));
			text_add_bytes(&text, at, strcspn(at, "\n") + 1);
		}
		struct trace *trace = open_bytes(text_of(&text), text.length);
		char *read = requests_of(trace, &logs[i]);
		assert_text_equal(read, expected);
		assert_int_equal(trace_skipped(trace), trace_skipped(whole) + lines - 1);
		free(read);
		free(expected);
		text_finish(&text);
		trace_close(trace);
		trace_close(whole);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_log_has_what_was_recorded),
		cmocka_unit_test(a_log_that_is_cut_anywhere_is_read_as_far_as_it_goes),
		cmocka_unit_test(lines_of_junk_are_left_out_and_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
