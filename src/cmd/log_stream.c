/* See log_stream.h. */
#include "cmd/log_stream.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "cmd/log_output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STREAM_ROOM  (UINT64_C(1) << 38) /* most bytes of a growing log */
#define STREAM_PAUSE 50000000            /* nanoseconds */
#define STREAM_NICE  5                   /* the recorder has priority */

struct log_stream {
	struct log_output output;
	struct wire_log *records;
	int log, fd;
	char *name, *command;
	struct wire_head written; /* what the header was written from */
	void *bytes;
	struct progress *progress; /* set by the recorder for the process that writes; shared */
	pid_t parent, process;     /* 0: not started */
};

struct progress {
	_Atomic uint64_t bytes; /* written before `until`, and read after it */
	_Atomic uint64_t until;
};

static struct wire_log *records_of(struct log_stream *stream)
{
	const struct wire_sink sink = log_output_sink(&stream->output);

	return wire_log_new(&sink, 0);
}

static int give(struct log_stream *stream, uint64_t until, struct error *err)
{
	if (wire_log_give(stream->records, until) < 0)
		return -1;
	return trace_writer_flush(stream->output.writer, err);
}

/* Whether the two make the same header of a trace. */
static bool makes_the_same(const struct wire_head *one, const struct wire_head *other)
{
	return strcmp(wire_log_python(one), wire_log_python(other)) == 0 &&
	       strcmp(one->libc_version, other->libc_version) == 0 &&
	       strcmp(one->tunables, other->tunables) == 0 &&
	       one->first_break == other->first_break;
}

/* Writes the header, with what is known of the program so far. */
static int begin_stream(struct log_stream *stream, struct error *err)
{
	const struct wire_head *head = wire_log_head(stream->records);

	stream->output.err = err;
	if (head)
		stream->written = *head;
	return log_output_begin(&stream->output, head, stream->fd, stream->name, stream->command,
		TRACE_GROWING);
}

/*
 * The program has started, or a shell script has started Python: the trace is written again, with a
 * header that says so, and replaces the one without.
 */
static int rewrite_stream(struct log_stream *stream, uint64_t log_bytes, uint64_t until,
	struct error *err)
{
	char *new = xasprintf("%s.%d.tmp", stream->name, (int)getpid());
	int fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int result = -1;

	trace_writer_abandon(stream->output.writer);
	stream->output.writer = NULL;
	if (fd < 0 || dup3(fd, stream->fd, O_CLOEXEC) < 0) {
		error_set(err, "%s: %s", new, strerror(errno));
		goto out;
	}
	wire_log_free(stream->records);
	stream->records = records_of(stream);
	if (wire_log_extend(stream->records, stream->bytes, log_bytes, err) < 0 ||
		begin_stream(stream, err) < 0 || give(stream, until, err) < 0)
		goto out;
	result = rename(new, stream->name) < 0
			 ? error_set(err, "%s: %s", stream->name, strerror(errno))
			 : 0;
out:
	if (result < 0 && fd >= 0)
		unlink(new);
	if (fd >= 0)
		close(fd);
	free(new);
	return result;
}

static int advance(struct log_stream *stream, uint64_t log_bytes, uint64_t until, struct error *err)
{
	stream->output.err = err;
	if (wire_log_extend(stream->records, stream->bytes, log_bytes, err) < 0)
		return -1;
	if (!stream->output.writer && begin_stream(stream, err) < 0)
		return -1;
	if (!makes_the_same(&stream->written, wire_log_head(stream->records)))
		return rewrite_stream(stream, log_bytes, until, err);
	return give(stream, until, err);
}

int log_stream_new(struct log_stream **ret_stream, int log, int fd, const char *name,
	const char *command, uint64_t log_bytes, struct error *err)
{
	struct log_stream *stream = xcalloc(1, sizeof(*stream));

	stream->log = log;
	stream->fd = fd;
	stream->name = xstrdup(name);
	stream->command = xstrdup(command);
	stream->records = records_of(stream);
	stream->bytes = mmap(NULL, STREAM_ROOM, PROT_READ, MAP_SHARED | MAP_NORESERVE, log, 0);
	stream->progress = mmap(NULL, sizeof(struct progress), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stream->bytes == MAP_FAILED || stream->progress == MAP_FAILED) {
		error_set(err, "%s: %s", name, strerror(errno));
		log_stream_free(stream);
		return -1;
	}
	if (advance(stream, log_bytes, 0, err) < 0) {
		log_stream_free(stream);
		return -1;
	}
	*ret_stream = stream;
	return 0;
}

/* Runs in the process that writes, until it is killed. After an error, the trace stays as it is. */
static void write_stream(struct log_stream *stream)
{
	const struct timespec pause = {0, STREAM_PAUSE};
	struct error ignored;
	uint64_t done = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != stream->parent) /* the recorder ended before the request took effect */
		_exit(EXIT_FAILURE);
	signal(SIGTERM, SIG_DFL);
	if (nice(STREAM_NICE) < 0)
		errno = 0; /* it keeps its priority */
	for (;;) {
		uint64_t until = atomic_load(&stream->progress->until),
			 bytes = atomic_load(&stream->progress->bytes);
		if (until != done && advance(stream, bytes, until, &ignored) < 0)
			_exit(EXIT_FAILURE);
		done = until;
		nanosleep(&pause, NULL);
	}
}

int log_stream_start(struct log_stream *stream, struct error *err)
{
	stream->parent = getpid();
	stream->process = fork();
	if (stream->process == 0)
		write_stream(stream);
	return stream->process < 0 ? error_set(err, "%s: %s", stream->name, strerror(errno)) : 0;
}

void log_stream_extend(struct log_stream *stream, uint64_t log_bytes, uint64_t until)
{
	atomic_store(&stream->progress->bytes, log_bytes);
	atomic_store(&stream->progress->until, until);
}

/* This process takes over the lock that shows that the file grows. */
static void end_process(struct log_stream *stream)
{
	char *half = xasprintf("%s.%d.tmp", stream->name, (int)stream->process);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	kill(stream->process, SIGKILL);
	while (waitpid(stream->process, NULL, 0) < 0 && errno == EINTR)
		;
	unlink(half);
	free(half);
	int fd = open(stream->name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	if (dup3(fd, stream->fd, O_CLOEXEC) >= 0)
		fcntl(stream->fd, F_OFD_SETLK, &lock);
	close(fd);
}

void log_stream_free(struct log_stream *stream)
{
	if (!stream)
		return;
	if (stream->process > 0)
		end_process(stream);
	trace_writer_abandon(stream->output.writer);
	wire_log_free(stream->records);
	if (stream->bytes != MAP_FAILED)
		munmap(stream->bytes, STREAM_ROOM);
	if (stream->progress != MAP_FAILED)
		munmap(stream->progress, sizeof(struct progress));
	free(stream->name);
	free(stream->command);
	free(stream);
}
