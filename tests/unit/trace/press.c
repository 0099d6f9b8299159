/* Traces whose chunks a thread compresses and writes. */
#include "base/error.h"
#include "support.h"
#include "trace/trace.h"
#include "trace/writer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENTS 100000u

static int add_events(struct trace_writer *writer, unsigned first, unsigned n, struct error *err)
{
	for (unsigned i = first; i < first + n; i++) {
		const uint64_t frames[] = {0x1000 + i % 700, 0x2000};
		struct event event = {.kind = i % 3 == 2 ? EVENT_FREE : EVENT_ALLOCATE,
			.object = i % 3 == 2 ? i - 2 : i,
			.size = i % 3 == 2 ? 0 : i * 7 % 500,
			.text = TEXT_NONE};
		if (trace_writer_site(writer, frames, 2, &event.site, err) < 0 ||
			trace_writer_add(writer, &event, NULL, err) < 0)
			return -1;
	}
	return 0;
}

static struct trace_writer *new_writer(int fd)
{
	struct trace_writer *writer = NULL;
	struct error err;

	if (trace_writer_new(&writer, fd, "press.trace", TRACE_BINARY, NULL, &err) < 0)
		fail_msg("%s", err.text);
	trace_writer_hurry(writer);
	return writer;
}

/* The number of events that a reader finds in what was written so far. */
static uint64_t events_in(const char *path)
{
	struct trace *trace = NULL;
	struct error err;

	if (trace_open(&trace, path, TRACE_SALVAGE, &err) < 0)
		fail_msg("%s", err.text);
	uint64_t events = trace_length(trace);
	trace_close(trace);
	return events;
}

static void what_was_flushed_is_there(void **state)
{
	char path[] = "/tmp/press-XXXXXX";
	int fd = mkstemp(path);
	struct trace_writer *writer = new_writer(fd);
	struct error err;

	for (unsigned part = 0; part < 4; part++) {
		assert_int_equal(add_events(writer, part * EVENTS, EVENTS, &err), 0);
		assert_int_equal(trace_writer_flush(writer, &err), 0);
		assert_int_equal(events_in(path), (part + 1) * EVENTS);
	}
	assert_int_equal(trace_writer_finish(writer, &err), 0);
	assert_int_equal(events_in(path), 4 * EVENTS);
	close(fd);
	unlink(path);
}

/* Bytes of the same events, as they are told to be written. */
static off_t bytes_of(bool stores, bool hurries)
{
	char path[] = "/tmp/press-XXXXXX";
	int fd = mkstemp(path);
	struct trace_writer *writer = NULL;
	struct error err;

	assert_int_equal(trace_writer_new(&writer, fd, "press.trace", TRACE_BINARY, NULL, &err), 0);
	if (stores)
		trace_writer_uncompressed(writer);
	if (hurries)
		trace_writer_hurry(writer);
	assert_int_equal(add_events(writer, 0, EVENTS, &err), 0);
	assert_int_equal(trace_writer_finish(writer, &err), 0);
	assert_int_equal(events_in(path), EVENTS);
	off_t bytes = lseek(fd, 0, SEEK_END);
	close(fd);
	unlink(path);
	return bytes;
}

static void who_hurries_packs_less_and_who_stores_packs_nothing(void **state)
{
	off_t calm = bytes_of(false, false), hurried = bytes_of(false, true);

	assert_true(calm < hurried);
	assert_true(hurried < bytes_of(true, false));
	assert_int_equal(bytes_of(true, true), bytes_of(true, false));
}

/* A pipe's other end is gone, whichever chunk meets that first. */
static void a_failure_of_the_thread_reaches_the_caller(void **state)
{
	int ends[2];
	struct error err = {0};

	assert_int_equal(pipe(ends), 0);
	struct trace_writer *writer = new_writer(ends[1]);
	close(ends[0]);
	assert_int_equal(add_events(writer, 0, EVENTS, &err), -1);
	assert_text_equal(err.text, "press.trace: Broken pipe");
	assert_int_equal(trace_writer_finish(writer, &err), -1);
	assert_text_equal(err.text, "press.trace: Broken pipe");
	close(ends[1]);
}

static void one_that_is_met_by_the_last_chunk_is_said_at_the_end(void **state)
{
	int ends[2];
	struct error err = {0};

	assert_int_equal(pipe(ends), 0);
	struct trace_writer *writer = new_writer(ends[1]);
	close(ends[0]);
	assert_int_equal(add_events(writer, 0, 10, &err), 0);
	assert_int_equal(trace_writer_finish(writer, &err), -1);
	assert_text_equal(err.text, "press.trace: Broken pipe");
	close(ends[1]);
}

/* A recorder begins a trace before it is two processes; only the second writes chunks. */
static void a_process_may_fork_before_the_first_chunk(void **state)
{
	char path[] = "/tmp/press-XXXXXX";
	int fd = mkstemp(path), status = 0;
	struct trace_writer *writer = new_writer(fd);
	struct error err;
	pid_t child = fork();

	if (child == 0)
		_exit(add_events(writer, 0, EVENTS, &err) < 0 ||
			trace_writer_finish(writer, &err) < 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	trace_writer_abandon(writer);
	assert_int_equal(events_in(path), EVENTS);
	close(fd);
	unlink(path);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_flushed_is_there),
		cmocka_unit_test(who_hurries_packs_less_and_who_stores_packs_nothing),
		cmocka_unit_test(a_failure_of_the_thread_reaches_the_caller),
		cmocka_unit_test(one_that_is_met_by_the_last_chunk_is_said_at_the_end),
		cmocka_unit_test(a_process_may_fork_before_the_first_chunk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
