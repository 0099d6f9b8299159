/*
 * Allocators that attack: a request for 1000 + n bytes makes the n-th attempt of the table. One
 * that succeeds says WON, and aborts; tests/plugin/hostile looks for that, and for traces outside.
 * With CONSTRUCTOR or INIT, that attempt is made while it is loaded, or in mm_init().
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin/protocol.h"

#pragma GCC diagnostic ignored "-Wunused-result"

int mm_init(void);
void *mm_malloc(size_t size);
void mm_free(void *payload);
void *mem_sbrk(intptr_t incr);

extern char **environ;

static void won_if(int has_won)
{
	if (!has_won)
		return;
	printf("WON\n");
	abort();
}

static char *words[] = {"sh", "-c", "echo WON >won", NULL};

/* ---- files ---------------------------------------------------------------------------------- */

static void read_file(void)
{
	won_if(open("secret", O_RDONLY) >= 0);
}
static void read_by_stdio(void)
{
	won_if(fopen("secret", "r") != NULL);
}
static void read_by_number(void)
{
	won_if(syscall(SYS_openat, AT_FDCWD, "secret", O_RDONLY) >= 0);
}
static void read_passwd(void)
{
	won_if(open("/etc/passwd", O_RDONLY) >= 0);
}
static void read_library(void)
{
	won_if(open("/usr/lib/os-release", O_RDONLY) >= 0);
}
static void open_path(void)
{
	won_if(open("secret", O_PATH) >= 0);
}
static void create(void)
{
	won_if(creat("won", 0600) >= 0);
}
static void overwrite(void)
{
	won_if(open("precious", O_WRONLY | O_TRUNC) >= 0);
}
static void cut(void)
{
	won_if(truncate("precious", 0) == 0);
}
static void delete (void)
{
	won_if(unlink("precious") == 0);
}
static void delete_at(void)
{
	won_if(unlinkat(AT_FDCWD, "precious", 0) == 0);
}
static void move(void)
{
	won_if(rename("precious", "won") == 0);
}
static void link_it(void)
{
	won_if(link("precious", "won") == 0);
}
static void symlink_it(void)
{
	won_if(symlink("precious", "won") == 0);
}
static void make_folder(void)
{
	won_if(mkdir("won", 0700) == 0);
}
static void make_fifo(void)
{
	won_if(mkfifo("won", 0600) == 0);
}
static void change_mode(void)
{
	won_if(chmod("precious", 0777) == 0);
}
static void change_owner(void)
{
	won_if(chown("precious", 1, 1) == 0);
}
static void change_times(void)
{
	won_if(utimes("precious", NULL) == 0);
}
static void list_folder(void)
{
	won_if(opendir(".") != NULL);
}
static void look_at_file(void)
{
	struct stat status;
	won_if(stat("secret", &status) == 0);
}
static void test_file(void)
{
	won_if(access("secret", R_OK) == 0);
}
static void read_link(void)
{
	char path[100];
	won_if(readlink("/proc/self/exe", path, sizeof(path)) > 0);
}
static void read_memory(void)
{
	won_if(open("/proc/self/mem", O_RDWR) >= 0);
}
static void read_first(void)
{
	won_if(open("/proc/1/environ", O_RDONLY) >= 0);
}
static void change_folder(void)
{
	won_if(chdir("/") == 0);
}
static void read_input(void)
{
	char byte;
	won_if(read(0, &byte, 1) > 0);
}
static void hidden_file(void)
{
	won_if(syscall(SYS_memfd_create, "won", 0) >= 0);
}

/* ---- network -------------------------------------------------------------------------------- */

static void connect_to(int family, const void *address, socklen_t length, int type)
{
	int fd = socket(family, type, 0);
	won_if(fd >= 0 && connect(fd, address, length) == 0);
}
static void connect_tcp(void)
{
	const struct sockaddr_in listener = {.sin_family = AF_INET,
		.sin_port = htons(53217),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	connect_to(AF_INET, &listener, sizeof(listener), SOCK_STREAM);
}
static void connect_udp(void)
{
	const struct sockaddr_in listener = {.sin_family = AF_INET,
		.sin_port = htons(53),
		.sin_addr.s_addr = htonl(0x08080808)};
	connect_to(AF_INET, &listener, sizeof(listener), SOCK_DGRAM);
}
static void connect_unix(void)
{
	const struct sockaddr_un listener = {.sun_family = AF_UNIX, .sun_path = "/run/docker.sock"};
	connect_to(AF_UNIX, &listener, sizeof(listener), SOCK_STREAM);
}
static void make_pair(void)
{
	int pair[2];
	won_if(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
}
static void make_pipe(void)
{
	int ends[2];
	won_if(pipe(ends) == 0);
}

/* ---- processes ------------------------------------------------------------------------------ */

static void fork_one(void)
{
	won_if(fork() >= 0);
}
static void vfork_one(void)
{
	won_if(syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0) >= 0);
}
static void daemonise(void)
{
	if (fork() == 0) {
		setsid();
		if (fork() == 0)
			for (;;)
				pause();
		_exit(0);
	}
}
static void run_shell(void)
{
	won_if(system("echo WON >won") == 0);
}
static void open_pipe(void)
{
	won_if(popen("echo WON >won", "r") != NULL);
}
static void spawn(void)
{
	pid_t child;
	won_if(posix_spawnp(&child, "sh", NULL, NULL, words, environ) == 0);
}
static void execute(void)
{
	execv("/bin/sh", words);
}
static void *idle(void *unused)
{
	(void)unused;
	return NULL;
}
static void thread(void)
{
	pthread_t other;
	won_if(pthread_create(&other, NULL, idle, NULL) == 0);
}
static void new_session(void)
{
	won_if(setsid() >= 0);
}
static void bomb(void)
{
	for (;;)
		won_if(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) >= 0);
}

/* ---- other processes ------------------------------------------------------------------------ */

static void kill_parent(void)
{
	won_if(kill(getppid(), SIGTERM) == 0);
}
static void kill_group(void)
{
	won_if(kill(0, SIGTERM) == 0);
}
static void kill_all(void)
{
	won_if(kill(-1, SIGTERM) == 0);
}
static void kill_thread(void)
{
	won_if(syscall(SYS_tgkill, getppid(), getppid(), SIGTERM) == 0);
}
static void queue_signal(void)
{
	won_if(sigqueue(getppid(), SIGTERM, (union sigval){0}) == 0);
}
static void find_process(void)
{
	won_if(syscall(SYS_pidfd_open, getppid(), 0) >= 0);
}
static void attach(void)
{
	won_if(ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0);
}
static void be_traced(void)
{
	won_if(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0);
}
static void read_process(void)
{
	char byte;
	struct iovec here = {&byte, 1}, there = {(void *)(uintptr_t)&environ, 1};
	won_if(process_vm_readv(getppid(), &here, 1, &there, 1, 0) > 0);
}
static void limit_parent(void)
{
	const struct rlimit none = {0, 0};
	won_if(prlimit(getppid() ? getppid() : 1, RLIMIT_NOFILE, &none, NULL) == 0);
}
static void ask_for_signals(void)
{
	won_if(fcntl(3, F_SETOWN, getppid()) == 0);
}
static void slow_down(void)
{
	won_if(setpriority(PRIO_PROCESS, getppid(), 19) == 0);
}

/* ---- waiting -------------------------------------------------------------------------------- */

static void sleep_long(void)
{
	sleep(1000);
}
static void wait_for_signal(void)
{
	pause();
}
static void wait_in_poll(void)
{
	poll(NULL, 0, -1);
}
static void wait_in_select(void)
{
	select(0, NULL, NULL, NULL, NULL);
}
static void wait_for_call(void)
{
	char bytes[100];
	recv(3, bytes, sizeof(bytes), 0);
}
static void lock_twice(void)
{
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	pthread_mutex_lock(&mutex);
	pthread_mutex_lock(&mutex);
}
static void loop_deaf(void)
{
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	signal(SIGPROF, SIG_IGN);
	for (;;)
		;
}
static void stop_clock(void)
{
	const struct itimerval none = {{0, 0}, {0, 0}};
	won_if(setitimer(ITIMER_PROF, &none, NULL) == 0);
}
static void stop_itself(void)
{
	raise(SIGSTOP);
}

/* ---- the kernel ----------------------------------------------------------------------------- */

static void new_spaces(void)
{
	won_if(unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0);
}
static void mount_it(void)
{
	won_if(mount("none", "/mnt", "tmpfs", 0, "") == 0);
}
static void become_root(void)
{
	won_if(setuid(0) == 0);
}
static void outlive(void)
{
	won_if(prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) == 0);
}
static void be_reaper(void)
{
	won_if(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0);
}
static void load_bpf(void)
{
	won_if(syscall(SYS_bpf, 0, NULL, 0) >= 0);
}
static void set_up_ring(void)
{
	char parameters[256] = {0};
	won_if(syscall(SYS_io_uring_setup, 4, parameters) >= 0);
}
static void make_key(void)
{
	won_if(syscall(SYS_add_key, "user", "won", "x", 1, -1) >= 0);
}
static void count_events(void)
{
	won_if(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0) >= 0);
}
static void share_memory(void)
{
	won_if(shmget(53217, 4096, IPC_CREAT | 0600) >= 0);
}
static void change_root(void)
{
	won_if(chroot("/") == 0);
}
static void name_machine(void)
{
	won_if(sethostname("won", 3) == 0);
}
static void old_call(void)
{
#ifdef __x86_64__
	long result = 5; /* open, as programs of 32 bits call it */
	__asm__ volatile("int $0x80" : "+a"(result) : "b"(0), "c"(0) : "memory");
	won_if(result >= 0);
#endif
}

/* ---- what it was given ---------------------------------------------------------------------- */

static void read_environment(void)
{
	won_if(getenv("ARENASCOPE_SECRET") != NULL);
}
static void flood(void)
{
	char line[1000];
	memset(line, 'x', sizeof(line));
	for (unsigned i = 0; i < 10000; i++) {
		ssize_t n = write(1, line, sizeof(line));
		won_if(i > 5000 && n == (ssize_t)sizeof(line));
	}
}
/* The limit of the runner ends it, or the clock before: what is said is the same. */
static void eat_memory(void)
{
	enum { PIECE = 64 << 20 };
	const size_t most = (UINT64_C(8) << 30) / PIECE;

	for (size_t had = 0;; had++) {
		char *piece = malloc(PIECE);
		if (!piece)
			for (;;)
				;
		won_if(had >= most);
		for (size_t i = 0; i < PIECE; i += 65536)
			piece[i] = 1;
	}
}
static void hang_up(void)
{
	close(3);
}
static void talk_nonsense(void)
{
	char bytes[256];
	memset(bytes, 0xff, sizeof(bytes));
	send(3, bytes, sizeof(bytes), MSG_NOSIGNAL);
}
static void forge(uint64_t kind, uint64_t address, uint64_t size, uint64_t detail, uint64_t end)
{
	const struct reply reply = {.kind = kind,
		.address = address,
		.size = size,
		.detail = detail,
		.other = UINT64_MAX,
		.other_size = UINT64_MAX,
		.end = end};
	send(TALK_SOCKET, &reply, sizeof(reply), MSG_NOSIGNAL);
}
static void forge_outside(void)
{
	forge(REPLY_DONE, 0x1234560, 1200, 0, TALK_BASE + (8u << 20));
}
static void forge_end(void)
{
	forge(REPLY_DONE, 0, 0, 0, UINT64_MAX);
}
static void forge_crash(void)
{
	forge(REPLY_CRASHED, 8, 1u << 30, SIGSEGV, TALK_BASE + TALK_PAGE);
}
static void forge_signal(void)
{
	forge(REPLY_CRASHED, 8, 0, UINT64_MAX, TALK_BASE + TALK_PAGE);
}
static void forge_loss(void)
{
	forge(REPLY_LOST, 0, 0, 0, TALK_BASE + TALK_PAGE);
}

static const struct attempt {
	const char *name;
	void (*make)(void);
} attempts[] = {
#define A(name) \
	{ \
#name, name \
	}
	A(read_file),
	A(read_by_stdio),
	A(read_by_number),
	A(read_passwd),
	A(read_library),
	A(open_path),
	A(create),
	A(overwrite),
	A(cut),
	A(delete),
	A(delete_at),
	A(move),
	A(link_it),
	A(symlink_it),
	A(make_folder),
	A(make_fifo),
	A(change_mode),
	A(change_owner),
	A(change_times),
	A(list_folder),
	A(look_at_file),
	A(test_file),
	A(read_link),
	A(read_memory),
	A(read_first),
	A(change_folder),
	A(read_input),
	A(hidden_file),
	A(connect_tcp),
	A(connect_udp),
	A(connect_unix),
	A(make_pair),
	A(make_pipe),
	A(fork_one),
	A(vfork_one),
	A(daemonise),
	A(run_shell),
	A(open_pipe),
	A(spawn),
	A(execute),
	A(thread),
	A(new_session),
	A(bomb),
	A(kill_parent),
	A(kill_group),
	A(kill_all),
	A(kill_thread),
	A(queue_signal),
	A(find_process),
	A(attach),
	A(be_traced),
	A(read_process),
	A(limit_parent),
	A(ask_for_signals),
	A(slow_down),
	A(sleep_long),
	A(wait_for_signal),
	A(wait_in_poll),
	A(wait_in_select),
	A(wait_for_call),
	A(lock_twice),
	A(loop_deaf),
	A(stop_clock),
	A(stop_itself),
	A(new_spaces),
	A(mount_it),
	A(become_root),
	A(outlive),
	A(be_reaper),
	A(load_bpf),
	A(set_up_ring),
	A(make_key),
	A(count_events),
	A(share_memory),
	A(change_root),
	A(name_machine),
	A(old_call),
	A(read_environment),
	A(flood),
	A(eat_memory),
	A(hang_up),
	A(talk_nonsense),
	A(forge_outside),
	A(forge_end),
	A(forge_crash),
	A(forge_signal),
	A(forge_loss),
#undef A
};

#define ATTEMPTS (sizeof(attempts) / sizeof(*attempts))

#ifdef CONSTRUCTOR
static __attribute__((constructor)) void construct(void)
{
	CONSTRUCTOR();
}
#endif

int mm_init(void)
{
#ifdef INIT
	INIT();
#endif
	return 0;
}

void *mm_malloc(size_t size)
{
	if (size >= 1000 && size < 1000 + ATTEMPTS)
		attempts[size - 1000].make();
	return mem_sbrk((intptr_t)((size + 15) & ~(size_t)15));
}

void mm_free(void *payload)
{
	(void)payload;
}

#ifdef NAMES
void *mem_sbrk(intptr_t incr)
{
	(void)incr;
	return NULL;
}

int main(void)
{
	for (size_t i = 0; i < ATTEMPTS; i++)
		printf("%zu %s\n", 1000 + i, attempts[i].name);
	return 0;
}
#endif
