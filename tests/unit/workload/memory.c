/* The requests to a tracer, and the trace that it writes. */
#include "workload/memory.h"

#include "base/error.h"
#include "trace/trace.h"
#include "bench.h"
#include "support.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void calls_become_events_and_who_asks_their_site(void **state)
{
	struct bench bench;

	bench_begin(&bench);
	struct memory *memory = bench.memory;
	memory_note(memory, "%d blocks", 2);
	void *one = memory_allocate(memory, 10, "first (thing)");
	void *two = memory_resize(memory, NULL, 20, "second");
	two = memory_resize(memory, two, 5, "second");
	memory_mark(memory, "here");
	memory_release(memory, one, "first");
	memory_release(memory, NULL, "nobody");
	memory_release(memory, two, "first");
	assert_int_equal(memory->events, 7);
	assert_int_equal(memory->peak_bytes, 30);
	char *text = bench_end_text(&bench);
	assert_text_equal(text, "note 2 blocks\n"
				"name 0x1000 first (thing)\n"
				"site 1 0x1000\n"
				"a 0 10 site=1\n"
				"name 0x1001 second\n"
				"site 2 0x1001\n"
				"a 1 20 site=2\n"
				"r 1 5 site=2\n"
				"mark here\n"
				"name 0x1002 first\n"
				"site 3 0x1002\n"
				"f 0 site=3\n"
				"f 1 site=3\n");
	free(text);
}

static void threads_are_numbered_as_they_appear(void **state)
{
	struct bench bench;
	void *blocks[3];

	bench_begin(&bench);
	for (unsigned i = 0; i < 3; i++) {
		bench.memory->thread = i == 1 ? 4 : 9;
		blocks[i] = memory_allocate(bench.memory, i + 1, "a");
	}
	for (unsigned i = 0; i < 3; i++)
		memory_release(bench.memory, blocks[i], "b");
	char *text = bench_end_text(&bench);
	assert_text_equal(text, "name 0x1000 a\nsite 1 0x1000\n"
				"a 0 1 site=1\n"
				"a 1 2 thread=1 site=1\n"
				"a 2 3 site=1\n"
				"name 0x1001 b\nsite 2 0x1001\n"
				"f 0 site=2\nf 1 site=2\nf 2 site=2\n");
	free(text);
}

static void a_block_is_the_workloads_own_and_keeps_its_bytes(void **state)
{
	struct bench bench;

	bench_begin(&bench);
	unsigned char *block = memory_allocate(bench.memory, 100, "a");
	assert_int_equal((uintptr_t)block % 16, 0);
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(block[i], 0xCD);
		block[i] = (unsigned char)i;
	}
	for (size_t size = 10000; size > 0; size /= 10) {
		block = memory_resize(bench.memory, block, size, "a");
		for (unsigned i = 0; i < (size < 100 ? size : 100); i++)
			assert_int_equal(block[i], size < 100 || i < 100 ? i : 0xCD);
	}
	memory_release(bench.memory, block, "a");
	bench_end(&bench);
}

static void a_trace_that_cannot_be_written_is_told_and_blocks_are_taken_back(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct trace_writer *writer;
	struct error err = {0};

	assert_true(fd >= 0);
	assert_int_equal(trace_writer_new(&writer, fd, "full", TRACE_TEXT, NULL, &err), 0);
	struct memory *memory = tracer_new(writer);
	for (unsigned i = 0; i < 20000; i++)
		memory_allocate(memory, 8, "a");
	assert_int_equal(memory->live, 20000);
	assert_int_equal(tracer_free(memory, &err), -1);
	assert_string_equal(err.text, "full: No space left on device");
	trace_writer_abandon(writer);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_become_events_and_who_asks_their_site),
		cmocka_unit_test(threads_are_numbered_as_they_appear),
		cmocka_unit_test(a_block_is_the_workloads_own_and_keeps_its_bytes),
		cmocka_unit_test(a_trace_that_cannot_be_written_is_told_and_blocks_are_taken_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
