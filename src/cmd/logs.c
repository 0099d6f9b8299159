/* See logs.h. */
#include "cmd/logs.h"

#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <libgen.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STREAM_ROOM  (UINT64_C(1) << 38) /* most bytes of a growing log */
#define STREAM_PAUSE 50000000            /* nanoseconds */
#define STREAM_NICE  5                   /* the recorder has priority */

struct output {
	struct trace_writer *writer;
	struct error *err;
};

static int write_event(void *context, struct event *event, const char *text, size_t length)
{
	struct output *output = context;
	char *copy = text ? xasprintf("%.*s", (int)length, text) : NULL;
	int result = trace_writer_add(output->writer, event, copy, output->err);

	free(copy);
	return result;
}

static int write_site(void *context, const uint64_t *frames, size_t count, uint32_t *ret_site)
{
	struct output *output = context;

	return trace_writer_site(output->writer, frames, count, ret_site, output->err);
}

static int write_module(void *context, const struct trace_module *module)
{
	struct output *output = context;

	return trace_writer_module(output->writer, module, output->err);
}

static int begin_writing(struct output *output, const struct wire_head *head, int fd,
	const char *name, const char *command, enum trace_written written)
{
	const struct trace_info info = {
		.program = command ? command
			   : head  ? head->program
				   : "",
		.python = wire_log_python(head),
		.recorder = "arenascope " ARENASCOPE_VERSION,
		.dropped = head ? head->dropped : 0,
		.written = written,
	};

	return trace_writer_new(&output->writer, fd, name, TRACE_BINARY, &info, output->err);
}

int logs_write(int log, int fd, const char *name, const char *command, uint64_t limit,
	struct wire_log_summary *ret_summary, struct error *err)
{
	struct output output = {.err = err};
	const struct wire_sink sink = {&output, write_event, write_site, write_module};
	struct stat status;
	struct error at_end;
	void *bytes = NULL;

	if (fstat(log, &status) < 0)
		return error_set(err, "%s: %s", name, strerror(errno));
	if (status.st_size > 0)
		bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, log, 0);
	if (bytes == MAP_FAILED)
		return error_set(err, "%s: %s", name, strerror(errno));
	struct wire_log *records = wire_log_new(&sink, limit);
	int result = bytes ? wire_log_extend(records, bytes, (size_t)status.st_size, err) : 0;
	if (result == 0)
		result = begin_writing(&output, wire_log_head(records), fd, name, command,
			TRACE_COMPLETE);
	if (result == 0)
		result = wire_log_give(records, UINT64_MAX);
	if (output.writer && trace_writer_finish(output.writer, &at_end) < 0 && result == 0)
		result = error_set(err, "%s", at_end.text);
	wire_log_summarise(records, ret_summary);
	wire_log_free(records);
	if (bytes)
		munmap(bytes, (size_t)status.st_size);
	return result;
}

/*
 * Opens a file without a name in the folder of `path`, so that nothing remains if this process is
 * killed; where the file system has no such files, a file with the name `name`.
 */
static int open_new(const char *path, const char *name, bool *ret_has_name)
{
	char *folder = xstrdup(path);
	int fd = open(dirname(folder), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	free(folder);
	*ret_has_name = fd < 0;
	return fd < 0 ? open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : fd;
}

static int give_name(int fd, const char *name)
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, link, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

int logs_replace(const char *path, const char *command, uint64_t limit,
	struct wire_log_summary *ret_summary, struct error *err)
{
	char *new = xasprintf("%s.%d.tmp", path, (int)getpid());
	bool has_name = false;
	int log = open(path, O_RDONLY | O_CLOEXEC);
	int fd = open_new(path, new, &has_name);
	int result = -1;

	if (log < 0 || fd < 0)
		error_set(err, "%s: %s", log < 0 ? path : new, strerror(errno));
	else
		result = logs_write(log, fd, new, command, limit, ret_summary, err);
	if (result == 0 && !has_name) {
		has_name = give_name(fd, new) == 0;
		result = has_name ? 0 : error_set(err, "%s: %s", new, strerror(errno));
	}
	if (result == 0 && rename(new, path) < 0)
		result = error_set(err, "%s: %s", path, strerror(errno));
	if (result < 0 && has_name)
		unlink(new);
	if (log >= 0)
		close(log);
	if (fd >= 0)
		close(fd);
	free(new);
	return result;
}

/* ---- children -------------------------------------------------------------------------------- */

/* Whether the file is a log of this session, and its process has ended. */
static bool is_ended_child(const char *path, uint64_t session, bool *ret_is_ours)
{
	struct wire_head head;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool is_whole = fd >= 0 && read(fd, &head, sizeof(head)) == sizeof(head);

	if (fd >= 0)
		close(fd);
	*ret_is_ours =
		is_whole && memcmp(head.magic, WIRE_MAGIC, 8) == 0 && head.session == session;
	return *ret_is_ours && kill((pid_t)head.owner, 0) < 0 && errno == ESRCH;
}

/* Quotes the text for glob(). */
static char *plainly(const char *text, size_t length)
{
	struct text plain = {0};

	for (size_t i = 0; i < length; i++)
		text_add(&plain, "%s%c", strchr("*?[]\\", text[i]) ? "\\" : "", text[i]);
	return text_detach(&plain);
}

unsigned logs_replace_children(const char *pattern, uint64_t session, uint32_t without)
{
	const char *hole = strstr(pattern, "%p");
	char *before = plainly(pattern, (size_t)(hole - pattern)),
	     *after = plainly(hole + 2, strlen(hole + 2));
	char *words = xasprintf("%s*%s", before, after);
	char *own =
		xasprintf("%.*s%" PRIu32 "%s", (int)(hole - pattern), pattern, without, hole + 2);
	unsigned count = 0;
	glob_t found;

	if (glob(words, GLOB_NOSORT, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++) {
			struct wire_log_summary summary;
			struct error err;
			bool is_ours;
			if (strcmp(found.gl_pathv[i], own) == 0)
				continue;
			if (is_ended_child(found.gl_pathv[i], session, &is_ours))
				logs_replace(found.gl_pathv[i], NULL, 0, &summary, &err);
			count += is_ours;
		}
		globfree(&found);
	}
	free(before);
	free(after);
	free(words);
	free(own);
	return count;
}

/* ---- a trace that grows ---------------------------------------------------------------------- */

struct log_stream {
	struct output output;
	struct wire_log *records;
	int log, fd;
	char *name, *command;
	/* version in the header written; NULL: no header yet */
	char *python;
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
	const struct wire_sink sink = {&stream->output, write_event, write_site, write_module};

	return wire_log_new(&sink, 0);
}

static int give(struct log_stream *stream, uint64_t until, struct error *err)
{
	if (wire_log_give(stream->records, until) < 0)
		return -1;
	return trace_writer_flush(stream->output.writer, err);
}

/* Writes the header, with the version of Python known so far. */
static int begin_stream(struct log_stream *stream, struct error *err)
{
	const struct wire_head *head = wire_log_head(stream->records);

	stream->output.err = err;
	free(stream->python);
	stream->python = xstrdup(wire_log_python(head));
	return begin_writing(&stream->output, head, stream->fd, stream->name, stream->command,
		TRACE_GROWING);
}

/*
 * A shell script has started Python: the trace is written again, with a header that says so, and
 * replaces the one without.
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
	if (strcmp(stream->python, wire_log_python(wire_log_head(stream->records))) != 0)
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
	free(stream->python);
	free(stream);
}
