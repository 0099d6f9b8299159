/*
 * `arenascope record`: runs a program under the preloaded shim, drains what it records, and writes
 * a trace when it has ended, however it ended.
 */
#include "arenascope/trace.h"
#include "base/arrays.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "cmd/cmd.h"
#include "recorder/collector.h"
#include "trace/resolve.h"

#include <assert.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SHIM_NAME   "libarenascope-record.so"
#define DRAIN_PAUSE 1000000	/* nanoseconds */
#define NOT_FOUND   127

static_assert((int)WIRE_MALLOC == (int)CALL_MALLOC && (int)WIRE_PVALLOC == (int)CALL_PVALLOC,
	"the shim's numbers are those of the traces");

static const struct option_spec options[] = {
	{.name = "output", .letter = 'o', .type = OPTION_TEXT, .value = "FILE",
		.help = "where the trace goes (default PROGRAM.trace here, numbered when it exists)"},
	{0},
};

/* ---- the program --------------------------------------------------------------------------- */

/* What is known of the program before it starts. */
struct target {
	char path[PATH_MAX];
	char interpreter[PATH_MAX];	/* of a script; else the same file */
	bool is_python;
	char python[24];	/* "3.11" when its name tells */
};

static bool find_in_path(const char *name, char *ret_path, size_t size)
{
	const char *folders = getenv("PATH");

	if (strchr(name, '/')) {
		snprintf(ret_path, size, "%s", name);
		return access(ret_path, X_OK) == 0;
	}
	for (const char *at = folders ? folders : "/usr/bin:/bin"; *at;) {
		size_t length = strcspn(at, ":");
		struct stat status;
		snprintf(ret_path, size, "%.*s/%s", (int)length, at, name);
		if (access(ret_path, X_OK) == 0 && stat(ret_path, &status) == 0 && S_ISREG(status.st_mode))
			return true;
		at += length + (at[length] == ':');
	}
	return false;
}

/*
 * A dynamic executable has an interpreter segment; a static one has none, and cannot be preloaded
 * into.
 */
static bool is_static(const unsigned char *head, int fd)
{
	Elf64_Ehdr elf;
	Elf64_Phdr segment;

	memcpy(&elf, head, sizeof(elf));
	if (elf.e_ident[EI_CLASS] != ELFCLASS64)
		return false;
	for (unsigned i = 0; i < elf.e_phnum; i++) {
		off_t at = (off_t)(elf.e_phoff + (uint64_t)i * elf.e_phentsize);
		if (pread(fd, &segment, sizeof(segment), at) != sizeof(segment))
			return false;
		if (segment.p_type == PT_INTERP)
			return false;
	}
	return true;
}

/* "#!/usr/bin/env python3" → python3 */
static void read_interpreter(const char *line, char *ret_path, size_t size)
{
	char words[256], name[256] = "", argument[256] = "";

	snprintf(words, sizeof(words), "%.*s", (int)strcspn(line, "\n"), line);
	sscanf(words, "%255s %255s", name, argument);
	const char *base = strrchr(name, '/');
	if (base && strcmp(base, "/env") == 0 && argument[0] && find_in_path(argument, ret_path, size))
		return;
	snprintf(ret_path, size, "%s", name);
}

static void look_for_python(struct target *target)
{
	char real[PATH_MAX];
	const char *path = realpath(target->interpreter, real) ? real : target->interpreter;
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	unsigned major, minor;

	const char *plain = strrchr(target->interpreter, '/')
				    ? strrchr(target->interpreter, '/') + 1
				    : target->interpreter;

	/* A launcher of that name becomes Python in the end. */
	target->is_python = strncmp(base, "python", 6) == 0 || strncmp(plain, "python", 6) == 0 ||
		strncmp(strrchr(target->path, '/') ? strrchr(target->path, '/') + 1 : target->path, "python", 6) == 0;
	if (strncmp(base, "python", 6) == 0 && sscanf(base, "python%u.%u", &major, &minor) == 2)
		snprintf(target->python, sizeof(target->python), "%u.%u", major, minor);
}

static int inspect(const char *path, struct error *err)
{
	unsigned char head[256] = {0};
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result = 0;

	if (fd < 0 || fstat(fd, &status) < 0 || pread(fd, head, sizeof(head), 0) < 0) {
		if (fd >= 0)
			close(fd);
		return 0;	/* cannot be read, but perhaps run */
	}
	if ((status.st_mode & (S_ISUID | S_ISGID)) && geteuid() != 0)
		result = error_set(err,
			"record: %s is set-user-ID: the system does not let it be preloaded into",
			path);
	else if (memcmp(head, ELFMAG, SELFMAG) == 0 && is_static(head, fd))
		result = error_set(err, "record: %s is statically linked: there is nothing to preload into", path);
	close(fd);
	return result;
}

static int find_target(struct target *target, const char *name, struct error *err)
{
	char head[256] = "";
	ssize_t n = -1;

	if (!find_in_path(name, target->path, sizeof(target->path))) {
		error_set(err, "record: %s: %s", name,
			strchr(name, '/') ? strerror(errno) : "there is no such program");
		return -1;
	}
	int fd = open(target->path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, head, sizeof(head) - 1);
		close(fd);
	}
	snprintf(target->interpreter, sizeof(target->interpreter), "%s", target->path);
	if (n > 2 && head[0] == '#' && head[1] == '!')
		read_interpreter(head + 2, target->interpreter, sizeof(target->interpreter));
	look_for_python(target);
	return inspect(target->interpreter, err);
}

/* Beside the program in a build folder, or where it was installed. */
static int find_shim(char *ret_path, size_t size, struct error *err)
{
	static const char *const places[] = {"src/recorder/" SHIM_NAME, "../lib/arenascope/" SHIM_NAME,
		"../lib/x86_64-linux-gnu/arenascope/" SHIM_NAME, "../lib64/arenascope/" SHIM_NAME};
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		const char *folder = dirname(self);
		for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
			snprintf(ret_path, size, "%s/%s", folder, places[i]);
			if (access(ret_path, R_OK) == 0)
				return 0;
		}
	}
	return error_set(err, "record: %s is not found beside this program", SHIM_NAME);
}

/* In the child: the environment of the recording, then the program. */
static void become(const struct target *target, char *const *argv, const char *shim, int rings)
{
	const char *before = getenv("LD_PRELOAD");
	char *preload = before && *before ? xasprintf("%s:%s", shim, before) : xstrdup(shim);
	char number[16];

	snprintf(number, sizeof(number), "%d", rings);
	setenv("LD_PRELOAD", preload, 1);
	setenv(WIRE_FD_VARIABLE, number, 1);
	if (target->is_python && !getenv("PYTHONMALLOC"))
		setenv("PYTHONMALLOC", "malloc", 1);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	execv(target->path, argv);
	fprintf(stderr, "arenascope: record: %s: %s\n", target->path, strerror(errno));
	_exit(NOT_FOUND);
}

/* Drains until the program has ended; gives its wait status. */
static int follow(struct collector *collector, pid_t child, int *ret_status, struct error *err)
{
	const struct timespec pause = {0, DRAIN_PAUSE};

	for (;;) {
		pid_t ended = waitpid(child, ret_status, WNOHANG);
		if (collector_drain(collector) < 0)
			return error_set(err, "record: the temporary file cannot be written: %s", strerror(errno));
		if (ended == child)
			return 0;
		if (ended < 0 && errno != EINTR)
			return error_set(err, "record: %s", strerror(errno));
		nanosleep(&pause, NULL);
	}
}

/* ---- the trace ----------------------------------------------------------------------------- */

static uint64_t clock_now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t stamp_now(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#else
	return 0;
#endif
}

/* From stamps to nanoseconds: two moments at which both clocks were read. */
struct clocks {
	uint64_t stamp, time;	/* at the start */
	double ratio;		/* nanoseconds a stamp; 0: not known */
};

struct conversion {
	struct collector *collector;
	struct resolver *resolver;
	struct trace_writer *writer;
	struct clocks clocks;
	ARRAY(struct wire_record) pending;	/* by thread: a realloc that is under way; call 0: none */
	ARRAY(bool) done;			/* by thread: its next record was written already */
	size_t npending;
	uint64_t events;
	uint64_t live_bytes;
	uint64_t *sizes;	/* by object */
	size_t sizes_room;
	struct error *err;
};

static unsigned call_of(const struct wire_record *record)
{
	return record->size_and_call & 0xFF;
}

/* The bytes that are live at the end, for the summary. */
static void account(struct conversion *now, const struct event *event)
{
	if (event->object == OBJECT_NONE || (event->flags & EVENT_FAILED))
		return;
	if (event->object >= now->sizes_room) {
		size_t room = now->sizes_room ? now->sizes_room * 2 : 4096;
		while (room <= event->object)
			room *= 2;
		now->sizes = xreallocarray(now->sizes, room, sizeof(*now->sizes));
		memset(now->sizes + now->sizes_room, 0, (room - now->sizes_room) * sizeof(*now->sizes));
		now->sizes_room = room;
	}
	now->live_bytes -= now->sizes[event->object];
	now->sizes[event->object] = event->kind == EVENT_FREE ? 0 : event->size;
	now->live_bytes += now->sizes[event->object];
}

static int write_record(struct conversion *now, const struct wire_record *record, uint32_t thread)
{
	static const uint8_t kinds[] = {
		[CALL_MALLOC] = EVENT_ALLOCATE,
		[CALL_CALLOC] = EVENT_ALLOCATE,
		[CALL_REALLOC] = EVENT_REALLOCATE,
		[CALL_REALLOCARRAY] = EVENT_REALLOCATE,
		[CALL_FREE] = EVENT_FREE,
		[CALL_ALIGNED_ALLOC] = EVENT_ALLOCATE,
		[CALL_POSIX_MEMALIGN] = EVENT_ALLOCATE,
		[CALL_MEMALIGN] = EVENT_ALLOCATE,
		[CALL_VALLOC] = EVENT_ALLOCATE,
		[CALL_PVALLOC] = EVENT_ALLOCATE,
	};
	unsigned call = call_of(record);
	struct event event = {
		.kind = kinds[call],
		.call = (uint8_t)call,
		.address = record->address,
		.size = record->size_and_call >> 8,
		.object = OBJECT_NONE,
		.thread = thread,
		.text = TEXT_NONE,
	};

	if (event.kind == EVENT_REALLOCATE)
		event.old_address = record->other;
	else if (event.kind == EVENT_ALLOCATE && record->other && (record->other & (record->other - 1)) == 0)
		event.alignment = record->other;
	if (now->clocks.ratio > 0) {
		double nanoseconds = (double)(record->stamp - now->clocks.stamp) * now->clocks.ratio;
		event.time = record->stamp > now->clocks.stamp ? (uint64_t)(nanoseconds / 1000) * 1000 : 0;
		event.flags = EVENT_HAS_TIME;
	}
	resolver_take(now->resolver, &event);
	account(now, &event);
	now->events++;
	return trace_writer_add(now->writer, &event, NULL, now->err);
}

static void make_room(struct conversion *now, uint32_t thread)
{
	while (now->pending.count <= thread)
		array_push(&now->pending);
	while (now->done.count <= thread)
		array_push(&now->done);
}

/*
 * A block is about to move.  Somewhere between this record and the next of its thread it has taken
 * its new address and then given up the old one: the event is written with the second record, or
 * just before somebody else is given the old address.
 */
static void begin_realloc(struct conversion *now, uint32_t thread)
{
	const struct wire_record *realloc = collector_peek(now->collector, thread);

	if (!realloc)	/* the program ended within the call */
		return;
	now->pending.items[thread] = *realloc;
	now->npending++;
}

static int settle_pending(struct conversion *now, uint64_t address);

static int finish_realloc(struct conversion *now, uint32_t thread)
{
	struct wire_record record = now->pending.items[thread];

	now->pending.items[thread] = (struct wire_record){0};
	now->npending--;
	now->done.items[thread] = true;
	/* Its new address may be one that another block is leaving. */
	if (now->npending > 0 && settle_pending(now, record.address) < 0)
		return -1;
	return write_record(now, &record, thread);
}

/* The address is about to be given to somebody: a block that is on its way out of it has left. */
static int settle_pending(struct conversion *now, uint64_t address)
{
	for (uint32_t i = 0; now->npending > 0 && i < now->pending.count; i++) {
		const struct wire_record *record = &now->pending.items[i];
		if (call_of(record) != 0 && record->other == address && finish_realloc(now, i) < 0)
			return -1;
	}
	return 0;
}

/* The program has become another: what was live went with its address space. */
static int write_exec(struct conversion *now)
{
	const struct event mark = {.kind = EVENT_MARK, .object = OBJECT_NONE, .text = 0};
	uint64_t address;
	size_t at = 0;

	while (resolver_next_live(now->resolver, &at, &address)) {
		struct event event = {.kind = EVENT_FREE, .address = address, .object = OBJECT_NONE, .text = TEXT_NONE};
		resolver_take(now->resolver, &event);
		account(now, &event);
		now->events++;
		if (trace_writer_add(now->writer, &event, NULL, now->err) < 0)
			return -1;
	}
	now->events++;
	return trace_writer_add(now->writer, &mark, "exec: another program begins", now->err);
}

static int convert_record(struct conversion *now, const struct wire_record *record, uint32_t thread)
{
	make_room(now, thread);
	if (call_of(record) == WIRE_REALLOC_BEGINS) {
		begin_realloc(now, thread);
		return 0;
	}
	if (call_of(&now->pending.items[thread]) != 0 && finish_realloc(now, thread) < 0)
		return -1;
	if (now->done.items[thread]) {
		now->done.items[thread] = false;
		return 0;
	}
	if (call_of(record) == WIRE_EXEC)
		return write_exec(now);
	if (call_of(record) > CALL_PVALLOC || call_of(record) == 0)
		return 0;	/* a torn record of a killed program */
	if (now->npending > 0 && call_of(record) != CALL_FREE && settle_pending(now, record->address) < 0)
		return -1;
	return write_record(now, record, thread);
}

static int write_trace(struct conversion *now)
{
	struct wire_record record;
	uint32_t thread;
	int result = 0;

	if (collector_begin_reading(now->collector) < 0)
		return error_set(now->err, "record: %s", strerror(errno));
	now->resolver = resolver_new();
	while (result == 0 && collector_next(now->collector, &record, &thread))
		result = convert_record(now, &record, thread);
	resolver_free(now->resolver);
	array_finish(&now->pending);
	array_finish(&now->done);
	free(now->sizes);
	return result;
}

/* ---- the command --------------------------------------------------------------------------- */

/* Creates the output: a name that was given is overwritten, one that was not is numbered. */
static int open_output(const struct cmd_call *call, const char *program, char *ret_path, size_t size,
	struct error *err)
{
	const char *given = options_text(call->options, "output");
	int fd;

	if (given) {
		snprintf(ret_path, size, "%s", given);
		fd = open(ret_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		return fd < 0 ? error_set(err, "%s: %s", ret_path, strerror(errno)) : fd;
	}
	const char *base = strrchr(program, '/') ? strrchr(program, '/') + 1 : program;
	for (unsigned number = 1; number < 10000; number++) {
		if (number == 1)
			snprintf(ret_path, size, "%s.trace", base);
		else
			snprintf(ret_path, size, "%s.%u.trace", base, number);
		fd = open(ret_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			break;
	}
	return error_set(err, "%s: %s", ret_path, strerror(errno));
}

static void tell(const char *path, const struct conversion *now, int fd, const struct target *target, int status)
{
	struct units events, live, size;
	struct stat file = {0};

	fstat(fd, &file);
	if (WIFSIGNALED(status))
		fprintf(stderr, "arenascope: the program was ended by signal %d (%s)\n", WTERMSIG(status),
			strsignal(WTERMSIG(status)));
	if (!collector_is_attached(now->collector))
		fprintf(stderr, "arenascope: nothing was recorded: the program never loaded the recorder\n");
	if (collector_dropped(now->collector))
		fprintf(stderr,
			"arenascope: %" PRIu64
			" events were lost: the recorder could not keep up\n",
			collector_dropped(now->collector));
	if (target->is_python)
		fprintf(stderr, "arenascope: a Python program: run with PYTHONMALLOC=%s, so that object requests "
				"are seen\n",
			getenv("PYTHONMALLOC") ? getenv("PYTHONMALLOC") : "malloc");
	fprintf(stderr, "arenascope: %s events, %s live at the end, %s in %s\n",
		units_count(&events, now->events), units_bytes(&live, now->live_bytes),
		units_bytes(&size, (uint64_t)file.st_size), path);
	fprintf(stderr, "arenascope: to watch it:  arenascope play %s\n", path);
}

static char *command_line(const struct cmd_call *call)
{
	struct text text = {0};

	for (int i = 0; i < call->nwords; i++)
		text_add(&text, "%s%s", i ? " " : "", call->words[i]);
	return text_detach(&text);
}

static int record(const struct cmd_call *call, const struct target *target, struct collector *collector, int fd,
	const char *path, const char *shim, struct error *err)
{
	struct clocks clocks = {stamp_now(), clock_now(), 0};
	char *line = command_line(call);
	const struct trace_info info = {
		.program = line,
		.python = target->python,
		.recorder = "arenascope " ARENASCOPE_VERSION,
	};
	struct conversion now = {.collector = collector, .err = err};
	int status = 0, result = -1;

	fflush(NULL);
	signal(SIGINT, SIG_IGN);	/* meant for the program; what it recorded is still written */
	pid_t child = fork();
	if (child == 0)
		become(target, (char *const *)(uintptr_t)call->words, shim, collector_fd(collector));
	if (child < 0) {
		error_set(err, "record: %s", strerror(errno));
		goto out;
	}
	if (follow(collector, child, &status, err) < 0)
		goto out;

	uint64_t stamps = stamp_now() - clocks.stamp;
	clocks.ratio = stamps ? (double)(clock_now() - clocks.time) / (double)stamps : 0;
	now.clocks = clocks;
	struct trace_info whole = info;
	whole.dropped = collector_dropped(collector);
	if (trace_writer_new(&now.writer, fd, path, TRACE_BINARY, &whole, err) < 0)
		goto out;
	result = write_trace(&now);
	struct error at_end;
	if (trace_writer_finish(now.writer, &at_end) < 0 && result == 0)
		result = error_set(err, "%s", at_end.text);
	if (result == 0)
		tell(path, &now, fd, target, status);
out:
	free(line);
	if (result < 0)
		return EXIT_TROUBLE;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct target target = {0};
	char shim[PATH_MAX + 64], path[PATH_MAX];

	if (call->nwords == 0) {
		error_set(err, "record: which program?");
		return EXIT_USAGE;
	}
	if (find_shim(shim, sizeof(shim), err) < 0)
		return EXIT_TROUBLE;
	if (find_target(&target, call->words[0], err) < 0) {
		bool is_missing = access(target.path, X_OK) != 0;
		fprintf(stderr, "arenascope: %s\n", err->text);
		err->text[0] = '\0';
		return is_missing ? NOT_FOUND : EXIT_TROUBLE;
	}
	int fd = open_output(call, call->words[0], path, sizeof(path), err);
	if (fd < 0)
		return EXIT_TROUBLE;

	struct collector *collector = collector_new();
	int status = EXIT_TROUBLE;
	if (collector)
		status = record(call, &target, collector, fd, path, shim, err);
	else
		error_set(err, "record: the rings cannot be made: %s", strerror(errno));
	collector_free(collector);
	close(fd);
	return status;
}

const struct cmd cmd_record = {
	.name = "record",
	.summary = "run a program and record what it asks of its allocator",
	.usage = "[OPTIONS] -- PROGRAM [ARGUMENTS]",
	.details =
		"The exit status is the program's.  Python programs run with PYTHONMALLOC=malloc, "
		"so that the requests of\n"
		"their objects are seen.  Programs that the recorded one starts are left alone.\n",
	.options = options,
	.flags = CMD_STOPS_AT_WORD,
	.run = run,
};
