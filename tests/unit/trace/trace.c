/* Traces: the text format line by line, conversion between both formats, damaged files. */
#include "trace/trace.h"

#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "trace/chunk.h"
#include "shorthand.h"
#include "support.h"

#include <endian.h>
#include <fcntl.h>
#include <lz4frame.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static struct trace *open_text(const char *text)
{
	struct trace *trace = NULL;
	struct error err;

	if (trace_open_memory(&trace, text, strlen(text), "t", 0, &err) < 0)
		fail_msg("%s", err.text);
	return trace;
}

/* Writes the trace in a format; the caller frees the bytes. */
static char *written(struct trace *trace, enum trace_form form, size_t *ret_length)
{
	int fd = memfd_create("test", 0);
	struct error err;

	if (trace_copy(trace, fd, "out", form, &err) < 0)
		fail_msg("%s", err.text);
	off_t length = lseek(fd, 0, SEEK_END);
	char *bytes = calloc(1, (size_t)length + 1);
	assert_int_equal(pread(fd, bytes, (size_t)length, 0), length);
	close(fd);
	*ret_length = (size_t)length;
	return bytes;
}

/* text → spool → text, and text → binary → text, are the same as `canonical`. */
static void assert_kept(const char *text, const char *canonical)
{
	struct trace *trace = open_text(text), *again = NULL;
	struct error err;
	size_t length, binary_length;
	char *direct = written(trace, TRACE_TEXT, &length);
	char *binary = written(trace, TRACE_BINARY, &binary_length);

	assert_text_equal(direct, canonical);
	if (trace_open_memory(&again, binary, binary_length, "b", 0, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(trace_format(again), "binary");
	char *back = written(again, TRACE_TEXT, &length);
	assert_text_equal(back, canonical);
	free(direct);
	free(binary);
	free(back);
	trace_close(again);
	trace_close(trace);
}

static void what_the_text_form_can_say_is_kept(void **state)
{
	assert_kept("a 0 16\nf 0\n", "a 0 16\nf 0\n");
	assert_kept("20000\n3\n4\n1\na 0 16\nr 0 40\nf 0\n",
		"20000\n3\n4\n1\na 0 16\nr 0 40\nf 0\n");
	assert_kept("12 34\na 0 1\n", "12\n34\na 0 1\n");
	assert_kept("3000000\n2\n4\na 0 2040\na 1 48\nf 0\nf 1\n",
		"3000000\n2\n4\na 0 2040\na 1 48\nf 0\nf 1\n");
	assert_kept("5\na 0 1\nf -1\n", "5\na 0 1\nf -1\n");
	assert_kept("20000 # heap\n3 4 #IDs, operations\n1#weight\na 0 1\n",
		"20000\n3\n4\n1\n# heap\n#IDs, operations\n#weight\na 0 1\n");
	assert_kept("# first\n\n  a 0 0x10   # sixteen\n# last",
		"# first\na 0 16 # sixteen\n# last\n");
	assert_kept("note Hello,  world # not a comment\nmark here\r\nnote\n",
		"note Hello,  world # not a comment\nmark here\nnote \n");
	assert_kept("info libc glibc 2.36\ninfo tunables MALLOC_ARENA_MAX=1 MALLOC_TOP_PAD_=0\n"
		    "info break 93866372206592\na 0 1\n",
		"info libc glibc 2.36\ninfo tunables MALLOC_ARENA_MAX=1 MALLOC_TOP_PAD_=0\n"
		"info break 0x555ef7c59000\na 0 1\n");
	assert_kept("info program ls -l\ninfo play --engine heap\na 0 1\n",
		"info program ls -l\ninfo play --engine heap\na 0 1\n");
	assert_kept("a 4294967294 18446744073709551615\nf 4294967294\n",
		"a 4294967294 18446744073709551615\nf 4294967294\n");
	assert_kept("a 0 64 thread=3 time=1500 align=64 domain=obj call=calloc at=0x7f0010\n",
		"a 0 64 align=64 call=calloc domain=obj at=0x7f0010 thread=3 time=1500\n");
	assert_kept("f -1\nf ? at=0x99\nr 3 5 old=0x77\na ? 10 failed\nm 1 4096\nu 1\n",
		"f -1\nf ? at=0x99\nr 3 5 old=0x77\na ? 10 failed\nm 1 4096\nu 1\n");
}

static void counted_objects_are_kept(void **state)
{
	assert_kept(
		"new 1 64 gc\nnew 2 28\nnew 7 56 finalizer=resurrects gc # seven\nnew 8 0 finalizer\n",
		"new 1 64 gc\nnew 2 28\nnew 7 56 gc finalizer=resurrects # seven\nnew 8 0 finalizer\n");
	assert_kept("ref 1 2\nref - 1\nunref - 1\nunref 1 2\n",
		"ref 1 2\nref - 1\nunref - 1\nunref 1 2\n");
	assert_kept("ref 0 4294967294\nref 4294967294 0\n", "ref 0 4294967294\nref 4294967294 0\n");
	assert_kept("weak 5 2\nweak 6 2 callback=1 size=80\nweak 7 2 size=72\n",
		"weak 5 2\nweak 6 2 size=80 callback=1\nweak 7 2\n");
	assert_kept("collect\ncollect 0\ncollect 1\ncollect 2\n",
		"collect\ncollect 0\ncollect 1\ncollect\n");
	assert_kept(
		"gc off\ngc on\ngc thresholds 700 10 10\ngc thresholds 0 2147483647 0\n"
		"gc freeze\ngc unfreeze\ngc others 2147483647\nwhen 1 ref - 2\nwhen 3 unref 4 5\n",
		"gc off\ngc on\ngc thresholds 700 10 10\ngc thresholds 0 2147483647 0\n"
		"gc freeze\ngc unfreeze\ngc others 2147483647\nwhen 1 ref - 2\nwhen 3 unref 4 5\n");
	assert_kept(
		"new 1 64 time=5 at=0x10 thread=2 domain=obj gc\nunref - 1 thread=2 time=9\ncollect time=9\n"
		"gc on time=9\n",
		"new 1 64 gc domain=obj at=0x10 thread=2 time=5\nunref - 1 thread=2 time=9\ncollect time=9\n"
		"gc on time=9\n");
	assert_kept("new 1 64\n# between\nref - 1\nnote x\na 2 5\nnew 3 5\nf 2\n",
		"new 1 64\n# between\nref - 1\nnote x\na 2 5\nnew 3 5\nf 2\n");
}

static void call_sites_are_kept(void **state)
{
	assert_kept("module 0x400000 0x401000 0x409000 00ff9a /usr/bin/a b\n"
		    "module 0x7f0000 0x7f0000 0x7f9000 - /lib/libx.so.1\n"
		    "site 1 0x401234 0x7f1234 0x401500\na 0 16 site=1\n"
		    "site 2 0x401238\na 1 16 thread=1 site=2 # two\nf 0\nf 1 site=1\n"
		    "a 2 1\nr 2 5 site=2\na 3 9 site=1\n",
		"module 0x400000 0x401000 0x409000 00ff9a /usr/bin/a b\n"
		"module 0x7f0000 0x7f0000 0x7f9000 - /lib/libx.so.1\n"
		"site 1 0x401234 0x7f1234 0x401500\na 0 16 site=1\n"
		"site 2 0x401238\na 1 16 thread=1 site=2 # two\nf 0\nf 1 site=1\na 2 1\nr 2 5 site=2\na 3 9 site=1\n");
	assert_kept(
		"name 0x10 parse_row (csv.c:88)\nname 0x20 main # not a comment\nsite 1 0x10 0x20\na 0 1 site=1\n"
		"name 0x10 other (x.c:1)\nsite 2 0x10\na 1 1 site=2\nname 0x10 \nsite 3 0x10 0x20\na 2 1 site=3\n",
		"name 0x10 parse_row (csv.c:88)\nname 0x20 main # not a comment\nsite 1 0x10 0x20\na 0 1 site=1\n"
		"name 0x10 other (x.c:1)\nsite 2 0x10\na 1 1 site=2\nname 0x10 \nsite 3 0x10 0x20\na 2 1 site=3\n");
	assert_kept("name 0x10 one\nname 0x30 of nothing\nsite 1 0x10\na 0 1 site=1\n",
		"name 0x10 one\nsite 1 0x10\na 0 1 site=1\nname 0x30 of nothing\n");
	/*
	 * Definitions move to where they are needed; modules stay before the sites that they
	 * preceded.
	 */
	assert_kept(
		"site 1 0x10 # of\nsite 2 0x20\nmodule 0x0 0x0 0x1 - /a\nsite 3 0x30\nmodule 0x0 0x0 0x1 - /b\n"
		"a 0 1\na 1 1 site=2\n",
		"# of\na 0 1\nsite 1 0x10\nsite 2 0x20\na 1 1 site=2\nmodule 0x0 0x0 0x1 - /a\nsite 3 0x30\n"
		"module 0x0 0x0 0x1 - /b\n");
	assert_kept(
		"site 1 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 "
		"0xffffffffffffffff\n",
		"site 1 0x0 0x1 0x2 0x3 0x4 0x5 0x6 0x7 0x8 0x9 0xa 0xb 0xc 0xd 0xe 0xf 0x10 0x11 0x12 0x13 0x14 0x15 "
		"0x16 0x17 0x18 0x19 0x1a 0x1b 0x1c 0x1d 0x1e 0xffffffffffffffff\n");
}

#define AN_EVENT \
	"expected an event (a, r, f, m, u, use, note, mark, new, ref, unref, weak, collect, gc, " \
	"enter, leave, when)"

static void assert_refused(const char *text, const char *message)
{
	struct trace *trace = NULL;
	struct error err = {0};

	assert_int_equal(trace_open_memory(&trace, text, strlen(text), "t", 0, &err), -1);
	assert_text_equal(err.text, message);
}

static void an_unknown_letter_of_a_lab_is_left_out(void **state)
{
	struct trace *trace = open_text("0\n1\n3\n1\na 0 16\nw 0 5\nc\nf 0\n");
	size_t length;
	char *text = written(trace, TRACE_TEXT, &length);

	assert_text_equal(text, "0\n1\n3\n1\na 0 16\nf 0\n");
	assert_int_equal(trace_skipped(trace), 2);
	free(text);
	trace_close(trace);
	assert_refused("1\na 0 16\nf\n",
		"t:3: expected an ID, which is a number, but the line ends; write: f ID");
}

static void the_line_of_an_event_is_known(void **state)
{
	static const char text[] = "7\n1 2\n\n"
				   "a 0 16\na 1 16 # trails\r\n"
				   "# a comment\n  f 0\nw 1\nnote text\nr 1 7 thread=2\nf 1";
	static const uint64_t lines[] = {4, 5, 7, 9, 10, 11, 0};
	struct trace *trace = open_text(text), *again = NULL;
	size_t length;
	struct error err;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_int_equal(trace_line(trace, i), lines[i]);
	assert_int_equal(trace_skipped_line(trace), 8);
	char *binary = written(trace, TRACE_BINARY, &length);
	assert_int_equal(trace_open_memory(&again, binary, length, "b", 0, &err), 0);
	assert_int_equal(trace_line(again, 0), 0);
	assert_int_equal(trace_skipped_line(again), 0);
	free(binary);
	trace_close(again);
	trace_close(trace);
	trace = open_text("m 3 4096\na 0 16\n");
	assert_int_equal(trace_line(trace, 1), 2);
	assert_int_equal(trace_skipped_line(trace), 0);
	trace_close(trace);
}

static void a_size_may_have_a_unit(void **state)
{
	assert_kept("a 0 4K\nr 0 1MiB\nm 1 0x10\n", "a 0 4096\nr 0 1048576\nm 1 16\n");
	assert_refused("a 0 4Q\n", "t:1: expected a size in bytes, not '4Q'; write: a ID SIZE");
}

static void a_negative_size_is_what_c_makes_of_it(void **state)
{
	assert_kept("a 0 -5\n", "a 0 18446744073709551611\n");
	assert_refused("a 0 -\n", "t:1: expected a size in bytes, not '-'; write: a ID SIZE");
}

static void a_free_may_say_a_size(void **state)
{
	assert_kept("a 0 40\nf 0 size=80\n", "a 0 40\nf 0 size=80\n");
	assert_kept("a 0 40\nf 0 size=0 thread=1\n", "a 0 40\nf 0 thread=1 size=0\n");
	assert_refused("a 0 40\nf 0 size=x\n", "t:2: expected a size in bytes, not 'x'");
}

static void uses_and_frames_are_kept(void **state)
{
	static const char lines[] =
		"a 3 40\nuse read 3\nuse write 3 +20 4\nuse read 3 -8 16\nuse hit 3\nuse miss\n"
		"use miss key=7\nuse keep 3 key=7\nuse hit 3 key=7\nuse evict 3\nuse found 3 key=7\nuse spare 3\n"
		"enter Server.run\nenter read native thread=2\nleave thread=2\nleave\n"
		"new 9 64 domain=meta\n";

	assert_kept(lines, lines);
	assert_kept("a 3 4\nuse read 3 +0 1\n", "a 3 4\nuse read 3\n");
	assert_kept("a 3 4\nuse read 3 -9223372036854775807\nuse miss key=9223372036854775807\n",
		"a 3 4\nuse read 3 -9223372036854775807\nuse miss key=9223372036854775807\n");
	assert_refused("use read 3 +9223372036854775808\n",
		"t:1: expected an offset in bytes, not '+9223372036854775808'; write: use read ID [+OFFSET] [BYTES]");
	assert_refused("use miss key=9223372036854775808\n",
		"t:1: expected a key below 2^63, not '9223372036854775808'");
	assert_refused("use read 3 key=1\n",
		"t:1: only hit, miss, keep and evict have a key, not '1'");
	assert_refused("use eat 3\n",
		"t:1: expected read, write, hit, miss, keep, evict, found or spare, not 'eat'; write: use read ID [+OFFSET] [BYTES]");
	assert_refused("enter\n",
		"t:1: expected the name of a method, but the line ends; write: enter NAME");
}

static void a_bad_line_is_told_with_its_number(void **state)
{
	assert_refused("a 0 16\nx 3\nf 0\n", "t:2: " AN_EVENT ", not 'x'");
	assert_refused("a 0\nf 0\n",
		"t:1: expected a size in bytes, but the line ends; write: a ID SIZE");
	assert_refused("a zero 16\nf 0\n",
		"t:1: expected an ID, which is a number, not 'zero'; write: a ID SIZE");
	assert_refused("a 0 -x\n", "t:1: expected a size in bytes, not '-x'; write: a ID SIZE");
	assert_refused("a 0 18446744073709551616\n",
		"t:1: expected a size below 2^64 bytes, not '18446744073709551616'; write: a ID SIZE");
	assert_refused("a 4294967295 1\n",
		"t:1: expected an ID below 4294967295, not '4294967295'; write: a ID SIZE");
	assert_refused("a 0 1 align=3\n", "t:1: expected a power of two, not '3'");
	assert_refused("a 0 1 colour=3\n", "t:1: expected a known attribute, not 'colour=3'");
	assert_refused("a 0 16\n1 32\nf 0\n", "t:2: " AN_EVENT ", not '1'");
	assert_refused("a 0 1 thread=4294967297\n",
		"t:1: expected a thread below 4294967296, not '4294967297'");
	assert_refused("hello\n", "t:1: " AN_EVENT ", not 'hello'");
	assert_refused("", "t: the file is empty");
	assert_refused("1\n2\n3\n4\n5\na 0 1\n", "t:5: " AN_EVENT ", not '5'");
	assert_refused("20000\n4\n4\n0\na 0 16\na 1 1234\na 2\na 3\n",
		"t:7: expected a size in bytes, but the line ends; write: a ID SIZE");
}

static void what_moves_the_c_library_is_kept(void **state)
{
	assert_kept(
		"a 0 8\nlibc thread_end thread=3 time=9\nlibc break 0x1000\nlibc malloc_trim 0\nf 0\n",
		"a 0 8\nlibc thread_end thread=3 time=9\nlibc break 0x1000\nlibc malloc_trim 0\nf 0\n");
	assert_kept(
		"libc mxfast 0\nlibc trim_threshold 131072\nlibc top_pad 18446744073709551615\n",
		"libc mxfast 0\nlibc trim_threshold 131072\nlibc top_pad 18446744073709551615\n");
	assert_kept("libc mmap_threshold 1\nlibc mmap_max 2\nlibc perturb 3\nlibc mallopt # 4\n",
		"libc mmap_threshold 1\nlibc mmap_max 2\nlibc perturb 3\nlibc mallopt # 4\n");
	assert_kept("libc arena_test 1\nlibc arena_max 2\n",
		"libc arena_test 1\nlibc arena_max 2\n");
	assert_refused("libc\n",
		"t:1: thread_end, break, malloc_trim or what mallopt sets is expected, but the line ends");
	assert_refused("libc malloc_trim\n", "t:1: expected a number, but the line ends");
	assert_refused("libc thread_end 5\n",
		"t:1: expected an attribute (at= call= domain= site= thread= time=) or a # comment, "
		"not '5'");
	assert_refused("libc mallopt align=4\n",
		"t:1: expected an attribute (at= call= domain= site= thread= time=) or a # comment, "
		"not 'align=4'");
}

static void a_bad_line_about_counted_objects_is_told(void **state)
{
	assert_refused("new 1\n\n",
		"t:1: expected a size in bytes, but the line ends; write: new ID SIZE");
	assert_refused("new - 5\n",
		"t:1: expected an ID below 4294967295, not '-'; write: new ID SIZE");
	assert_refused("new 1 2 align=4\n",
		"t:1: expected an attribute (gc finalizer finalizer=resurrects at= call= domain= site= thread= time=) or a # comment, not 'align=4'");
	assert_refused("ref 1 2 gc\n",
		"t:1: expected an attribute (at= call= domain= site= thread= time=) or a # comment, not 'gc'");
	assert_refused("ref 1\n",
		"t:1: expected an ID below 4294967295, but the line ends; write: ref FROM TO");
	assert_refused("unref 1 -\n",
		"t:1: expected an ID below 4294967295, not '-'; write: unref FROM TO");
	assert_refused("weak 1 2 callback=-\n", "t:1: expected an ID below 4294967295, not '-'");
	assert_refused("weak 1 2 size=x\n", "t:1: expected a size in bytes, not 'x'");
	assert_refused("collect 3\n", "t:1: expected a generation (0, 1 or 2), not '3'");
	assert_refused("gc maybe\n",
		"t:1: expected on, off, thresholds, freeze, unfreeze or others, not 'maybe'");
	assert_refused("when 1\n",
		"t:1: expected ref or unref, but the line ends; write: when ID unref FROM TO");
	assert_refused("when 1 ref 2\n",
		"t:1: expected an ID below 4294967295, but the line ends; write: when ID unref FROM TO");
	assert_refused("gc others\n", "t:1: expected a number below 2147483648, but the line ends");
	assert_refused("gc thresholds 700 10\n",
		"t:1: expected three thresholds below 2147483648, but the line ends");
	assert_refused("gc thresholds 2147483648 1 1\n",
		"t:1: expected three thresholds below 2147483648, not '2147483648'");
}

/* Opens a trace and reads all of it: -1 and err where damage is noticed, sooner or later. */
static int open_and_read(const void *bytes, size_t length, const char *name, struct error *err)
{
	struct event events[100];
	struct trace *trace;
	uint64_t at = 0;
	size_t n;

	if (trace_open_memory(&trace, bytes, length, name, 0, err) < 0)
		return -1;
	while ((n = trace_read(trace, at, events, 100)) > 0)
		at += n;
	int result = trace_check(trace, err);
	assert_int_equal(at, trace_length(trace));
	assert_int_equal(trace_damage(trace) != NULL, result < 0);
	trace_close(trace);
	return result;
}

/*
 * Events that the text format cannot express are damage in a binary one; otherwise a conversion
 * would lose them.
 */
static void an_event_that_makes_no_sense_is_damage(void **state)
{
	static const struct event senseless[] = {
		{.kind = EVENT_ALLOCATE, .object = 1, .flags = EVENT_TRACKED},
		{.kind = EVENT_NEW, .object = OBJECT_NONE},
		{.kind = EVENT_NEW, .object = 1, .alignment = 8},
		{.kind = EVENT_NEW, .object = 1, .flags = EVENT_FAILED},
		{.kind = EVENT_NEW, .object = 1, .flags = EVENT_RESURRECTS},
		{.kind = EVENT_REF, .object = OBJECT_NONE},
		{.kind = EVENT_UNREF, .object = 1, .flags = EVENT_FINALIZER},
		{.kind = EVENT_WEAK, .object = 1, .other = OBJECT_NONE},
		{.kind = EVENT_COLLECT, .object = OBJECT_NONE, .size = 3},
		{.kind = EVENT_COLLECT, .object = 1},
		{.kind = EVENT_WHEN, .object = OBJECT_NONE, .callback = 1},
		{.kind = EVENT_WHEN, .object = 1, .callback = OBJECT_NONE},
		{.kind = EVENT_WHEN, .object = 1, .callback = 1, .size = 2},
		{.kind = EVENT_GC, .object = OBJECT_NONE, .other = GC_WORD_COUNT},
		{.kind = EVENT_GC, .object = OBJECT_NONE, .other = GC_ON, .size = 1},
		{.kind = EVENT_GC, .object = OBJECT_NONE, .other = GC_FREEZE, .size = 1},
		{.kind = EVENT_GC,
			.object = OBJECT_NONE,
			.other = GC_THRESHOLDS,
			.older = {1, UINT32_MAX}},
		{.kind = EVENT_LIBC, .object = OBJECT_NONE, .other = LIBC_WORD_COUNT},
		{.kind = EVENT_LIBC, .object = OBJECT_NONE, .other = LIBC_THREAD_END, .size = 1},
		{.kind = EVENT_LIBC, .object = 1, .other = LIBC_TRIM},
		{.kind = EVENT_ENTER, .object = 1},
		{.kind = EVENT_ENTER, .object = OBJECT_NONE, .other = FRAME_WORD_COUNT},
		{.kind = EVENT_LEAVE, .object = 1},
		{.kind = EVENT_USE, .object = OBJECT_NONE, .other = USE_READ},
		{.kind = EVENT_USE, .object = 1, .other = USE_MISS},
		{.kind = EVENT_USE, .object = 1, .other = USE_WORD_COUNT},
		{.kind = EVENT_USE, .object = OBJECT_NONE, .other = USE_KEEP},
		{.kind = EVENT_USE, .object = 1, .other = USE_HIT, .key = UINT64_MAX},
		{.kind = EVENT_ALLOCATE, .object = 1, .flags = EVENT_SIZED},
	};
	struct error err;

	for (size_t i = 0; i < sizeof(senseless) / sizeof(*senseless); i++) {
		int fd = memfd_create("test", 0);
		struct trace_writer *writer;
		char bytes[4096];
		assert_int_equal(trace_writer_new(&writer, fd, "t", TRACE_BINARY, NULL, &err), 0);
		assert_int_equal(trace_writer_add(writer, &senseless[i], NULL, &err), 0);
		assert_int_equal(trace_writer_finish(writer, &err), 0);
		ssize_t length = pread(fd, bytes, sizeof(bytes), 0);
		if (open_and_read(bytes, (size_t)length, "t", &err) == 0)
			fail_msg("number %zu was taken", i);
		assert_text_equal(err.text, "t:byte 24: the chunk's records are inconsistent");
		close(fd);
	}
}

static void a_bad_call_site_is_told(void **state)
{
	assert_refused("site 2 0x1\n",
		"t:1: expected number 1: sites are numbered from 1, not '2'");
	assert_refused("site 1 0x1\nsite 1 0x2\n",
		"t:2: expected number 2: sites are numbered from 1, not '1'");
	assert_refused("site 1\nf 0\n", "t:1: expected an address, but the line ends");
	assert_refused("site 1 0x1 main\n", "t:1: expected an address, not 'main'");
	assert_refused("site 1 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2\n",
		"t:1: expected at most 32 addresses, not '2'");
	assert_refused("a 0 1 site=1\n", "t:1: expected a site defined above, not '1'");
	assert_refused("site 1 0x1\na 0 1 site=0\n", "t:2: expected a site defined above, not '0'");
	assert_refused("name main 5\n", "t:1: expected an address, not 'main'");
	assert_refused("module 0 5 4 - /x\n", "t:1: the module ends before it starts");
	assert_refused("module 0 5\n", "t:1: expected the address of its end, but the line ends");
	assert_refused("module 0 5 6 abc /x\n",
		"t:1: expected a build-id in hexadecimal digits, or -, not 'abc'");
	assert_refused("module 0 5 6 XY /x\n",
		"t:1: expected a build-id in hexadecimal digits, or -, not 'XY'");
	assert_refused("module 0 5 6 -\n",
		"t:1: expected the path of the module, but the line ends");
}

/* After the bytes that are checked to distinguish text from other files. */
static void a_zero_byte_is_not_text(void **state)
{
	static const char *const lines[] = {"note be%cfore\n", "mark be%cfore\n", "# be%cfore\n",
		"a 1 2 # be%cfore\n", "info program be%cfore\n"};
	struct text text = {0};
	struct trace *trace;
	struct error err;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		text_clear(&text);
		for (unsigned line = 0; line < 1000; line++)
			text_add(&text, "a 0 16\n");
		text_add_bytes(&text, lines[i], strlen(lines[i]));
		*strchr(text.bytes, '%') = '\0';
		assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err),
			-1);
		assert_text_equal(err.text, "t:1001: expected a text without a zero byte");
		assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t",
					 TRACE_SALVAGE, &err),
			0);
		assert_int_equal(trace_length(trace), 1000);
		trace_close(trace);
	}
	text_finish(&text);
}

static void a_text_is_not_longer_than_can_be_kept(void **state)
{
	static const struct {
		const char *before, *message;
		unsigned most;
	} table[] = {
		{"note ", "t:2: expected a text of at most 1048576 bytes, not 1048577", 1u << 20},
		{"mark ", "t:2: expected a text of at most 1048576 bytes, not 1048577", 1u << 20},
		{"name 0x10 ", "t:2: expected a name of at most 1024 bytes", 1024},
		{"module 0 5 6 - ", "t:2: expected a path of at most 4096 bytes", 4096},
	};
	struct text text = {0};
	struct trace *trace;
	struct error err;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		text_clear(&text);
		text_add(&text, "a 0 16\n%s", table[i].before);
		for (unsigned j = 0; j < table[i].most; j++)
			text_add_bytes(&text, "x", 1);
		assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err),
			0);
		trace_close(trace);
		text_add(&text, "x\n");
		assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err),
			-1);
		assert_text_equal(err.text, table[i].message);
	}
	text_finish(&text);
}

static void a_cut_off_last_line_is_tolerated(void **state)
{
	struct trace *trace = open_text("a 0 16\na 1 16\nr 0");

	assert_true(trace_is_truncated(trace));
	assert_int_equal(trace_length(trace), 2);
	trace_close(trace);
	trace = open_text("a 0 16\nf 0");
	assert_false(trace_is_truncated(trace));
	assert_int_equal(trace_length(trace), 2);
	trace_close(trace);
}

static void salvage_keeps_the_events_before_the_damage(void **state)
{
	static const char text[] = "a 0 16\na 1 16\nrubbish\na 2 16\n";
	struct trace *trace = NULL;
	struct error err;

	assert_int_equal(trace_open_memory(&trace, text, strlen(text), "t", TRACE_SALVAGE, &err),
		0);
	assert_int_equal(trace_length(trace), 2);
	assert_non_null(strstr(trace_damage(trace), "t:3:"));
	trace_close(trace);
}

static void ids_seen_before_are_known(void **state)
{
	struct trace *trace = open_text("a 5 1\nf 5\nf 5\nf 6\nr 5 2\n");
	static const bool seen[] = {false, true, true, false, true};
	struct event event;

	for (uint64_t i = 0; trace_get(trace, i, &event); i++)
		assert_int_equal(!!(event.flags & EVENT_SEEN_BEFORE), seen[i]);
	trace_close(trace);
}

static void marks_and_notes_are_found(void **state)
{
	struct trace *trace = open_text("mark one\na 0 1\nnote two\nmark three\n");
	const struct trace_mark *marks, *notes;
	uint64_t position;

	assert_int_equal(trace_marks(trace, &marks), 2);
	assert_int_equal(trace_notes(trace, &notes), 1);
	assert_int_equal(marks[1].position, 3);
	assert_string_equal(notes[0].name, "two");
	assert_true(trace_find_mark(trace, "three", &position));
	assert_int_equal(position, 3);
	assert_false(trace_find_mark(trace, "four", &position));
	trace_close(trace);
}

/* An event of a counted object, or of the collector; objects are few, so that some repeat. */
static void add_counted(struct text *text, struct dice *dice)
{
	unsigned a = (unsigned)dice_roll(dice, 50), b = (unsigned)dice_roll(dice, 50);

	switch (dice_roll(dice, 8)) {
	case 0:
		text_add(text, "new %u %u%s%s", a, b * 8, b % 2 ? " gc" : "",
			b % 3 == 0 ? " finalizer"
			: b % 5    ? ""
				   : " finalizer=resurrects");
		break;
	case 1:
		text_add(text, "ref - %u", a);
		break;
	case 2:
		text_add(text, "unref %u %u", b, a);
		break;
	case 3:
		text_add(text, "weak %u %u", a, b);
		if (a % 2)
			text_add(text, " callback=%u", b + 1);
		break;
	case 4:
		text_add(text, a % 3 < 2 ? "collect %u" : "collect", a % 3);
		break;
	case 5:
		text_add(text, "gc %s", a % 2 ? "on" : "off");
		break;
	case 6:
		text_add(text, "gc thresholds %u %u %u", a, b, a + b);
		break;
	default:
		text_add(text, "ref %u %u", b, a);
	}
}

/* Many random events, over several chunks. */
static char *random_text(unsigned events)
{
	struct text text = {0};
	struct dice dice;

	dice_init(&dice, 99);
	for (unsigned i = 0; i < events; i++) {
		unsigned kind = (unsigned)dice_roll(&dice, 100);
		uint64_t id = dice_roll(&dice, kind < 3 ? 4000000000 : 5000);
		if (kind < 10)
			add_counted(&text, &dice);
		else if (kind < 45)
			text_add(&text, "a %llu %llu", (unsigned long long)id,
				(unsigned long long)dice_roll(&dice, 100000));
		else if (kind < 85)
			text_add(&text, "f %llu", (unsigned long long)id);
		else if (kind < 97)
			text_add(&text, "r %llu %llu", (unsigned long long)id,
				(unsigned long long)dice_roll(&dice, 600));
		else if (kind < 98)
			text_add(&text, "note caption %u", i);
		else
			text_add(&text, "mark m%u", i);
		if (kind < 97 && dice_roll(&dice, 10) == 0)
			text_add(&text, " at=0x%llx",
				(unsigned long long)(1 + dice_roll(&dice, UINT64_C(1) << 47)));
		if (kind < 97 && dice_roll(&dice, 10) == 0)
			text_add(&text, " thread=%llu time=%u",
				(unsigned long long)(1 + dice_roll(&dice, 9)), i * 1000);
		if (kind < 97 && dice_roll(&dice, 30) == 0)
			text_add(&text, " # here");
		text_add(&text, "\n");
	}
	return text_detach(&text);
}

/* Objects in a row, of which some are freed; from event `from` on with addresses. */
static char *rows_with_addresses(unsigned events, unsigned from)
{
	struct text text = {0};
	unsigned next = 0, freed = 0;

	for (unsigned i = 0; i < events; i++) {
		unsigned object = i % 3 == 2 ? freed++ : next++;
		if (i % 3 == 2)
			text_add(&text, "f %u", object);
		else
			text_add(&text, "a %u %u", object, 1 + object % 300);
		if (i >= from)
			text_add(&text, " at=0x%x", 0x1000 + object * 16);
		text_add(&text, "\n");
	}
	return text_detach(&text);
}

static void addresses_may_begin_anywhere(void **state)
{
	for (unsigned from = 0; from < 40000; from += 7000) {
		char *text = rows_with_addresses(36000, from);
		assert_kept(text, text);
		free(text);
	}
}

static void many_random_events_are_kept_and_read_in_any_order(void **state)
{
	char *text = random_text(60000);
	struct trace *trace = open_text(text);
	struct dice dice;

	assert_kept(text, text);
	struct event *all = calloc(60000, sizeof(*all));
	assert_int_equal(trace_read(trace, 0, all, 60000), 60000);
	dice_init(&dice, 3);
	for (unsigned i = 0; i < 3000; i++) {
		uint64_t from = dice_roll(&dice, 60000);
		struct event some[300];
		size_t n = trace_read(trace, from, some, 300);
		assert_int_equal(n, 60000 - from < 300 ? 60000 - from : 300);
		assert_memory_equal(some, all + from, n * sizeof(*some));
		const struct event *lent = trace_borrow(trace, from, &n);
		assert_true(n > 0 && n <= 60000 - from);
		assert_memory_equal(lent, all + from, n * sizeof(*lent));
	}
	size_t n = 1;
	assert_null(trace_borrow(trace, 60000, &n));
	assert_int_equal(n, 0);
	free(all);
	free(text);
	trace_close(trace);
}

/* Several windows of a source: each line is read once. */
static void a_text_of_many_mebibytes_has_an_event_a_line(void **state)
{
	struct text text = {0};
	struct trace *trace;
	struct error err;

	for (unsigned i = 0; i < 10000; i++)
		text_add(&text, "a %u %-1000u\n", i, 16 + i);
	assert_true(text.length > 9 << 20);
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err), 0);
	assert_int_equal(trace_length(trace), 10000);
	for (unsigned i = 0; i < 10000; i += 999) {
		struct event event;
		assert_true(trace_get(trace, i, &event));
		assert_int_equal(event.size, 16 + i);
	}
	trace_close(trace);
	text_finish(&text);
}

/* A binary trace of several chunks, each of several pieces. */
static char *several_chunks(struct trace **ret_trace, size_t *ret_length)
{
	struct text text = {0};
	struct dice dice;

	dice_init(&dice, 5);
	text_add(&text, "info program x\n");
	for (unsigned chunk = 0; chunk < 4; chunk++) {
		text_add(&text, "module 0x%u000 0x%u000 0x%u800 - /x\nsite %u 0x%u010 0x%u020\n",
			chunk, chunk, chunk, chunk + 1, chunk, chunk);
		text_add(&text, "a %u 16 site=%u # c\nnote hello\na %u 500 at=0x1000\n", chunk,
			chunk + 1, chunk + 9);
		text_add(&text, "note ");
		for (unsigned i = 0; i < 22000; i++) /* so many that the chunk ends after it */
			text_add(&text, "%c%c%c", 'a' + i / 8000, 'a' + i / 1000, 'a' + (i & 1));
		text_add(&text, "\nf %u\nmark m\nr %u 9\n", chunk, chunk + 9);
	}
	*ret_trace = open_text(text_of(&text));
	text_finish(&text);
	return written(*ret_trace, TRACE_BINARY, ret_length);
}

/* Finds the headers of the file and of its chunks: head[i] is set for byte i. */
static bool *find_heads(const char *binary, size_t length, unsigned *ret_chunks)
{
	bool *is_head = calloc(length, sizeof(bool));
	const unsigned char *bytes = (const unsigned char *)binary;
	size_t at = 20 + bytes[12] + 4;

	memset(is_head, true, at);
	for (*ret_chunks = 0; at < length; ++*ret_chunks) {
		uint32_t stored = bytes[at + 8] | (uint32_t)bytes[at + 9] << 8 |
				  (uint32_t)bytes[at + 10] << 16;
		memset(is_head + at, true, 40);
		at += 40 + stored;
	}
	assert_int_equal(at, length);
	return is_head;
}

/* The part has the first events of the whole, including texts, and no others. */
static void assert_begins(struct trace *whole, struct trace *part)
{
	const struct trace_comment *comments;
	struct event expected, event;

	for (uint64_t i = 0; i < trace_length(part); i++) {
		assert_true(trace_get(whole, i, &expected) && trace_get(part, i, &event));
		assert_string_equal(trace_text(part, event.text), trace_text(whole, expected.text));
		expected.text = event.text;
		assert_memory_equal(&event, &expected, sizeof(event));
	}
	size_t n = trace_comments(part, &comments);
	for (size_t i = 0; i < n; i++)
		assert_true(comments[i].position <= trace_length(part));
}

/* By the C library's own account; 0 where it keeps none. */
static size_t bytes_allocated(void)
{
#if defined(__GLIBC__) && __GLIBC__ * 100 + __GLIBC_MINOR__ >= 233
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
#else
	return 0;
#endif
}

/* What is decoded has room for the events of its chunk, not for those of the largest one. */
static void a_small_trace_takes_little_memory(void **state)
{
	struct trace *traces[16];
	struct event event;
	size_t length;
	char *binary;

	traces[0] = open_text("a 0 16 at=0x1000\nf 0\n");
	binary = written(traces[0], TRACE_BINARY, &length);
	trace_close(traces[0]);
	size_t before = bytes_allocated();
	for (size_t i = 0; i < 16; i++) {
		struct error err;
		assert_int_equal(trace_open_memory(&traces[i], binary, length, "t", 0, &err), 0);
		assert_true(trace_get(traces[i], 1, &event));
	}
	size_t bytes = bytes_allocated() - before;
	if (bytes > 16 * 8192)
		fail_msg("%zu bytes for each", bytes / 16);
	for (size_t i = 0; i < 16; i++)
		trace_close(traces[i]);
	free(binary);
}

/* A file cut anywhere opens with its first events, and reports that it was cut. */
static void every_prefix_of_a_binary_trace_is_safe(void **state)
{
	struct trace *trace;
	size_t length;
	char *binary = several_chunks(&trace, &length);
	uint64_t before = 0;

	for (size_t cut = 1; cut < length; cut++) {
		struct trace *part = NULL;
		struct error err;
		if (trace_open_memory(&part, binary, cut, "cut", 0, &err) < 0)
			fail_msg("cut at %zu: %s", cut, err.text);
		assert_begins(trace, part);
		assert_true(trace_length(part) >= before);
		before = trace_length(part);
		assert_true(trace_is_truncated(part));
		trace_close(part);
	}
	assert_true(before > 0);
	free(binary);
	trace_close(trace);
}

static void nothing_stands_behind_the_end(void **state)
{
	struct trace *trace = open_text("a 0 1\n"), *part;
	size_t length;
	char *binary = written(trace, TRACE_BINARY, &length);
	char *twice = malloc(2 * length);
	char message[80];
	struct error err;

	memcpy(twice, binary, length);
	memcpy(twice + length, binary, length);
	assert_int_equal(trace_open_memory(&part, twice, 2 * length, "t", 0, &err), -1);
	snprintf(message, sizeof(message), "t:byte %zu: there is data after the end", length - 40);
	assert_text_equal(err.text, message);
	assert_int_equal(trace_open_memory(&part, twice, 2 * length, "t", TRACE_SALVAGE, &err), 0);
	assert_begins(trace, part);
	assert_int_equal(trace_length(part), 1);
	trace_close(part);
	free(twice);
	free(binary);
	trace_close(trace);
}

static void a_cut_file_loses_only_what_was_cut(void **state)
{
	char *text = random_text(15000);
	struct trace *trace = open_text(text), *part;
	struct error err;
	size_t length;
	char *binary = written(trace, TRACE_BINARY, &length);

	for (unsigned percent = 10; percent < 100; percent += 10) {
		assert_int_equal(trace_open_memory(&part, binary, length * percent / 100, "cut", 0,
					 &err),
			0);
		assert_true(trace_is_truncated(part));
		assert_begins(trace, part);
		if (trace_length(part) < 15000 * (percent - 10) / 100)
			fail_msg("of %u %% only %d events", percent, (int)trace_length(part));
		trace_close(part);
	}
	free(binary);
	free(text);
	trace_close(trace);
}

static void every_changed_bit_of_a_binary_trace_is_noticed(void **state)
{
	struct trace *trace;
	size_t length;
	unsigned chunks;
	char *binary = several_chunks(&trace, &length);
	bool *is_head = find_heads(binary, length, &chunks);
	unsigned kept = 0;

	assert_true(chunks >= 4);
	for (size_t at = 0; at < length; at++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct trace *broken = NULL;
			struct error err;
			if (!is_head[at] && bit != at % 8)
				continue;
			binary[at] = (char)(binary[at] ^ (1 << bit));
			if (open_and_read(binary, length, "broken", &err) == 0)
				fail_msg("bit %u of byte %zu", bit, at);
			assert_non_null(strstr(err.text, "broken:byte "));
			if (trace_open_memory(&broken, binary, length, "broken", TRACE_SALVAGE,
				    &err) == 0) {
				assert_non_null(trace_damage(broken));
				assert_false(trace_is_truncated(broken));
				assert_begins(trace, broken);
				kept += trace_length(broken) > 0;
				trace_close(broken);
			}
			binary[at] = (char)(binary[at] ^ (1 << bit));
		}
	assert_true(kept > 0);
	free(is_head);
	free(binary);
	trace_close(trace);
}

/* Events before the damage are kept, even those of the damaged chunk. */
static void salvage_keeps_what_stands_before_damage_within_a_chunk(void **state)
{
	char *text = random_text(15000);
	struct trace *trace = open_text(text), *part;
	struct error err;
	size_t length;
	char *binary = written(trace, TRACE_BINARY, &length);

	binary[length * 3 / 4] ^= 1;
	assert_int_equal(open_and_read(binary, length, "bad", &err), -1);
	assert_int_equal(trace_open_memory(&part, binary, length, "bad", TRACE_SALVAGE, &err), 0);
	assert_begins(trace, part);
	assert_true(trace_length(part) > 15000 / 2 && trace_length(part) < 15000 * 3 / 4 + 1000);
	trace_close(part);
	free(binary);
	free(text);
	trace_close(trace);
}

/*
 * Opening reads heads only: the damage within the third chunk is found when the event before it is
 * wanted, and the trace ends there. Events before it can still be read.
 */
static void damage_ends_the_trace_when_it_is_met(void **state)
{
	struct text text = {0};
	struct event event;
	struct trace *trace, *part;
	struct error err;
	size_t length;

	for (unsigned i = 0; i < 50000; i++)
		text_add(&text, "a %u %u\n", i, i * 7919 % 60000);
	trace = open_text(text_of(&text));
	char *binary = written(trace, TRACE_BINARY, &length);
	binary[length * 3 / 4] ^= 1;
	assert_int_equal(trace_open_memory(&part, binary, length, "t", 0, &err), 0);
	assert_int_equal(trace_length(part), 50000);
	assert_true(trace_get(part, 49999, &event));
	assert_true(trace_get(part, 0, &event));
	assert_int_equal(trace_check(part, &err), 0);
	assert_false(trace_get(part, 40000, &event));
	assert_int_equal(trace_check(part, &err), -1);
	assert_non_null(strstr(err.text, "bad checksum in the chunk"));
	assert_false(trace_get(part, 49999, &event));
	assert_true(trace_length(part) > 30000 && trace_length(part) <= 40000);
	assert_true(trace_get(part, trace_length(part) - 1, &event));
	assert_begins(trace, part);
	trace_close(part);
	free(binary);
	text_finish(&text);
	trace_close(trace);
}

/* Takes what comes until `enough` events are there, or all. */
static int refresh_until(struct trace *trace, uint64_t enough, struct error *err)
{
	enum trace_news news;
	int result = 0;

	while (result == 0 && trace_is_growing(trace) && trace_length(trace) < enough)
		result = trace_refresh(trace, &news, err);
	return result;
}

static void put_lines(int fd, unsigned from, unsigned count)
{
	for (unsigned i = from; i < from + count; i++)
		assert_true(dprintf(fd, "a %u %u\n", i, i % 600) > 0);
}

static struct trace *open_early(int pipe[2], const char *first)
{
	struct trace *trace = NULL;
	struct error err;
	char path[40];

	assert_int_equal(pipe2(pipe, O_CLOEXEC), 0);
	assert_true(dprintf(pipe[1], "%s", first) > 0);
	put_lines(pipe[1], 0, 3000);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", pipe[0]);
	if (trace_open(&trace, path, TRACE_OPEN_EARLY, &err) < 0)
		fail_msg("%s", err.text);
	close(pipe[0]);
	return trace;
}

/* However the trace is opened: a file, a pipe that has ended, and one that has not. */
static void nothing_is_open_of_a_trace_that_is_closed(void **state)
{
	size_t before = open_files();

	for (unsigned ends_first = 0; ends_first < 2; ends_first++) {
		int pipe[2];
		struct trace *trace = open_early(pipe, "info play --engine heap\n");
		struct error err;
		if (ends_first)
			close(pipe[1]);
		assert_true(refresh_until(trace, ends_first ? UINT64_MAX : 3000, &err) >= 0);
		trace_close(trace);
		if (!ends_first)
			close(pipe[1]);
		assert_int_equal(open_files(), before);
	}
}

/* Events of a pipe are there before its end; what is known at the end comes then. */
static void a_pipe_opens_with_its_first_events(void **state)
{
	uint64_t done, total;
	struct event event;
	struct error err;
	int pipe[2];
	struct trace *trace = open_early(pipe, "info play --engine heap\n");

	assert_int_equal(trace_length(trace), 3000);
	assert_text_equal(trace_info(trace)->play, "--engine heap");
	assert_true(trace_is_growing(trace));
	assert_true(trace_is_being_read(trace, &done, &total));
	assert_true(done > 20000 && total == 0);
	put_lines(pipe[1], 3000, 100);
	assert_int_equal(refresh_until(trace, 3100, &err), 0);
	assert_int_equal(trace_length(trace), 3100);
	assert_true(trace_get(trace, 3099, &event) && event.object == 3099);
	put_lines(pipe[1], 3100, 20000);
	assert_true(dprintf(pipe[1], "mark end\na 1") > 0);
	close(pipe[1]);
	assert_int_equal(refresh_until(trace, UINT64_MAX, &err), 0);
	assert_int_equal(trace_length(trace), 23101);
	assert_true(trace_is_truncated(trace));
	assert_false(trace_is_being_read(trace, &done, &total));
	assert_true(trace_get(trace, 0, &event) && event.object == 0);
	assert_true(trace_find_mark(trace, "end", &done) && done == 23100);
	trace_close(trace);
}

static void a_wrong_line_ends_what_was_opened_early(void **state)
{
	struct error err;
	int pipe[2];
	struct trace *trace = open_early(pipe, "# it begins well\n");

	assert_true(dprintf(pipe[1], "a 7 16\nx\n") > 0);
	close(pipe[1]);
	assert_int_equal(refresh_until(trace, UINT64_MAX, &err), -1);
	assert_non_null(strstr(err.text, ":3003: expected an event"));
	assert_int_equal(trace_length(trace), 3001);
	assert_false(trace_is_growing(trace));
	assert_int_equal(trace_check(trace, &err), -1);
	trace_close(trace);
}

/* The writer of the pipe need not end. */
static void a_trace_that_is_still_read_can_be_closed(void **state)
{
	int pipe[2];
	struct trace *trace = open_early(pipe, "# no end\n");

	trace_close(trace);
	close(pipe[1]);
}

/* A chunk with the given header, of records that are all the same byte; with correct checksums. */
static void put_chunk(struct text *out, uint8_t codec, const char *bytes, size_t length,
	uint32_t raw, uint32_t texts)
{
	unsigned char head[CHUNK_LENGTH], table[12] = {1};
	const struct chunk_head said = {.kind = CHUNK_EVENTS,
		.codec = codec,
		.stored = (uint32_t)(sizeof(table) + length),
		.raw = raw,
		.texts = texts};

	chunk_head_put(&said, head);
	put32(table + 4, (uint32_t)length);
	put32(table + 8, (uint32_t)crc32(0, (const unsigned char *)bytes, (uInt)length));
	uLong crc = crc32(crc32(0, head, CHUNK_CRC), table, sizeof(table));
	put32(head + CHUNK_CRC, (uint32_t)crc32(crc, (const unsigned char *)bytes, (uInt)length));
	text_add_bytes(out, head, sizeof(head));
	text_add_bytes(out, table, sizeof(table));
	text_add_bytes(out, bytes, length);
}

static struct text empty_binary(void)
{
	struct trace *trace = open_text("# nothing\n");
	struct text text = {0};
	size_t length;
	char *binary = written(trace, TRACE_BINARY, &length);

	text_add_bytes(&text, binary, 24);
	free(binary);
	trace_close(trace);
	return text;
}

/* A small file does not make a reader use much memory, whatever numbers it has. */
static void a_chunk_has_limits(void **state)
{
	size_t raw = 6u << 20;
	char *comments = malloc(raw), *packed = malloc(raw);
	struct trace *trace;
	struct error err;

	for (size_t i = 0; i < raw; i += 3)
		memcpy(comments + i, "\x07\0\0", 3);
	size_t length = ZSTD_compress(packed, raw, comments, raw, 3);

	struct text text = empty_binary();
	put_chunk(&text, CODEC_ZSTD, packed, length, (uint32_t)raw, (uint32_t)(raw / 3));
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err), -1);
	assert_text_equal(err.text, "t:byte 24: the chunk header is inconsistent");
	text_finish(&text);

	text = empty_binary();
	put_chunk(&text, CODEC_ZSTD, packed, length, (uint32_t)raw, 16384);
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err), -1);
	assert_text_equal(err.text, "t:byte 24: the chunk's records are inconsistent");
	text_finish(&text);

	char *large = calloc(1, 8u << 20 | 4096); /* unchanged, and longer than a chunk may be */
	text = empty_binary();
	put_chunk(&text, CODEC_RAW, large, 8u << 20 | 4096, 8u << 20 | 4096, 0);
	assert_int_equal(trace_open_memory(&trace, text.bytes, text.length, "t", 0, &err), -1);
	assert_text_equal(err.text, "t:byte 24: the chunk is too large");
	text_finish(&text);
	free(large);
	free(comments);
	free(packed);
}

/* Any number of comments, and texts of the maximal length, survive in both formats. */
static void many_texts_and_long_ones_are_kept(void **state)
{
	struct text text = {0};

	for (unsigned i = 0; i < 40000; i++)
		text_add(&text, "#\n");
	text_add(&text, "a 0 1\n");
	for (unsigned note = 0; note < 3; note++) {
		text_add(&text, "note ");
		for (unsigned i = 0; i < 1 << 20; i++)
			text_add_bytes(&text, "x", 1);
		text_add(&text, "\n");
	}
	assert_kept(text_of(&text), text_of(&text));
	text_finish(&text);
}

static size_t gzip(const char *bytes, size_t length, char *packed, size_t room)
{
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes,
		.avail_in = (uInt)length,
		.next_out = (Bytef *)packed,
		.avail_out = (uInt)room};

	assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY),
		Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return room - stream.avail_out;
}

static void assert_opens_as(const char *bytes, size_t length, struct trace *whole,
	uint64_t at_least)
{
	struct trace *trace;
	struct error err;

	if (trace_open_memory(&trace, bytes, length, "packed", 0, &err) < 0)
		fail_msg("%s", err.text);
	assert_begins(whole, trace);
	assert_true(trace_length(trace) >= at_least);
	assert_int_equal(trace_is_truncated(trace), trace_length(trace) < trace_length(whole));
	trace_close(trace);
}

/* Unpacked in pieces of so many bytes: what ends where a piece does is whole all the same. */
static void what_fills_pieces_is_unpacked_whole(void **state)
{
	const size_t piece = 65536, room = 8 * piece;
	char *text = malloc(room + 1), *packed = malloc(room);

	for (size_t length = piece; length <= 4 * piece; length += piece) {
		size_t at = 0;
		while (at + 40 < length)
			at += (size_t)sprintf(text + at, "a %zu 16\n", at);
		memset(text + at, '#', length - at);
		text[length - 1] = '\n';
		text[length] = '\0';
		struct trace *trace = open_text(text);
		size_t n = ZSTD_compress(packed, room, text, length, 3);
		assert_opens_as(packed, n, trace, trace_length(trace));
		n = gzip(text, length, packed, room);
		assert_opens_as(packed, n, trace, trace_length(trace));
		n = LZ4F_compressFrame(packed, room, text, length, NULL);
		assert_opens_as(packed, n, trace, trace_length(trace));
		trace_close(trace);
	}
	free(packed);
	free(text);
}

/* Packed by a program, in one piece or several, text or binary. */
static void a_packed_trace_is_unpacked(void **state)
{
	char *text = random_text(15000);
	size_t length = strlen(text), half = length / 2, binary_length;
	struct trace *trace = open_text(text), *broken;
	char *binary = written(trace, TRACE_BINARY, &binary_length),
	     *packed = malloc(length + 1000);
	struct error err;

	size_t n = ZSTD_compress(packed, length + 1000, text, length, 3);
	assert_opens_as(packed, n, trace, 15000);
	assert_opens_as(packed, n * 9 / 10, trace, 1000);
	n = ZSTD_compress(packed, length + 1000, binary, binary_length, 3);
	assert_opens_as(packed, n, trace, 15000);
	n = gzip(text, half, packed, length + 1000);
	n += gzip(text + half, length - half, packed + n, length + 1000 - n);
	assert_opens_as(packed, n, trace, 15000);
	assert_opens_as(packed, n * 9 / 10, trace, 12000);

	packed[n / 2] ^= 1;
	assert_int_equal(trace_open_memory(&broken, packed, n, "packed", 0, &err), -1);
	assert_text_equal(err.text, "packed: damaged data, packed by gzip");
	n = LZ4F_compressFrame(packed, length + 1000, text, half, NULL);
	n += LZ4F_compressFrame(packed + n, length + 1000 - n, text + half, length - half, NULL);
	assert_opens_as(packed, n, trace, 15000);
	assert_opens_as(packed, n * 9 / 10, trace, 1000);
	free(packed);
	free(binary);
	free(text);
	trace_close(trace);
}

/* "whole", "cut", or what is wrong with it. */
static const char *state_of_packed(const char *bytes, size_t length)
{
	static struct error err;
	struct trace *trace;

	if (trace_open_memory(&trace, bytes, length, "t", 0, &err) < 0)
		return err.text;
	assert_int_equal(trace_length(trace), 3);
	bool is_cut = trace_is_truncated(trace);
	trace_close(trace);
	return is_cut ? "cut" : "whole";
}

/* What follows a packed file, and is none: of some it is left out, as a tape's padding is. */
static void what_follows_a_packed_trace_is_left_out_or_damage(void **state)
{
	static const char text[] = "a 0 16\na 1 32\nf 0\n";
	static const struct following {
		const char *bytes;
		size_t length;
		const char *gzip, *zstd, *lz4;
	} following[] = {
		{"", 0, "whole", "whole", "whole"},
		{"\0", 1, "whole", "t: damaged data, packed by zstd", "cut"},
		{"\0\0\0\0\0\0\0\0", 8, "whole", "t: damaged data, packed by zstd",
			"t: damaged data, packed by LZ4"},
		{"a 2 64\na 3 64\n", 14, "whole", "t: damaged data, packed by zstd",
			"t: damaged data, packed by LZ4"},
	};

	for (size_t i = 0; i < sizeof(following) / sizeof(*following); i++) {
		const struct following *row = &following[i];
		char packed[200];
		size_t n = gzip(text, strlen(text), packed, sizeof(packed));
		memcpy(packed + n, row->bytes, row->length);
		assert_text_equal(state_of_packed(packed, n + row->length), row->gzip);
		n = ZSTD_compress(packed, sizeof(packed), text, strlen(text), 3);
		memcpy(packed + n, row->bytes, row->length);
		assert_text_equal(state_of_packed(packed, n + row->length), row->zstd);
		n = LZ4F_compressFrame(packed, sizeof(packed), text, strlen(text), NULL);
		memcpy(packed + n, row->bytes, row->length);
		assert_text_equal(state_of_packed(packed, n + row->length), row->lz4);
	}
}

/* What `xz` wrote, twice: "a 0 16\nf 0\n". */
static void a_file_packed_by_xz_is_unpacked(void **state)
{
	static const char packed[] =
		"\375\067\172\130\132\000\000\004\346\326\264\106\002\000\041\001"
		"\026\000\000\000\164\057\345\243\001\000\012\141\040\060\040\061"
		"\066\012\146\040\060\012\000\000\162\034\030\070\362\362\333\037"
		"\000\001\043\013\302\033\375\011\037\266\363\175\001\000\000\000"
		"\000\004\131\132\375\067\172\130\132\000\000\004\346\326\264\106"
		"\002\000\041\001\026\000\000\000\164\057\345\243\001\000\012\141"
		"\040\060\040\061\066\012\146\040\060\012\000\000\162\034\030\070"
		"\362\362\333\037\000\001\043\013\302\033\375\011\037\266\363\175"
		"\001\000\000\000\000\004\131\132";
	struct trace *trace = NULL;
	struct error err;

#ifdef WITH_XZ
	assert_int_equal(trace_open_memory(&trace, packed, sizeof(packed) - 1, "t", 0, &err), 0);
	assert_int_equal(trace_length(trace), 4);
	trace_close(trace);
#else
	assert_int_equal(trace_open_memory(&trace, packed, sizeof(packed) - 1, "t", 0, &err), -1);
	assert_text_equal(err.text, "t: cannot be unpacked: this arenascope was built without xz");
#endif
}

/* The head of a file in a zip archive, without what packs it. */
static size_t zip_head(char *out, const char *name, unsigned flags, unsigned method,
	uint32_t length)
{
	unsigned char head[30] = "PK\3\4\24";

	head[6] = (unsigned char)flags;
	head[8] = (unsigned char)method;
	memcpy(head + 22, &(uint32_t){htole32(length)}, 4);
	head[18] = length > 0;
	head[26] = (unsigned char)strlen(name);
	head[28] = 2; /* and two bytes more */
	memcpy(out, head, sizeof(head));
	memcpy(out + sizeof(head), name, strlen(name));
	return sizeof(head) + strlen(name) + 2;
}

/* The first file that is no folder, stored or deflated; what follows is left out. */
static void the_first_file_of_a_zip_archive_is_read(void **state)
{
	static const char text[] = "a 0 16\na 1 32\nf 0\n",
			  deflated[] =
				  "\113\124\060\120\060\064\343\112\124\060\124\060\066\342\112\123"
				  "\060\340\002\000";
	struct trace *trace = open_text(text), *broken = NULL;
	char zip[512] = {0};
	struct error err;

	for (unsigned is_deflated = 0; is_deflated < 2; is_deflated++) {
		size_t n = zip_head(zip, "traces/", 0, 0, 0);
		n += zip_head(zip + n, "traces/t.rep", is_deflated ? 8 : 0, is_deflated ? 8 : 0,
			sizeof(text) - 1);
		size_t length = is_deflated ? sizeof(deflated) - 1 : sizeof(text) - 1;
		memcpy(zip + n, is_deflated ? deflated : text, length);
		n += length;
		size_t end = n + zip_head(zip + n, "other", 0, 0, 5);
		assert_opens_as(zip, end, trace, 3);
		assert_opens_as(zip, n - 4, trace, 1);
	}
	size_t n = zip_head(zip, "t.rep", 1, 8, sizeof(text) - 1); /* encrypted */
	assert_int_equal(trace_open_memory(&broken, zip, n + 20, "t", 0, &err), -1);
	assert_text_equal(err.text, "t: damaged data, packed by zip");
	trace_close(trace);
}

static void androids_memory_replay_is_read(void **state)
{
	struct trace *trace =
		open_text("7: malloc 0x1000 16\n7: calloc 0x2000 4 8\n9: realloc 0x3000 0x1000 64\n"
			  "7: memalign 0x4000 64 100\n9: free 0x2000\n7: free 0x0\n7: malloc 0 5\n"
			  "9: thread_done 0x0\n7: free 0x9999\n");
	size_t length;
	char *text = written(trace, TRACE_TEXT, &length);

	assert_string_equal(trace_format(trace), "memory_replay");
	assert_int_equal(trace_skipped(trace), 1); /* thread_done */
	assert_text_equal(text,
		"a 0 16 call=malloc at=0x1000\na 1 32 call=calloc at=0x2000\nr 0 64 call=realloc at=0x3000 thread=1\n"
		"a 2 100 align=64 call=memalign at=0x4000\nf 1 call=free at=0x2000 thread=1\nf -1 call=free\n"
		"a ? 5 call=malloc failed\nf ? call=free at=0x9999\n");
	free(text);
	trace_close(trace);
	trace = open_text("7: malloc 0x1000 16\n7: malloc 0x2000 8\n7: realloc 0x2000 0x1000 64\n");
	text = written(trace, TRACE_TEXT, &length);
	assert_text_equal(text,
		"a 0 16 call=malloc at=0x1000\na 1 8 call=malloc at=0x2000\n"
		"f 1 at=0x2000 # was not recorded: its address is given to another\n"
		"r 0 64 call=realloc at=0x2000\n");
	free(text);
	trace_close(trace);
	assert_refused("7: malloc 0x1000 16\n7: mallocate 1 2\n7: free 0x1000\n",
		"t:2: expected a call such as \"123: malloc 0x1000 16\"");
}

/* Code shared by readers of foreign formats (trace/readers/import.h). */
static void foreign_lines_are_bounded_and_may_be_cut(void **state)
{
	char *blanks = malloc(5001), *text;
	size_t length;

	struct trace *trace =
		open_text("7: malloc 0x1000 16 500 510\r\n\r\n8: free 0x1000 900 910\r\n"
			  "7: malloc 0x20");
	text = written(trace, TRACE_TEXT, &length);
	assert_text_equal(text, "a 0 16 call=malloc at=0x1000 time=0\n"
				"f 0 call=free at=0x1000 thread=1 time=400\n");
	assert_true(trace_is_truncated(trace));
	free(text);
	trace_close(trace);

	memset(blanks, ' ', 5000);
	blanks[5000] = '\0';
	text = xasprintf("7: free 0x0\n7: free%s0x0\n7: free 0x0\n", blanks);
	assert_refused(text, "t:2: expected a call such as \"123: malloc 0x1000 16\"");
	free(text);
	free(blanks);
}

static void a_full_disk_is_told(void **state)
{
	struct trace *trace = open_text("a 0 16\nf 0\n");
	struct error err = {0};
	int fd = open("/dev/full", O_WRONLY);

	assert_int_equal(trace_copy(trace, fd, "full", TRACE_TEXT, &err), -1);
	assert_text_equal(err.text, "full: No space left on device");
	assert_int_equal(trace_copy(trace, fd, "full", TRACE_BINARY, &err), -1);
	close(fd);
	trace_close(trace);
}

/* ---- call sites ---------------------------------------------------------------------------- */

static void assert_frames(const struct trace *trace, uint32_t site, const uint64_t *frames,
	size_t count)
{
	const uint64_t *found;

	assert_int_equal(trace_site(trace, site, &found), count);
	assert_true(count == 0 || memcmp(found, frames, count * sizeof(*frames)) == 0);
}

static const char *module_at(const struct trace *trace, uint32_t site, uint64_t address)
{
	const struct trace_module *module = trace_module_at(trace, site, address);

	return module ? module->path : "none";
}

/* As a recorder does: the writer numbers the stacks; a library replaces another. */
static void a_writer_numbers_call_stacks(void **state)
{
	static const uint64_t one[] = {0x1100, 0x2200}, two[] = {0x1100}, many[40] = {1, 2, 3};
	const struct trace_module
		program = {.path = "/p", .base = 0x1000, .start = 0x1000, .end = 0x2000},
		first = {.path = "/first.so", .build_id = "ab", .start = 0x2000, .end = 0x3000},
		second = {.path = "/second.so", .start = 0x2800, .end = 0x4000},
		below = {.path = "/below.so", .start = 0x0800, .end = 0x1000},
		above = {.path = "/above.so", .start = 0x3000, .end = 0x3100};
	int fd = memfd_create("test", 0);
	struct trace_writer *writer;
	struct trace *trace;
	struct error err;
	uint32_t sites[8];
	char path[64];

	assert_int_equal(trace_writer_new(&writer, fd, "t", TRACE_BINARY, NULL, &err), 0);
	assert_int_equal(trace_writer_module(writer, &program, &err), 0);
	assert_int_equal(trace_writer_module(writer, &first, &err), 0);
	assert_int_equal(trace_writer_site(writer, one, 2, &sites[0], &err), 0);
	assert_int_equal(trace_writer_site(writer, two, 1, &sites[1], &err), 0);
	assert_int_equal(trace_writer_site(writer, one, 2, &sites[2], &err), 0);
	assert_int_equal(trace_writer_site(writer, many, 40, &sites[3], &err), 0);
	assert_int_equal(trace_writer_site(writer, NULL, 0, &sites[4], &err), 0);
	assert_int_equal(trace_writer_module(writer, &first, &err), 0); /* known */
	/* these are beside them, and replace none */
	assert_int_equal(trace_writer_module(writer, &below, &err), 0);
	assert_int_equal(trace_writer_module(writer, &above, &err), 0);
	assert_int_equal(trace_writer_site(writer, one, 2, &sites[5], &err), 0);
	/* The same frames mean something else now. */
	assert_int_equal(trace_writer_module(writer, &second, &err), 0);
	assert_int_equal(trace_writer_site(writer, one, 2, &sites[6], &err), 0);
	const uint32_t expected[] = {1, 2, 1, 3, SITE_NONE, 1, 4};
	assert_memory_equal(sites, expected, sizeof(expected));
	assert_int_equal(trace_writer_finish(writer, &err), 0);

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	if (trace_open(&trace, path, 0, &err) < 0)
		fail_msg("%s", err.text);
	const struct trace_module *modules;
	assert_int_equal(trace_modules(trace, &modules), 5);
	assert_string_equal(modules[1].build_id, "ab");
	assert_int_equal(trace_site_count(trace), 4);
	assert_frames(trace, 1, one, 2);
	assert_frames(trace, 2, two, 1);
	assert_frames(trace, 3, many, SITE_FRAMES_MAX);
	assert_frames(trace, 4, one, 2);
	assert_frames(trace, 5, NULL, 0);
	assert_frames(trace, SITE_NONE, NULL, 0);
	assert_string_equal(module_at(trace, 1, 0x1100), "/p");
	assert_string_equal(module_at(trace, 1, 0x2900), "/first.so");
	assert_string_equal(module_at(trace, 4, 0x2900), "/second.so");
	assert_string_equal(module_at(trace, 1, 0x3900), "/second.so"); /* noticed late */
	assert_string_equal(module_at(trace, 1, 0x4000), "none");
	trace_close(trace);
	close(fd);
}

/* One of 30,000 stacks, deep ones of few frames among them. */
static size_t random_stack(struct dice *dice, uint64_t frames[SITE_FRAMES_MAX])
{
	uint64_t seed = dice_roll(dice, 30000);
	size_t count = 1 + seed % SITE_FRAMES_MAX;

	for (size_t i = 0; i < count; i++)
		frames[i] = UINT64_C(0x7f0000000000) + seed * (seed >> i) * 64;
	return count;
}

static void frames_have_the_names_that_stand_before_their_site(void **state)
{
	struct trace *trace = open_text(
		"site 1 0x10\nname 0x10 one\nname 0x20 two\nsite 2 0x10 0x20\nname 0x10 three\n"
		"site 3 0x10\n");
	size_t length;

	assert_string_equal(trace_frame_name(trace, 1, 0), "");
	assert_string_equal(trace_frame_name(trace, 2, 0), "one");
	assert_string_equal(trace_frame_name(trace, 2, 1), "two");
	assert_string_equal(trace_frame_name(trace, 2, 2), "");
	assert_string_equal(trace_frame_name(trace, 3, 0), "three");
	assert_string_equal(trace_frame_name(trace, 4, 0), "");
	trace_name_frame(trace, 1, 0, "zero");
	trace_name_frame(trace, 1, 1, "there is no such frame");
	char *text = written(trace, TRACE_TEXT, &length);
	assert_text_equal(text,
		"name 0x10 zero\nsite 1 0x10\nname 0x10 one\nname 0x20 two\nsite 2 0x10 0x20\n"
		"name 0x10 three\nsite 3 0x10\n");
	free(text);
	trace_close(trace);
}

/* Over many chunks of definitions and events. */
static void many_random_sites_are_kept(void **state)
{
	int fd = memfd_create("test", 0);
	uint64_t frames[SITE_FRAMES_MAX];
	struct trace_writer *writer;
	struct trace *trace;
	struct error err;
	struct dice dice;
	char path[64];

	assert_int_equal(trace_writer_new(&writer, fd, "t", TRACE_BINARY, NULL, &err), 0);
	dice_init(&dice, 8);
	for (uint32_t i = 0; i < 60000; i++) {
		struct event event = {.kind = EVENT_ALLOCATE,
			.object = i,
			.size = 9,
			.text = TEXT_NONE};
		size_t count = random_stack(&dice, frames);
		assert_int_equal(trace_writer_site(writer, frames, count, &event.site, &err), 0);
		assert_int_equal(trace_writer_add(writer, &event, NULL, &err), 0);
	}
	assert_int_equal(trace_writer_finish(writer, &err), 0);

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	if (trace_open(&trace, path, 0, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(trace_site_count(trace) <= 30000 && trace_site_count(trace) > 20000);
	dice_init(&dice, 8);
	for (uint32_t i = 0; i < 60000; i++) {
		size_t count = random_stack(&dice, frames);
		struct event event;
		assert_true(trace_get(trace, i, &event));
		assert_frames(trace, event.site, frames, count);
	}
	trace_close(trace);
	close(fd);
}

/* ---- following ----------------------------------------------------------------------------- */

/* A file in its own folder, which a test writes and follows at the same time. */
struct growing {
	char folder[64], path[96], other[96];
	int fd;
	struct trace_writer *writer;
};

static void growing_init(struct growing *growing, enum trace_written how)
{
	const struct trace_info info = {.program = "test", .written = how};
	struct error err;

	snprintf(growing->folder, sizeof(growing->folder), "/tmp/arenascope-test-XXXXXX");
	assert_non_null(mkdtemp(growing->folder));
	snprintf(growing->path, sizeof(growing->path), "%s/trace", growing->folder);
	snprintf(growing->other, sizeof(growing->other), "%s/other", growing->folder);
	growing->fd = open(growing->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(trace_writer_new(&growing->writer, growing->fd, "growing", TRACE_BINARY,
				 &info, &err),
		0);
}

static void growing_finish(struct growing *growing)
{
	trace_writer_finish(growing->writer, NULL);
	if (growing->fd >= 0)
		close(growing->fd);
	unlink(growing->path);
	unlink(growing->other);
	rmdir(growing->folder);
}

/* Events number `from` to `to`, flushed as one chunk; every tenth is a mark. */
static void grow(struct growing *growing, unsigned from, unsigned to)
{
	struct error err;

	for (unsigned i = from; i < to; i++) {
		char name[20];
		struct event event = {.kind = i % 10 == 9 ? EVENT_MARK : EVENT_ALLOCATE,
			.object = i % 10 == 9 ? OBJECT_NONE : i,
			.size = i % 10 == 9 ? 0 : 16 + i};
		const uint64_t frame = 0x1000 + i / 50;
		snprintf(name, sizeof(name), "mark %u", i);
		if (event.kind == EVENT_ALLOCATE)
			assert_int_equal(trace_writer_site(growing->writer, &frame, 1, &event.site,
						 &err),
				0);
		assert_int_equal(trace_writer_add(growing->writer, &event, name, &err), 0);
	}
	assert_int_equal(trace_writer_flush(growing->writer, &err), 0);
}

static void assert_same_as_opened_at_once(struct trace *trace, const char *path)
{
	struct trace *whole = NULL;
	struct error err;
	size_t length, whole_length;

	assert_int_equal(trace_open(&whole, path, 0, &err), 0);
	char *ours = written(trace, TRACE_TEXT, &length);
	char *theirs = written(whole, TRACE_TEXT, &whole_length);
	assert_text_equal(ours, theirs);
	const struct trace_mark *marks, *whole_marks;
	size_t count = trace_marks(trace, &marks);
	assert_int_equal(count, trace_marks(whole, &whole_marks));
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(marks[i].position, whole_marks[i].position);
		assert_string_equal(marks[i].name, whole_marks[i].name);
	}
	free(ours);
	free(theirs);
	trace_close(whole);
}

static enum trace_news refreshed(struct trace *trace)
{
	enum trace_news news;
	struct error err;

	if (trace_refresh(trace, &news, &err) < 0)
		fail_msg("%s", err.text);
	return news;
}

static void a_trace_that_grows_is_the_one_opened_at_once(void **state)
{
	struct growing growing;
	struct trace *trace = NULL;
	struct error err;
	struct event event;

	growing_init(&growing, TRACE_GROWING);
	assert_int_equal(trace_follow(&trace, growing.path, &err), 0);
	assert_int_equal(trace_length(trace), 0);
	assert_true(trace_is_growing(trace));
	assert_int_equal(refreshed(trace), TRACE_AS_BEFORE);
	for (unsigned i = 0; i < 30; i++) {
		grow(&growing, i * 100, i * 100 + 100);
		assert_int_equal(refreshed(trace), TRACE_GREW);
		assert_int_equal(refreshed(trace), TRACE_AS_BEFORE);
		assert_int_equal(trace_length(trace), i * 100 + 100);
		assert_true(trace_get(trace, i * 100 + 50, &event));
		assert_int_equal(event.size, 16 + i * 100 + 50);
		assert_true(trace_get(trace, i * 50, &event)); /* earlier chunks stay */
		assert_int_equal(event.object, i * 50);
	}
	assert_same_as_opened_at_once(trace, growing.path);
	trace_close(trace);
	growing_finish(&growing);
}

static void much_that_has_come_is_taken_in_slices(void **state)
{
	struct growing growing;
	struct trace *trace = NULL;
	struct error err;
	unsigned looks = 0;

	growing_init(&growing, TRACE_COMPLETE);
	assert_int_equal(trace_follow(&trace, growing.path, &err), 0);
	assert_false(trace_is_growing(trace));
	for (unsigned i = 0; i < 100; i++)
		grow(&growing, i * 20, i * 20 + 20);
	while (refreshed(trace) == TRACE_GREW) {
		looks++;
		assert_int_equal(trace_is_growing(trace), trace_length(trace) < 2000);
	}
	assert_true(looks > 2);
	assert_int_equal(trace_length(trace), 2000);
	assert_same_as_opened_at_once(trace, growing.path);
	trace_close(trace);

	/* a file that exists is opened at once */
	assert_int_equal(trace_follow(&trace, growing.path, &err), 0);
	assert_int_equal(trace_length(trace), 2000);
	trace_close(trace);
	growing_finish(&growing);
}

static void texts_stay_good_while_a_trace_grows(void **state)
{
	struct growing growing;
	struct trace *trace = NULL;
	const struct trace_mark *marks;
	struct error err;

	growing_init(&growing, TRACE_GROWING);
	grow(&growing, 0, 10);
	assert_int_equal(trace_follow(&trace, growing.path, &err), 0);
	assert_int_equal(trace_marks(trace, &marks), 1);
	const char *name = marks[0].name;
	for (unsigned i = 1; i < 200; i++) {
		grow(&growing, i * 10, i * 10 + 10);
		refreshed(trace);
	}
	assert_string_equal(name, "mark 9");
	assert_int_equal(trace_marks(trace, &marks), 200);
	assert_ptr_equal(marks[0].name, name);
	trace_close(trace);
	growing_finish(&growing);
}

/*
 * Every prefix of a trace: without a header the reader waits for it, and a chunk counts when it is
 * whole.
 */
static void half_a_chunk_is_not_there_yet(void **state)
{
	struct growing growing, cut;
	struct trace *trace = NULL;
	enum trace_news news = TRACE_AS_BEFORE;
	uint64_t seen = 0;
	char bytes[4096];
	struct error err;

	growing_init(&growing, TRACE_WRITTEN_UNKNOWN);
	growing_init(&cut, TRACE_WRITTEN_UNKNOWN);
	assert_int_equal(ftruncate(cut.fd, 0), 0);
	lseek(cut.fd, 0, SEEK_SET);
	off_t head = lseek(growing.fd, 0, SEEK_CUR);
	grow(&growing, 0, 100);
	off_t first = lseek(growing.fd, 0, SEEK_CUR);
	grow(&growing, 100, 150);
	ssize_t all = pread(growing.fd, bytes, sizeof(bytes), 0);
	assert_true(all > first && all < (ssize_t)sizeof(bytes));
	for (ssize_t i = 0; i < all; i++) {
		uint64_t expected = i + 1 >= all ? 150 : i + 1 >= first ? 100 : 0;
		assert_int_equal(write(cut.fd, &bytes[i], 1), 1);
		if (!trace) {
			int result = trace_follow(&trace, cut.path, &err);
			assert_int_equal(result, i + 1 < head ? 1 : 0);
		} else if (trace_refresh(trace, &news, &err) < 0) {
			fail_msg("%s", err.text);
		}
		if (trace) {
			assert_int_equal(trace_length(trace), expected);
			assert_int_equal(news, expected > seen ? TRACE_GREW : TRACE_AS_BEFORE);
			assert_false(trace_is_truncated(trace));
			seen = expected;
		}
	}
	assert_same_as_opened_at_once(trace, growing.path);
	trace_close(trace);
	growing_finish(&growing);
	growing_finish(&cut);
}

static void a_trace_that_takes_the_name_is_taken(void **state)
{
	const struct trace_info info = {.program = "final", .written = TRACE_COMPLETE};
	struct trace *final = trace_of("a0:16 a1:32 f0"), *trace = NULL;
	struct trace_writer *writer;
	struct growing growing;
	struct event event;
	struct error err;

	growing_init(&growing, TRACE_GROWING);
	grow(&growing, 0, 50);
	assert_int_equal(trace_follow(&trace, growing.path, &err), 0);
	int fd = open(growing.other, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(trace_writer_new(&writer, fd, "other", TRACE_BINARY, &info, &err), 0);
	for (uint64_t i = 0; trace_get(final, i, &event); i++)
		assert_int_equal(trace_writer_add(writer, &event, NULL, &err), 0);
	assert_int_equal(refreshed(trace), TRACE_AS_BEFORE);
	assert_int_equal(rename(growing.other, growing.path), 0);
	assert_int_equal(refreshed(trace), TRACE_REPLACED); /* its chunk is not written yet */
	assert_int_equal(trace_length(trace), 0);
	assert_false(trace_is_growing(trace));
	assert_int_equal(trace_writer_finish(writer, &err), 0);
	close(fd);
	assert_int_equal(refreshed(trace), TRACE_GREW);
	assert_int_equal(trace_length(trace), 3);
	assert_string_equal(trace_info(trace)->program, "final");
	assert_same_as_opened_at_once(trace, growing.path);
	trace_close(trace);
	trace_close(final);
	growing_finish(&growing);
}

static void a_trace_begun_anew_in_its_file_is_another(void **state)
{
	struct growing growing;
	struct trace *trace = NULL;
	struct error err;

	growing_init(&growing, TRACE_GROWING);
	grow(&growing, 0, 50);
	assert_int_equal(trace_follow(&trace, growing.path, &err), 0);
	trace_writer_finish(growing.writer, NULL);
	assert_int_equal(ftruncate(growing.fd, 0), 0);
	lseek(growing.fd, 0, SEEK_SET);
	assert_int_equal(refreshed(trace), TRACE_AS_BEFORE); /* its header is not written yet */
	assert_int_equal(trace_writer_new(&growing.writer, growing.fd, "t", TRACE_BINARY, NULL,
				 &err),
		0);
	grow(&growing, 0, 7);
	assert_int_equal(refreshed(trace), TRACE_REPLACED);
	assert_int_equal(trace_length(trace), 7);
	trace_close(trace);
	growing_finish(&growing);
}

static void a_writer_that_is_gone_is_noticed(void **state)
{
	struct growing growing;
	struct trace *trace = NULL;
	struct error err;

	growing_init(&growing, TRACE_GROWING);
	grow(&growing, 0, 50);
	assert_int_equal(trace_follow(&trace, growing.path, &err), 0);
	assert_true(trace_is_growing(trace));
	close(growing.fd);
	growing.fd = -1;
	assert_int_equal(refreshed(trace), TRACE_AS_BEFORE);
	assert_false(trace_is_growing(trace));
	trace_close(trace);

	assert_int_equal(trace_open(&trace, growing.path, 0, &err), 0);
	assert_false(trace_is_growing(trace)); /* it was not opened to be followed */
	assert_int_equal(refreshed(trace), TRACE_AS_BEFORE);
	trace_close(trace);
	growing_finish(&growing);
}

static void what_cannot_be_followed_is_told(void **state)
{
	struct growing growing;
	struct trace *trace = NULL;
	enum trace_news news;
	struct error err = {0};
	char expected[300];

	growing_init(&growing, TRACE_GROWING);
	assert_int_equal(trace_follow(&trace, growing.other, &err), 1); /* not there yet */
	assert_int_equal(trace_follow(&trace, growing.folder, &err), -1);
	snprintf(expected, sizeof(expected), "%s: not a regular file, so it cannot be followed",
		growing.folder);
	assert_text_equal(err.text, expected);

	int fd = open(growing.other, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(trace_follow(&trace, growing.other, &err), 1);
	assert_int_equal(write(fd, "a 0 16\n", 7), 7);
	close(fd);
	assert_int_equal(trace_follow(&trace, growing.other, &err), -1);
	snprintf(expected, sizeof(expected),
		"%s: only a binary trace can be followed; `arenascope convert` makes one",
		growing.other);
	assert_text_equal(err.text, expected);

	grow(&growing, 0, 50);
	assert_int_equal(trace_follow(&trace, growing.path, &err), 0);
	off_t end = lseek(growing.fd, 0, SEEK_CUR);
	static const char rubbish[60] = "rubbish";
	assert_int_equal(write(growing.fd, rubbish, sizeof(rubbish)), sizeof(rubbish));
	assert_int_equal(trace_refresh(trace, &news, &err), -1);
	snprintf(expected, sizeof(expected), "%s:byte %d: expected the start of a chunk here",
		growing.path, (int)end);
	assert_text_equal(err.text, expected);
	assert_int_equal(trace_length(trace), 50);
	trace_close(trace);
	growing_finish(&growing);
}

/* Texts are numbered from 0; a number that none has is an empty one. */
static void a_text_that_is_not_there_is_empty(void **state)
{
	static const char words[] = "note one\nmark two\n";
	struct trace *trace;
	struct error err;
	uint32_t n = 0;

	assert_int_equal(trace_open_memory(&trace, words, sizeof(words) - 1, "t", 0, &err), 0);
	while (n < 100 && *trace_text(trace, n))
		n++;
	assert_in_range(n, 2, 99);
	assert_string_equal(trace_text(trace, TEXT_NONE), "");
	trace_close(trace);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(what_the_text_form_can_say_is_kept),
	cmocka_unit_test(counted_objects_are_kept),
	cmocka_unit_test(what_moves_the_c_library_is_kept),
	cmocka_unit_test(a_bad_line_about_counted_objects_is_told),
	cmocka_unit_test(an_event_that_makes_no_sense_is_damage),
	cmocka_unit_test(call_sites_are_kept),
	cmocka_unit_test(an_unknown_letter_of_a_lab_is_left_out),
	cmocka_unit_test(the_line_of_an_event_is_known),
	cmocka_unit_test(a_size_may_have_a_unit),
	cmocka_unit_test(a_negative_size_is_what_c_makes_of_it),
	cmocka_unit_test(a_free_may_say_a_size),
	cmocka_unit_test(uses_and_frames_are_kept),
	cmocka_unit_test(a_bad_line_is_told_with_its_number),
	cmocka_unit_test(a_bad_call_site_is_told),
	cmocka_unit_test(a_writer_numbers_call_stacks),
	cmocka_unit_test(frames_have_the_names_that_stand_before_their_site),
	cmocka_unit_test(many_random_sites_are_kept),
	cmocka_unit_test(a_zero_byte_is_not_text),
	cmocka_unit_test(a_text_is_not_longer_than_can_be_kept),
	cmocka_unit_test(a_cut_off_last_line_is_tolerated),
	cmocka_unit_test(salvage_keeps_the_events_before_the_damage),
	cmocka_unit_test(ids_seen_before_are_known),
	cmocka_unit_test(marks_and_notes_are_found),
	cmocka_unit_test(addresses_may_begin_anywhere),
	cmocka_unit_test(many_random_events_are_kept_and_read_in_any_order),
	cmocka_unit_test(a_text_of_many_mebibytes_has_an_event_a_line),
	cmocka_unit_test(a_small_trace_takes_little_memory),
	cmocka_unit_test(every_prefix_of_a_binary_trace_is_safe),
	cmocka_unit_test(nothing_stands_behind_the_end),
	cmocka_unit_test(a_cut_file_loses_only_what_was_cut),
	cmocka_unit_test(every_changed_bit_of_a_binary_trace_is_noticed),
	cmocka_unit_test(salvage_keeps_what_stands_before_damage_within_a_chunk),
	cmocka_unit_test(damage_ends_the_trace_when_it_is_met),
	cmocka_unit_test(a_pipe_opens_with_its_first_events),
	cmocka_unit_test(nothing_is_open_of_a_trace_that_is_closed),
	cmocka_unit_test(a_wrong_line_ends_what_was_opened_early),
	cmocka_unit_test(a_trace_that_is_still_read_can_be_closed),
	cmocka_unit_test(a_chunk_has_limits),
	cmocka_unit_test(many_texts_and_long_ones_are_kept),
	cmocka_unit_test(what_fills_pieces_is_unpacked_whole),
	cmocka_unit_test(a_packed_trace_is_unpacked),
	cmocka_unit_test(what_follows_a_packed_trace_is_left_out_or_damage),
	cmocka_unit_test(a_file_packed_by_xz_is_unpacked),
	cmocka_unit_test(the_first_file_of_a_zip_archive_is_read),
	cmocka_unit_test(androids_memory_replay_is_read),
	cmocka_unit_test(foreign_lines_are_bounded_and_may_be_cut),
	cmocka_unit_test(a_full_disk_is_told),
	cmocka_unit_test(a_trace_that_grows_is_the_one_opened_at_once),
	cmocka_unit_test(much_that_has_come_is_taken_in_slices),
	cmocka_unit_test(texts_stay_good_while_a_trace_grows),
	cmocka_unit_test(half_a_chunk_is_not_there_yet),
	cmocka_unit_test(a_trace_that_takes_the_name_is_taken),
	cmocka_unit_test(a_trace_begun_anew_in_its_file_is_another),
	cmocka_unit_test(a_writer_that_is_gone_is_noticed),
	cmocka_unit_test(a_text_that_is_not_there_is_empty),
	cmocka_unit_test(what_cannot_be_followed_is_told),
};

int main(void)
{
	return cmocka_run_group_tests(tests, NULL, NULL);
}
