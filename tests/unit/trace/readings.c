/*
 * What every reader makes of a file, whole and with one word of it replaced: the number of events
 * and a checksum of the trace that it is read as, and every message of what is refused, with its
 * digits as #, and how often it came. A change in what is read, or said, changes a line.
 */
#include "base/error.h"
#include "base/text.h"
#include "trace/readers/reader.h"
#include "trace/trace.h"
#include "support.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define BYTES_MAX    (1u << 20)
#define VARIATIONS   250u /* of a file, about */
#define MESSAGES_MAX 64u
#define WORDS_MAX    512u /* of a message */

/* Below tests/; the forms that cannot be varied by words are those in bytes. */
static const struct {
	const char *path;
	bool is_binary;
} files[] = {
	{"cli/foreign/heaptrack.log", false},
	{"cli/foreign/heaptrack-raw.log", false},
	{"cli/foreign/jvm.log", false},
	{"cli/foreign/jvm-parallel.log", false},
	{"cli/foreign/jvm-plain.log", false},
	{"cli/foreign/ltrace.log", false},
	{"cli/foreign/ltrace-callers.log", false},
	{"cli/foreign/ltrace-threads.log", false},
	{"cli/foreign/logalloc.log", false},
	{"cli/foreign/lttng.log", false},
	{"cli/foreign/lttng-callers.log", false},
	{"cli/foreign/memory_replay.log", false},
	{"cli/foreign/memray-10.bin", true},
	{"cli/foreign/memray-11.bin", true},
	{"cli/foreign/memray-12.bin", true},
	{"cli/foreign/memray-13.bin", true},
	{"cli/foreign/memray-frames-11.bin", true},
	{"cli/foreign/memray-frames-11.log", false},
	{"cli/foreign/memray-frames-13.bin", true},
	{"cli/foreign/memray-frames-13.log", false},
	{"cli/foreign/mtrace.log", false},
	{"cli/foreign/recorded.rep", false},
	{"cli/foreign/strace.log", false},
	{"cli/foreign/strace-threads.log", false},
	{"cli/foreign/uftrace.log", false},
	{"cli/foreign/valgrind.log", false},
	{"cli/foreign/wee_alloc.trace", false},
	{"fuzz/corpus/trace/addresses.rep", false},
	{"fuzz/corpus/trace/arenas.rep", false},
	{"fuzz/corpus/trace/census.rep", false},
	{"fuzz/corpus/trace/frames.rep", false},
	{"fuzz/corpus/trace/log.trace", true},
	{"fuzz/corpus/trace/objects.rep", false},
	{"fuzz/corpus/trace/sites.rep", false},
	{"fuzz/corpus/trace/sites.trace", true},
	{"../traces/lessons/mistakes.rep", false},
	{"../traces/lessons/finalisers.rep", false},
	{"../traces/lessons/cache-policies.rep", false},
	{"../traces/lessons/tcache.rep", false},
};

/* What stands where a word was. */
static const char *const odd[] = {"", "x", "-1", "0", "18446744073709551616", "0x10", "7:", "=",
	"size=", "12 13"};
#define ODD (sizeof(odd) / sizeof(*odd))

static char *read_file(const char *name, size_t *ret_length)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", getenv("ARENASCOPE_TESTS"), name);
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s cannot be opened", path);
	char *bytes = malloc(BYTES_MAX);
	*ret_length = fread(bytes, 1, BYTES_MAX - 1, file);
	bytes[*ret_length] = '\0';
	fclose(file);
	return bytes;
}

struct message {
	char words[WORDS_MAX];
	unsigned count;
};

struct readings {
	unsigned read, refused;
	unsigned long events, sum;
	size_t count;
	struct message messages[MESSAGES_MAX];
};

/* The trace in the text form, as a number. */
static unsigned long sum_of(struct trace *trace)
{
	int fd = memfd_create("reading", MFD_CLOEXEC);
	unsigned long sum = 0;
	struct error err;
	char bytes[4096];
	ssize_t n;

	if (trace_copy(trace, fd, "reading", TRACE_TEXT, &err) < 0)
		fail_msg("%s", err.text);
	lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		sum = crc32(sum, (const unsigned char *)bytes, (unsigned)n);
	close(fd);
	return sum;
}

/* "t:#: unknown size '#'" */
static void add_message(struct readings *readings, const char *words)
{
	char plain[WORDS_MAX];
	size_t length = 0, i = 0;

	readings->refused++;
	readings->sum = crc32(readings->sum, (const unsigned char *)words, (unsigned)strlen(words));
	for (; *words; words++)
		if (!isdigit((unsigned char)*words))
			plain[length++] = *words;
		else if (length == 0 || plain[length - 1] != '#')
			plain[length++] = '#';
	plain[length] = '\0';
	while (i < readings->count && strcmp(readings->messages[i].words, plain) != 0)
		i++;
	if (i == MESSAGES_MAX)
		return;
	if (i == readings->count)
		strcpy(readings->messages[readings->count++].words, plain);
	readings->messages[i].count++;
}

static void read_as(struct readings *readings, const char *bytes, size_t length, unsigned flags)
{
	struct trace *trace;
	struct error err;

	if (trace_open_memory(&trace, bytes, length, "t", flags, &err) < 0) {
		add_message(readings, err.text);
		return;
	}
	readings->read++;
	readings->sum = readings->sum * 31 + sum_of(trace);
	readings->events += trace_length(trace) + trace_skipped(trace);
	if (trace_damage(trace))
		add_message(readings, trace_damage(trace));
	trace_close(trace);
}

static void write_readings(struct text *page, const char *what, const struct readings *readings)
{
	text_add(page,
		"  %s: %u read, %lu events and lines left out, %08lx; %u refused or damaged\n",
		what, readings->read, readings->events, readings->sum & 0xffffffff,
		readings->refused);
	for (size_t i = 0; i < readings->count; i++) {
		text_add(page, "    %u ", readings->messages[i].count);
		text_add_visible(page, readings->messages[i].words);
		text_add(page, "\n");
	}
}

/* The file with other words in place of [from, to). */
static void read_varied(struct readings *readings, const char *bytes, size_t length, size_t from,
	size_t to, const char *words)
{
	static char varied[BYTES_MAX + 64];
	size_t more = strlen(words);

	memcpy(varied, bytes, from);
	memcpy(varied + from, words, more);
	memcpy(varied + from + more, bytes + to, length - to);
	read_as(readings, varied, length - (to - from) + more, 0);
}

/* Words of the file one after the other, each replaced by another of the odd ones. */
static void vary_words(struct readings *readings, const char *bytes, size_t length)
{
	size_t words = 0, number = 0;

	for (size_t at = 0; at < length; at++)
		words += !isspace((unsigned char)bytes[at]);
	size_t step = 1 + words * ODD / VARIATIONS / 8;
	for (size_t at = 0; at < length;) {
		size_t end = at + strcspn(bytes + at, " \n\t=,()");
		if (end > at && end < length && number++ % step == 0)
			for (size_t i = 0; i < ODD; i++)
				read_varied(readings, bytes, length, at, end, odd[i]);
		at = end + 1;
	}
}

/* Bytes of the file one after the other, each with other bits. */
static void vary_bytes(struct readings *readings, const char *bytes, size_t length)
{
	static const char bits[] = {0x01, 0x10, (char)0x80, (char)0xff};
	size_t step = 1 + length * sizeof(bits) / VARIATIONS;
	char one[2] = "";

	for (size_t at = 0; at < length; at += step)
		for (size_t i = 0; i < sizeof(bits); i++) {
			one[0] = (char)(bytes[at] ^ bits[i]);
			if (one[0])
				read_varied(readings, bytes, length, at, at + 1, one);
		}
}

static void cut(struct readings *readings, const char *bytes, size_t length, unsigned flags)
{
	size_t step = 1 + length / 60;

	for (size_t end = 0; end < length; end += step)
		read_as(readings, bytes, end, flags);
}

static void readers_read_what_they_read(void **state)
{
	struct text page = {0};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		static struct readings whole, varied, ends, salvaged;
		size_t length;
		char *bytes = read_file(files[i].path, &length);

		whole = varied = ends = salvaged = (struct readings){0};
		text_add(&page, "%s\n", files[i].path);
		read_as(&whole, bytes, length, 0);
		write_readings(&page, "whole", &whole);
		if (files[i].is_binary)
			vary_bytes(&varied, bytes, length);
		else
			vary_words(&varied, bytes, length);
		write_readings(&page, "varied", &varied);
		cut(&ends, bytes, length, 0);
		write_readings(&page, "cut", &ends);
		cut(&salvaged, bytes, length, TRACE_SALVAGE);
		write_readings(&page, "cut, salvaged", &salvaged);
		free(bytes);
	}
	assert_golden(text_of(&page), "unit/trace/readings.txt");
	text_finish(&page);
}

/* A new reader has a file in the list above. */
static void every_reader_has_a_file(void **state)
{
#define NAME(name) #name,
	static const char *const names[] = {READERS(NAME)};
#undef NAME
	bool is_read[sizeof(names) / sizeof(*names)] = {false};

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct trace *trace;
		struct error err;
		size_t length;
		char *bytes = read_file(files[i].path, &length);
		if (trace_open_memory(&trace, bytes, length, "t", 0, &err) < 0)
			fail_msg("%s", err.text);
		for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
			is_read[n] |= strcmp(trace_format(trace), names[n]) == 0;
		trace_close(trace);
		free(bytes);
	}
	for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
		if (!is_read[n])
			fail_msg("no file for %s", names[n]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reader_has_a_file),
		cmocka_unit_test(readers_read_what_they_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
