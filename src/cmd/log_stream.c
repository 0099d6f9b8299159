/* See log_stream.h. */
#include "cmd/log_stream.h"

#include "base/error.h"
#include "base/parent.h"
#include "base/progress.h"
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROOM_MOST    (UINT64_C(1) << 38) /* bytes of a growing log */
#define ROOM_LEAST   (UINT64_C(1) << 20)
#define STREAM_PAUSE 50000000 /* nanoseconds */
#define FINISH_PAUSE 5000000  /* while the rest is written */
#define STREAM_NICE  5        /* the recorder has priority */

struct log_stream {
	struct log_output output;
	struct wire_log *records;
	int log, fd;
	char *name, *command;
	bool is_followed;
	uint64_t limit;
	struct wire_head written; /* what the header was written from */
	void *bytes;
	uint64_t room;             /* of those */
	struct progress *progress; /* set by the recorder for the process that writes; shared */
	pid_t parent, process;     /* 0: not started */
};

struct progress {
	_Atomic uint64_t bytes;          /* written before `until`, and read after it */
	_Atomic uint64_t until;          /* UINT64_MAX: the log is whole */
	_Atomic uint64_t events;         /* written by now */
	_Atomic bool is_in_place;        /* readers find it under its name */
	struct wire_log_summary summary; /* when the process has ended well */
};

static struct wire_log *records_of(struct log_stream *stream)
{
	const struct wire_sink sink = log_output_sink(&stream->output);

	return wire_log_new(&sink, stream->limit);
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
	       strcmp(one->allocator, other->allocator) == 0 &&
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
		stream->is_followed ? TRACE_GROWING : TRACE_WRITTEN_UNKNOWN);
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
	if (result == 0)
		atomic_store(&stream->progress->is_in_place, true);
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
	if (log_bytes > stream->room)
		return error_set(err, "%s: there is no room for more", stream->name);
	if (wire_log_extend(stream->records, stream->bytes, log_bytes, err) < 0)
		return -1;
	if (!stream->output.writer && begin_stream(stream, err) < 0)
		return -1;
	if (stream->is_followed &&
		!makes_the_same(&stream->written, wire_log_head(stream->records)))
		return rewrite_stream(stream, log_bytes, until, err);
	return give(stream, until, err);
}

/*
 * The log stays where it is while it grows, so it has room from the start. A limit of the address
 * space leaves less of it, of which half is for the rest of the program.
 */
static void *map_log(int log, uint64_t *ret_room)
{
	const int flags = MAP_SHARED | MAP_NORESERVE;
	uint64_t room = ROOM_MOST;
	void *bytes = mmap(NULL, room, PROT_READ, flags, log, 0);

	while (bytes == MAP_FAILED && room > ROOM_LEAST) {
		room /= 2;
		bytes = mmap(NULL, room, PROT_READ, flags, log, 0);
	}
	if (bytes != MAP_FAILED && room < ROOM_MOST) {
		munmap((char *)bytes + room / 2, room / 2);
		room /= 2;
	}
	*ret_room = room;
	return bytes;
}

int log_stream_new(struct log_stream **ret_stream, const struct log_stream_wishes *wishes,
	uint64_t log_bytes, struct error *err)
{
	struct log_stream *stream = xcalloc(1, sizeof(*stream));

	stream->log = wishes->log;
	stream->fd = wishes->fd;
	stream->name = xstrdup(wishes->name);
	stream->command = xstrdup(wishes->command);
	stream->is_followed = wishes->is_followed;
	stream->limit = wishes->limit;
	stream->records = records_of(stream);
	stream->bytes = map_log(stream->log, &stream->room);
	stream->progress = mmap(NULL, sizeof(struct progress), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stream->bytes == MAP_FAILED || stream->progress == MAP_FAILED) {
		error_set(err, "%s: %s", stream->name, strerror(errno));
		log_stream_free(stream);
		return -1;
	}
	stream->output.events = &stream->progress->events;
	atomic_store(&stream->progress->is_in_place, wishes->is_in_place);
	if (advance(stream, log_bytes, 0, err) < 0) {
		log_stream_free(stream);
		return -1;
	}
	*ret_stream = stream;
	return 0;
}

/*
 * Runs in the process that writes, until the log is whole, or it is killed. After an error, the
 * trace stays as it is.
 */
static void write_stream(struct log_stream *stream)
{
	const struct timespec pause = {0, STREAM_PAUSE};
	struct error ignored;
	uint64_t done = 0;

	follow_parent(stream->parent, SIGKILL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_IGN); /* of a terminal that was closed: the recorder finishes the file */
	if (nice(STREAM_NICE) < 0)
		errno = 0; /* it keeps its priority */
	for (;;) {
		uint64_t until = atomic_load(&stream->progress->until),
			 bytes = atomic_load(&stream->progress->bytes);
		if (until != done && advance(stream, bytes, until, &ignored) < 0)
			_exit(EXIT_FAILURE);
		done = until;
		if (done == UINT64_MAX) {
			wire_log_summarise(stream->records, &stream->progress->summary);
			_exit(EXIT_SUCCESS);
		}
		nanosleep(&pause, NULL);
	}
}

int log_stream_start(struct log_stream *stream, struct error *err)
{
	stream->parent = getpid();
	stream->process = fork();
	if (stream->process == 0) {
		progress_listen(NULL, NULL); /* the program has the terminal */
		write_stream(stream);
	}
	return stream->process < 0 ? error_set(err, "%s: %s", stream->name, strerror(errno)) : 0;
}

void log_stream_extend(struct log_stream *stream, uint64_t log_bytes, uint64_t until)
{
	atomic_store(&stream->progress->bytes, log_bytes);
	atomic_store(&stream->progress->until, until);
}

/* The process has ended. This one takes over the file, and the lock that shows that it grows. */
static void take_over(struct log_stream *stream)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	char *half = xasprintf("%s.%d.tmp", stream->name, (int)stream->process);

	stream->process = 0;
	if (stream->is_followed)
		unlink(half); /* of rewrite_stream(), if that was going on */
	free(half);
	if (!stream->is_followed || !atomic_load(&stream->progress->is_in_place))
		return;
	int fd = open(stream->name, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return;
	if (dup3(fd, stream->fd, O_CLOEXEC) >= 0)
		fcntl(stream->fd, F_OFD_SETLK, &lock);
	close(fd);
}

static void unmap_log(struct log_stream *stream)
{
	if (stream->bytes != MAP_FAILED)
		munmap(stream->bytes, stream->room);
	stream->bytes = MAP_FAILED;
}

bool log_stream_finish(struct log_stream *stream, uint64_t log_bytes,
	void (*show)(void *user, uint64_t events), void *user, struct wire_log_summary *ret_summary)
{
	const struct timespec pause = {0, FINISH_PAUSE};
	int status = 0;
	pid_t ended;

	log_stream_extend(stream, log_bytes, UINT64_MAX);
	while ((ended = waitpid(stream->process, &status, WNOHANG)) == 0 ||
		(ended < 0 && errno == EINTR)) {
		show(user, atomic_load(&stream->progress->events));
		nanosleep(&pause, NULL);
	}
	bool is_whole = ended == stream->process && WIFEXITED(status) &&
			WEXITSTATUS(status) == EXIT_SUCCESS;
	take_over(stream);
	unmap_log(stream); /* room for whoever writes the trace from the log */
	*ret_summary = stream->progress->summary;
	return is_whole && !ret_summary->is_late;
}

int log_stream_trace(const struct log_stream *stream)
{
	return stream->fd;
}

static void end_process(struct log_stream *stream)
{
	kill(stream->process, SIGKILL);
	while (waitpid(stream->process, NULL, 0) < 0 && errno == EINTR)
		;
	take_over(stream);
}

void log_stream_free(struct log_stream *stream)
{
	if (!stream)
		return;
	if (stream->process > 0)
		end_process(stream);
	trace_writer_abandon(stream->output.writer);
	wire_log_free(stream->records);
	unmap_log(stream);
	if (stream->progress != MAP_FAILED)
		munmap(stream->progress, sizeof(struct progress));
	free(stream->name);
	free(stream->command);
	free(stream);
}
