/* See bench.h. */
#include "bench.h"

#include "base/error.h"
#include "base/text.h"
#include "trace/trace.h"
#include "support.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void bench_begin(struct bench *bench)
{
	struct error err = {0};

	bench->fd = memfd_create("bench", MFD_CLOEXEC);
	assert_true(bench->fd >= 0);
	assert_int_equal(trace_writer_new(&bench->writer, bench->fd, "bench", TRACE_TEXT, NULL,
				 &err),
		0);
	bench->memory = tracer_new(bench->writer);
}

char *bench_end_text(struct bench *bench)
{
	struct error err = {0};
	struct text text = {0};
	char piece[4096];
	ssize_t n;

	assert_int_equal(bench->memory->live, 0);
	assert_int_equal(bench->memory->live_bytes, 0);
	assert_int_equal(tracer_free(bench->memory, &err), 0);
	assert_int_equal(trace_writer_finish(bench->writer, &err), 0);
	for (off_t at = 0; (n = pread(bench->fd, piece, sizeof(piece), at)) > 0; at += n)
		text_add_bytes(&text, piece, (size_t)n);
	close(bench->fd);
	return text_detach(&text);
}

void bench_end(struct bench *bench)
{
	free(bench_end_text(bench));
}
