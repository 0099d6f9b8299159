/* See processes.h. */
#include "plugin/processes.h"

#include "base/error.h"
#include "base/progress.h"
#include "base/xalloc.h"
#include "plugin/history.h"
#include "plugin/runner_path.h"

#include <elf.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KEEP_EVERY  256u  /* requests between sleeping copies, at least */
#define KEEP_PART   16u   /* and this part of what lies behind them */
#define RUN_PART    2     /* a run may take longer by the clock than its processor time */
#define RUN_SLICE   200   /* milliseconds of a run, after which it is said how long it takes */
#define LOADING_MS  20000 /* a busy machine, a large library */
#define OUTPUT_TAIL 4096  /* of what was printed during a call, the last bytes */

/* ---- talking ------------------------------------------------------------------------------- */

/* The runner's own clock ends a loop; this is for one that stopped its clock, or sleeps. */
static int patience(const struct processes *processes)
{
	uint64_t ms = UINT64_C(5000) + UINT64_C(10) * processes->config->milliseconds;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

/* Receives the next message; its size, 0 when the other end is closed, -1 on a timeout. */
static ssize_t hear(int fd, void *bytes, size_t size, int ms)
{
	struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
	struct timespec begin, now;
	int left = ms, n;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	while ((n = poll(&poll_fd, 1, left)) < 0 && errno == EINTR) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		int64_t passed = (now.tv_sec - begin.tv_sec) * 1000 +
				 (now.tv_nsec - begin.tv_nsec) / 1000000;
		left = passed < ms ? ms - (int)passed : 0;
	}
	if (n <= 0)
		return -1;
	ssize_t got = recv(fd, bytes, size, 0);
	return got < 0 ? 0 : got;
}

static void hear_reply(int fd, int ms, struct reply *ret_reply)
{
	ssize_t n = hear(fd, ret_reply, sizeof(*ret_reply), ms);

	if (n == (ssize_t)sizeof(*ret_reply) && ret_reply->kind <= REPLY_LAST) {
		ret_reply->words[sizeof(ret_reply->words) - 1] = '\0';
		return;
	}
	*ret_reply = (struct reply){.kind = n < 0 ? REPLY_SILENT : REPLY_GONE};
}

/* Whether the program understands us: one of another build of arenascope may have been left. */
static int check_version(int fd, const char *program, struct error *err)
{
	uint64_t version = 0;
	ssize_t n = hear(fd, &version, sizeof(version), LOADING_MS);

	if (n == (ssize_t)sizeof(version) && version == TALK_VERSION)
		return 0;
	return error_set(err,
		"%s does not belong to this arenascope; build or install both together", program);
}

static bool say(int fd, const struct call *call, int with_fd)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec bytes = {(void *)(uintptr_t)call, sizeof(*call)};
	struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};

	if (with_fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)),
			.cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&control.header), &with_fd, sizeof(int));
	}
	ssize_t n;
	while ((n = sendmsg(fd, &message, MSG_NOSIGNAL)) < 0 && errno == EINTR)
		;
	return n == (ssize_t)sizeof(*call);
}

/* ---- processes ----------------------------------------------------------------------------- */

/* "LD_LIBRARY_PATH=…", the only variable that a plug-in gets: others may be secrets. */
static char *find_libraries(void)
{
	for (char **variable = environ; *variable; variable++)
		if (strncmp(*variable, "LD_LIBRARY_PATH=", 16) == 0)
			return *variable;
	return NULL;
}

/*
 * In the new process: nothing of ours is open in it, it has no terminal, and its addresses are the
 * same each time.
 */
static _Noreturn void become_runner(const struct processes *processes, int socket, int lifeline,
	const char *program)
{
	const int expected[] = {[STDIN_FILENO] = open("/dev/null", O_RDONLY | O_CLOEXEC),
		[STDOUT_FILENO] = processes->output,
		[STDERR_FILENO] = processes->output,
		[TALK_SOCKET] = socket,
		[TALK_LIFELINE] = lifeline,
		[TALK_OBJECT] = processes->object};
	char heap[24], alignment[24], milliseconds[24], watched[24];
	int count = processes->library ? TALK_OBJECT : TALK_OBJECT + 1;
	int far[TALK_OBJECT + 1]; /* out of the way of each other */
	char *const environment[] = {find_libraries(), NULL};

	setsid();
	if (!processes->is_random)
		personality(ADDR_NO_RANDOMIZE);
	snprintf(heap, sizeof(heap), "%" PRIu64, processes->heap);
	snprintf(alignment, sizeof(alignment), "%" PRIu64, processes->alignment);
	snprintf(milliseconds, sizeof(milliseconds), "%u", processes->config->milliseconds);
	if (processes->begins_later)
		snprintf(watched, sizeof(watched), "later");
	else
		snprintf(watched, sizeof(watched), "%" PRIu64, processes->watched);
	for (int i = 0; i < count; i++)
		far[i] = fcntl(expected[i], F_DUPFD_CLOEXEC, TALK_OBJECT + 1);
	for (int i = 0; i < count; i++)
		dup2(far[i], i);
#ifdef SYS_close_range
	syscall(SYS_close_range, count, ~0u, 0);
#endif
	signal(SIGPIPE, SIG_DFL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execle(program, RUNNER_NAME, processes->library ? processes->library : "-", heap, alignment,
		milliseconds,
		processes->library        ? "unknown"
		: processes->init_is_bool ? "bool"
					  : "int",
		watched, (char *)NULL, environment);
	_exit(127);
}

/* Whether the object, a file of ELF, is for 32 bits. */
static bool has_32_bits(const struct processes *processes)
{
	unsigned char ident[EI_NIDENT] = {0};
	int fd = processes->library ? open(processes->library, O_RDONLY | O_CLOEXEC)
				    : processes->object;
	ssize_t n = pread(fd, ident, sizeof(ident), 0);

	if (processes->library && fd >= 0)
		close(fd);
	return n == (ssize_t)sizeof(ident) && memcmp(ident, ELFMAG, SELFMAG) == 0 &&
	       ident[EI_CLASS] == ELFCLASS32;
}

static int find_runner(const struct processes *processes, char *ret_path, size_t size,
	struct error *err)
{
	if (!has_32_bits(processes))
		return runner_find(ret_path, size, err);
	if (runner_find_32(ret_path, size))
		return 0;
	return error_set(err, "it is for 32 bits, which cannot be run here; compile without -m32");
}

static void drop_runner(struct processes *processes, size_t at)
{
	close(processes->runners[at].fd);
	memmove(&processes->runners[at], &processes->runners[at + 1],
		(--processes->nrunners - at) * sizeof(*processes->runners));
}

/* Kills all of them. */
static void dismiss(struct processes *processes)
{
	while (processes->nrunners > 0)
		drop_runner(processes, processes->nrunners - 1);
	if (processes->keeper > 0) {
		close(processes->lifeline);
		while (waitpid(processes->keeper, NULL, 0) < 0 && errno == EINTR)
			;
	}
	processes->keeper = 0;
	processes->last_kept = 0;
}

/* Sockets to the root, and to its keeper; ours come first. */
static bool open_sockets(int talk[2], int lifeline[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, talk) < 0)
		return false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lifeline) == 0)
		return true;
	close(talk[0]);
	close(talk[1]);
	return false;
}

int processes_start(struct processes *processes, struct reply *ret_ready, struct error *err)
{
	char program[PATH_MAX];
	int talk[2], lifeline[2];

	assert(processes->nrunners == 0); /* they would be forgotten, and go on */
	if (processes->output <= 0)
		processes->output = memfd_create("output", MFD_CLOEXEC);
	if (find_runner(processes, program, sizeof(program), err) < 0)
		return -1;
	if (processes->output < 0 || fcntl(processes->output, F_SETFL, O_APPEND) < 0 ||
		!open_sockets(talk, lifeline))
		return error_set(err, "%s", strerror(errno));
	pid_t keeper = fork();
	if (keeper == 0)
		become_runner(processes, talk[1], lifeline[1], program);
	close(talk[1]);
	close(lifeline[1]);
	if (keeper < 0) {
		close(talk[0]);
		close(lifeline[0]);
		return error_set(err, "cannot start a process: %s", strerror(errno));
	}
	processes->keeper = keeper;
	processes->lifeline = lifeline[0];
	processes->runners[0] = (struct runner){.fd = talk[0], .node = NODE_START, .is_kept = true};
	processes->nrunners = 1;
	if (check_version(talk[0], program, err) < 0) {
		dismiss(processes);
		return -1;
	}
	hear_reply(talk[0], LOADING_MS + patience(processes), ret_ready);
	return 0;
}

void processes_finish(struct processes *processes)
{
	dismiss(processes);
	if (processes->output > 0)
		close(processes->output);
	processes->output = 0;
}

/* ---- copies -------------------------------------------------------------------------------- */

/* A copy of a runner, not among the others yet; fd -1: none can be made. */
static struct runner copy_of(const struct processes *processes, const struct runner *original)
{
	struct runner copy = {.fd = -1, .node = original->node};
	struct reply ready;
	int sockets[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return copy;
	bool is_said = say(original->fd, &(struct call){.kind = CALL_FORK}, sockets[1]);
	close(sockets[1]);
	if (is_said)
		hear_reply(sockets[0], LOADING_MS, &ready);
	if (is_said && ready.kind == REPLY_READY)
		copy.fd = sockets[0];
	else
		close(sockets[0]);
	return copy;
}

static const struct history_node *node_at(const struct processes *processes, uint32_t node)
{
	return &processes->nodes->at.items[node];
}

static uint32_t depth_of(const struct processes *processes, size_t runner)
{
	return node_at(processes, processes->runners[runner].node)->depth;
}

/* Finds a runner that is neither kept nor the furthest: a leftover of a jump. */
static bool find_visitor(const struct processes *processes, size_t *ret_runner)
{
	size_t furthest = 0, found = 0;

	for (size_t i = 1; i < processes->nrunners; i++) {
		if (processes->runners[i].is_kept)
			continue;
		bool is_further =
			furthest == 0 || depth_of(processes, i) > depth_of(processes, furthest);
		if (furthest > 0)
			found = is_further ? furthest : i;
		if (is_further)
			furthest = i;
	}
	*ret_runner = found;
	return found > 0;
}

/* The kept runner that is closest to another, relative to how far back it is. */
static size_t most_crowded(const struct processes *processes)
{
	uint32_t deepest = 0;
	double least = 2;
	size_t found = processes->nrunners - 1;

	for (size_t i = 0; i < processes->nrunners; i++)
		deepest = depth_of(processes, i) > deepest ? depth_of(processes, i) : deepest;
	for (size_t i = 1; i < processes->nrunners; i++) {
		uint32_t depth = depth_of(processes, i), before = 0;
		for (size_t j = 0; j < processes->nrunners; j++)
			if (j != i && depth_of(processes, j) <= depth &&
				depth_of(processes, j) > before)
				before = depth_of(processes, j);
		double gap = (double)(depth - before) / (double)(deepest - before + 1);
		if (processes->runners[i].is_kept && gap < least) {
			least = gap;
			found = i;
		}
	}
	return found;
}

/* Makes room for one more. */
static void make_room(struct processes *processes)
{
	size_t visitor;

	if (find_visitor(processes, &visitor))
		drop_runner(processes, visitor);
	else if (processes->nrunners == RUNNERS_MAX)
		drop_runner(processes, most_crowded(processes));
}

static bool is_ancestor(const struct processes *processes, uint32_t ancestor, uint32_t node)
{
	uint32_t depth = node_at(processes, ancestor)->depth;

	while (node_at(processes, node)->depth > depth)
		node = node_at(processes, node)->parent;
	return node == ancestor;
}

/* The runner at the node, or the nearest before it; preferably one that need not be copied. */
static size_t nearest_runner(const struct processes *processes, uint32_t node)
{
	size_t nearest = 0;

	for (size_t i = 1; i < processes->nrunners; i++) {
		uint32_t depth = depth_of(processes, i), best = depth_of(processes, nearest);
		bool is_nearer = depth > best || (depth == best && !processes->runners[i].is_kept);
		if (is_nearer && depth <= node_at(processes, node)->depth &&
			is_ancestor(processes, processes->runners[i].node, node))
			nearest = i;
	}
	return nearest;
}

struct call call_of(const struct history_node *node)
{
	return (struct call){.kind = node->kind,
		.address = node->asked_address,
		.size = node->asked_size,
		.alignment = node->alignment ? UINT64_C(1) << (node->alignment - 1) : 0};
}

static bool is_lost(uint64_t kind)
{
	return kind < REPLY_DONE || kind == REPLY_CRASHED || kind == REPLY_LOOPS ||
	       kind == REPLY_EXITED || kind == REPLY_FORBIDDEN || kind >= REPLY_GONE;
}

static void ask(const struct processes *processes, const struct runner *runner,
	const struct call *call, struct reply *ret_reply)
{
	ret_reply->kind = REPLY_GONE;
	if (say(runner->fd, call, -1))
		hear_reply(runner->fd, patience(processes), ret_reply);
}

/*
 * Makes again what was asked between the runner and the node; false with a reply that says what
 * went wrong.
 */
static bool walk(const struct processes *processes, struct runner *runner, uint32_t node,
	struct reply *ret_reply)
{
	ARRAY(uint32_t) way = {0};
	bool is_fine = true;

	for (uint32_t at = node; at != runner->node; at = node_at(processes, at)->parent)
		*array_push(&way) = at;
	while (is_fine && way.count > 0) {
		const struct history_node *next = node_at(processes, way.items[--way.count]);
		const struct call call = call_of(next);
		ask(processes, runner, &call, ret_reply);
		bool is_same = next->failure || (ret_reply->kind == REPLY_DONE &&
							ret_reply->address == next->address);
		is_fine = is_same && !is_lost(ret_reply->kind);
		if (!is_same && ret_reply->kind != REPLY_SILENT)
			ret_reply->kind = REPLY_DIFFERS;
		runner->node = way.items[way.count];
	}
	array_finish(&way);
	return is_fine;
}

/* A copy of that one becomes the last of the processes. */
static bool add_copy(struct processes *processes, uint32_t node)
{
	make_room(processes);
	size_t original = nearest_runner(processes, node);
	const struct runner copy = copy_of(processes, &processes->runners[original]);

	if (copy.fd < 0) {
		dismiss(processes);
		return false;
	}
	processes->runners[processes->nrunners++] = copy;
	return true;
}

/* A runner at the node, the last of the processes; false with a reply that says why not. */
static bool bring(struct processes *processes, uint32_t node, bool keep, struct reply *ret_reply)
{
	ret_reply->kind = REPLY_GONE;
	if (processes->nrunners == 0) {
		dismiss(processes);
		if (processes_start(processes, ret_reply, NULL) < 0 ||
			ret_reply->kind != REPLY_READY)
			return false;
	}
	const struct runner *last = &processes->runners[processes->nrunners - 1];
	uint32_t apart = processes->last_kept / KEEP_PART > KEEP_EVERY
				 ? processes->last_kept / KEEP_PART
				 : KEEP_EVERY;
	bool is_due = keep && node_at(processes, node)->depth >= processes->last_kept + apart;
	if (!is_due && !last->is_kept && last->node == node) /* as it is nearly always */
		return true;

	size_t nearest = nearest_runner(processes, node);
	if (is_due) {
		processes->last_kept = depth_of(processes, nearest);
		processes->runners[nearest].is_kept = true;
	}
	if (processes->runners[nearest].is_kept) {
		if (!add_copy(processes, node))
			return false;
	} else {
		const struct runner runner = processes->runners[nearest];
		memmove(&processes->runners[nearest], &processes->runners[nearest + 1],
			(processes->nrunners - 1 - nearest) * sizeof(runner));
		processes->runners[processes->nrunners - 1] = runner;
	}
	if (walk(processes, &processes->runners[processes->nrunners - 1], node, ret_reply))
		return true;
	if (ret_reply->kind == REPLY_SILENT)
		dismiss(processes);
	else
		drop_runner(processes, processes->nrunners - 1);
	return false;
}

/* ---- calls --------------------------------------------------------------------------------- */

static uint64_t output_length(const struct processes *processes)
{
	off_t length = lseek(processes->output, 0, SEEK_END);

	return length > 0 ? (uint64_t)length : 0;
}

/* From there on, which may be what a forged reply says. */
static void read_output(const struct processes *processes, uint64_t from, struct text *output)
{
	char bytes[OUTPUT_TAIL];
	uint64_t end = output_length(processes);

	if (from >= end)
		return;
	if (end - from > sizeof(bytes))
		from = end - sizeof(bytes);
	ssize_t n = pread(processes->output, bytes, end - from, (off_t)from);
	if (n > 0)
		text_add_bytes(output, bytes, (size_t)n);
}

void processes_add_output(const struct processes *processes, struct text *output)
{
	read_output(processes, 0, output);
}

void processes_call(struct processes *processes, uint32_t node, const struct call *call, bool keep,
	struct reply *ret_reply, struct text *output)
{
	*ret_reply = (struct reply){.kind = REPLY_GONE};
	if (!bring(processes, node, keep, ret_reply))
		return;

	uint64_t printed = output ? output_length(processes) : 0;
	ask(processes, &processes->runners[processes->nrunners - 1], call, ret_reply);
	if (output && ret_reply->kind != REPLY_DONE)
		read_output(processes, printed, output);
	if (ret_reply->kind == REPLY_SILENT)
		dismiss(processes);
	else if (is_lost(ret_reply->kind))
		drop_runner(processes, processes->nrunners - 1);
}

void processes_moved(struct processes *processes, uint32_t node)
{
	if (processes->nrunners > 1)
		processes->runners[processes->nrunners - 1].node = node;
}

bool processes_hear_items(struct processes *processes, struct description_item *items, size_t count)
{
	const struct runner *runner = &processes->runners[processes->nrunners - 1];

	for (size_t got = 0; got < count;) {
		size_t n = count - got < TALK_ITEMS ? count - got : TALK_ITEMS,
		       bytes = n * sizeof(*items);
		if (hear(runner->fd, &items[got], bytes, patience(processes)) != (ssize_t)bytes) {
			dismiss(processes);
			return false;
		}
		got += n;
	}
	return true;
}

int processes_begin_run(struct processes *processes, const struct call *call, int file)
{
	struct reply ready;

	if (processes->nrunners == 0 &&
		(processes_start(processes, &ready, NULL) < 0 || ready.kind != REPLY_READY))
		return -1;
	struct runner runner = copy_of(processes, &processes->runners[0]);
	if (runner.fd < 0 || say(runner.fd, call, file))
		return runner.fd;
	close(runner.fd);
	return -1;
}

bool processes_hear_run(int run, int milliseconds, struct reply *ret_reply)
{
	hear_reply(run, milliseconds, ret_reply);
	return ret_reply->kind != REPLY_SILENT;
}

/* Many calls, of which nothing is heard before the last. The runner's own clock ends them. */
static void hear_run(int run, uint64_t limit, struct reply *ret_reply)
{
	for (uint64_t passed = 0; passed < limit; passed += RUN_SLICE) {
		progress_say("calling the allocator", "seconds", passed / 1000, 0);
		hear_reply(run, RUN_SLICE, ret_reply);
		if (ret_reply->kind != REPLY_SILENT)
			break;
	}
	progress_end();
}

void processes_run(struct processes *processes, const struct call *call, int file,
	struct reply *ret_reply, struct text *output)
{
	int run = processes_begin_run(processes, call, file);

	*ret_reply = (struct reply){.kind = REPLY_GONE};
	if (run >= 0) {
		hear_run(run, call->limit * RUN_PART + (uint64_t)patience(processes), ret_reply);
		close(run);
	}
	if (output)
		read_output(processes, ret_reply->printed, output);
	if (ret_reply->kind == REPLY_SILENT)
		dismiss(processes);
}

void processes_forget(struct processes *processes)
{
	while (processes->nrunners > 0)
		drop_runner(processes, processes->nrunners - 1);
	if (processes->output > 0)
		close(processes->output);
	if (processes->keeper > 0)
		close(processes->lifeline);
	processes->output = 0;
	processes->keeper = 0;
	processes->last_kept = 0;
}
