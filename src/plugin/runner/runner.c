/*
 * The process in which a plug-in allocator runs: it loads the plug-in, passes requests on to it,
 * and after each checks that every promise to the program still holds. It ends where its socket
 * does.
 */
#include "plugin/compilation.h"
#include "plugin/confinement.h"
#include "plugin/keeper.h"
#include "plugin/protocol.h"
#include "plugin/runner/accesses.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/block_chain.h"
#include "plugin/runner/clock.h"
#include "plugin/runner/descriptions.h"
#include "plugin/runner/faults.h"
#include "plugin/runner/grading.h"
#include "plugin/runner/heap.h"
#include "plugin/runner/loading.h"
#include "plugin/runner/own_words.h"
#include "plugin/runner/race.h"
#include "plugin/runner/requests.h"
#include "plugin/runner/state.h"
#include "plugin/runner/watch.h"
#include "plugin/runner_path.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OUTPUT_MAX (1u << 20) /* bytes that the plug-in may print */
#define MEMORY_MAX (UINT64_C(8) << 30)
#define CPU_MAX    3600u /* seconds; the clock is the fence that matters */

struct self self;

static void say_version(void)
{
	const uint64_t version = TALK_VERSION;

	while (send(TALK_SOCKET, &version, sizeof(version), MSG_NOSIGNAL) < 0 && errno == EINTR)
		;
}

static void say_ready(void)
{
	const struct arenascope_plugin *plugin = self.allocator.plugin;
	struct reply reply = {.kind = REPLY_READY,
		.detail = plugin && plugin->describe ? 1u : 0u,
		.other = self.confined,
		.size = (uint64_t)self.begun};

	snprintf(reply.words, sizeof(reply.words), "%s",
		plugin && plugin->name ? plugin->name : "");
	answer(&reply);
}

/* The copy continues with the other socket; this process sleeps until its next call. */
static void fork_to(int fd)
{
	fflush(NULL);
	long child = gate_call(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (child == 0) {
		begin_answers();
		dup2(fd, TALK_SOCKET);
		close(fd);
		start_clock();
		say_ready();
		return;
	}
	close(fd); /* child < 0: closing tells the other end that there is no copy */
}

/* What is done with the steps of a file, whose descriptor came with the call. */
static const struct {
	uint32_t kind;
	void (*run)(int fd, const struct call *call);
} deeds[] = {
	{CALL_RACE, race},
	{CALL_GRADE, grade},
	{CALL_EXAMINE, examine},
	{CALL_TRY, try},
	{CALL_WATCH, watch_last_step},
	{CALL_OWN_WORDS, look_at_own_words},
	{CALL_LAYOUT, find_layout},
	{CALL_BLOCKS, walk_blocks},
	{CALL_ACCESSES, follow_last_step},
	{CALL_LAST_CHANGE, find_last_change},
};

static void hear_out(const struct call *call, int fd)
{
	struct reply reply = {.kind = REPLY_DONE};

	if (call->kind == CALL_FORK) {
		fork_to(fd);
		return;
	}
	if (call->kind == CALL_DESCRIBE) {
		describe();
		return;
	}
	for (size_t i = 0; i < sizeof(deeds) / sizeof(*deeds); i++)
		if (deeds[i].kind == call->kind) {
			limit_calls(call->limit);
			if (call->before && !begin_again(fd, call))
				return;
			deeds[i].run(fd, call);
			return;
		}
	serve(call, &reply);
	fflush(stdout);
	answer(&reply);
}

/* The next call and the descriptor that may come with it, else -1; false where the socket ends. */
static bool hear(struct call *call, int *ret_fd)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec bytes = {call, sizeof(*call)};
	struct msghdr message = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t n;

	while ((n = gate_call(SYS_recvmsg, TALK_SOCKET, (long)&message, MSG_CMSG_CLOEXEC, 0, 0)) ==
		-EINTR)
		;
	*ret_fd = -1;
	const struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	if (header && header->cmsg_type == SCM_RIGHTS)
		memcpy(ret_fd, CMSG_DATA(header), sizeof(int));
	return n == (ssize_t)sizeof(*call);
}

/* The process that was started becomes the keeper, and never returns; its child goes on. */
static void leave_keeper(void)
{
	struct keeper keeper;
	int status;
	pid_t child = keeper_fork(&keeper);

	if (child == 0) {
		if (keeper.has_spaces)
			self.confined |= CONFINED_SPACES;
		close(TALK_LIFELINE);
		return;
	}
	close(TALK_SOCKET);
	close(TALK_OBJECT);
	if (child > 0)
		keeper_wait(&keeper, TALK_LIFELINE, -1, &status);
	keeper_end(&keeper);
	_exit(0);
}

static void set_limits(void)
{
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_FSIZE, OUTPUT_MAX);
	set_limit(RLIMIT_CPU, CPU_MAX);
	set_limit(RLIMIT_AS, MEMORY_MAX);
}

static enum init_kind init_kind_of(const char *word)
{
	return strcmp(word, "bool") == 0  ? INIT_BOOL
	       : strcmp(word, "int") == 0 ? INIT_INT
					  : INIT_UNKNOWN;
}

static _Noreturn void run_plugin(char **argv)
{
	unsigned milliseconds = (unsigned)strtoul(argv[4], NULL, 10);
	struct call call;
	int fd;

	self.room = (strtoull(argv[2], NULL, 10) + PAGE - 1) / PAGE * PAGE;
	self.alignment = strtoull(argv[3], NULL, 10);
	set_clock(milliseconds);
#ifdef __GLIBC__
	/* not in front of what assert() says */
	program_invocation_short_name = argv[0] + strlen(argv[0]);
#endif
	say_version();
	leave_keeper();
	begin_answers();
	setvbuf(stdout, NULL, _IOLBF, 0);
	set_limits();
	drop_rights();
	make_heap();
	watch();
	start_clock();
	confine_to_loading(argv[1]);
	load(argv[1], init_kind_of(argv[5]), strtoull(argv[6], NULL, 10),
		strcmp(argv[6], "later") == 0);
	say_ready();
	while (hear(&call, &fd))
		hear_out(&call, fd);
	_exit(0);
}

/*
 * usage: arenascope-runner PLUGIN HEAP-BYTES ALIGNMENT MILLISECONDS INIT WATCHED, with the socket
 * as TALK_SOCKET and the lifeline as TALK_LIFELINE. A plug-in called - is TALK_OBJECT. INIT: "bool"
 * or "int", as mm_init() is declared, or "unknown". WATCHED: the address of a byte past the heap
 * that mm_init() is known to write, or 0, or "later": mm_init() fails, and is followed when a call
 * of no steps asks for it. Or that of compilation_run().
 */
int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "compile") == 0)
		return compilation_run(argc, argv);
	if (argc == 7)
		run_plugin(argv);
	fprintf(stderr, "arenascope-runner: arenascope starts this program itself\n");
	return RUNNER_REFUSES;
}
