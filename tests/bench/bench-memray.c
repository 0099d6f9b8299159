/*
 * How fast a file of memray is read. The calls of a trace are written as memray 1.20 does it, once
 * alone, and once with a stack of Python functions that moves at every fourth of them; then the
 * file is opened, and beside that a loop runs over its records that only takes their numbers apart
 * and adds them up.
 *
 * usage: bench-memray TRACE
 */
#include "base/error.h"
#include "base/text.h"
#include "base/write_all.h"
#include "processor_time.h"
#include "trace/trace.h"
#include "trace/varint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECENT 15u
#define CODES  200u
#define DEEP   15u /* of a stack */
#define WIDE   8u  /* above, a function calls one of two; below, from one of two lines */
#define RACES  5u  /* of each, by turns; the fastest one counts */

enum { PYTHON_FREE = 1, PYTHON_MALLOC = 2, FREE = 5, MALLOC = 6 }; /* what was called */

#define TRAILER 1u /* what a record is */
#define MEMORY  2u
#define THREAD  12u
#define CODE    14u
#define POP     16u
#define PUSH    64u
#define CALL    128u

struct file {
	struct text bytes;
	size_t head; /* bytes */
	uint64_t records, pointer, recent[RECENT];
	bool has_stacks;
	unsigned depth; /* of the stack */
	uint64_t dice;
};

/* ---- writing ------------------------------------------------------------------------------- */

static void put8(struct file *file, unsigned byte)
{
	const unsigned char bytes[] = {(unsigned char)byte};

	text_add_bytes(&file->bytes, bytes, sizeof(bytes));
}

static void add_number(struct file *file, uint64_t n)
{
	unsigned char bytes[VARINT_BYTES_MAX];

	text_add_bytes(&file->bytes, bytes, (size_t)(put_varint(bytes, n) - bytes));
}

static void put_fixed(struct file *file, uint64_t n, unsigned bytes)
{
	for (; bytes > 0; bytes--, n >>= 8)
		put8(file, n & 255);
}

static void put_words(struct file *file, const char *words)
{
	text_add_bytes(&file->bytes, words, strlen(words) + 1);
}

static void put_head(struct file *file)
{
	put_words(file, "memray");
	put_fixed(file, 13, 4);
	put_fixed(file, 0x030B07F0, 4); /* Python 3.11.7 */
	put_fixed(file, 0, 2);          /* neither native nor aggregated */
	put_fixed(file, 0, 32);
	put_words(file, "bench");
	put_fixed(file, 1, 4);
	put_fixed(file, 7, 8); /* main thread */
	put_fixed(file, 0, 8);
	put_fixed(file, 0, 3);
	put_words(file, "/usr/lib");
	put_words(file, "");
	put_words(file, "");
	file->head = file->bytes.length;
	put8(file, THREAD);
	put_fixed(file, 7, 8);
	for (unsigned i = 0; i < CODES; i++) {
		put8(file, CODE);
		add_number(file, i);
		put_words(file, "function");
		put_words(file, "bench.py");
		add_number(file, 2);
		add_number(file, 0);
	}
}

static unsigned throw(struct file * file, unsigned sides)
{
	file->dice = file->dice * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((file->dice >> 33) % sides);
}

static void move_stack(struct file *file)
{
	unsigned up = file->depth ? throw(file, file->depth < 3 ? file->depth : 3) + 1 : 0;

	if (up > 0)
		put8(file, POP | (up - 1));
	file->depth -= up;
	file->records += up > 0;
	for (unsigned i = throw(file, 4) + 1; i > 0 && file->depth < DEEP; i--) {
		put8(file, PUSH);
		add_number(file, file->depth * 8 + (file->depth < WIDE ? throw(file, 2) : 0));
		add_number(file, zigzag(file->depth > WIDE ? throw(file, 2) * 2 : 0));
		file->depth++;
		file->records++;
	}
}

static void put_call(struct file *file, unsigned number, uint64_t address, uint64_t size)
{
	unsigned place = 0;
	uint64_t pointer = address >> 3;

	while (place < RECENT && file->recent[place] != pointer)
		place++;
	put8(file, CALL | place << 3 | number);
	if (place == RECENT) {
		add_number(file, zigzag(pointer - file->pointer));
		memmove(file->recent + 1, file->recent, (RECENT - 1) * sizeof(*file->recent));
		file->recent[0] = file->pointer = pointer;
	}
	if (number == MALLOC || number == PYTHON_MALLOC)
		add_number(file, size);
	file->records++;
}

static void put_event(struct file *file, const struct event *event)
{
	bool is_python = event->domain == DOMAIN_MEM || event->domain == DOMAIN_OBJ;

	if (event->object == OBJECT_NONE || event->domain > DOMAIN_OBJ)
		return;
	if (file->has_stacks && throw(file, 4) == 0)
		move_stack(file);
	if (event->kind == EVENT_FREE)
		put_call(file, is_python ? PYTHON_FREE : FREE, event->address, 0);
	else if (event->kind == EVENT_ALLOCATE)
		put_call(file, is_python ? PYTHON_MALLOC : MALLOC, event->address, event->size);
}

static void write_file(struct file *file, const char *path)
{
	struct trace *trace;
	struct error err;
	const struct event *events;
	size_t n;

	if (trace_open(&trace, path, 0, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	put_head(file);
	for (uint64_t at = 0; (events = trace_borrow(trace, at, &n)); at += n)
		for (size_t i = 0; i < n; i++) {
			put_event(file, &events[i]);
			if ((at + i) % 100000 == 0) {
				put8(file, MEMORY);
				add_number(file, 0);
				add_number(file, (at + i) / 10000);
			}
		}
	put8(file, TRAILER);
	trace_close(trace);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* The peer: the least that anything has to do that reads these records. */
static uint64_t add_up(const struct file *file)
{
	const unsigned char *bytes = (const unsigned char *)file->bytes.bytes;
	struct cursor cursor = {bytes + file->head, bytes + file->bytes.length, false};
	uint64_t sum = 0, pointer = 0;

	while (cursor.at < cursor.end) {
		unsigned token = *cursor.at++;
		if (token & CALL) {
			unsigned place = token >> 3 & 15, number = token & 7;
			if (place == RECENT)
				pointer += unzigzag(take_varint(&cursor));
			sum += pointer;
			if (number == MALLOC || number == PYTHON_MALLOC)
				sum += take_varint(&cursor);
		} else if (token & PUSH) {
			sum += take_varint(&cursor) + take_varint(&cursor);
		} else if (token & POP) {
			sum++;
		} else if (token == THREAD) {
			cursor.at += 8;
		} else if (token == MEMORY) {
			sum += take_varint(&cursor) + take_varint(&cursor);
		} else if (token == CODE) {
			take_varint(&cursor);
			cursor.at += 2 * sizeof("function"); /* both words are as long */
			sum += take_varint(&cursor) + take_varint(&cursor);
		}
	}
	return sum;
}

static uint64_t open_file(const char *path)
{
	struct trace *trace;
	struct error err;

	if (trace_open(&trace, path, 0, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	uint64_t events = trace_length(trace);
	trace_close(trace);
	return events;
}

static void say(const char *what, const struct file *file, double milliseconds)
{
	printf("  %-40s %7.1f ns a record  %6.2f M records/s\n", what,
		milliseconds * 1e6 / (double)file->records,
		(double)file->records / milliseconds / 1e3);
}

static void bench(const char *trace, bool has_stacks)
{
	char path[] = "/tmp/bench-memray-XXXXXX";
	struct file file = {.dice = 1, .has_stacks = has_stacks};
	double bare = 1e18, opened = 1e18;
	uint64_t events = 0, sum = 0;

	write_file(&file, trace);
	int fd = mkstemp(path);
	if (fd < 0 || write_all(fd, file.bytes.bytes, file.bytes.length) < 0)
		exit(1);
	for (unsigned i = 0; i < RACES; i++) {
		double begin = processor_ms();
		sum += add_up(&file);
		double between = processor_ms();
		events = open_file(path);
		double end = processor_ms();
		bare = between - begin < bare ? between - begin : bare;
		opened = end - between < opened ? end - between : opened;
	}
	unlink(path);
	close(fd);
	printf("A file of memray %s, %" PRIu64 " records, %" PRIu64
	       " events, %zu bytes (sum %" PRIx64 "):\n",
		has_stacks ? "with stacks" : "of calls alone", file.records, events,
		file.bytes.length, sum);
	say("taking the numbers apart", &file, bare);
	say("reading it into a trace", &file, opened);
	text_finish(&file.bytes);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	bench(argv[1], false);
	bench(argv[1], true);
	return 0;
}
